"""Every error that Dateline raises, and the checks that raise them.

A message says where (file, line), what was found, what was needed and what to do next.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class DatelineError(Exception):
    """Base of all errors that a user can act on; shown without a traceback."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a study: `file`, `line` (0 when the whole file is meant), `found`, `remedy`."""

    file: str
    line: int
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.found}\n    {self.remedy}"


class StudyError(DatelineError):
    """The study in `data/` is not valid; `faults` names every place that has to be mended."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = "1 fault in the study" if count == 1 else f"{count} faults in the study"
        super().__init__("\n".join([f"{head}; nothing was built or changed.", *map(str, self.faults)]))


class TableError(DatelineError):
    """A table does not have the columns or types that its contract promises."""


class NotebookError(DatelineError):
    """A notebook cell failed while the report was being built."""


def in_a_line(error: Exception, most: int = 200) -> str:
    """What somebody else's error says, in one line of at most `most` characters."""
    return " ".join(str(error).split())[:most]


def require_columns(columns: Iterable[str], needed: Iterable[str], *, table: str) -> None:
    """Raise `TableError` naming each column that `table` lacks, what it has, and where it is described."""
    have = list(columns)
    missing = [name for name in needed if name not in have]
    if missing:
        msg = (
            f"{table} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, have))}.\n"
            f"data/README.md describes each column of {table}."
        )
        raise TableError(msg)
