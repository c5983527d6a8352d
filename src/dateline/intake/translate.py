"""Translate notebooks, pages and settings that a person has edited from version 0.0 of the template to this one.

In version 0.0 a hidden program made the tables and a notebook showed them through `desk`; now notebooks make them.
"""

import re

import nbformat

from dateline.intake.template import notebook_text

OPENS = re.compile(r"^(?:from|import) dateline\.desk\b.*$|^desk = open_desk\(.*\)$", re.MULTILINE)
COMPUTES = re.compile(r"= dl\.(?!figures)\w+\(|\bstudy\.(?:load|save)\(|^import dateline", re.MULTILINE)

FIGURES = {
    "dates": 'study, study.load("articles")',
    "rates": 'study, study.load("term_rates")',
    "ideas": 'study, study.load("term_rates")',
    "trend": 'study, study.load("term_rates"), study.load("trends")',
    "pairs": 'study, study.load("co_mentions")',
    "network": 'study, study.load("co_mentions")',
    "ties": 'study, study.load("co_mentions")',
    "timeline": 'study, study.load("statements")',
    "scales": 'study, study.load("positions")',
}
"""Figure -> arguments of the function that draws it."""

CALLS = (
    (
        r"\bdesk\.table\([\"']keyness[\"']\)",
        'study.load("keyness").filter(unit_kind="period").rename({"unit": "period"})',
    ),
    (r"\bdesk\.table\(", "study.load("),
    (r"\bdesk\.tables\[([^\]]+)\]", r"study.load(\1)"),
    (r"\bdesk\.study\b", "study"),
    *((rf"\bdesk\.{name}\(\)", f"dl.figures.{name}({takes}).publish()") for name, takes in FIGURES.items()),
)
"""A call in a cell -> the call now."""

ADDRESSES = {
    "/report/evidence/words.qmd": "/report/evidence/rates.qmd",
    "/report/evidence/stance.qmd": "/report/evidence/scales.qmd",
    "/report/evidence/actors.qmd": "/report/evidence/pairs.qmd",
    "python -m dateline.publish": "python -m dateline.site.publish",
}
"""An address in pages and settings -> the address now."""


def translate_text(text: str) -> str:
    """Return a page, or the settings of the site, with the addresses of this version."""
    for old, new in ADDRESSES.items():
        text = text.replace(old, new)
    return text


def opens_desk(text: str) -> bool:
    """Return whether a notebook is one of version 0.0."""
    return any(OPENS.search(cell.source) for cell in nbformat.reads(text, as_version=4).cells)


def translate_notebook(mine: str, fresh: str) -> tuple[str, list[str]]:
    """Translate an edited notebook of version 0.0 into one that computes, and keep what the person wrote in it.

    Args:
        mine: The notebook as the person left it.
        fresh: The notebook of the template; its cells that compute replace the one that opened `desk`.

    Returns:
        The notebook, and the lines that still use `desk` and that a person has to change.
    """
    notebook = nbformat.reads(mine, as_version=4)
    computing = [
        cell
        for cell in nbformat.reads(fresh, as_version=4).cells
        if cell.cell_type == "code" and COMPUTES.search(cell.source)
    ]
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if OPENS.search(cell.source):
                cells += computing
                computing = []
                cell.source = OPENS.sub("", cell.source).strip()
                if not cell.source:
                    continue
            for pattern, new in CALLS:
                cell.source = re.sub(pattern, new, cell.source)
        cells.append(cell)
    notebook.cells = cells
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:02d}"
    left = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines() if "desk" in line]
    return notebook_text(notebook), left
