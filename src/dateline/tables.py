"""The contract: the columns, types, order and precision of every table that Dateline writes.

`tables.csv` describes each table, `columns.csv` each of its columns: forks, tests and outside checks read these
tables, so a frame leaves a module only through `conform`, which fails on a missing column or a wrong type.
"""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dateline.errors import TableError, in_a_line, require_columns
from dateline.files import PACKAGE

Tables = dict[str, pl.DataFrame]
"""Name -> table."""

DECIMALS = 6
"""Every float is rounded to this many decimals, so that the last bit of a sum cannot show in a diff."""

TYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
"""Type of a column in `columns.csv`, as a Data Package names it -> in a frame."""


@dataclass
class Table:
    """Describe a table: what one row is, the function that makes it, its limits, and its columns."""

    row: str
    by: str
    limits: str
    types: dict[str, str] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    """Columns that sort the table and are unique together; a table without a key keeps the order of its rows."""


def _read_contract() -> dict[str, Table]:
    def rows(name: str) -> list[dict[str, str]]:
        with (PACKAGE / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    contract = {row.pop("table"): Table(**row) for row in rows("tables.csv")}
    columns = rows("columns.csv")
    for row in columns:
        table = contract[row["table"]]
        table.types[row["column"]], table.meanings[row["column"]] = row["type"], row["meaning"]
    for row in sorted(columns, key=lambda row: row["key"]):  # the number of a column in the key, or nothing
        contract[row["table"]].key += [row["column"]] if row["key"] else []
    return contract


TABLES = _read_contract()

SCHEMAS = {name: {column: TYPES[kind] for column, kind in table.types.items()} for name, table in TABLES.items()}

SPREADSHEET = 1_048_576
"""Rows of a sheet in common spreadsheet programs, the header included."""


def empty(name: str) -> pl.DataFrame:
    """Return the table `name` without a row."""
    return pl.DataFrame(schema=SCHEMAS[name])


def from_rows(rows: list[dict], name: str) -> pl.DataFrame:
    """Make the table `name` from dictionaries; an empty list gives the empty table."""
    if not rows:
        return empty(name)
    require_columns(rows[0], SCHEMAS[name], table=name)
    try:
        frame = pl.DataFrame(rows, schema=SCHEMAS[name], orient="row")
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise _misfit(name, error) from error
    return conform(frame, name)


def conform(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Bring a frame to its contract: columns in order, types, rounded floats, rows sorted by key.

    Args:
        frame: Any frame that has the columns of the contract; further columns are dropped.
        name: The table's name; a frame whose name has no contract comes back as it is.

    Raises:
        TableError: A column is missing, a value does not fit its type, or a key occurs twice.
    """
    if name not in TABLES:
        return frame
    schema, key = SCHEMAS[name], TABLES[name].key
    require_columns(frame.columns, schema, table=name)
    counts = [column for column, kind in schema.items() if kind == pl.Int64 and frame.schema[column].is_float()]
    if cut := [column for column in counts if (frame[column] % 1 != 0).any()]:
        raise _misfit(name, ValueError(f"{cut[0]} has a fraction where whole numbers are needed"))
    try:
        frame = frame.select(pl.col(column).cast(kind) for column, kind in schema.items())
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise _misfit(name, error) from error
    doubled = frame.filter(pl.struct(key).is_duplicated()) if key else frame.clear()
    if doubled.height:
        msg = (
            f"{name} has {doubled.height} rows with the key {doubled.select(key).row(0)}; its key is {', '.join(key)}."
        )
        raise TableError(msg)
    rounded = pl.selectors.float().round(DECIMALS)
    # 0.0 and -0.0 compare equal and print differently.
    frame = frame.with_columns(pl.when(rounded == 0).then(0.0).otherwise(rounded).name.keep())
    return frame.sort(key) if key else frame


def _misfit(name: str, error: Exception) -> TableError:
    return TableError(f"{name} has a value that does not fit its column: {in_a_line(error)}")


def has_twin(frame: pl.DataFrame) -> bool:
    """Return whether a table is written as CSV, too: not if it has more rows than a spreadsheet opens."""
    return frame.height < SPREADSHEET


def write(frame: pl.DataFrame, name: str, folder: Path) -> None:
    """Write the table `name` as Parquet and as its CSV twin (`has_twin`); each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = conform(frame, name)
    for suffix, save in ((".parquet", to_parquet), (".csv", pl.DataFrame.write_csv)):
        target = folder / f"{name}{suffix}"
        if suffix == ".csv" and not has_twin(frame):
            target.unlink(missing_ok=True)
            continue
        part = target.with_suffix(suffix + ".part")
        save(frame, part)
        os.replace(part, target)


def to_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that the same rows give the same bytes, however the work was split."""
    # Statistics and row groups depend on how work was split over threads; one group without them does not.
    frame.write_parquet(path, compression="zstd", statistics=False, row_group_size=max(frame.height, 1))


def from_parquet(path: Path, advice: str, columns: list[str] | None = None) -> pl.DataFrame:
    """Read a Parquet file that the program wrote: all of it, or some columns.

    Raises:
        TableError: The file is missing or damaged, or lacks a column; the message ends with `advice`.
    """
    if not path.is_file():
        msg = f"{path} is not there. {advice}"
        raise TableError(msg)
    try:
        return pl.read_parquet(path, columns=columns, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{path} cannot be read ({in_a_line(error)}). {advice}"
        raise TableError(msg) from error


def read(name: str, folder: Path) -> pl.DataFrame:
    """Read the table `name` from `folder` and check it against its contract."""
    advice = f"Run `dateline build`; a table of your own needs `study.save({name}=...)` in an earlier notebook."
    return conform(from_parquet(folder / f"{name}.parquet", advice), name)


DERIVED = Path("data/derived")

GOLD = Path("data/gold")

BASELINES = Path("data/baselines.csv")
"""What other methods reach on the study's gold codes; `benchmarks/baselines.py` writes it."""


def load_tables(root: Path) -> dict[str, pl.DataFrame]:
    """Read the tables that the last build wrote; a table without a key may be missing.

    Raises:
        TableError: A table is missing or does not keep its contract.
    """
    folder = root / DERIVED
    there = [name for name, table in TABLES.items() if table.key or (folder / f"{name}.parquet").is_file()]
    return {name: read(name, folder) for name in there}
