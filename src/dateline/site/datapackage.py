"""The data dictionary, and the Data Package (version 2) that goes with the published tables.

`dictionary.toml` says once what a row and a column of each table is; the data page, the descriptor and
the tests read it from there. The descriptor: https://datapackage.org/standard/data-package/.
"""

import hashlib
import json
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from dateline import __version__
from dateline.tables import ABOUT_TABLES, KEYS, SCHEMAS

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"

SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

TYPES = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Date: "date",
}

_REFERS = {
    "article_id": ("articles", "article_id"),
    "sentence_id": ("sentences", "sentence_id"),
}
"""Columns that name a row of another table."""


@cache
def dictionary() -> dict[str, dict[str, Any]]:
    """Table -> `row` (what one row is), `by` (the function that makes it), `limits`, `columns` (name -> meaning)."""
    return tomllib.loads(resources.files("dateline").joinpath("dictionary.toml").read_text(encoding="utf-8"))


def schema_of(table: str) -> dict[str, pl.DataType]:
    """Column -> type of any table that a build writes."""
    return SCHEMAS.get(table) or ABOUT_TABLES[table]


def describe(folder: Path, *, title: str, description: str, homepage: str | None = None) -> dict[str, Any]:
    """The descriptor of the tables in a folder, each as CSV with its schema and as Parquet; the longest as Parquet only.

    Args:
        folder: Holds `<table>.parquet` and its CSV twin, if any; columns that it lacks are left out. Tables of an archive
            that the articles were drawn from stand in `archive/`.
        title: Title of the study.
        description: What it asks.
        homepage: Address of the published site, where known.
    """
    names = sorted(path.stem for path in folder.glob("*.parquet") if path.stem in dictionary())
    described = [part for name in names for part in _resources(folder, name, set(names))]
    described += [_of_archive(path) for path in sorted(folder.glob("archive/*.parquet"))]
    package = {
        "$schema": PROFILE,
        "name": _slug(title),
        "title": title,
        "description": description,
        "version": __version__,
        "licenses": [LICENCE],
        "contributors": [{"title": "Dateline contributors", "roles": ["creator"]}],
        "resources": described,
    }
    return package | ({"homepage": homepage} if homepage else {})


def _resources(folder: Path, name: str, there: set[str]) -> list[dict[str, Any]]:
    card, types = dictionary()[name], schema_of(name)
    columns = list(pl.read_parquet_schema((folder / f"{name}.parquet").read_bytes()))
    schema: dict[str, Any] = {
        "$schema": SCHEMA,
        "fields": [
            {"name": column, "type": TYPES[types[column]], "description": card["columns"][column]}
            for column in columns
        ],
        "missingValues": [""],
    }
    if name in KEYS:
        schema["primaryKey"] = KEYS[name]
    keys = [
        {"fields": [column], "reference": {"resource": table, "fields": [field]}}
        for column, (table, field) in _REFERS.items()
        if column in columns and table != name and table in there
    ]
    if keys:
        schema["foreignKeys"] = keys
    about = f"One row is {card['row']}. Made by dateline.{card['by']}. {card['limits']}"
    parquet = _parquet(folder / f"{name}.parquet", f"{name}-parquet", about)
    if not (folder / f"{name}.csv").is_file():
        return [{**parquet, "name": name, "schema": schema}]
    csv = {
        "$schema": RESOURCE,
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": about,
        **_measured(folder / f"{name}.csv"),
        "schema": schema,
    }
    return [csv, parquet]


def _of_archive(path: Path) -> dict[str, Any]:
    row = dictionary()[path.stem]["row"]
    about = f"Over all articles of the archive that those of the study were drawn from. One row is {row}."
    return {**_parquet(path, f"archive-{path.stem}", about), "path": f"archive/{path.name}"}


def _parquet(path: Path, name: str, about: str) -> dict[str, Any]:
    return {
        "$schema": RESOURCE,
        "name": name,
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": about,
        **_measured(path),
    }


def _measured(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def _slug(title: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in title.lower())
    return "-".join(filter(None, kept.split("-"))) or "study"


def write_package(folder: Path, **about: str | None) -> Path:
    """Write `datapackage.json` beside the tables in `folder`; arguments as for `describe`."""
    path = folder / "datapackage.json"
    text = json.dumps(describe(folder, **about), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path
