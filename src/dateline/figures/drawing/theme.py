"""One theme for page and chart: the tokens of `report/theme/site.css`, read and handed to Altair.

Charts are drawn with the light values; in the finished SVG each becomes `var(--name)`, so that a page
in the dark shows the same chart in its own colours.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.errors import DatelineError

if TYPE_CHECKING:
    import altair as alt

CSS = Path("report/theme/site.css")

FONT = "Liberation Sans"
"""Text is measured with this font, which the drawing library carries; the page shows its own."""

WIDE, NARROW = 640, 284
"""Widths in CSS pixels of the two drawings of a figure."""

NEEDED = "paper ink soft faint accent for against even none c1 c2 c3 c4 c5 c6 mark".split()


def read_tokens(root: Path) -> dict[str, str]:
    """Return the colours of the first `:root` block: name -> `#rrggbb`.

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


@dataclass(frozen=True)
class Look:
    """Say how a figure is drawn: with which colours, and for a desk (`wide`) or a phone, re-drawn and not shrunk."""

    tokens: dict[str, str]
    wide: bool = True

    def __getitem__(self, name: str) -> str:
        """Return a colour of the theme as `#rrggbb`."""
        return self.tokens[name]

    def width(self, margin: int) -> int:
        """Return the pixels that a drawing has for its plot beside a margin for its axis."""
        return (WIDE if self.wide else NARROW) - margin

    def intervals(self, chart: "alt.Chart", **places: Any) -> "alt.Chart":
        """Return the bars of intervals, behind the dots that they belong to."""
        return chart.mark_rule(color=self["c1"], strokeWidth=2, opacity=0.45).encode(**places)

    def dots(self, chart: "alt.Chart", *, size: int = 70, **places: Any) -> "alt.Chart":
        """Return dots that link to their evidence (`href`) and say what they are (`tip`)."""
        circles = chart.mark_circle(color=self["c1"], size=size, opacity=1)
        return circles.encode(href="href:N", description="tip:N", **places)

    def title(self, text: str) -> "alt.TitleParams":
        """Return the title of one panel."""
        import altair as alt

        style = {"anchor": "start", "fontSize": 12, "font": FONT, "offset": 4, "fontWeight": "bold", "frame": "group"}
        return alt.TitleParams(text, color=self["ink"], **style)

    def finish(self, chart: "alt.TopLevelMixin") -> "alt.TopLevelMixin":
        """Return the chart with the look that all charts share."""
        import altair as alt  # takes a third of a second to load

        text = {
            "labelColor": self["soft"],
            "titleColor": self["soft"],
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
            axis=alt.AxisConfig(domain=False, ticks=False, gridColor=self["faint"], labelPadding=6, **text),
            header=alt.HeaderConfig(
                labelFontWeight="bold",
                labelAnchor="start",
                labelOrient="top",
                labelPadding=4,
                title=None,
                **{**text, "labelColor": self["ink"]},
            ),
            text=alt.MarkConfig(fontSize=12, color=self["ink"], font=FONT),
            concat=alt.CompositionConfig(spacing=18),
            facet=alt.CompositionConfig(spacing=14),
        )

    def nothing(self, text: str) -> "alt.TopLevelMixin":
        """Return the drawing of a figure that has nothing to show yet: the words, and no axis."""
        import altair as alt

        lines = text if self.wide else text.replace(" that ", "\nthat ")
        words = alt.Chart(alt.Data(values=[{"text": lines}])).mark_text(fontSize=13, color=self["soft"], lineBreak="\n")
        return self.finish(words.encode(text="text:N").properties(width=self.width(12), height=60))
