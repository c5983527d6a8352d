"""Draw who is named together with whom as a network: of all articles, and of each period or publisher."""

import math
from dataclasses import dataclass
from textwrap import wrap

import altair as alt
import polars as pl

from dateline.figures.base import Figure, evidence_page, mark_rows
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import MOST_DRAWN, articles_in, sample_note, unit_labels
from dateline.figures.pairs import check_counted, leading_pair, most_named, pair_rows, shared_windows, window_sizes
from dateline.study.load import Study
from dateline.words import CLAIMED, count_of, joined, number, opened, parts_in_words, rounded, with_article

SHAPES = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle-up": "triangle",
    "cross": "cross",
    "triangle-down": "hanging triangle",
}
"""Shape of each side, in the order of their names -> what a reader calls it."""

OTHERS = "Others"
"""Side of an actor that is in no group, or in one for which no shape is left."""

_NAMED_IN_FULL = 4
"""Units up to which title and subtitle give the number of each."""

_LEADING = 14
"""Pixels from one line of a name to the next."""


def network(
    study: Study, co_mentions: pl.DataFrame, *, window: str = "sentence", top: int = 8, name: str = "network"
) -> Figure:
    """Draw the most named actors on a ring, with a line between two that share two sentences or more.

    Actors of one group are side by side, the most connected first, so that the same actors always give
    the same picture.

    Args:
        study: The study.
        co_mentions: The table `co_mentions`.
        window: What two actors share: `sentence`, `paragraph` or `article`.
        top: How many actors, by the sentences that name them.
        name: The figure's name.

    Returns:
        The figure; a row is a pair, with the columns of `pairs`.

    Raises:
        ValueError: No pair was counted in such windows.

    Examples:
        >>> dl.figures.network(study, pairs, window="sentence", top=8).title
        'Two of thirteen ties are more than chance gives; Ukraine is in most of them'
    """
    articles, mentions, sentences = study.load("articles", "mentions", "sentences")
    here = articles_in(articles, "all")
    check_counted(co_mentions, mentions, here, "all", window)
    rows, actors = _ties_of_all(study, co_mentions, mentions, window, top)
    rows, side = mark_rows(rows, name, "actor_a", "actor_b"), dict(actors.select("label", "side").iter_rows())
    return Figure(
        study,
        name,
        title=_network_title(rows, window),
        rows=rows,
        draw=lambda look: _draw_network(rows, actors, window, look),
        evidence=shared_windows(mentions, sentences, here, rows, window),
        subtitle=f"A line is as thick as the {window}s that two actors share; whole where that is more than chance gives, "
        f"broken where not.{_key(actors)}",
        alt=_network_alt(rows, window),
        table=rows.sort("count", "one", descending=[True, False], maintain_order=True).select(
            One="one",
            Side=pl.col("one").replace_strict(side, return_dtype=pl.String),
            Other="other",
            **{"Its side": pl.col("other").replace_strict(side, return_dtype=pl.String)},
            **{f"{window.capitalize()}s": "count", "Verdict": "verdict"},
        ),
        note=f"{sample_note(study)} Pairs that share one {window} are left out.",
        measures=("actors named in a sentence",),
        links={f"Every {window}": evidence_page(name)},
    )


def ties(
    study: Study,
    co_mentions: pl.DataFrame,
    *,
    by: str = "period",
    window: str = "sentence",
    top: int = 8,
    name: str = "ties",
) -> Figure:
    """Draw the ties of the network in each period or publisher, every actor in its place.

    Args:
        study: The study.
        co_mentions: The table `co_mentions`.
        by: `period`, `publisher` or `article`; of more than 24, those with the most sentences are drawn.
        window: What two actors share: `sentence`, `paragraph` or `article`.
        top: How many actors, by the sentences of all articles that name them.
        name: The figure's name.

    Returns:
        The figure; a row is a tie of the network in a unit, those that the unit never shows included: `actor_a`,
        `actor_b`, `one`, `other`, `unit`, `order`, `label`, `short`, `windows` (of the unit), `count`,
        `expected`, `verdict`, `per_100` (shared windows in a hundred).

    Raises:
        ValueError: There is no such kind of unit, or no pair was counted in such windows.

    Examples:
        >>> dl.figures.ties(study, pairs, by="period").title
        'Of a hundred sentences NATO and Ukraine share 33 (2021), 20 (2022) and 34 (2024)'
    """
    if by not in ("period", "publisher", "article"):
        msg = f"by must be 'period', 'publisher' or 'article', got {by!r}; for all articles draw `network`"
        raise ValueError(msg)
    articles, mentions, sentences = study.load("articles", "mentions", "sentences")
    here = articles_in(articles, by)
    check_counted(co_mentions, mentions, here, by, window)
    network, actors = _ties_of_all(study, co_mentions, mentions, window, top)
    units = unit_labels(study, articles, by).join(window_sizes(sentences, here, window), on="unit")
    drawn = units.sort("windows", "order", descending=[True, False]).head(MOST_DRAWN).sort("order")
    rows = _tie_rows(network, drawn, co_mentions.filter(window=window, unit_kind=by)).pipe(
        mark_rows, name, "actor_a", "actor_b", "unit"
    )
    some = "" if drawn.height == units.height else f" Drawn are {drawn.height} of {units.height:,} {by}s."
    return Figure(
        study,
        name,
        title=_ties_title(rows, drawn.height, by, window),
        rows=rows,
        draw=lambda look: _draw_ties(rows, actors, window, look),
        evidence=shared_windows(mentions, sentences, here, rows, window),
        subtitle=f"A line is as thick as the share of the {by}'s {window}s that name both; whole where that is more than "
        f"chance gives, broken where not. {_sizes(drawn, by, window)}{some}",
        alt=_ties_alt(rows, by, window),
        table=rows.select(
            **{by.capitalize(): "label"},
            One="one",
            Other="other",
            **{f"{window.capitalize()}s": "count"},
            **rounded(1, **{"In a hundred": "per_100", "Expected": "expected"}),
            Verdict="verdict",
        ),
        note=f"{sample_note(study)} The same pairs in every {by}. A change of a line between {by}s is description: "
        "what varies is the article, and there are few.",
        measures=("actors named in a sentence",),
        links={f"Every {window}": evidence_page(name)},
    )


def _ties_of_all(
    study: Study, co_mentions: pl.DataFrame, mentions: pl.DataFrame, window: str, top: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs that share two windows or more, and their actors with side and place on the ring."""
    actors = most_named(study, mentions, top)
    rows = pair_rows(co_mentions.filter(window=window, unit_kind="all"), actors).filter(pl.col("count") > 1)
    return rows, _on_a_ring(actors, rows)


def _on_a_ring(actors: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the actors that have a tie, with `x` and `y` (-1 to 1), and a `side` each.

    They go round by side, then by the windows that they share with others, most first; the first is on the right.
    """
    ends = [rows.select("count", actor=f"actor_{end}") for end in "ab"]
    shared = pl.concat(ends).group_by("actor").agg(shared=pl.col("count").sum())
    tied = actors.join(shared, on="actor")
    named = sorted(tied["side"].drop_nulls().unique())
    if len(named) + tied["side"].has_nulls() > len(SHAPES):
        tied = tied.with_columns(side=pl.when(pl.col("side").is_in(named[: len(SHAPES) - 1])).then("side"))
    angle = 2 * math.pi * pl.int_range(pl.len()) / pl.len()
    return (
        tied.sort("side", "shared", "label", descending=[False, True, False], nulls_last=True)
        .with_columns(x=angle.cos().round(3), y=angle.sin().round(3), side=pl.col("side").fill_null(OTHERS))
        .select("actor", "label", "short", "side", "x", "y")
    )


def _tie_rows(network: pl.DataFrame, units: pl.DataFrame, co_mentions: pl.DataFrame) -> pl.DataFrame:
    """Return every pair of the network in every unit, with what the unit has of it."""
    own = co_mentions.select("actor_a", "actor_b", "unit", "expected", "verdict", count="together")
    return (
        network.select("actor_a", "actor_b", "one", "other")
        .join(units, how="cross")
        .join(own, on=["actor_a", "actor_b", "unit"], how="left")
        .with_columns(pl.col("count").fill_null(0), pl.col("verdict").fill_null("not testable"))
        .with_columns(
            per_100=100 * pl.col("count") / pl.col("windows"),
            heading=pl.format("{} and {}, {}: {}", "one", "other", "label", "count"),
        )
        .sort("order", "one", "other")
    )


def _network_title(rows: pl.DataFrame, window: str) -> str:
    """Return the title: how many ties chance does not explain, and who has most of them."""
    if rows.is_empty():
        return f"No two of the most named actors share two {window}s"
    strong = rows.filter(pl.col("verdict").is_in(CLAIMED))
    only = joined((rows if strong.is_empty() else strong).select("one", "other").row(0))
    if rows.height == 1:
        return f"The tie of {only} is {'no ' if strong.is_empty() else ''}more than chance gives"
    if strong.is_empty():
        return f"None of {number(rows.height)} ties is more than chance gives"
    if strong.height == 1:
        return f"One of {number(rows.height)} ties is more than chance gives: {only}"
    ends = pl.concat([strong["one"], strong["other"]]).alias("label").value_counts(name="ties")
    name, most = ends.sort("ties", "label", descending=[True, False]).row(0)
    words = f"{number(strong.height).capitalize()} of {number(rows.height)} ties are more than chance gives"
    return f"{words}; {name} is in most of them" if 2 * most > strong.height else words


def _key(actors: pl.DataFrame) -> str:
    """Return which shape is which side, as a sentence."""
    sides = actors["side"].unique().sort()
    key = joined(f"{shape}: {side}" for side, shape in zip(sides, SHAPES.values(), strict=False))
    return f" {opened(key)}." if key else ""


def _network_alt(rows: pl.DataFrame, window: str) -> list[str]:
    ordered = rows.sort("count", "one", descending=[True, False], maintain_order=True)
    said = [
        f"{one} and {other} ({count}{', more than chance' if verdict in CLAIMED else ''})"
        for one, other, count, verdict in ordered.select("one", "other", "count", "verdict").iter_rows()
    ]
    return [
        f"Actors on a ring, those of one side together, a line for each pair that shares two {window}s or more.",
        f"Ties: {'; '.join(said)}.",
    ]


def _ties_title(rows: pl.DataFrame, units: int, by: str, window: str) -> str:
    """Return the title: how the share of the strongest tie differs between the units."""
    if units < 2:
        return f"Fewer than two {by}s to compare"
    pair = ["actor_a", "actor_b", "one", "other"]
    top = leading_pair(rows.group_by(pair).agg(pl.col("count").sum()))
    if top is None:
        return f"No two of the most named actors share two {window}s"
    names = joined(sorted((top["one"], top["other"]), key=str.casefold))
    part = rows.filter(actor_a=top["actor_a"], actor_b=top["actor_b"])
    if units > _NAMED_IN_FULL:
        ordered = part.sort("per_100", "order")
        (least, low), (most, high) = (ordered.select("per_100", "short").row(at) for at in (0, -1))
        return f"Of a hundred {window}s {names} share from {least:.0f} ({low}) to {most:.0f} ({high})"
    shares = joined(f"{share:.0f} ({short})" for share, short in part.select("per_100", "short").iter_rows())
    return f"Of a hundred {window}s {names} share {shares}"


def _sizes(units: pl.DataFrame, by: str, window: str) -> str:
    """Return how many windows the units have, as a sentence."""
    if units.is_empty():
        return ""
    if units.height > _NAMED_IN_FULL:
        return f"{window.capitalize()}s of each {by}: {units['windows'].min():,} to {units['windows'].max():,}."
    sizes = joined(f"{label}: {size:,}" for label, size in units.select("label", "windows").iter_rows())
    return f"{window.capitalize()}s in the {by}: {sizes}."


def _ties_alt(rows: pl.DataFrame, by: str, window: str) -> list[str]:
    size = pl.format(
        "{} {}", "windows", pl.when(pl.col("windows") == 1).then(pl.lit(window)).otherwise(pl.lit(f"{window}s"))
    )
    some = rows.filter(pl.col("count") > 0).sort("order", -pl.col("count"), "one", "other")
    told = some.with_columns(label=pl.col("label").map_elements(opened, return_dtype=pl.String), size=size)
    return [
        f"The same ring of actors once {with_article(by)}; a line is as thick as the share of {window}s that two actors "
        "are both named in.",
        *parts_in_words(told, ["label", "size"], "{} and {} {}", "one other count"),
    ]


def _draw_network(rows: pl.DataFrame, actors: pl.DataFrame, window: str, look: Look) -> alt.TopLevelMixin:
    """Draw the ring of all articles; lines by the windows that two actors share."""
    lines = rows.with_columns(width=_width("count", rows, 7))
    ring = _Ring(width=176, height=230, across=1.42, up=1.42, dot=190)
    if look.wide:
        ring = _Ring(width=380, height=380, across=1.32, up=1.32, dot=190)
    names = actors.with_columns(name="label") if look.wide else _in_short_lines(actors)
    return look.finish(_draw_ring(ring, names, lines, window, look))


def _draw_ties(rows: pl.DataFrame, actors: pl.DataFrame, window: str, look: Look) -> alt.TopLevelMixin:
    """Draw the ring of each unit beside the next; lines by their share of the unit's windows."""
    units = rows.select("unit", "label", "short").unique(maintain_order=True).rows()
    lines = rows.with_columns(width=_width("per_100", rows, 5)).filter(pl.col("count") > 0)
    across = {4: 2}.get(len(units), min(3, len(units))) if look.wide else 1
    each = look.width(10) // across - 12 if look.wide else 236
    ring = _Ring(width=each, height=160, across=2.05, up=1.5, dot=90)
    panels = []
    for unit, label, short in units:
        panel = _draw_ring(ring, _in_short_lines(actors), lines.filter(unit=unit), window, look)
        title = look.title(short if across == 3 else label)
        title.limit = each
        panels.append(panel.properties(title=title))
    return look.finish(alt.concat(*panels, columns=across, spacing=12))


def _width(column: str, rows: pl.DataFrame, widest: int) -> pl.Expr:
    """Return the width of a line in pixels: 1 for none, `widest` more for the most."""
    return 1 + widest * pl.col(column) / float(rows[column].max() or 1)


def _in_short_lines(actors: pl.DataFrame) -> pl.DataFrame:
    """Return the actors with a `name` that has room beside a small ring."""
    lines = {short: "\n".join(wrap(short, 11, break_long_words=False)) for short in actors["short"]}
    return actors.with_columns(name=pl.col("short").replace_strict(lines, return_dtype=pl.String))


@dataclass(frozen=True)
class _Ring:
    """Say how large a ring is drawn: in pixels, and how far the plot reaches when the ring has a radius of 1."""

    width: int
    height: int
    across: float
    up: float
    dot: int


def _draw_ring(ring: _Ring, actors: pl.DataFrame, rows: pl.DataFrame, window: str, look: Look) -> alt.LayerChart:
    """Draw actors (`name`, `side`, `x`, `y`) on a ring, and the lines of rows that have a `width`."""
    across, up = (alt.Scale(domain=[-reach, reach], nice=False) for reach in (ring.across, ring.up))
    at = {"x": alt.X("x:Q", scale=across, axis=None), "y": alt.Y("y:Q", scale=up, axis=None)}
    lines = (
        rows.join(actors.select("x", "y", actor_a="actor"), on="actor_a")
        .join(actors.select(x2="x", y2="y", actor_b="actor"), on="actor_b")
        .with_columns(
            sure=pl.col("verdict").is_in(CLAIMED), tip=pl.format("{} and {}: {}", "one", "other", count_of(window))
        )
        .sort("sure", "one", "other")  # what is drawn last lies on top
    )
    strokes = (
        alt.Chart(lines)
        .mark_rule(opacity=1)
        .encode(
            **at,
            x2="x2:Q",
            y2="y2:Q",
            color=alt.condition("datum.sure", alt.value(look["c1"]), alt.value(look["none"])),
            strokeDash=alt.condition("datum.sure", alt.value([1, 0]), alt.value([4, 3])),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            href="href:N",
            description="tip:N",
        )
    )
    sides = actors["side"].unique().sort().to_list()
    shape = alt.Shape("side:N", legend=None, scale=alt.Scale(domain=sides, range=list(SHAPES)[: len(sides)]))
    dots = alt.Chart(actors).mark_point(size=ring.dot, filled=True, opacity=1, color=look["ink"])
    layered = alt.layer(strokes, dots.encode(**at, shape=shape), *_draw_names(ring, actors, at))
    return layered.properties(width=ring.width, height=ring.height)


def _draw_names(ring: _Ring, actors: pl.DataFrame, at: dict) -> list[alt.Chart]:
    """Draw the name of each actor outside the ring, so that it lies on no line."""
    below_first = pl.col("name").str.count_matches("\n") * _LEADING * 2 * ring.up / ring.height
    right, left, top = pl.col("x") > 0.25, pl.col("x") < -0.25, pl.col("y") > 0
    # A text of several lines hangs from its first: it moves up by half of the others, at the top by all of them.
    sides = (
        (actors.filter(right), "left", 13, 0, 0.5),
        (actors.filter(left), "right", -13, 0, 0.5),
        (actors.filter(~right, ~left, top), "center", 0, -16, 1),
        (actors.filter(~right, ~left, ~top), "center", 0, 18, 0),
    )
    return [
        alt.Chart(part.with_columns(y=pl.col("y") + rise * below_first))
        .mark_text(align=align, dx=dx, dy=dy, fontSize=12, lineBreak="\n", lineHeight=_LEADING)
        .encode(**at, text="name:N")
        for part, align, dx, dy, rise in sides
        if part.height
    ]
