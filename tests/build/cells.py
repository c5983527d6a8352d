"""Notebooks of a few lines, for the tests of the pipeline."""

import json
from pathlib import Path

OPEN = "import dateline as dl\nimport polars as pl\nstudy = dl.open_study()"


def write_notebook(root: Path, name: str, *cells: str, title: str = "") -> Path:
    """Write a notebook of code cells into a study, the first of which opens it; as a page it needs a title, too."""
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    made = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None, "id": f"c{at}"}
        for at, text in enumerate((OPEN, *cells))
    ]  # fmt: skip
    if title:
        head = f"---\ntitle: {title}\n---"
        made.insert(0, {"cell_type": "raw", "source": head, "metadata": {}, "id": "title"})
    whole = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def change_cell(path: Path, old: str, new: str) -> None:
    """Replace words in the one cell of a notebook that has them, as an editor would: outputs stay."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = [cell for cell in notebook["cells"] if old in "".join(cell["source"])]
    assert len(found) == 1, f"{len(found)} cells of {path.name} have {old!r}"
    found[0]["source"] = "".join(found[0]["source"]).replace(old, new)
    path.write_text(json.dumps(notebook), encoding="utf-8")
