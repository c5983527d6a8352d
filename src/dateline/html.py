"""Escape the text of others: for HTML, front matter and prose of a page, and for spreadsheets."""

import html
import json
import re

import polars as pl


def numeric_columns(frame: pl.DataFrame) -> dict[str, bool]:
    """Return for each column if its cells are numbers, which a table aligns right; `p` and `q` always are."""
    return {name: kind.is_numeric() or name in ("p", "q") for name, kind in frame.schema.items()}


def cell_texts(frame: pl.DataFrame) -> list[list[str]]:
    """Return the cells of a frame as a reader sees them, row by row.

    Counts get a comma at the thousands, the floats of one column as many decimals as the longest of them, and a
    negative number a true minus; null is empty.
    """
    columns = [_texts(frame[name]) for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _texts(column: pl.Series) -> list[str]:
    if column.dtype.is_float():
        known = column.drop_nulls()
        decimals = max((len(repr(value).partition(".")[2].rstrip("0")) for value in known), default=0)
        return ["" if value is None else f"{value:.{decimals}f}".replace("-", "−") for value in column]
    form = "{:,}" if column.dtype.is_integer() else "{}"
    return ["" if value is None else form.format(value) for value in column]


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Controls that YAML and HTML forbid, and those that turn the direction of more than the excerpt."""


def safe(text: str) -> str:
    """Escape text for a raw HTML block, so that it can open no tag, no code span and no shortcode."""
    return html.escape(_CONTROLS.sub("", text), quote=True).replace("{{", "&#123;&#123;").replace("`", "&#96;")


def plain_title(text: str) -> str:
    """Return text for a page's front matter: one line, with nothing that Markdown would read."""
    text = re.sub(r"\s+", " ", _CONTROLS.sub("", text))
    # A title is Markdown, and Quarto looks for shortcodes in it after the escapes are gone.
    text = text.replace("{{", "{ {").replace("}}", "} }").replace("{<", "{ <").replace(">}", "> }")
    return re.sub(r"([\\!-/:-@\[-`{-~])", r"\\\1", text)


def quoted(text: str) -> str:
    """Quote text as a string that YAML and TOML read alike: one line, no controls, no shortcode."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return json.dumps(plain.replace("{{", "{ {").replace("}}", "} }"), ensure_ascii=False)


def prose(text: str) -> str:
    """Return a value for the prose of a page: emphasis stays, all else that Markdown or HTML would read is escaped."""
    text = re.sub(r"\s+", " ", _CONTROLS.sub("", text)).replace("{{", "{ {").replace("}}", "} }")
    return re.sub(r"([\\<>`\[\]{}$|~^@#])", r"\\\1", text)


def for_spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame for a CSV that people open: a cell that a spreadsheet would run as a formula gets a quote before it."""
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(r"^[=+\-@\t\r]")).then("'" + text).otherwise(text).name.keep())
