"""Check the lists of a study: each by itself, and against texts, settings and each other.

A check adds faults and never raises, so that one reading names everything that has to be mended.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dateline.errors import Faults
from dateline.files import sha256
from dateline.study.lists import LISTS, SLUG, list_path

Lists = dict[str, pl.DataFrame]


def check_list(name: str, frame: pl.DataFrame, faults: Faults) -> None:
    """Check the rows of one list: allowed values, empty cells, phrases, ids, days, patterns and doubled keys."""
    path, rules = list_path(name), LISTS[name]

    def add(line: int, found: str, remedy: str) -> None:
        faults.add(path, line, found, remedy)

    for column, allowed in rules.choices.items():
        remedy = f"Use one of: {', '.join(choice or '(empty)' for choice in allowed)}."
        for value, line in frame.filter(~pl.col(column).is_in(allowed)).select(column, "line").iter_rows():
            add(line, f"{column} is {value!r}", remedy)
    for column in {*rules.needed, *rules.key[:1]}:
        for line in frame.filter(pl.col(column) == "")["line"]:
            add(line, f"{column} is empty", "Fill it in, or delete the line.")
    first: dict[tuple[str, ...], int] = {}
    for row in frame.iter_rows(named=True):
        line, key = row["line"], tuple(row[column] for column in rules.key)
        if any(key[:1]) and first.setdefault(key, line) != line:
            add(line, f"{' / '.join(filter(None, key))!r} is on line {first[key]} already", "Delete one.")
        if rules.slug and row[rules.slug]:
            _check_slug(path, line, rules.slug, row[rules.slug], faults)
        if rules.day:
            _read_day(path, line, rules.day, row[rules.day], faults)
        for found, remedy in _wrong_cells(name, row):
            add(line, found, remedy)


def _wrong_cells(name: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield faults of the phrase and the pattern of a row, and of cells that need each other: found and remedy."""
    column = LISTS[name].phrase
    if column and (wrong := _wrong_phrase(row, column, LISTS[name].stand_ins)):
        yield f"{column} {row[column]!r} {wrong[0]}", wrong[1]
    if name == "places" and not (row["before"] or row["after"]):
        yield "before and after are both empty", "Fill in one, or delete the line."
    if name == "cues" and row["scale"] in ("support", "feasibility") and not row["value"]:
        yield "a scale without a value", "Give -1, 0 or 1."
    if name == "furniture":
        try:
            re.compile(row["pattern"])
        except re.error as error:
            yield f"not a regular expression: {error}", "Mend the pattern."


def _wrong_phrase(row: dict[str, Any], column: str, stand_ins: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the fault of a phrase (gaps, choices between words, stand-ins) and the remedy."""
    phrase, words = row[column], row[column].split()
    known = () if row.get("scale") in ("negation", "reversal", "stop") else stand_ins
    if words and "..." in (words[0], words[-1]):
        return "begins or ends with a gap", "Put a word on either side of `...`, or delete the dots."
    if any("" in word.split("|") for word in words):
        return "offers no word to choose", "Write a word on either side of each `|`, without blanks."
    if unknown := [slot for slot in re.findall(r"\{[^{}]*\}", phrase) if slot not in known]:
        remedy = f"Use {', '.join(known)}, or words." if known else "Write the words themselves."
        return f"has {unknown[0]}, which means nothing here", remedy
    return None


def check_actors(lists: Lists, settings: dict, lines: dict[str, int], texts: dict[str, str], faults: Faults) -> None:
    """Check actors and aliases, and the actor ids that groups and settings name; arguments as in `load_study`."""
    known = _check_ids(lists["actors"], texts, faults)
    _check_aliases(lists["actors"], faults)
    for group, actor, line in lists["groups"].select("group", "actor", "line").iter_rows():
        if actor not in known:
            remedy = "Add the actor to data/actors.csv, or delete the line."
            faults.add(list_path("groups"), line, f"no actor is called {actor!r}", remedy)
        if group in known:
            faults.add(list_path("groups"), line, f"{group!r} is an actor already", "Give the group another id.")
    for key in ("subject", "object"):
        for actor in settings[key] if isinstance(settings.get(key), list) else []:
            if isinstance(actor, str) and actor not in known:
                found = f"{key} names {actor!r}, which is not an actor"
                faults.add("data/study.toml", lines.get(key, 0), found, "Use ids from data/actors.csv.")


def _check_ids(actors: pl.DataFrame, texts: dict[str, str], faults: Faults) -> set[str]:
    """Check that every row gives its actor one id, label and kind, and an article that exists; return the ids."""
    path = list_path("actors")
    known: dict[str, tuple[str, str, int]] = {}
    for row in actors.iter_rows(named=True):
        actor, line = row["actor"], row["line"]
        _check_slug(path, line, "actor", actor, faults)
        label, kind, on = known.setdefault(actor, (row["label"], row["kind"], line))
        if (label, kind) != (row["label"], row["kind"]):
            found = f"{actor} is {row['label']!r} ({row['kind']}) here and {label!r} ({kind}) on line {on}"
            faults.add(path, line, found, "Give one actor one label and one kind.")
        if row["article"] and row["article"] not in texts:
            found = f"no article is called {row['article']!r}"
            faults.add(path, line, found, "Use a file's name in data/articles/ without .txt, or leave the cell empty.")
    return set(known)


def _check_aliases(actors: pl.DataFrame, faults: Faults) -> None:
    """Check that one alias names one actor in one article, and on one day."""
    path = list_path("actors")
    owner: dict[tuple[str, str, bool], list[tuple[str, int, date, date]]] = {}
    for row in actors.iter_rows(named=True):
        actor, line = row["actor"], row["line"]
        first = _read_day(path, line, "from", row["from"], faults) or date.min
        last = _read_day(path, line, "to", row["to"], faults) or date.max
        if first > last:
            faults.add(path, line, f"valid from {first} to {last}", "Put the earlier day first.")
        alias = " ".join(row["alias"].replace("’", "'").split())
        loose = row["how"] == "role" or alias.startswith("the ")
        key = (alias.casefold() if loose else alias, row["article"], bool(row["from"] or row["to"]))
        for other, on, start, end in owner.setdefault(key, []):
            if other != actor and first <= end and start <= last:
                found = f"alias {row['alias']!r} belongs to {other} on line {on}"
                faults.add(path, line, found, "One alias names one actor in one article, and on one day.")
        owner[key].append((actor, line, first, last))


def check_sources(root: Path, sources: pl.DataFrame, texts: dict[str, str], faults: Faults) -> None:
    """Check that each article has one row in `sources.csv`, that its file is unchanged and its dates make sense."""
    path = list_path("sources")
    rows = {row["file"]: row for row in sources.iter_rows(named=True)}
    for article in texts:
        if f"{article}.txt" not in rows:
            faults.add(path, 0, f"no row for {article}.txt", "Add a row for the file; only `file` must be filled.")
    for name, row in rows.items():
        line = row["line"]
        if any(fault.file == f"data/articles/{name}" for fault in faults):
            continue  # The file is there and cannot be read: it has a fault already.
        if f"{Path(name).stem}.txt" != name or Path(name).stem not in texts:
            faults.add(path, line, f"no article is called {name!r}", "Delete the row, or put the file back.")
            continue
        digest = sha256((root / "data" / "articles" / name).read_bytes())
        if row["sha256"] and row["sha256"] != digest:
            found = f"{name} has changed: its SHA-256 is {digest}"
            faults.add(path, line, found, "Put the original file back, or write the new hash if the change is meant.")
        _check_dates(path, row, faults)
        if row["url"] and not re.match(r"https?://", row["url"]):
            faults.add(path, line, f"url is {row['url']!r}", "Give an address that begins with http(s)://.")


def _check_dates(path: str, row: dict[str, Any], faults: Faults) -> None:
    line = row["line"]
    day, first, last = (
        _read_day(path, line, key, row[key], faults) for key in ("published", "published_from", "published_to")
    )
    if (day or first or last) and not row["date_why"]:
        faults.add(path, line, "a date without date_why", "Say how a reader can check the date.")
    if first and last and first > last:
        faults.add(path, line, "published_from is after published_to", "Swap them.")
    if day and (first or last):
        faults.add(path, line, "both a day and an interval", "Give published, or from and to.")


def _read_day(path: str, line: int, column: str, value: str, faults: Faults) -> date | None:
    try:
        if value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return date.fromisoformat(value) if value else None
    except ValueError:
        faults.add(path, line, f"{column} is {value!r}", "Give a day that exists, as YYYY-MM-DD.")
        return None


def _check_slug(path: str, line: int, column: str, value: str, faults: Faults) -> None:
    if not SLUG.fullmatch(value):
        faults.add(path, line, f"{column} is {value!r}", "Use a-z, 0-9 and hyphens, at most 100.")
