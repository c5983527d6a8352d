"""The study: everything in `data/` that decides a number, read and checked in one place.

This is the only module that reads `data/`. Reading collects every fault before it raises, so that
a person mends a list once and not once a fault.
"""

import hashlib
import os
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dateline.errors import Fault, StudyError, in_a_line
from dateline.files import decode, lies_in
from dateline.study.lists import LISTS, _read_day, _read_list, check_actors, check_patterns
from dateline.study.settings import check_settings

SAMPLE = Path("data/archive/sample.toml")
"""Of a study whose articles were drawn from an archive: how many of how many; the archive's tables stand beside it."""


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
        check_actors(lists, settings, lines, texts, faults)
        check_sources(root, lists["sources"], texts, faults)
        check_patterns(lists, faults)
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
    check_settings(name, settings, lines, faults)
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


MARK = "draft:"
"""How the note of a line begins that no person has reviewed."""


def unreviewed(study: Study) -> dict[str, int]:
    """What no person has reviewed: list -> its lines whose note begins with `draft:`, and the settings."""
    found = {} if study.settings.get("reviewed", True) else {"study.toml": 1}
    for name, frame in study.lists.items():
        count = frame["note"].str.starts_with(MARK).sum() if "note" in frame.columns else 0
        if count:
            found[f"{name}.csv"] = int(count)
    return found


def check_sources(root: Path, sources: pl.DataFrame, texts: dict[str, str], faults: list[Fault]) -> None:
    """One row a file, its hash, its dates."""
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
