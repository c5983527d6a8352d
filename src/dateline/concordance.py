"""The concordance: every use of every term of the table of rates, in its context, on one page.

Keyword in context as far as the caps on excerpts allow; beyond them the place and the word. The page can
be read and searched as it is; a script of a few lines, where it runs, adds a box that filters it.
"""

from dateline.evidence import Pages, front
from dateline.markup import safe
from dateline.tables import SCHEMAS

PAGE = "/report/evidence/concordance.qmd"
KINDS = {"group": "Ideas", "phrase": "Phrases", "word": "Words"}
MOST_LINES = 5_000
"""Lines on the page; beyond them a term keeps its count and its first lines."""


def anchor(term: str) -> str:
    """The place of a term on the page: letters and digits of any script stay, the rest is a hyphen."""
    return "term-" + "".join(letter if letter.isalnum() else "-" for letter in term)


def address(term: str) -> str:
    """The address of a term's lines."""
    return f"{PAGE}#{anchor(term)}"


def concordance(pages: Pages) -> dict[str, str]:
    """Path below `report/` -> the page."""
    tables = pages.tables
    counts = tables["term_rates"].filter(unit_kind="all").select("term", "kind", "count")
    uses = {
        term: part
        for (term,), part in tables["occurrences"].select(*SCHEMAS["occurrences"]).group_by(["term"])
    }
    each = max(3, MOST_LINES // max(1, counts.height))
    out = [
        front(
            "Concordance",
            "Every use of every term, in its context.",
            "Keyword in context: every use of every term, with its place.",
            pages.full,
            script="filter",
        ),
        "\nA term is listed when it is used often enough to have a rate. A line is as long as the caps on excerpts allow; beyond them it keeps its place and the word. [The rates](/report/words.qmd)\n\n",
        '```{=html}\n<div class="filter" id="filter" hidden><label for="filter-text">Show only lines with</label> <input id="filter-text" type="search" autocomplete="off" spellcheck="false"> <output id="filter-count" for="filter-text" role="status"></output></div>\n```\n',
    ]
    for kind, title in KINDS.items():
        part = counts.filter(kind=kind).sort("term")
        if part.is_empty():
            continue
        out.append(f"\n## {title} {{#{kind}}}\n\n```{{=html}}\n")
        links = "".join(
            f'<li><a href="#{anchor(term)}">{safe(_name(pages, term))}</a> {n}</li>'
            for term, n in part.select("term", "count").iter_rows()
        )
        out.append(f'<ul class="terms">{links}</ul>\n')
        for term, n in part.select("term", "count").iter_rows():
            rows = sorted(
                uses[term].iter_rows(named=True),
                key=lambda row: pages.order(row["sentence_id"], row["start"]),
            )
            lines = "".join(_line(pages, row) for row in rows[:each])
            more = f"<p>{n - each} more are in the table of occurrences.</p>" if n > each else ""
            out.append(
                f'<section class="term"><h3 id="{anchor(term)}">{safe(_name(pages, term))}: {n}</h3>\n<ol class="kwic">\n{lines}</ol>{more}</section>\n'
            )
        out.append("```\n")
    return {"evidence/concordance.qmd": "".join(out)}


def _name(pages: Pages, term: str) -> str:
    return pages.study.ideas.get(term, term)


def _line(pages: Pages, use: dict) -> str:
    row = pages.rows[use["sentence_id"]]
    shown = pages.shown(use["sentence_id"])
    key = f'<mark class="m-because">{safe(use["surface"])}</mark>'
    if shown and shown[0] <= use["start"] and use["end"] <= shown[1]:
        text = pages.study.texts[row["article_id"]]
        line = f'<span class="kwic-left">{safe(text[shown[0] : use["start"]])}</span>{key}<span class="kwic-right">{safe(text[use["end"] : shown[1]])}</span>'
    else:
        line = key
    return f"<li>{line} <small>{pages.link(row, use['sentence_id'])}</small></li>\n"
