"""Make the concordance: the uses of every term that has a rate, in their context, on one page or a few.

A line shows as much of its sentence as the caps on excerpts allow; beyond them the place and the word. The page
can be read and searched as it is; a script of a few lines, where it runs, adds a box that filters it.
"""

import polars as pl

from dateline.figures.labels import spread
from dateline.site.evidence.material import Material, Row, link_to, reading_order, shown_span
from dateline.site.templating import fill, front
from dateline.tables import SCHEMAS, Tables
from dateline.terms.concordance import concordance

PAGE = "evidence/concordance"

KINDS = {"group": "Ideas", "phrase": "Phrases", "word": "Words"}

MOST_TERMS = 1_000
"""Terms that have lines: the ideas, then those used most."""

MOST_LINES, LINES_A_PAGE = 5_000, 1_000
"""Lines in all; beyond them a term keeps its count and lines evenly spread over the articles."""

Listed = tuple[str, str, int, int]
"""A term, its kind, its uses, and how many of them have a line."""


def anchor(term: str) -> str:
    """Return the id of a term on its page: letters and digits of any script stay, the rest is a hyphen."""
    return "term-" + "".join(letter if letter.isalnum() else "-" for letter in term)


def listed(tables: Tables) -> list[tuple[str, list[Listed]]]:
    """Return the pages with the terms on each, by kind and alphabet."""
    counts = tables["term_rates"].filter(unit_kind="all").select("term", "kind", "count")
    chosen = counts.sort(pl.col("kind") != "group", "count", "term", descending=[False, True, False]).head(MOST_TERMS)
    uses = chosen["count"].sum()
    each = uses if uses <= MOST_LINES else max(3, MOST_LINES // chosen.height)
    order = chosen.sort(pl.col("kind").replace_strict({kind: at for at, kind in enumerate(KINDS)}), "term")
    pages: list[tuple[str, list]] = [(PAGE, [])]
    full = 0
    for term, kind, n in order.iter_rows():
        lines = min(n, each)
        if full and full + lines > LINES_A_PAGE:
            pages.append((f"{PAGE}-{len(pages) + 1}", []))
            full = 0
        pages[-1][1].append((term, kind, n, lines))
        full += lines
    return pages


def addresses(tables: Tables) -> dict[str, str]:
    """Return term -> the address of its lines, for every term that has any."""
    return {term: f"/report/{page}.qmd#{anchor(term)}" for page, terms in listed(tables) for term, *_ in terms}


def concordance_pages(material: Material) -> dict[str, str]:
    """Return path below `report/` -> page: the first leads to all terms; where one page would be too long, more follow."""
    tables = material.tables
    found, whole = listed(tables), tables["term_rates"].filter(unit_kind="all").height
    every = [term for _, terms in found for term in terms]
    complete = len(every) == whole and all(lines == n for *_, n, lines in every)
    said = "Every use of every term" if complete else "Uses of the terms"
    about = f"Keyword in context: {said.lower()}, with their places."
    uses = tables["occurrences"].select(*SCHEMAS["occurrences"]).partition_by("term", as_dict=True)
    places = addresses(tables)
    made = {}
    for number, (page, terms) in enumerate(found, start=1):
        title = "Concordance" if number == 1 else f"Concordance, page {number}"
        head = front(title, f"{said}, in context.", about, full=material.full, script="filter")
        own = f"/report/{page}.qmd"
        leads = [
            {"kind": kind, "name": _name(material, term), "uses": n, "at": places[term].removeprefix(own)}
            for term, kind, n, _ in (every if number == 1 else terms)
        ]
        sections = [_section(material, term, uses[(term[0],)]) for term in terms]
        made[f"{page}.qmd"] = head + fill(
            "concordance.qmd",
            kinds=KINDS,
            leads=leads,
            sections=sections,
            listed=len(every),
            whole=whole,
            pages=[f"/report/{other}.qmd" for other, _ in found],
            number=number,
        )
    return made


def _section(material: Material, listed: Listed, uses: pl.DataFrame) -> Row:
    """Return a term with its lines in reading order."""
    term, kind, n, most = listed
    order = [reading_order(material, sentence, start) for sentence, start in uses.select("sentence_id", "start").rows()]
    shown = uses[spread(sorted(range(uses.height), key=order.__getitem__), most)]
    columns = ("sentence_id", "start", "text")
    known = (material.sentences[name] for name in shown["sentence_id"].unique())
    sentences = pl.DataFrame([{key: row[key] for key in columns} for row in known])
    lines = concordance(shown, sentences, term, words=None).rows(named=True)
    lines.sort(key=lambda line: reading_order(material, line["sentence_id"], line["start"]))
    return {
        "kind": kind,
        "anchor": anchor(term),
        "name": _name(material, term),
        "uses": n,
        "lines": [_line(material, line) for line in lines],
        "of": uses.height,
    }


def _name(material: Material, term: str) -> str:
    return material.ideas.get(term, term)


def _line(material: Material, line: Row) -> Row:
    """Cut a line where the caps on excerpts cut its sentence; beyond them it keeps its keyword."""
    shown = {"keyword": line["keyword"], "link": link_to(material, line["sentence_id"])}
    window = shown_span(material, line["sentence_id"])
    if window is None or line["start"] < window[0] or line["end"] > window[1]:
        return shown | {"context": False}
    left, right = line["start"] - window[0], window[1] - line["end"]
    return shown | {"context": True, "left": line["left"][-left:] if left else "", "right": line["right"][:right]}
