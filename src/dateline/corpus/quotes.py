"""Find quoted speech by its marks and dashes: spans in the raw text, and what was wrong with the marks.

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
    """Describe one quoted stretch: `start` and `end` of the words inside the marks, in code points of the raw file."""

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
    """Find the quoted stretches of one paragraph, in order, none inside another.

    Args:
        text: The raw text of the article.
        start: Where the paragraph begins.
        end: Where it ends.
    """
    quotes = _in_double_marks(text, start, end)
    quotes += _in_single_marks(text, start, end, quotes)
    return sorted(quotes, key=lambda quote: quote.start)


def _in_double_marks(text: str, start: int, end: int) -> list[Quote]:
    quotes: list[Quote] = []
    opening: tuple[int, int] | None = None
    repaired = ""
    for match in _ANY.finditer(text, start, end):
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        if opening is None and _opens(match[0], before, after, first=not quotes):
            opening = match.span()
            repaired = "opened by a closing mark" if match[0] in ("”", "’’") and after.isalnum() else ""
        elif opening is None:
            continue
        elif not text[opening[1] : match.start()].strip():
            opening = match.span()
        else:
            if match[0] in "“„" and after.isalnum():
                repaired = "closed by an opening mark"
            quotes.append(_quote(text, opening, match.span(), "marks", repaired=repaired))
            opening = None
    if opening is not None and text[opening[1] : end].strip():
        quotes.append(_quote(text, opening, (end, end), "marks", runs_on=True, repaired="never closed"))
    return quotes


def _opens(mark: str, before: str, after: str, *, first: bool) -> bool:
    """Return whether a mark opens a quotation where none is open."""
    closes = mark in "”»" and not after.isalnum() and before not in " \n"
    inches = before.isdigit() and mark == '"' and not after.isalnum()
    return not inches and not (closes and first)  # What a first closing mark closes cannot be told.


def _in_single_marks(text: str, start: int, end: int, others: list[Quote]) -> list[Quote]:
    """Return the quotations in single marks that overlap none of the others."""
    if not any(text.find(mark, start, end) >= 0 for mark in "‘'"):  # most paragraphs have none
        return []
    return [
        _quote(text, (first, first + 1), (last - 1, last), "single")
        for first, last in (match.span() for match in _SINGLE.finditer(text, start, end))
        if not any(other.outer_start < last and first < other.outer_end for other in others)
    ]


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
    """Return where the words begin in a paragraph that opens with a speech dash; None for any other."""
    match = DASH.match(text, start, end)
    return match.end() if match else None


def in_quote(quotes: list[Quote], position: int) -> Quote | None:
    """Return the quotation around a position, or None."""
    return next((quote for quote in quotes if quote.outer_start <= position < quote.outer_end), None)


def spans_of(sentences: pl.DataFrame) -> Iterator[tuple[str, list[tuple]]]:
    """Yield each article with its sentences in order: `(sentence_id, paragraph, start, end, part)`."""
    columns = ["article_id", "sentence_id", "paragraph", "start", "end", "part"]
    rows = sentences.select(columns).sort("article_id", "start").rows()
    for article, own in groupby(rows, key=itemgetter(0)):
        yield article, [row[1:] for row in own]


def paragraph_quotes(text: str, spans: list[tuple]) -> list[Quote]:
    """Find every quotation of an article, from `(sentence_id, paragraph, start, end, ...)` of its sentences."""
    edges: dict[int, list[int]] = {}
    for _, paragraph, start, end, *_ in spans:
        edges.setdefault(paragraph, [start, end])[1] = end
    return [quote for start, end in edges.values() for quote in find_quotes(text, start, end)]
