"""Write everything that a build makes for the pages: evidence pages, fragments, figures, and the numbers that prose quotes.

A page includes the fragment NAME as `/report/made/NAME.md`. A fragment is one function that takes the study and
its tables and returns text; `FRAGMENTS` lists them all.
"""

from collections.abc import Callable

import yaml

import dateline
from dateline.figures.base import MADE, read_figures
from dateline.html import prose
from dateline.site import findings, numbers, publishers, reference
from dateline.site.api import api
from dateline.site.evidence.articles import article_pages, list_articles
from dateline.site.evidence.concordance import concordance_pages
from dateline.site.evidence.dossiers import dossiers
from dateline.site.evidence.marks import Page, charts_of_sentences, figure_pages
from dateline.site.evidence.material import gather
from dateline.site.figures import figure_fragment, shown_on
from dateline.study.load import Study
from dateline.tables import Tables, load_tables

FRAGMENTS: dict[str, Callable[[Study, Tables], str]] = {
    "accuracy": reference.accuracy,
    "actors": findings.actors,
    "agreement": reference.agreement,
    "api": lambda study, tables: api(dateline),
    "archive": reference.archive,
    "articles": lambda study, tables: list_articles(tables),
    "baselines": reference.baselines,
    "corrections": reference.corrections,
    "draft": reference.draft,
    "events": reference.events,
    "gold": reference.gold,
    "handcoded": reference.hand_coded,
    "keyness": findings.keyness,
    "keyness-publishers": publishers.keyness,
    "lists": reference.lists,
    "merges": findings.merges,
    "pairs": findings.pairs,
    "pairs-publishers": publishers.pairs,
    "positions": findings.positions,
    "positions-publishers": publishers.positions,
    "robustness": findings.robustness,
    "sample": reference.sample,
    "shifts": findings.shifts,
    "tables": reference.table_cards,
    "title": reference.title,
    "trends": findings.trends,
    "undone": findings.undone,
    "version": reference.version,
}
"""Name of a fragment -> the function that writes it."""


def generated(study: Study, *, full: bool = False) -> dict[str, str]:
    """Return path below the root -> text of everything that the program writes for pages, `_variables.yml` included.

    Args:
        study: The study; its tables are in `data/derived`, its figures published.
        full: Whole sentences instead of excerpts, for the newsroom's own copy.

    Raises:
        TableError: A table is missing or does not keep its contract, or a mark counts something that is in none.
        DatelineError: A figure is damaged, or was made without a drawing.
    """
    tables, figures = load_tables(study.root), read_figures(study.root)
    shown = {name: figure_fragment(figure, tables.get("accuracy"), study) for name, figure in figures.items()}
    return {
        **{f"report/{name}": text for name, text in evidence_pages(study, tables, figures, full=full).items()},
        **{f"report/made/{name}.md": write(study, tables) for name, write in FRAGMENTS.items()},
        **{(MADE / f"{name}.md").as_posix(): text for name, text in shown.items()},
        "_variables.yml": _quotable(numbers.variables(study, tables)),
    }


def evidence_pages(study: Study, tables: Tables, figures: dict[str, Page], *, full: bool = False) -> dict[str, str]:
    """Return path below `report/` -> page: articles, figures, actors and the concordance."""
    material, places = gather(study, tables, full=full), shown_on(study.root)
    return {
        **article_pages(material, charts_of_sentences(material, figures, places)),
        **figure_pages(material, figures, places),
        **dossiers(material),
        **concordance_pages(material),
    }


def _quotable(found: dict[str, dict[str, str]]) -> str:
    """Return the variables as YAML, safe for the prose of a page."""
    safe = {group: {name: prose(text) for name, text in names.items()} for group, names in found.items()}
    text = yaml.safe_dump(safe, sort_keys=True, allow_unicode=True, width=10_000)
    return f"# Made by `dateline build` from the tables; do not edit.\n{text}"
