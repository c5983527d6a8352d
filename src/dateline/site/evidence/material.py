"""Gather what the evidence pages show, and find a sentence's place, its address and its excerpt.

Functions here return plain data; the templates make HTML of it. Text is given in pieces: `(text, kind)`,
where `kind` is the class of a highlight (`because`, `name`) or empty.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dateline.figures.labels import article_labels
from dateline.site.evidence.excerpts import Windows, allot
from dateline.study.load import Study
from dateline.tables import Tables

MOST_LISTED = 200
"""Articles in the list of articles, and places in one list of places."""

PARTS = {"title": "Title", "standfirst": "Standfirst", "subhead": "Sub-head"}

FIRST = ("support", "feasibility", "conditional", "target")
"""The order in which reasons are marked: a facet inside the words of a scale would take their place."""

Row = dict[str, Any]
Piece = tuple[str, str]
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Material:
    """Hold the tables of a study by id, as the evidence pages look things up."""

    study: Study
    tables: Tables
    full: bool
    """Show whole sentences, for the newsroom's own copy."""
    windows: Windows
    """Sentence -> the span that the site may show."""
    articles: dict[str, Row]
    """Article -> its row with `order` (1 is the oldest) and `when` (its days in words)."""
    sentences: dict[str, Row]
    mentions: dict[str, Row]
    occurrences: dict[str, Row]
    statements: dict[str, Row]
    named: dict[str, list[Row]]
    """Sentence -> its mentions."""
    coded: dict[str, list[Row]]
    """Sentence -> its statements, in the order of the text."""
    reasons: dict[str, list[Row]]
    """Statement -> the places of the words that decided it."""
    labels: dict[str, str]
    """Actor or group -> the name that a reader is shown."""
    ideas: dict[str, str]
    """Term of a group -> the name that a reader is shown."""


def gather(study: Study, tables: Tables, *, full: bool = False) -> Material:
    """Index the tables once for all pages; without `full` the caps on excerpts are spent here."""
    days = article_labels(tables["articles"]).drop("short")
    spans = tables["sentences"].select("sentence_id", "start", "end").rows()
    statements = tables["statements"].sort("start", "statement_id")
    return Material(
        study=study,
        tables=tables,
        full=full,
        windows={name: (start, end) for name, start, end in spans} if full else allot(study, tables),
        articles=_by_id(tables["articles"].join(days, on="article_id"), "article_id"),
        sentences=_by_id(tables["sentences"], "sentence_id"),
        mentions=_by_id(tables["mentions"], "mention_id"),
        occurrences=_by_id(tables["occurrences"], "occurrence_id"),
        statements=_by_id(statements, "statement_id"),
        named=_grouped(tables["mentions"], "sentence_id"),
        coded=_grouped(statements, "sentence_id"),
        reasons=_grouped(tables["reasons"], "statement_id"),
        labels=study.labels,
        ideas=study.ideas,
    )


def _by_id(frame: pl.DataFrame, column: str) -> dict[str, Row]:
    return {row[column]: row for row in frame.iter_rows(named=True)}


def _grouped(rows: pl.DataFrame, column: str) -> dict[str, list[Row]]:
    groups = rows.partition_by(column, as_dict=True, maintain_order=True)
    return {name: part.rows(named=True) for (name,), part in groups.items()}


def place_of(row: Row) -> str:
    """Return where a sentence is in its article, in words."""
    return PARTS.get(row["part"]) or f"Paragraph {row['paragraph']}, sentence {row['sentence']}"


def reading_order(material: Material, sentence: str, start: int = 0) -> tuple[int, int, int]:
    """Return the key that sorts sentences, and places in them, over all articles from the oldest on."""
    row = material.sentences[sentence]
    return (material.articles[row["article_id"]]["order"], row["start"], start)


def link_to(material: Material, sentence: str, anchor: str = "") -> dict[str, str]:
    """Return `address` and `text` of the link to a sentence, or to an anchor in it, on its article's page."""
    row = material.sentences[sentence]
    article = row["article_id"]
    return {
        "address": f"/report/articles/{article}.qmd#{anchor or sentence}",
        "text": f"{material.articles[article]['when']}, {place_of(row).lower()}",
    }


def shown_span(material: Material, sentence: str) -> tuple[int, int] | None:
    """Return the span of a sentence that the site may show, or None; titles are always shown."""
    row = material.sentences[sentence]
    return (row["start"], row["end"]) if row["part"] == "title" else material.windows.get(sentence)


def excerpt(material: Material, sentence: str, spans: list[Span], deciding: list[Piece]) -> Row:
    """Return what the site may show of a sentence; beyond the caps the words that decided.

    Returns:
        `pieces` of text, `quote` (they are an excerpt, not only deciding words), and `before` and `after`:
        the sentence goes on there.
    """
    row, window = material.sentences[sentence], shown_span(material, sentence)
    if window is None:
        return {"pieces": deciding, "quote": False, "before": False, "after": False}
    start, end = window
    return {
        "pieces": highlighted(material.study.texts[row["article_id"]], window, spans),
        "quote": True,
        "before": start > row["start"],
        "after": end < row["end"],
    }


def highlighted(text: str, window: tuple[int, int], spans: list[Span]) -> list[Piece]:
    """Cut a window of a text into pieces; deciding words that begin before it are cut, half a name is not marked."""
    at, end = window
    pieces: list[Piece] = []
    for first, last, kind in sorted(spans):
        begin = max(first, at) if kind == "because" else first
        if not at <= begin < last <= end:
            continue
        pieces += [(text[at:begin], ""), (text[begin:last], kind)]
        at = last
    return [(words, kind) for words, kind in [*pieces, (text[at:end], "")] if words]


def deciding_spans(material: Material, coded: list[Row]) -> list[Span]:
    """Return where the words are that decided the codes of statements, each place once."""
    found: list[Span] = []
    for row in coded:
        own = material.reasons.get(row["statement_id"], [])
        for reason in sorted(own, key=lambda reason: FIRST.index(reason["about"])):
            start, end = reason["start"], reason["end"]
            if not any(a < end and start < b for a, b, _ in found):
                found.append((start, end, "because"))
    return found
