"""Run the notebooks of the repository in this process, on a study in memory: the one pipeline, without kernels."""

import json
import os
import tempfile
from pathlib import Path
from unittest import mock

import polars as pl

import dateline
from dateline import tables
from dateline.figures.base import evidence_of, read_figures
from dateline.study.load import Study

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def tables_of(study: Study, *notebooks: str) -> dict[str, pl.DataFrame]:
    """Return every table that the notebooks save, or that the named ones do ("10", "20"), `evidence` included."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATELINE_OUT": folder, "DATELINE_TABLES_ONLY": "1"}
        with mock.patch.dict(os.environ, environment), mock.patch.object(dateline, "open_study", lambda: study):
            for path in sorted(NOTEBOOKS.glob("*.ipynb")):
                if not notebooks or path.name.startswith(notebooks):
                    _run(path)
            evidence = evidence_of(read_figures(Path(folder)))
        derived = Path(folder) / tables.DERIVED
        found = {path.stem: tables.read(path.stem, derived) for path in sorted(derived.glob("*.parquet"))}
    return {**found, "evidence": evidence}


def _run(path: Path) -> None:
    names: dict = {}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name}[{number}]", "exec"), names)
