"""Compare a sample with the archive that it was drawn from."""

import polars as pl

from dateline.study.load import SAMPLE, Study
from dateline.tables import from_parquet

WHOLE = ("term_rates", "keyness", "co_mentions", "positions", "shifts")
"""Tables over all articles of an archive."""

RATES = 100
"""Terms whose rates are held against the archive's: those that it uses most."""

EDGE = 1e-6
"""A study's tables are rounded to six decimals: what that may move over the end of an interval."""

BESIDE = {
    "what": pl.String,
    "name": pl.String,
    "scale": pl.String,
    "unit_from": pl.String,
    "unit_to": pl.String,
    "uses": pl.Int64,
    "sample": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "archive": pl.Float64,
    "holds": pl.Boolean,
}


def of_archive(study: Study, table: str, columns: list[str] | None = None) -> pl.DataFrame:
    """One of `WHOLE`, as a sample carries it; all its columns if not given."""
    path = (study.root / SAMPLE).with_name(f"{table}.parquet")
    return from_parquet(
        path, "Draw the sample again with `dateline sample`, or delete data/archive.", columns
    )


def beside_archive(study: Study, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Rates and means of a sample beside those of all articles of its archive.

    Args:
        study: A study that `draw_sample` made.
        tables: Its tables.

    Returns:
        `what` (`rate`, `mean` or `shift`), `name` (a term, or a holder), `scale` (of a mean or a shift), `unit_from` and
        `unit_to` (of a shift: the periods), `uses` (in the archive; not of a shift), `sample`, `low` and `high` (its 95 %
        interval: of a rate or a shift from resampling whole articles, of a mean from resampling its statements),
        `archive`, and whether the interval `holds` it. Rates in 1,000 words of the `RATES` terms that the archive uses
        most, without the sample's numbers where it uses a term too seldom to have them, and every mean and shift
        between periods that both have. Empty for a study that is no sample.
    """
    if not study.settings.get("sample"):
        return pl.DataFrame(schema=BESIDE)
    rates = of_archive(study, "term_rates").filter(unit_kind="all")
    most = rates.sort("count", "term", descending=[True, False]).head(RATES)
    own = tables["term_rates"].filter(unit_kind="all").drop_nulls("boot_low")
    means = of_archive(study, "positions").filter(unit_kind="all")
    mine = tables["positions"].filter(unit_kind="all").drop_nulls("low")
    shift = ["holder", "scale", "unit_from", "unit_to"]
    moved = tables["shifts"].filter(unit_kind="period").drop_nulls("low")
    known = most.select(name="term", uses="count", archive="per_1000")
    beside = [
        known.join(
            own.select(name="term", sample="per_1000", low="boot_low", high="boot_high"),
            on="name",
            how="left",
        ).with_columns(what=pl.lit("rate"), scale=pl.lit("")),
        means.select("scale", name="holder", uses="statements", archive="mean")
        .join(mine.select("scale", "low", "high", name="holder", sample="mean"), on=["name", "scale"])
        .with_columns(what=pl.lit("mean")),
        of_archive(study, "shifts")
        .select(*shift, archive="difference")
        .join(moved.select(*shift, "low", "high", sample="difference"), on=shift)
        .rename({"holder": "name"})
        .with_columns(what=pl.lit("shift")),
    ]
    return (
        pl.concat(beside, how="diagonal")
        .with_columns(holds=pl.col("archive").is_between(pl.col("low") - EDGE, pl.col("high") + EDGE))
        .select(*BESIDE)
        .sort(
            pl.col("what").cast(pl.Enum(["rate", "mean", "shift"])),
            pl.col("uses").neg(),
            "name",
            "scale",
            "unit_from",
        )
    )
