"""Name units and days the way a reader sees them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import polars as pl

from dateline.corpus.articles import order_by_date, units_of
from dateline.study.load import Study
from dateline.words import counted

MOST_DRAWN = 24
"""Articles that a figure draws one by one; of more it draws so many, evenly spread over their order."""

UNDATED = "no date"
"""Label of an article whose day is unknown; such an article has no place in an order of days."""

_DAYS = ["article_id", "published_from", "published_to"]
_LABELS = {"article_id": pl.String, "order": pl.Int64, "when": pl.String, "short": pl.String}
_UNIT = ["unit", "order", "label", "short"]

Item = TypeVar("Item")


def day_label(first: object, last: object) -> str:
    """Return an interval of days in words: "22 October 2024", "6–12 April 2021", "2021", "15 March 2022 or later", "no date"."""
    if first is None and last is None:
        return UNDATED
    if last is None:
        return f"{first.year if _opens_year(first) else _day(first)} or later"
    if first is None:
        return f"{_day(last)} or earlier"
    if _opens_year(first) and (last.year, last.month, last.day) == (first.year, 12, 31):
        return str(first.year)
    if first == last:
        return _day(first)
    if (first.month, first.year) == (last.month, last.year):
        return f"{first.day}–{_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B}–{_day(last)}"
    return f"{_day(first)}–{_day(last)}"


def _day(day: object) -> str:
    return f"{day.day} {day:%B %Y}"


def _opens_year(day: object) -> bool:
    return (day.month, day.day) == (1, 1)


def _short_label(first: object, last: object) -> str:
    """Return an interval of days for an axis: its month, or what is known instead; never the day of an open end."""
    if first is None or last is None or first.year != last.year or len(day_label(first, last)) == 4:
        years = [str(day.year) for day in (first, last) if day]
        if len(years) == 2:
            return "–".join(dict.fromkeys(years))
        return f"{'from' if first else 'until'} {years[0]}" if years else UNDATED
    return f"{first:%b %Y}"


def article_labels(articles: pl.DataFrame) -> pl.DataFrame:
    """Return the labels of articles, oldest first: `article_id`, `order` (from 1), `when` (days in words), `short` (month and year)."""
    days = {article: (first, last) for article, first, last in articles.select(_DAYS).iter_rows()}
    rows = [
        (article, order, day_label(*days[article]), _short_label(*days[article]))
        for order, article in enumerate(order_by_date(articles), start=1)
    ]
    frame = pl.DataFrame(rows, schema=_LABELS, orient="row")
    # Two articles of one month need to be told apart on an axis.
    numbered = pl.format("{} ({})", "short", "order")
    return frame.with_columns(short=pl.when(pl.col("short").is_duplicated()).then(numbered).otherwise("short"))


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """Return all items while they are few; else `most` of them, evenly spread, the first among them."""
    if len(items) <= most:
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]


def drawn(articles: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `articles` that a figure draws one by one: all, or `MOST_DRAWN` evenly spread over their order."""
    return articles.filter(pl.col("article_id").is_in(spread(order_by_date(articles), MOST_DRAWN)))


def events_between(articles: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Place `events` (`day`, `label`) on an axis of articles in order: only between two whose days leave no doubt.

    Returns:
        `order` (between the numbers of two articles), `label`, `day`; an event that falls on days on which
        an article may have appeared, or beyond the first or last article, has no place and no row.
    """
    days = articles.select(_DAYS).join(article_labels(articles).select("article_id", "order"), on="article_id")
    named = events.select(pl.col("day").str.to_date(), "label").sort("day", "label").rows()
    found = []
    for (_, _, last, order), (_, first, _, _) in pairwise(days.sort("order").iter_rows()):
        between = [(day, label) for day, label in named if last and first and last < day < first]
        found += [(order + at / (len(between) + 1), label, day) for at, (day, label) in enumerate(between, start=1)]
    return pl.DataFrame(found, schema={"order": pl.Float64, "label": pl.String, "day": pl.Date}, orient="row")


def unit_labels(study: Study, articles: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the units of one kind (`article`, `period`, `publisher` or `all`) in the order in which a figure shows them.

    Returns:
        `unit`, `order` (from 1), `label` (in full) and `short` (on an axis): articles by date, periods as
        the study orders them, publishers by name. Periods and publishers without an article are left out.

    Raises:
        ValueError: There is no such kind of unit.
    """
    if by == "article":
        return article_labels(articles).select("order", "short", unit="article_id", label="when").select(_UNIT)
    if by == "period":
        here = set(articles["period"].drop_nulls())
        rows = [(unit, label, unit) for unit, label in study.periods.items() if unit in here]
    elif by == "publisher":
        rows = [(name, name, name) for name in sorted(articles["publisher"].drop_nulls().unique())]
    elif by == "all":
        rows = [("all", "all articles", "all")]
    else:
        msg = f"by must be 'article', 'period', 'publisher' or 'all', got {by!r}"
        raise ValueError(msg)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(["unit", "label", "short"], pl.String), orient="row")
    return frame.with_columns(order=pl.int_range(1, pl.len() + 1)).select(_UNIT)


def articles_in(articles: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return which article counts in which unit of one kind: `article_id`, `unit`."""
    return units_of(articles).filter(unit_kind=by).select("article_id", "unit")


def sample_note(study: Study) -> str:
    """Return the denominator of everything in a sentence: articles and words."""
    articles = study.load("articles")
    return f"{counted(articles.height, 'article').capitalize()}, {articles['words'].sum():,} words that count."


def drawn_note(articles: pl.DataFrame) -> str:
    """Return the sentence that a figure draws some of the articles only; empty if it draws all."""
    shown = drawn(articles).height
    if shown == articles.height:
        return ""
    return f" Drawn are {shown} of {articles.height:,} articles, evenly spread over their order; the tables have all."
