"""Statements -> positions -> shifts: where each holder stands on the two scales, and what changed.

Counted are statements on target that carry a value, in the holder's own words or in paraphrase, from
sentences that are not corrupt. Narrated positions and sub-heads stay in the table `statements`.
"""

import itertools

import numpy as np
import polars as pl

from dateline import chance, stats
from dateline.corpus import order_by_date
from dateline.tables import conform, empty
from dateline.terms import units_of

SCALES = ("support", "feasibility")
VOICES = ("direct", "indirect")


def counted(
    statements: pl.DataFrame,
    sentences: pl.DataFrame,
    groups: pl.DataFrame,
    *,
    voices: tuple[str, ...] = VOICES,
) -> pl.DataFrame:
    """The statements that a mean counts, one row a scale, once for the holder and once for each of its groups.

    Args:
        statements: The table `statements`.
        sentences: The table `sentences`; corrupt ones do not count.
        groups: The list `groups`: `group`, `actor`.
        voices: Which voices count.

    Returns:
        `holder`, `scale`, `value`, `statement_id`, `article_id`, in the order of the text.
    """
    sound = sentences.filter(~pl.col("corrupt")).select("sentence_id")
    own = (
        statements.join(sound, on="sentence_id", how="semi")
        .filter(pl.col("on_target"), pl.col("holder").is_not_null(), pl.col("voice").is_in(voices))
        .select("holder", "statement_id", "article_id", "start", *SCALES)
    )
    pooled = (
        own.join(groups.select("group", "actor"), left_on="holder", right_on="actor")
        .drop("holder")
        .rename({"group": "holder"})
    )
    return (
        pl.concat([own, pooled.select(own.columns)])
        .unpivot(
            list(SCALES),
            index=["holder", "statement_id", "article_id", "start"],
            variable_name="scale",
            value_name="value",
        )
        .drop_nulls("value")
        .sort("holder", "scale", "article_id", "start", "statement_id")
        .select("holder", "scale", "value", "statement_id", "article_id")
    )


def position_of(counts: np.ndarray) -> dict[str, float | None]:
    """`statements`, `mean` and its interval, `low` and `high`, of so many values -1, 0 and 1."""
    low, high = chance.bootstrap_mean(counts)
    many = int(counts.sum())
    return {"statements": many, "mean": float((counts[2] - counts[0]) / many), "low": low, "high": high}


def measure_positions(values: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Mean position of every holder on every scale in every unit.

    Args:
        values: What `counted` returns.
        articles: The table `articles`.

    Returns:
        The table `positions`: `mean` from -1 to 1, with a percentile bootstrap over the statements;
        no interval below three statements.
    """
    if values.is_empty():
        return empty("positions")
    joined = values.join(units_of(articles).drop("words"), on="article_id")
    rows = []
    for (holder, scale, kind, unit), part in joined.group_by(
        ["holder", "scale", "unit_kind", "unit"], maintain_order=True
    ):
        found = position_of(chance.tally(part["value"].to_list()))
        rows.append({"holder": holder, "scale": scale, "unit_kind": kind, "unit": unit, **found})
    return conform(pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64}), "positions")


def measure_shifts(values: pl.DataFrame, articles: pl.DataFrame, periods: list[dict]) -> pl.DataFrame:
    """Change of every holder between one unit and the next in which it speaks.

    Args:
        values: What `counted` returns.
        articles: The table `articles`.
        periods: The study's periods, in order.

    Returns:
        The table `shifts`. Between two articles the statements are shuffled, which speaks of these two
        texts only and is never more than suggestive; between two periods the articles are shuffled. Where
        enough articles have a day of their own, a row of `unit_kind` `change` tells the place at which
        the means of the articles change most: the last article before it and the first one after.
    """
    if values.is_empty():
        return empty("shifts")
    order = {"article": [a for a in order_by_date(articles)], "period": [period["id"] for period in periods]}
    certain = _ordered_pairs(articles)
    period = dict(articles.select("article_id", "period").iter_rows())
    rows: list[dict] = []
    for (holder, scale), part in values.group_by(["holder", "scale"], maintain_order=True):
        for kind, units in order.items():
            unit = (
                part["article_id"]
                if kind == "article"
                else part["article_id"].replace_strict(period, return_dtype=pl.String)
            )
            there = set(unit)
            here = [name for name in units if name in there]
            for before, after in itertools.pairwise(here):
                if kind == "article" and (before, after) not in certain:
                    continue  # Two intervals overlap: which came first is not claimed.
                first, second = part.filter(unit == before), part.filter(unit == after)
                rows.append(
                    {
                        "holder": holder,
                        "scale": scale,
                        "unit_kind": kind,
                        "unit_from": before,
                        "unit_to": after,
                        **_shift(first, second, kind),
                    }
                )
        rows += [{"holder": holder, "scale": scale, **found} for found in _change(part, articles)]
    if not rows:
        return empty("shifts")
    found = pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64}).with_columns(
        excludes_zero=((pl.col("low") > 0) | (pl.col("high") < 0)).fill_null(False)
    )
    tested = [
        stats.with_verdicts(part, most="supported" if kind == "period" else "suggestive")
        for (kind,), part in found.group_by(["unit_kind"], maintain_order=True)
    ]
    return conform(pl.concat(tested), "shifts")


def _change(part: pl.DataFrame, articles: pl.DataFrame) -> list[dict]:
    """The change point of one holder on one scale over the articles that have a day of their own."""
    dated = articles.filter(pl.col("published_from") == pl.col("published_to"))
    single = dated.filter(pl.len().over("published_from") == 1).select("article_id", "published_from")
    means = (
        part.join(single, on="article_id")
        .group_by("article_id", "published_from")
        .agg(pl.col("value").mean())
        .sort("published_from")
    )
    found = chance.change_point(means["value"].to_list())
    if found is None or means["value"].n_unique() == 1:
        return []
    at, p, floor = found
    before, after = means["article_id"][:at].to_list(), means["article_id"][at:].to_list()
    first, second = (part.filter(pl.col("article_id").is_in(side)) for side in (before, after))
    _, effect = _effect(first, second, "period")
    ends = {"unit_kind": "change", "unit_from": before[-1], "unit_to": after[0]}
    return [{**ends, **effect, "p": p, "floor": floor}]


def _ordered_pairs(articles: pl.DataFrame) -> set[tuple[str, str]]:
    """Pairs of articles of which the first certainly appeared before the second."""
    dated = articles.select("article_id", "published_from", "published_to").rows()
    return {
        (a, b)
        for a, _, last in dated
        for b, first, _ in dated
        if last is not None and first is not None and last < first
    }


def _shift(first: pl.DataFrame, second: pl.DataFrame, kind: str) -> dict:
    """The size of a change and how often shuffled units give one as large."""
    (totals, counts, late), effect = _effect(first, second, kind)

    def difference(values: np.ndarray, masks: np.ndarray) -> np.ndarray:
        later, n_later = values @ masks.T, counts @ masks.T
        return later / n_later - (values.sum() - later) / (counts.sum() - n_later)

    p, floor = chance.permutation_p(totals[None, :], late, difference)
    return {**effect, "p": float(p[0]), "floor": float(floor[0])}


def _effect(
    first: pl.DataFrame, second: pl.DataFrame, kind: str
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], dict]:
    """The units that vary (their totals, counts and side) and the size of the change between the sides."""
    before, after = first["value"].to_numpy(), second["value"].to_numpy()
    if kind == "article":
        low, high = chance.bootstrap_difference(before, after)
        totals = np.concatenate([before, after]).astype(float)
        counts = np.ones(len(totals))
        late = np.arange(len(totals)) >= len(before)
    else:
        sums = (
            pl.concat([first, second])
            .group_by("article_id", maintain_order=True)
            .agg(total=pl.col("value").sum(), n=pl.len())
        )
        totals, counts = sums["total"].to_numpy().astype(float), sums["n"].to_numpy().astype(float)
        late = np.arange(len(totals)) >= first["article_id"].n_unique()
        low, high = chance.clustered_difference(totals, counts, late)
    return (totals, counts, late), {
        "difference": float(after.mean() - before.mean()),
        "low": low,
        "high": high,
        "delta": stats.cliffs_delta(before, after),
        "hodges_lehmann": stats.hodges_lehmann(before, after),
    }
