"""Show a term in its context: keyword in context (KWIC), one line a use."""

import polars as pl

from dateline.corpus.sentences import WORD
from dateline.errors import require_columns

LINES = {
    "article_id": pl.String,
    "sentence_id": pl.String,
    "left": pl.String,
    "keyword": pl.String,
    "right": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
}


def concordance(
    occurrences: pl.DataFrame, sentences: pl.DataFrame, term: str, *, words: int | None = 8
) -> pl.DataFrame:
    """Return every use of a term with the words around it, as far as its sentence goes.

    Args:
        occurrences: The table `occurrences`.
        sentences: The table `sentences`.
        term: A term as the table has it: a lemma, a phrase, or a group (`#invitation`).
        words: Words on each side; None for the whole sentence.

    Returns:
        One row a use, by article and place: `article_id`, `sentence_id` (str); `left`, `keyword`, `right`
        (str): the text of the sentence, which is `left + keyword + right` where `words` does not cut it;
        `start`, `end` (int): place of the keyword in the article's file, half-open, in code points. No row
        if nobody uses the term.

    Raises:
        TableError: A table lacks a column.
        ValueError: `words` is below zero.

    Examples:
        >>> text = "The port may close. Abel wants the port to stay open."
        >>> ends = {"sentence_id": ["a1-s0", "a1-s20"], "start": [0, 20], "text": [text[:19], text[20:]]}
        >>> uses = {"term": "port", "article_id": "a1", "sentence_id": ["a1-s0", "a1-s20"]}
        >>> uses = pl.DataFrame({**uses, "start": [4, 35], "end": [8, 39]})
        >>> lines = dl.concordance(uses, pl.DataFrame(ends), "port", words=2)
        >>> lines.select("left", "keyword", "right").rows()
        [('The ', 'port', ' may close.'), ('wants the ', 'port', ' to stay')]
    """
    require_columns(occurrences.columns, ["term", "article_id", "sentence_id", "start", "end"], table="occurrences")
    require_columns(sentences.columns, ["sentence_id", "start", "text"], table="sentences")
    if words is not None and words < 0:
        msg = f"words must be at least 0, or None for the whole sentence, got {words}"
        raise ValueError(msg)
    used = (
        occurrences.filter(pl.col("term") == term)
        .join(sentences.select("sentence_id", "text", offset="start"), on="sentence_id", how="left", validate="m:1")
        .sort("article_id", "start", "end")
    )
    rows = [
        (article, sentence, *_line(text, start - offset, end - offset, words), start, end)
        for article, sentence, text, offset, start, end in used.select(
            "article_id", "sentence_id", "text", "offset", "start", "end"
        ).iter_rows()
    ]
    return pl.DataFrame(rows, schema=LINES, orient="row")


def _line(text: str, start: int, end: int, words: int | None) -> tuple[str, str, str]:
    """Cut a sentence at its keyword and keep `words` words on each side."""
    left, right = text[:start], text[end:]
    if words == 0:
        left = right = ""
    elif words is not None:
        before, after = list(WORD.finditer(left)), list(WORD.finditer(right))
        left = left[before[-words].start() :] if len(before) > words else left
        right = right[: after[words - 1].end()] if len(after) > words else right
    return left, text[start:end], right
