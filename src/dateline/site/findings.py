"""Write the fragments that list what was found: findings, terms, pairs, actors, positions.

Each function takes the study and its tables and returns the text of one fragment.
"""

import polars as pl

from dateline.actors.pairs import WINDOWS
from dateline.figures.rates import top_terms
from dateline.site.evidence import concordance, dossiers
from dateline.site.templating import table_block
from dateline.study.load import Study
from dateline.tables import Tables
from dateline.words import CLAIMED, p_value, rounded, signed

MOST_TERMS = 5
"""Terms of each period or publisher in a table."""


def robustness(study: Study, tables: Tables) -> str:
    """Return each finding measured again, with one choice made differently each time."""
    if "robustness" not in tables:
        return "Nothing to list.\n"
    stands = {None: "nothing left to measure", True: "stands", False: "does not stand"}
    shown = tables["robustness"].select(
        Finding="finding",
        **{"Measured again": "variant"},
        **rounded(2, Value="value"),
        Result=pl.col("stands").replace_strict(stands, return_dtype=pl.String),
    )
    return table_block(shown, "Whether each finding stands")


def keyness(study: Study, tables: Tables) -> str:
    """Return the terms that set each period apart."""
    return keyness_table(study, tables, "period", list(study.periods))


def keyness_table(study: Study, tables: Tables, by: str, units: list[str]) -> str:
    """Return the terms that set each of the `units` apart, in their order; `by` is `period` or `publisher`."""
    top = (
        top_terms(study, tables["keyness"], by=by, top=MOST_TERMS)
        .filter(pl.col("unit").is_in(units))
        .sort(pl.col("unit").cast(pl.Enum(units)), "z", "term", descending=[False, True, False])
    )
    shown = top.select(
        **{by.capitalize(): "unit"},
        Term="term",
        Uses="count",
        **rounded(1, **{"In 1,000 words": "per_1000", "Elsewhere": "per_1000_against"}),
        **rounded(2, **{"z of log-odds": "z"}),
        **rounded(1, **{"Log ratio": "log_ratio", "G2": "g2"}),
        **rounded(2, Dispersion="dispersion"),
        Verdict="verdict",
    )
    label = f"What sets each {by} apart"
    return table_block(shown, label, {"Term": _lines(tables, top["term"])})


def _lines(tables: Tables, terms: pl.Series) -> list[str | None]:
    """Return the address of each term's lines in the concordance."""
    places = concordance.addresses(tables)
    return [places.get(term) for term in terms]


def trends(study: Study, tables: Tables) -> str:
    """Return the trend of each term group."""
    rows = tables["trends"].filter(pl.col("kind") == "group").sort("p", "term")
    shown = rows.select(
        Idea=pl.col("term").replace_strict(study.ideas, return_dtype=pl.String),
        **rounded(1, **{"Slope a year": "slope", "From": "low", "To": "high"}),
        **rounded(2, Tau="tau"),
        p=p_text("p"),
        q=p_text("q"),
        **rounded(3, **{"Smallest possible p": "floor"}),
        Verdict="verdict",
    )
    return table_block(shown, "Trends of the term groups", {"Idea": _lines(tables, rows["term"])})


def p_text(column: str) -> pl.Expr:
    """Return a p-value as text: three decimals, or that it is below them."""
    return pl.col(column).map_elements(p_value, return_dtype=pl.String)


def name_of(study: Study, column: str) -> pl.Expr:
    """Return the name of an actor or a group that a reader is shown."""
    return pl.col(column).replace_strict(study.labels, return_dtype=pl.String)


def pairs(study: Study, tables: Tables) -> str:
    """Return the leading pairs of actors, one row a pair, in all three windows."""
    every = tables["co_mentions"].filter(unit_kind="all")
    rows = leading_pairs(tables)
    for window in WINDOWS[1:]:
        other = every.filter(window=window).select(
            "actor_a", "actor_b", pl.col("together", "expected", "verdict").name.suffix(f"_{window}")
        )
        rows = rows.join(other, on=["actor_a", "actor_b"], how="left", validate="1:1", maintain_order="left")
    npmi = pl.col("npmi").map_elements(signed, return_dtype=pl.String).str.replace("+", "", literal=True)
    few = pl.when("few").then(pl.lit(" (few)")).otherwise(pl.lit(""))
    shown = rows.select(
        One=name_of(study, "actor_a"),
        Other=name_of(study, "actor_b"),
        Sentences="together",
        Expected=pl.col("expected").round(1),
        Verdict="verdict",
        p=p_text("p"),
        q=p_text("q"),
        Stability=pl.col("stability").round(2),
        NPMI=npmi + few,
        Paragraphs="together_paragraph",
        **{"Expected there": pl.col("expected_paragraph").round(1), "Verdict there": "verdict_paragraph"},
        Articles="together_article",
    )
    return table_block(shown, "Pairs of actors in three windows", {"Sentences": pair_addresses(tables, rows)})


def leading_pairs(tables: Tables) -> pl.DataFrame:
    """Return the rows of `co_mentions` of the pairs that share most sentences in all articles; two at least."""
    every = tables["co_mentions"].filter(pl.col("together") > 1, unit_kind="all", window="sentence")
    return every.sort("together", "p", "actor_a", descending=[True, False, False]).head(20)


def pair_addresses(tables: Tables, rows: pl.DataFrame) -> list[str | None]:
    """Return the address of the sentences that each pair shares."""
    listed = set(dossiers.with_page(tables["mentions"]))
    return [
        f"{dossiers.address(a)}#with-{b}" if a in listed else None
        for a, b in rows.select("actor_a", "actor_b").iter_rows()
    ]


def actors(study: Study, tables: Tables) -> str:
    """Return every actor that has a page, with how often it is named."""
    mentions = tables["mentions"]
    sides = study.lists["groups"].unique("actor", keep="first", maintain_order=True)
    rows = (
        mentions.filter(pl.col("actor").is_in(dossiers.with_page(mentions)))
        .group_by("actor")
        .agg(Mentions=pl.len(), Sentences=pl.col("sentence_id").n_unique(), Articles=pl.col("article_id").n_unique())
        .sort("Mentions", "actor", descending=[True, False])
        .join(sides.select("actor", Side="label"), on="actor", how="left", maintain_order="left")
    )
    shown = rows.select(
        name_of(study, "actor").alias("Actor"), pl.col("Side").fill_null(""), "Mentions", "Sentences", "Articles"
    )
    return table_block(shown, "Actors", {"Actor": [dossiers.address(actor) for actor in rows["actor"]]})


def merges(study: Study, tables: Tables) -> str:
    """Return the actors that are printed under several names, with the names."""
    rows = (
        tables["mentions"]
        .filter(pl.col("how") != "pronoun")
        .group_by("actor")
        .agg(names=pl.col("surface").unique().sort(), n=pl.len())
        .filter(pl.col("names").list.len() > 1)
        .sort("n", "actor", descending=[True, False])
    )
    shown = rows.select(Actor=name_of(study, "actor"), **{"Printed as": pl.col("names").list.join(", ")}, Mentions="n")
    return table_block(shown, "Names that were merged")


def undone(study: Study, tables: Tables) -> str:
    """Return each merge and what undoing it does to the pairs of its actor."""
    if "merges" not in tables:
        return "Nothing to list.\n"
    keys = ["actor", "form", "how", "mentions"]
    rows = [
        (study.labels[actor], form, how, mentions, _pairs_undone(study, part.drop_nulls("partner")))
        for (actor, form, how, mentions), part in tables["merges"].group_by(keys, maintain_order=True)
    ]
    columns = ["Actor", "Printed as", "How", "Mentions", "Undone, sentences shared with"]
    kinds = [pl.String, pl.String, pl.String, pl.Int64, pl.String]
    frame = pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row")
    return table_block(frame, "What undoing each merge does")


def _pairs_undone(study: Study, partners: pl.DataFrame) -> str:
    said = []
    for row in partners.head(3).iter_rows(named=True):
        before, after = row["verdict"], row["verdict_undone"]
        turned = before != after and {before, after} & set(CLAIMED)
        turn = f" ({before} → {after})" if turned else ""
        said.append(f"{study.labels[row['partner']]} {row['together']} → {row['undone']}{turn}")
    more = partners.height - len(said)
    return "; ".join([*said, *([f"and {more} more"] if more else [])]) or "no tie changes"


def positions(study: Study, tables: Tables) -> str:
    """Return the position of each holder on each scale, over all articles."""
    rows = tables["positions"].filter(unit_kind="all").sort("holder", "scale", descending=[False, True])
    means = rounded(2, Mean="mean", From="low", To="high")
    shown = rows.select(Holder=name_of(study, "holder"), Scale="scale", Statements="statements", **means)
    return table_block(shown, "Positions over all articles")


def shifts(study: Study, tables: Tables) -> str:
    """Return the change of each holder from one period to the next."""
    rows = tables["shifts"].filter(unit_kind="period").sort("holder", "scale", "unit_from")
    when = {"From": "unit_from", "To": "unit_to"}
    shown = rows.select(
        Holder=name_of(study, "holder"),
        Scale="scale",
        **{name: pl.col(unit).replace_strict(study.periods, return_dtype=pl.String) for name, unit in when.items()},
        **rounded(2, **{"Difference": "difference", "Smallest possible p": "floor"}),
        Verdict="verdict",
    )
    return table_block(shown, "Changes between periods")
