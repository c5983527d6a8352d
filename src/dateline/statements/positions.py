"""Statements -> positions -> shifts: where each holder stands on the two scales, and what changed.

Counted are statements on target that carry a value, in the holder's own words or in paraphrase, from
sentences that are not corrupt. Narrated positions and sub-heads stay in the table `statements`.
"""

import itertools

import numpy as np
import polars as pl

from dateline.corpus.articles import order_by_date, units_of
from dateline.inference import resampling, statistics, trends
from dateline.tables import KEYS, conform, empty, from_rows

SCALES = ("support", "feasibility")

VOICES = ("direct", "indirect")

SAID = {"minus": -1, "zero": 0, "plus": 1}
"""Columns that count the statements of each value."""

SPOKEN = ["holder", "scale", "unit_kind", "unit", *SAID]
"""What tells the rows of `spoken` apart."""


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


def spoken(values: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """How many articles of each unit hold how many statements of each value: what positions and shifts are made of.

    Args:
        values: What `counted` returns.
        units: Which article counts in which unit: `unit_kind`, `unit`, `article_id`.

    Returns:
        `holder`, `scale`, `unit_kind`, `unit`; `minus`, `zero` and `plus`, the statements in an article; and `articles`, the
        number of such articles. Those of parts of the articles add up to those of all.
    """
    many = [(pl.col("value") == value).sum().cast(pl.Int64).alias(name) for name, value in SAID.items()]
    return (
        values.group_by("holder", "scale", "article_id")
        .agg(many)
        .join(units.select("unit_kind", "unit", "article_id"), on="article_id")
        .group_by(*SPOKEN)
        .agg(articles=pl.len().cast(pl.Int64))
        .sort(*SPOKEN)
    )


def measure_positions(held: pl.DataFrame) -> pl.DataFrame:
    """Mean position of every holder on every scale in every unit.

    Args:
        held: What `spoken` returns.

    Returns:
        The table `positions`: `mean` from -1 to 1, with a percentile bootstrap over the statements;
        no interval below three statements.
    """
    key = ["holder", "scale", "unit_kind", "unit"]
    tallied = held.group_by(key).agg((pl.col(name) * pl.col("articles")).sum() for name in SAID)
    rows = []
    for *names, minus, zero, plus in tallied.iter_rows():
        low, high = resampling.bootstrap_mean(np.array([minus, zero, plus]))
        many = minus + zero + plus
        found = {"statements": many, "mean": (plus - minus) / many, "low": low, "high": high}
        rows.append({**dict(zip(key, names, strict=True)), **found})
    return from_rows(rows, "positions")


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
    order = order_by_date(articles)
    certain = _ordered_pairs(articles)
    rows, changes = [], []
    for (holder, scale), part in values.group_by(["holder", "scale"], maintain_order=True):
        whose = {"holder": holder, "scale": scale}
        own = {article: said["value"].to_numpy() for (article,), said in part.group_by(["article_id"])}
        here = [article for article in order if article in own]
        rows += [
            {
                **whose,
                "unit_kind": "article",
                "unit_from": a,
                "unit_to": b,
                **_between_articles(own[a], own[b]),
            }
            for a, b in itertools.pairwise(here)
            if (a, b) in certain  # Where two intervals overlap, which came first is not claimed.
        ]
        changes += [{**whose, **found} for found in _change(part, articles)]
    periodic = shifts_of_periods(spoken(values, units_of(articles)), periods)
    return pl.concat([_tested(rows, "suggestive"), periodic, _tested(changes, "suggestive")]).sort(
        KEYS["shifts"]
    )


def shifts_of_periods(held: pl.DataFrame, periods: list[dict]) -> pl.DataFrame:
    """Change of every holder between one period and the next in which it speaks, tested by shuffling articles.

    Args:
        held: What `spoken` returns.
        periods: The study's periods, in order.

    Returns:
        The rows of the table `shifts` that compare periods.
    """
    rows = []
    for (holder, scale), part in held.filter(unit_kind="period").group_by(["holder", "scale"]):
        own = {unit: said for (unit,), said in part.group_by(["unit"])}
        here = [period["id"] for period in periods if period["id"] in own]
        for before, after in itertools.pairwise(here):
            clusters, effect = _effect(own[before], own[after])
            p, floor = resampling.shuffled_difference(*clusters)
            ends = {
                "holder": holder,
                "scale": scale,
                "unit_kind": "period",
                "unit_from": before,
                "unit_to": after,
            }
            rows.append({**ends, **effect, "p": p, "floor": floor})
    return _tested(rows, "supported")


def _tested(rows: list[dict], most: str) -> pl.DataFrame:
    """Rows of one kind with `q`, adjusted over them, and what may be claimed, `most` at the most."""
    if not rows:
        return empty("shifts")
    found = pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64})
    zero = ((pl.col("low") > 0) | (pl.col("high") < 0)).fill_null(False)
    return conform(statistics.with_verdicts(found.with_columns(excludes_zero=zero), most=most), "shifts")


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
    found = trends.change_point(means["value"].to_list())
    if found is None or means["value"].n_unique() == 1:
        return []
    at, p, floor = found
    side = pl.when(pl.int_range(pl.len()) < at).then(pl.lit("before")).otherwise(pl.lit("after"))
    units = means.select("article_id", unit_kind=pl.lit("change"), unit=side)
    held = spoken(part, units)
    _, effect = _effect(held.filter(unit="before"), held.filter(unit="after"))
    ends = {
        "unit_kind": "change",
        "unit_from": means["article_id"][at - 1],
        "unit_to": means["article_id"][at],
    }
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


def _between_articles(before: np.ndarray, after: np.ndarray) -> dict:
    """The size of a change between two texts, and how often shuffled statements give one as large."""
    first, second = resampling.tally(before), resampling.tally(after)
    low, high = resampling.bootstrap_difference(first, second)
    p, floor = resampling.shuffled_difference(np.array([*SAID.values()]), np.ones(len(SAID)), first, second)
    return {**_size(first, second), "low": low, "high": high, "p": p, "floor": floor}


def _effect(first: pl.DataFrame, second: pl.DataFrame) -> tuple[tuple[np.ndarray, ...], dict]:
    """The articles that vary, as `chance.shuffled_difference` takes them, and the size of the change between the sides."""
    sides = pl.concat([first.with_columns(side=pl.lit("before")), second.with_columns(side=pl.lit("after"))])
    total, n = pl.col("plus") - pl.col("minus"), pl.sum_horizontal(*SAID)
    kinds = (
        sides.group_by(total=total, n=n)
        .agg(pl.col("articles").filter(side=side).sum().alias(side) for side in ("before", "after"))
        .sort("total", "n")
    )
    clusters = tuple(kinds[name].to_numpy() for name in ("total", "n", "before", "after"))
    low, high = resampling.clustered_difference(*clusters)
    tallies = [np.array([(side[name] * side["articles"]).sum() for name in SAID]) for side in (first, second)]
    return clusters, {**_size(*tallies), "low": low, "high": high}


def _size(before: np.ndarray, after: np.ndarray) -> dict:
    """How far two sides are apart, from how many values -1, 0 and 1 each has."""
    steps = np.array([*SAID.values()])
    return {
        "difference": float(after @ steps / after.sum() - before @ steps / before.sum()),
        "delta": statistics.cliffs_delta(before, after),
        "hodges_lehmann": statistics.hodges_lehmann(before, after),
    }
