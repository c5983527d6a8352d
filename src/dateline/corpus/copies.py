"""Find near-copies between articles: syndicated text that would count one voice twice.

Two articles are compared by the runs of five words (shingles) that they share, out of all that either has (Jaccard).
"""

import polars as pl

from dateline.corpus.sentences import WORD
from dateline.tables import conform, empty

SHINGLE = 5

COPY = 0.5
"""Jaccard index from which the later article is a near-copy of the earlier."""

LEAST = 0.05
"""Pairs that share less are not listed."""


def find_copies(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Find pairs of articles that share text.

    Args:
        sentences: The table `sentences`; titles do not take part.
        articles: The table `articles`, for the order of dates.

    Returns:
        The table `copies`: `article` is the later one (ties by id), `of` the earlier, `shared` the number
        of shared shingles, `jaccard` (0 to 1), `copy` whether it counts as a near-copy.

    Examples:
        >>> dl.find_copies(sentences, articles).height
        0
    """
    body = sentences.filter(pl.col("part") != "title").sort("article_id", "start")
    rows = []
    for (article,), part in body.group_by("article_id", maintain_order=True):
        words = [match[0].casefold() for text in part["text"] for match in WORD.finditer(text)]
        rows += [(article, " ".join(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)]
    shingles = pl.DataFrame(rows, schema={"article_id": pl.String, "shingle": pl.String}, orient="row").unique()
    if shingles.is_empty():
        return empty("copies")
    sizes = shingles.group_by("article_id").agg(size=pl.len())
    rank = articles.sort("published_from", "article_id", nulls_last=True).select("article_id").with_row_index("rank")
    own = shingles.join(rank, on="article_id", validate="m:1")
    return (
        own.join(own, on="shingle", suffix="_of")
        .filter(pl.col("rank") > pl.col("rank_of"))
        .group_by(article="article_id", of="article_id_of")
        .agg(shared=pl.len())
        .join(sizes, left_on="article", right_on="article_id", validate="m:1")
        .join(sizes, left_on="of", right_on="article_id", suffix="_of", validate="m:1")
        .with_columns(jaccard=pl.col("shared") / (pl.col("size") + pl.col("size_of") - pl.col("shared")))
        .filter(pl.col("jaccard") >= LEAST)
        .with_columns(copy=pl.col("jaccard") >= COPY)
        .pipe(conform, "copies")
    )


def drop_copies(
    articles: pl.DataFrame, removed: pl.DataFrame, sentences: pl.DataFrame, copies: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Leave near-copies out of every count: the first article of each counts, the later ones do not.

    Args:
        articles: The table `articles`.
        removed: The table `removed`.
        sentences: The table `sentences`.
        copies: The table `copies`.

    Returns:
        The tables `articles`, `removed` and `sentences`: a near-copy has no words and no sentences, and its
        sentences are listed among the removed lines.

    Examples:
        >>> copies = dl.find_copies(sentences, articles)
        >>> kept = dl.drop_copies(articles, removed, sentences, copies)
        >>> [frame.height for frame in kept]
        [5, 24, 109]
    """
    copy = copies.filter("copy").unique("article", keep="first", maintain_order=True).select("of", article_id="article")
    gone = sentences.join(copy, on="article_id")
    rule = pl.format("A near-copy of {}", "of")
    left_out = gone.select("article_id", "start", "end", "text", reason=pl.lit("repeat"), rule=rule)
    kept = sentences.join(copy, on="article_id", how="anti")
    words = pl.when(pl.col("article_id").is_in(copy["article_id"].implode())).then(0).otherwise("words")
    removed = conform(pl.concat([removed, left_out.select(removed.columns)]), "removed")
    return articles.with_columns(words=words), removed, kept
