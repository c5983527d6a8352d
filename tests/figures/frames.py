"""Tables small enough to check by hand, for the tests of the figures."""

import shutil
from pathlib import Path

import polars as pl

from dateline.figures.base import Figure
from dateline.figures.drawing.theme import CSS
from dateline.tables import SCHEMAS, conform
from tests.conftest import REPOSITORY


def filled(name: str, rows: list[dict]) -> pl.DataFrame:
    """Return a table of the contract with these rows: `start` counts them, other columns that they lack are empty."""
    schema = SCHEMAS[name]
    whole = [
        {column: row.get(column, at if column == "start" else None) for column in schema} for at, row in enumerate(rows)
    ]
    return conform(pl.DataFrame(whole, schema), name)


def counts_by_evidence(figure: Figure) -> dict[str, int]:
    """Return mark -> number of its rows in the evidence, for every mark of the figure."""
    found = dict(figure.evidence.group_by("mark").len().iter_rows())
    assert set(found) <= set(figure.rows["mark"])
    return {mark: found.get(mark, 0) for mark in figure.rows["mark"]}


def numbers(figure: Figure) -> dict[str, int]:
    """Return mark -> the number on it."""
    assert figure.rows["mark"].is_unique().all()
    return dict(figure.rows.select("mark", "count").iter_rows())


def give_look(root: Path) -> None:
    """Give a study the stylesheet that its figures take their colours from."""
    (root / CSS).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / CSS, root / CSS)
