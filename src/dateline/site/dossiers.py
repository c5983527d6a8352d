"""One page an actor: under which names, where, with whom, and what it is reported to say.

The ego view of the network without a script: each partner is a row, and each number leads to its sentences.
"""

import polars as pl

from dateline.actors.pairs import WINDOWS, pair_windows
from dateline.figures.marks import spread
from dateline.figures.readings import counted
from dateline.html import html_table, plain_title, safe
from dateline.site.evidence import MOST_LISTED, Pages, front, left_out

MOST_SHARED = 50
"""Places in the list of one partner."""

LEAST = 2
"""Sentences that name an actor, from which it has a page."""


def with_page(mentions: pl.DataFrame) -> list[str]:
    """The actors that have a page of their own, the most named first."""
    reach = mentions.group_by("actor").agg(n=pl.col("sentence_id").n_unique())
    return reach.filter(pl.col("n") >= LEAST).sort("n", "actor", descending=[True, False])["actor"].to_list()


def address(actor: str) -> str:
    """The address of an actor's page."""
    return f"/report/evidence/actor-{actor}.qmd"


def dossiers(pages: Pages) -> dict[str, str]:
    """Path below `report/` -> page, for every actor that has one."""
    tables = pages.tables
    shared: dict[tuple[str, str], list[str]] = {}
    for a, b, window in (
        pair_windows(tables["mentions"], tables["sentences"])
        .select("actor_a", "actor_b", "window_id")
        .iter_rows()
    ):
        shared.setdefault((a, b), []).append(window)
    listed = with_page(tables["mentions"])
    return {f"evidence/actor-{actor}.qmd": _dossier(pages, actor, shared, set(listed)) for actor in listed}


def _dossier(pages: Pages, actor: str, shared: dict[tuple[str, str], list[str]], listed: set[str]) -> str:
    label = pages.labels[actor]
    own = pages.tables["mentions"].filter(actor=actor)
    named, articles = own["sentence_id"].n_unique(), own["article_id"].n_unique()
    subtitle = f"Named in {counted(named, 'sentence')} of {counted(articles, 'article')}."
    out = [
        front(plain_title(label), subtitle, f"{label}: names, places, partners and statements.", pages.full)
    ]
    out.append("\n[All actors](/report/actors.qmd)\n\n## Under which names {#names}\n\n```{=html}\n")
    forms = own.group_by("surface", "how").len("n").sort("n", "surface", descending=[True, False])
    names = forms.select(
        pl.col("surface").alias("Printed as"), pl.col("how").alias("How"), pl.col("n").alias("Mentions")
    )
    out.append(html_table(names, "Names") + "\n")
    out.append(
        "```\n\n## With whom {#partners}\n\nSentences, paragraphs and articles that name both. Expected is what chance gives when the sentences of each article are filled anew.\n\n```{=html}\n"
    )
    out.append(_partners(pages, actor, shared, listed))
    out.append("```\n\n## Where {#places}\n\n```{=html}\n" + _places(pages, own) + "```\n")
    said = pages.tables["statements"].filter(holder=actor).sort("article_id", "start")
    if said.height:
        out.append(
            "\n## What it is reported to say {#statements}\n\n```{=html}\n"
            + _statements(pages, said)
            + "```\n"
        )
    return "".join(out)


def _partners(pages: Pages, actor: str, shared: dict, listed: set[str]) -> str:
    own = (pl.col("actor_a") == actor) | (pl.col("actor_b") == actor)
    found = pages.tables["co_mentions"].filter(own, pl.col("unit_kind") == "all")
    counts: dict[str, dict[str, dict]] = {}
    for row in found.iter_rows(named=True):
        partner = row["actor_b"] if row["actor_a"] == actor else row["actor_a"]
        counts.setdefault(partner, {})[row["window"]] = row
    order = sorted(
        counts,
        key=lambda name: ([-counts[name][w]["together"] if w in counts[name] else 0 for w in WINDOWS], name),
    )
    rows, lists, links = [], [], {"Partner": [], "Verdict": []}
    for partner in order:
        found = counts[partner]
        if not any(row["together"] for row in found.values()):
            continue
        places = shared.get((min(actor, partner), max(actor, partner)), [])
        together = [found[window]["together"] if window in found else 0 for window in WINDOWS]
        rows.append(
            (pages.labels[partner], *together, found["sentence"]["expected"], found["sentence"]["verdict"])
        )
        links["Partner"].append(address(partner) if partner in listed else None)
        links["Verdict"].append(f"#with-{partner}" if places else None)
        if places:
            ordered = sorted(places, key=pages.order)
            some = spread(ordered, MOST_SHARED)
            items = "".join(f"<li>{pages.link(pages.rows[place], place)}</li>" for place in some)
            title = f"With {safe(pages.labels[partner])}: {len(places)}"
            lists.append(
                f'<section><h3 id="with-{partner}">{title}</h3>\n<ol class="places">{items}</ol>'
                f"{left_out(some, ordered, 'mentions')}</section>\n"
            )
    columns = ("Partner", "Sentences", "Paragraphs", "Articles", "Expected sentences", "Verdict")
    kinds = (pl.String, pl.Int64, pl.Int64, pl.Int64, pl.Float64, pl.String)
    frame = pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row")
    return (
        html_table(frame.with_columns(pl.col("Expected sentences").round(1)), "Partners", links)
        + "\n"
        + "".join(lists)
    )


def _places(pages: Pages, own: pl.DataFrame) -> str:
    named = own.group_by("sentence_id").agg(pl.col("surface").unique(maintain_order=True))
    rows = sorted(named.iter_rows(), key=lambda row: pages.order(row[0]))
    shown = spread(rows, MOST_LISTED)
    items = "".join(
        f"<li>{pages.link(pages.rows[sentence], sentence)}: {safe(', '.join(forms))}</li>"
        for sentence, forms in shown
    )
    return f'<ol class="places">{items}</ol>{left_out(shown, rows, "mentions")}\n'


def _statements(pages: Pages, said: pl.DataFrame) -> str:
    rows = sorted(said.iter_rows(named=True), key=lambda row: pages.order(row["sentence_id"]))
    shown = spread(rows, MOST_LISTED)
    items = "".join(
        f"<li>{pages.link(pages.rows[row['sentence_id']], row['statement_id'])}: {row['voice']}, {safe(pages.values_of(row))}</li>"
        for row in shown
    )
    return f'<ol class="places">{items}</ol>{left_out(shown, rows, "statements")}\n'
