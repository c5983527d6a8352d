"""Draw who is named together with whom: the triangle of the most named actors."""

import altair as alt
import polars as pl

from dateline.actors.pairs import WINDOWS, pair_windows
from dateline.figures.base import Figure, evidence_page, mark_rows
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import articles_in, sample_note, unit_labels
from dateline.study.load import Study
from dateline.words import CLAIMED, count_of, joined, number, opened, rounded, with_article

_MORE = {
    "supported": "more than chance explains",
    "suggestive": "more than expected, which is suggestive, no more",
    "not shown": "no more than chance could give",
    "not testable": "too few to test",
}
_LISTED = 12
_PAIR = "actor_a actor_b one other rank_one rank_other count expected p q stability verdict heading".split()
_SAME_WINDOW = {"sentence": ["sentence_id"], "paragraph": ["article_id", "paragraph"], "article": ["article_id"]}


def pairs(
    study: Study,
    co_mentions: pl.DataFrame,
    *,
    by: str = "all",
    unit: str | None = None,
    window: str = "sentence",
    top: int = 8,
    name: str = "pairs",
) -> Figure:
    """Draw how often the most named actors share a sentence, as a triangle of counts.

    Args:
        study: The study.
        co_mentions: The table `co_mentions`.
        by: `all`, or `period`, `publisher` or `article` for the triangle of one of them.
        unit: Which period, publisher or article; nothing for `all`.
        window: What two actors share: `sentence`, `paragraph` or `article`.
        top: How many actors, by the sentences of the unit that name them.
        name: The figure's name.

    Returns:
        The figure; a row is a pair that shares at least one window: `actor_a`, `actor_b` (ids, in alphabetical
        order), `one`, `other` (names, the more often named first), `rank_one`, `rank_other`, `count`,
        `expected`, `p`, `q`, `stability`, `verdict`.

    Raises:
        ValueError: There is no such kind of unit, no such unit, or no pair was counted in such windows.

    Examples:
        >>> figure = dl.figures.pairs(study, pairs, window="sentence", top=8)
        >>> figure.rows.select("one", "other", "count").row(0)
        ('Ukraine', 'NATO', 34)
    """
    articles, mentions, sentences = study.load("articles", "mentions", "sentences")
    unit, label = _one_unit(unit_labels(study, articles, by), by, unit)
    here = articles_in(articles, by).filter(unit=unit)
    check_counted(co_mentions, mentions, here, by, window)
    actors = most_named(study, mentions.join(here, on="article_id", how="semi"), top)
    rows = (
        co_mentions.filter(window=window, unit_kind=by, unit=unit)
        .pipe(pair_rows, actors)
        .pipe(mark_rows, name, "actor_a", "actor_b")
    )
    filled = "the articles are" if window == "article" else f"the {window}s of each article are"
    total = window_sizes(sentences, here, window)["windows"].sum()
    whole = f"{total:,}" if by == "all" else f"the {by}'s {total:,}"
    return Figure(
        study,
        name,
        title=_title(rows, window, "" if by == "all" else f"{opened(label)}: "),
        rows=rows,
        draw=lambda look: _draw(rows, actors, window, look),
        evidence=shared_windows(mentions, sentences, here, rows, window),
        subtitle=f"{window.capitalize()}s that name both, of {whole}. Filled: more than chance gives (p at most 0.05) "
        f"when {filled} filled anew with as many names.",
        alt=_alt(rows, actors.height, window),
        table=rows.sort("count", "actor_a", descending=[True, False], maintain_order=True).select(
            One="one",
            Other="other",
            **{f"{window.capitalize()}s": "count"},
            **rounded(1, Expected="expected"),
            **rounded(3, p="p", q="q"),
            **rounded(2, Stability="stability"),
            Verdict="verdict",
        ),
        note=sample_note(study),
        measures=("actors named in a sentence",),
        links={f"Every {window}": evidence_page(name)},
    )


def leading_pair(rows: pl.DataFrame) -> dict | None:
    """Return the row of the pair with the highest `count`, ties by id; None if there is no pair."""
    found = rows.sort("count", "actor_a", "actor_b", descending=[True, False, False])
    return found.row(0, named=True) if found.height else None


def check_counted(co_mentions: pl.DataFrame, mentions: pl.DataFrame, units: pl.DataFrame, by: str, window: str) -> None:
    """Check that the pairs of a figure were counted, so that it does not show none where there are some.

    Raises:
        ValueError: There are no such windows, or one of the `units` (`article_id`, `unit`) names two actors and the
            table has no pair of any.
    """
    if window not in WINDOWS:
        msg = f"window must be one of {', '.join(map(repr, WINDOWS))}, got {window!r}"
        raise ValueError(msg)
    if window == by == "article":
        msg = "every two actors of an article share it: with by='article', window must be 'sentence' or 'paragraph'"
        raise ValueError(msg)
    found = co_mentions.filter(window=window, unit_kind=by).join(units, on="unit", how="semi")
    named = mentions.join(units, on="article_id").group_by("unit").agg(pl.col("actor").n_unique())
    if found.is_empty() and (named["actor"].max() or 0) > 1:
        there = co_mentions.select("window", "unit_kind").unique().sort("window", "unit_kind").rows()
        msg = (
            f"co_mentions has no pairs with window {window!r} by {by!r}; it has "
            f"{', '.join(f'{one} by {kind}' for one, kind in there) or 'no row'}. "
            f"Count them first: co_mentions(..., windows=({window!r},), kinds=({by!r},))"
        )
        raise ValueError(msg)


def most_named(study: Study, mentions: pl.DataFrame, top: int) -> pl.DataFrame:
    """Return the actors whom most sentences name, ties by id: `actor`, `rank` (from 1), `label`, `short`, `side`.

    `short` is the last name of a person where nobody else has it, `side` the first group that lists the actor, or null.
    """
    labels = study.lists["actors"].select("actor", "label", person=pl.col("kind") == "person").unique("actor")
    sides = study.lists["groups"].select("actor", side="label").unique("actor", keep="first")
    last = pl.when("person").then(pl.col("label").str.split(" ").list.last()).otherwise("label")
    return (
        mentions.group_by("actor")
        .agg(named=pl.col("sentence_id").n_unique())
        .sort("named", "actor", descending=[True, False])
        .head(top)
        .join(labels, on="actor", maintain_order="left")
        .join(sides, on="actor", how="left", maintain_order="left")
        .with_columns(rank=pl.int_range(1, pl.len() + 1), short=last)
        .with_columns(short=pl.when(pl.col("short").is_duplicated()).then("label").otherwise("short"))
        .select("actor", "rank", "label", "short", "side")
    )


def pair_rows(co_mentions: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of `actors` that share a window at all, in the order of their ranks.

    Of the rows of one window and one unit; with `one` and `other` (labels, the lower rank first), `rank_one`,
    `rank_other`, `count` and `heading`.
    """
    ranks, labels = dict(actors.select("actor", "rank").iter_rows()), dict(actors.select("rank", "label").iter_rows())
    both = [
        pl.col(column).replace_strict(ranks, default=None, return_dtype=pl.Int64) for column in ("actor_a", "actor_b")
    ]
    found = co_mentions.filter(pl.col("together") > 0, *(rank.is_not_null() for rank in both))
    return (
        found.rename({"together": "count"})
        .with_columns(rank_one=pl.min_horizontal(both), rank_other=pl.max_horizontal(both))
        .with_columns(
            one=pl.col("rank_one").replace_strict(labels, return_dtype=pl.String),
            other=pl.col("rank_other").replace_strict(labels, return_dtype=pl.String),
        )
        .with_columns(heading=pl.format("{} and {}: {}", "one", "other", "count"))
        .select(_PAIR)
        .sort("rank_one", "rank_other")
    )


def shared_windows(
    mentions: pl.DataFrame, sentences: pl.DataFrame, units: pl.DataFrame, rows: pl.DataFrame, window: str
) -> pl.DataFrame:
    """Return the evidence of pairs: `mark` and the windows that name both.

    `units` has the articles that count (`article_id`, `unit`), `rows` the marks with `actor_a`, `actor_b`, and `unit`
    if a mark counts one only. A paragraph is named by the id of its first sentence.
    """
    key = [column for column in ("actor_a", "actor_b", "unit") if column in rows.columns]
    shared = pair_windows(mentions, sentences, window).join(units, on="article_id")
    found = shared.join(rows.select(*key, "mark"), on=key)
    return found.select("mark", "article_id") if window == "article" else found.select("mark", sentence_id="window_id")


def window_sizes(sentences: pl.DataFrame, units: pl.DataFrame, window: str) -> pl.DataFrame:
    """Return how many windows each unit has, whoever they name: `unit`, `windows`."""
    windows = sentences.join(units, on="article_id").unique(["unit", *_SAME_WINDOW[window]])
    return windows.group_by("unit").agg(windows=pl.len().cast(pl.Int64))


def _one_unit(units: pl.DataFrame, by: str, unit: str | None) -> tuple[str, str]:
    """Return the id and the label of one unit."""
    labels = dict(units.select("unit", "label").iter_rows())
    if unit is None and by == "all":
        return "all", labels["all"]
    if unit not in labels:
        listed = [repr(each) for each in labels][:_LISTED]
        rest = f" and {len(labels) - _LISTED:,} more" if len(labels) > _LISTED else ""
        msg = f"with by={by!r}, unit must name one {by}, got {unit!r}; there is {', '.join(listed) or 'none'}{rest}"
        raise ValueError(msg)
    return unit, labels[unit]


def _title(rows: pl.DataFrame, window: str, place: str) -> str:
    """Return the title: which two actors share most windows, and whether that is more than chance gives."""
    top = leading_pair(rows)
    if top is None:
        words = f"No two of the most named actors share {with_article(window)}"
        return f"{place}{words[0].lower()}{words[1:]}" if place else words
    a, b = sorted((top["one"], top["other"]), key=str.casefold)
    shared = f"{top['count']} {window}{'' if top['count'] == 1 else 's'} where chance would give {top['expected']:.1f}"
    return f"{place}{a} and {b} share {shared}{',' if place else ':'} {_MORE[top['verdict']]}"


def _names(rows: pl.DataFrame) -> list[str]:
    """Return the names of the actors that have a place in the triangle, by rank."""
    ends = [rows.select(rank=f"rank_{end}", label=end) for end in ("one", "other")]
    return pl.concat(ends).unique().sort("rank")["label"].to_list()


def _alt(rows: pl.DataFrame, actors: int, window: str) -> list[str]:
    strong = rows.filter(pl.col("verdict").is_in(CLAIMED)).sort(
        "count", "actor_a", "actor_b", descending=[True, False, False]
    )
    said = joined(
        f"{row['one']} and {row['other']} ({row['count']} against {row['expected']:.1f} expected)"
        for row in strong.iter_rows(named=True)
    )
    names = _names(rows)
    many = f"the {number(actors)}"
    some = many if len(names) == actors else f"{number(len(names))} of {many}"
    null = "the articles" if window == "article" else "those of each article"
    return [
        f"A triangle of counts for {some} most named actors: {joined(names)}.",
        f"Filled where the pair shares more {window}s than filling {null} anew gives: {said or 'no pair'}.",
        f"An empty place means that the two never share {with_article(window)}.",
    ]


def _draw(rows: pl.DataFrame, actors: pl.DataFrame, window: str, look: Look) -> alt.TopLevelMixin:
    """Draw a square with its count for each pair, filled where that is more than chance gives."""
    short = dict(actors.select("label", name="label" if look.wide else "short").iter_rows())
    order = [short[name] for name in _names(rows)]
    places = len(order) - 1
    cell = min(46 if look.wide else 26, look.width(150 if look.wide else 100) // places)
    frame = rows.with_columns(
        row=pl.col("other").replace_strict(short, return_dtype=pl.String),
        column=pl.col("one").replace_strict(short, return_dtype=pl.String),
        tip=pl.format("{} and {}: {}", "one", "other", count_of(window)),
        sure=pl.col("verdict").is_in(CLAIMED),
    )
    across = alt.Axis(labelAngle=-40 if look.wide else -90, orient="bottom", labelColor=look["ink"])
    down = alt.Axis(labelColor=look["ink"], labelLimit=max(80, look.width(cell * places + 12)))
    x = alt.X("column:N", title=None, scale=alt.Scale(domain=order[:-1]), axis=across)
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=order[1:]), axis=down)
    base = alt.Chart(frame).encode(x=x, y=y, href="href:N", description="tip:N")
    box = base.mark_rect(cornerRadius=3).encode(
        fill=alt.condition("datum.sure", alt.value(look["c1"]), alt.value(look["faint"])),
        stroke=alt.value(look["paper"]),
        strokeWidth=alt.value(2),
    )
    count = base.mark_text(fontSize=13 if look.wide else 12, fontWeight="bold").encode(
        text="count:Q", color=alt.condition("datum.sure", alt.value(look["paper"]), alt.value(look["ink"]))
    )
    return look.finish(alt.layer(box, count).properties(width=cell * places, height=cell * places))
