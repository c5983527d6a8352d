"""Sentences -> words: which terms are used, how often in how many words, and what sets a period apart.

A term is a lemma: the dictionary form of a word in lower case. Function words are left out of the
terms (`data/stopwords.csv`) and stay in every denominator. The unit of analysis is the article.
"""

import numpy as np
import polars as pl

from dateline.corpus.articles import units_of
from dateline.inference import resampling, statistics
from dateline.inference import trends as tests_of_trend
from dateline.tables import conform, empty


def term_rates(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Rate of every term in every unit, per 1,000 words, with two intervals.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`.
        min_count: Leave out terms used less often in all articles together; at least 1.

    Returns:
        The table `term_rates`. `low` and `high` are Garwood's exact interval, which takes every use for an
        event of its own; a term that a unit does not use keeps an upper bound. `boot_low` and `boot_high`
        resample whole articles, which is the unit that varies; empty where a unit has one article only.

    Raises:
        ValueError: `min_count` is below 1.
    """
    if min_count < 1:
        msg = f"min_count must be at least 1, got {min_count}"
        raise ValueError(msg)
    terms = (
        occurrences.group_by("term", "kind")
        .agg(n=pl.len())
        .filter(pl.col("n") >= min_count)
        .select("term", "kind")
    )
    units = units_of(articles)
    sizes = units.group_by("unit_kind", "unit").agg(pl.col("words").sum())
    per_article = occurrences.group_by("term", "article_id").agg(count=pl.len().cast(pl.Int64))
    counts = (
        per_article.join(units.drop("words"), on="article_id")
        .group_by("term", "unit_kind", "unit")
        .agg(pl.col("count").sum())
    )
    return (
        rates(terms, counts, sizes)
        .join(
            _resampled(terms["term"].sort(), per_article, units), on=["term", "unit_kind", "unit"], how="left"
        )
        .pipe(conform, "term_rates")
    )


def rates(terms: pl.DataFrame, counts: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Rate of every term in every unit with Garwood's exact interval.

    Args:
        terms: `term`, `kind`: the terms that get a row in every unit with words.
        counts: `term`, `unit_kind`, `unit`, `count`; a term that a unit does not use may be missing.
        sizes: `unit_kind`, `unit`, `words`.

    Returns:
        `term`, `kind`, `unit_kind`, `unit`, `words`, `count`, `low`, `high`, `per_1000`.
    """
    found = (
        terms.join(sizes.filter(pl.col("words") > 0), how="cross")
        .join(counts, on=["term", "unit_kind", "unit"], how="left")
        .with_columns(pl.col("count").fill_null(0))
    )
    bounds = {
        pair: statistics.garwood(pair[0], pair[1] / 1000)
        for pair in found.select("count", "words").unique().iter_rows()
    }
    limits = pl.DataFrame(
        [(*pair, *bound) for pair, bound in sorted(bounds.items())],
        schema={"count": pl.Int64, "words": pl.Int64, "low": pl.Float64, "high": pl.Float64},
        orient="row",
    )
    return found.join(limits, on=["count", "words"], how="left").with_columns(
        per_1000=pl.col("count") / pl.col("words") * 1000
    )


BLOCK = 200
"""Terms resampled at once."""

MOST_RESAMPLED = 1000
"""Articles in a unit up to which they are resampled: beyond, the interval is too narrow to matter."""


def _matrix(terms: pl.Series, per_article: pl.DataFrame, order: list[str]) -> np.ndarray:
    """Counts as terms by articles."""
    places = (
        per_article.join(terms.to_frame("term").with_row_index("row"), on="term")
        .join(
            pl.DataFrame({"article_id": order}, schema={"article_id": pl.String}).with_row_index("column"),
            on="article_id",
        )
        .select("row", "column", "count")
    )
    found = np.zeros((len(terms), len(order)))
    found[places["row"].to_numpy(), places["column"].to_numpy()] = places["count"].to_numpy()
    return found


def _resampled(terms: pl.Series, per_article: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Percentile interval of each rate over resamples of the articles of a unit."""
    schema = {
        "term": pl.String,
        "unit_kind": pl.String,
        "unit": pl.String,
        "boot_low": pl.Float64,
        "boot_high": pl.Float64,
    }
    rows = []
    spoken = units.filter(pl.col("words") > 0).sort("article_id")
    for (kind, unit), part in spoken.group_by(["unit_kind", "unit"], maintain_order=True):
        if not 2 <= part.height <= MOST_RESAMPLED:
            continue
        weights, probability = resampling.resamples(part.height)
        words = weights @ part["words"].to_numpy().astype(float)
        counts = _matrix(terms, per_article, part["article_id"].to_list())
        for at in range(0, len(counts), BLOCK):
            rates = 1000 * (counts[at : at + BLOCK] @ weights.T) / words
            bounds = resampling.quantiles(rates, probability)
            rows += [
                (term, kind, unit, *bound)
                for term, bound in zip(terms[at : at + BLOCK], bounds.tolist(), strict=True)
            ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def trends(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Whether the rate of a term rises or falls over the dated articles.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without both bounds of their date take no part.
        min_count: Leave out terms used less often.

    Returns:
        The table `trends`: `slope` is the median of all pairwise slopes (Theil 1950, Sen 1968), in uses per
        1,000 words and year, between the middles of the dates; `low` and `high` Sen's interval; `tau` and
        `p` Mann and Kendall's test, exact over all orders of the articles while there are few. Two articles
        whose dates overlap are not ordered and count neither way.
    """
    dated = (
        articles.drop_nulls(["published_from", "published_to"]).filter(pl.col("words") > 0).sort("article_id")
    )
    if dated.height < 3:
        return empty("trends")
    terms = (
        occurrences.filter(pl.col("article_id").is_in(dated["article_id"].implode()))
        .group_by("term", "kind")
        .agg(n=pl.len())
        .filter(pl.col("n") >= min_count)
        .sort("term")
    )
    first = dated["published_from"].to_physical().to_numpy().astype(float)
    last = dated["published_to"].to_physical().to_numpy().astype(float)
    per_article = occurrences.group_by("term", "article_id").agg(count=pl.len())
    counts = _matrix(terms["term"], per_article, dated["article_id"].to_list())
    rates = 1000 * counts / dated["words"].to_numpy()
    if terms.is_empty():
        return empty("trends")
    found = pl.DataFrame(
        {"term": terms["term"], "kind": terms["kind"], **tests_of_trend.trends(first, last, rates)}
    ).with_columns(articles=pl.lit(dated.height), excludes_zero=(pl.col("low") > 0) | (pl.col("high") < 0))
    return conform(statistics.with_verdicts(found), "trends")
