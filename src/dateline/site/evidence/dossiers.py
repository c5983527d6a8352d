"""Make one page an actor: under which names, where, with whom, and what it is reported to say.

The network seen from one actor, without a script: each partner is a row, and each number leads to its sentences.
"""

import polars as pl

from dateline.actors.pairs import WINDOWS, pair_windows
from dateline.figures.labels import spread
from dateline.html import plain_title
from dateline.site.evidence.articles import values_of
from dateline.site.evidence.material import MOST_LISTED, Material, Row, link_to, reading_order
from dateline.site.templating import fill, front, table
from dateline.words import counted

LEAST = 2
"""Sentences that name an actor, from which it has a page."""

Shared = dict[tuple[str, str], list[str]]
"""Pair of actors, in the order of the alphabet -> the sentences that name both."""


def with_page(mentions: pl.DataFrame) -> list[str]:
    """Return the actors that have a page of their own, the most named first."""
    reach = mentions.group_by("actor").agg(n=pl.col("sentence_id").n_unique())
    return reach.filter(pl.col("n") >= LEAST).sort("n", "actor", descending=[True, False])["actor"].to_list()


def address(actor: str) -> str:
    """Return the address of an actor's page."""
    return f"/report/evidence/actor-{actor}.qmd"


def dossiers(material: Material) -> dict[str, str]:
    """Return path below `report/` -> page, for every actor that has one."""
    tables = material.tables
    windows = pair_windows(tables["mentions"], tables["sentences"])
    shared: Shared = {}
    for a, b, window in windows.select("actor_a", "actor_b", "window_id").iter_rows():
        shared.setdefault((a, b), []).append(window)
    listed = with_page(tables["mentions"])
    return {f"evidence/actor-{actor}.qmd": _dossier(material, actor, shared, set(listed)) for actor in listed}


def _dossier(material: Material, actor: str, shared: Shared, listed: set[str]) -> str:
    label = material.labels[actor]
    own = material.tables["mentions"].filter(actor=actor)
    named, articles = own["sentence_id"].n_unique(), own["article_id"].n_unique()
    head = front(
        plain_title(label),
        f"Named in {counted(named, 'sentence')} of {counted(articles, 'article')}.",
        f"{label}: names, places, partners and statements.",
        full=material.full,
    )
    forms = own.group_by("surface", "how").len("n").sort("n", "surface", descending=[True, False])
    partners = _partners(material, actor, shared, listed)
    return head + fill(
        "dossier.qmd",
        names=table(forms.select(pl.col("surface").alias("Printed as"), How="how", Mentions="n"), "Names"),
        partners=_table_of_partners(partners),
        lists=[partner for partner in partners if partner["of"]],
        places=_places(material, own),
        statements=_statements(material, actor),
    )


def _partners(material: Material, actor: str, shared: Shared, listed: set[str]) -> list[Row]:
    """Return the actors that share a window with one, the closest first, with the places of both."""
    own = (pl.col("actor_a") == actor) | (pl.col("actor_b") == actor)
    counts: dict[str, dict[str, Row]] = {}
    for row in material.tables["co_mentions"].filter(own, unit_kind="all").iter_rows(named=True):
        partner = row["actor_b"] if row["actor_a"] == actor else row["actor_a"]
        counts.setdefault(partner, {})[row["window"]] = row
    found = []
    for partner, windows in counts.items():
        together = [windows[name]["together"] if name in windows else 0 for name in WINDOWS]
        if any(together):
            places = shared.get((min(actor, partner), max(actor, partner)), [])
            order = sorted(places, key=lambda place: reading_order(material, place))
            row = {name: windows["sentence"][name] for name in ("expected", "verdict")}
            row |= {"id": partner, "label": material.labels[partner], "together": together, "of": len(order)}
            row["address"] = address(partner) if partner in listed else None
            row["places"] = [link_to(material, place) for place in spread(order, 50)]
            found.append(row)
    return sorted(found, key=lambda row: ([-n for n in row["together"]], row["id"]))


def _table_of_partners(partners: list[Row]) -> str:
    words = ("Sentences", "Paragraphs", "Articles")
    schema = {
        "Partner": pl.String,
        **dict.fromkeys(words, pl.Int64),
        "Expected sentences": pl.Float64,
        "Verdict": pl.String,
    }
    rows = [(row["label"], *row["together"], row["expected"], row["verdict"]) for row in partners]
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("Expected sentences").round(1))
    links = {
        "Partner": [row["address"] for row in partners],
        "Verdict": [f"#with-{row['id']}" if row["of"] else None for row in partners],
    }
    return table(frame, "Partners", links)


def _places(material: Material, own: pl.DataFrame) -> Row:
    """Return where an actor is named, and with which words."""
    named = own.group_by("sentence_id").agg(pl.col("surface").unique(maintain_order=True))
    rows = sorted(named.iter_rows(), key=lambda row: reading_order(material, row[0]))
    shown = spread(rows, MOST_LISTED)
    items = [{"link": link_to(material, sentence), "text": ", ".join(forms)} for sentence, forms in shown]
    return {"places": items, "of": len(rows)}


def _statements(material: Material, actor: str) -> Row:
    """Return what an actor is reported to say."""
    said = material.tables["statements"].filter(holder=actor).sort("article_id", "start")
    rows = sorted(said.iter_rows(named=True), key=lambda row: reading_order(material, row["sentence_id"]))
    items = [
        {
            "link": link_to(material, row["sentence_id"], row["statement_id"]),
            "text": f"{row['voice']}, {values_of(material, row)}",
        }
        for row in spread(rows, MOST_LISTED)
    ]
    return {"places": items, "of": len(rows)}
