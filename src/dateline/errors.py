"""Define every error that Dateline raises: the message has the place, what was found, what is needed and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


class DatelineError(Exception):
    """Report something that a user can mend; the commands show it without a traceback.

    Examples:
        >>> try:
        ...     study.load("nonsense")
        ... except dl.DatelineError as error:
        ...     print("nonsense.parquet is not there" in str(error))
        True
    """


@dataclass(frozen=True, order=True)
class Fault:
    """Name one thing wrong in a study: `file`, `line` (0 when the whole file is meant), `found`, `remedy`."""

    file: str
    line: int
    found: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.found}\n    {self.remedy}"


class Faults(list[Fault]):
    """Collect the faults of a study, so that a person can mend all of them at once."""

    def add(self, file: str, line: int, found: str, remedy: str) -> None:
        """Add a fault."""
        self.append(Fault(file, line, found, remedy))


class StudyError(DatelineError):
    """Report a study in `data/` that is not valid; `faults` lists every fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = "1 fault in the study" if count == 1 else f"{count} faults in the study"
        super().__init__("\n".join([f"{head}; nothing was built or changed.", *map(str, self.faults)]))


class TableError(DatelineError):
    """Report a table without the columns or types that its contract promises."""


class NotebookError(DatelineError):
    """Report a notebook cell that failed while the report was being built."""


def in_a_line(error: Exception, most: int = 200) -> str:
    """Return the message of an error in one line of at most `most` characters."""
    return " ".join(str(error).split())[:most]


def require_columns(columns: Iterable[str], needed: Iterable[str], *, table: str) -> None:
    """Raise a TableError if `table` lacks columns; the message names them and those that it has."""
    have = list(columns)
    if missing := [name for name in needed if name not in have]:
        found = f"{table} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, have))}."
        msg = f"{found}\ndata/README.md describes each column of {table}."
        raise TableError(msg)
