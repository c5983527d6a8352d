"""Measure where each holder stands on the two scales, and what changed.

Counted are statements on target that carry a value, in the holder's own words or in paraphrase, from
sentences that are not corrupt. Narrated positions and sub-heads stay in the table `statements`.
"""

import itertools
from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from dateline.corpus.articles import order_by_date, units_of
from dateline.inference import resampling, statistics
from dateline.tables import TABLES, conform, empty, from_rows

SCALES = ("support", "feasibility")

VOICES = ("direct", "indirect")

SAID = {"minus": -1, "zero": 0, "plus": 1}
"""Columns that count the statements of each value."""

STEPS = np.array([*SAID.values()])

SPOKEN = ["holder", "scale", "unit_kind", "unit", *SAID]
"""What tells the rows of `spoken` apart."""


def stance_values(
    statements: pl.DataFrame, sentences: pl.DataFrame, groups: pl.DataFrame, *, voices: tuple[str, ...] = VOICES
) -> pl.DataFrame:
    """Return the values that a mean counts: one row a statement and scale, for its holder and for each of its groups.

    Args:
        statements: The table `statements`.
        sentences: The table `sentences`; corrupt ones do not count.
        groups: The list `groups`: `group`, `actor`.
        voices: Which voices count.

    Returns:
        `holder`, `scale`, `value` (-1, 0 or 1), `statement_id`, `article_id`, in the order of the text.

    Examples:
        >>> values = dl.stance_values(statements, sentences, study.lists["groups"])
        >>> values.filter(holder="kremlin", scale="support")["value"].to_list()
        [-1, -1, -1, -1]
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
    """Count how many articles of each unit have how many statements of each value.

    Args:
        values: What `stance_values` returns.
        units: Which article counts in which unit: `unit_kind`, `unit`, `article_id`.

    Returns:
        `holder`, `scale`, `unit_kind`, `unit`; `minus`, `zero` and `plus`, the statements in an article; and `articles`,
        the number of such articles. Those of parts of the articles add up to those of all.
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


def positions(values: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Average the position of every holder on every scale in every article, period and publisher.

    Args:
        values: What `stance_values` returns.
        articles: The table `articles`.

    Returns:
        The table `positions`: `mean` from -1 to 1 over `statements`, with a percentile bootstrap over the
        statements (`low`, `high`); no interval below three statements.

    Examples:
        >>> means = dl.positions(values, articles)
        >>> means.filter(holder="kyiv", unit_kind="all").select("scale", "statements", "mean").rows()
        [('feasibility', 9, 0.222222), ('support', 28, 0.892857)]
    """
    return measure_positions(spoken(values, units_of(articles)))


def measure_positions(held: pl.DataFrame) -> pl.DataFrame:
    """Average positions as `positions` does, from what `spoken` returns."""
    key = SPOKEN[:4]
    tallied = held.group_by(key).agg((pl.col(name) * pl.col("articles")).sum() for name in SAID)
    rows = []
    for *names, minus, zero, plus in tallied.iter_rows():
        low, high = resampling.bootstrap_mean(np.array([minus, zero, plus]))
        many = minus + zero + plus
        found = {"statements": many, "mean": (plus - minus) / many, "low": low, "high": high}
        rows.append({**dict(zip(key, names, strict=True)), **found})
    return from_rows(rows, "positions")


def shifts(values: pl.DataFrame, articles: pl.DataFrame, periods: list[dict]) -> pl.DataFrame:
    """Measure the change of every holder between one unit and the next in which it speaks.

    Args:
        values: What `stance_values` returns.
        articles: The table `articles`.
        periods: The study's periods, in order.

    Returns:
        The table `shifts`. Between two articles the statements are shuffled, which speaks of these two
        texts only and is never more than suggestive; between two periods the articles are shuffled.
        Any two publishers are compared, too.

    Examples:
        >>> moved = dl.shifts(values, articles, study.settings["periods"])
        >>> kyiv = moved.filter(holder="kyiv", scale="feasibility", unit_kind="period")
        >>> kyiv.select("unit_from", "unit_to", "difference", "verdict").rows()
        [('2022', '2024', 1.833333, 'not testable')]
    """
    days = {
        article: tuple(day) for article, *day in articles.select("article_id", "published_from", "published_to").rows()
    }
    rows, order = [], order_by_date(articles)
    for (holder, scale), part in values.group_by(["holder", "scale"], maintain_order=True):
        own = {article: said["value"].to_numpy() for (article,), said in part.group_by(["article_id"])}
        for a, b in itertools.pairwise(article for article in order if article in own):
            last, first = days[a][1], days[b][0]
            if last and first and last < first:  # Where two intervals overlap, which came first is not claimed.
                ends = {"holder": holder, "scale": scale, "unit_kind": "article", "unit_from": a, "unit_to": b}
                rows.append({**ends, **_between_articles(own[a], own[b])})
    held = spoken(values, units_of(articles))
    between = [shifts_of_periods(held, periods), _shifts_of_units(held, "publisher", _any_two)]
    return pl.concat([_tested(rows, "suggestive"), *between]).sort(TABLES["shifts"].key)


def shifts_of_periods(held: pl.DataFrame, periods: list[dict]) -> pl.DataFrame:
    """Measure the change of every holder between one period and the next in which it speaks.

    Args:
        held: What `spoken` returns.
        periods: The study's periods, in order.

    Returns:
        The rows of the table `shifts` that compare periods, tested by shuffling articles.
    """
    order = [period["id"] for period in periods]
    return _shifts_of_units(held, "period", lambda own: itertools.pairwise(unit for unit in order if unit in own))


def _any_two(units: Iterable[str]) -> Iterable[tuple[str, str]]:
    return itertools.combinations(sorted(units), 2)


def _shifts_of_units(held: pl.DataFrame, kind: str, pairs: Callable[[dict], Iterable[tuple[str, str]]]) -> pl.DataFrame:
    rows = []
    for (holder, scale), part in held.filter(unit_kind=kind).group_by(["holder", "scale"]):
        own = {unit: said for (unit,), said in part.group_by(["unit"])}
        for before, after in pairs(own):
            ends = {"holder": holder, "scale": scale, "unit_kind": kind, "unit_from": before, "unit_to": after}
            rows.append({**ends, **_between_units(own[before], own[after])})
    return _tested(rows, "supported")


def _tested(rows: list[dict], most: str) -> pl.DataFrame:
    """Add `q`, adjusted over these rows, and what may be claimed, `most` at the most."""
    if not rows:
        return empty("shifts")
    found = pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64})
    zero = ((pl.col("low") > 0) | (pl.col("high") < 0)).fill_null(False)
    return conform(statistics.with_verdicts(found.with_columns(excludes_zero=zero), most=most), "shifts")


def _between_articles(before: np.ndarray, after: np.ndarray) -> dict:
    """Measure a change between two texts, and how often shuffled statements give one as large."""
    first, second = resampling.tally(before), resampling.tally(after)
    low, high = resampling.bootstrap_difference(first, second)
    p, floor = resampling.shuffled_difference(STEPS, np.ones(len(SAID)), first, second)
    return {**_size(first, second), "low": low, "high": high, "p": p, "floor": floor}


def _between_units(first: pl.DataFrame, second: pl.DataFrame) -> dict:
    """Measure a change between two sides, and how often shuffled articles give one as large."""
    sides = pl.concat([first.with_columns(side=pl.lit("before")), second.with_columns(side=pl.lit("after"))])
    kinds = (
        sides.group_by(total=pl.col("plus") - pl.col("minus"), n=pl.sum_horizontal(*SAID))
        .agg(pl.col("articles").filter(side=side).sum().alias(side) for side in ("before", "after"))
        .sort("total", "n")
    )
    clusters = [kinds[name].to_numpy() for name in ("total", "n", "before", "after")]
    low, high = resampling.clustered_difference(*clusters)
    p, floor = resampling.shuffled_difference(*clusters)
    tallies = [np.array([(side[name] * side["articles"]).sum() for name in SAID]) for side in (first, second)]
    return {**_size(*tallies), "low": low, "high": high, "p": p, "floor": floor}


def _size(before: np.ndarray, after: np.ndarray) -> dict[str, float]:
    """Return how far two sides are apart, from how many values -1, 0 and 1 each has."""
    means = [float(side @ STEPS / side.sum()) for side in (before, after)]
    return {"difference": means[1] - means[0], "delta": statistics.cliffs_delta(before, after)}
