"""Write the fragments that compare publishers; they are empty if a study has fewer than two.

Each function takes the study and its tables and returns the text of one fragment, with its heading.
"""

import polars as pl
from markupsafe import Markup

from dateline.site.findings import keyness_table, leading_pairs, name_of, p_text, pair_addresses
from dateline.site.templating import fill, table_block
from dateline.study.load import Study
from dateline.tables import Tables
from dateline.words import CLAIMED, joined, rounded, signed

MOST_PUBLISHERS = 8
"""Publishers in a table: those with most articles."""


def keyness(study: Study, tables: Tables) -> str:
    """Return the terms that set each publisher apart, under a heading."""
    shown, every = _publishers(tables)
    if tables["keyness"].filter(pl.col("unit").is_in(shown), unit_kind="publisher").is_empty():
        return ""
    found = keyness_table(study, tables, "publisher", shown)
    return fill("keyness-publishers.md", table=Markup(found), left_out=_left_out(shown, every))


def pairs(study: Study, tables: Tables) -> str:
    """Return how often each publisher names the leading pairs in one sentence, under a heading."""
    publishers, every = _publishers(tables)
    found = tables["co_mentions"].filter(window="sentence")
    leading = leading_pairs(tables)
    if not publishers or leading.is_empty():
        return ""
    owners = tables["articles"].select("article_id", unit="publisher")
    sizes = tables["sentences"].join(owners, on="article_id").group_by("unit").agg(sentences=pl.len())
    star = pl.when(pl.col("verdict").is_in(CLAIMED)).then(pl.lit(" *")).otherwise(pl.lit(""))
    share = (100 * pl.col("together") / pl.col("sentences")).map_elements("{:.1f}".format, return_dtype=pl.String)
    cells = (
        found.filter(pl.col("together") > 0, unit_kind="publisher")
        .join(sizes, on="unit")
        .select("actor_a", "actor_b", "unit", cell=pl.format("{} ({})", share, "together") + star)
    )
    shown = leading.select(
        "actor_a", "actor_b", One=name_of(study, "actor_a"), Other=name_of(study, "actor_b"), Sentences="together"
    )
    beside = _beside(shown, cells, ["actor_a", "actor_b"], publishers, missing="0")
    block = table_block(beside, "Pairs of actors by publisher", {"Sentences": pair_addresses(tables, leading)})
    return fill("pairs-publishers.md", table=Markup(block), left_out=_left_out(publishers, every))


def _beside(
    rows: pl.DataFrame, cells: pl.DataFrame, keys: list[str], units: list[str], *, missing: str
) -> pl.DataFrame:
    """Give each row one column for each unit, in which is its `cell`; the keys are dropped."""
    for unit in units:
        # A publisher may be called like one of the other columns.
        column = unit if unit not in rows.columns else f"{unit} (publisher)"
        own = cells.filter(unit=unit).select(*keys, pl.col("cell").alias(column))
        rows = rows.join(own, on=keys, how="left", maintain_order="left", validate="m:1")
        rows = rows.with_columns(pl.col(column).fill_null(missing))
    return rows.drop(keys)


def positions(study: Study, tables: Tables) -> str:
    """Return the position of each holder at each publisher, and which differences a test can see, under a heading."""
    publishers, every = _publishers(tables)
    found = tables["positions"].filter(pl.col("unit").is_in(publishers), unit_kind="publisher")
    holders = found.group_by("holder", "scale").agg(pl.len(), pl.col("statements").sum())
    shown = (
        holders.filter(pl.col("len") > 1)
        .sort("holder", "scale", descending=[False, True])
        .select("holder", "scale", Holder=name_of(study, "holder"), Scale="scale", Statements="statements")
    )
    if shown.is_empty():
        return ""
    mean = pl.col("mean").map_elements(signed, return_dtype=pl.String)
    cells = found.select("holder", "scale", "unit", cell=pl.format("{} ({})", mean, "statements"))
    beside = _beside(shown, cells, ["holder", "scale"], publishers, missing="–")
    return fill(
        "positions-publishers.md",
        table=Markup(table_block(beside, "Positions by publisher")),
        left_out=_left_out(publishers, every),
        **_differences(study, tables["shifts"].filter(unit_kind="publisher")),
    )


def _differences(study: Study, compared: pl.DataFrame) -> dict[str, str]:
    """Return how many differences between publishers there are of each verdict, and a table of those with the smallest p."""
    counts = dict(compared["verdict"].value_counts().sort("verdict").iter_rows())
    tested = compared.filter(pl.col("verdict") != "not testable").sort("p", "holder", "scale", "unit_from")
    shown = tested.head(20).select(
        Holder=name_of(study, "holder"),
        Scale="scale",
        One="unit_from",
        Other="unit_to",
        **rounded(2, Difference="difference"),
        p=p_text("p"),
        q=p_text("q"),
        Verdict="verdict",
    )
    verdicts = joined(f"{count:,} {'is' if count == 1 else 'are'} *{verdict}*" for verdict, count in counts.items())
    return {
        "compared": f"{compared.height:,}" if compared.height else "",
        "verdicts": Markup(verdicts),
        "differences": Markup(table_block(shown, "Differences between publishers")) if shown.height else "",
    }


def _publishers(tables: Tables) -> tuple[list[str], int]:
    """Return the publishers with most articles, by name, and how many there are in all; none if there is only one."""
    known = tables["articles"].drop_nulls("publisher").group_by("publisher").len()
    if known.height < 2:
        return [], known.height
    leading = known.sort("len", "publisher", descending=[True, False]).head(MOST_PUBLISHERS)
    return sorted(leading["publisher"]), known.height


def _left_out(shown: list[str], every: int) -> str:
    if len(shown) == every:
        return ""
    return f" Shown are the {len(shown)} publishers with most articles of {every:,}; the tables have all."
