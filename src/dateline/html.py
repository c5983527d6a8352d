"""Text that somebody else wrote, made harmless: for raw HTML, front matter and prose of a page, and for spreadsheets."""

import html
import json
import re

import polars as pl


def html_table(frame: pl.DataFrame, label: str, links: dict[str, list[str | None]] | None = None) -> str:
    """A frame as a plain HTML table in a box that scrolls by itself.

    Args:
        frame: What to show.
        label: What the box is called to those who do not see it.
        links: Column -> an address for each of its cells, or None.
    """
    numeric = {name for name, kind in frame.schema.items() if kind.is_numeric()} | {"p", "q"}
    decimals = {
        name: max(
            (len(repr(value).partition(".")[2].rstrip("0")) for value in frame[name].drop_nulls()), default=0
        )
        for name, kind in frame.schema.items()
        if kind.is_float()
    }

    def cell(tag: str, name: str, value: object) -> str:
        if name in decimals and isinstance(value, float):
            text = f"{value:.{decimals[name]}f}".replace("-", "−")
        else:
            text = (
                ""
                if value is None
                else f"{value:,}"
                if isinstance(value, int) and not isinstance(value, bool)
                else str(value)
            )
        scope = ' scope="col"' if tag == "th" else ""
        right = ' class="num"' if name in numeric else ""
        return f"<{tag}{scope}{right}>{html.escape(text)}</{tag}>"

    head = "".join(cell("th", name, name) for name in frame.columns)

    def linked(name: str, at: int, value: object) -> str:
        made, address = cell("td", name, value), (links or {}).get(name, {}) and links[name][at]
        if not address:
            return made
        opening, closing = made.index(">") + 1, made.rindex("<")
        return f'{made[:opening]}<a href="{html.escape(address)}">{made[opening:closing]}</a>{made[closing:]}'

    body = "".join(
        "<tr>" + "".join(linked(name, at, value) for name, value in row.items()) + "</tr>\n"
        for at, row in enumerate(frame.iter_rows(named=True))
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(label)}"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>"
    )


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
