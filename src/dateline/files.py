"""Files and folders: hashed together, and written so that they appear whole or not at all."""

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dateline.errors import DatelineError, Fault

PACKAGE = Path(__file__).parent
"""The folder of the package, with what it carries besides code."""

MAX_LINE = 200_000
"""Characters; a longer line is no paragraph of an article but data, or an attack on the reader."""


def lies_in(path: Path, home: Path) -> bool:
    """Whether a path leads, links followed, to something that is there and lies in a folder."""
    try:
        return path.resolve(strict=True).is_relative_to(home.resolve())
    except (OSError, RuntimeError):  # nothing there, or links that go round
        return False


def decode(data: bytes, name: str, faults: list[Fault]) -> str | None:
    """Bytes of a file -> its text, or None and a fault that says what is wrong with it."""
    if b"\x00" in data:
        at = data.index(b"\x00")
        faults.append(
            Fault(
                name,
                data[:at].count(b"\n") + 1,
                f"byte {at} is NUL: this is not a text file",
                "Take the file out of the folder, or save it as UTF-8 text.",
            )
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(
            Fault(
                name,
                line,
                f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8",
                "Convert it, for example: iconv -f LATIN1 -t UTF-8 OLD > NEW",
            )
        )
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            faults.append(
                Fault(
                    name,
                    number,
                    f"a line of {len(line):,} characters",
                    f"Break the text into paragraphs of at most {MAX_LINE:,} characters.",
                )
            )
            return None
    return text


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


@contextmanager
def alone(lock: Path, held: str) -> Iterator[None]:
    """Hold a lock as long as the work lasts; the system lets go of it when the process ends, however it ends.

    Where the system knows no such locks (Windows), nothing is held.

    Raises:
        DatelineError: Another process holds it; `held` says what that means.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatelineError(held) from error
        yield


def set_aside(target: Path) -> Path:
    """Where a folder waits while another takes its place."""
    return target.with_name(f"{target.name}.old")


def swap_folder(new: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one; the old one goes last, and comes back on failure."""
    old = set_aside(target)
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.replace(target, old)
    try:
        os.replace(new, target)
    except OSError:
        if old.exists():
            os.replace(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def put_back(target: Path) -> None:
    """Undo a swap that was cut off between its two steps."""
    old = set_aside(target)
    if old.is_dir() and not target.exists():
        os.replace(old, target)


def digest(root: Path, paths: Iterable[Path]) -> str:
    """One hash over the names and contents of files; folders count with everything in them."""
    total = hashlib.sha256()
    for path in sorted(files_below(paths)):
        total.update(f"{path.relative_to(root) if path.is_relative_to(root) else path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def files_below(paths: Iterable[Path]) -> set[Path]:
    """Every file among the paths and below those that are folders; compiled code does not count."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found |= {file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
        elif path.is_file():
            found.add(path)
    return found


def csv_text(columns: Iterable[str], rows: Iterable[dict]) -> str:
    """Rows as CSV with a header: cells that a row lacks are empty, one of no column is an error."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
