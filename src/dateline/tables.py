"""The contract: the columns, types, order and precision of every table that Dateline writes.

Forks, tests and outside checks read these tables, so a frame leaves a module only through
`conform`, which fails on a missing column or a wrong type instead of writing something else.
"""

import os
from pathlib import Path

import polars as pl

from dateline.errors import TableError, in_a_line, require_columns

S, I, F, B, D = pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date  # noqa: E741

DECIMALS = 6
"""Every float is rounded to this many decimals, so that the last bit of a sum cannot show in a diff."""

_SPAN = {"article_id": S, "start": I, "end": I}

_TEST = {"p": F, "q": F, "floor": F, "verdict": S}

SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "articles": {
        "article_id": S,
        "file": S,
        "sha256": S,
        "title": S,
        "publisher": S,
        "url": S,
        "published": D,
        "published_from": D,
        "published_to": D,
        "published_basis": S,
        "published_evidence": S,
        "translated": B,
        "words": I,
        "period": S,
    },
    "removed": {**_SPAN, "text": S, "reason": S, "rule": S},
    "copies": {"article": S, "of": S, "shared": I, "jaccard": F, "copy": B},
    "sentences": {
        "sentence_id": S,
        "article_id": S,
        "paragraph": I,
        "sentence": I,
        "start": I,
        "end": I,
        "part": S,
        "corrupt": B,
        "words": I,
        "text": S,
    },
    "occurrences": {"occurrence_id": S, "term": S, "kind": S, "sentence_id": S, **_SPAN, "surface": S},
    "mentions": {
        "mention_id": S,
        "sentence_id": S,
        "article_id": S,
        "actor": S,
        "start": I,
        "end": I,
        "surface": S,
        "how": S,
    },
    "statements": {
        "statement_id": S,
        "utterance_id": S,
        "sentence_id": S,
        **_SPAN,
        "voice": S,
        "holder": S,
        "holder_text": S,
        "holder_start": I,
        "holder_end": I,
        "cue": S,
        "rule": S,
        "on_target": B,
        "support": I,
        "feasibility": I,
        "conditional": B,
        "because": S,
    },
    "term_rates": {
        "term": S,
        "kind": S,
        "unit_kind": S,
        "unit": S,
        "count": I,
        "words": I,
        "per_1000": F,
        "low": F,
        "high": F,
        "boot_low": F,
        "boot_high": F,
    },
    "keyness": {
        "term": S,
        "kind": S,
        "period": S,
        "against": S,
        "count": I,
        "count_against": I,
        "words": I,
        "words_against": I,
        "per_1000": F,
        "per_1000_against": F,
        "log_odds": F,
        "z": F,
        "log_ratio": F,
        "g2": F,
        "dispersion": F,
        **_TEST,
    },
    "trends": {
        "term": S,
        "kind": S,
        "articles": I,
        "slope": F,
        "low": F,
        "high": F,
        "tau": F,
        **_TEST,
    },
    "co_mentions": {
        "actor_a": S,
        "actor_b": S,
        "window": S,
        "unit_kind": S,
        "unit": S,
        "together": I,
        "expected": F,
        "npmi": F,
        "few": B,
        "stability": F,
        **_TEST,
    },
    "positions": {
        "holder": S,
        "scale": S,
        "unit_kind": S,
        "unit": S,
        "statements": I,
        "mean": F,
        "low": F,
        "high": F,
    },
    "shifts": {
        "holder": S,
        "scale": S,
        "unit_kind": S,
        "unit_from": S,
        "unit_to": S,
        "difference": F,
        "low": F,
        "high": F,
        "delta": F,
        "hodges_lehmann": F,
        **_TEST,
    },
    "evidence": {"figure": S, "mark": S, "kind": S, "id": S},
}

ABOUT_TABLES: dict[str, dict[str, pl.DataType]] = {
    "accuracy": {"measure": S, "precision": F, "recall": F, "f1": F, "right": I, "gold": I, "found": I},
    "merges": {
        "actor": S,
        "form": S,
        "how": S,
        "mentions": I,
        "partner": S,
        "together": I,
        "undone": I,
        "verdict": S,
        "verdict_undone": S,
    },
    "robustness": {"finding": S, "variant": S, "value": F, "stands": B},
}
"""Tables about the tables."""

KEYS: dict[str, list[str]] = {
    "articles": ["article_id"],
    "removed": ["article_id", "start"],
    "copies": ["article", "of"],
    "sentences": ["article_id", "start"],
    "occurrences": ["article_id", "start", "term"],
    "mentions": ["article_id", "start", "actor"],
    "statements": ["article_id", "start", "statement_id"],
    "term_rates": ["term", "unit_kind", "unit"],
    "keyness": ["period", "term"],
    "trends": ["term"],
    "co_mentions": ["window", "unit_kind", "unit", "actor_a", "actor_b"],
    "positions": ["holder", "scale", "unit_kind", "unit"],
    "shifts": ["holder", "scale", "unit_kind", "unit_from", "unit_to"],
    "evidence": ["figure", "mark", "kind", "id"],
}
"""The columns that order a table and tell its rows apart."""

SPREADSHEET = 1_048_576
"""Lines of a sheet of the usual spreadsheets, the header among them."""


def empty(name: str) -> pl.DataFrame:
    """The table `name` without a row."""
    return pl.DataFrame(schema=SCHEMAS[name])


def from_rows(rows: list[dict], name: str) -> pl.DataFrame:
    """Rows as dictionaries -> the table `name`; an empty list gives the empty table."""
    if not rows:
        return empty(name)
    require_columns(rows[0], SCHEMAS[name], table=name)
    try:
        frame = pl.DataFrame(rows, schema=SCHEMAS[name], orient="row")
    except (pl.exceptions.PolarsError, TypeError) as error:
        msg = f"{name} holds a value that its column cannot: {error}"
        raise TableError(msg) from error
    return conform(frame, name)


def conform(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Bring a frame to its contract: columns in order, types, rounded floats, rows sorted by key.

    Args:
        frame: Any frame that has the columns of `SCHEMAS[name]`; further columns are dropped.
        name: The table's name, one of `SCHEMAS`.

    Returns:
        The same rows as the contract promises them.

    Raises:
        TableError: A column is missing, a value does not fit its type, or a key stands twice.
    """
    schema = SCHEMAS[name]
    require_columns(frame.columns, schema, table=name)
    try:
        frame = frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    except (pl.exceptions.PolarsError, TypeError) as error:
        msg = f"{name} holds a value that its column cannot: {error}"
        raise TableError(msg) from error
    key = KEYS[name]
    doubled = frame.filter(pl.struct(key).is_duplicated())
    if doubled.height:
        msg = (
            f"{name} holds {doubled.select(key).row(0)} {doubled.height} times; its key is {', '.join(key)}."
        )
        raise TableError(msg)
    rounded = pl.selectors.float().round(DECIMALS)
    # 0.0 and -0.0 compare equal and print differently.
    return frame.with_columns(pl.when(rounded == 0).then(0.0).otherwise(rounded).name.keep()).sort(key)


def has_twin(frame: pl.DataFrame) -> bool:
    """Whether a table goes as CSV, too: not where it has more rows than a spreadsheet opens."""
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
    """Read a Parquet file that the program wrote, or say which file it is that cannot be read, and what to do.

    Args:
        path: The file.
        advice: What to do where it is gone or damaged: a sentence.
        columns: Those to read; all if not given.

    Raises:
        TableError: The file is gone or damaged, or has no such columns.
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
    """Read the table `name` from `folder`, checked against its contract."""
    return conform(
        from_parquet(folder / f"{name}.parquet", "Run `dateline build` to make the tables anew."), name
    )


DERIVED = Path("data/derived")

GOLD = Path("data/gold")

BASELINES = Path("data/baselines.csv")
"""What other methods reach on the study's gold codes; `benchmarks/baselines.py` writes it."""


def load_tables(root: Path) -> dict[str, pl.DataFrame]:
    """Read the tables that the last build wrote.

    Raises:
        TableError: A table is missing or does not keep its contract.
    """
    tables = {name: read(name, root / DERIVED) for name in SCHEMAS}
    for name, schema in ABOUT_TABLES.items():
        path = root / DERIVED / f"{name}.parquet"
        if path.is_file():
            tables[name] = from_parquet(path, "Run `dateline build` to make it anew.")
            if tables[name].schema != pl.Schema(schema):
                msg = f"{path} does not have the columns {', '.join(schema)}. Run `dateline build` to make it anew."
                raise TableError(msg)
    return tables
