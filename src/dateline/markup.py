"""Text that somebody else wrote, made harmless: for raw HTML, front matter and prose of a page, and for spreadsheets."""

import html
import re

import polars as pl

_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Controls that turn the direction of what follows: on a page they would turn more than the excerpt."""


def safe(text: str) -> str:
    """Text of an article for a raw HTML block: escaped, and unable to open a shortcode."""
    return (
        html.escape(text, quote=True).replace("{{", "&#123;&#123;").replace("`", "&#96;").replace("\x00", "")
    )


def plain_title(text: str) -> str:
    """Text of an article for a page's front matter: one line, without anything that Markdown reads."""
    text = re.sub(r"\s+", " ", _DIRECTION.sub("", text))
    # A title is Markdown, and Quarto looks for shortcodes in it after the escapes are gone.
    text = text.replace("{{", "{ {").replace("}}", "} }").replace("{<", "{ <").replace(">}", "> }")
    return re.sub(r"([\\!-/:-@\[-`{-~])", r"\\\1", text)


def prose(text: str) -> str:
    """A value for the prose of a page: emphasis stays, anything else that Markdown or HTML would read does not."""
    text = re.sub(r"\s+", " ", _DIRECTION.sub("", text)).replace("{{", "{ {").replace("}}", "} }")
    return re.sub(r"([\\<>`\[\]{}$|~^@#])", r"\\\1", text)


def for_spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame for a CSV that people open: a cell that a spreadsheet would run as a formula gets a quote before it."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(r"^[=+\-@\t\r]")).then("'" + text).otherwise(text).name.keep()
    )
