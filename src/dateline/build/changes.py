"""Compare two builds for an editor: which titles, sentences and rows of tables read differently."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import yaml

from dateline.errors import DatelineError, in_a_line
from dateline.files import files_below
from dateline.tables import DERIVED, TABLES

MOST = 5
"""Differences told of one table."""

WIDTH = 240
"""Characters of an old or a new value that are told."""

_TITLE = re.compile(r'<h2 class="fig-title">(.*?)</h2>', re.DOTALL)

_VAR = re.compile(r"\{\{<\s*var\s+([\w.,-]+)\s*>\}\}")


@dataclass(frozen=True)
class Difference:
    """Name one thing that differs: the file, the place in it, what was there, what is there now."""

    file: str
    place: str
    old: str
    new: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        was, now = (" ".join(text.split()) for text in (self.old, self.new))
        was, now = (text if len(text) <= WIDTH else f"{text[:WIDTH]} …" for text in (was, now))
        return f"{where}\n    was  {was}\n    now  {now}"


def compare(old: Path, new: Path, names: Iterable[str]) -> tuple[int, list[Difference]]:
    """Compare files and folders of two roots byte for byte; of a table that differs, its first rows are named.

    Args:
        old: The root of what is known.
        new: The root of what was made.
        names: Files and folders below both.

    Returns:
        How many files were compared, and every difference, at most five of one table.
    """
    files = {
        path.relative_to(root).as_posix() for root in (old, new) for path in files_below(root / name for name in names)
    }
    found: list[Difference] = []
    for name in sorted(files):
        was, now = (path.read_bytes() if path.is_file() else None for path in (old / name, new / name))
        if now is None:
            found.append(Difference(name, "", "a file", "is not made"))
        elif was is None:
            found.append(Difference(name, "", "is not there", "a file"))
        elif was != now:
            table = name.endswith((".parquet", ".csv"))
            hashes = (f"sha256 {hashlib.sha256(data).hexdigest()[:16]}" for data in (was, now))
            rows: list[Difference] = []
            with suppress(ValueError, OSError, pl.exceptions.PolarsError):  # a file that is no table any more
                rows = changed_rows(old / name, new / name, name) if table else []
            found += rows or [Difference(name, "", *hashes)]
    return len(files), found


def changed_tables(old: Path, new: Path) -> list[Difference]:
    """Name the rows that differ in the tables of two studies, by their keys; at most five of a table."""
    names = {path.relative_to(root).as_posix() for root in (old, new) for path in (root / DERIVED).glob("*.parquet")}
    found: list[Difference] = []
    for name in sorted(names):
        here, there = (old / name).is_file(), (new / name).is_file()
        if here and there:
            found += changed_rows(old / name, new / name, name)
        else:
            found.append(Difference(name, "", *("a table" if is_there else "no table" for is_there in (here, there))))
    return found


def changed_rows(old: Path, new: Path, name: str) -> list[Difference]:
    """Compare two files of a table by its key; where it has none, a changed row is one that is gone and one more."""
    was, now = _read(old), _read(new)
    if was.columns != now.columns:
        return [Difference(name, "columns", ", ".join(was.columns), ", ".join(now.columns))]
    table = TABLES.get(Path(name).stem)
    key = table.key if table and table.key and set(table.key) <= set(was.columns) else was.columns
    rows, later = ({tuple(row[k] for k in key): row for row in frame.iter_rows(named=True)} for frame in (was, now))
    found: list[Difference] = []
    for each in dict.fromkeys([*rows, *later]):
        place, before, after = f"row {', '.join(each)}", rows.get(each), later.get(each)
        if before and after:
            changed = [column for column in before if before[column] != after[column]]
            found += [Difference(name, f"{place}: {column}", before[column], after[column]) for column in changed]
        else:
            found.append(Difference(name, place, *("a row" if row else "no row" for row in (before, after))))
        if len(found) >= MOST:
            break
    return found[:MOST]


def _read(path: Path) -> pl.DataFrame:
    csv = path.suffix == ".csv"
    frame = pl.read_csv(path, infer_schema=False, glob=False) if csv else pl.read_parquet(path, glob=False)
    return frame.select(pl.all().cast(pl.String).fill_null(""))


def read_variables(path: Path) -> dict[str, str]:
    """Return `_variables.yml` as `group.name` -> text; empty where the file is not there."""
    if not path.is_file():
        return {}
    try:
        groups = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {f"{group}.{name}": str(text) for group, names in groups.items() for name, text in names.items()}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        msg = f"{path} cannot be read: {in_a_line(error)}\n    Delete it; a build makes it anew."
        raise DatelineError(msg) from error


def changed_sentences(root: Path, old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    """Return the sentences of a study's pages that quote numbers which changed (`read_variables`), in both readings."""
    moved = {key for key in {*old, *new} if old.get(key) != new.get(key)}

    def read(sentence: str, known: dict[str, str]) -> str:
        return _VAR.sub(lambda match: known.get(match[1], "(nothing)"), sentence)

    found = []
    for path in sorted([*root.glob("*.qmd"), *root.glob("report/*.qmd")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            place = path.relative_to(root).as_posix(), f"line {number}"
            sentences = re.split(r"(?<=[.?!:])\s+(?=[^a-z\s])", line)
            quoting = [sentence for sentence in sentences if moved & set(_VAR.findall(sentence))]
            found += [Difference(*place, read(sentence, old), read(sentence, new)) for sentence in quoting]
    return found


def read_titles(root: Path) -> dict[str, str]:
    """Return figure -> the title that it was published under."""
    paths = sorted((root / "report/made/figures").glob("*.md"))
    found = {path.stem: _TITLE.search(path.read_text(encoding="utf-8")) for path in paths}
    return {name: title[1] if title else "" for name, title in found.items()}


def changed_titles(old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    """Return the titles of figures that state something else now."""
    return [
        Difference(f"report/made/figures/{name}.md", "title", *(each.get(name, "(no figure)") for each in (old, new)))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
