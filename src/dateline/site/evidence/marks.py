"""Make the page behind each figure: one section a mark, one entry a thing that it counts.

The pages read what the figures published and know none of them by name. Beyond the caps of `excerpts` an
entry keeps its place and its deciding words, so the number on a mark always equals the number of its entries.
"""

from typing import Any

from dateline.errors import TableError
from dateline.figures.labels import spread
from dateline.html import plain_title
from dateline.site.evidence.material import Material, Piece, Row, Span, deciding_spans, excerpt, link_to, reading_order
from dateline.site.templating import fill, front

MOST_ENTRIES = 500
"""Entries on one page; of a mark that counts more than its share, evenly spread ones are shown."""

LEAST_ENTRIES = 5
"""Entries of a mark on a page that does not show all."""

WORDS = {"occurrence": "use"}
"""Kind of a counted thing -> its name for a reader, where that is another."""

Page = dict[str, Any]
"""What a figure published: `Figure.publish` writes it to `.dateline/figures/NAME.json`."""


def figure_pages(material: Material, figures: dict[str, Page], shown_on: dict[str, str]) -> dict[str, str]:
    """Return path below `report/` -> page, for every figure that leads to an evidence page of its own.

    Args:
        material: The tables.
        figures: Name -> what the figure published.
        shown_on: Name -> the address of the figure on the page that includes it.
    """
    return {
        f"evidence/{name}.qmd": _page(material, figure, shown_on.get(name, ""))
        for name, figure in figures.items()
        if figure["evidence_page"]
    }


def _page(material: Material, figure: Page, back: str) -> str:
    marks = figure["marks"]
    large = sum(len(mark["ids"]) for mark in marks) > MOST_ENTRIES and not material.full
    each = max(LEAST_ENTRIES, MOST_ENTRIES // len(marks)) if large else None
    title = figure["title"]
    head = front(
        plain_title(title),
        "",
        f"{'Entries' if large else 'Every entry'} behind every mark of a figure, with the place. {title}",
        full=material.full,
        **{"hidden-from-search": "true"},  # the pages of the articles have the same sentences
    )
    sections = [_section(material, figure["name"], mark, each) for mark in marks]
    kind = next((mark["kind"] for mark in marks if mark["kind"]), "thing")
    return head + fill("figure.qmd", sections=sections, back=back, thing=WORDS.get(kind, kind))


def _section(material: Material, figure: str, mark: Row, most: int | None) -> Row:
    """Return a mark with its entries in reading order, `most` of them if that many are too many."""
    kind, ids = mark["kind"], mark["ids"]
    located = {each: _located(material, figure, mark["mark"], kind, each) for each in ids}

    def place(each: str) -> tuple[int, int, int]:
        where = located[each]
        return (material.articles[where]["order"], 0, 0) if kind == "article" else reading_order(material, where)

    order = sorted(ids, key=lambda each: (*place(each), each))
    shown = spread(order, most) if most else order
    entries = [_entry(material, mark, each, located[each]) for each in shown]
    return {"mark": mark["mark"], "heading": mark["heading"], "entries": entries, "of": len(ids)}


def _located(material: Material, figure: str, mark: str, kind: str, name: str) -> str:
    """Return the sentence of a counted thing, or the article of a counted article."""
    found = getattr(material, f"{kind}s", {}).get(name)
    if found is None:
        msg = (
            f"the figure {figure} counts the {kind} {name!r} in its mark {mark}, and the tables have none of that "
            f"id. Make its evidence from the tables of this build, with one of their id columns, and build again."
        )
        raise TableError(msg)
    return found["article_id" if kind == "article" else "sentence_id"]


def _entry(material: Material, mark: Row, name: str, where: str) -> Row:
    """Return the link to a counted thing and what may be shown of it."""
    kind = mark["kind"]
    if kind == "article":
        article = material.articles[where]
        address, pieces = f"/report/articles/{where}.qmd", [(article["title"], "")]
        shown = {"pieces": pieces, "quote": False, "before": False, "after": False}
        return {"link": {"address": address, "text": article["when"]}, "excerpt": shown}
    spans, deciding = _highlights(material, mark, name, where)
    anchor = name if kind == "statement" else where
    return {"link": link_to(material, where, anchor), "excerpt": excerpt(material, where, spans, deciding)}


def _highlights(material: Material, mark: Row, name: str, sentence: str) -> tuple[list[Span], list[Piece]]:
    """Return what is highlighted in a sentence, and the words that stay if the caps leave no more."""
    if mark["kind"] == "statement":
        statement = material.statements[name]
        words = [(statement["because"], "")] if statement["because"] else []
        return deciding_spans(material, [statement]), words
    if mark["kind"] == "occurrence":
        found, style = [material.occurrences[name]], "because"
    elif mark["kind"] == "mention":
        found, style = [material.mentions[name]], "name"
    else:
        wanted = mark.get("actors") or material.labels
        found, style = [m for m in material.named.get(sentence, []) if m["actor"] in wanted], "name"
    words = [piece for each in found for piece in ((", ", ""), (each["surface"], style))][1:]
    return [(each["start"], each["end"], style) for each in found], words


def charts_of_sentences(material: Material, figures: dict[str, Page], shown_on: dict[str, str]) -> dict[str, list[Row]]:
    """Find the figures that count something in each sentence.

    A figure that counts every sentence says nothing about one and is left out, as is one that no page shows.

    Returns:
        Sentence -> `name` and `address` of each figure, and `marks`: how many of its marks count something there.
    """
    found: dict[str, list[Row]] = {}
    for name in (name for name in shown_on if name in figures):
        marks: dict[str, set[str]] = {}
        for mark in figures[name]["marks"]:
            if mark["kind"] == "article":
                continue
            for each in mark["ids"]:
                sentence = _located(material, name, mark["mark"], mark["kind"], each)
                marks.setdefault(sentence, set()).add(mark["mark"])
        if len(marks) < len(material.sentences):
            for sentence, those in marks.items():
                chart = {"name": name.replace("-", " "), "address": shown_on[name], "marks": len(those)}
                found.setdefault(sentence, []).append(chart)
    return found
