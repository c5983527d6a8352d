"""Notebooks, run from top to bottom in fresh kernels, with outputs that are the same everywhere.

A kernel gets a home of its own, so that nobody's configuration, history or start-up files change a
cell; what a run adds to a notebook beside its outputs (versions, times) is taken out again.
"""

import asyncio
import errno
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from dateline.errors import NotebookError
from dateline.files import PACKAGE

CELL_SECONDS = 600

TOGETHER = 2
"""Kernels that run at a time."""

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute_all(root: Path, notebooks: list[Path], *, out: Path, track: Callable) -> dict[Path, str]:
    """Run notebooks and return their new texts; nothing is written to them here.

    Args:
        root: The folder of the study.
        notebooks: Paths of the notebooks.
        out: Where their figures go, as `report/made/figures/...` below it.
        track: `track(items, label)` -> the items, for a progress bar.

    Raises:
        NotebookError: A cell failed: the notebook, the number of the cell, its first line, the error.
    """
    return asyncio.run(_execute(root, notebooks, out, track))


async def _execute(root: Path, notebooks: list[Path], out: Path, track: Callable) -> dict[Path, str]:
    gate = asyncio.Semaphore(TOGETHER)
    # Each notebook would set a handler of its own, after which Ctrl-C ends one kernel and the rest with a traceback.
    asyncio.get_running_loop().add_signal_handler = _refuse

    async def one(path: Path) -> tuple[Path, str]:
        async with gate:
            return path, await _run(root, path, out)

    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"], before = home, os.environ.get("IPYTHONDIR")
        try:
            runs = [asyncio.ensure_future(one(path)) for path in notebooks]
            for run in track(asyncio.as_completed(runs), "Notebooks"):
                await asyncio.gather(run, return_exceptions=True)
            # Every kernel has ended by now; only then may an error leave.
            failed = [
                run.exception() for run in runs
            ]  # asked of each, or the loop prints those that were not
            if error := next(filter(None, failed), None):
                raise error
            found = [run.result() for run in runs]
        except asyncio.CancelledError:  # Ctrl-C, which the kernels have had as well
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)
            raise
        finally:
            if before is None:
                del os.environ["IPYTHONDIR"]
            else:
                os.environ["IPYTHONDIR"] = before
    return dict(sorted(found))


def _refuse(*_: object) -> None:
    raise RuntimeError


async def _run(root: Path, path: Path, out: Path) -> str:
    notebook = nbformat.read(path, as_version=4)
    # Over a file socket nobody else on the machine or the network can reach the kernel.
    config = Config(
        {"ConnectionFileMixin": {"transport": "ipc", "ip": str(Path(os.environ["IPYTHONDIR"]) / path.stem)}}
    )
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        config=config,
        resources={"metadata": {"path": str(path.parent)}},
    )
    environment = {
        **os.environ,
        "DATELINE_OUT": str(out),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])),
        "PYTHONWARNINGS": "ignore",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    try:
        await client.async_execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        number, source = _failed(notebook)
        full = f"[Errno {errno.ENOSPC}]" in str(error)
        remedy = "The disk is full: make room" if full else "Open the notebook, mend the cell"
        msg = (
            f"notebooks/{path.name}: cell {number} failed ({source!r}).\n    {_short(error)}\n"
            f"    No notebook, figure or page was changed. {remedy}, and run `dateline build` again."
        )
        raise NotebookError(msg) from error
    return to_text(notebook)


def _failed(notebook: nbformat.NotebookNode) -> tuple[int, str]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs):
            lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#|")]
            return number, lines[0] if lines else ""
    return 0, ""


def _short(error: Exception) -> str:
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    return f"{name}: {value}".strip().replace("\n", "\n    ")


def to_text(notebook: nbformat.NotebookNode) -> str:
    """A notebook as it is committed: no versions, no times, no HTML, counts from one."""
    notebook.metadata.clear()
    notebook.metadata.update(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata.clear()
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
            if "data" in output:
                output.data.pop("text/html", None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"


if sys.platform == "win32":  # The kernels' sockets need the older event loop there.
    asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
