"""Open a study in a notebook, and show frames as Markdown tables."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from dateline.html import prose
from dateline.memory import FOLDER
from dateline.study.load import Study, find_root, load_study


def open_study(root: str | Path | None = None) -> Study:
    """Open the study around the notebook, and show frames as Markdown tables.

    Args:
        root: A folder in the study; the current one if not given.

    Returns:
        The study: its settings, its lists and the raw text of its articles; `load` and `save` read and write tables.

    Raises:
        StudyError: `data/` is not valid; the message has every fault with file, line and remedy.

    Examples:
        >>> study = dl.open_study()
        >>> study.settings["title"], len(study.articles)
        ('The Open Door', 5)
    """
    study = load_study(find_root(Path(root) if root else None))
    _markdown_frames()
    return replace(study, memory=study.root / FOLDER)


def to_markdown(frame: pl.DataFrame) -> str:
    """Return a frame as a Markdown table, numbers to the right and at three decimals."""

    def text(value: object) -> str:
        if isinstance(value, float):
            return f"{value:.3f}".rstrip("0").rstrip(".")
        return "" if value is None else prose(str(value))

    ruled = ["---:" if kind.is_numeric() else ":---" for kind in frame.dtypes]
    lines = [frame.columns, ruled, *([text(value) for value in row] for row in frame.iter_rows())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _markdown_frames() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    formatters["text/html"].enabled = False  # it would make Quarto load scripts from another host
    formatters["text/markdown"].for_type(pl.DataFrame, to_markdown)
    formatters["text/plain"].for_type(
        pl.DataFrame, lambda frame, printer, cycle: printer.text(f"{frame.height} rows, {frame.width} columns")
    )
