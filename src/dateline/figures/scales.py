"""Draw the mean position of one holder on both scales, in each article, period or publisher."""

import altair as alt
import polars as pl

from dateline.errors import DatelineError
from dateline.figures.base import Figure, evidence_page, mark_rows
from dateline.figures.drawing.axes import MANY, named_axis, unit_axis
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import UNDATED, articles_in, drawn, drawn_note, events_between, sample_note, unit_labels
from dateline.figures.timeline import no_position
from dateline.statements.positions import SCALES, stance_values
from dateline.study.load import Study
from dateline.words import count_of, counted, joined, rounded, signed, with_article

IN_TIME = ("article", "period")
"""Kinds of unit that have an order in time; publishers have none."""

NO_MOVE = 0.5
"""Difference of two means up to which a position is said to stay."""

EVENT = 0.24
"""Height of the row of an event's name, on the axis of the means."""

_MEANS = "holder scale unit_kind unit order label short in_time mean low high count".split()
_MOST_NAMED = 12


def scales(
    study: Study, positions: pl.DataFrame, *, holder: str | None = None, by: str = "article", name: str = "scales"
) -> Figure:
    """Draw the mean position of one holder on support and on feasibility, from -1 to +1.

    Args:
        study: The study.
        positions: The table `positions`.
        holder: An actor or a group; the one that the story follows if not given (`leading_holder`).
        by: `article`, `period`, `publisher` or `all`. Only articles and periods are joined by lines.
        name: The figure's name.

    Returns:
        The figure; a row is a scale in a unit: `holder`, `scale`, `unit_kind`, `unit`, `order`, `label`,
        `short`, `in_time` (has a place in an order of time), `mean`, `low`, `high`, `count`.

    Raises:
        ValueError: There is no such kind of unit.
        DatelineError: The study has no such holder.

    Examples:
        >>> figure = dl.figures.scales(study, means, holder="nato", by="period")
        >>> figure.rows.filter(scale="support").select("unit", "mean", "count").rows()
        [('2021', 1.0, 2), ('2022', 1.0, 1), ('2024', 1.0, 1)]
    """
    articles, statements, sentences = study.load("articles", "statements", "sentences")
    values = stance_values(statements, sentences, study.lists["groups"])
    _check_holder(study, holder, values)
    holder = holder or leading_holder(study, values)
    told = means_told(study, positions, holder, by=by)
    if holder is None or told.is_empty():
        whose = f"statement of {study.labels[holder]}" if holder else "statement"
        return no_position(study, name, whose, by if holder else "all")
    label = study.labels[holder]
    shown = drawn(articles) if by == "article" else articles
    rows = (
        _means(study, positions, shown, holder, by)
        .with_columns(heading=pl.format("{}, {}: {}", pl.col("scale").str.to_titlecase(), "label", "count"))
        .pipe(mark_rows, name, "holder", "scale", "unit")
    )
    own = values.join(articles_in(articles, by), on="article_id").join(rows, on=["holder", "scale", "unit"])
    words = turning_words(study, rows, own.select("mark", id="statement_id"))
    events = events_between(shown, study.lists["events"]).filter(pl.lit(by == "article"))
    each = "over all articles" if by == "all" else f"{with_article(by)} at a time"
    title = f"{label}: {'; '.join(scale_sentence(told, scale) for scale in SCALES)}"
    return Figure(
        study,
        name,
        title=title,
        rows=rows,
        draw=lambda look: _draw(rows, words, events, look),
        evidence=own.select("mark", "statement_id"),
        subtitle=f"Mean position of {label} on “{study.settings['proposition']}”, from −1 to +1, {each}; "
        f"the number in a mark is its statements.{drawn_note(articles) if by == 'article' else ''}",
        alt=_alt(rows, events, by, title),
        table=rows.sort("order", "scale").select(
            Scale="scale",
            **{"Published" if by == "article" else by.capitalize(): "label"},
            Statements="count",
            **rounded(2, Mean="mean", From="low", To="high"),
        ),
        note="The holder's words and paraphrase; what the reporter tells and corrupt sentences do not count. "
        f"Intervals are in the table, from three statements on. {sample_note(study)}",
        measures=("statements with the right holder", "support", "feasibility"),
        nothing="No statement in the articles that are drawn",
        links={"Every statement": evidence_page(name)},
    )


def leading_holder(study: Study, values: pl.DataFrame) -> str | None:
    """Return whom the story follows: the group with the most statements of `values`, or the actor if no group has any.

    Ties go to the first in the alphabet; None if there is no statement.
    """
    groups = values.filter(pl.col("holder").is_in(study.lists["groups"]["group"].unique().to_list()))
    pool = values if groups.is_empty() else groups
    ranked = pool.group_by("holder").agg(n=pl.len()).sort("n", "holder", descending=[True, False])
    return ranked["holder"][0] if ranked.height else None


def means_told(
    study: Study, positions: pl.DataFrame, holder: str | None = None, *, by: str = "article"
) -> pl.DataFrame:
    """Return the means of one holder that sentences are made of, as the rows of `scales` without marks.

    They are those of every unit of the kind `by`; but where a figure does not draw every article, those
    of the periods, or of all articles together if no period has one. Without a holder they are the leading one's.

    Raises:
        ValueError: There is no such kind of unit.
    """
    articles = study.load("articles")
    if holder is None:
        values = stance_values(*study.load("statements", "sentences"), study.lists["groups"])
        holder = leading_holder(study, values)
    if by == "article" and drawn(articles).height < articles.height:
        told = _means(study, positions, articles, holder, "period")
        return told if told.height else _means(study, positions, articles, holder, "all")
    return _means(study, positions, articles, holder, by)


def _means(study: Study, positions: pl.DataFrame, articles: pl.DataFrame, holder: str | None, by: str) -> pl.DataFrame:
    """Return the means of one holder in the units that `articles` make up."""
    return (
        positions.filter(pl.col("holder") == pl.lit(holder, pl.String), pl.col("unit_kind") == by)
        .join(unit_labels(study, articles, by), on="unit", validate="m:1")
        .rename({"statements": "count"})
        .with_columns(in_time=pl.lit(by in IN_TIME) & (pl.col("label") != UNDATED))
        .sort("scale", "order")
        .select(*_MEANS)
    )


def scale_sentence(rows: pl.DataFrame, scale: str) -> str:
    """Return one scale of one holder (rows of `means_told`) in words: where it stays, or from where to where it goes.

    Units without an order in time (publishers, articles of unknown day) are compared and go nowhere; nor
    does a swing between two units that are neither the first nor the last.
    """
    part = rows.filter(scale=scale).sort("order")
    if part.is_empty():
        return f"{scale} not observed"
    ranked = part.sort("mean", "order")
    low, high = ranked.row(0, named=True), ranked.row(-1, named=True)
    kind, lowest, highest = low["unit_kind"], signed(low["mean"]), signed(high["mean"])
    if part.height == 1:
        return f"{scale} {_mean_at(low)}"
    if kind not in IN_TIME:
        if lowest == highest:
            return f"{scale} is {lowest} in {counted(part.height, kind)}"
        return f"{scale} is between {_mean_at(low)} and {_mean_at(high)}"
    if high["mean"] - low["mean"] <= NO_MOVE:
        return f"{scale} stays {f'at {lowest}' if lowest == highest else f'between {lowest} and {highest}'}"
    early, late = sorted((low, high), key=lambda row: row["order"])
    at_an_end = {early["order"], late["order"]} & {part["order"][0], part["order"][-1]}
    if not (early["in_time"] and late["in_time"] and at_an_end):
        return f"{scale} lies between {lowest} and {highest}"
    return f"{scale} goes from {_mean_at(early)} to {_mean_at(late)}"


def _mean_at(row: dict) -> str:
    return f"{signed(row['mean'])} ({_unit_in_words(row)})"


def _unit_in_words(row: dict) -> str:
    return row["short"] if row["unit_kind"] == "article" else row["label"]


def turning_words(study: Study, rows: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return the words that decided the first negative statement behind the lowest mark.

    Args:
        study: The study.
        rows: The rows of `scales`.
        evidence: Its evidence: `mark`, `id` (of a statement).

    Returns:
        `order`, `scale`, `mean` (of the mark), `text` (the words in quotation marks); one row, or none if no mark is
        below zero or no single run of words decided.
    """
    schema = {"order": pl.Int64, "scale": pl.String, "mean": pl.Float64, "text": pl.String}
    low = rows.filter(pl.col("mean") < 0).sort("mean", "order").head(1)
    if low.is_empty():
        return pl.DataFrame(schema=schema)
    scale = low["scale"][0]
    behind = evidence.join(low, on="mark", how="semi")
    coded = study.load("statements").join(behind, left_on="statement_id", right_on="id", how="semi")
    for statement in coded.filter(pl.col(scale) == -1).sort("article_id", "start").iter_rows(named=True):
        if words := _deciding_words(study, statement, scale):
            return low.select("order", "scale", "mean", text=pl.lit(f"“{words}”")).cast(schema)
    return pl.DataFrame(schema=schema)


def _deciding_words(study: Study, statement: dict, scale: str) -> str:
    """Return the one run of words that decided a statement on a scale; empty if there is none, or it was denied.

    Denied words alone would say the opposite.
    """
    found = study.load("reasons").filter(statement_id=statement["statement_id"], about=scale)
    return found["text"][0] if found.height == 1 and not found["denied"][0] else ""


def _check_holder(study: Study, holder: str | None, values: pl.DataFrame) -> None:
    if holder is None or holder in study.labels:
        return
    heard = values.group_by("holder").len().sort("len", "holder", descending=[True, False])["holder"]
    rest = heard.len() - _MOST_NAMED
    named, more = joined(heard.head(_MOST_NAMED)) or "nobody yet", f" and {rest} more" if rest > 0 else ""
    msg = (
        f"no actor and no group of this study has the id {holder!r} (data/actors.csv, data/groups.csv). "
        f"Positions are known of {named}{more}: give one of these as holder, or none for the leading one."
    )
    raise DatelineError(msg)


def _alt(rows: pl.DataFrame, events: pl.DataFrame, by: str, title: str) -> list[str]:
    units = counted(rows["unit"].n_unique(), by) if by != "all" else "all articles"
    marks = f"Two lines from −1 to +1, one a scale, over {units}"
    if by not in IN_TIME:
        marks = f"Marks from −1 to +1, one a scale, in {units}"
    out = [f"{marks}; the number in a mark is its statements."]
    for scale in SCALES:
        part = rows.filter(scale=scale).rows(named=True)
        said = "; ".join(f"{_unit_in_words(row)} {signed(row['mean'])} ({row['count']})" for row in part)
        out.append(f"{scale.capitalize()}: {said or 'none'}.")
    if events.height:
        named = joined(f"{label} ({day.day} {day:%B %Y})" for label, day in events.select("label", "day").iter_rows())
        out.append(f"Marked between the articles: {named}.")
    return [*out, f"{title}."]


def _draw(rows: pl.DataFrame, words: pl.DataFrame, events: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw the two scales from left to right, lines through what has an order in time, a number in each mark."""
    units = rows.select("order", "short").unique().sort("order")
    mean = pl.col("mean").map_elements(signed, return_dtype=pl.String)
    name = pl.col("scale").str.to_titlecase()
    tip = pl.format("{}, {}: mean {}, {}", name, "label", mean, count_of("statement"))
    frame = rows.with_columns(x=_place(look), name=name, tip=tip)
    top = 1.45 + EVENT * events.height
    each = look.width(40) // units.height
    level = look.wide and units.height <= 6 and units["short"].str.len_chars().max() * 6.5 < each
    across = unit_axis(units, angle=0 if level else -60, room=400 if look.wide else 110)
    ends = [units["order"].min() - 0.4, units["order"].max() + (0.7 if look.wide else 0.5)]
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=ends, nice=False), axis=across)
    scale = alt.Scale(domain=[-1.4, top], nice=False)
    y = alt.Y("mean:Q", title=None, scale=scale, axis=named_axis({-1: "−1", 0: "0", 1: "+1"}))
    layers = [
        *_event_lines(events, top, _middle(units), look),
        *_marks(frame, x, y, look),
        *_words_beside(words, units, look),
    ]
    height = (250 if look.wide else 260) + 22 * events.height
    return look.finish(alt.layer(*layers).properties(width=look.width(40), height=height))


def _place(look: Look) -> pl.Expr:
    """Return the place of a mark from left to right: the two of one unit are side by side."""
    aside = 0.1 if look.wide else 0.17
    return pl.col("order") + pl.when(pl.col("scale") == "support").then(-aside).otherwise(aside)


def _marks(frame: pl.DataFrame, x: alt.X, y: alt.Y, look: Look) -> list[alt.Chart]:
    """Draw the lines, the marks with their numbers, and the name of each scale at its last mark."""
    domain = list(SCALES)
    colour = alt.Color("scale:N", legend=None, scale=alt.Scale(domain=domain, range=[look["c1"], look["c2"]]))
    shape = alt.Shape("scale:N", legend=None, scale=alt.Scale(domain=domain, range=["circle", "square"]))
    dash = alt.StrokeDash("scale:N", legend=None, scale=alt.Scale(domain=domain, range=[[1, 0], [5, 3]]))
    base = alt.Chart(frame).encode(x=x, y=y)
    link = {"href": "href:N", "description": "tip:N"}
    dots = base.mark_point(size=230, filled=True, opacity=1).encode(color=colour, shape=shape, **link)
    number = base.mark_text(fontSize=12, fontWeight="bold", color=look["paper"]).encode(text="count:Q", **link)
    above = pl.when(pl.col("scale") == "support").then(0.27).otherwise(-0.27)
    ends = frame.sort("order").group_by("scale", maintain_order=True).last()
    names = alt.Chart(ends.with_columns(mean=pl.col("mean") + above)).encode(x=x, y=y, text="name:N", color=colour)
    bold = {"fontSize": 13, "fontWeight": "bold"}
    placed = {"align": "center"} if look.wide else {"align": "right", "dx": 12}
    layers = [dots, number, names.mark_text(**bold, **placed)]
    line = frame.filter("in_time")
    if line.height:
        path = alt.Chart(line).encode(x=x, y=y).mark_line(strokeWidth=2)
        layers.insert(0, path.encode(color=colour, strokeDash=dash))
    return layers


def _event_lines(events: pl.DataFrame, top: float, middle: float, look: Look) -> list[alt.Chart]:
    """Draw each event as a line between two articles, its name on a row of its own."""
    if events.is_empty():
        return []
    placed = events.sort("order").with_columns(
        top=top - EVENT * (0.5 + pl.int_range(pl.len())), bottom=pl.lit(-1.3), left=pl.col("order") < middle
    )
    rule = alt.Chart(placed).mark_rule(color=look["none"], strokeWidth=1, strokeDash=[2, 3])
    layers = [rule.encode(x="order:Q", y="bottom:Q", y2="top:Q")]
    for left, align, dx in ((True, "left", 4), (False, "right", -4)):
        part = alt.Chart(placed.filter(left=left)).encode(x="order:Q", y="top:Q", text="label:N")
        layers.append(part.mark_text(align=align, dx=dx, fontSize=12, color=look["soft"]))
    return layers


def _words_beside(words: pl.DataFrame, units: pl.DataFrame, look: Look) -> list[alt.Chart]:
    """Draw the words that decided beside the lowest mark, or below it where others are close."""
    if words.is_empty():
        return []
    said = alt.Chart(words.with_columns(x=_place(look))).encode(x="x:Q", y="mean:Q", text="text:N")
    side = -1 if words["order"][0] > _middle(units) else 1
    near = units.height > MANY
    style = {"align": "left" if side > 0 else "right", "dx": side * (-4 if near else 14), "dy": 22 if near else 4}
    # Lines run behind the words: a halo of paper keeps them legible.
    halo = said.mark_text(**style, fontSize=12, color=look["paper"], stroke=look["paper"], strokeWidth=5)
    return [halo, said.mark_text(**style, fontSize=12, color=look["soft"])]


def _middle(units: pl.DataFrame) -> float:
    return (units["order"].min() + units["order"].max()) / 2
