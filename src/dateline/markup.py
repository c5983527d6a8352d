"""Text that somebody else wrote, made harmless: for raw HTML, front matter and prose of a page, and for spreadsheets."""

import html
import json
import re

import polars as pl

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What no page may hold: controls that YAML and HTML forbid, and those that turn the direction of more than the excerpt."""


def safe(text: str) -> str:
    """Text of an article for a raw HTML block: escaped, and unable to open a shortcode."""
    return (
        html.escape(_CONTROLS.sub("", text), quote=True).replace("{{", "&#123;&#123;").replace("`", "&#96;")
    )


def plain_title(text: str) -> str:
    """Text of an article for a page's front matter: one line, without anything that Markdown reads."""
    text = re.sub(r"\s+", " ", _CONTROLS.sub("", text))
    # A title is Markdown, and Quarto looks for shortcodes in it after the escapes are gone.
    text = text.replace("{{", "{ {").replace("}}", "} }").replace("{<", "{ <").replace(">}", "> }")
    return re.sub(r"([\\!-/:-@\[-`{-~])", r"\\\1", text)


def quoted(text: str) -> str:
    """A string that YAML and TOML read alike: one line, without controls, and unable to open a shortcode."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return json.dumps(plain.replace("{{", "{ {").replace("}}", "} }"), ensure_ascii=False)


def prose(text: str) -> str:
    """A value for the prose of a page: emphasis stays, anything else that Markdown or HTML would read does not."""
    text = re.sub(r"\s+", " ", _CONTROLS.sub("", text)).replace("{{", "{ {").replace("}}", "} }")
    return re.sub(r"([\\<>`\[\]{}$|~^@#])", r"\\\1", text)


def for_spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame for a CSV that people open: a cell that a spreadsheet would run as a formula gets a quote before it."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(r"^[=+\-@\t\r]")).then("'" + text).otherwise(text).name.keep()
    )
