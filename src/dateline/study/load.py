"""Read and check everything in `data/` that decides a number.

Reading collects every fault before it raises an error, so that a person can mend them all at once.
"""

import os
import re
import tomllib
from collections import Counter, UserDict
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from dateline import tables
from dateline.errors import Fault, Faults, StudyError, in_a_line
from dateline.files import decode, lies_in, note, sha256
from dateline.study.checks import check_actors, check_list, check_sources
from dateline.study.lists import LINK, LISTS, read_list
from dateline.study.settings import check_settings

SAMPLE = Path("data/archive/sample.toml")
"""If the articles are a sample of an archive: how many of how many; the archive's tables are beside the file."""


class Lists(UserDict[str, pl.DataFrame]):
    """Map the name of a list to its frame, and note for a running notebook which lists are read."""

    def __getitem__(self, name: str) -> pl.DataFrame:
        note("list", name)
        return super().__getitem__(name)


@dataclass(frozen=True, eq=False)
class Study:
    """Keep one checked study. `settings` is `study.toml`; `lists` maps a list's name to its frame.

    Examples:
        >>> study.settings["title"], len(study.articles), list(study.periods)
        ('The Open Door', 5, ['2021', '2022', '2024'])
        >>> articles, sentences = study.load("articles", "sentences")
        >>> articles.height, sentences.height
        (5, 109)
    """

    root: Path
    settings: dict[str, Any]
    lists: MutableMapping[str, pl.DataFrame]
    texts: dict[str, str]
    """`article_id` -> the raw text of the file, decoded and otherwise untouched."""
    sample: dict[str, int] = field(default_factory=dict)
    """Number of articles `drawn`, and `of` how many; empty if the articles are not a sample of an archive."""
    memory: Path | None = None
    """Folder in which to remember the rows of each article; None to remember nothing."""

    @property
    def articles(self) -> list[str]:
        """Return the article ids in order; each is the name of a file without its ending."""
        return sorted(self.texts)

    @property
    def gold(self) -> str:
        """Return whose codes the accuracy is measured against."""
        return self.settings.get("gold", {}).get("codes", "the codes in data/gold")

    @property
    def labels(self) -> dict[str, str]:
        """Map an actor or group id to its name for readers."""
        actors = dict(self.lists["actors"].select("actor", "label").iter_rows())
        return actors | dict(self.lists["groups"].select("group", "label").iter_rows())

    @property
    def ideas(self) -> dict[str, str]:
        """Map the term of an idea (`#invitation`) to its name for readers."""
        return {f"#{group}": label for group, label in self.lists["terms"].select("group", "label").iter_rows()}

    @property
    def periods(self) -> dict[str, str]:
        """Map a period id to its label, in order."""
        return {period["id"]: period["label"] for period in self.settings["periods"]}

    @property
    def in_time(self) -> pl.Enum:
        """Return a type for period ids that sorts them in time."""
        return pl.Enum(list(self.periods))

    @property
    def kinds(self) -> dict[str, str]:
        """Map an actor id to `person`, `state` or `organisation`."""
        return dict(self.lists["actors"].select("actor", "kind").iter_rows())

    def hash_of(self, names: tuple[str, ...]) -> str:
        """Return a hash of the settings and of some lists."""
        rows = (self.lists[name].write_csv() for name in names)
        return sha256("\0".join([repr(self.settings), *rows]))

    @property
    def out(self) -> Path:
        """Return the folder for tables and figures: the root, or the folder of a running build."""
        return Path(os.environ.get("DATELINE_OUT") or self.root)

    def load(self, *names: str) -> pl.DataFrame | tuple[pl.DataFrame, ...]:
        """Return one table of `data/derived`, or several in the order of their names.

        Raises:
            TableError: A table is missing, damaged or does not have the columns of its contract.
        """
        for name in names:
            note("load", name)
        found = tuple(tables.read(name, self.out / tables.DERIVED) for name in names)
        return found[0] if len(found) == 1 else found

    def save(self, **frames: pl.DataFrame) -> None:
        """Write tables to `data/derived`, each as Parquet and CSV: `study.save(keyness=words)`.

        A table of the contract must have its columns; a table of another name is written as it is.

        Raises:
            TableError: A table does not keep its contract; the others before it are written.
        """
        for name, frame in frames.items():
            note("save", name)
            tables.write(frame, name, self.out / tables.DERIVED)


def find_root(start: Path | None = None) -> Path:
    """Find the folder that has `data/study.toml`, from `start` (or here) upwards; a StudyError if there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "study.toml").is_file():
            return folder
    remedy = "Change into the folder of a study, or name it with --root."
    raise StudyError([Fault(str(here), 0, "no data/study.toml here or above", remedy)])


def load_study(root: Path) -> Study:
    """Read and check `data/` under `root`.

    Raises:
        StudyError: There are faults; the error lists all of them.
    """
    faults = Faults()
    settings, lines = _read_settings(root, faults)
    lists = {name: read_list(root, name, faults) for name in LISTS}
    for name, frame in lists.items():
        if frame is not None:
            check_list(name, frame, faults)
    texts = _read_articles(root, faults)
    sample = _read_sample(root, len(texts), faults)
    if lists["actors"] is not None and lists["groups"] is not None:
        check_actors(lists, settings, lines, texts, faults)
    if texts and lists["sources"] is not None:
        check_sources(root, lists["sources"], texts, faults)
    if faults:
        raise StudyError(faults)
    return Study(root=root, settings=settings, lists=Lists(lists), texts=texts, sample=sample)


def _read_settings(root: Path, faults: Faults) -> tuple[dict[str, Any], dict[str, int]]:
    """Return `study.toml`, and the line of each of its keys."""
    name = "data/study.toml"
    try:
        text = (root / name).read_text(encoding="utf-8-sig")
        settings = tomllib.loads(text)
    except OSError as error:
        faults.add(name, 0, f"cannot be read: {error.strerror}", "Every study needs it; copy one from the example.")
    except UnicodeDecodeError as error:
        faults.add(name, 0, f"byte {error.start} is not UTF-8", "Save the file as UTF-8.")
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        faults.add(name, int(line[1]) if line else 0, f"not valid TOML: {in_a_line(error)}", "Mend that line.")
    else:
        lines = _lines_of_keys(text)
        check_settings(name, settings, lines, faults)
        return settings, lines
    return {}, {}


def _lines_of_keys(text: str) -> dict[str, int]:
    """Map each key of a TOML file (`terms.min_count`, `periods.2.from`) to its line, which no reader of TOML gives."""
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


def _read_sample(root: Path, articles: int, faults: Faults) -> dict[str, int]:
    """Return `drawn` and `of`; nothing if the articles are not a sample."""
    path, name = root / SAMPLE, SAMPLE.as_posix()
    if not path.parent.exists():
        return {}
    linked = [file for file in (path.parent, *path.parent.glob("*")) if not lies_in(file, root)]
    if linked:
        faults.add(linked[0].relative_to(root).as_posix(), 0, *LINK)
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        drawn, whole = found["drawn"], found["of"]
        if type(drawn) is not int or type(whole) is not int or not 0 < drawn <= whole:
            msg = f"{drawn!r} articles drawn of {whole!r}"
            raise ValueError(msg)
    except (OSError, ValueError, KeyError) as error:
        found = f"cannot be read: {error}"
        faults.add(name, 0, found, "Draw the sample again with `dateline sample`, or delete data/archive.")
        return {}
    if drawn != articles:
        found = f"{drawn:,} articles were drawn, {articles:,} are in data/articles"
        faults.add(name, 0, found, "A sample needs all of its articles: put them back, or delete data/archive.")
    return {"drawn": drawn, "of": whole}


def _read_articles(root: Path, faults: Faults) -> dict[str, str]:
    folder = root / "data" / "articles"
    texts: dict[str, str] = {}
    if os.path.lexists(folder) and not lies_in(folder, root):
        faults.add("data/articles", 0, *LINK)
        return texts
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith("."):
            continue
        name = f"data/articles/{path.name}"
        if path.is_symlink() and not lies_in(path, root):
            faults.add(name, 0, *LINK)
        elif path.suffix != ".txt" or not path.is_file():
            faults.add(name, 0, "not a .txt file", "Save the article as UTF-8 text ending in .txt, or move it.")
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", path.stem):
            faults.add(name, 0, "the name cannot be part of an address", "Use letters, digits, - and _.")
        else:
            text = decode(path.read_bytes(), name, faults)
            if text is not None and not text.strip():
                faults.add(name, 0, "the file is empty", "Put the article's text in, or delete the file.")
            elif text is not None:
                texts[path.stem] = text
    if not texts and not any(fault.file.startswith("data/articles") for fault in faults):
        faults.add("data/articles", 0, "no article is there", "Put at least one .txt file into the folder.")
    return texts


MARK = "draft:"
"""Beginning of the note of a line that no person has reviewed."""


def unreviewed(study: Study) -> dict[str, int]:
    """Count the lines of each list that no person has reviewed, and the settings: file -> number, without zeros."""
    found = {"study.toml": int(not study.settings.get("reviewed", True))}
    found |= {f"{name}.csv": frame["note"].str.starts_with(MARK).sum() for name, frame in study.lists.items()}
    return {name: count for name, count in found.items() if count}
