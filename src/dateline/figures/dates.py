"""Draw when the articles may have appeared."""

import altair as alt
import polars as pl

from dateline.figures.base import Figure, mark_rows
from dateline.figures.drawing.axes import calendar_axis
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import article_labels, day_label, drawn, drawn_note, sample_note
from dateline.study.load import Study
from dateline.words import counted, joined, number


def dates(study: Study, articles: pl.DataFrame, *, name: str = "dates") -> Figure:
    """Draw each article on the calendar: a bar over the days on which it may have appeared.

    Args:
        study: The study.
        articles: The table `articles`. Of many, some are drawn, evenly spread over their order.
        name: The figure's name.

    Returns:
        The figure; a row is an article: `article_id`, `title`, `order`, `when`, `short`, `first` and `last`
        (empty where open or unknown), `basis`, `words`, `removed` (lines left out), `count` (sentences
        that count). Its marks lead to the articles. Articles without a day are in the table only.

    Examples:
        >>> figure = dl.figures.dates(study, articles)
        >>> figure.rows.select("when", "basis", "words", "count").row(0)
        ('6–12 April 2021', 'curated', 637, 27)
    """
    sentences, removed = study.load("sentences", "removed")
    shown, of = drawn(articles), pl.len().cast(pl.Int64)
    days = {"first": "published_from", "last": "published_to", "basis": "published_basis"}
    rows = (
        shown.select("article_id", "title", "words", **days)
        .join(article_labels(shown), on="article_id", validate="1:1")
        .join(sentences.group_by("article_id").agg(count=of), on="article_id", how="left")
        .join(removed.group_by("article_id").agg(removed=of), on="article_id", how="left")
        .with_columns(pl.col("count", "removed").fill_null(0))
        .with_columns(heading=pl.format("{}, {}: {}", "title", "when", "count"))
        .pipe(mark_rows, name, "article_id")
        .with_columns(href=pl.format("/report/articles/{}.qmd", "article_id"))
        .sort("order")
    )
    dated = rows.filter(pl.any_horizontal(pl.col("first", "last").is_not_null()))
    title = _title(articles) if dated.height else "No article has a date, and none could be inferred"
    return Figure(
        study,
        name,
        title=title,
        rows=rows,
        draw=lambda look: _draw(dated, look) if dated.height else look.nothing(title),
        evidence=sentences.join(rows, on="article_id").select("mark", "sentence_id"),
        subtitle="Days on which each article may have appeared, and the basis of the date." + drawn_note(articles),
        alt=_alt(rows) if dated.height else [title],
        table=rows.select(
            Article="title",
            Published="when",
            Basis="basis",
            Words="words",
            Sentences="count",
            **{"Lines left out": "removed"},
        ),
        note=sample_note(study),
    )


def _title(articles: pl.DataFrame) -> str:
    """Return the title: how many articles from when on, and the basis of their dates."""
    bases = articles["published_basis"].value_counts().sort("count", "published_basis", descending=[True, False])
    said = joined(f"{number(n)} {basis}" for basis, n in bases.iter_rows())
    start = articles["published_from"].min()
    span = f", from {day_label(start, start)} on" if start else ""
    return f"{counted(articles.height, 'article').capitalize()}{span}: of their dates {said}"


def _alt(rows: pl.DataFrame) -> list[str]:
    told = rows.select("when", "basis", "words").iter_rows()
    said = "; ".join(f"{when} ({basis}, {words:,} words)" for when, basis, words in told)
    return ["Each article as a bar on the calendar, as long as the days on which it may have appeared.", f"{said}."]


def _draw(rows: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw a bar for each article, up to the edge where its days are open, and its days in words beside it."""
    begin = min(filter(None, [rows["first"].min(), rows["last"].min()]))
    end = max(filter(None, [rows["first"].max(), rows["last"].max()]))
    width = look.width(12)
    frame = rows.with_columns(
        pl.col("first").fill_null(begin),
        pl.col("last").fill_null(end),
        text=pl.format("{}, {}", "when", "basis"),
        tip=pl.format("{}: {}", "title", "when"),
    )
    # Words go to the side of their bar with more room; over it where neither side has enough.
    a_day = width / max(1, (end - begin).days)
    left, right = (pl.col("first") - begin).dt.total_days(), (end - pl.col("last")).dt.total_days()
    # A letter takes six pixels on average.
    needed = ((14 + 6.0 * pl.col("text").str.len_chars()) / a_day).ceil().cast(pl.Int64)
    centred = left + ((pl.col("last") - pl.col("first")).dt.total_days() - needed) // 2
    over = pl.max_horizontal(0, pl.min_horizontal(centred, (end - begin).days - needed))
    longest = pl.max_horizontal(left, right)
    beside = pl.when(right >= left).then(pl.lit("right")).otherwise(pl.lit("left"))
    frame = frame.with_columns(
        side=pl.when(longest < needed).then(pl.lit("over")).otherwise(beside),
        over=pl.lit(begin) + pl.duration(days=over),
    )
    y = alt.Y("order:O", title=None, axis=None)
    x = alt.X("first:T", title=None, axis=calendar_axis(begin, end))
    bars = alt.Chart(frame).mark_rule(strokeWidth=9, color=look["c1"], strokeCap="round")
    layers = [bars.encode(x=x, x2="last:T", y=y, href="href:N", description="tip:N")]
    for side, at, style in (
        ("right", alt.X("last:T"), {"align": "left", "dx": 14}),
        ("left", alt.X("first:T"), {"align": "right", "dx": -12}),
        ("over", alt.X("over:T"), {"align": "left", "dy": -13}),
    ):
        part = frame.filter(side=side)
        if part.height:
            words = alt.Chart(part).mark_text(fontSize=12, **style)
            layers.append(words.encode(x=at, y=y, text="text:N", href="href:N"))
    return look.finish(alt.layer(*layers).properties(width=width, height=30 * frame.height))
