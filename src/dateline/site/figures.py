"""Find the pages that show the figures, and make the fragments that those pages include."""

import re
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from dateline.errors import DatelineError
from dateline.figures.base import MADE, STATE
from dateline.site.templating import fill, raw_block
from dateline.study.load import Study

_INCLUDE = re.compile(r"\{\{<\s*include\s+\S*\bmade/figures/([a-z][a-z0-9-]*)\.md\s*>\}\}")


def shown_on(root: Path) -> dict[str, str]:
    """Return figure -> its address on the page that includes it, in the order of pages and of figures in them.

    A figure that the front page and another page show is at home on the other.
    """
    home: dict[str, str] = {}
    for path in [*sorted((root / "report").glob("*.qmd")), root / "index.qmd"]:
        if path.is_file():
            address = "/" + path.relative_to(root).as_posix()
            for name in _INCLUDE.findall(path.read_text(encoding="utf-8")):
                home.setdefault(name, f"{address}#fig-{name}")
    return home


def figure_fragment(page: dict[str, Any], accuracy: pl.DataFrame | None, study: Study) -> str:
    """Return the fragment that shows what a figure published: one raw HTML block.

    Raises:
        DatelineError: The figure has no drawing, because the last build made tables only.
    """
    if "wide" not in page:
        msg = (
            f"the figure {page['name']} has its words in {STATE} and no drawing: the last build made tables only. "
            "Run `dateline build` without --until tables."
        )
        raise DatelineError(msg)
    return raw_block(
        fill(
            "figure.html",
            figure=page,
            head=list(page["columns"].items()),
            rows=[[(cell, None) for cell in row] for row in page["table"]],
            note=" ".join(filter(None, [page["note"], accuracy_note(accuracy, page["measures"], study.gold)])),
            links=_links(page, study),
            # Shortcodes are read everywhere, raw HTML included: text of an article must not open one.
            **{kind: Markup(page[kind].replace("{{", "{&#123;")) for kind in ("wide", "narrow")},
        ).rstrip("\n")
    )


def _links(page: dict[str, Any], study: Study) -> dict[str, str]:
    name = page["name"]
    links = {kind.upper(): f"/{MADE.as_posix()}/{name}.{kind}" for kind in ("csv", "svg", "png")}
    if page["notebook"]:
        address = f"notebooks/{page['notebook']}.ipynb"
        path = study.root / address
        # A cell is a place on the page of its notebook where it has a label.
        labelled = not path.is_file() or f"label: fig-{name}" in path.read_text(encoding="utf-8")
        links["How it was made"] = f"/{address}#fig-{name}" if labelled else f"/{address}"
    return links | page["links"]


def accuracy_note(accuracy: pl.DataFrame | None, measures: list[str], gold: str) -> str:
    """Return how good the data of a figure is in a sentence; empty if no measure is asked for."""
    if not measures:
        return ""
    if accuracy is None:
        return "No gold codes stand beside this study: its accuracy has not been measured."
    rows = accuracy.filter(pl.col("measure").is_in(measures)).select("measure", "f1").drop_nulls()
    said = [f"{measure} {f1:.2f}" for measure, f1 in rows.iter_rows()]
    return f"Accuracy, F1 against {gold}: {'; '.join(said)}." if said else ""
