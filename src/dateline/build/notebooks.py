"""Read notebooks: what each loads and saves, which have to run before it, and its text as it is committed."""

import ast
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from dateline.errors import DatelineError
from dateline.intake.template import template

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Notebook:
    """Describe one notebook of the pipeline."""

    path: Path
    source: str
    """A hash of what people write in it; outputs do not count."""
    loads: frozenset[str]
    saves: frozenset[str]
    """The tables named in its cells."""
    anything: bool
    """It names no table to load, or not by a plain string: it may need whatever an earlier one saves."""
    files: bool
    """Its cells name a file of `data/`: it may read any list without the study."""
    draws: bool

    @property
    def name(self) -> str:
        """Return the file's name without its ending."""
        return self.path.stem


def read_notebooks(root: Path) -> list[Notebook]:
    """Return the notebooks of a study in the order of their names; those of the template where it has none.

    Raises:
        DatelineError: A file is not a notebook.
    """
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    return [_read(path) for path in paths or sorted((template() / "notebooks").glob("*.ipynb"))]


def _read(path: Path) -> Notebook:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in found]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"notebooks/{path.name} is not a notebook ({error}). Restore it, or save it anew in Jupyter."
        raise DatelineError(msg) from error
    code = [text for kind, text in cells if kind == "code"]
    calls = [call for text in code for call in _calls(text)]
    loading = [call for call in calls if call.func.attr == "load"]
    named = [each.value for call in loading for each in call.args if isinstance(each, ast.Constant)]
    loads = frozenset(name for name in named if isinstance(name, str))
    return Notebook(
        path,
        source=hashlib.sha256(json.dumps([path.name, cells]).encode()).hexdigest(),
        loads=loads,
        saves=frozenset(word.arg for call in calls if call.func.attr == "save" for word in call.keywords if word.arg),
        anything=not loads or len(named) < sum(len(call.args) for call in loading),
        files=any(re.search(r"\.csv\b|\bdata/", text) for text in code),
        draws=any(re.search(r"\bfigures\b|\bFigure\(", text) for text in code),
    )


def _calls(cell: str) -> list[ast.Call]:
    """Return the calls of a `load` or `save` method in a cell; none where it is not plain Python."""
    lines = ["pass" if line.startswith(("%", "!")) else line for line in cell.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return []
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return [call for call in calls if call.func.attr in ("load", "save")]


def needs(notebook: Notebook, every: list[Notebook], loaded: list[str]) -> list[str]:
    """Return the names of the notebooks that have to run before one: the earlier ones that save what it loads.

    `loaded` has the tables that it loaded when it last ran, also those that a function loaded for it.
    """
    earlier = every[: every.index(notebook)]
    wanted = notebook.loads | set(loaded)
    return [other.name for other in earlier if notebook.anything or other.saves & wanted]


def to_text(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook as it is committed: no versions, no times, no HTML, counts from one."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number:02d}", nbformat.NotebookNode()
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            output.pop("transient", None)
            if "metadata" in output:
                output.metadata.clear()
            if output.output_type == "execute_result":
                output.execution_count = count
            output.get("data", {}).pop("text/html", None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"
