"""The concordance: every use of every term of the table of rates, in its context, on one page or a few.

Keyword in context as far as the caps on excerpts allow; beyond them the place and the word. The page can
be read and searched as it is; a script of a few lines, where it runs, adds a box that filters it.
"""

import polars as pl

from dateline.figures.marks import spread
from dateline.html import safe
from dateline.site.evidence import Pages, front, left_out
from dateline.tables import SCHEMAS

PAGE = "evidence/concordance"

KINDS = {"group": "Ideas", "phrase": "Phrases", "word": "Words"}

MOST_TERMS = 1_000
"""Terms that have lines: the ideas, then those used most."""

MOST_LINES, LINES_A_PAGE = 5_000, 1_000
"""Lines in all; beyond them a term keeps its count and lines evenly spread over the articles."""


def anchor(term: str) -> str:
    """The place of a term on its page: letters and digits of any script stay, the rest is a hyphen."""
    return "term-" + "".join(letter if letter.isalnum() else "-" for letter in term)


def listed(tables: dict[str, pl.DataFrame]) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """The pages with the terms on each: `(page, [(term, kind, uses, lines), ...])`, by kind and alphabet."""
    counts = tables["term_rates"].filter(unit_kind="all").select("term", "kind", "count")
    chosen = counts.sort(pl.col("kind") != "group", "count", "term", descending=[False, True, False]).head(
        MOST_TERMS
    )
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


def addresses(tables: dict[str, pl.DataFrame]) -> dict[str, str]:
    """Term -> the address of its lines, for every term that has any."""
    return {
        term: f"/report/{page}.qmd#{anchor(term)}" for page, terms in listed(tables) for term, *_ in terms
    }


def concordance(pages: Pages) -> dict[str, str]:
    """Path below `report/` -> page: the first leads to all terms; where one page would be too long, more follow."""
    tables = pages.tables
    uses = {
        term: part
        for (term,), part in tables["occurrences"].select(*SCHEMAS["occurrences"]).group_by(["term"])
    }
    found, whole = listed(tables), tables["term_rates"].filter(unit_kind="all").height
    places = addresses(tables)
    every = [term for _, terms in found for term in terms]
    complete = len(every) == whole and all(lines == n for *_, n, lines in every)
    said = "Every use of every term" if complete else "Uses of the terms"
    made = {}
    for number, (page, terms) in enumerate(found, start=1):
        out = [
            front(
                "Concordance" if number == 1 else f"Concordance, page {number}",
                f"{said}, in context.",
                f"Keyword in context: {said.lower()}, with their places.",
                pages.full,
                script="filter",
            ),
            "\nA term is listed when it is used often enough to have a rate. A line is as long as the caps on excerpts allow; beyond them it keeps its place and the word. [The rates](/report/words.qmd)\n\n",
        ]
        if len(every) < whole:
            out.append(
                f"Of {whole:,} such terms the {len(every):,} used most are listed; all are in the table [`term_rates`](/report/data.qmd).\n\n"
            )
        if len(found) > 1:
            others = (
                f"[{at}](/report/{other}.qmd)" if at != number else f"**{at}**"
                for at, (other, _) in enumerate(found, start=1)
            )
            out.append(f"Pages: {' · '.join(others)}\n\n")
        out.append(
            '```{=html}\n<div class="filter" id="filter" hidden><label for="filter-text">Show only lines with</label> <input id="filter-text" type="search" autocomplete="off" spellcheck="false"> <output id="filter-count" for="filter-text" role="status"></output></div>\n```\n'
        )
        for kind, title in KINDS.items():
            here = [(term, n, lines) for term, own, n, lines in terms if own == kind]
            named = [(term, n) for term, own, n, _ in (every if number == 1 else terms) if own == kind]
            if not named:
                continue
            links = "".join(
                f'<li><a href="{places[term].removeprefix(f"/report/{page}.qmd")}">{safe(_name(pages, term))}</a> {n:,}</li>'
                for term, n in named
            )
            out.append(f'\n## {title} {{#{kind}}}\n\n```{{=html}}\n<ul class="terms">{links}</ul>\n')
            out += [_section(pages, term, uses[term], n, lines) for term, n, lines in here]
            out.append("```\n")
        made[f"{page}.qmd"] = "".join(out)
    return made


def _section(pages: Pages, term: str, uses: pl.DataFrame, n: int, most: int) -> str:
    rows = sorted(uses.iter_rows(named=True), key=lambda row: pages.order(row["sentence_id"], row["start"]))
    shown = spread(rows, most)
    lines = "".join(_line(pages, row) for row in shown)
    return (
        f'<section class="term"><h3 id="{anchor(term)}">{safe(_name(pages, term))}: {n:,}</h3>\n'
        f'<ol class="kwic">\n{lines}</ol>{left_out(shown, rows, "occurrences")}</section>\n'
    )


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
