"""Copy the pages, notebooks and English lists that a new study starts from."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import nbformat
import polars as pl
import yaml

from dateline import __version__
from dateline.errors import DatelineError
from dateline.files import PACKAGE, csv_text, write_text
from dateline.html import plain_title, quoted
from dateline.study.lists import FURTHER, LISTS

NOTE = Path(".dateline-template.json")
"""Which version a study was made with, and the hash of each file that it was given."""

OF_ENGLISH = ("abbreviations", "cues", "furniture", "offices", "places", "stopwords", "verbs")
"""Lists that belong to the language and not to a study."""


def template() -> Path:
    """The folder that a study starts from: in the installed package, or this repository."""
    inside = PACKAGE / "template"
    return inside if inside.is_dir() else PACKAGE.parents[1]


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write a study into, which gets the name `target` when nothing went wrong, and goes when something did.

    Raises:
        DatelineError: Something stands in the target already.
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
    """What a study takes over as it is: path in the study -> text of pages, theme, notebooks, lists of English."""
    source = template()
    names = ["404.qmd", "data/README.md", "data/CODEBOOK.md", *(f"data/{name}.csv" for name in OF_ENGLISH)]
    for folder, pattern in (
        ("report", "*.qmd"),
        ("report/guide", "*.qmd"),
        ("report/theme", "*"),
        ("notebooks", "*.ipynb"),
    ):
        names += [path.relative_to(source).as_posix() for path in sorted((source / folder).glob(pattern))]
    files = {name: (source / name).read_text(encoding="utf-8") for name in names}
    return {name: _without_outputs(text) if name.endswith(".ipynb") else text for name, text in files.items()}


def plain_text(path: Path) -> str:
    """A file as a person writes it: of a notebook what a build adds does not count."""
    text = path.read_text(encoding="utf-8")
    return _without_outputs(text) if path.suffix == ".ipynb" else text


def hash_text(text: str) -> str:
    """The hash by which a file of the template is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_note(root: Path, hashes: dict[str, str]) -> None:
    """Note the version of the program and the hash of each file that a study was given."""
    note = {"version": __version__, "files": hashes}
    write_text(root / NOTE, json.dumps(note, indent=1, sort_keys=True) + "\n")


def _without_outputs(text: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"


def write_template(root: Path, title: str, proposition: str) -> None:
    """Write everything of a study that is not data: pages, notebooks, theme, lists of English, settings of the site."""
    files = template_files()
    for name, text in files.items():
        write_text(root / name, text)
    write_note(root, {name: hash_text(text) for name, text in files.items()})
    config = (template() / "_quarto.yml").read_text(encoding="utf-8")
    for key, value in (("title", title), ("description", f"What news articles report: {proposition}.")):
        line = f"  {key}: {quoted(plain_title(value))}"
        config = re.sub(rf'(?m)^  {key}: ".*"$', lambda _, line=line: line, config)
    (root / "_quarto.yml").write_text(config, encoding="utf-8")
    starter = resources.files("dateline").joinpath("starter")
    for name, place in (
        ("index.qmd", "index.qmd"),
        ("README.md", "README.md"),
        ("gitignore", ".gitignore"),
        ("publish.yml", ".github/workflows/publish.yml"),
    ):
        text = (
            starter.joinpath(name)
            .read_text(encoding="utf-8")
            .replace("{package}", f"dateline=={__version__}")
        )
        write_text(root / place, text)
    citation = {"cff-version": "1.2.0", "title": title, "type": "dataset", "message": "Please cite as below."}
    authors = {"authors": [{"name": "The authors of this study"}]}
    text = yaml.safe_dump(citation | authors, sort_keys=False, allow_unicode=True)
    (root / "CITATION.cff").write_text(text, encoding="utf-8")


def _read_list(root: Path, name: str) -> pl.DataFrame:
    columns = [*LISTS[name], *FURTHER.get(name, ())]
    path = root / f"data/{name}.csv"
    if not path.is_file():
        return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "line": pl.Int64})
    frame = pl.read_csv(path, infer_schema=False, glob=False).with_columns(pl.col(pl.String).fill_null(""))
    missing = [pl.lit("").alias(column) for column in columns if column not in frame.columns]
    return frame.with_columns(missing).with_row_index("line", 2).with_columns(pl.col("line").cast(pl.Int64))


def write_list(root: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Write a list of the study with its columns; cells that a row lacks are empty."""
    columns = [*LISTS[name][:-1], *FURTHER.get(name, ()), LISTS[name][-1]]
    # A cell is one line: what a spreadsheet would run is only text here, but a line break would shift rows.
    plain = ({key: " ".join(str(value).split()) for key, value in row.items()} for row in rows)
    (root / f"data/{name}.csv").write_text(csv_text(columns, plain), encoding="utf-8")
