"""Finished tables -> the rows that a chart draws: one row a mark, with its number, its link, its evidence.

The same frame feeds the chart, the table under it, its text and the table `evidence`, so the number
on a mark is the number of its entries there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import polars as pl

from dateline.actors.pairs import pair_windows
from dateline.corpus.articles import order_by_date
from dateline.study.load import Study
from dateline.tables import conform
from dateline.terms.tokens import words_of_names

TERMS = 12

ACTORS = 8

MIN_TOGETHER = 1

MOST_DRAWN = 24
"""Articles that a figure draws one by one; of more it draws so many, evenly spread over their order."""


@dataclass(frozen=True)
class Marks:
    """The rows of one figure and the things that each of them counts."""

    figure: str
    rows: pl.DataFrame
    """Has `mark` (id), `count` (number on the mark) and `href` (where its evidence stands)."""
    evidence: pl.DataFrame
    """`figure`, `mark`, `kind`, `id`."""


Tables = dict[str, pl.DataFrame]

Item = TypeVar("Item")

UNDATED = "no date"
"""What stands for the day of an article that nobody knows; such an article has no place in an order of days."""


def day_label(first: object, last: object) -> str:
    """An interval of days in words: "22 October 2024", "6–12 April 2021", "2021", "15 March 2022 or later", "no date"."""
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
    """An interval of days on an axis: its month, or what is known instead; the day of an open end is none of it."""
    if first is None or last is None or first.year != last.year or len(day_label(first, last)) == 4:
        years = [str(day.year) for day in (first, last) if day]
        if len(years) == 2:
            return "–".join(dict.fromkeys(years))
        return f"{'from' if first else 'until'} {years[0]}" if years else UNDATED
    return f"{first:%b %Y}"


def article_labels(articles: pl.DataFrame) -> pl.DataFrame:
    """`article_id`, `order` (1 is the oldest), `when` (its days in words), `short` (month and year)."""
    rank = {article: number for number, article in enumerate(order_by_date(articles), start=1)}
    rows = []
    for article, first, last in articles.select("article_id", "published_from", "published_to").iter_rows():
        short = _short_label(first, last)
        rows.append(
            {"article_id": article, "order": rank[article], "when": day_label(first, last), "short": short}
        )
    frame = pl.DataFrame(
        rows, schema={"article_id": pl.String, "order": pl.Int64, "when": pl.String, "short": pl.String}
    )
    # Two articles of one month need to be told apart on an axis.
    twice = pl.col("short").is_duplicated()
    return frame.sort("order").with_columns(
        short=pl.when(twice)
        .then(pl.col("short") + " (" + pl.col("order").cast(pl.String) + ")")
        .otherwise("short")
    )


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """All items while they are few; else `most` of them, evenly spread, the first among them."""
    if len(items) <= most:
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]


def drawn(articles: pl.DataFrame) -> pl.DataFrame:
    """The rows of `articles` that a figure draws one by one: all, or `MOST_DRAWN` evenly spread over their order."""
    return articles.filter(pl.col("article_id").is_in(spread(order_by_date(articles), MOST_DRAWN)))


def events_between(articles: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Where events stand on an axis of articles in order: only between two whose days leave no doubt.

    Args:
        articles: The table `articles`.
        events: The list `events` of the study: `day`, `label`.

    Returns:
        `order` (between the numbers of two articles), `label`, `day`; an event that falls on days on which
        an article may have appeared, or beyond the first or last article, has no place and no row.
    """
    ranked = articles.join(article_labels(articles).select("article_id", "order"), on="article_id").sort(
        "order"
    )
    days = ranked.select("order", "published_from", "published_to").rows()
    found = []
    for (order, _, last), (_, first, _) in pairwise(days):
        between = [
            (day, label)
            for day, label in events.select(pl.col("day").str.to_date(), "label")
            .sort("day", "label")
            .iter_rows()
            if last and first and last < day < first
        ]
        found += [
            (order + at / (len(between) + 1), label, day) for at, (day, label) in enumerate(between, start=1)
        ]
    return pl.DataFrame(found, schema={"order": pl.Float64, "label": pl.String, "day": pl.Date}, orient="row")


def _evidence(rows: pl.DataFrame, figure: str, kind: str) -> pl.DataFrame:
    return conform(
        rows.select("mark", "id").with_columns(figure=pl.lit(figure), kind=pl.lit(kind)), "evidence"
    )


def _shared(tables: Tables, rows: pl.DataFrame, figure: str, *unit: str) -> pl.DataFrame:
    """The evidence of marks that count the sentences of a pair, all of them or those of one `period`."""
    key = ["actor_a", "actor_b", *unit]
    windows = (
        pair_windows(tables["mentions"], tables["sentences"])
        .join(tables["articles"].select("article_id", "period"), on="article_id", validate="m:1")
        .join(rows.select(*key, "mark"), on=key)
    )
    return _evidence(windows.select("mark", id="window_id"), figure, "sentence")


def leading_idea(tables: Tables) -> dict | None:
    """The row of `trends` of the term group that moves most: least likely by chance, then by tau."""
    found = tables["trends"].filter(pl.col("kind") == "group").with_columns(size=pl.col("tau").abs())
    if found.is_empty():
        return None
    return found.sort("p", "size", "term", descending=[False, True, False]).row(0, named=True)


def _href(page: str, mark: pl.Expr) -> pl.Expr:
    return pl.lit(f"/report/{page}.qmd#") + mark


def name_words(study: Study) -> frozenset[str]:
    """Words that stand in an alias of an actor; they have an analysis of their own."""
    return words_of_names(study.lists["actors"])


def rates(study: Study, tables: Tables) -> Marks:
    """The most used terms that are no actor's name, in each period.

    Rows: `term`, `period`, `label`, `count`, `words`, `per_1000`, `low`, `high`, `rank`, `mark`, `href`.
    """
    names = name_words(study)
    every = tables["term_rates"]
    chosen = (
        every.filter(
            pl.col("unit_kind") == "all", pl.col("kind") == "word", ~pl.col("term").is_in(sorted(names))
        )
        .sort("count", "term", descending=[True, False])
        .head(TERMS)
        .with_row_index("rank", offset=1)
        .select("term", pl.col("rank").cast(pl.Int64))
    )
    labels = study.periods
    mark = pl.lit("rates--") + pl.col("term") + pl.lit("--") + pl.col("unit")
    rows = (
        every.filter(pl.col("unit_kind") == "period")
        .join(chosen, on="term")
        .with_columns(
            mark=mark,
            href=_href("evidence/words", mark),
            label=pl.col("unit").replace_strict(labels, return_dtype=pl.String),
        )
        .rename({"unit": "period"})
        .sort("rank", pl.col("period").cast(study.in_time))
        .select(
            "term", "period", "label", "count", "words", "per_1000", "low", "high", "rank", "mark", "href"
        )
    )
    periods = tables["articles"].select("article_id", "period").drop_nulls("period")
    used = (
        tables["occurrences"]
        .join(periods, on="article_id")
        .join(rows.select("term", "period", "mark"), on=["term", "period"])
        .select("mark", id="occurrence_id")
    )
    return Marks("rates", rows, _evidence(used, "rates", "occurrence"))


def ideas(study: Study, tables: Tables) -> Marks:
    """How often each term group is used in each article, in the order of their dates.

    Rows: `term`, `label`, `rank`, `article_id`, `order`, `short`, `when`, `count`, `words`, `per_1000`, `low`, `high`,
    `mark`, `href`.
    """
    labels = study.ideas
    every = tables["term_rates"].filter(pl.col("kind") == "group")
    ranks = (
        every.filter(pl.col("unit_kind") == "all")
        .sort("count", "term", descending=[True, False])
        .with_row_index("rank", offset=1)
        .select("term", pl.col("rank").cast(pl.Int64))
    )
    mark = pl.lit("ideas--") + pl.col("term").str.strip_prefix("#") + pl.lit("--") + pl.col("article_id")
    rows = (
        every.filter(pl.col("unit_kind") == "article")
        .rename({"unit": "article_id"})
        .join(ranks, on="term")
        .join(article_labels(drawn(tables["articles"])), on="article_id", validate="m:1")
        .with_columns(
            mark=mark,
            href=_href("evidence/ideas", mark),
            label=pl.col("term").replace_strict(labels, return_dtype=pl.String),
        )
        .sort("rank", "order")
        .select(
            "term",
            "label",
            "rank",
            "article_id",
            "order",
            "short",
            "when",
            "count",
            "words",
            "per_1000",
            "low",
            "high",
            "mark",
            "href",
        )
    )
    used = tables["occurrences"].join(rows.select("term", "article_id", "mark"), on=["term", "article_id"])
    return Marks("ideas", rows, _evidence(used.select("mark", id="occurrence_id"), "ideas", "occurrence"))


def pairs(study: Study, tables: Tables) -> Marks:
    """How often the most named actors share a sentence, over all articles.

    Rows: `actor_a`, `actor_b`, `label_a`, `label_b`, `rank_a`, `rank_b`, `count`, `expected`, `surplus`,
    `p`, `q`, `floor`, `stability`, `verdict`, `mark`, `href`; `rank_a` is below `rank_b`.
    """
    labels = study.labels
    reach = (
        tables["mentions"]
        .group_by("actor")
        .agg(n=pl.col("sentence_id").n_unique())
        .sort("n", "actor", descending=[True, False])
        .head(ACTORS)
        .with_row_index("rank", offset=1)
    )
    rank = dict(reach.select("actor", "rank").iter_rows())
    mark = pl.lit("pairs--") + pl.col("actor_a") + pl.lit("--") + pl.col("actor_b")
    base = tables["co_mentions"].filter(
        pl.col("window") == "sentence",
        pl.col("unit_kind") == "all",
        pl.col("actor_a").is_in(list(rank)),
        pl.col("actor_b").is_in(list(rank)),
        pl.col("together") >= MIN_TOGETHER,
    )
    rows = base.with_columns(
        mark=mark, href=_href("evidence/actors", mark), surplus=pl.col("together") - pl.col("expected")
    ).rename({"together": "count"})
    ranks = [(rank[a], rank[b]) for a, b in rows.select("actor_a", "actor_b").iter_rows()]
    rows = rows.with_columns(
        rank_a=pl.Series([min(pair) for pair in ranks], dtype=pl.Int64),
        rank_b=pl.Series([max(pair) for pair in ranks], dtype=pl.Int64),
    )
    by_rank = {number: labels[actor] for actor, number in rank.items()}
    rows = rows.with_columns(
        pl.Series(f"label_{end}", [by_rank[number] for number in rows[f"rank_{end}"]], dtype=pl.String)
        for end in "ab"
    ).sort("rank_a", "rank_b")
    persons = {labels[actor] for actor, kind in study.kinds.items() if kind == "person"}
    rows = rows.with_columns(
        person_a=pl.col("label_a").is_in(persons), person_b=pl.col("label_b").is_in(persons)
    )
    return Marks("pairs", rows, _shared(tables, rows, "pairs"))


def network(study: Study, tables: Tables) -> Marks:
    """The pairs of the triangle that share two sentences or more, as a network with a fixed place for each actor.

    Actors stand on a ring, those of one side together, the most connected of a side first: the same actors
    give the same picture, and no label lies on another.

    Rows: those of `pairs`, with `x_a`, `y_a`, `x_b`, `y_b` (-1 to 1), `side_a`, `side_b`.
    """
    rows = pairs(study, tables).rows.filter(pl.col("count") > 1)
    import networkx as nx  # a third of a second to import, and nothing else here needs it

    graph = nx.Graph()
    graph.add_weighted_edges_from(rows.select("label_a", "label_b", "count").iter_rows())
    sides, names = side_of(study), study.labels
    side = {names[actor]: label for actor, label in sides.items()}
    strength = dict(graph.degree(weight="weight"))
    order = sorted(graph, key=lambda name: (side.get(name, "~"), -strength[name], name))
    place = {name: [round(float(value), 3) for value in at] for name, at in nx.circular_layout(order).items()}
    mark = pl.lit("network--") + pl.col("actor_a") + pl.lit("--") + pl.col("actor_b")
    rows = rows.with_columns(
        mark=mark,
        **{f"{axis}_{end}": pl.Series([place[name][at] for name in rows[f"label_{end}"]], dtype=pl.Float64)
           for end in "ab" for at, axis in enumerate("xy")},
        **{f"side_{end}": pl.Series([side.get(name, "Others") for name in rows[f"label_{end}"]], dtype=pl.String) for end in "ab"},
    )  # fmt: skip
    return Marks("network", rows, _shared(tables, rows, "network"))


def ties(study: Study, tables: Tables) -> Marks:
    """The pairs of the network in each period, so that its change can be seen.

    Rows: those of `network`, once a period: `period`, `label`, `count`, `expected`, `verdict`, `sentences` (of
    the period), `per_100` (shared sentences in a hundred), `mark`, `href`.
    """
    held = tables["articles"].select("article_id", "period").drop_nulls("period")
    sizes = (
        tables["sentences"]
        .join(held, on="article_id")
        .group_by("period")
        .agg(sentences=pl.len().cast(pl.Int64))
    )
    order = pl.DataFrame(
        {"period": list(study.periods), "label": list(study.periods.values())},
        schema={"period": pl.String, "label": pl.String},
    )
    places = [
        "actor_a",
        "actor_b",
        "label_a",
        "label_b",
        "person_a",
        "person_b",
        "side_a",
        "side_b",
        "x_a",
        "y_a",
        "x_b",
        "y_b",
    ]
    base = network(study, tables).rows.select(places)
    counts = (
        tables["co_mentions"]
        .filter(window="sentence", unit_kind="period")
        .select("actor_a", "actor_b", period="unit", count="together", expected="expected", verdict="verdict")
    )
    mark = (
        pl.lit("ties--")
        + pl.col("actor_a")
        + pl.lit("--")
        + pl.col("actor_b")
        + pl.lit("--")
        + pl.col("period")
    )
    rows = (
        base.join(order.with_row_index("at"), how="cross")
        .join(sizes, on="period", how="inner")
        .join(counts, on=["actor_a", "actor_b", "period"], how="left")
        .with_columns(
            pl.col("count").fill_null(0),
            pl.col("verdict").fill_null("not testable"),
            mark=mark,
            href=_href("evidence/ties", mark),
        )
        .with_columns(per_100=100 * pl.col("count") / pl.col("sentences"))
        .sort("at", "label_a", "label_b")
        .drop("at")
    )
    return Marks("ties", rows, _shared(tables, rows, "ties", "period"))


def trend(study: Study, tables: Tables) -> Marks:
    """The idea that moves most, on the calendar: its rate in each article whose days are known on both sides.

    Rows: those of `ideas` for that term, with `first`, `last`, `middle` and `until` (the day after `last`).
    """
    empty_days = {"first": pl.Date, "last": pl.Date, "middle": pl.Date, "until": pl.Date}
    top = leading_idea(tables)
    base = ideas(study, tables).rows
    if top is None:
        none = base.head(0).with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in empty_days.items()
        )
        return Marks("trend", none, _evidence(none.with_columns(id="mark"), "trend", "occurrence"))
    term = top["term"]
    days = (
        tables["articles"]
        .drop_nulls(["published_from", "published_to"])
        .select("article_id", first="published_from", last="published_to")
    )
    mark = pl.lit("trend--") + pl.col("article_id")
    rows = (
        base.filter(term=term)
        .join(days, on="article_id")
        .with_columns(
            middle=pl.col("first") + (pl.col("last") - pl.col("first")) / 2,
            until=pl.col("last") + pl.duration(days=1),
            href=_href("evidence/ideas", pl.col("mark")),
            mark=mark,
        )
        .sort("order")
    )
    used = tables["occurrences"].filter(term=term).join(rows.select("article_id", "mark"), on="article_id")
    return Marks("trend", rows, _evidence(used.select("mark", id="occurrence_id"), "trend", "occurrence"))


def side_of(study: Study) -> dict[str, str]:
    """Actor id -> label of the first group that has it; actors without a group stand for themselves."""
    sides: dict[str, str] = {}
    for label, actor in study.lists["groups"].select("label", "actor").iter_rows():
        sides.setdefault(actor, label)
    return sides


def timeline(study: Study, tables: Tables, articles: pl.DataFrame | None = None) -> Marks:
    """Every statement on target that has a value, on both scales, in the order of the articles: those drawn, or those given.

    Rows: `statement_id`, `holder`, `label`, `side`, `scale`, `value`, `voice`, `conditional`, `corrupt`,
    `article_id`, `order`, `short`, `when`, `slot` (place among those at the same spot, from 0), `of`
    (how many share it), `count` (always 1), `mark`, `href`.
    """
    sides, labels = side_of(study), study.labels
    corrupt = tables["sentences"].select("sentence_id", "corrupt")
    rows = (
        tables["statements"]
        .filter(pl.col("on_target"), pl.col("holder").is_not_null())
        .join(corrupt, on="sentence_id", validate="m:1")
        .unpivot(
            ["support", "feasibility"],
            index=["statement_id", "holder", "voice", "conditional", "corrupt", "article_id", "start"],
            variable_name="scale",
            value_name="value",
        )
        .drop_nulls("value")
        .join(
            article_labels(drawn(tables["articles"]) if articles is None else articles),
            on="article_id",
            validate="m:1",
        )
    )
    rows = rows.with_columns(
        label=pl.col("holder").replace_strict(labels, return_dtype=pl.String),
        side=pl.col("holder").replace_strict(sides, default="Others", return_dtype=pl.String),
        mark=pl.lit("timeline--") + pl.col("scale") + pl.lit("--") + pl.col("statement_id"),
        count=pl.lit(1, dtype=pl.Int64),
        href=pl.lit("/report/articles/") + pl.col("article_id") + pl.lit(".qmd#") + pl.col("statement_id"),
    ).sort("side", "scale", "order", "value", "start", "statement_id")
    spot = ["side", "scale", "order", "value"]
    rows = rows.with_columns(slot=pl.int_range(pl.len()).over(spot), of=pl.len().over(spot).cast(pl.Int64))
    return Marks("timeline", rows, _evidence(rows.select("mark", id="statement_id"), "timeline", "statement"))


def scales(study: Study, tables: Tables, values: pl.DataFrame, holder: str) -> Marks:
    """The mean position of one holder on both scales, article by article.

    Args:
        study: The study.
        tables: Its tables.
        values: The counted statements (`positions.counted`).
        holder: An actor or a group.

    Rows: `scale`, `article_id`, `order`, `short`, `when`, `mean`, `low`, `high`, `count`, `mark`, `href`.
    """
    mark = pl.lit(f"scales--{holder}--") + pl.col("scale") + pl.lit("--") + pl.col("article_id")
    rows = (
        tables["positions"]
        .filter(pl.col("holder") == holder, pl.col("unit_kind") == "article")
        .rename({"unit": "article_id", "statements": "count"})
        .join(article_labels(drawn(tables["articles"])), on="article_id", validate="m:1")
        .with_columns(mark=mark, href=_href("evidence/stance", mark))
        .sort("scale", "order")
        .select(
            "scale", "article_id", "order", "short", "when", "mean", "low", "high", "count", "mark", "href"
        )
    )
    own = values.filter(
        pl.col("holder") == holder, pl.col("article_id").is_in(rows["article_id"].implode())
    ).with_columns(mark=mark)
    return Marks("scales", rows, _evidence(own.select("mark", id="statement_id"), "scales", "statement"))


def told(study: Study, tables: Tables, values: pl.DataFrame, holder: str) -> pl.DataFrame:
    """The means of one holder that sentences are made of: those of `scales`, or the periods' where not all are drawn."""
    if drawn(tables["articles"]).height == tables["articles"].height:
        return scales(study, tables, values, holder).rows
    labels = study.periods
    return (
        tables["positions"]
        .filter(pl.col("holder") == holder, pl.col("unit_kind") == "period")
        .with_columns(
            order=pl.col("unit").replace_strict(
                {unit: at for at, unit in enumerate(labels, start=1)}, return_dtype=pl.Int64
            ),
            short=pl.col("unit").replace_strict(labels, return_dtype=pl.String),
            when=pl.col("unit").replace_strict(labels, return_dtype=pl.String),
        )
        .rename({"statements": "count"})
        .sort("scale", "order")
    )


def dates(study: Study, tables: Tables, articles: pl.DataFrame | None = None) -> Marks:
    """Every article that is drawn (or given) with the days on which it may have appeared, and its sentences that count.

    Rows: `article_id`, `title`, `order`, `short`, `when`, `first`, `last`, `basis`, `words`, `removed`, `count`, `mark`, `href`.
    """
    articles = drawn(tables["articles"]) if articles is None else articles
    sentences = tables["sentences"].group_by("article_id").agg(count=pl.len().cast(pl.Int64))
    removed = tables["removed"].group_by("article_id").agg(removed=pl.len().cast(pl.Int64))
    mark = pl.lit("dates--") + pl.col("article_id")
    rows = (
        articles.join(sentences, on="article_id", how="left")
        .join(removed, on="article_id", how="left")
        .join(article_labels(articles), on="article_id", validate="1:1")
        .with_columns(
            pl.col("count", "removed").fill_null(0),
            mark=mark,
            href=pl.lit("/report/articles/") + pl.col("article_id") + pl.lit(".qmd"),
        )
        .rename({"published_from": "first", "published_to": "last", "published_basis": "basis"})
        .sort("order")
        .select(
            "article_id",
            "title",
            "order",
            "short",
            "when",
            "first",
            "last",
            "basis",
            "words",
            "removed",
            "count",
            "mark",
            "href",
        )
    )
    here = tables["sentences"].join(articles, on="article_id", how="semi")
    entries = here.select(id="sentence_id", article_id="article_id").with_columns(mark=mark)
    return Marks("dates", rows, _evidence(entries.select("mark", "id"), "dates", "sentence"))


def leading_holder(study: Study, values: pl.DataFrame) -> str | None:
    """The group, or failing groups the actor, with the most counted statements: whom the story follows."""
    groups = study.lists["groups"]["group"].unique().to_list()
    pool = values.filter(pl.col("holder").is_in(groups)) if groups else values
    pool = values if pool.is_empty() else pool
    if pool.is_empty():
        return None
    return pool.group_by("holder").agg(n=pl.len()).sort("n", "holder", descending=[True, False])["holder"][0]


def all_marks(study: Study, tables: Tables, values: pl.DataFrame) -> dict[str, Marks]:
    """Every figure's marks, by figure name."""
    found = {
        "rates": rates(study, tables),
        "ideas": ideas(study, tables),
        "pairs": pairs(study, tables),
        "network": network(study, tables),
        "ties": ties(study, tables),
        "trend": trend(study, tables),
        "timeline": timeline(study, tables),
        "dates": dates(study, tables),
    }
    holder = leading_holder(study, values)
    if holder:
        found["scales"] = scales(study, tables, values, holder)
    return found
