"""The program against gold codes: how right is each measurement, printed beside every figure.

Gold codes stand in `data/gold/`; its card says who or what made them. Scored on the articles from
which the rules were written, the figures are in-sample and are called so.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from dateline.errors import DatelineError, in_a_line, require_columns
from dateline.tables import ABOUT_TABLES

KEY = ["article_id", "sentence_start", "holder"]
"""What tells two coded statements apart: one row is one holder in one sentence."""

SCALES = ("support", "feasibility")

NEEDED = ("sentences", "statements")
"""What a folder of gold codes has to hold: the sentences that were read, and the statements in them."""

_TYPES = {
    **dict.fromkeys(("article_id", "holder", "holder_text", "voice"), pl.String),
    **dict.fromkeys(("sentence_start", *SCALES), pl.Int64),
    **dict.fromkeys(("on_target", "conditional"), pl.Boolean),
}
"""Columns of gold codes, of which a file without rows does not tell the kind."""

WHOLE = (*NEEDED, "removed", "mentions")
"""What it holds where whole articles were coded; without the last two it is a sample of sentences."""


def has_gold(folder: Path) -> bool:
    """Whether a folder holds gold codes."""
    return all((folder / f"{name}.csv").is_file() for name in NEEDED)


def is_sample(folder: Path) -> bool:
    """Whether only a sample of the sentences was read: what lies outside it was not coded, and is not held against."""
    return not all((folder / f"{name}.csv").is_file() for name in WHOLE)


def score(folder: Path, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Score the tables against a folder of gold codes.

    Args:
        folder: Holds `sentences.csv` and `statements.csv`, and `removed.csv` and `mentions.csv` where whole
            articles were coded, with spans into the raw files.
        tables: The tables of the contract.

    Returns:
        One row a measure: `measure`, `precision`, `recall`, `f1`, `right`, `gold`, `found`. For a scale, what is counted
        are values given, each at its holder in its sentence.

    Raises:
        DatelineError: A gold file is missing.
    """
    if not has_gold(folder):
        msg = f"{folder} lacks one of {', '.join(name + '.csv' for name in NEEDED)}; `dateline sheet` helps to make them."
        raise DatelineError(msg)
    given, ours, key = read_codes(folder), program_codes(tables, folder), KEY
    rows = [] if is_sample(folder) else _of_articles(folder, tables)
    rows += [
        _row("statements with the right holder", _keys(given, key), _keys(ours, key)),
        _row(
            "statements on target",
            _keys(given.filter("on_target"), key),
            _keys(ours.filter("on_target"), key),
        ),
    ]
    for scale in SCALES:
        valued = (side.filter("on_target").drop_nulls(scale) for side in (given, ours))
        rows.append(_row(scale, *(_keys(side, [*key, scale]) for side in valued)))
    return pl.DataFrame(rows, schema=ABOUT_TABLES["accuracy"], orient="row").with_columns(
        pl.selectors.float().round(6)
    )


def _of_articles(folder: Path, tables: dict[str, pl.DataFrame]) -> list[tuple]:
    """The measures that need whole articles: lines, sentences, mentions."""
    gold = {
        name: read_gold(folder, name, columns)
        for name, columns in {
            "removed": ("article_id", "start", "end"),
            "sentences": ("article_id", "start", "end"),
            "mentions": ("article_id", "sentence_start", "actor"),
        }.items()
    }
    starts = tables["sentences"].select("sentence_id", sentence_start="start")
    mentions = tables["mentions"].join(starts, on="sentence_id", validate="m:1")
    span, named = ["article_id", "start", "end"], ["article_id", "sentence_start", "actor"]
    return [
        _row("lines left out", _keys(gold["removed"], span), _keys(tables["removed"], span)),
        _row("sentences", _keys(gold["sentences"], span), _keys(tables["sentences"], span)),
        _row("actors named in a sentence", _keys(gold["mentions"], named), _keys(mentions, named)),
    ]


def read_gold(folder: Path, name: str, columns: Iterable[str]) -> pl.DataFrame:
    """One list of a gold folder.

    Raises:
        DatelineError: It cannot be read, or lacks one of the columns.
    """
    path = folder / f"{name}.csv"
    try:
        frame = pl.read_csv(path, infer_schema_length=None, schema_overrides=_TYPES, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{path} cannot be read: {in_a_line(error)}\n    Write it again with `dateline sheet --collect`, or mend it."
        raise DatelineError(msg) from error
    require_columns(frame.columns, columns, table=str(path))
    return frame


def read_codes(folder: Path) -> pl.DataFrame:
    """The statements of a gold folder, one row a holder in a sentence."""
    frame = read_gold(folder, "statements", (*KEY, *_TYPES))
    return frame.with_columns(pl.col("holder").fill_null("")).unique(KEY, keep="first", maintain_order=True)


def program_codes(tables: dict[str, pl.DataFrame], gold: Path | None = None) -> pl.DataFrame:
    """The table `statements` in the shape of gold codes; where `gold` is a sample, of the sentences that were read."""
    starts = tables["sentences"].select("sentence_id", sentence_start="start")
    frame = tables["statements"].join(starts, on="sentence_id", validate="m:1")
    if gold is not None and is_sample(gold):
        read = read_gold(gold, "sentences", ("article_id", "start"))
        frame = frame.join(read.select("article_id", sentence_start="start"), on=KEY[:2], how="semi")
    return frame.with_columns(pl.col("holder").fill_null("")).unique(KEY, keep="first", maintain_order=True)


def _keys(frame: pl.DataFrame, columns: list[str]) -> set[tuple]:
    return set(frame.select(columns).iter_rows())


def _f1(right: int, gold: int, found: int) -> tuple[float, float, float]:
    precision = right / found if found else 0.0
    recall = right / gold if gold else 0.0
    return precision, recall, 2 * right / (gold + found) if gold + found else 0.0


def _row(measure: str, gold: set, found: set) -> tuple:
    return (measure, *_f1(len(gold & found), len(gold), len(found)), len(gold & found), len(gold), len(found))
