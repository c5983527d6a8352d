"""Share the printing of all commands (messages, tables, progress bars) and the option `--root`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import progress
from rich.console import Console
from rich.table import Table

from dateline.errors import DatelineError

if TYPE_CHECKING:
    import polars as pl

out = Console(highlight=False, soft_wrap=True)

err = Console(stderr=True, highlight=False, soft_wrap=True)

Root = Annotated[
    Path | None,
    typer.Option("--root", help="Folder of the study; the default is this folder or one above it.", show_default=False),
]


def find_study(root: Path | None) -> Path:
    """Find the folder of the study; a DatelineError if there is none at `root` or above."""
    from dateline.study.load import find_root

    if root is not None and not root.is_dir():
        msg = f"{root} is not a folder. Give the folder that has data/study.toml."
        raise DatelineError(msg)
    return find_root(root)


def plain(text: str) -> str:
    """Return a text in which no bracket is markup."""
    return text.replace("[", r"\[")


def say(text: str) -> None:
    """Print a step of the work to standard error."""
    err.print(f"[dim]{plain(text)}[/dim]")


def show_table(title: str, frame: pl.DataFrame) -> None:
    """Print a frame as a table, numbers on the right."""
    table = Table(title=title, title_justify="left")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows():
        cells = ("" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row)
        table.add_row(*(plain(cell) for cell in cells))
    out.print(table)


def track(items: Iterable, label: str) -> Iterable:
    """Yield items and show a progress bar, only for a person at a terminal."""
    return progress.track(list(items), f"  {label:<10}", console=err, transient=True, disable=not err.is_terminal)


def track_batches(items: Iterable, label: str, total: int) -> Iterator:
    """Yield batches, which are numbers of articles, and show a progress bar with the time left and the rate."""
    columns = (*progress.Progress.get_default_columns(), progress.TextColumn("{task.fields[rate]}"))
    done = 0
    with progress.Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(f"  {label:<10}", total=total, rate="")
        for item in items:
            yield item
            done += item if label == "Batches" else 0
            seconds = bar.tasks[0].elapsed or 0
            bar.update(task, advance=1, rate=f"{done / seconds:,.0f} articles/s" if done and seconds else "")
