"""Declare the lists of a study, `data/*.csv`, read them and write them; `data/README.md` describes each.

Reading adds faults and raises nothing, so that one reading names everything that has to be mended.
"""

import csv
import io
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
from anyascii import anyascii

from dateline.errors import Faults
from dateline.files import csv_text, decode, lies_in


@dataclass(frozen=True)
class List:
    """Declare one list: its columns, its key, and the rules for its cells."""

    columns: tuple[str, ...]
    further: tuple[str, ...] = ()
    """Columns that may be missing; their cells are empty then."""
    optional: bool = False
    key: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    """Columns besides the first of the key whose cells may not be empty."""
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slug: str = ""
    """The column of an id that becomes part of an address."""
    day: str = ""
    phrase: str = ""
    """The column of a phrase with gaps, choices and `stand_ins`."""
    stand_ins: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Return every column in the order in which the list is written, the note last."""
        return (*self.columns[:-1], *self.further, self.columns[-1])


LISTS = {
    "sources": List(
        ("file", "publisher", "url", "published", "published_from", "published_to",
         "date_why", "translated", "rights", "sha256", "note"),
        key=("file",), choices={"translated": ("", "true", "false")},
    ),
    "actors": List(
        ("actor", "label", "kind", "alias", "how", "article", "note"), further=("from", "to"),
        key=("alias", "article", "from"), needed=("label",),
        choices={"kind": ("person", "state", "organisation"), "how": ("name", "metonym", "role")},
    ),
    "groups": List(
        ("group", "label", "actor", "note"), optional=True, key=("group", "actor"), needed=("label",), slug="group",
    ),
    "offices": List(
        ("office", "same_as", "kind", "note"), key=("office",), choices={"kind": ("person", "collective")},
    ),
    "places": List(("before", "after", "applies", "note"), choices={"applies": ("all", "capital")}),
    "verbs": List(
        ("verb", "class", "needs", "forms", "note"), key=("verb",),
        choices={
            "class": ("say", "ask", "promise", "reject", "question", "narrated", "experience"),
            "needs": ("", "clause", "object"),
        },
    ),
    "target": List(
        ("facet", "phrase", "strength", "note"), needed=("phrase",),
        choices={"strength": ("alone", "with-object", "response", "other", "not")},
        phrase="phrase", stand_ins=("{object}", "{subject}"),
    ),
    "cues": List(
        ("cue", "scale", "value", "role", "note"), key=("cue", "scale"),
        choices={
            "scale": ("support", "feasibility", "condition", "negation", "reversal", "stop"),
            "role": ("cue", "operator", "neutral", "trigger"),
            "value": ("", "-1", "0", "1"),
        },
        phrase="cue", stand_ins=("{object}", "{subject}", "{it}"),
    ),
    "terms": List(
        ("group", "label", "phrase", "note"), optional=True, key=("group", "phrase"), needed=("label", "phrase"),
        slug="group", phrase="phrase",
    ),
    "stopwords": List(("word", "note"), key=("word",)),
    "abbreviations": List(("abbreviation", "note"), key=("abbreviation",)),
    "furniture": List(("pattern", "note"), needed=("pattern",)),
    "events": List(
        ("day", "label", "source", "note"), optional=True, key=("day", "label"), needed=("label", "source"), day="day",
    ),
    "corrections": List(
        ("date", "claim", "change", "note"), optional=True, needed=("date", "claim", "change"), day="date",
    ),
}  # fmt: skip

OF_ENGLISH = ("abbreviations", "cues", "furniture", "offices", "places", "stopwords", "verbs")
"""Lists that belong to the language; a row whose `scope` is `study` belongs to one study alone."""

LISTS |= {
    name: replace(
        LISTS[name], further=("scope", "seen", "right"), choices={**LISTS[name].choices, "scope": ("", "study")}
    )
    for name in OF_ENGLISH
}
"""Every list in `data/`; each is described in `data/README.md`."""
SLUG = re.compile(r"(?=.{1,100}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id, which names files, too: no longer than any system takes."""

LINK = ("a link out of the study, or to nothing", "Put the file itself there.")
"""Fault and remedy if a file of the study is a link."""


def slug(name: str, *, otherwise: str = "name-me") -> str:
    """Return a name as an id: lower-case Latin letters, digits and hyphens; other scripts by their sound.

    Args:
        name: Any text.
        otherwise: The id of a name without a letter or digit.

    Examples:
        >>> slug("Zoë Äbel, M.P.")
        'zoe-abel-m-p'
    """
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower())[:80].strip("-") or otherwise


def list_path(name: str) -> str:
    """Return where a list is in its study, as faults name it."""
    return f"data/{name}.csv"


def empty_list(name: str) -> pl.DataFrame:
    """Return the list `name` without a row."""
    return pl.DataFrame(schema={**dict.fromkeys(LISTS[name].all_columns, pl.String), "line": pl.Int64})


def read_list(root: Path, name: str, faults: Faults) -> pl.DataFrame | None:
    """Read one list: its columns as text without blanks at either end, and `line`, where each row ends.

    Args:
        root: The folder of the study.
        name: One of `LISTS`.
        faults: Added to: a file or a row that cannot be read.

    Returns:
        The rows that can be read; None where none can. An optional list that is missing has no rows.
    """
    path, columns = list_path(name), LISTS[name].columns
    if os.path.lexists(root / path) and not lies_in(root / path, root):
        faults.add(path, 0, *LINK)
        return None
    if LISTS[name].optional and not (root / path).exists():
        return empty_list(name)
    try:
        text = decode((root / path).read_bytes(), path, faults)
    except OSError as error:
        faults.add(path, 0, f"cannot be read: {error.strerror}", f"It needs the columns {', '.join(columns)}.")
        return None
    if text is None:
        return None
    # The csv module gives the line of a fault, which a faster reader does not.
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    ended = 1
    rows: list[dict[str, str | int]] = []
    try:
        header = next(reader, [])
        if wrong := _wrong_header(header, columns):
            faults.add(path, 1, *wrong)
            return None
        for cells in reader:
            ended = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                found = f"{len(cells)} cells where the header has {len(header)}"
                remedy = "Put quotation marks around a cell with a comma, and double those inside it."
                faults.add(path, ended, found, remedy)
                continue
            rows.append({**dict(zip(header, map(str.strip, cells), strict=True)), "line": ended})
    except csv.Error as error:
        faults.add(path, ended + 1, f"not valid CSV: {error}", "Mend the quotation marks from that line on.")
        return None
    schema = {**dict.fromkeys(header, pl.String), "line": pl.Int64}
    missing = [pl.lit("").alias(column) for column in LISTS[name].further if column not in header]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(missing)


def _wrong_header(header: list[str], columns: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the fault of the first line of a list (columns doubled or missing, no commas) and the remedy."""
    if doubled := [column for column in header if header.count(column) > 1]:
        return f"two columns are called {doubled[0]}", "Delete one of them."
    for mark, called in ((";", ";"), ("\t", "a tab")):
        if len(header) == 1 and mark in header[0]:
            return f"cells are separated by {called}, not by a comma", "Save it as CSV with commas."
    if missing := [column for column in columns if column not in header]:
        found = f"no column {', '.join(missing)}; found {', '.join(header) or 'nothing'}"
        return found, f"The first line must name {', '.join(columns)}."
    return None


def english_rows(root: Path, name: str) -> str:
    """Return a list of English as text, without the rows of one study alone (`scope` is `study`)."""
    header, *rows = csv.reader(io.StringIO((root / list_path(name)).read_text(encoding="utf-8"), newline=""))
    cells = (dict(zip(header, row, strict=True)) for row in rows)
    return csv_text(header, [row for row in cells if row.get("scope") != "study"])


def write_list(root: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Write a list of the study with its columns; cells that a row lacks are empty."""
    # A cell is one line: what a spreadsheet would run is only text here, but a line break would shift rows.
    plain = ({key: " ".join(str(value).split()) for key, value in row.items()} for row in rows)
    (root / list_path(name)).write_text(csv_text(LISTS[name].all_columns, plain), encoding="utf-8")
