"""Two builds side by side: which files differ, where, and which sentence of the report says something else now.

Files are compared byte for byte; a difference is then told in the words of its kind: table, row and
column; notebook and cell; variable; line of a page.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl
import yaml

from dateline.errors import DatelineError, in_a_line
from dateline.files import files_below

MOST = 5
"""Differences told of one file."""

WIDTH = 240
"""Characters of an old or a new value that are told."""

_TITLE = re.compile(r'<h2 class="fig-title">(.*?)</h2>', re.DOTALL)

_VAR = re.compile(r"\{\{<\s*var\s+([\w.,-]+)\s*>\}\}")


@dataclass(frozen=True)
class Difference:
    """One thing that differs: the file, the place in it, what stood there, what stands there now."""

    file: str
    place: str
    old: str
    new: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}\n    was  {_short(self.old)}\n    now  {_short(self.new)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else f"{text[:WIDTH]} …"


def list_files(root: Path, names: Iterable[str]) -> list[str]:
    """Every file below the named files and folders of `root`, as paths from it."""
    return sorted(file.relative_to(root).as_posix() for file in files_below(root / name for name in names))


def compare(old: Path, new: Path, names: Iterable[str]) -> tuple[int, list[Difference]]:
    """Compare files and folders of two roots byte for byte.

    Args:
        old: The root that holds what is known.
        new: The root that holds what was made.
        names: Files and folders below both.

    Returns:
        How many files were compared, and every difference, at most five of one file.
    """
    names = list(names)
    before, after = list_files(old, names), list_files(new, names)
    found: list[Difference] = []
    told: set[str] = set()
    for name in sorted({*before, *after}):
        if name not in after:
            found.append(Difference(name, "", "a file", "is not made"))
        elif name not in before:
            found.append(Difference(name, "", "is not there", "a file"))
        elif (old / name).read_bytes() != (new / name).read_bytes():
            twin = name.removesuffix(Path(name).suffix)
            if Path(name).suffix in (".csv", ".parquet") and twin in told:
                continue  # its twin has told it
            told.add(twin)
            found += _explain(old / name, new / name, name)[:MOST]
    return len({*before, *after}), found


def _explain(old: Path, new: Path, name: str) -> list[Difference]:
    try:
        if name.endswith((".parquet", ".csv")):
            return _tables(old, new, name)
        if name.endswith(".ipynb"):
            return _notebooks(old, new, name)
        if name.endswith("_variables.yml"):
            return _variables(old, new, name)
        return _lines(old, new, name)
    except (ValueError, OSError, KeyError, pl.exceptions.PolarsError, yaml.YAMLError):
        return _bytes(old, new, name)


def _bytes(old: Path, new: Path, name: str) -> list[Difference]:
    was, now = old.read_bytes(), new.read_bytes()
    at = next(
        (at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now))
    )
    told = [f"{len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()[:16]}" for data in (was, now)]
    return [Difference(name, f"from byte {at}", *told)]


def _tables(old: Path, new: Path, name: str) -> list[Difference]:
    def read(path: Path) -> pl.DataFrame:
        if name.endswith(".parquet"):
            return pl.read_parquet(path, glob=False)
        return pl.read_csv(path, infer_schema=False, glob=False)

    was, now = read(old), read(new)
    if was.columns != now.columns:
        return [Difference(name, "columns", ", ".join(was.columns), ", ".join(now.columns))]
    found = []
    if was.height != now.height:
        found.append(Difference(name, "rows", f"{was.height:,}", f"{now.height:,}"))
    for row, (a, b) in enumerate(zip(was.iter_rows(), now.iter_rows(), strict=False), start=1):
        for column, x, y in zip(was.columns, a, b, strict=True):
            if x != y:
                found.append(Difference(name, f"row {row} ({a[0]}), {column}", str(x), str(y)))
        if len(found) >= MOST:
            break
    return found or _bytes(old, new, name)


def _notebooks(old: Path, new: Path, name: str) -> list[Difference]:
    was, now = (json.loads(path.read_text(encoding="utf-8"))["cells"] for path in (old, new))
    found = []
    for number, (a, b) in enumerate(zip_longest(was, now, fillvalue={}), start=1):
        if a == b:
            continue
        part = next((key for key in ("source", "outputs") if a.get(key) != b.get(key)), "metadata")
        x, y = (json.dumps(cell.get(part, ""), ensure_ascii=False, sort_keys=True) for cell in (a, b))
        found.append(Difference(name, f"cell {number}, {part}", *_where(x, y)))
    return found or _bytes(old, new, name)


def _where(was: str, now: str) -> tuple[str, str]:
    """Two texts from shortly before the place where they part."""
    at = max(0, next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 0) - 20)
    return was[at:], now[at:]


def _variables(old: Path, new: Path, name: str) -> list[Difference]:
    was, now = read_variables(old), read_variables(new)
    return [
        Difference(name, key, was.get(key, "(not there)"), now.get(key, "(not there)"))
        for key in sorted({*was, *now})
        if was.get(key) != now.get(key)
    ] or _bytes(old, new, name)


def _lines(old: Path, new: Path, name: str) -> list[Difference]:
    was, now = (path.read_text(encoding="utf-8").splitlines() for path in (old, new))
    found = []
    for number, (a, b) in enumerate(zip_longest(was, now, fillvalue=""), start=1):
        if a != b:
            found.append(Difference(name, f"line {number}", *_where(a, b)))
            break  # one line too many moves all that follow
    return found or _bytes(old, new, name)


def read_variables(path: Path) -> dict[str, str]:
    """`_variables.yml` as `group.name` -> text; empty where the file is not there."""
    if not path.is_file():
        return {}
    try:
        groups = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {
            f"{group}.{name}": str(text) for group, names in groups.items() for name, text in names.items()
        }
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        msg = f"{path} cannot be read: {in_a_line(error)}\n    Delete it; a build makes it anew."
        raise DatelineError(msg) from error


def changed_sentences(root: Path, old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    """The sentences of the pages whose inline figures changed, as they read before and as they read now.

    Args:
        root: The study, for its pages.
        old: The variables before (`read_variables`).
        new: The variables now.
    """
    moved = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    found = []
    for path in sorted([*root.glob("*.qmd"), *root.glob("report/*.qmd")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for sentence in re.split(r"(?<=[.?!:])\s+(?=[^a-z\s])", line):
                if moved & set(_VAR.findall(sentence)):
                    was, now = (
                        _VAR.sub(lambda match, known=known: known.get(match[1], "(nothing)"), sentence)
                        for known in (old, new)
                    )
                    found.append(Difference(path.relative_to(root).as_posix(), f"line {number}", was, now))
    return found


def read_titles(root: Path) -> dict[str, str]:
    """Figure -> the title that it was published under."""
    titles = {}
    for path in sorted((root / "report/made/figures").glob("*.md")):
        found = _TITLE.search(path.read_text(encoding="utf-8"))
        titles[path.stem] = found[1] if found else ""
    return titles


def changed_titles(old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    """The titles of figures that state something else now."""
    return [
        Difference(
            f"report/made/figures/{name}.md",
            "title",
            old.get(name, "(no figure)"),
            new.get(name, "(no figure)"),
        )
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
