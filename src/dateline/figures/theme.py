"""One theme for page and chart: the tokens of `report/theme/site.css`, read and handed to Altair.

Charts are drawn with the light values; in the finished SVG each becomes `var(--name)`, so that a page
in the dark shows the same chart in its own colours.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.errors import DatelineError

if TYPE_CHECKING:
    import altair as alt

CSS = Path("report/theme/site.css")

FONT = "Liberation Sans"
"""Text is measured with this font, which the drawing library carries; the page shows its own."""

WIDE, NARROW = 640, 284
"""Widths in CSS pixels of the two drawings of a figure."""

NEEDED = (
    "paper",
    "ink",
    "soft",
    "faint",
    "accent",
    "for",
    "against",
    "even",
    "none",
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
    "mark",
)


def read_tokens(root: Path) -> dict[str, str]:
    """The colours of the first `:root` block: name -> `#rrggbb`.

    Raises:
        DatelineError: The stylesheet is missing or lacks a colour.
    """
    path = root / CSS
    if not path.is_file():
        msg = f"{CSS} is not there; page and charts take their colours from it. Copy one from the example study."
        raise DatelineError(msg)
    block = re.search(r":root\s*{(.*?)}", path.read_text(encoding="utf-8"), re.DOTALL)
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\s*;", block[1] if block else ""))
    missing = [name for name in NEEDED if name not in tokens]
    if missing:
        msg = f"{CSS} has no --{', --'.join(missing)} in its first :root block; give each as #rrggbb on a line of its own."
        raise DatelineError(msg)
    return {name: value.lower() for name, value in tokens.items()}


def configure(chart: "alt.TopLevelMixin", tokens: dict[str, str]) -> "alt.TopLevelMixin":
    """The look that every chart shares."""
    import altair as alt  # loads for a third of a second, which who only publishes figures is spared

    text = {
        "labelColor": tokens["soft"],
        "titleColor": tokens["soft"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelFont": FONT,
        "titleFont": FONT,
        "titleFontWeight": "normal",
        "labelLimit": 400,
        "titleLimit": 600,
    }
    # All at once: every call copies the whole chart.
    return chart.configure(
        font=FONT,
        background="transparent",
        padding=2,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(domain=False, ticks=False, gridColor=tokens["faint"], labelPadding=6, **text),
        header=alt.HeaderConfig(
            labelFontWeight="bold",
            labelAnchor="start",
            labelOrient="top",
            labelPadding=4,
            title=None,
            **{**text, "labelColor": tokens["ink"]},
        ),
        text=alt.MarkConfig(fontSize=12, color=tokens["ink"], font=FONT),
        concat=alt.CompositionConfig(spacing=18),
        facet=alt.CompositionConfig(spacing=14),
    )
