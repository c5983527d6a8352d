"""Describe the published tables in a Data Package (version 2): https://datapackage.org/standard/data-package/."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from dateline import __version__
from dateline.files import sha256
from dateline.study.lists import slug
from dateline.tables import TABLES

PROFILES = "https://datapackage.org/profiles/2.0"

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

_REFERS = {"article_id": ("articles", "article_id"), "sentence_id": ("sentences", "sentence_id")}
"""Columns that name a row of another table."""


def describe(folder: Path, *, title: str, description: str, homepage: str | None = None) -> dict[str, Any]:
    """Return the descriptor of the tables in a folder: each as CSV with its schema and as Parquet.

    Args:
        folder: Has `<table>.parquet` and, unless the table is too long, its CSV twin; columns that the file lacks are
            left out. If the articles are a sample of an archive, the archive's tables are in `archive/`.
        title: Title of the study.
        description: What it asks.
        homepage: Address of the published site, where known.
    """
    names = sorted(path.stem for path in folder.glob("*.parquet") if path.stem in TABLES)
    described = [part for name in names for part in _resources(folder, name, names)]
    for path in sorted(folder.glob("archive/*.parquet")):
        about = f"All articles of the archive that the sample was drawn from. One row is {TABLES[path.stem].row}."
        described.append({**_parquet(path, f"archive-{path.stem}", about), "path": f"archive/{path.name}"})
    package = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": slug(title, otherwise="study"),
        "title": title,
        "description": description,
        "version": __version__,
        "licenses": [LICENCE],
        "contributors": [{"title": "Dateline contributors", "roles": ["creator"]}],
        "resources": described,
    }
    return package | ({"homepage": homepage} if homepage else {})


def _resources(folder: Path, name: str, there: list[str]) -> list[dict[str, Any]]:
    table = TABLES[name]
    columns = list(pl.read_parquet_schema((folder / f"{name}.parquet").read_bytes()))
    fields = [{"name": name, "type": table.types[name], "description": table.meanings[name]} for name in columns]
    schema: dict[str, Any] = {"$schema": f"{PROFILES}/tableschema.json", "fields": fields, "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = table.key
    keys = [
        {"fields": [column], "reference": {"resource": other, "fields": [field]}}
        for column, (other, field) in _REFERS.items()
        if column in columns and other != name and other in there
    ]
    if keys:
        schema["foreignKeys"] = keys
    about = f"One row is {table.row}. Made by dateline.{table.by}. {table.limits}"
    parquet = _parquet(folder / f"{name}.parquet", f"{name}-parquet", about)
    if not (folder / f"{name}.csv").is_file():
        return [{**parquet, "name": name, "schema": schema}]
    csv = _resource(
        folder / f"{name}.csv", name, about, type="table", mediatype="text/csv", encoding="utf-8", schema=schema
    )
    return [csv, parquet]


def _parquet(path: Path, name: str, about: str) -> dict[str, Any]:
    return _resource(path, name, about, mediatype="application/vnd.apache.parquet")


def _resource(path: Path, name: str, about: str, **more: Any) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": name,
        "path": path.name,
        "format": path.suffix.removeprefix("."),
        "description": about,
        "bytes": len(data),
        "hash": f"sha256:{sha256(data)}",
        **more,
    }


def write_package(folder: Path, **about: str | None) -> Path:
    """Write `datapackage.json` beside the tables in `folder`; arguments as for `describe`."""
    path = folder / "datapackage.json"
    text = json.dumps(describe(folder, **about), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path
