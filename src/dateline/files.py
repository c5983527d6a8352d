"""Read, hash and write files and folders; a written file appears whole or not at all."""

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from dateline.errors import DatelineError, Faults

PACKAGE = Path(__file__).parent
"""The folder of the package, with its data files."""

MAX_LINE = 200_000
"""Characters; a longer line is not a paragraph of an article."""


def lies_in(path: Path, home: Path) -> bool:
    """Return whether a path exists and, links followed, is inside a folder."""
    try:
        return path.resolve(strict=True).is_relative_to(home.resolve())
    except (OSError, RuntimeError):  # nothing there, or links that go round
        return False


def decode(data: bytes, name: str, faults: Faults) -> str | None:
    """Decode the bytes of a file; if they are no text, add a fault and return None."""
    if (at := data.find(b"\x00")) >= 0:
        found = f"byte {at} is NUL: this is not a text file"
        faults.add(name, data[:at].count(b"\n") + 1, found, "Move the file away, or save it as UTF-8 text.")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at, remedy = error.start, "Convert it, for example: iconv -f LATIN1 -t UTF-8 OLD > NEW"
        faults.add(name, data[:at].count(b"\n") + 1, f"byte {at} (0x{data[at]:02x}) is not UTF-8", remedy)
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            remedy = f"Break the text into paragraphs of at most {MAX_LINE:,} characters."
            faults.add(name, number, f"a line of {len(line):,} characters", remedy)
            return None
    return text


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


_NOTED: set[tuple[str, str, str]] = set()


def note(kind: str, name: str) -> None:
    """Add to the log of a running notebook which lists and tables it reads, what it saves and draws."""
    log = os.environ.get("DATELINE_LOG")
    if log and (log, kind, name) not in _NOTED:
        _NOTED.add((log, kind, name))
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{kind} {name}\n")


def alone(lock: Path, held: str) -> AbstractContextManager:
    """Return a lock to work under; the system frees it when the process ends, however it ends.

    Raises:
        DatelineError: Another process has it; `held` is the message.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        return FileLock(lock).acquire(blocking=False)
    except Timeout as error:
        raise DatelineError(held) from error


def set_aside(target: Path) -> Path:
    """Return where an old folder waits until the new one has its place."""
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


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def digest(root: Path, paths: Iterable[Path]) -> str:
    """Return one hash over the names and contents of files; folders count with everything in them."""
    total = hashlib.sha256()
    for path in sorted(files_below(paths)):
        total.update(f"{path.relative_to(root) if path.is_relative_to(root) else path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def code_digest() -> str:
    """Return one hash over the package's own files: the same from a wheel as from a clone."""
    template = PACKAGE / "template"  # only a wheel has it: the pages and lists that a new study starts from
    own = (path for path in files_below([PACKAGE]) if not path.is_relative_to(template))
    return digest(PACKAGE, own)


def files_below(paths: Iterable[Path]) -> set[Path]:
    """Return every file among the paths and below those that are folders; compiled code does not count."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found |= {file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
        elif path.is_file():
            found.add(path)
    return found


def csv_text(columns: Iterable[str], rows: Iterable[dict], *, header: bool = True) -> str:
    """Return rows as CSV: cells that a row lacks are empty, one of no column is an error."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
