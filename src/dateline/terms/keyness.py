"""Compare how often a term is used in one unit and in the others."""

import numpy as np
import polars as pl

from dateline.corpus.articles import units_of
from dateline.inference import approximations, resampling, statistics
from dateline.tables import SCHEMAS, conform, empty
from dateline.terms.rates import matrix

PRIOR_WORDS = 500.0
"""Pseudo-words of the Dirichlet prior: enough to still rare words, too few to silence common ones."""

COMPARED = ("period", "publisher")
"""Kinds of units that are compared."""

KEYNESS_OF_COUNTS = [name for name in SCHEMAS["keyness"] if name != "dispersion"]
"""Columns of `keyness` that need no more than sums over articles."""

USES = ("count", "squares", "lengths")
"""Sums over articles: uses of a term, their squares, and uses times words."""

LENGTHS = ("words", "articles", "squares")
"""Sums over articles: their words, their number, and the squares of their words."""


def keyness(
    occurrences: pl.DataFrame,
    articles: pl.DataFrame,
    *,
    min_count: int = 1,
    prior_words: float = PRIOR_WORDS,
    kinds: tuple[str, ...] = COMPARED,
) -> pl.DataFrame:
    """Rank the terms that set each period, and each publisher, apart from all the others together.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without a period take no part in the comparison of
            periods, those without a publisher none in that of publishers.
        min_count: Leave out terms used less often in the articles that take part.
        prior_words: Pseudo-words of the Dirichlet prior.
        kinds: The kinds of units to compare: `period`, `publisher`.

    Returns:
        The table `keyness`, `against` being `rest`. `z` is that of the log-odds ratio with an informative
        Dirichlet prior (Monroe, Colaresi and Quinn 2008), `g2` Dunning's (1993), `dispersion` Gries's
        normalised DP (2008). `p` shuffles articles over the units of a kind; `q` is adjusted over the
        terms of a unit; the interval that `supported` needs is z beyond 1.96.

    Examples:
        >>> words = dl.keyness(terms, articles, min_count=3)
        >>> words.sort("z").select("term", "unit", "count", "count_against", "verdict").row(-1)
        ('#demands', '2022', 7, 1, 'not testable')
    """
    units = units_of(articles).filter(pl.col("words") > 0).sort("article_id")
    compared = [_of_one_kind(occurrences, units.filter(unit_kind=kind), min_count, prior_words) for kind in kinds]
    return conform(pl.concat([empty("keyness"), *compared]), "keyness")


def _of_one_kind(occurrences: pl.DataFrame, units: pl.DataFrame, min_count: int, prior_words: float) -> pl.DataFrame:
    names, order = units["unit"].unique().sort(), units["article_id"].to_list()
    sizes = units["words"].to_numpy().astype(float)
    per_article = (
        occurrences.filter(pl.col("article_id").is_in(order)).group_by("term", "kind", "article_id").agg(count=pl.len())
    )
    total = per_article.group_by("term", "kind").agg(pl.col("count").sum())
    terms = total.filter(pl.col("count") >= min_count).select("term", "kind").sort("term")
    if len(names) < 2 or terms.is_empty():
        return empty("keyness")
    counts = matrix(terms["term"], per_article, order)
    even, frames = statistics.dp_norm(counts, sizes), []

    def z(*sums: np.ndarray) -> np.ndarray:
        return statistics.log_odds(*sums, prior_words)[1]

    for name in names:
        inside = (units["unit"] == name).to_numpy()
        own = terms.with_columns(unit_kind=pl.lit(units["unit_kind"][0]), unit=pl.lit(name))
        sums = [values[..., side].sum(axis=-1).astype(int) for values in (counts, sizes) for side in (inside, ~inside)]
        p, floor = resampling.permutation_p(counts, sizes, inside, z)
        found = _measured(own, *sums, prior_words).with_columns(dispersion=even, p=p, floor=floor)
        frames.append(statistics.with_verdicts(found))
    return conform(pl.concat(frames), "keyness")


def _measured(
    terms: pl.DataFrame, count: np.ndarray, other: np.ndarray, words: np.ndarray, others: np.ndarray, prior_words: float
) -> pl.DataFrame:
    """Add every measure that needs no more than the uses of terms in `words` and in the `others`."""
    odds, z = statistics.log_odds(count, other, words, others, prior_words)
    return terms.with_columns(
        against=pl.lit("rest"),
        count=count,
        count_against=other,
        words=words,
        words_against=others,
        per_1000=count / words * 1000,
        per_1000_against=other / others * 1000,
        log_odds=odds,
        z=z,
        log_ratio=statistics.log_ratio(count, other, words, others),
        g2=statistics.g_squared(count, other, words, others),
        excludes_zero=np.abs(z) > statistics.Z,
    )


def used_in(counts: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return uses of terms in articles (`article_id`, `count`) with the units of each article and what `USES` names."""
    return counts.join(units, on="article_id").with_columns(
        squares=pl.col("count") ** 2, lengths=pl.col("count") * pl.col("words")
    )


def lengths_of(units: pl.DataFrame) -> pl.DataFrame:
    """Return what `units_of` returns with what `LENGTHS` names."""
    return units.with_columns(articles=pl.lit(1, pl.Int64), squares=pl.col("words") ** 2)


def keyness_of_counts(
    counts: pl.DataFrame, sizes: pl.DataFrame, *, min_count: int = 1, prior_words: float = PRIOR_WORDS
) -> pl.DataFrame:
    """Rank the terms that set each unit of one kind apart, from sums over articles.

    Args:
        counts: `term`, `kind`, `unit_kind`, `unit` and `USES`; a term that a unit does not use may be missing.
        sizes: `unit_kind`, `unit` and `LENGTHS`: every unit, those without words among them.
        min_count: Leave out terms used less often in all units together.
        prior_words: Pseudo-words of the Dirichlet prior.

    Returns:
        `KEYNESS_OF_COUNTS` without `q` and `verdict`, and `excludes_zero`; `dispersion` needs each article. `p` is that of
        as many articles as would make the uses vary as they do, had each of them all its uses alike
        (`approximations.shuffled_uses`). Nothing where fewer than two units have words.
    """
    there = sizes.filter(pl.col("words") > 0).sort("unit")
    used = counts.group_by("term", "kind").agg(pl.col(USES).sum().name.suffix("_of_all"))
    kept = used.filter(pl.col("count_of_all") >= min_count, there.height > 1).sort("term")
    found = (
        kept.join(there.drop("squares"), how="cross", maintain_order="left_right")
        .join(
            counts.select("term", "kind", "unit", "count"),
            on=["term", "kind", "unit"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("count").fill_null(0))
    )
    every = there["words"].sum()
    count, total, words = found.select("count", "count_of_all", "words").to_numpy().T
    squares, lengths = found.select("squares_of_all", "lengths_of_all").to_numpy().astype(float).T
    rate = total / max(every, 1)
    p, floor = approximations.shuffled_uses(
        count - rate * words,
        total.astype(float),
        squares - 2 * rate * lengths + rate**2 * there["squares"].sum(),
        (found["articles"] / there["articles"].sum()).to_numpy(),
    )
    measured = _measured(
        found.select("term", "kind", "unit_kind", "unit"), count, total - count, words, every - words, prior_words
    )
    return measured.with_columns(p=p, floor=floor)
