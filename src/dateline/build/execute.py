"""Run notebooks from top to bottom in fresh kernels, each after those that it needs.

A kernel gets a home of its own, so that nobody's configuration, history or start-up files change a cell.
"""

import asyncio
import errno
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from dateline.build.notebooks import Notebook, to_text
from dateline.errors import NotebookError
from dateline.files import PACKAGE

CELL_SECONDS = 600

NOTED = ("load", "save", "draw", "list")
"""What a notebook notes while it runs, in the order of `Run`."""

TOGETHER = 2
"""Kernels that run at a time."""


@dataclass
class Run:
    """Say what one run of a notebook gave: its new text, what it read, and what it made."""

    text: str
    loaded: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


Step = Callable[[Notebook, Callable[[], Awaitable[Run]]], Awaitable[None]]
"""Takes a notebook and what runs it; runs it or not."""


def run_all(
    notebooks: list[Notebook],
    before: dict[str, list[str]],
    step: Step,
    sure: set[str],
    *,
    root: Path,
    out: Path,
    draw: bool,
    track: Callable,
) -> None:
    """Take every notebook through `step`, those that need nothing from each other side by side.

    Args:
        notebooks: The notebooks in order.
        before: Name of a notebook -> names of those that have to be done before it.
        step: Decides whether a notebook runs, and keeps what it gave.
        sure: Names of those that will run in any case: their kernels start at once and wait.
        root: The study.
        out: Where tables and figures go.
        draw: Draw figures; without it a notebook makes tables only.
        track: `track(items, label)` -> the items, for a progress bar.

    Raises:
        NotebookError: A cell failed: the notebook, the number of the cell, its first line, the error.
    """
    if sys.platform == "win32":  # the kernels' sockets need the older event loop there
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    asyncio.run(_run_all(notebooks, before, step, sure, _Place(root, out, draw), track))


@dataclass(frozen=True)
class _Place:
    root: Path
    out: Path
    draw: bool


async def _run_all(
    notebooks: list[Notebook], before: dict[str, list[str]], step: Step, sure: set[str], place: _Place, track: Callable
) -> None:
    gate = asyncio.Semaphore(TOGETHER)
    # Each client would set a handler of its own, after which Ctrl-C ends one kernel and the rest with a traceback.
    asyncio.get_running_loop().add_signal_handler = _refuse
    tasks: dict[str, asyncio.Task] = {}

    async def one(notebook: Notebook, home: Path) -> None:
        async with AsyncExitStack() as kernel:
            start = asyncio.ensure_future(_start(notebook, place, home, kernel)) if notebook.name in sure else None
            try:
                for name in before[notebook.name]:
                    await tasks[name]
                async with gate:
                    await step(notebook, lambda: _run(notebook, place, home, kernel, start))
            finally:
                if start is not None:  # a kernel that is still starting must be there to be ended
                    await asyncio.gather(start, return_exceptions=True)

    with tempfile.TemporaryDirectory() as home:
        try:
            for notebook in notebooks:
                tasks[notebook.name] = asyncio.ensure_future(one(notebook, Path(home)))
            for task in track(asyncio.as_completed(tasks.values()), "Notebooks"):
                await asyncio.gather(task, return_exceptions=True)
            # Every kernel has ended by now; only then may an error leave. Each task is asked, or the loop prints it.
            failed = [task.exception() for task in tasks.values()]
            if error := next(filter(None, failed), None):
                raise error
        except asyncio.CancelledError:  # Ctrl-C, which the kernels have had as well
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            raise


def _refuse(*_: object) -> None:
    raise RuntimeError


WARM = "import dateline; dateline.open_study, dateline.figures.scales"
WAKE = "; from dateline.figures.drawing import svg; svg.wake()"
"""What every notebook, and one that draws, loads first: a kernel that waits for its turn has it already."""


async def _start(notebook: Notebook, place: _Place, home: Path, kernel: AsyncExitStack) -> NotebookClient:
    """Start the kernel of a notebook; the stack ends it."""
    # Over a file socket nobody else on the machine or the network can reach the kernel.
    config = Config({"ConnectionFileMixin": {"transport": "ipc", "ip": str(home / notebook.name)}})
    inside = notebook.path.is_relative_to(place.root)  # one of the template runs in the study
    client = NotebookClient(
        nbformat.read(notebook.path, as_version=4),
        timeout=CELL_SECONDS,
        kernel_name="python3",
        config=config,
        resources={"metadata": {"path": str(notebook.path.parent if inside else place.root)}},
    )
    path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]))
    environment = {
        **os.environ,
        **({} if place.draw else {"DATELINE_TABLES_ONLY": "1"}),
        "DATELINE_OUT": str(place.out),
        "DATELINE_NOTEBOOK": notebook.name,
        "DATELINE_LOG": str(_log(notebook, home)),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",  # two kernels share the processors; more threads only wait for each other
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": path,
        "PYTHONWARNINGS": "ignore",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    await kernel.enter_async_context(client.async_setup_kernel(env=environment))
    client.kc.execute(WARM + (WAKE if notebook.draws and place.draw else ""), silent=True, store_history=False)
    return client


async def _run(
    notebook: Notebook, place: _Place, home: Path, kernel: AsyncExitStack, start: asyncio.Future | None
) -> Run:
    """Run the cells of a notebook in its kernel, which may have been started before."""
    client = await (start or _start(notebook, place, home, kernel))
    try:
        for number, cell in enumerate(client.nb.cells):
            await client.async_execute_cell(cell, number)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(_message(notebook, client.nb, error)) from error
    log = _log(notebook, home)
    lines = dict.fromkeys(log.read_text(encoding="utf-8").splitlines() if log.is_file() else [])
    used = ([name for kind, _, name in (line.partition(" ") for line in lines) if kind == each] for each in NOTED)
    return Run(to_text(client.nb), *used)


def _log(notebook: Notebook, home: Path) -> Path:
    return home / f"{notebook.name}.log"


def _message(notebook: Notebook, cells: nbformat.NotebookNode, error: Exception) -> str:
    number, source = _failed(cells)
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    said = f"{name}: {value}".strip().replace("\n", "\n    ")
    full = f"[Errno {errno.ENOSPC}]" in str(error)
    remedy = "The disk is full: make room" if full else "Open the notebook, mend the cell"
    return (
        f"notebooks/{notebook.path.name}: cell {number} failed ({source!r}).\n    {said}\n"
        f"    No table, notebook, figure or page was changed. {remedy}, and run `dateline build` again."
    )


def _failed(cells: nbformat.NotebookNode) -> tuple[int, str]:
    """Return the number and the first line of the cell that failed."""
    for number, cell in enumerate(cells.cells, start=1):
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs):
            lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#|")]
            return number, lines[0] if lines else ""
    return 0, ""
