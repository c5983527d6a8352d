"""Fill the templates of generated pages: everything that comes from an article is made harmless on the way."""

import re
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dateline.html import cell_texts, numeric_columns, plain_title, quoted, safe


def _harmless(value: Any) -> Any:
    """Escape a value for raw HTML, so that it can open no tag, no code span and no shortcode."""
    return value if isinstance(value, Markup) else Markup(safe("" if value is None else str(value)))


TEMPLATES = Environment(
    loader=PackageLoader("dateline", "site/templates"),
    autoescape=True,
    finalize=_harmless,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def fill(template: str, **values: Any) -> str:
    """Return a template of `site/templates` filled with values; unknown names are errors."""
    return TEMPLATES.get_template(template).render(**values)


def table(frame: pl.DataFrame, label: str, links: dict[str, list[str | None]] | None = None) -> Markup:
    """Return a frame as an HTML table, its numbers as `cell_texts` says, in a box that scrolls by itself.

    `label` is the name of the box, for those who do not see it; `links` has an address, or None, for each cell of
    some columns.
    """
    addresses = [(links or {}).get(name) or [None] * frame.height for name in frame.columns]
    rows = [list(zip(*row, strict=True)) for row in zip(cell_texts(frame), zip(*addresses, strict=True), strict=True)]
    return Markup(TEMPLATES.get_template("macros.html").module.table(list(numeric_columns(frame).items()), rows, label))


def raw_block(body: str) -> str:
    """Return HTML as a raw block of a page, with a fence longer than any run of backticks inside."""
    longest = max(map(len, re.findall("`+", body)), default=0)
    fence = "`" * max(3, 1 + longest)
    return f"{fence}{{=html}}\n{body}\n{fence}\n"


def table_block(frame: pl.DataFrame, label: str, links: dict[str, list[str | None]] | None = None) -> str:
    """Return a frame as a table in a page, or a sentence that there is nothing to list; arguments as for `table`."""
    return raw_block(table(frame, label, links)) if frame.height else "Nothing to list.\n"


def front(title: str, subtitle: str, description: str, *, full: bool, **more: str) -> str:
    """Return the front matter of a generated page; `title` and `more` go in as they are."""
    if full:
        subtitle = f"Not for publication. {subtitle}".strip()
    lines = {
        "title": quoted(title),
        "subtitle": quoted(plain_title(subtitle)) if subtitle else "",
        "description": quoted(plain_title(description)),
        **more,
    }
    return "\n".join(["---", *(f"{key}: {value}" for key, value in lines.items() if value), "---", ""])


def code_spans(text: str) -> Markup:
    """Return text as HTML in which what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        parts[-2:] = ["`".join(parts[-2:])]
    return Markup("").join(
        Markup("<code>{}</code>").format(Markup(safe(part))) if at % 2 else Markup(safe(part))
        for at, part in enumerate(parts)
    )


TEMPLATES.filters["code"] = code_spans
