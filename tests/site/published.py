"""What figures publish, written by hand, for the tests of the pages."""

from typing import Any

import polars as pl


def published(name: str, marks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return what `Figure.publish` writes for the pages; `more` overrides it."""
    return {
        "name": name,
        "title": "Two uses of “league”",
        "subtitle": "Uses in 1,000 words.",
        "alt": ["A dot plot.", "Two dots."],
        "note": "Two articles.",
        "measures": [],
        "links": {"The uses": f"/report/evidence/{name}.qmd"},
        "notebook": "20-terms",
        "columns": {"Term": False, "Uses": True},
        "table": [["league", "2"]],
        "data": "0a1b2c3d",
        "evidence_page": True,
        "marks": marks,
        "wide": '<svg class="chart" viewBox="0 0 1 1"/>',
        "narrow": '<svg class="chart" viewBox="0 0 1 2"/>',
    } | more


def mark(name: str, kind: str = "", ids: tuple[str, ...] | list[str] = (), **more: Any) -> dict[str, Any]:
    """Return one mark of a published figure."""
    own = {"mark": name, "heading": f"{name}: {len(ids)}", "count": len(ids), "actors": []}
    return {**own, "kind": kind, "ids": list(ids), **more}


def of_evidence(evidence: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the figures of a table `evidence` as they were published; marks that count nothing are not in it."""
    pages = {}
    for (figure,), rows in evidence.group_by(["figure"], maintain_order=True):
        marks = [
            mark(name, kind, part["id"].to_list())
            for (name, kind), part in rows.group_by(["mark", "kind"], maintain_order=True)
        ]
        pages[figure] = published(figure, marks)
    return pages
