"""Near-copies between articles: syndicated text that would count one voice twice.

Two articles are compared by their shingles, runs of five words; the measure is Jaccard's, the shared
shingles out of all. Pairs are found through shared shingles, so that time grows with the text and not
with the number of pairs.
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
    """Pairs of articles that share text.

    Args:
        sentences: The table `sentences`; titles do not take part.
        articles: The table `articles`, for the order of dates.

    Returns:
        The table `copies`: `article` is the later one (ties by id), `of` the earlier, `shared` the number
        of shared shingles, `jaccard` (0 to 1), `copy` whether it counts as a near-copy.
    """
    body = sentences.filter(pl.col("part") != "title").sort("article_id", "start")
    rows = []
    for (article,), part in body.group_by("article_id", maintain_order=True):
        words = [match[0].casefold() for text in part["text"] for match in WORD.finditer(text)]
        rows += [(article, " ".join(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)]
    shingles = pl.DataFrame(
        rows, schema={"article_id": pl.String, "shingle": pl.String}, orient="row"
    ).unique()
    if shingles.is_empty():
        return empty("copies")
    sizes = shingles.group_by("article_id").agg(size=pl.len())
    first = articles.sort(pl.col("published_from").fill_null(pl.date(9999, 1, 1)), "article_id")
    rank = first.with_row_index("rank").select("article_id", "rank")
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


def count_once(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Leave the sentences of near-copies out of every count, and put them into the ledger.

    Args:
        tables: `articles`, `removed`, `sentences` and `copies`.

    Returns:
        The same tables; an article that is a near-copy has no sentences and no words.
    """
    copy = (
        tables["copies"]
        .filter("copy")
        .unique("article", keep="first", maintain_order=True)
        .select(article_id="article", of="of")
    )
    gone = tables["sentences"].join(copy, on="article_id")
    ledger = gone.select(
        "article_id",
        "start",
        "end",
        "text",
        reason=pl.lit("repeat"),
        rule=pl.lit("A near-copy of ") + pl.col("of"),
    )
    kept = tables["sentences"].join(copy, on="article_id", how="anti")
    words = pl.when(pl.col("article_id").is_in(copy["article_id"].implode())).then(0).otherwise("words")
    return {
        **tables,
        "articles": tables["articles"].with_columns(words=words),
        "removed": conform(
            pl.concat([tables["removed"], ledger.select(tables["removed"].columns)]), "removed"
        ),
        "sentences": kept,
    }
