"""Compare a sample with the archive that it was drawn from: rates, means and changes of both."""

import polars as pl

from dateline.study.load import SAMPLE, Study
from dateline.tables import from_parquet

WHOLE = ("term_rates", "keyness", "co_mentions", "positions", "shifts")
"""Tables over all articles of an archive."""

RATES = 100
"""Terms whose rates are compared with the archive's: those that it uses most."""

EDGE = 1e-6
"""A study's tables are rounded to six decimals: what that may move over the end of an interval."""

BESIDE = {
    **dict.fromkeys(("what", "name", "scale", "unit_from", "unit_to"), pl.String),
    "uses": pl.Int64,
    **dict.fromkeys(("sample", "low", "high", "archive"), pl.Float64),
    "holds": pl.Boolean,
}


def of_archive(study: Study, table: str, columns: list[str] | None = None) -> pl.DataFrame:
    """Return one of the tables `WHOLE`, as a sample has it; all its columns if none are given."""
    path = (study.root / SAMPLE).with_name(f"{table}.parquet")
    return from_parquet(path, "Draw the sample again with `dateline sample`, or delete data/archive.", columns)


def beside_archive(study: Study, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return rates and means of a sample beside those of all articles of its archive.

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
    if not study.sample:
        return pl.DataFrame(schema=BESIDE)
    rates = of_archive(study, "term_rates").filter(unit_kind="all").sort("count", "term", descending=[True, False])
    means, moved = (of_archive(study, name) for name in ("positions", "shifts"))
    own_rates, own_means = (tables[name].filter(unit_kind="all") for name in ("term_rates", "positions"))
    shift = ["scale", "unit_from", "unit_to"]
    ends = {"low": pl.col("boot_low"), "high": pl.col("boot_high")}
    beside = {
        "rate": rates.head(RATES)
        .select(name="term", scale=pl.lit(""), uses="count", archive="per_1000")
        .join(own_rates.drop_nulls("boot_low").select(name="term", sample="per_1000", **ends), on="name", how="left"),
        "mean": means.filter(unit_kind="all")
        .select("scale", name="holder", uses="statements", archive="mean")
        .join(
            own_means.drop_nulls("low").select("scale", "low", "high", name="holder", sample="mean"),
            on=["name", "scale"],
        ),
        "shift": moved.filter(unit_kind="period")
        .select(*shift, name="holder", archive="difference")
        .join(
            tables["shifts"]
            .filter(unit_kind="period")
            .drop_nulls("low")
            .select(*shift, "low", "high", name="holder", sample="difference"),
            on=["name", *shift],
        ),
    }
    kind = pl.Enum([*beside])
    return (
        pl.concat([frame.with_columns(what=pl.lit(what)) for what, frame in beside.items()], how="diagonal")
        .with_columns(holds=pl.col("archive").is_between(pl.col("low") - EDGE, pl.col("high") + EDGE))
        .select(*BESIDE)
        .sort(pl.col("what").cast(kind), pl.col("uses").neg(), "name", "scale", "unit_from")
    )
