"""Measure how the rate of a term moves over the articles, and test it."""

import polars as pl

from dateline.inference import statistics
from dateline.inference import trends as theil_sen
from dateline.tables import conform, empty
from dateline.terms.rates import matrix


def trends(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Measure whether the rate of each term rises or falls over the dated articles.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without both bounds of their date take no part.
        min_count: Leave out terms used less often.

    Returns:
        The table `trends`: `slope` is the median of all pairwise slopes (Theil 1950, Sen 1968), in uses per
        1,000 words and year, between the middles of the dates; `low` and `high` Sen's interval; `tau` and
        `p` Mann and Kendall's test, exact over all orders of the articles while there are few. Two articles
        whose dates overlap are not ordered and count neither way.

    Examples:
        >>> dl.trends(terms, articles, min_count=3).filter(term="#war").select("articles", "slope", "verdict").row(0)
        (5, 2.170391, 'not shown')
    """
    dated = articles.drop_nulls(["published_from", "published_to"]).filter(pl.col("words") > 0).sort("article_id")
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
    counts = matrix(terms["term"], per_article, dated["article_id"].to_list())
    rates = 1000 * counts / dated["words"].to_numpy()
    if terms.is_empty():
        return empty("trends")
    found = pl.DataFrame(
        {"term": terms["term"], "kind": terms["kind"], **theil_sen.trends(first, last, rates)}
    ).with_columns(articles=pl.lit(dated.height), excludes_zero=(pl.col("low") > 0) | (pl.col("high") < 0))
    return conform(statistics.with_verdicts(found), "trends")
