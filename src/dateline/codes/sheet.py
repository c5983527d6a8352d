"""A sheet for coding by hand: a random sample of sentences to read, and the gold codes collected from it.

The sample is drawn by chance from a fixed seed, so that what the codes say of it can be said of the
whole corpus (`validation.corrected_means`). The sheet holds sentences of the articles and is not published.
"""

import csv
import io
from pathlib import Path

import polars as pl

from dateline.errors import DatelineError, Fault, StudyError
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
    "on_target": ("", "true", "false"),
    "support": ("", "-1", "0", "1"),
    "feasibility": ("", "-1", "0", "1"),
    "conditional": ("", "true", "false"),
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
    drawn = (
        sentences.sort("article_id", "start")
        .sample(min(count, sentences.height), seed=seed)
        .sort("article_id", "start")
    )
    rows = [
        {"article_id": article, "sentence_start": start, "text": " ".join(text.split())}
        for article, start, text in drawn.select("article_id", "start", "text").iter_rows()
    ]
    write_text(study.root / SHEET, csv_text(COLUMNS, rows))
    return study.root / SHEET


def collect_sheet(study: Study, sentences: pl.DataFrame) -> tuple[int, int]:
    """Gold codes from a filled sheet: `sentences.csv` (what was read) and `statements.csv`.

    Returns:
        The number of sentences read and of statements coded.

    Raises:
        StudyError: Cells that no code can be made of, each with its line.
    """
    path = study.root / SHEET
    faults: list[Fault] = []
    if not path.is_file():
        msg = f"{SHEET} is not there. `dateline sheet` draws one."
        raise DatelineError(msg)
    text = decode(path.read_bytes(), SHEET.as_posix(), faults)
    text = text.removeprefix("\ufeff") if text is not None else None
    # A spreadsheet set to a language with decimal commas writes semicolons.
    mark = next((mark for mark in ";\t" if mark in (text or "").partition("\n")[0]), ",")
    try:
        rows = list(csv.DictReader(io.StringIO(text or "", newline=""), delimiter=mark))
    except csv.Error as error:
        found, remedy = f"not valid CSV: {error}", "Shorten the cell, or mend its quotation marks."
        raise StudyError([Fault(SHEET.as_posix(), 0, found, remedy)]) from error
    if text is not None and rows and set(COLUMNS) - set(rows[0]):
        faults.append(
            Fault(
                SHEET.as_posix(),
                1,
                f"no column {', '.join(sorted(set(COLUMNS) - set(rows[0])))}",
                "Name the columns of the first line as `dateline sheet` did; the codes can stay.",
            )
        )
    if faults:
        raise StudyError(faults)
    places = {(a, str(s)): (a, s, e, part, n, corrupt) for a, s, e, part, n, corrupt in sentences.select(
        "article_id", "start", "end", "part", "paragraph", "corrupt").iter_rows()}  # fmt: skip
    read, coded = {}, []
    for line, raw in enumerate(rows, start=2):
        row = {key: (raw.get(key) or "").strip() for key in COLUMNS}
        row |= {key: row[key].lower() for key in ALLOWED}
        place = (row["article_id"], row["sentence_start"])
        said = [key for key in CODES if row[key]]
        for key, allowed in ALLOWED.items():
            if row[key] not in allowed:
                words = ", ".join(value or "(empty)" for value in allowed)
                faults.append(
                    Fault(SHEET.as_posix(), line, f"{key} is {row[key]!r}", f"Use one of: {words}.")
                )
        if place not in places:
            faults.append(
                Fault(
                    SHEET.as_posix(),
                    line,
                    f"{place} is no sentence of this study",
                    "Leave the first two columns as they were.",
                )
            )
        elif row["holder"] and row["holder"] not in study.labels:
            faults.append(
                Fault(
                    SHEET.as_posix(),
                    line,
                    f"no actor is called {row['holder']!r}",
                    "Use an id of data/actors.csv, or leave it empty.",
                )
            )
        elif said and (row["read"] != "yes" or not row["voice"] or not row["on_target"]):
            faults.append(
                Fault(
                    SHEET.as_posix(), line, "a statement without read, voice or on_target", "Give all three."
                )
            )
        elif row["read"] == "yes":
            read[place] = places[place]
            if said:
                codes = {key: row[key] for key in STATEMENT}
                coded.append({**codes, "conditional": row["conditional"] or "false"})
    if faults:
        raise StudyError(faults)
    if not read:
        msg = f"{SHEET}: no sentence is marked as read, so there is nothing to collect. Write yes into `read` of each sentence that was read."
        raise DatelineError(msg)
    columns = ("article_id", "start", "end", "part", "paragraph", "corrupt")
    kept = [dict(zip(columns, map(_cell, values), strict=True)) for values in sorted(read.values())]
    write_text(study.root / GOLD / "sentences.csv", csv_text(columns, kept))
    write_text(study.root / GOLD / "statements.csv", csv_text(STATEMENT, coded))
    return len(kept), len(coded)


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
