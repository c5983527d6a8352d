"""Draw an Altair chart as SVG: once, without a script, the same on every machine, each mark a real link."""

import json
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from copy import deepcopy
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import vl_convert as vlc

from dateline.figures.drawing.theme import FONT, WIDE

if TYPE_CHECKING:
    import altair as alt

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"

EDGE = 14
"""Pixels around a drawing that leaves its page."""

_HOME = "https://figure.invalid"
_DECIMALS = re.compile(r"-?\d+\.\d+")
_PLACES = frozenset("d transform x y x1 x2 y1 y2 width height viewBox cx cy r".split())
_KEEP = _PLACES | frozenset(
    "fill stroke stroke-width stroke-dasharray stroke-opacity fill-opacity opacity dx dy rx ry text-anchor "
    "font-size font-weight href clip-path id stroke-linecap".split()
)
_USUAL = {"opacity": "1", "stroke-opacity": "1", "fill-opacity": "1", "font-weight": "normal"}

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
"""Where a system keeps its fonts."""


@cache
def _carry_own_fonts() -> None:
    """Let the fonts that the drawing library carries come before the system's, which differ from machine to machine.

    The library loads the system's first and has no setting for that, but it asks fontconfig where they are.
    Without fontconfig (macOS, Windows) nothing changes.
    """
    before = os.environ.copy()
    with tempfile.TemporaryDirectory() as folder:
        nowhere = Path(folder) / "fonts.conf"
        nowhere.write_text(f"<fontconfig><dir>{folder}</dir></fontconfig>", encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(nowhere)
        try:
            vlc.svg_to_png(f'<svg xmlns="{SVG}" width="1" height="1"/>')
        finally:
            del os.environ["FONTCONFIG_FILE"]
            os.environ.update(before)
    # Letters that the own fonts lack are still looked for in these.
    for root in map(Path.expanduser, map(Path, FONTS)):
        for path in sorted([root, *root.rglob("*")]):
            if path.is_dir():
                vlc.register_font_directory(str(path))


def wake() -> None:
    """Start what draws, which takes half a second: a kernel that waits for its turn does it before."""
    _carry_own_fonts()
    vlc.vegalite_to_svg('{"data": {"values": []}, "mark": "point"}', allowed_base_urls=[])


def draw(chart: "alt.TopLevelMixin") -> ET.Element:
    """Draw a chart as a tree of SVG elements, with no script and no request to anywhere."""
    _carry_own_fonts()
    spec = chart.to_dict()
    # The drawing library resolves an address without a host against its own home page.
    for rows in spec.get("datasets", {}).values():
        for row in rows:
            if "href" in row:
                row["href"] = f"{_HOME}{row['href']}"
    return ET.fromstring(vlc.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[]))


def inline(drawing: ET.Element, tokens: dict[str, str], *, ids: str, label: dict[str, str]) -> str:
    """Return a drawing as a page shows it: the page's own colours (`var(--NAME)`), each mark a link with a name.

    `ids` begins the ids inside, because two drawings of one page must not share one; `label` has the attributes that
    name and describe the drawing.
    """
    tree = _slim(deepcopy(drawing), {value: f"var(--{name})" for name, value in tokens.items()}, links=True)
    for part in tree.iter():
        for key in ("id", "clip-path"):
            if part.get(key):
                part.set(key, re.sub(r"clip(\d+)", rf"{ids}-\1", part.get(key)))
    for key, value in {"class": "chart", "role": "group", **label}.items():
        tree.set(key, value)
    return _text(tree).replace(f' xmlns="{SVG}"', "", 1)


def framed(drawing: ET.Element, tokens: dict[str, str], *, title: str, subtitle: str, credit: str) -> str:
    """Return a drawing that can leave its page: title and subtitle above, its source below, on the page's ground."""
    inner = _slim(deepcopy(drawing), {}, links=False)
    _, _, width, height = map(float, inner.get("viewBox").split())
    size = max(width, WIDE)
    parts: list[ET.Element] = []

    def write(text: str, at: float, points: int, colour: str, **more: str) -> float:
        for line in wrap(text, int(size / (points * (0.55 if more else 0.517)))):
            at += points * 1.3
            words = {"x": f"{EDGE}", "y": f"{at:.1f}", "font-size": f"{points}", "fill": tokens[colour], **more}
            parts.append(ET.Element(f"{{{SVG}}}text", words))
            parts[-1].text = line
        return at

    at = write(title, EDGE, 16, "ink", **{"font-weight": "bold"})
    top = write(subtitle, at, 12, "soft") + EDGE
    inner.set("x", f"{EDGE}")
    inner.set("y", f"{top:.1f}")
    parts.append(inner)
    at = write(credit, top + height + EDGE / 2, 11, "soft")
    full = {"width": f"{size + 2 * EDGE:g}", "height": f"{at + EDGE:.1f}"}
    look = {"viewBox": f"0 0 {' '.join(full.values())}", "fill": tokens["ink"], "font-family": "sans-serif"}
    outer = ET.Element(f"{{{SVG}}}svg", full | look)
    outer.append(ET.Element(f"{{{SVG}}}rect", full | {"fill": tokens["paper"]}))
    outer.extend(parts)
    return _text(outer)


def to_png(svg: str, *, scale: float) -> bytes:
    """Return an SVG file as PNG, `scale` pixels for each of its own, in the font that its text was measured with."""
    _carry_own_fonts()
    tree = ET.fromstring(svg)
    tree.set("font-family", FONT)
    return vlc.svg_to_png(_text(tree), scale=scale)


def _text(tree: ET.Element) -> str:
    ET.register_namespace("", SVG)
    return ET.tostring(tree, encoding="unicode").replace(' xmlns:ns0="http://www.w3.org/1999/xlink"', "")


def _slim(tree: ET.Element, colours: dict[str, str], *, links: bool) -> ET.Element:
    """Leave in a drawing what a page needs.

    Coordinates get one decimal, colours the page's names, a link the description of its mark; everything
    that only the drawing library reads goes.
    """
    no_mark = (None, "axis", "legend", "title")
    for link in tree.iter(f"{{{SVG}}}a"):
        marks = (part for part in link.iter() if part.get("aria-roledescription") not in no_mark)
        name = next((part.get("aria-label") for part in marks), None)
        address = link.get(XLINK)
        link.attrib.clear()
        if links and address:
            link.set("href", address.removeprefix(_HOME))
            if name:
                link.set("aria-label", name)
        elif not links:
            link.tag = f"{{{SVG}}}g"
    for part in tree.iter():
        if part.tag != f"{{{SVG}}}a":
            _slim_one(part, colours)
    _prune(tree)
    return tree


def _slim_one(part: ET.Element, colours: dict[str, str]) -> None:
    kept = {key: value for key, value in part.attrib.items() if key in _KEEP and _USUAL.get(key) != value}
    for key in _PLACES & kept.keys():
        kept[key] = _DECIMALS.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), kept[key])
    for key in {"fill", "stroke"} & kept.keys():
        colour = _hex(kept[key])
        kept[key] = colours.get(colour, colour)
    part.attrib.clear()
    part.attrib.update({key: kept[key] for key in sorted(kept)})


def _prune(parent: ET.Element) -> None:
    """Remove what draws nothing, from the leaves up: a group that only held such parts goes too."""
    for child in list(parent):
        _prune(child)
        tag = child.tag.rpartition("}")[2]
        invisible = (tag == "path" and child.get("d") in (None, "M0,0h0v0h0Z")) or (
            tag == "rect" and child.get("fill") in ("white", "transparent")
        )
        empty = tag == "g" and not len(child) and not (child.text or "").strip()
        if invisible or empty or tag in ("title", "desc", "style"):
            parent.remove(child)


def _hex(colour: str) -> str:
    channels = re.fullmatch(r"rgb\((\d+), ?(\d+), ?(\d+)\)", colour)
    return "#" + "".join(f"{int(each):02x}" for each in channels.groups()) if channels else colour.lower()
