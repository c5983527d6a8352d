"""Score the program against gold codes: how right is each measurement, printed beside every figure.

Gold codes are in `data/gold/`; its card says who or what made them. Scored on the articles from
which the rules were written, the figures are in-sample and are called so.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from dateline.errors import DatelineError, in_a_line, require_columns
from dateline.files import note
from dateline.study.load import Study
from dateline.tables import GOLD, SCHEMAS, Tables, conform, empty

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

ADJUDICATED = "adjudicated"
"""Folder, in that of the first coder, of the codes that settle what two coders differ in."""

WHOLE = (*NEEDED, "removed", "mentions")
"""What it holds where whole articles were coded; without the last two it is a sample of sentences."""


def has_gold(folder: Path) -> bool:
    """Return whether a folder has gold codes."""
    return all((folder / f"{name}.csv").is_file() for name in NEEDED)


def settled(folder: Path) -> Path:
    """Return the folder of the codes that count: those that settle what two coders differ in, or those of the only one."""
    return folder / ADJUDICATED if has_gold(folder / ADJUDICATED) else folder


def is_sample(folder: Path) -> bool:
    """Return whether only a sample of the sentences was read: what is outside it was not coded, and is no error."""
    return not all((folder / f"{name}.csv").is_file() for name in WHOLE)


def score_coder(folder: Path, tables: Tables) -> pl.DataFrame:
    """Score the tables against a folder of gold codes.

    Args:
        folder: Has `sentences.csv` and `statements.csv`, and `removed.csv` and `mentions.csv` where whole
            articles were coded, with spans into the raw files.
        tables: The tables of the contract.

    Returns:
        One row a measure: `measure`, `precision`, `recall`, `f1`, `right`, `gold`, `found`. For a scale, what is counted
        are values given, each at its holder in its sentence.

    Raises:
        DatelineError: A gold file is missing.
    """
    require_gold(folder)
    given, ours = read_codes(folder), program_codes(tables, folder)
    rows = [] if is_sample(folder) else _of_articles(folder, tables)
    rows += [
        _row("statements with the right holder", given, ours, KEY),
        _row("statements on target", given.filter("on_target"), ours.filter("on_target"), KEY),
    ]
    for scale in SCALES:
        rows.append(_row(scale, *(side.filter("on_target").drop_nulls(scale) for side in (given, ours)), [*KEY, scale]))
    schema = {name: kind for name, kind in SCHEMAS["accuracy"].items() if name != "coder"}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.selectors.float().round(6))


def require_gold(folder: Path) -> None:
    """Raise a DatelineError that names the files that a folder of gold codes lacks."""
    missing = [f"{name}.csv" for name in NEEDED if not (folder / f"{name}.csv").is_file()]
    if missing:
        msg = f"{folder} lacks {', '.join(missing)}; `dateline sheet` helps to make them."
        raise DatelineError(msg)


def score(study: Study) -> pl.DataFrame:
    """Score the tables of a study against the codes in `data/gold`: the adjudicated ones, or those of the only coder.

    Args:
        study: The study, whose tables the notebooks before have saved.

    Returns:
        The table `accuracy`: one row a measure with `coder` (`adjudicated` or `first`), `precision`, `recall`, `f1`,
        and the counts `right`, `gold` and `found` behind them; empty without codes.

    Raises:
        DatelineError: A file of codes is missing.

    Examples:
        >>> accuracy = dl.score(study)
        >>> accuracy.filter(coder="adjudicated", measure="sentences").select("f1", "right").row(0)
        (1.0, 109)
    """
    note("list", "gold")
    gold = settled(study.root / GOLD)
    if not has_gold(gold):
        return empty("accuracy")
    names = ("removed", "sentences", "mentions", "statements")
    tables = dict(zip(names, study.load(*names), strict=True))
    coder = ADJUDICATED if gold.name == ADJUDICATED else "first"
    return conform(score_coder(gold, tables).with_columns(coder=pl.lit(coder)), "accuracy")


def _of_articles(folder: Path, tables: Tables) -> list[tuple]:
    """Score the measures that need whole articles: lines, sentences, mentions."""
    starts = tables["sentences"].select("sentence_id", sentence_start="start")
    mentions = tables["mentions"].join(starts, on="sentence_id", validate="m:1")
    span, named = ["article_id", "start", "end"], ["article_id", "sentence_start", "actor"]
    return [
        _row("lines left out", read_gold(folder, "removed", span), tables["removed"], span),
        _row("sentences", read_gold(folder, "sentences", span), tables["sentences"], span),
        _row("actors named in a sentence", read_gold(folder, "mentions", named), mentions, named),
    ]


def read_gold(folder: Path, name: str, columns: Iterable[str]) -> pl.DataFrame:
    """Read one list of a gold folder.

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
    """Read the statements of a gold folder, one row a holder in a sentence."""
    frame = read_gold(folder, "statements", (*KEY, *_TYPES))
    return frame.with_columns(pl.col("holder").fill_null("")).unique(KEY, keep="first", maintain_order=True)


def program_codes(tables: Tables, gold: Path | None = None) -> pl.DataFrame:
    """Return the table `statements` in the shape of gold codes; where `gold` is a sample, of the sentences that were read."""
    starts = tables["sentences"].select("sentence_id", sentence_start="start")
    frame = tables["statements"].join(starts, on="sentence_id", validate="m:1")
    if gold is not None and is_sample(gold):
        read = read_gold(gold, "sentences", ("article_id", "start"))
        frame = frame.join(read.select("article_id", sentence_start="start"), on=KEY[:2], how="semi")
    return frame.with_columns(pl.col("holder").fill_null("")).unique(KEY, keep="first", maintain_order=True)


def _row(measure: str, gold: pl.DataFrame, found: pl.DataFrame, columns: list[str]) -> tuple:
    theirs, ours = ({*frame.select(columns).iter_rows()} for frame in (gold, found))
    right = len(theirs & ours)
    of = (len(ours), len(theirs), (len(ours) + len(theirs)) / 2)
    return (measure, *(right / many if many else 0.0 for many in of), right, len(theirs), len(ours))
