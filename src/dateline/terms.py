"""Sentences -> words: which terms are used, how often in how many words, and what sets a period apart.

A term is a lemma: the dictionary form of a word in lower case. Function words are left out of the
terms (`data/stopwords.csv`) and stay in every denominator. The unit of analysis is the article.
"""

import re

import numpy as np
import polars as pl
import simplemma

from dateline import stats
from dateline.corpus import WORD
from dateline.tables import conform, empty

PRIOR_WORDS = 500.0
"""Pseudo-words of the Dirichlet prior: enough to still rare words, too few to silence common ones."""

_POSSESSIVE = re.compile(r"[’']s?$")


def lemma_of(surface: str, language: str, names: frozenset[str]) -> str:
    """The dictionary form of one word; names keep their form, possessives lose their ending."""
    word = _POSSESSIVE.sub("", surface.replace("’", "'"))
    lowered = word.casefold()
    if lowered in names or not word.isalpha():
        return lowered
    return simplemma.lemmatize(lowered, lang=language).casefold()


def find_occurrences(
    sentences: pl.DataFrame, stopwords: pl.DataFrame, actors: pl.DataFrame, language: str
) -> pl.DataFrame:
    """Every use of every term.

    Args:
        sentences: The table `sentences`.
        stopwords: The list of function words.
        actors: The alias ledger: words of names are not lemmatised.
        language: Two-letter code for the lemmatiser.

    Returns:
        The table `occurrences`: one row a use, function words and numbers left out.
    """
    if sentences.is_empty():
        return empty("occurrences")
    words = (
        sentences.select("sentence_id", "article_id", "text", base="start")
        .with_columns(found=pl.col("text").map_elements(_words, return_dtype=pl.List(_WORD)))
        .explode("found", empty_as_null=True)
        .drop_nulls("found")
        .unnest("found")
        .with_columns(start=pl.col("base") + pl.col("from"), end=pl.col("base") + pl.col("to"))
    )
    # A corpus repeats its words: each distinct surface is lemmatised once.
    names = frozenset(part.casefold() for alias in actors["alias"] for part in alias.split())
    surfaces = words["surface"].unique().sort()
    lemmas = pl.DataFrame(
        {"surface": surfaces, "term": [lemma_of(surface, language, names) for surface in surfaces]}
    )
    stop = stopwords["word"]
    return (
        words.join(lemmas, on="surface", how="left", validate="m:1")
        .filter(~pl.col("term").is_in(stop.implode()), ~_plain(pl.col("surface")).is_in(stop.implode()))
        .filter(pl.col("term").str.contains(r"^\p{L}"), pl.col("term").str.len_chars() > 1)
        .with_columns(occurrence_id=pl.col("article_id") + "-o" + pl.col("start").cast(pl.String))
        .pipe(conform, "occurrences")
    )


_WORD = pl.Struct({"from": pl.Int64, "to": pl.Int64, "surface": pl.String})


def _words(text: str) -> list[dict]:
    return [{"from": match.start(), "to": match.end(), "surface": match[0]} for match in WORD.finditer(text)]


def _plain(column: pl.Expr) -> pl.Expr:
    return column.str.to_lowercase().str.replace_all("’", "'").str.replace(r"'s?$", "")


def units_of(articles: pl.DataFrame) -> pl.DataFrame:
    """Which article counts in which unit: `unit_kind`, `unit`, `article_id`, `words`.

    Every article is a unit of its own and part of `all`; it is part of a period where its whole
    interval of possible days lies inside.
    """
    base = articles.select("article_id", "words", "period")
    return pl.concat(
        [
            base.select(
                unit_kind=pl.lit("article"), unit="article_id", article_id="article_id", words="words"
            ),
            base.drop_nulls("period").select(
                unit_kind=pl.lit("period"), unit="period", article_id="article_id", words="words"
            ),
            base.select(unit_kind=pl.lit("all"), unit=pl.lit("all"), article_id="article_id", words="words"),
        ]
    )


def term_rates(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Rate of every term in every unit, per 1,000 words, with Garwood's exact interval.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`.
        min_count: Leave out terms used less often in all articles together; at least 1.

    Returns:
        The table `term_rates`. A term that a unit does not use has a count of zero and an upper bound.

    Raises:
        ValueError: `min_count` is below 1.
    """
    if min_count < 1:
        msg = f"min_count must be at least 1, got {min_count}"
        raise ValueError(msg)
    terms = occurrences.group_by("term").agg(n=pl.len()).filter(pl.col("n") >= min_count).select("term")
    units = units_of(articles)
    sizes = units.group_by("unit_kind", "unit").agg(pl.col("words").sum())
    counts = (
        occurrences.select("term", "article_id")
        .join(units.drop("words"), on="article_id")
        .group_by("term", "unit_kind", "unit")
        .agg(count=pl.len().cast(pl.Int64))
    )
    rates = (
        terms.join(sizes.filter(pl.col("words") > 0), how="cross")
        .join(counts, on=["term", "unit_kind", "unit"], how="left")
        .with_columns(pl.col("count").fill_null(0))
    )
    bounds = {
        pair: stats.garwood(pair[0], pair[1] / 1000)
        for pair in rates.select("count", "words").unique().iter_rows()
    }
    limits = pl.DataFrame(
        [(*pair, *bound) for pair, bound in sorted(bounds.items())],
        schema={"count": pl.Int64, "words": pl.Int64, "low": pl.Float64, "high": pl.Float64},
        orient="row",
    )
    return (
        rates.join(limits, on=["count", "words"], how="left")
        .with_columns(per_1000=pl.col("count") / pl.col("words") * 1000)
        .pipe(conform, "term_rates")
    )


def keyness(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """What sets each period apart from all the others together.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without a period take no part.
        min_count: Leave out terms used less often.

    Returns:
        The table `keyness`, `against` being `rest`. `p` shuffles articles over the periods; `q` is
        adjusted over the terms of a period; the interval that `supported` needs is z beyond 1.96.
    """
    dated = articles.drop_nulls("period").sort("article_id")
    periods = sorted(dated["period"].unique())
    if len(periods) < 2:
        return empty("keyness")
    order = dated["article_id"].to_list()
    sizes = dated["words"].to_numpy().astype(float)
    wide = (
        occurrences.filter(pl.col("article_id").is_in(order))
        .group_by("term", "article_id")
        .agg(n=pl.len())
        .pivot("article_id", index="term", values="n")
        .sort("term")
    )
    for article in order:
        if article not in wide.columns:
            wide = wide.with_columns(pl.lit(0).alias(article))
    wide = wide.fill_null(0)
    counts = wide.select(order).to_numpy().astype(float)
    keep = counts.sum(axis=1) >= min_count
    terms, counts = np.asarray(wide["term"].to_list())[keep], counts[keep]
    frames = []
    for period in periods:
        inside = (dated["period"] == period).to_numpy()
        frames.append(_period_keyness(terms, counts, sizes, inside, period))
    return conform(pl.concat(frames), "keyness")


def _delta(counts: np.ndarray, sizes: np.ndarray, inside: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """z of the log-odds ratio of every term at once (the formula of `stats.log_odds`)."""
    first, second = counts[:, inside].sum(axis=1) + prior, counts[:, ~inside].sum(axis=1) + prior
    odds = np.log(first / (sizes[inside].sum() + PRIOR_WORDS - first)) - np.log(
        second / (sizes[~inside].sum() + PRIOR_WORDS - second)
    )
    return odds / np.sqrt(1 / first + 1 / second)


def _period_keyness(
    terms: np.ndarray, counts: np.ndarray, sizes: np.ndarray, inside: np.ndarray, period: str
) -> pl.DataFrame:
    words, others = int(sizes[inside].sum()), int(sizes[~inside].sum())
    prior = counts.sum(axis=1) / sizes.sum() * PRIOR_WORDS
    rows = []
    for term, row, alpha in zip(terms, counts, prior, strict=True):
        count, other = int(row[inside].sum()), int(row[~inside].sum())
        odds, z = stats.log_odds(count, other, words, others, float(alpha), PRIOR_WORDS)
        p, floor = stats.permutation_p(
            row,
            inside,
            lambda values, mask, alpha=alpha: float(
                _delta(values[None, :], sizes, mask, np.array([alpha]))[0]
            ),
        )
        rows.append(
            {
                "term": str(term),
                "period": period,
                "against": "rest",
                "count": count,
                "count_against": other,
                "words": words,
                "words_against": others,
                "per_1000": count / words * 1000,
                "per_1000_against": other / others * 1000,
                "log_odds": odds,
                "z": z,
                "log_ratio": stats.log_ratio(count, other, words, others),
                "g2": stats.g_squared(count, other, words, others),
                "dispersion": stats.dp_norm(row, sizes),
                "p": p,
                "floor": floor,
            }
        )
    adjusted = stats.benjamini_hochberg([row["p"] for row in rows])
    for row, q in zip(rows, adjusted, strict=True):
        row["q"] = q
        row["verdict"] = stats.verdict(row["p"], q, row["floor"], excludes_zero=abs(row["z"]) > 1.96)
    return pl.DataFrame(rows)
