"""Compare how often a term is used in one unit and in the others."""

import numpy as np
import polars as pl

from dateline.inference import approximations, resampling, statistics
from dateline.tables import SCHEMAS, conform, empty
from dateline.terms.rates import _matrix

PRIOR_WORDS = 500.0
"""Pseudo-words of the Dirichlet prior: enough to still rare words, too few to silence common ones."""


def keyness(
    occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1, prior_words: float = PRIOR_WORDS
) -> pl.DataFrame:
    """What sets each period apart from all the others together.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without a period take no part.
        min_count: Leave out terms used less often.
        prior_words: Pseudo-words of the Dirichlet prior.

    Returns:
        The table `keyness`, `against` being `rest`. `p` shuffles articles over the periods; `q` is
        adjusted over the terms of a period; the interval that `supported` needs is z beyond 1.96.
    """
    dated = articles.drop_nulls("period").filter(pl.col("words") > 0).sort("article_id")
    periods = sorted(dated["period"].unique())
    if len(periods) < 2:
        return empty("keyness")
    order = dated["article_id"].to_list()
    sizes = dated["words"].to_numpy().astype(float)
    per_article = (
        occurrences.filter(pl.col("article_id").is_in(order))
        .group_by("term", "kind", "article_id")
        .agg(count=pl.len())
    )
    terms = (
        per_article.group_by("term", "kind")
        .agg(pl.col("count").sum())
        .filter(pl.col("count") >= min_count)
        .sort("term")
    )
    counts = _matrix(terms["term"], per_article, order)
    frames = []
    for period in periods if terms.height else []:
        inside = (dated["period"] == period).to_numpy()
        found = _period_keyness(counts, sizes, inside, prior_words).with_columns(
            terms["term"], terms["kind"], period=pl.lit(period), against=pl.lit("rest")
        )
        frames.append(statistics.with_verdicts(found))
    return conform(pl.concat(frames), "keyness") if frames else empty("keyness")


def _period_keyness(counts: np.ndarray, sizes: np.ndarray, inside: np.ndarray, total: float) -> pl.DataFrame:
    """Every measure of every term (the rows of `counts`) in the articles `inside` against the others."""
    words, others = int(sizes[inside].sum()), int(sizes[~inside].sum())

    def delta(values: np.ndarray, masks: np.ndarray) -> np.ndarray:
        """z of the log-odds ratio (the formula of `stats.log_odds`), terms by masks."""
        sums = values.sum(axis=1, keepdims=True)
        prior = sums / sizes.sum() * total
        here, of = values @ masks.T, masks @ sizes
        first, second = here + prior, sums - here + prior
        odds = np.log(first / (of + total - first)) - np.log(second / (sizes.sum() - of + total - second))
        return odds / np.sqrt(1 / first + 1 / second)

    p, floor = resampling.permutation_p(counts, inside, delta)
    prior = counts.sum(axis=1) / sizes.sum() * total
    rows = [
        {
            **_effects(int(row[inside].sum()), int(row[~inside].sum()), words, others, float(alpha), total),
            "dispersion": statistics.dp_norm(row, sizes),
        }
        for row, alpha in zip(counts, prior, strict=True)
    ]
    found = pl.DataFrame(rows).with_columns(p=pl.Series(p), floor=pl.Series(floor))
    return found.with_columns(excludes_zero=pl.col("z").abs() > statistics.Z)


def _effects(count: int, other: int, words: int, others: int, prior: float, total: float) -> dict:
    """What sets one part of a corpus apart in the use of a term: every measure that needs no more than counts."""
    odds, z = statistics.log_odds(count, other, words, others, prior, total)
    return {
        "count": count,
        "count_against": other,
        "words": words,
        "words_against": others,
        "per_1000": count / words * 1000,
        "per_1000_against": other / others * 1000,
        "log_odds": odds,
        "z": z,
        "log_ratio": statistics.log_ratio(count, other, words, others),
        "g2": statistics.g_squared(count, other, words, others),
    }


USES = ("count", "squares", "lengths")
"""Sums over articles: uses of a term, their squares, and uses times words."""

LENGTHS = ("words", "articles", "squares")
"""Sums over articles: their words, their number, and the squares of their words."""


def used_in(counts: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Uses of terms in articles (`article_id`, `count`) with the units of each article and what `USES` names."""
    return counts.join(units, on="article_id").with_columns(
        squares=pl.col("count") ** 2, lengths=pl.col("count") * pl.col("words")
    )


def lengths_of(units: pl.DataFrame) -> pl.DataFrame:
    """What `units_of` returns with what `LENGTHS` names."""
    return units.with_columns(articles=pl.lit(1, pl.Int64), squares=pl.col("words") ** 2)


def keyness_of_counts(
    counts: pl.DataFrame, sizes: pl.DataFrame, *, min_count: int = 1, prior_words: float = PRIOR_WORDS
) -> pl.DataFrame:
    """What sets each period apart from the others, from sums over articles: `keyness` without its spread over them.

    Args:
        counts: `term`, `kind`, `period`, and `USES`; a term that a period does not use may be missing.
        sizes: `period` and `LENGTHS`: every period, those without words among them.
        min_count: Leave out terms used less often in all periods together.
        prior_words: Pseudo-words of the Dirichlet prior.

    Returns:
        The columns of `keyness` up to `g2`, and `p`, `floor` and `excludes_zero`. `dispersion` needs each article. `p` is
        that of as many articles as would make the uses vary as they do, had each of them all its uses alike
        (`approximations.shuffled_uses`).
    """
    there = sizes.filter(pl.col("words") > 0).sort("period")
    words = dict(there.select("period", "words").iter_rows())
    every, rows = sum(words.values()), []
    schema = dict(list(SCHEMAS["keyness"].items())[: list(SCHEMAS["keyness"]).index("dispersion")])
    if len(words) < 2:
        tests = {"p": pl.Float64, "floor": pl.Float64, "excludes_zero": pl.Boolean}
        return pl.DataFrame(schema={**schema, **tests})
    used = counts.group_by("term", "kind").agg(
        total=pl.col("count").sum(),
        of=pl.struct("period", "count"),
        **{name: pl.col(name).sum() for name in USES[1:]},
    )
    kept = used.filter(pl.col("total") >= min_count).sort("term")
    for term, kind, total, of in kept.select("term", "kind", "total", "of").iter_rows():
        own = {row["period"]: row["count"] for row in of}
        prior = total / every * prior_words
        for period, size in words.items():
            count = own.get(period, 0)
            found = _effects(count, total - count, size, every - size, prior, prior_words)
            rows.append({"term": term, "kind": kind, "period": period, "against": "rest", **found})
    found = pl.DataFrame(rows, schema=schema)
    total, squares, lengths = (
        kept[name].to_numpy().astype(float).repeat(len(words)) for name in ("total", *USES[1:])
    )
    rate = total / every
    p, floor = approximations.shuffled_uses(
        found["count"].to_numpy() - rate * found["words"].to_numpy(),
        total,
        squares - 2 * rate * lengths + rate**2 * there["squares"].sum(),
        np.tile(there["articles"].to_numpy() / there["articles"].sum(), kept.height),
    )
    return found.with_columns(p=p, floor=floor, excludes_zero=pl.col("z").abs() > statistics.Z)


KEYNESS_OF_COUNTS = [name for name in SCHEMAS["keyness"] if name != "dispersion"]
"""Columns of `keyness` that need no more than sums over articles."""
