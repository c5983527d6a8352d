"""The study: everything in `data/` that decides a number, read and checked in one place.

This is the only module that reads `data/`. Reading collects every fault before it raises, so that
a person mends a list once and not once a fault.
"""

import csv
import io
import os
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dateline import checks
from dateline.errors import Fault, StudyError, in_a_line

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

SAMPLE = Path("data/archive/sample.toml")
"""Of a study whose articles were drawn from an archive: how many of how many; the archive's tables stand beside it."""

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
    def gold(self) -> str:
        """Whose codes the accuracy is held against, in words."""
        return self.settings.get("gold", {}).get("codes", "the codes in data/gold")

    @property
    def labels(self) -> dict[str, str]:
        """Actor or group id -> the name that a reader is shown."""
        actors = dict(self.lists["actors"].select("actor", "label").iter_rows())
        return actors | dict(self.lists["groups"].select("group", "label").iter_rows())

    @property
    def ideas(self) -> dict[str, str]:
        """Term of a group (`#invitation`) -> the name that a reader is shown."""
        return {
            f"#{group}": label for group, label in self.lists["terms"].select("group", "label").iter_rows()
        }

    @property
    def periods(self) -> dict[str, str]:
        """Period id -> its label, in order."""
        return {period["id"]: period["label"] for period in self.settings["periods"]}

    @property
    def in_time(self) -> pl.Enum:
        """The ids of the periods as a type whose order is theirs in time."""
        return pl.Enum(list(self.periods))

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
    settings, lines = _read_settings(root, faults)
    lists = {name: _read_list(root, name, columns, faults) for name, columns in LISTS.items()}
    texts = _read_articles(root, faults)
    settings["sample"] = _read_sample(root, len(texts), faults)
    if all(frame is not None for frame in lists.values()):
        checks.check_actors(lists, settings, lines, texts, faults)
        checks.check_sources(root, lists["sources"], texts, faults)
        checks.check_patterns(lists, faults)
    if faults:
        raise StudyError(faults)
    return Study(root=root, settings=settings, lists=lists, texts=texts)


def _read_settings(root: Path, faults: list[Fault]) -> tuple[dict[str, Any], dict[str, int]]:
    """`study.toml`, and the line of each of its keys."""
    name = "data/study.toml"
    try:
        text = (root / name).read_text(encoding="utf-8-sig")
        settings = tomllib.loads(text)
    except OSError as error:
        faults.append(
            Fault(
                name,
                0,
                f"cannot be read: {error.strerror}",
                "Every study needs it; copy one from the example.",
            )
        )
        return {}, {}
    except UnicodeDecodeError as error:
        faults.append(Fault(name, 0, f"byte {error.start} is not UTF-8", "Save the file as UTF-8."))
        return {}, {}
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        faults.append(
            Fault(name, int(line[1]) if line else 0, f"not valid TOML: {in_a_line(error)}", "Mend that line.")
        )
        return {}, {}
    lines = _lines_of_keys(text)
    checks.check_settings(name, settings, lines, faults)
    return settings, lines


def _lines_of_keys(text: str) -> dict[str, int]:
    """Key of a TOML file (`terms.min_count`; of the second period `periods.2.from`) -> its line, which the reader of TOML keeps to itself."""
    lines: dict[str, int] = {}
    blocks: Counter[str] = Counter()
    above = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(r"\s*\[(\[)?([^\[\]]+)\]", line):
            above = header[2].replace('"', "").replace(" ", "")
            if header[1]:
                blocks[above] += 1
                above = f"{above}.{blocks[above]}"
            lines.setdefault(above, number)
            above += "."
        elif key := re.match(r'\s*([\w."-]+)\s*=', line):
            lines.setdefault(above + key[1].replace('"', ""), number)
    return lines


def _read_sample(root: Path, articles: int, faults: list[Fault]) -> dict[str, int]:
    """`drawn` and `of`; empty for a study that is no sample."""
    path, name = root / SAMPLE, SAMPLE.as_posix()
    if not path.parent.exists():
        return {}
    for file in (path.parent, *path.parent.glob("*")):
        if not lies_in(file, root):
            own = file.relative_to(root).as_posix()
            faults.append(Fault(own, 0, "a link out of the study", "Put the file itself there."))
            return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        drawn, whole = found["drawn"], found["of"]
        if type(drawn) is not int or type(whole) is not int or not 0 < drawn <= whole:
            msg = f"{drawn!r} articles drawn of {whole!r}"
            raise ValueError(msg)
    except (OSError, ValueError, KeyError) as error:
        found = f"cannot be read: {error}"
        faults.append(
            Fault(name, 0, found, "Draw the sample again with `dateline sample`, or delete data/archive.")
        )
        return {}
    if drawn != articles:
        found = f"{drawn:,} articles were drawn, {articles:,} stand in data/articles"
        faults.append(
            Fault(name, 0, found, "A sample is whole or none: put them back, or delete data/archive.")
        )
    return {"drawn": drawn, "of": whole}


def lies_in(path: Path, home: Path) -> bool:
    """Whether a path leads, links followed, to something that is there and lies in a folder."""
    try:
        return path.resolve(strict=True).is_relative_to(home.resolve())
    except (OSError, RuntimeError):  # nothing there, or links that go round
        return False


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
    checks.check_list(path, name, frame, faults)
    return frame


def _read_articles(root: Path, faults: list[Fault]) -> dict[str, str]:
    folder = root / "data" / "articles"
    texts: dict[str, str] = {}
    if os.path.lexists(folder) and not lies_in(folder, root):
        faults.append(
            Fault(
                "data/articles",
                0,
                "a link out of the study, or to nothing",
                "Put the articles themselves there.",
            )
        )
        return texts
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith("."):
            continue
        name = f"data/articles/{path.name}"
        if path.is_symlink() and not lies_in(path, root):
            faults.append(
                Fault(name, 0, "a link out of the study, or to nothing", "Put the file itself there.")
            )
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
