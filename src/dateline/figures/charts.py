"""The rows of a figure -> one Altair chart; everything on it is in the rows, nothing is computed here.

Every function draws twice: `wide` for a desk, narrow for a phone, re-drawn and not shrunk.
"""

import altair as alt
import polars as pl

from dateline.figures import marks, readings, theme

MANY = 10
"""Articles up to which each is named on an axis."""


def _size(wide: bool, margin: int) -> int:
    return (theme.WIDE if wide else theme.NARROW) - margin


def _counted(thing: str) -> pl.Expr:
    """The number on a mark with what it counts: "1 use", "4 uses"."""
    return pl.format(
        "{} {}", "count", pl.when(pl.col("count") == 1).then(pl.lit(thing)).otherwise(pl.lit(f"{thing}s"))
    )


def _used() -> pl.Expr:
    return pl.format("{}, {} in 1,000 words", _counted("use"), pl.col("per_1000").round(1))


def _overlap(articles: pl.DataFrame) -> bool | str:
    """Every article named on the axis while there is room, as many as fit when there is not."""
    return False if articles.height <= MANY else "greedy"


def _panel_title(text: str, tokens: dict[str, str]) -> alt.TitleParams:
    return alt.TitleParams(
        text,
        anchor="start",
        fontSize=12,
        font=theme.FONT,
        color=tokens["ink"],
        offset=4,
        fontWeight="bold",
        frame="group",
    )


def rates(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """Dots with exact intervals: how often each term is used, one column a period."""
    order = rows.sort("rank")["term"].unique(maintain_order=True).to_list()
    columns = rows.select("period", "label").unique(maintain_order=True)
    shown = "label" if wide else "period"
    panels = columns[shown].to_list()
    top = float(rows["high"].max() or 1)
    each = (_size(wide, 118) - 14 * (len(panels) - 1)) // max(1, len(panels))
    frame = rows.with_columns(panel=pl.col(shown), tip=pl.format("{}, {}: {}", "term", "label", _used()))
    y = alt.Y("term:N", sort=order, title=None, axis=alt.Axis(grid=True, labelColor=tokens["ink"]))
    x = alt.X(
        "per_1000:Q",
        title=None,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=3 if wide else 2, grid=False),
    )
    base = alt.Chart(frame)
    bars = base.mark_rule(color=tokens["c1"], strokeWidth=2, opacity=0.45).encode(
        x=alt.X("low:Q"), x2="high:Q", y=y
    )
    dots = base.mark_circle(color=tokens["c1"], size=70, opacity=1).encode(
        x=x, y=y, href="href:N", description="tip:N", order=alt.Order("rank:Q")
    )
    layer = alt.layer(bars, dots).properties(width=each, height=22 * len(order))
    chart = layer.facet(column=alt.Column("panel:N", sort=panels, title=None))
    return theme.configure(chart, tokens)


def ideas(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """One small panel a term group: its rate in each article from left to right, with exact intervals."""
    articles = rows.sort("order").select("order", "short").unique(maintain_order=True)
    names = "{" + ", ".join(f"{order}: '{short}'" for order, short in articles.iter_rows()) + "}"
    groups = rows.sort("rank").select("term", "label").unique(maintain_order=True).rows()
    across = 3 if wide else 2
    room = 34
    each = (_size(wide, 16 * (across - 1) + 8)) // across - room
    top = float(rows["high"].max() or 1)
    panels = []
    for at, (term, label) in enumerate(groups):
        part = rows.filter(term=term).with_columns(
            tip=pl.format("{}, {}: {}", pl.lit(label), "when", _used())
        )
        first = at % across == 0
        last = at >= len(groups) - across
        x = alt.X(
            "order:O",
            title=None,
            axis=alt.Axis(
                labelExpr=f"({names})[datum.value]",
                labelAngle=-90,
                labelOverlap=_overlap(articles),
                labels=last,
            ),
        )
        y = alt.Y(
            "per_1000:Q",
            title=None,
            scale=alt.Scale(domain=[0, top], nice=False),
            axis=alt.Axis(tickCount=3, labels=first, minExtent=room, maxExtent=room),
        )
        base = alt.Chart(part)
        bars = base.mark_rule(color=tokens["c1"], strokeWidth=2, opacity=0.45).encode(
            x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, top], nice=False)), y2="high:Q"
        )
        dots = base.mark_circle(color=tokens["c1"], size=70, opacity=1).encode(
            x=x, y=y, href="href:N", description="tip:N"
        )
        title = _panel_title(label, tokens)
        panels.append(alt.layer(bars, dots).properties(width=each, height=96, title=title))
    return theme.configure(alt.concat(*panels, columns=across, spacing=14), tokens)


def trend(rows: pl.DataFrame, line: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """The rate of one idea on the calendar: bars across where the day is uncertain, up and down where the rate is.

    Args:
        rows: `marks.trend` rows; those without a first day are left out.
        line: Two ends of the median slope: `day`, `rate`.
        tokens: Theme colours.
        wide: The drawing for a desk.
    """
    top = float(max(rows["high"].max() or 1, line["rate"].max() or 0))
    x = alt.X("middle:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=True))
    y = alt.Y(
        "per_1000:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=4)
    )
    base = alt.Chart(rows.with_columns(tip=pl.format("{}: {}", "when", _used())))
    slope = (
        alt.Chart(line).mark_line(color=tokens["soft"], strokeWidth=1.5, strokeDash=[5, 4])
        .encode(x=alt.X("day:T"), y=alt.Y("rate:Q"))
    )  # fmt: skip
    rate = base.mark_rule(color=tokens["c1"], strokeWidth=2, opacity=0.45).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q"
    )
    days = base.mark_rule(color=tokens["c1"], strokeWidth=4).encode(x=alt.X("first:T"), x2="until:T", y=y)
    dots = base.mark_circle(color=tokens["c1"], size=70 if wide else 40, opacity=1).encode(
        x=x, y=y, href="href:N", description="tip:N"
    )
    layers = [*([slope] if line.height else []), rate, days, dots]
    return theme.configure(alt.layer(*layers).properties(width=_size(wide, 40), height=220), tokens)


def pairs(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """A triangle of counts: in how many sentences two actors are named together, framed where that is more than chance."""
    names = {row["rank_a"]: row["label_a"] for row in rows.iter_rows(named=True)}
    names |= {row["rank_b"]: row["label_b"] for row in rows.iter_rows(named=True)}
    order = [names[rank] for rank in sorted(names)]
    persons = {
        row[f"label_{end}"] for row in rows.iter_rows(named=True) for end in "ab" if row[f"person_{end}"]
    }
    short = {name: name.split()[-1] if not wide and name in persons else name for name in order}
    cell = 46 if wide else 26
    frame = rows.with_columns(
        row=pl.col("label_b").replace_strict(short, return_dtype=pl.String),
        column=pl.col("label_a").replace_strict(short, return_dtype=pl.String),
        tip=pl.format("{} and {}: {}", "label_a", "label_b", _counted("sentence")),
        level=pl.col("verdict").is_in(["suggestive", "supported"]),
    )
    ordered = [short[name] for name in order]
    x = alt.X(
        "column:N",
        sort=ordered,
        title=None,
        scale=alt.Scale(domain=ordered[:-1]),
        axis=alt.Axis(labelAngle=-90 if not wide else -40, orient="bottom", labelColor=tokens["ink"]),
    )
    y = alt.Y(
        "row:N",
        sort=ordered,
        title=None,
        scale=alt.Scale(domain=ordered[1:]),
        axis=alt.Axis(labelColor=tokens["ink"]),
    )
    base = alt.Chart(frame).encode(x=x, y=y, href="href:N", description="tip:N")
    box = base.mark_rect(cornerRadius=3).encode(
        fill=alt.condition("datum.level", alt.value(tokens["c1"]), alt.value(tokens["faint"])),
        stroke=alt.value(tokens["paper"]),
        strokeWidth=alt.value(2),
    )
    number = base.mark_text(fontSize=13 if wide else 12, fontWeight="bold").encode(
        text="count:Q",
        color=alt.condition("datum.level", alt.value(tokens["paper"]), alt.value(tokens["ink"])),
    )
    chart = alt.layer(box, number).properties(width=cell * (len(order) - 1), height=cell * (len(order) - 1))
    return theme.configure(chart, tokens)


SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
"""Shapes of the sides, in the order of their names."""


def network(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """Actors on a ring, a line for each pair: as thick as the sentences they share, whole where that is more than chance."""
    chart = _ring(
        rows, rows.with_columns(weight=pl.col("count")), tokens, short=not wide, reach=1.32 if wide else 1.42
    )
    return theme.configure(chart.properties(width=380 if wide else 176, height=380 if wide else 230), tokens)


def ties(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """The network of each period beside the next, every actor in its place; lines by share of the sentences."""
    periods = rows.select("period", "label").unique(maintain_order=True).rows()
    weighed = rows.with_columns(weight=pl.col("per_100"))
    across = min(3, len(periods)) if wide else 1
    each = _size(wide, 10) // max(1, across) - 12 if wide else 236
    panels = []
    for period, label in periods:
        part = weighed.filter(pl.col("period") == period, pl.col("count") > 0)
        chart = _ring(weighed, part, tokens, short=True, reach=2.05 if wide else 1.75)
        title = _panel_title(label if not wide or across < 3 else period, tokens)
        panels.append(chart.properties(width=each, height=200, title=title))
    return theme.configure(alt.concat(*panels, columns=across, spacing=12), tokens)


def _ring(
    whole: pl.DataFrame, rows: pl.DataFrame, tokens: dict[str, str], *, short: bool, reach: float
) -> alt.LayerChart:
    """The ring of all actors of `whole` with the lines of `rows`, which have a `weight`."""
    ends = [
        whole.select(
            name=f"label_{end}", x=f"x_{end}", y=f"y_{end}", side=f"side_{end}", person=f"person_{end}"
        )
        for end in "ab"
    ]
    nodes = pl.concat(ends).unique("name").sort("name")
    sides = nodes["side"].unique().sort().to_list()
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    most = float((whole["weight"] if "weight" in whole.columns else rows["weight"]).max() or 1)
    edges = rows.with_columns(
        width=1 + (7 if reach < 1.5 else 5) * pl.col("weight") / most,
        sure=pl.col("verdict").is_in(["suggestive", "supported"]),
        tip=pl.format("{} and {}: {}", "label_a", "label_b", _counted("sentence")),
    )
    at = {
        "x": alt.X("x_a:Q", scale=scale, axis=None),
        "y": alt.Y("y_a:Q", scale=scale, axis=None),
        "x2": "x_b:Q",
        "y2": "y_b:Q",
    }
    lines = [
        alt.Chart(part)
        .mark_rule(color=tokens[colour], opacity=1, strokeDash=dash)
        .encode(
            **at,
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            href="href:N",
            description="tip:N",
        )
        for part, colour, dash in (
            (edges.filter(~pl.col("sure")), "none", [4, 3]),
            (edges.filter("sure"), "c1", [1, 0]),
        )
        if part.height
    ]
    where = {"x": alt.X("x:Q", scale=scale, axis=None), "y": alt.Y("y:Q", scale=scale, axis=None)}
    shapes = alt.Shape("side:N", legend=None, scale=alt.Scale(domain=sides, range=list(SHAPES[: len(sides)])))
    dots = (
        alt.Chart(nodes)
        .mark_point(size=190 if reach < 1.5 else 90, filled=True, opacity=1, color=tokens["ink"])
        .encode(**where, shape=shapes)
    )
    layers = [*lines, dots]
    last = pl.col("name").str.split(" ").list.last()
    named = nodes.with_columns(short=pl.when(pl.col("person") & short).then(last).otherwise(pl.col("name")))
    for part, align, dx, dy in (
        (named.filter(pl.col("x") > 0.25), "left", 13, 0),
        (named.filter(pl.col("x") < -0.25), "right", -13, 0),
        (named.filter(pl.col("x").abs() <= 0.25, pl.col("y") > 0), "center", 0, -16),
        (named.filter(pl.col("x").abs() <= 0.25, pl.col("y") <= 0), "center", 0, 18),
    ):
        if part.height:
            layers.append(
                alt.Chart(part)
                .mark_text(align=align, dx=dx, dy=dy, fontSize=12)
                .encode(**where, text="short:N")
            )
    return alt.layer(*layers)


def nothing(words: str, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """Where there is nothing to draw: the figure's place, and why it is empty."""
    chart = alt.Chart(alt.Data(values=[{"words": words}])).mark_text(lineBreak="\n").encode(text="words:N")
    return theme.configure(chart.properties(width=_size(wide, 40), height=60), tokens)


def timeline(
    rows: pl.DataFrame, tokens: dict[str, str], labels: dict[str, str], *, wide: bool = True
) -> alt.Chart:
    """Every statement as one mark: scale by column, side by row, article from left to right.

    Args:
        rows: `marks.timeline` rows.
        tokens: Theme colours.
        labels: Scale -> its name on the chart.
        wide: The drawing for a desk.
    """
    sides = (
        rows.group_by("side").agg(n=pl.len()).sort("n", "side", descending=[True, False])["side"].to_list()
    )
    scales = [scale for scale in ("support", "feasibility") if scale in rows["scale"]]
    articles = rows.sort("order").select("order", "short").unique(maintain_order=True)
    most = 3
    # Marks at one spot stand in a block, `most` to a row, around the spot they share.
    frame = rows.with_columns(
        dx=pl.col("slot") % most - (pl.min_horizontal("of", pl.lit(most)) - 1) / 2,
        dy=(pl.col("slot") // most) - ((pl.col("of") - 1) // most) / 2,
        kind=pl.when(pl.col("conditional")).then(pl.lit("conditional")).otherwise(pl.col("voice")),
        tip=pl.col("label")
        + ", "
        + pl.col("short")
        + ", "
        + pl.col("scale")
        + " "
        + pl.col("value").cast(pl.String)
        + ", "
        + pl.col("voice")
        + pl.when(pl.col("conditional")).then(pl.lit(", conditional")).otherwise(pl.lit("")),
    ).with_columns(
        x=pl.col("order") + pl.col("dx") * (0.27 if wide else 0.3), y=pl.col("value") - pl.col("dy") * 0.3
    )
    ends = [int(articles["order"].min()), int(articles["order"].max())]
    names = "{" + ", ".join(f"{order}: '{short}'" for order, short in articles.iter_rows()) + "}"
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[ends[0] - 0.6, ends[1] + 0.6], nice=False),
        axis=alt.Axis(
            values=articles["order"].to_list(),
            labelExpr=f"({names})[datum.value]",
            grid=True,
            labelAngle=-60,
            labelOverlap=_overlap(articles),
        ),
    )
    panels, room = [], 118
    height = 118 if wide else 112
    for row, side in enumerate(sides):
        for column, scale in enumerate(scales):
            part = frame.filter(pl.col("side") == side, pl.col("scale") == scale)
            last = row == len(sides) - 1 if wide else column == len(scales) - 1
            axis_x = x if last else x.axis(values=articles["order"].to_list(), labels=False, grid=True)
            named = (
                " : ".join(
                    f"datum.value == {end} ? '{_plain(labels, scale, name)}'"
                    for end, name in ((1, "plus"), (0, "zero"), (-1, "minus"))
                )
                + " : ''"
            )
            y = alt.Y(
                "y:Q",
                title=None,
                scale=alt.Scale(domain=[-1.7, 1.7]),
                axis=alt.Axis(
                    values=[-1, 0, 1],
                    grid=True,
                    minExtent=room,
                    maxExtent=room,
                    labelLimit=room,
                    labelExpr=named,
                ),
            )
            marks = (
                alt.Chart(part)
                .mark_point(size=56, strokeWidth=1.8, filled=False, opacity=1)
                .encode(
                    x=axis_x,
                    y=y,
                    href="href:N",
                    description="tip:N",
                    shape=alt.Shape(
                        "voice:N",
                        legend=None,
                        scale=alt.Scale(
                            domain=["direct", "indirect", "narrated"],
                            range=["circle", "square", "triangle-up"],
                        ),
                    ),
                    stroke=alt.Color(
                        "value:Q",
                        legend=None,
                        scale=alt.Scale(
                            domain=[-1, 0, 1], range=[tokens["against"], tokens["even"], tokens["for"]]
                        ),
                    ),
                    fill=alt.condition(
                        "datum.conditional || datum.corrupt",
                        alt.value(tokens["paper"]),
                        alt.Fill(
                            "value:Q",
                            legend=None,
                            scale=alt.Scale(
                                domain=[-1, 0, 1], range=[tokens["against"], tokens["even"], tokens["for"]]
                            ),
                        ),
                    ),
                )
            )
            title = _panel_title(f"{side} · {labels[scale]}", tokens)
            panels.append(
                marks.properties(
                    width=(_size(wide, 24) // 2 - room) if wide else _size(wide, room + 8),
                    height=height,
                    title=title,
                )
            )
    chart = alt.concat(*panels, columns=len(scales) if wide else 1, spacing=12).resolve_scale(
        stroke="shared", fill="shared", shape="shared"
    )
    return theme.configure(chart, tokens)


def _plain(labels: dict[str, str], scale: str, end: str) -> str:
    text = labels.get(f"{scale}.{end}", end)
    return text.replace("'", "’")


def scales(
    rows: pl.DataFrame,
    tokens: dict[str, str],
    labels: dict[str, str],
    note: pl.DataFrame,
    events: pl.DataFrame,
    *,
    wide: bool = True,
) -> alt.Chart:
    """Two lines, one a scale: the mean position of one holder, article by article, with the number of statements.

    Args:
        rows: `marks.scales` rows.
        tokens: Theme colours.
        labels: Scale -> its name at the end of its line.
        note: At most one row: `order`, `mean`, `text`, the words written beside a mark.
        events: `marks.events_between` rows, drawn as lines between the articles, each name on a row of its own.
        wide: The drawing for a desk.
    """
    articles = rows.sort("order").select("order", "short").unique(maintain_order=True)
    names = "{" + ", ".join(f"{order}: '{short}'" for order, short in articles.iter_rows()) + "}"
    first, final = int(articles["order"].min()), int(articles["order"].max())
    # The two marks of one article stand side by side.
    frame = rows.with_columns(
        x=pl.col("order")
        + pl.when(pl.col("scale") == "support").then(-1.0).otherwise(1.0) * (0.1 if wide else 0.17),
        y=pl.col("mean"),
        tip=pl.format(
            "{}, {}: mean {}, {}",
            pl.col("scale").replace_strict(labels, default="", return_dtype=pl.String),
            "when",
            pl.col("mean").map_elements(readings.signed, return_dtype=pl.String),
            _counted("statement"),
        ),
    )
    row, top = 0.24, 1.45 + 0.24 * events.height
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.4, final + (0.7 if wide else 0.5)], nice=False),
        axis=alt.Axis(
            values=articles["order"].to_list(),
            labelExpr=f"({names})[datum.value]",
            grid=False,
            labelAngle=0 if wide and articles.height <= 6 else -60,
            labelOverlap=_overlap(articles),
        ),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[-1.4, top], nice=False),
        axis=alt.Axis(values=[-1, 0, 1], labelExpr="datum.value > 0 ? '+1' : datum.value < 0 ? '−1' : '0'"),
    )
    colour = alt.Color(
        "scale:N",
        legend=None,
        scale=alt.Scale(domain=["support", "feasibility"], range=[tokens["c1"], tokens["c2"]]),
    )
    shape = alt.Shape(
        "scale:N", legend=None, scale=alt.Scale(domain=["support", "feasibility"], range=["circle", "square"])
    )
    base = alt.Chart(frame).encode(x=x, y=y)
    dated = alt.Chart(frame.filter(pl.col("when") != marks.UNDATED)).encode(x=x, y=y)
    lines = dated.mark_line(strokeWidth=2).encode(
        color=colour,
        strokeDash=alt.StrokeDash(
            "scale:N", legend=None, scale=alt.Scale(domain=["support", "feasibility"], range=[[1, 0], [5, 3]])
        ),
    )
    dots = base.mark_point(size=230, filled=True, opacity=1).encode(
        color=colour, shape=shape, href="href:N", description="tip:N"
    )
    number = base.mark_text(fontSize=12, fontWeight="bold", color=tokens["paper"]).encode(
        text="count:Q", href="href:N", description="tip:N"
    )
    ends = (
        frame.sort("order")
        .group_by("scale", maintain_order=True)
        .last()
        .with_columns(
            name=pl.col("scale").replace_strict(labels, default="", return_dtype=pl.String),
            ly=pl.when(pl.col("scale") == "support")
            .then(pl.col("mean") + 0.27)
            .otherwise(pl.col("mean") - 0.27),
        )
    )
    names_at = (
        alt.Chart(ends)
        .mark_text(align="center" if wide else "right", dx=0 if wide else 12, fontSize=13, fontWeight="bold")
        .encode(x=x, y=alt.Y("ly:Q"), text="name:N", color=colour)
    )
    layers = [lines, dots, number, names_at]
    if events.height:
        middle = (first + final) / 2
        placed = events.sort("order").with_columns(
            top=top - row * (0.5 + pl.int_range(pl.len())), bottom=pl.lit(-1.3), left=pl.col("order") < middle
        )
        base = alt.Chart(placed).encode(x=alt.X("order:Q"))
        rule = base.mark_rule(color=tokens["none"], strokeWidth=1, strokeDash=[2, 3])
        layers.insert(0, rule.encode(y=alt.Y("bottom:Q"), y2="top:Q"))
        for left, align, dx in ((True, "left", 4), (False, "right", -4)):
            part = alt.Chart(placed.filter(left=left)).encode(
                x=alt.X("order:Q"), y=alt.Y("top:Q"), text="label:N"
            )
            layers.append(part.mark_text(align=align, dx=dx, fontSize=12, color=tokens["soft"]))
    if note.height:
        said = alt.Chart(note).encode(x=alt.X("order:Q"), y=alt.Y("mean:Q"), text="text:N")
        look = {"align": "left", "dx": 22, "dy": 4, "fontSize": 12, "lineBreak": "\n"}
        # Lines run behind the words: a halo of paper keeps them legible.
        layers.append(said.mark_text(**look, color=tokens["paper"], stroke=tokens["paper"], strokeWidth=5))
        layers.append(said.mark_text(**look, color=tokens["soft"]))
    height = (250 if wide else 260) + 22 * events.height
    chart = alt.layer(*layers).properties(width=_size(wide, 40), height=height)
    return theme.configure(chart, tokens)


def dates(rows: pl.DataFrame, tokens: dict[str, str], *, wide: bool = True) -> alt.Chart:
    """Each article on the calendar: a bar from the first to the last day on which it may have appeared.

    At least one has such a day.
    """
    frame = rows.drop_nulls("first").with_columns(
        last=pl.col("last").fill_null(rows["first"].max()),
        text=pl.col("when") + ", " + pl.col("basis"),
        name=pl.col("order").cast(pl.String),
        tip=pl.col("title") + ": " + pl.col("when"),
    )
    begin, end = frame["first"].min(), frame["last"].max()
    late = pl.col("first") > begin + (end - begin) / 2
    frame = frame.with_columns(side=pl.when(late).then(pl.lit("right")).otherwise(pl.lit("left")))
    y = alt.Y("order:O", title=None, axis=None)
    x = alt.X("first:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=True))
    base = alt.Chart(frame)
    bars = base.mark_rule(strokeWidth=9, color=tokens["c1"], strokeCap="round").encode(
        x=x, x2="last:T", y=y, href="href:N", description="tip:N"
    )
    layers = [bars]
    for side, align, dx in (("left", "left", 14), ("right", "right", -12)):
        part = frame.filter(side=side)
        if part.height:
            layers.append(
                alt.Chart(part)
                .mark_text(align=align, dx=dx, fontSize=12)
                .encode(x=alt.X("last:T" if side == "left" else "first:T"), y=y, text="text:N", href="href:N")
            )
    chart = alt.layer(*layers).properties(width=_size(wide, 12), height=30 * max(1, frame.height))
    return theme.configure(chart, tokens)
