"""A chart and its rows -> the published figure: drawn once, every mark a link, the same everywhere.

The fragment that a page includes holds two inline drawings (desk and phone), the title that states
the finding, unit and denominator, a description, the rows as a table, downloads, and how good the
measurement is. A notebook shows the same drawing as a picture.
"""

import hashlib
import html
import io
import json
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import polars as pl
import vl_convert as vlc

from dateline.figures import theme
from dateline.html import for_spreadsheet, html_table

if TYPE_CHECKING:
    import altair as alt

MADE = Path("report/made/figures")

SVG = "http://www.w3.org/2000/svg"

XLINK = "{http://www.w3.org/1999/xlink}href"

EDGE = 14
"""Pixels around a drawing that stands by itself."""

_HOME = "https://figure.invalid"

_NUMBER = re.compile(r"-?\d+\.\d+")

_KEEP = {
    "d",
    "transform",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-opacity",
    "fill-opacity",
    "opacity",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "dx",
    "dy",
    "width",
    "height",
    "rx",
    "ry",
    "cx",
    "cy",
    "r",
    "text-anchor",
    "font-size",
    "font-weight",
    "href",
    "viewBox",
    "clip-path",
    "id",
    "stroke-linecap",
    "aria-label",
}


@dataclass
class Figure:
    """One figure, ready to be published."""

    name: str
    title: str
    subtitle: str
    wide: "alt.TopLevelMixin"
    narrow: "alt.TopLevelMixin"
    table: pl.DataFrame
    """What the reader sees under "As a table": columns named for people, numbers rounded for them."""
    alt: list[str]
    """The description in levels: what it is, its numbers, what they show."""
    note: str
    """Sample and accuracy, in a sentence or two."""
    notebook: str
    """Address of the notebook cell that drew it."""
    credit: str
    """Study, sample and licence, for a drawing that leaves its page."""
    links: dict[str, str] = field(default_factory=dict)


class Shown:
    """A published figure as a notebook shows it: a picture, and its words beside it."""

    def __init__(self, figure: Figure, svg: str) -> None:
        self.figure, self.svg = figure, svg

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": " ".join([self.figure.title, *self.figure.alt])}


FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
"""Where a system keeps its fonts."""


@cache
def _carry_own_fonts() -> None:
    """Let the fonts that the drawing library carries come before the system's, which differ from machine to machine.

    It loads the system's first and has no setting for that, but it asks fontconfig where they are. Where there is no
    fontconfig (macOS, Windows) nothing changes.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as folder:
        nowhere = Path(folder) / "fonts.conf"
        nowhere.write_text(f"<fontconfig><dir>{folder}</dir></fontconfig>", encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(nowhere)
        try:
            vlc.svg_to_png(f'<svg xmlns="{SVG}" width="1" height="1"/>')
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
    # Letters that the own fonts lack are still looked for in these.
    for root in map(Path.expanduser, map(Path, FONTS)):
        for path in sorted([root, *root.rglob("*")]):
            if path.is_dir():
                vlc.register_font_directory(str(path))


def draw(chart: "alt.TopLevelMixin") -> ET.Element:
    """Draw a chart to a tree of SVG elements, without script and without a request to anywhere."""
    _carry_own_fonts()
    spec = chart.to_dict()
    # The drawing library resolves an address without a host against its own home page.
    for rows in spec.get("datasets", {}).values():
        for row in rows:
            if "href" in row:
                row["href"] = f"{_HOME}{row['href']}"
    return ET.fromstring(vlc.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[]))


def slim(tree: ET.Element, tokens: dict[str, str], *, colours: bool, links: bool) -> ET.Element:
    """Leave in a drawing what a page needs.

    Coordinates get one decimal, colours become the page's own (`colours`), links stay (`links`) with the
    mark's description as their name, and everything that only the drawing library reads goes.
    """
    ET.register_namespace("", SVG)
    names = {value: f"var(--{name})" for name, value in tokens.items()} if colours else {}
    _slim(tree, names, links=links)
    _prune(tree)
    return tree


def _prune(parent: ET.Element) -> None:
    """Take out what draws nothing, from the leaves up: a group that only held such parts goes too."""
    for child in list(parent):
        _prune(child)
        tag = child.tag.rpartition("}")[2]
        invisible = (tag == "path" and child.get("d") in (None, "M0,0h0v0h0Z")) or (
            tag == "rect" and child.get("fill") in ("white", "transparent")
        )
        empty = tag == "g" and not len(child) and not (child.text or "").strip()
        if invisible or empty or tag in ("title", "desc", "style"):
            parent.remove(child)


def _slim(node: ET.Element, names: dict[str, str], *, links: bool) -> None:
    for child in node.iter():
        label = (
            child.get("aria-label")
            if child.get("aria-roledescription") not in (None, "axis", "legend", "title")
            else None
        )
        href = child.get(XLINK)
        attributes = {
            key: value for key, value in child.attrib.items() if key in _KEEP and key != "aria-label"
        }
        for key in (
            "d",
            "transform",
            "x",
            "y",
            "x1",
            "x2",
            "y1",
            "y2",
            "width",
            "height",
            "viewBox",
            "cx",
            "cy",
            "r",
        ):
            if key in attributes:
                attributes[key] = _NUMBER.sub(
                    lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), attributes[key]
                )
        for key in ("fill", "stroke"):
            if key in attributes:
                colour = _hex(attributes[key])
                attributes[key] = names.get(colour, colour)
        for key, usual in (
            ("opacity", "1"),
            ("stroke-opacity", "1"),
            ("fill-opacity", "1"),
            ("font-weight", "normal"),
        ):
            if attributes.get(key) == usual:
                del attributes[key]
        child.attrib.clear()
        child.attrib.update(attributes)
        if href and links:
            child.set("href", href.removeprefix(_HOME))
        if label:
            child.set("aria-label", label)
    for link in node.iter(f"{{{SVG}}}a"):
        inner = next(
            (part.get("aria-label") for part in link.iter() if part is not link and part.get("aria-label")),
            None,
        )
        for part in link.iter():
            part.attrib.pop("aria-label", None)
        if inner and links:
            link.set("aria-label", inner)
    for part in node.iter():
        if part.tag != f"{{{SVG}}}a":
            part.attrib.pop("aria-label", None)
    if not links:
        for link in node.iter(f"{{{SVG}}}a"):
            link.tag = f"{{{SVG}}}g"


def _hex(colour: str) -> str:
    channels = re.fullmatch(r"rgb\((\d+), ?(\d+), ?(\d+)\)", colour)
    return (
        "#" + "".join(f"{int(channel):02x}" for channel in channels.groups()) if channels else colour.lower()
    )


def to_text(tree: ET.Element, *, attributes: dict[str, str]) -> str:
    """An SVG element as text, with attributes added to its root."""
    for key, value in attributes.items():
        tree.set(key, value)
    return ET.tostring(tree, encoding="unicode").replace(' xmlns:ns0="http://www.w3.org/1999/xlink"', "")


def _inline(figure: Figure, drawing: ET.Element, tokens: dict[str, str], kind: str) -> str:
    tree = slim(drawing, tokens, colours=True, links=True)
    for part in tree.iter():  # Two drawings on one page must not share an id.
        for key in ("id", "clip-path"):
            if part.get(key):
                part.set(key, re.sub(r"clip(\d+)", rf"{figure.name}-{kind}-\1", part.get(key)))
    text = to_text(
        tree,
        attributes={
            "class": "chart",
            "role": "group",
            "aria-label": figure.title,
            "aria-describedby": f"fig-{figure.name}-alt",
        },
    )
    return text.replace(f' xmlns="{SVG}"', "", 1)


def publish(figure: Figure, root: Path, tokens: dict[str, str], *, folder: Path = MADE) -> Shown:
    """Write a figure to `folder`: fragment, SVG, PNG and CSV; returns what a notebook shows."""
    target = root / folder
    target.mkdir(parents=True, exist_ok=True)
    wide, narrow = draw(figure.wide), draw(figure.narrow)
    plain = framed(figure, slim(deepcopy(wide), tokens, colours=False, links=False), tokens)
    (target / f"{figure.name}.svg").write_text(plain + "\n", encoding="utf-8")
    (target / f"{figure.name}.png").write_bytes(to_png(plain, scale=2))
    (target / f"{figure.name}.csv").write_text(_data(figure), encoding="utf-8")
    (target / f"{figure.name}.md").write_text(
        fragment(figure, wide, narrow, tokens, folder), encoding="utf-8"
    )
    return Shown(figure, plain)


def _data(figure: Figure) -> str:
    """The rows under a figure as the CSV that is published, whose hash stands under the figure."""
    return for_spreadsheet(figure.table).write_csv()


def framed(figure: Figure, drawing: ET.Element, tokens: dict[str, str]) -> str:
    """A drawing that stands by itself: title and subtitle above it, its source below, on the page's ground."""
    _, _, width, height = map(float, drawing.get("viewBox").split())
    size = max(width, theme.WIDE)
    above = [(line, 16, "bold", "ink") for line in wrap(figure.title, int(size / 8.8))]
    above += [(line, 12, "normal", "soft") for line in wrap(figure.subtitle, int(size / 6.2))]
    below = [(line, 11, "normal", "soft") for line in wrap(figure.credit, int(size / 5.7))]
    words, at = [], EDGE
    for lines in (above, below):
        for text, points, weight, colour in lines:
            at += points * 1.3
            words.append(
                f'<text x="{EDGE}" y="{at:.1f}" font-size="{points}" font-weight="{weight}" fill="{tokens[colour]}">'
                f"{html.escape(text)}</text>"
            )
        if lines is above:
            top = at + EDGE
            at = top + height + EDGE / 2
    drawing.set("x", f"{EDGE}")
    drawing.set("y", f"{top:.1f}")
    full, tall = f"{size + 2 * EDGE:g}", f"{at + EDGE:.1f}"
    return (
        f'<svg xmlns="{SVG}" width="{full}" height="{tall}" viewBox="0 0 {full} {tall}" fill="{tokens["ink"]}" font-family="sans-serif">'
        f'<rect width="{full}" height="{tall}" fill="{tokens["paper"]}"/>{"".join(words)}'
        + to_text(drawing, attributes={}).replace(f' xmlns="{SVG}"', "", 1)
        + "</svg>"
    )


def to_png(
    svg: str, *, scale: float = 1, frame: tuple[int, int] | None = None, ground: str = "none"
) -> bytes:
    """An SVG file as PNG in the font that its text was measured with.

    Args:
        svg: The file's text.
        scale: Pixels for each of its own.
        frame: Width and height to fit it into, in the middle of a ground of that colour.
        ground: Colour of the frame.
    """
    _carry_own_fonts()
    tree = ET.fromstring(svg)
    tree.set("font-family", theme.FONT)
    if frame:
        width, height = map(str, frame)
        outer = ET.Element(f"{{{SVG}}}svg", width=width, height=height)
        ET.SubElement(outer, f"{{{SVG}}}rect", width=width, height=height, fill=ground)
        for key, value in (("width", width), ("height", height), ("preserveAspectRatio", "xMidYMid meet")):
            tree.set(key, value)
        outer.append(tree)
        tree = outer
    ET.register_namespace("", SVG)
    return vlc.svg_to_png(ET.tostring(tree, encoding="unicode"), scale=scale)


def fragment(
    figure: Figure, wide: ET.Element, narrow: ET.Element, tokens: dict[str, str], folder: Path = MADE
) -> str:
    """The figure as a page includes it, with its two drawings: one raw HTML block."""
    made = "/" + folder.as_posix()
    links = {
        "CSV": f"{made}/{figure.name}.csv",
        "SVG": f"{made}/{figure.name}.svg",
        "PNG": f"{made}/{figure.name}.png",
        "How it was made": figure.notebook,
        **figure.links,
    }
    out = io.StringIO()
    escape = html.escape
    out.write(
        f'<figure class="fig" id="fig-{figure.name}">\n<h2 class="fig-title">{escape(figure.title)}</h2>\n'
    )
    out.write(f'<p class="fig-sub">{escape(figure.subtitle)}</p>\n')
    out.write(f'<div class="fig-wide">{_inline(figure, wide, tokens, "w")}</div>\n')
    out.write(f'<div class="fig-narrow">{_inline(figure, narrow, tokens, "n")}</div>\n')
    out.write(
        f'<details class="fig-alt"><summary>In words</summary><p id="fig-{figure.name}-alt">{escape(" ".join(figure.alt))}</p></details>\n'
    )
    out.write(
        f'<details class="fig-table"><summary>As a table</summary>{html_table(figure.table, figure.title)}</details>\n'
    )
    out.write(f'<p class="fig-note">{escape(figure.note)}</p>\n<p class="fig-links">')
    out.write(
        " · ".join(f'<a href="{escape(address)}">{escape(text)}</a>' for text, address in links.items())
    )
    code = hashlib.sha256(_data(figure).encode()).hexdigest()[:8]
    out.write(f" · data <code>{code}</code></p>\n</figure>\n")
    # Shortcodes are read everywhere, raw HTML included: text of an article must not open one.
    body = re.sub(r"\{\{(?=[<%])", "{&#123;", out.getvalue())
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", body)), default=0))
    return f"{fence}{{=html}}\n{body}{fence}\n"
