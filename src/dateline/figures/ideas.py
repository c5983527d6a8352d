"""Draw how often the ideas of a study, its term groups, are used: unit by unit, and on the calendar."""

import altair as alt
import polars as pl

from dateline.figures.base import Figure, evidence_page, mark_rows
from dateline.figures.drawing.axes import MANY, calendar_axis
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import drawn, drawn_note, sample_note, unit_labels
from dateline.figures.rates import leading_term, uses_of
from dateline.study.load import Study
from dateline.words import CLAIMED, RATE, VERDICTS, counted, opened, p_value, parts_in_words, set_apart, times_used


def ideas(
    study: Study, term_rates: pl.DataFrame, *, by: str = "article", top: int | None = None, name: str = "ideas"
) -> Figure:
    """Draw how often each term group is used in each unit, one small panel a group, with exact intervals.

    Args:
        study: The study; `data/terms.csv` says which words an idea has.
        term_rates: The table `term_rates`.
        by: `article` (oldest first; of many, some are drawn), `period` or `publisher`.
        top: How many groups, by their uses in all articles; all if not given.
        name: The figure's name.

    Returns:
        The figure; a row is a group in a unit: `term`, `idea`, `rank`, `unit`, `order`, `label`, `short`,
        `count`, `words`, `per_1000`, `low`, `high`.

    Raises:
        ValueError: `by` is none of the three.

    Examples:
        >>> figure = dl.figures.ideas(study, rates, by="period", top=1)
        >>> figure.rows.select("idea", "unit", "count", "words").rows()
        [('membership', '2021', 11, 637), ('membership', '2022', 5, 289), ('membership', '2024', 25, 1225)]
    """
    if by not in ("article", "period", "publisher"):
        msg = f"by must be 'article', 'period' or 'publisher', got {by!r}"
        raise ValueError(msg)
    articles, occurrences = study.load("articles", "occurrences")
    shown = drawn(articles) if by == "article" else articles
    groups = term_rates.filter(kind="group")
    chosen = (
        groups.filter(unit_kind="all")
        .sort("count", "term", descending=[True, False])
        .select("term", rank=pl.int_range(1, pl.len() + 1))
        .head(groups.height if top is None else top)
    )
    rows = (
        _rates_of_groups(study, groups, shown, by)
        .join(chosen, on="term")
        .pipe(mark_rows, name, "term", "unit")
        .sort("rank", "order")
    )
    oldest_first = ", oldest first" if by == "article" else ""
    return Figure(
        study,
        name,
        title=_ideas_title(study, rows, groups, by),
        rows=rows,
        draw=lambda look: _draw_ideas(rows, look),
        evidence=uses_of(rows, occurrences, articles, by),
        subtitle=f"Uses in 1,000 words of each {by}{oldest_first}, with exact 95% intervals. "
        f"Each panel follows an idea across its words.{drawn_note(articles) if by == 'article' else ''}",
        alt=[
            "Small panels, one a term group, with its uses in 1,000 words of each of "
            f"{counted(rows['unit'].n_unique(), by)} and exact intervals.",
            *parts_in_words(rows.with_columns(idea=_opening("idea")), ["idea"], "{} {:.1f}", "short per_1000"),
        ],
        table=rows.select(Idea="idea", **{by.capitalize(): "label"}, Uses="count", Words="words", **RATE),
        note=f"{sample_note(study)} Which words stand for an idea is a list, data/terms.csv.",
        links={"The uses": evidence_page(name)},
    )


def _rates_of_groups(study: Study, rates: pl.DataFrame, articles: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the rates of the term groups in the units of some articles, with the names that a reader sees."""
    known, bare = study.ideas, pl.col("term").str.strip_prefix("#")
    return (
        rates.filter(unit_kind=by, kind="group")
        .join(unit_labels(study, articles, by), on="unit", validate="m:1")
        .with_columns(idea=pl.col("term").replace_strict(known, default=bare, return_dtype=pl.String))
        .with_columns(heading=pl.format("{}, {}: {}", _opening("idea"), "label", "count"))
    )


def _opening(column: str) -> pl.Expr:
    """Return words as they open a sentence."""
    return pl.col(column).str.slice(0, 1).str.to_uppercase() + pl.col(column).str.slice(1)


def leading_idea(trends: pl.DataFrame) -> dict | None:
    """Return the row of `trends` of the term group that moves most: least likely by chance, then by tau; None if none."""
    found = trends.filter(kind="group").sort("p", pl.col("tau").abs(), "term", descending=[False, True, False])
    return found.row(0, named=True) if found.height else None


def _ideas_title(study: Study, rows: pl.DataFrame, groups: pl.DataFrame, by: str) -> str:
    """Return the title: the group that moves most over the articles, or that sets one other unit apart."""
    if rows.is_empty():
        return f"No article has a known {by}" if groups.height else "No term group is used often enough to be followed"
    names = dict(rows.select("term", "idea").iter_rows())
    shown = f"How often each idea is used in each {by}"
    if by != "article":
        top = leading_term(study.load("keyness").filter(unit_kind=by), list(names))
        if top is None or top["verdict"] not in CLAIMED:
            return shown
        label = dict(rows.select("unit", "label").iter_rows())[top["unit"]]
        return set_apart(top, f"“{opened(names[top['term']])}” marks {label}")
    top = leading_idea(study.load("trends").filter(pl.col("term").is_in(list(names))))
    if top is None or top["verdict"] not in CLAIMED:
        return shown
    way = "rises" if top["tau"] > 0 else "falls" if top["tau"] < 0 else "neither rises nor falls"
    p, q = p_value(top["p"]), p_value(top["q"])
    return f"“{opened(names[top['term']])}” {way} from article to article: {VERDICTS[top['verdict']]} (p {p}, q {q})"


def _draw_ideas(rows: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw one small panel a group: its rate in each unit from left to right."""
    units = rows.sort("order")["short"].unique(maintain_order=True).to_list()
    groups = rows.sort("rank")["term"].unique(maintain_order=True).to_list()
    many, room = len(units) > MANY, 34
    # Four panels are a square, because one alone below three leaves holes.
    side_by_side = 2 if len(groups) in (2, 4) else 3
    across = side_by_side if look.wide else 1 if many else 2
    each = look.width(16 * (across - 1) + 8) // across - room
    scale = alt.Scale(domain=[0, float(rows["high"].max() or 1)], nice=False)
    panels = []
    for at, term in enumerate(groups):
        part = rows.filter(term=term).with_columns(tip=pl.format("{}, {}: {}", "idea", "label", times_used()))
        # Panels of one column share the names of the units, those of one row the scale.
        below = alt.Axis(
            labelAngle=-90, labelLimit=120, labelOverlap="greedy" if many else False, labels=at >= len(groups) - across
        )
        beside = alt.Axis(tickCount=3, labels=at % across == 0, minExtent=room, maxExtent=room)
        x = alt.X("short:N", sort=units, title=None, axis=below)
        base = alt.Chart(part)
        bars = look.intervals(base, x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q")
        dots = look.dots(base, x=x, y=alt.Y("per_1000:Q", title=None, scale=scale, axis=beside))
        title = look.title(part["idea"][0])
        panels.append(alt.layer(bars, dots).properties(width=each, height=96, title=title))
    return look.finish(alt.concat(*panels, columns=across, spacing=14))


def trend(
    study: Study, term_rates: pl.DataFrame, trends: pl.DataFrame, *, group: str | None = None, name: str = "trend"
) -> Figure:
    """Draw one term group on the calendar: its rate in each article whose days are known, and the median slope.

    The broken line has the slope of Theil (1950) and Sen (1968), at the median level of the articles drawn.

    Args:
        study: The study.
        term_rates: The table `term_rates`.
        trends: The table `trends`.
        group: The term group to follow, as `data/terms.csv` calls it; the one that moves most if not given.
        name: The figure's name.

    Returns:
        The figure; a row is an article: `term`, `idea`, `unit`, `order`, `label`, `short`, `first`, `last`,
        `middle`, `until` (the day after `last`), `count`, `words`, `per_1000`, `low`, `high`.

    Raises:
        ValueError: The study has no such term group.

    Examples:
        >>> figure = dl.figures.trend(study, rates, moves, group="invitation")
        >>> figure.rows.select("label", "count", "words").row(-1)
        ('22–28 December 2024', 3, 343)
    """
    articles, occurrences = study.load("articles", "occurrences")
    dated = articles.drop_nulls(["published_from", "published_to"])
    found = _followed(study, trends, group)
    days = dated.select(unit="article_id", first="published_from", last="published_to")
    rows = (
        _rates_of_groups(study, term_rates, drawn(dated), "article")
        .filter(term=found["term"] if found else "")
        .join(days, on="unit", validate="1:1")
        .with_columns(
            middle=pl.col("first") + (pl.col("last") - pl.col("first")) / 2, until=pl.col("last") + pl.duration(days=1)
        )
        .pipe(mark_rows, name, "unit")
        .sort("order")
    )
    line = _median_line(rows, found["slope"]) if rows.height else None
    undated = " Articles without a day are left out." if dated.height < articles.height else ""
    chosen = (
        " The idea is the one whose trend is least likely by chance, which is why it is shown; "
        "q allows for having looked at all."
    )
    return Figure(
        study,
        name,
        title=_trend_title(study, rows, found, group),
        rows=rows,
        draw=lambda look: _draw_trend(rows, line, look),
        evidence=uses_of(rows, occurrences, articles, "article"),
        subtitle="Uses in 1,000 words of each article, with exact 95% intervals; across, the days on which it "
        f"may have appeared. Broken line: the median slope.{undated}{drawn_note(dated)}",
        alt=_trend_alt(rows) if rows.height else [],
        table=rows.select(Article="label", Uses="count", Words="words", **RATE),
        note=sample_note(study) + (chosen if group is None else ""),
        links={"The uses": evidence_page(name)},
    )


def _followed(study: Study, trends: pl.DataFrame, group: str | None) -> dict | None:
    """Return the row of `trends` of the group to follow, or None if it cannot be followed."""
    if group is None:
        return leading_idea(trends)
    term = f"#{group.removeprefix('#')}"
    if term not in study.ideas:
        known = ", ".join(sorted(each.removeprefix("#") for each in study.ideas)) or "none"
        msg = (
            f"no term group is called {group!r}; data/terms.csv has: {known}. "
            "Take one of these, or add the group and its phrases there."
        )
        raise ValueError(msg)
    found = trends.filter(term=term, kind="group")
    return found.row(0, named=True) if found.height else None


def _trend_title(study: Study, rows: pl.DataFrame, found: dict | None, group: str | None) -> str:
    """Return the title: the slope of the group with its interval, or why there is none."""
    if rows.is_empty():
        if group is None:
            return "No term group can be followed: too few articles have a day, or none is used often enough"
        idea = study.ideas[f"#{group.removeprefix('#')}"]
        return f"“{opened(idea)}” cannot be followed: too few articles have a day, or it is not used often enough"
    if found["verdict"] not in CLAIMED:
        return f"“{opened(rows['idea'][0])}” in each article, on the calendar"
    slope, low, high = (f"{found[key]:+.1f}".replace("-", "−") for key in ("slope", "low", "high"))
    rise = f"{slope} uses in 1,000 words a year ({low} to {high})"
    return f"“{opened(rows['idea'][0])}”: {rise}; {VERDICTS[found['verdict']]}"


def _trend_alt(rows: pl.DataFrame) -> list[str]:
    told = rows.select("label", "per_1000", "low", "high").iter_rows()
    said = "; ".join(f"{label} {rate:.1f} ({low:.1f} to {high:.1f})" for label, rate, low, high in told)
    return [
        f"The rate of “{rows['idea'][0]}” in 1,000 words of each article on the calendar; a bar across shows the days "
        "on which an article may have appeared, a bar up and down the interval of its rate.",
        f"{said}.",
    ]


def _median_line(rows: pl.DataFrame, slope: float) -> pl.DataFrame:
    """Return both ends of the line with a slope a year through the rows, never below zero: `day`, `rate`."""
    begin, end = rows["middle"].min(), rows["middle"].max()
    a_day = slope / 365.25
    level = (rows["per_1000"] - a_day * (rows["middle"] - begin).dt.total_days()).median()
    ends = [max(0.0, level + a_day * (day - begin).days) for day in (begin, end)]
    return pl.DataFrame({"day": [begin, end], "rate": ends})


def _draw_trend(rows: pl.DataFrame, line: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw the rate of each article: a bar across where its day is uncertain, one up and down where its rate is."""
    top = float(max(rows["high"].max(), line["rate"].max()) or 1)
    x = alt.X("middle:T", title=None, axis=calendar_axis(rows["first"].min(), rows["last"].max()))
    scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("per_1000:Q", title=None, scale=scale, axis=alt.Axis(tickCount=4))
    base = alt.Chart(rows.with_columns(tip=pl.format("{}: {}", "label", times_used())))
    dashed = alt.Chart(line).mark_line(color=look["soft"], strokeWidth=1.5, strokeDash=[5, 4])
    slope = dashed.encode(x=alt.X("day:T"), y=alt.Y("rate:Q"))
    bars = look.intervals(base, x=x, y=alt.Y("low:Q"), y2="high:Q")
    days = base.mark_rule(color=look["c1"], strokeWidth=4).encode(x=alt.X("first:T"), x2="until:T", y=y)
    dots = look.dots(base, size=70 if look.wide else 40, x=x, y=y)
    return look.finish(alt.layer(slope, bars, days, dots).properties(width=look.width(40), height=220))
