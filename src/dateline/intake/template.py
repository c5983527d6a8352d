"""Copy the pages, notebooks and English lists that a new study starts from."""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import polars as pl
import yaml

from dateline import __version__
from dateline.errors import DatelineError, Faults, StudyError
from dateline.files import PACKAGE, sha256, write_text
from dateline.html import plain_title, quoted
from dateline.study.lists import OF_ENGLISH, empty_list, english_rows, list_path, read_list

NOTE = Path(".dateline-template.json")
"""The version that made the study, and the hash of each file that it was given."""


def template() -> Path:
    """Return the folder that a study starts from: in the installed package, or this repository."""
    inside = PACKAGE / "template"
    return inside if inside.is_dir() else PACKAGE.parents[1]


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write a study into; it gets the name `target` if all went well and is deleted if not.

    Raises:
        DatelineError: The target is not empty.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        msg = f"{target} is not empty. Give the name of a new folder; nothing was written."
        raise DatelineError(msg)
    work = target.with_name(f".{target.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    try:
        yield work
        if target.exists():
            target.rmdir()
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def template_files() -> dict[str, str]:
    """Return the files that every study has: path -> text of pages, theme, notebooks and lists of English."""
    source = template()
    names = ["404.qmd", "data/README.md", "data/CODEBOOK.md"]
    for pattern in ("report/*.qmd", "report/guide/*.qmd", "report/theme/*", "notebooks/*.ipynb"):
        names += [path.relative_to(source).as_posix() for path in sorted(source.glob(pattern))]
    files = {name: plain_text(source / name) for name in names}
    return files | {list_path(name): english_rows(source, name) for name in OF_ENGLISH}


def plain_text(path: Path) -> str:
    """Read a file as a person writes it: a notebook without its outputs."""
    text = path.read_text(encoding="utf-8")
    return notebook_text(nbformat.reads(text, as_version=4)) if path.suffix == ".ipynb" else text


def notebook_text(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook as text, without its outputs."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"


def write_note(root: Path, hashes: dict[str, str]) -> None:
    """Note the version of the program and the hash of each file that a study was given."""
    note = {"version": __version__, "files": hashes}
    write_text(root / NOTE, json.dumps(note, indent=1, sort_keys=True) + "\n")


def write_template(root: Path, title: str, proposition: str) -> None:
    """Write everything of a study that is not data: pages, notebooks, theme, lists of English, settings of the site."""
    files = template_files()
    for name, text in files.items():
        write_text(root / name, text)
    write_note(root, {name: sha256(text) for name, text in files.items()})
    config = (template() / "_quarto.yml").read_text(encoding="utf-8")
    for key, value in (("title", title), ("description", f"What news articles report: {proposition}.")):
        line = f"  {key}: {quoted(plain_title(value))}"
        config = re.sub(rf'(?m)^  {key}: ".*"$', lambda _, line=line: line, config)
    (root / "_quarto.yml").write_text(config, encoding="utf-8")
    hidden = {"gitignore": ".gitignore", "publish.yml": ".github/workflows/publish.yml"}
    for name in ("index.qmd", "README.md", *hidden):
        text = (PACKAGE / "starter" / name).read_text(encoding="utf-8").replace("{package}", f"dateline=={__version__}")
        write_text(root / hidden.get(name, name), text)
    citation = {"cff-version": "1.2.0", "title": title, "type": "dataset", "message": "Please cite as below."}
    citation["authors"] = [{"name": "The authors of this study"}]
    write_text(root / "CITATION.cff", yaml.safe_dump(citation, sort_keys=False, allow_unicode=True))


def read_own(root: Path, name: str) -> pl.DataFrame:
    """Read a list of the template or of an unfinished study; a list that is not there has no rows."""
    if not (root / list_path(name)).is_file():
        return empty_list(name)
    faults = Faults()
    frame = read_list(root, name, faults)
    if frame is None or faults:
        raise StudyError(faults)
    return frame


def write_example(target: Path) -> None:
    """Write the invented example study into a new folder: its data with the pages and lists of the template."""
    data = template() / "tests/harbour/data"
    settings = tomllib.loads((data / "study.toml").read_text(encoding="utf-8"))
    with new_folder(target) as root:
        write_template(root, settings["title"], settings["proposition"])
        shutil.copytree(data, root / "data", dirs_exist_ok=True)
