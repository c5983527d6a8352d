"""The study: everything in `data/` that decides a number, read and checked in one place.

This is the only module that reads `data/`. Reading collects every fault before it raises, so that
a person mends a list once and not once a fault.
"""

import csv
import hashlib
import io
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dateline.errors import Fault, StudyError

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
    "stopwords": ("word", "note"),
    "abbreviations": ("abbreviation", "note"),
    "furniture": ("pattern", "note"),
}
"""Every list in `data/` and the columns it must have; each is described in `data/README.md`."""

UNIQUE: dict[str, tuple[str, ...]] = {
    "sources": ("file",),
    "actors": ("alias", "article"),
    "groups": ("group", "actor"),
    "offices": ("office",),
    "verbs": ("verb",),
    "cues": ("cue", "scale"),
    "stopwords": ("word",),
    "abbreviations": ("abbreviation",),
}

NEEDED: dict[str, tuple[str, ...]] = {
    "actors": ("label",),
    "groups": ("label",),
    "target": ("phrase",),
    "furniture": ("pattern",),
}
"""Further cells that may not be empty."""

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("actors", "kind"): ("person", "state", "organisation"),
    ("actors", "how"): ("name", "metonym", "role"),
    ("offices", "kind"): ("person", "collective"),
    ("places", "applies"): ("all", "capital"),
    ("verbs", "class"): ("say", "ask", "promise", "reject", "question", "narrated", "experience"),
    ("verbs", "needs"): ("", "clause", "object"),
    ("target", "strength"): ("alone", "with-object", "not"),
    ("cues", "scale"): ("support", "feasibility", "condition", "negation", "reversal", "stop"),
    ("cues", "role"): ("cue", "operator", "neutral", "trigger"),
    ("cues", "value"): ("", "-1", "0", "1"),
    ("sources", "translated"): ("", "true", "false"),
}

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_LINE = 200_000
"""Characters; a longer line is no paragraph of an article but data, or an attack on the reader."""


@dataclass(frozen=True)
class Study:
    """One checked study. `settings` is `study.toml`; `lists` maps a list's name to its frame."""

    root: Path
    settings: dict[str, Any]
    lists: dict[str, pl.DataFrame]
    texts: dict[str, str]
    """`article_id` -> the raw text of the file, decoded and otherwise untouched."""

    @property
    def articles(self) -> list[str]:
        """The article ids, in order: each the file's name without its ending."""
        return sorted(self.texts)

    @property
    def labels(self) -> dict[str, str]:
        """Actor or group id -> the name that a reader is shown."""
        actors = dict(self.lists["actors"].select("actor", "label").iter_rows())
        return actors | dict(self.lists["groups"].select("group", "label").iter_rows())

    @property
    def kinds(self) -> dict[str, str]:
        """Actor id -> `person`, `state` or `organisation`."""
        return dict(self.lists["actors"].select("actor", "kind").iter_rows())


def find_root(start: Path | None = None) -> Path:
    """The folder that holds `data/study.toml`, from `start` (or here) upwards.

    Raises:
        StudyError: No folder above holds a study.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "study.toml").is_file():
            return folder
    fault = Fault(
        str(here),
        0,
        "no data/study.toml here or above",
        "Change into the folder of a study, or name it with --root.",
    )
    raise StudyError([fault])


def load_study(root: Path) -> Study:
    """Read and check `data/` under `root`.

    Raises:
        StudyError: With every fault found: unreadable files, missing columns, unknown ids, doubled
            aliases, impossible dates, articles without a source row or changed since it was written.
    """
    faults: list[Fault] = []
    settings = _read_settings(root, faults)
    lists = {name: _read_list(root, name, columns, faults) for name, columns in LISTS.items()}
    texts = _read_articles(root, faults)
    if all(frame is not None for frame in lists.values()):
        _check_actors(lists, settings, texts, faults)
        _check_sources(root, lists["sources"], texts, faults)
        _check_patterns(lists, faults)
    if faults:
        raise StudyError(faults)
    return Study(root=root, settings=settings, lists=lists, texts=texts)


def _read_settings(root: Path, faults: list[Fault]) -> dict[str, Any]:
    name = "data/study.toml"
    try:
        settings = tomllib.loads((root / name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        faults.append(
            Fault(
                name,
                0,
                f"cannot be read: {error.strerror}",
                "Every study needs it; copy one from the example.",
            )
        )
        return {}
    except UnicodeDecodeError as error:
        faults.append(Fault(name, 0, f"byte {error.start} is not UTF-8", "Save the file as UTF-8."))
        return {}
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        faults.append(Fault(name, int(line[1]) if line else 0, f"not valid TOML: {error}", "Mend that line."))
        return {}
    for key, kind in (
        ("title", str),
        ("proposition", str),
        ("language", str),
        ("subject", list),
        ("object", list),
        ("scales", dict),
        ("periods", list),
        ("excerpts", dict),
        ("terms", dict),
    ):
        if not isinstance(settings.get(key), kind):
            faults.append(
                Fault(name, 0, f"{key} is {settings.get(key)!r}", f"Give {key} as a {kind.__name__}.")
            )
    for key in ("subject", "object"):
        for value in settings[key] if isinstance(settings.get(key), list) else []:
            if not isinstance(value, str):
                faults.append(Fault(name, 0, f"{key} holds {value!r}", "Give actor ids as strings."))
    _check_settings(name, settings, faults)
    return settings


def _check_settings(name: str, settings: dict[str, Any], faults: list[Fault]) -> None:
    scales = settings.get("scales")
    for scale in ("support", "feasibility"):
        labels = scales.get(scale) if isinstance(scales, dict) else None
        for label in ("question", "plus", "zero", "minus"):
            if not isinstance(labels, dict) or not isinstance(labels.get(label), str):
                faults.append(Fault(name, 0, f"[scales.{scale}] has no {label}", "Give it as a string."))
    seen: list[tuple[date, date, str]] = []
    periods = settings.get("periods")
    for number, period in enumerate(periods if isinstance(periods, list) else [], start=1):
        if not isinstance(period, dict):
            faults.append(
                Fault(name, 0, f"period {number} is {period!r}", "Write it as a [[periods]] block.")
            )
            continue
        identifier = str(period.get("id", ""))
        if not isinstance(period.get("label"), str):
            faults.append(Fault(name, 0, f"period {identifier!r} has no label", "Give it as a string."))
        if any(identifier == other for _, _, other in seen):
            faults.append(
                Fault(name, 0, f"two periods have the id {identifier!r}", "Give each an id of its own.")
            )
        first, last = period.get("from"), period.get("to")
        if not SLUG.fullmatch(identifier):
            faults.append(
                Fault(name, 0, f"period {number} has the id {identifier!r}", "Use a-z, 0-9 and hyphens.")
            )
        if type(first) is not date or type(last) is not date or first > last:
            faults.append(
                Fault(
                    name,
                    0,
                    f"period {identifier!r} runs from {first} to {last}",
                    "Give both as YYYY-MM-DD, the first not after the last.",
                )
            )
            continue
        for other_first, other_last, other in seen:
            if first <= other_last and other_first <= last:
                faults.append(
                    Fault(
                        name,
                        0,
                        f"periods {other!r} and {identifier!r} overlap",
                        "A day belongs to one period at most.",
                    )
                )
        seen.append((first, last, identifier))
    caps = settings.get("excerpts")
    if isinstance(caps, dict):
        words, share = caps.get("words"), caps.get("share")
        if not isinstance(words, int) or not 0 <= words <= 200:
            faults.append(
                Fault(name, 0, f"excerpts.words is {words!r}", "Give a whole number from 0 to 200.")
            )
        if not isinstance(share, int | float) or not 0 <= share <= 1:
            faults.append(Fault(name, 0, f"excerpts.share is {share!r}", "Give a share from 0 to 1."))
    terms = settings.get("terms")
    if isinstance(terms, dict) and (not isinstance(terms.get("min_count"), int) or terms["min_count"] < 1):
        faults.append(
            Fault(name, 0, f"terms.min_count is {terms.get('min_count')!r}", "Give a number of 1 or more.")
        )


def decode(data: bytes, name: str, faults: list[Fault]) -> str | None:
    """Bytes of a file -> its text, or None and a fault that says what is wrong with it."""
    if b"\x00" in data:
        at = data.index(b"\x00")
        faults.append(
            Fault(
                name,
                data[:at].count(b"\n") + 1,
                f"byte {at} is NUL: this is not a text file",
                "Take the file out of the folder, or save it as UTF-8 text.",
            )
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(
            Fault(
                name,
                line,
                f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8",
                "Convert it, for example: iconv -f LATIN1 -t UTF-8 OLD > NEW",
            )
        )
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            faults.append(
                Fault(
                    name,
                    number,
                    f"a line of {len(line):,} characters",
                    f"Break the text into paragraphs of at most {MAX_LINE:,} characters.",
                )
            )
            return None
    return text


def _read_list(root: Path, name: str, columns: tuple[str, ...], faults: list[Fault]) -> pl.DataFrame | None:
    path = f"data/{name}.csv"
    if (root / path).exists() and not (root / path).resolve().is_relative_to(root.resolve()):
        faults.append(Fault(path, 0, "a link to a file outside the study", "Put the file itself there."))
        return None
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
    try:
        header = next(reader, [])
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
            Fault(path, reader.line_num, f"not valid CSV: {error}", "Mend the quotation marks of that line.")
        )
        return None
    schema = {**dict.fromkeys(header, pl.String), "line": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    _check_list(path, name, frame, faults)
    return frame


def _check_list(path: str, name: str, frame: pl.DataFrame, faults: list[Fault]) -> None:
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


def _read_articles(root: Path, faults: list[Fault]) -> dict[str, str]:
    folder = root / "data" / "articles"
    texts: dict[str, str] = {}
    if folder.is_dir() and not folder.resolve().is_relative_to(root.resolve()):
        faults.append(
            Fault(
                "data/articles",
                0,
                "a link to a folder outside the study",
                "Put the articles themselves there.",
            )
        )
        return texts
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith("."):
            continue
        name = f"data/articles/{path.name}"
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            faults.append(Fault(name, 0, "a link to a file outside the study", "Put the file itself there."))
        elif path.suffix != ".txt" or not path.is_file():
            faults.append(
                Fault(
                    name, 0, "not a .txt file", "Save the article as UTF-8 text ending in .txt, or move it."
                )
            )
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", path.stem):
            faults.append(
                Fault(name, 0, "the name cannot be part of an address", "Use letters, digits, - and _.")
            )
        else:
            text = decode(path.read_bytes(), name, faults)
            if text is not None and not text.strip():
                faults.append(
                    Fault(name, 0, "the file is empty", "Put the article's text in, or take the file away.")
                )
            elif text is not None:
                texts[path.stem] = text
    if not texts and not any(fault.file.startswith("data/articles") for fault in faults):
        faults.append(
            Fault("data/articles", 0, "no article is there", "Put at least one .txt file into the folder.")
        )
    return texts


def _check_actors(lists: dict, settings: dict, texts: dict[str, str], faults: list[Fault]) -> None:
    actors = lists["actors"]
    known: dict[str, tuple[str, str, int]] = {}
    owner: dict[tuple[str, str], tuple[str, int]] = {}
    for row in actors.iter_rows(named=True):
        actor, line = row["actor"], row["line"]
        if not SLUG.fullmatch(actor):
            faults.append(Fault("data/actors.csv", line, f"actor is {actor!r}", "Use a-z, 0-9 and hyphens."))
        label, kind, first = known.setdefault(actor, (row["label"], row["kind"], line))
        if (label, kind) != (row["label"], row["kind"]):
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"{actor} is {row['label']!r} ({row['kind']}) here and "
                    f"{label!r} ({kind}) on line {first}",
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
        before = owner.setdefault((alias.casefold() if loose else alias, row["article"]), (actor, line))
        if before[0] != actor:
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"alias {row['alias']!r} belongs to {before[0]} on line {before[1]}",
                    "One alias names one actor in one article.",
                )
            )
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
                    0,
                    f"{key} names {actor!r}, which is no actor",
                    "Use ids from data/actors.csv.",
                )
            )


def _check_sources(root: Path, sources: pl.DataFrame, texts: dict[str, str], faults: list[Fault]) -> None:
    path = "data/sources.csv"
    rows = {row["file"]: row for row in sources.iter_rows(named=True)}
    for article in texts:
        if f"{article}.txt" not in rows:
            faults.append(
                Fault(
                    path,
                    0,
                    f"no row for {article}.txt",
                    "Add a row for the file; only `file` must be filled.",
                )
            )
    for name, row in rows.items():
        line = row["line"]
        if any(fault.file == f"data/articles/{name}" for fault in faults):
            continue  # The file is there and cannot be read; that is told already.
        if f"{Path(name).stem}.txt" != name or Path(name).stem not in texts:
            faults.append(
                Fault(path, line, f"no article is called {name!r}", "Delete the row, or put the file back.")
            )
            continue
        digest = hashlib.sha256((root / "data" / "articles" / name).read_bytes()).hexdigest()
        if row["sha256"] and row["sha256"] != digest:
            faults.append(
                Fault(
                    path,
                    line,
                    f"{name} has changed: its SHA-256 is {digest}",
                    "Put the original file back, or write the new hash if the change is meant.",
                )
            )
        days = {
            key: _read_day(path, line, key, row[key], faults)
            for key in ("published", "published_from", "published_to")
        }
        if any(days.values()) and not row["date_why"]:
            faults.append(
                Fault(path, line, "a date without date_why", "Say how a reader can check the date.")
            )
        if days["published_from"] and days["published_to"] and days["published_from"] > days["published_to"]:
            faults.append(Fault(path, line, "published_from is after published_to", "Swap them."))
        if days["published"] and (days["published_from"] or days["published_to"]):
            faults.append(Fault(path, line, "both a day and an interval", "Give published, or from and to."))
        if row["url"] and not re.match(r"https?://", row["url"]):
            faults.append(
                Fault(path, line, f"url is {row['url']!r}", "Give an address that begins with http(s)://.")
            )


def _read_day(path: str, line: int, column: str, value: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        faults.append(Fault(path, line, f"{column} is {value!r}", "Give a day that exists, as YYYY-MM-DD."))
        return None


def _check_patterns(lists: dict, faults: list[Fault]) -> None:
    for pattern, line in lists["furniture"].select("pattern", "line").iter_rows():
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(
                Fault("data/furniture.csv", line, f"not a regular expression: {error}", "Mend the pattern.")
            )
