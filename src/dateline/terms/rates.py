"""Count how often each term is used in how many words. Function words are no terms and stay in every denominator."""

import numpy as np
import polars as pl

from dateline.corpus.articles import units_of
from dateline.inference import resampling, statistics
from dateline.tables import conform, empty

BLOCK = 200
"""Terms resampled at once."""

MOST_RESAMPLED = 1000
"""Articles in a unit up to which they are resampled: beyond, the interval is too narrow to matter."""


def term_rates(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Count the uses of every term in 1,000 words of every unit, with two intervals.

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

    Examples:
        >>> rates = dl.term_rates(terms, articles, min_count=3)
        >>> rates.filter(term="invitation", unit_kind="period").select("unit", "count", "words", "per_1000").rows()
        [('2021', 0, 637, 0.0), ('2022', 0, 289, 0.0), ('2024', 9, 1225, 7.346939)]
    """
    if min_count < 1:
        msg = f"min_count must be at least 1, got {min_count}"
        raise ValueError(msg)
    terms = occurrences.group_by("term", "kind").agg(n=pl.len()).filter(pl.col("n") >= min_count).select("term", "kind")
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
        .join(_resampled(terms["term"].sort(), per_article, units), on=["term", "unit_kind", "unit"], how="left")
        .pipe(conform, "term_rates")
    )


def rates(terms: pl.DataFrame, counts: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Return the rate of every term in every unit with Garwood's exact interval.

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
    pairs = found.select("count", "words").unique()
    low, high = statistics.garwood(pairs["count"].to_numpy(), pairs["words"].to_numpy() / 1000)
    return found.join(pairs.with_columns(low=low, high=high), on=["count", "words"], how="left").with_columns(
        per_1000=pl.col("count") / pl.col("words") * 1000
    )


def matrix(terms: pl.Series, per_article: pl.DataFrame, order: list[str]) -> np.ndarray:
    """Return counts as an array of terms by articles."""
    rows = terms.to_frame("term").with_row_index("row")
    columns = pl.DataFrame({"article_id": order}, schema={"article_id": pl.String}).with_row_index("column")
    places = per_article.join(rows, on="term").join(columns, on="article_id")
    found = np.zeros((len(terms), len(order)))
    found[places["row"].to_numpy(), places["column"].to_numpy()] = places["count"].to_numpy()
    return found


def _resampled(terms: pl.Series, per_article: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return the percentile interval of each rate over resamples of the articles of a unit."""
    columns = ("term", "unit_kind", "unit", "boot_low", "boot_high")
    frames = [empty("term_rates").select(columns)]
    spoken = units.filter(pl.col("words") > 0).sort("article_id")
    for (kind, unit), part in spoken.group_by(["unit_kind", "unit"], maintain_order=True):
        if not 2 <= part.height <= MOST_RESAMPLED:
            continue
        weights, probability = resampling.resamples(part.height)
        words = weights @ part["words"].to_numpy().astype(float)
        # Most terms are in few articles of a unit, and many in the same.
        counts = matrix(terms, per_article, part["article_id"].to_list())
        counts, like = np.unique(counts, axis=0, return_inverse=True)
        blocks = (counts[at : at + BLOCK] @ weights.T for at in range(0, len(counts), BLOCK))
        ends = np.concatenate([resampling.quantiles(1000 * block / words, probability) for block in blocks])
        low, high = ends[like.ravel()].T
        own = pl.DataFrame({"term": terms, "boot_low": low, "boot_high": high})
        frames.append(own.with_columns(unit_kind=pl.lit(kind), unit=pl.lit(unit)))
    return pl.concat(frames, how="diagonal")
