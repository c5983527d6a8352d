"""Draw every statement that takes a position, by side and scale."""

import altair as alt
import polars as pl

from dateline.figures.base import Figure, mark_rows
from dateline.figures.drawing.axes import named_axis, unit_axis
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import article_labels, articles_in, drawn, drawn_note, sample_note, unit_labels
from dateline.statements.positions import SCALES
from dateline.study.load import Study
from dateline.words import counted

SHAPES = "Circle: the holder's words; square: paraphrase; triangle: told by the reporter. Hollow: tied to a condition, or in a corrupt sentence."

MARK = 10
"""Pixels from one mark to the next in a block of marks."""

ROOM = 118
"""Pixels for the names of the values."""

DEEP = 3
"""Rows of marks in a block for which a panel has room; it grows where a block has more."""


def timeline(study: Study, statements: pl.DataFrame, *, by: str = "article", name: str = "timeline") -> Figure:
    """Draw every statement that takes a position: one mark each, linked to its place in its article.

    Args:
        study: The study.
        statements: The table `statements`.
        by: What a column is: `article`, `period`, `publisher` or `all`.
        name: The figure's name.

    Returns:
        The figure; a row is a statement on a scale: `statement_id`, `holder`, `who`, `side`, `scale`,
        `value`, `voice`, `conditional`, `corrupt`, `unit`, `order`, `label`, `short`, `when`, `at` (the
        place of its article in the order of days), `slot` (its place, from 0, among the `of` statements
        at the same spot), `count` (always 1). In a large study the statements of some articles are drawn.

    Raises:
        ValueError: There is no such kind of unit.

    Examples:
        >>> figure = dl.figures.timeline(study, statements)
        >>> figure.rows.group_by("scale").len().sort("scale").rows()
        [('feasibility', 15), ('support', 43)]
    """
    articles, sentences = study.load("articles", "sentences")
    shown = drawn(articles)
    units = unit_labels(study, shown, by)
    taken = _with_position(statements, sentences)
    placed = taken.join(articles_in(articles, by), on="article_id")
    if placed.is_empty():
        return no_position(study, name, "statement", by if taken.height else "all")
    place = pl.format("/report/articles/{}.qmd#{}", "article_id", "statement_id")
    rows = _rows(study, placed, shown, units).pipe(mark_rows, name, "scale", "statement_id").with_columns(href=place)
    column = {} if by in ("article", "all") else {by.capitalize(): "label"}
    return Figure(
        study,
        name,
        title=_title(placed),
        rows=rows,
        draw=lambda look: _draw(rows, units, study.settings["scales"], look),
        evidence=rows.select("mark", "statement_id"),
        subtitle=f"One mark a statement on “{study.settings['proposition']}”. {SHAPES}{drawn_note(articles)}",
        alt=_alt(rows, by),
        table=rows.sort("order", "at", "start", "scale").select(
            Holder="who",
            Side="side",
            **column,
            Published="when",
            Scale="scale",
            Value="value",
            Voice="voice",
            Conditional=pl.when("conditional").then(pl.lit("yes")).otherwise(pl.lit("no")),
        ),
        note=f"{sample_note(study)}{_left_out(taken, placed, by)}",
        measures=("statements with the right holder", "statements on target", "support", "feasibility"),
        nothing="No statement in the articles that are drawn",
    )


def no_position(study: Study, name: str, statement: str, by: str) -> Figure:
    """Return the figure of a study in whose units no such statement takes a position."""
    in_units = f"No article that has a {by} has a {statement} that takes a position"
    nowhere = f"No {statement} takes a position that the program can read"
    return Figure(
        study,
        name,
        title=in_units if by in ("period", "publisher") else nowhere,
        rows=pl.DataFrame(schema={"mark": pl.String, "count": pl.Int64}),
        draw=lambda look: None,
        subtitle=f"On “{study.settings['proposition']}”.",
        table=pl.DataFrame({"Found": [0]}),
        note=sample_note(study),
    )


def _with_position(statements: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Return the statements on target that have a holder and a value, one row a scale."""
    kept = ["statement_id", "holder", "voice", "conditional", "corrupt", "article_id", "start"]
    return (
        statements.filter(pl.col("on_target"), pl.col("holder").is_not_null())
        .join(sentences.select("sentence_id", "corrupt"), on="sentence_id", validate="m:1")
        .unpivot(list(SCALES), index=kept, variable_name="scale", value_name="value")
        .drop_nulls("value")
    )


def _rows(study: Study, placed: pl.DataFrame, shown: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the figure: each statement in its panel, its column and its place among its neighbours."""
    spot = ["side", "scale", "order", "value"]
    condition = pl.when("conditional").then(pl.lit(", conditional")).otherwise(pl.lit(""))
    days = article_labels(shown).select("article_id", "when", at="order")
    return (
        placed.join(days, on="article_id", validate="m:1")
        .join(units, on="unit", validate="m:1")
        .with_columns(
            who=pl.col("holder").replace_strict(study.labels, return_dtype=pl.String),
            side=pl.col("holder").replace_strict(_sides(study), default="Others", return_dtype=pl.String),
            count=pl.lit(1, dtype=pl.Int64),
        )
        .with_columns(heading=pl.format("{}, {}, {} {}, {}{}", "who", "short", "scale", "value", "voice", condition))
        .sort("side", "scale", "order", "value", "at", "start", "statement_id")
        .with_columns(slot=pl.int_range(pl.len()).over(spot), of=pl.len().over(spot).cast(pl.Int64))
    )  # fmt: skip


def _sides(study: Study) -> dict[str, str]:
    """Return actor id -> label of the first group that has it; actors without a group are left out."""
    sides: dict[str, str] = {}
    for label, actor in study.lists["groups"].select("label", "actor").iter_rows():
        sides.setdefault(actor, label)
    return sides


def _title(placed: pl.DataFrame) -> str:
    """Return how the statements of all articles spread over the values."""
    ends = {"support": ("for", "balanced", "against"), "feasibility": ("yes", "open", "no")}
    many = {(scale, value): n for scale, value, n in placed.group_by("scale", "value").len().iter_rows()}
    said = []
    for scale in SCALES:
        each = zip((1, 0, -1), ends[scale], strict=True)
        said.append(f"{scale} {', '.join(f'{many.get((scale, value), 0):,} {end}' for value, end in each)}")
    return f"{placed['statement_id'].n_unique():,} statements take a position: {'; '.join(said)}"


def _left_out(taken: pl.DataFrame, placed: pl.DataFrame, by: str) -> str:
    """Return the sentence about statements of articles that are in no unit; empty if there is none."""
    n = taken["statement_id"].n_unique() - placed["statement_id"].n_unique()
    return f" Left out: {counted(n, 'statement')} in articles without a {by}." if n else ""


def _alt(rows: pl.DataFrame, by: str) -> list[str]:
    ordered = {"article": "over the articles in the order of their dates", "all": "all articles together"}
    columns = ordered.get(by, f"in one column a {by}")
    out = [f"One mark a statement, by side and scale, {columns}."]
    for (side, scale), part in rows.group_by(["side", "scale"], maintain_order=True):
        many = dict(part["value"].value_counts().iter_rows())
        values = [f"{value:+d}: {many[value]}" for value in (1, 0, -1) if value in many]
        out.append(f"{side}, {scale}: {', '.join(values)}.")
    return out


def _draw(rows: pl.DataFrame, units: pl.DataFrame, ends: dict, look: Look) -> alt.TopLevelMixin:
    """Draw one panel a side and scale: values from bottom to top, units from left to right, marks in blocks."""
    sides = rows.group_by("side").len().sort("len", "side", descending=[True, False])["side"].to_list()
    scales = [scale for scale in SCALES if scale in rows["scale"]]
    width = look.width(24) // 2 - ROOM if look.wide else look.width(ROOM + 8)
    domain = [units["order"].min() - 0.6, units["order"].max() + 0.6]
    unit = width / (domain[1] - domain[0])
    across = max(1, int(unit / MARK))
    deep = max(DEEP, -(-rows["of"].max() // across))
    # Marks at one spot are in a block around it, as many side by side as have room.
    beside = pl.col("slot") % across - (pl.min_horizontal("of", pl.lit(across)) - 1) / 2
    below = pl.col("slot") // across - (pl.col("of") - 1) // across / 2
    frame = rows.with_columns(
        x=pl.col("order") + beside * min(MARK / unit, 0.9 / across), y=pl.col("value") - below * 0.9 / deep
    )
    height = (118 if look.wide else 112) * deep // DEEP
    scale_x = alt.Scale(domain=domain, nice=False)
    panels = []
    for row, side in enumerate(sides):
        for column, scale in enumerate(scales):
            last = row == len(sides) - 1 if look.wide else column == len(scales) - 1
            axis = unit_axis(units, angle=-60, room=140 if look.wide else 110, grid=True)
            if not last:
                axis.labels = False
            part = alt.Chart(frame.filter(side=side, scale=scale)).encode(
                x=alt.X("x:Q", title=None, scale=scale_x, axis=axis), y=_values(ends[scale])
            )
            title = look.title(f"{side} · {scale.capitalize()}")
            panels.append(_marks(part, look).properties(width=width, height=height, title=title))
    chart = alt.concat(*panels, columns=len(scales) if look.wide else 1, spacing=12)
    return look.finish(chart.resolve_scale(stroke="shared", fill="shared", shape="shared"))


def _values(ends: dict[str, str]) -> alt.Y:
    """Return the axis of the three values, with their names in this study."""
    names = {-1: ends["minus"], 0: ends["zero"], 1: ends["plus"]}
    axis = named_axis(names, minExtent=ROOM, maxExtent=ROOM, labelLimit=ROOM, grid=True)
    return alt.Y("y:Q", title=None, scale=alt.Scale(domain=[-1.7, 1.7]), axis=axis)


def _marks(part: alt.Chart, look: Look) -> alt.Chart:
    """Draw the marks of one panel: shape by voice, colour by value, hollow if conditional or corrupt."""
    voices = alt.Scale(domain=["direct", "indirect", "narrated"], range=["circle", "square", "triangle-up"])
    colours = alt.Scale(domain=[-1, 0, 1], range=[look["against"], look["even"], look["for"]])
    colour = alt.Color("value:Q", legend=None, scale=colours)
    hollow, filled = alt.value(look["paper"]), alt.Fill("value:Q", legend=None, scale=colours)
    return part.mark_point(size=56, strokeWidth=1.8, filled=False, opacity=1).encode(
        href="href:N",
        description="heading:N",
        shape=alt.Shape("voice:N", legend=None, scale=voices),
        stroke=colour,
        fill=alt.condition("datum.conditional || datum.corrupt", hollow, filled),
    )
