"""Code by hand: draw a random sample of sentences to read into a sheet, and collect the gold codes from it.

The sample is drawn by chance from a fixed seed, so that what the codes say of it can be said of the
whole corpus (`validation.corrected_means`). The sheet holds sentences of the articles and is not published.
"""

import csv
import io
from collections.abc import Collection
from pathlib import Path

import polars as pl

from dateline.errors import DatelineError, Fault, Faults, StudyError
from dateline.files import csv_text, decode, write_text
from dateline.study.load import Study
from dateline.tables import GOLD

SHEET = GOLD / "sheet.csv"

COLUMNS = (
    "article_id", "sentence_start", "text", "read", "holder", "holder_text", "voice", "on_target", "support", "feasibility", "conditional",
)  # fmt: skip

CODES = COLUMNS[4:]

STATEMENT = (*COLUMNS[:2], *CODES)
"""Columns of the gold codes."""

ALLOWED = {
    "read": ("", "yes"),
    "voice": ("", "direct", "indirect", "narrated"),
    **dict.fromkeys(("on_target", "conditional"), ("", "true", "false")),
    **dict.fromkeys(("support", "feasibility"), ("", "-1", "0", "1")),
}


def write_sheet(study: Study, sentences: pl.DataFrame, *, count: int, seed: int) -> Path:
    """Write the sheet: one row a sentence, in the order of the articles, codes empty.

    Args:
        study: The study.
        sentences: The table `sentences`; titles and sub-heads are in the draw.
        count: Sentences to draw; all where there are fewer.
        seed: The same seed draws the same sentences.

    Raises:
        DatelineError: A sheet or gold codes stand there already; nothing is overwritten.
    """
    for path in (study.root / SHEET, study.root / GOLD / "statements.csv"):
        if path.exists():
            msg = f"{path.relative_to(study.root)} is there already, and somebody's work is in it. Move it away first."
            raise DatelineError(msg)
    drawn = sentences.sort("article_id", "start").sample(min(count, sentences.height), seed=seed)
    rows = [
        {"article_id": article, "sentence_start": start, "text": " ".join(text.split())}
        for article, start, text in drawn.sort("article_id", "start").select("article_id", "start", "text").iter_rows()
    ]
    write_text(study.root / SHEET, csv_text(COLUMNS, rows))
    return study.root / SHEET


def collect_sheet(study: Study, sentences: pl.DataFrame) -> tuple[int, int]:
    """Collect the gold codes of a filled sheet: `sentences.csv` (what was read) and `statements.csv`.

    Returns:
        The number of sentences read and of statements coded.

    Raises:
        StudyError: Cells that no code can be made of, each with its line.
        DatelineError: There is no sheet, or no sentence of it is marked as read.
    """
    columns = ("article_id", "start", "end", "part", "paragraph", "corrupt")
    places = {(row[0], str(row[1])): row for row in sentences.select(columns).iter_rows()}
    read: dict[tuple[str, str], tuple] = {}
    coded: list[dict[str, str]] = []
    faults = Faults()
    for line, row in _rows(study.root / SHEET):
        place = (row["article_id"], row["sentence_start"])
        wrong = _faults_of_row(row, known=place in places, actors=study.labels)
        faults += [Fault(SHEET.as_posix(), line, found, remedy) for found, remedy in wrong]
        if not wrong and row["read"] == "yes":
            read[place] = places[place]
            if _is_coded(row):
                coded.append({key: row[key] for key in STATEMENT} | {"conditional": row["conditional"] or "false"})
    if faults:
        raise StudyError(faults)
    if not read:
        msg = f"{SHEET}: no sentence is marked as read, so there is nothing to collect. Write yes into `read` of each sentence that was read."
        raise DatelineError(msg)
    kept = [dict(zip(columns, map(_cell, values), strict=True)) for values in sorted(read.values())]
    write_text(study.root / GOLD / "sentences.csv", csv_text(columns, kept))
    write_text(study.root / GOLD / "statements.csv", csv_text(STATEMENT, coded))
    return len(kept), len(coded)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a sheet, each with its line: cells without blanks at either end, codes in lower case."""
    if not path.is_file():
        msg = f"{SHEET} is not there. `dateline sheet` draws one."
        raise DatelineError(msg)
    faults = Faults()
    text = decode(path.read_bytes(), SHEET.as_posix(), faults)
    if text is None:
        raise StudyError(faults)
    text = text.removeprefix("\ufeff")
    # A spreadsheet set to a language with decimal commas writes semicolons.
    mark = next((mark for mark in ";\t" if mark in text.partition("\n")[0]), ",")
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        found, remedy = f"not valid CSV: {error}", "Shorten the cell, or mend its quotation marks."
        raise StudyError([Fault(SHEET.as_posix(), 0, found, remedy)]) from error
    missing = sorted(set(COLUMNS) - set(rows[0])) if rows else []
    if missing:
        remedy = "Name the columns of the first line as `dateline sheet` did; the codes can stay."
        raise StudyError([Fault(SHEET.as_posix(), 1, f"no column {', '.join(missing)}", remedy)])
    plain = ({key: (row.get(key) or "").strip() for key in COLUMNS} for row in rows)
    lower = ({**row, **{key: row[key].lower() for key in ALLOWED}} for row in plain)
    return list(enumerate(lower, start=2))


def _is_coded(row: dict[str, str]) -> bool:
    return any(row[key] for key in CODES)


def _faults_of_row(row: dict[str, str], *, known: bool, actors: Collection[str]) -> list[tuple[str, str]]:
    """Return what is wrong with one row, and the remedy of each fault; `known`: its place is a sentence of the study."""
    wrong = []
    for key, allowed in ALLOWED.items():
        if row[key] not in allowed:
            words = ", ".join(value or "(empty)" for value in allowed)
            wrong.append((f"{key} is {row[key]!r}", f"Use one of: {words}."))
    if not known:
        found = f"{(row['article_id'], row['sentence_start'])} is no sentence of this study"
        wrong.append((found, "Leave the first two columns as they were."))
    elif row["holder"] and row["holder"] not in actors:
        remedy = "Use an id of data/actors.csv, or leave it empty."
        wrong.append((f"no actor is called {row['holder']!r}", remedy))
    elif _is_coded(row) and (row["read"] != "yes" or not row["voice"] or not row["on_target"]):
        wrong.append(("a statement without read, voice or on_target", "Give all three."))
    return wrong


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
