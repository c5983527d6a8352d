"""Name the places on an axis: values, units in their order, and the days of a calendar."""

import json
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

MANY = 10
"""Units up to which each is named on an axis; of more, as many as there is room for."""

YEARS = timedelta(days=2 * 365)
"""A span of days from which on a calendar names its years only; from six times as many, some of them."""

SEASON = timedelta(days=90)
"""A span of days from which on a calendar names its months."""


def named_axis(names: dict[int, str], **style: Any) -> alt.Axis:
    """Return an axis with a name at each of some places."""
    # JSON, because a publisher's name may have quotation marks.
    known = json.dumps({str(place): name for place, name in names.items()})
    return alt.Axis(values=list(names), labelExpr=f"({known})[datum.value]", **style)


def unit_axis(units: pl.DataFrame, *, angle: int, room: int = 400, grid: bool = False) -> alt.Axis:
    """Return an axis that names units (`order`, `short`): every one while they are few, else as many as fit.

    Args:
        angle: Degrees that the names are turned by.
        room: Pixels that a name has at most.
        grid: Draw a line at each.
    """
    names = dict(units.select("order", "short").iter_rows())
    overlap = False if units.height <= MANY else "greedy"
    return named_axis(names, labelAngle=angle, labelLimit=room, labelOverlap=overlap, grid=grid)


def calendar_axis(first: date, last: date) -> alt.Axis:
    """Return the axis of a calendar: it names years, months or days, as the span between two days needs."""
    span = last - first
    if span >= 6 * YEARS:
        return alt.Axis(format="%Y", tickCount=6, grid=True)
    if span >= YEARS:
        return alt.Axis(format="%Y", tickCount="year", grid=True)
    if span >= SEASON:
        return alt.Axis(format="%b %Y", tickCount=4, grid=True)
    step = alt.TimeIntervalStep(interval="day", step=max(1, span.days // 3))
    return alt.Axis(format="%-d %b %Y", tickCount=step, grid=True)
