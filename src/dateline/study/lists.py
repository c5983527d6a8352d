"""What a valid study is: every rule that its settings and lists have to keep, each with its remedy.

A check adds faults and never raises, so that one reading tells everything that has to be mended.
"""

import csv
import io
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dateline.errors import Fault
from dateline.files import decode, lies_in

LISTS: dict[str, tuple[str, ...]] = {
    "sources": (
        "file",
        "publisher",
        "url",
        "published",
        "published_from",
        "published_to",
        "date_why",
        "translated",
        "rights",
        "sha256",
        "note",
    ),
    "actors": ("actor", "label", "kind", "alias", "how", "article", "note"),
    "groups": ("group", "label", "actor", "note"),
    "offices": ("office", "same_as", "kind", "note"),
    "places": ("before", "after", "applies", "note"),
    "verbs": ("verb", "class", "needs", "forms", "note"),
    "target": ("facet", "phrase", "strength", "note"),
    "cues": ("cue", "scale", "value", "role", "note"),
    "terms": ("group", "label", "phrase", "note"),
    "stopwords": ("word", "note"),
    "abbreviations": ("abbreviation", "note"),
    "furniture": ("pattern", "note"),
    "events": ("day", "label", "source", "note"),
    "corrections": ("date", "claim", "change", "note"),
}
"""Every list in `data/` and the columns it must have; each is described in `data/README.md`."""

OPTIONAL = ("terms", "groups", "events", "corrections")
"""Lists that a study may do without."""

FURTHER: dict[str, tuple[str, ...]] = {"actors": ("from", "to")}
"""Columns that a list may have; where they are missing, their cells are empty."""


def _read_list(root: Path, name: str, columns: tuple[str, ...], faults: list[Fault]) -> pl.DataFrame | None:
    path = f"data/{name}.csv"
    if os.path.lexists(root / path) and not lies_in(root / path, root):
        faults.append(Fault(path, 0, "a link out of the study, or to nothing", "Put the file itself there."))
        return None
    if name in OPTIONAL and not (root / path).exists():
        return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "line": pl.Int64})
    try:
        data = (root / path).read_bytes()
    except OSError as error:
        faults.append(
            Fault(path, 0, f"cannot be read: {error.strerror}", f"It needs the columns {', '.join(columns)}.")
        )
        return None
    text = decode(data, path, faults)
    if text is None:
        return None
    # The csv module gives the line of a fault, which a faster reader does not.
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[dict[str, Any]] = []
    ended = 1
    try:
        header = next(reader, [])
        doubled = [column for column in dict.fromkeys(header) if header.count(column) > 1]
        if doubled:
            faults.append(Fault(path, 1, f"two columns are called {doubled[0]}", "Delete one of them."))
            return None
        other = next((mark for mark in (";", "\t") if len(header) == 1 and mark in header[0]), "")
        if other:
            found = f"cells are separated by {'a tab' if other == chr(9) else other}, not by a comma"
            faults.append(Fault(path, 1, found, "Save it as CSV with commas."))
            return None
        missing = [column for column in columns if column not in header]
        if missing:
            faults.append(
                Fault(
                    path,
                    1,
                    f"no column {', '.join(missing)}; found {', '.join(header) or 'nothing'}",
                    f"The first line must name {', '.join(columns)}.",
                )
            )
            return None
        for row in reader:
            ended = reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                faults.append(
                    Fault(
                        path,
                        reader.line_num,
                        f"{len(row)} cells where the header has {len(header)}",
                        "Quote a cell that holds a comma, and double the quotation marks in it.",
                    )
                )
                continue
            rows.append({**dict(zip(header, map(str.strip, row), strict=True)), "line": reader.line_num})
    except csv.Error as error:
        faults.append(
            Fault(path, ended + 1, f"not valid CSV: {error}", "Mend the quotation marks from that line on.")
        )
        return None
    schema = {**dict.fromkeys(header, pl.String), "line": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.lit("").alias(column) for column in FURTHER.get(name, ()) if column not in header
    )
    check_list(path, name, frame, faults)
    return frame


UNIQUE: dict[str, tuple[str, ...]] = {
    "sources": ("file",),
    "actors": ("alias", "article", "from"),
    "groups": ("group", "actor"),
    "offices": ("office",),
    "verbs": ("verb",),
    "cues": ("cue", "scale"),
    "terms": ("group", "phrase"),
    "stopwords": ("word",),
    "abbreviations": ("abbreviation",),
    "events": ("day", "label"),
}

NEEDED: dict[str, tuple[str, ...]] = {
    "actors": ("label",),
    "groups": ("label",),
    "target": ("phrase",),
    "terms": ("label", "phrase"),
    "furniture": ("pattern",),
    "events": ("label", "source"),
    "corrections": ("date", "claim", "change"),
}
"""Further cells that may not be empty."""

DAYS: dict[str, tuple[str, ...]] = {"events": ("day",), "corrections": ("date",)}
"""Cells that hold a day."""

SLUGS = {"groups": "group", "terms": "group"}
"""Cells that hold an id, which becomes part of an address."""

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("actors", "kind"): ("person", "state", "organisation"),
    ("actors", "how"): ("name", "metonym", "role"),
    ("offices", "kind"): ("person", "collective"),
    ("places", "applies"): ("all", "capital"),
    ("verbs", "class"): ("say", "ask", "promise", "reject", "question", "narrated", "experience"),
    ("verbs", "needs"): ("", "clause", "object"),
    ("target", "strength"): ("alone", "with-object", "response", "other", "not"),
    ("cues", "scale"): ("support", "feasibility", "condition", "negation", "reversal", "stop"),
    ("cues", "role"): ("cue", "operator", "neutral", "trigger"),
    ("cues", "value"): ("", "-1", "0", "1"),
    ("sources", "translated"): ("", "true", "false"),
}

PHRASES = {"target": "phrase", "cues": "cue", "terms": "phrase"}
"""Cells that hold a phrase with gaps, choices and stand-ins."""

STAND_INS = {"target": ("{object}", "{subject}"), "cues": ("{object}", "{subject}", "{it}")}

SLUG = re.compile(r"(?=.{1,100}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id, which names files, too: no longer than any system takes."""


def check_list(path: str, name: str, frame: pl.DataFrame, faults: list[Fault]) -> None:
    """Allowed values, empty cells and doubled keys of one list."""
    for (table, column), allowed in CHOICES.items():
        if table == name:
            for value, line in (
                frame.filter(~pl.col(column).is_in(allowed)).select(column, "line").iter_rows()
            ):
                faults.append(
                    Fault(
                        path,
                        line,
                        f"{column} is {value!r}",
                        f"Use one of: {', '.join(choice or '(empty)' for choice in allowed)}.",
                    )
                )
    for column in NEEDED.get(name, ()):
        for line in frame.filter(pl.col(column) == "")["line"]:
            faults.append(Fault(path, line, f"{column} is empty", "Give it, or delete the line."))
    if name == "places":
        for line in frame.filter((pl.col("before") == "") & (pl.col("after") == ""))["line"]:
            faults.append(
                Fault(path, line, "before and after are both empty", "Give one, or delete the line.")
            )
    if name == "cues":
        scaled = pl.col("scale").is_in(["support", "feasibility"]) & (pl.col("value") == "")
        for line in frame.filter(scaled)["line"]:
            faults.append(Fault(path, line, "a scale without a value", "Give -1, 0 or 1."))
    if name in PHRASES:
        _check_phrases(path, name, frame, faults)
    if name in SLUGS:
        for value, line in frame.select(SLUGS[name], "line").iter_rows():
            if value and not SLUG.fullmatch(value):
                found = f"{SLUGS[name]} is {value!r}"
                faults.append(Fault(path, line, found, "Use a-z, 0-9 and hyphens, at most 100."))
    for column in DAYS.get(name, ()):
        for value, line in frame.select(column, "line").iter_rows():
            _read_day(path, line, column, value, faults)
    key = UNIQUE.get(name)
    if key:
        first: dict[tuple[str, ...], int] = {}
        for *values, line in frame.select(*key, "line").iter_rows():
            values = tuple(values)  # noqa: PLW2901
            if not values[0]:
                faults.append(Fault(path, line, f"{key[0]} is empty", "Give it, or delete the line."))
            elif values in first:
                what = " / ".join(filter(None, values))
                faults.append(
                    Fault(path, line, f"{what!r} stands on line {first[values]} already", "Delete one.")
                )
            first.setdefault(values, line)


def _check_phrases(path: str, name: str, frame: pl.DataFrame, faults: list[Fault]) -> None:
    """Gaps between two words, choices between words, and stand-ins where they are filled in."""
    column = PHRASES[name]
    for row in frame.iter_rows(named=True):
        phrase, words = row[column], row[column].split()
        turns = row.get("scale") in ("negation", "reversal", "stop")
        known = () if turns else STAND_INS.get(name, ())
        found, remedy = "", ""
        if words and "..." in (words[0], words[-1]):
            found, remedy = (
                "begins or ends with a gap",
                "Put a word on either side of `...`, or leave it out.",
            )
        elif any("" in word.split("|") for word in words):
            found, remedy = (
                "offers no word to choose",
                "Write a word on either side of each `|`, without blanks.",
            )
        elif unknown := [slot for slot in re.findall(r"\{[^{}]*\}", phrase) if slot not in known]:
            found = f"holds {unknown[0]}, which stands for nothing here"
            remedy = f"Use {', '.join(known)}, or words." if known else "Write the words themselves."
        if found:
            faults.append(Fault(path, row["line"], f"{column} {phrase!r} {found}", remedy))


def check_actors(
    lists: dict, settings: dict, lines: dict[str, int], texts: dict[str, str], faults: list[Fault]
) -> None:
    """Aliases, groups, and the ids that settings (`lines`: key -> its line) and lists name."""
    actors = lists["actors"]
    known: dict[str, tuple[str, str, int]] = {}
    owner: dict[tuple[str, str, bool], list[tuple[str, int, date, date]]] = {}
    for row in actors.iter_rows(named=True):
        actor, line = row["actor"], row["line"]
        if not SLUG.fullmatch(actor):
            faults.append(
                Fault(
                    "data/actors.csv", line, f"actor is {actor!r}", "Use a-z, 0-9 and hyphens, at most 100."
                )
            )
        label, kind, on = known.setdefault(actor, (row["label"], row["kind"], line))
        if (label, kind) != (row["label"], row["kind"]):
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"{actor} is {row['label']!r} ({row['kind']}) here and {label!r} ({kind}) on line {on}",
                    "Give one actor one label and one kind.",
                )
            )
        if row["article"] and row["article"] not in texts:
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"no article is called {row['article']!r}",
                    "Use a file's name in data/articles/ without .txt, or leave the cell empty.",
                )
            )
        alias = " ".join(row["alias"].replace("’", "'").split())
        loose = row["how"] == "role" or alias.startswith("the ")
        first = _read_day("data/actors.csv", line, "from", row["from"], faults) or date.min
        last = _read_day("data/actors.csv", line, "to", row["to"], faults) or date.max
        if first > last:
            faults.append(
                Fault("data/actors.csv", line, f"valid from {first} to {last}", "Put the earlier day first.")
            )
        key = (alias.casefold() if loose else alias, row["article"], bool(row["from"] or row["to"]))
        for other, on, start, end in owner.setdefault(key, []):
            if other != actor and first <= end and start <= last:
                faults.append(
                    Fault(
                        "data/actors.csv",
                        line,
                        f"alias {row['alias']!r} belongs to {other} on line {on}",
                        "One alias names one actor in one article, and on one day.",
                    )
                )
        owner[key].append((actor, line, first, last))
    for actor, line in lists["groups"].select("actor", "line").iter_rows():
        if actor not in known:
            faults.append(
                Fault(
                    "data/groups.csv",
                    line,
                    f"no actor is called {actor!r}",
                    "Add the actor to data/actors.csv, or delete the line.",
                )
            )
    for group, line in lists["groups"].select("group", "line").iter_rows():
        if group in known:
            faults.append(
                Fault("data/groups.csv", line, f"{group!r} is an actor already", "Give the group another id.")
            )
    asked = [
        (key, actor)
        for key in ("subject", "object")
        for actor in (settings[key] if isinstance(settings.get(key), list) else [])
        if isinstance(actor, str)
    ]
    for key, actor in asked:
        if actor not in known:
            faults.append(
                Fault(
                    "data/study.toml",
                    lines.get(key, 0),
                    f"{key} names {actor!r}, which is no actor",
                    "Use ids from data/actors.csv.",
                )
            )


def _read_day(path: str, line: int, column: str, value: str, faults: list[Fault]) -> date | None:
    try:
        if value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return date.fromisoformat(value) if value else None
    except ValueError:
        faults.append(Fault(path, line, f"{column} is {value!r}", "Give a day that exists, as YYYY-MM-DD."))
        return None


def check_patterns(lists: dict, faults: list[Fault]) -> None:
    """Patterns that have to compile."""
    for pattern, line in lists["furniture"].select("pattern", "line").iter_rows():
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(
                Fault("data/furniture.csv", line, f"not a regular expression: {error}", "Mend the pattern.")
            )
