"""Quotation marks and speech dashes -> spans of speech, with offsets kept and repairs named.

Marks are read by state, not by glyph: text that a machine translated or a page copied opens with
a closing mark, closes with an opening one, or never closes. A quotation that is still open at the
end of a paragraph runs on when the next paragraph opens with a mark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import polars as pl

DOUBLE = '"“”„«»‟＂'

DASH = re.compile(r"\s*[–—―]\s*(?=\S)|\s*-\s+(?=[\"“A-ZÀ-Þ])")

_SINGLE = re.compile(r"(?<![\w’'])[‘'](?=\S)(?P<body>[^‘\"“”\n]{1,600}?)(?<=\S)[’'](?![\w])")

_ANY = re.compile(rf"[{DOUBLE}]|''|‘‘|’’|``|´´")
"""A double mark, or two single ones for it, as typewriters and some databases write them."""


@dataclass(frozen=True)
class Quote:
    """One quoted stretch: `start` and `end` of the words inside the marks, in code points of the raw file."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    kind: str
    """`marks`, `single` (single quotation marks) or `dash` (a paragraph that begins with a speech dash)."""
    runs_on: bool = False
    """Whether the paragraph ended before the quotation did."""
    repaired: str = ""
    """What was wrong with the marks, or empty."""


def find_quotes(text: str, start: int, end: int) -> list[Quote]:
    """Spans of quoted words in one paragraph, in order, none inside another.

    Args:
        text: The raw text of the article.
        start: Where the paragraph begins.
        end: Where it ends.
    """
    quotes: list[Quote] = []
    opened: int | None = None
    repaired, width = "", 1
    for match in _ANY.finditer(text, start, end):
        at = match.start()
        before = text[at - 1] if at > start else " "
        after = text[match.end()] if match.end() < end else " "
        if opened is None:
            if match[0] in "”»" and not after.isalnum() and before not in " \n" and not quotes:
                continue  # A closing mark without an opening one: what it closes cannot be told.
            if before.isdigit() and match[0] == '"' and not after.isalnum():
                continue  # Inches.
            opened, width = at, len(match[0])
            repaired = "opened by a closing mark" if match[0] in ("”", "’’") and after.isalnum() else ""
        elif not text[opened + width : at].strip():
            opened, width = at, len(match[0])
        else:
            if match[0] in "“„" and after.isalnum():
                repaired = "closed by an opening mark"
            quotes.append(
                _quote(text, (opened, opened + width), (at, match.end()), "marks", repaired=repaired)
            )
            opened, repaired = None, ""
    if opened is not None and text[opened + width : end].strip():
        mark = (opened, opened + width)
        quotes.append(_quote(text, mark, (end, end), "marks", runs_on=True, repaired="never closed"))
    taken = [(quote.outer_start, quote.outer_end) for quote in quotes]
    single = any(text.find(mark, start, end) >= 0 for mark in "‘'")  # most paragraphs have none
    for match in _SINGLE.finditer(text, start, end) if single else ():
        if not any(first < match.end() and match.start() < last for first, last in taken):
            first, last = match.span()
            quotes.append(_quote(text, (first, first + 1), (last - 1, last), "single"))
    return sorted(quotes, key=lambda quote: quote.start)


def _quote(
    text: str,
    opening: tuple[int, int],
    closing: tuple[int, int],
    kind: str,
    *,
    runs_on: bool = False,
    repaired: str = "",
) -> Quote:
    inner = text[opening[1] : closing[0]]
    start = opening[1] + len(inner) - len(inner.lstrip())
    return Quote(start, start + len(inner.strip()), opening[0], closing[1], kind, runs_on, repaired)


def speech_dash(text: str, start: int, end: int) -> int | None:
    """Where the words begin in a paragraph that opens with a speech dash, or None if it does not."""
    match = DASH.match(text, start, end)
    return match.end() if match else None


def in_quote(quotes: list[Quote], position: int) -> Quote | None:
    """The quotation that holds a position, or None."""
    return next((quote for quote in quotes if quote.outer_start <= position < quote.outer_end), None)


def spans_of(sentences: pl.DataFrame) -> Iterator[tuple[str, list[tuple]]]:
    """`(sentence_id, paragraph, start, end, part)` of the sentences of each article, in order."""
    columns = ["article_id", "sentence_id", "paragraph", "start", "end", "part"]
    rows = sentences.select(columns).sort("article_id", "start").rows()
    for article, own in groupby(rows, key=itemgetter(0)):
        yield article, [row[1:] for row in own]


def paragraph_quotes(text: str, spans: list[tuple]) -> list[Quote]:
    """Every quotation of an article, from `(sentence_id, paragraph, start, end, ...)` of its sentences."""
    edges: dict[int, list[int]] = {}
    for _, paragraph, start, end, *_ in spans:
        edges.setdefault(paragraph, [start, end])[1] = end
    return [quote for start, end in edges.values() for quote in find_quotes(text, start, end)]
