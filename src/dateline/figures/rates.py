"""Draw how often terms are used in each unit, and what sets one unit apart from the others."""

import altair as alt
import polars as pl

from dateline.figures.base import Figure, evidence_page, mark_rows
from dateline.figures.drawing.theme import Look
from dateline.figures.labels import articles_in, sample_note, unit_labels
from dateline.study.load import Study
from dateline.terms.keyness import COMPARED
from dateline.terms.tokens import words_of_names
from dateline.words import CLAIMED, RATE, counted, joined, parts_in_words, rounded, set_apart, times_used


def rates(study: Study, term_rates: pl.DataFrame, *, by: str = "period", top: int = 12, name: str = "rates") -> Figure:
    """Draw the most used terms that name no actor: uses in 1,000 words of each unit, with exact intervals.

    Args:
        study: The study.
        term_rates: The table `term_rates`.
        by: `period`, `publisher`, `article` or `all`.
        top: How many terms, by their uses in all articles.
        name: The figure's name.

    Returns:
        The figure; a row is a term in a unit: `term`, `unit`, `label`, `rank`, `count`, `words`,
        `per_1000`, `low`, `high`.

    Raises:
        ValueError: There is no such kind of unit.

    Examples:
        >>> figure = dl.figures.rates(study, rates, by="period", top=1)
        >>> figure.rows.select("term", "unit", "count", "words").rows()
        [('membership', '2021', 5, 637), ('membership', '2022', 1, 289), ('membership', '2024', 12, 1225)]
    """
    articles, occurrences, keyness = study.load("articles", "occurrences", "keyness")
    chosen = (
        term_rates.filter(~pl.col("term").is_in(_names(study)), unit_kind="all", kind="word")
        .sort("count", "term", descending=[True, False])
        .head(top)
        .select("term", rank=pl.int_range(1, pl.len() + 1))
    )
    rows = (
        term_rates.filter(unit_kind=by)
        .join(chosen, on="term")
        .join(unit_labels(study, articles, by), on="unit")
        .with_columns(heading=pl.format("{}, {}: {}", "term", "label", "count"))
        .pipe(mark_rows, name, "term", "unit")
        .sort("rank", "order")
    )
    sizes = rows.select("label", "words").unique(maintain_order=True)
    words = joined(f"{label}: {n:,}" for label, n in sizes.iter_rows())
    return Figure(
        study,
        name,
        title=_rates_title(keyness.filter(unit_kind=by), rows),
        rows=rows,
        draw=lambda look: _draw_rates(rows, look),
        evidence=uses_of(rows, occurrences, articles, by),
        subtitle=f"Uses in 1,000 words, with exact 95% intervals. Words in the {by}: {words}.",
        alt=_rates_alt(rows, by),
        table=rows.select(Term="term", **{by.capitalize(): "label"}, Uses="count", Words="words", **RATE),
        note=f"{sample_note(study)} The unit is the article; a term is a lemma, names of actors left out.",
        measures=("lines left out", "sentences"),
        links={"The uses": evidence_page(name)},
    )


def _names(study: Study) -> list[str]:
    return sorted(words_of_names(study.lists["actors"]))


def uses_of(rows: pl.DataFrame, occurrences: pl.DataFrame, articles: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the evidence of rows that are each a term in a unit: `mark`, `occurrence_id`."""
    uses = occurrences.join(articles_in(articles, by), on="article_id").join(rows, on=["term", "unit"])
    return uses.select("mark", "occurrence_id")


def leading_term(keyness: pl.DataFrame, terms: list[str]) -> dict | None:
    """Return the row of `keyness` of the term that sets one unit apart most; None if no term is used more in one."""
    found = keyness.filter(pl.col("term").is_in(terms), pl.col("log_odds") > 0)
    return found.sort("z", "term", descending=[True, False]).row(0, named=True) if found.height else None


def _rates_title(keyness: pl.DataFrame, rows: pl.DataFrame) -> str:
    """Return the title: the term that sets one unit apart most, and whether that can be tested."""
    if rows.is_empty():
        return "No word that names no actor is used often enough"
    top = leading_term(keyness, rows["term"].unique().to_list())
    if top is None or top["verdict"] not in CLAIMED:
        return "The most used words that name no actor"
    label = dict(rows.select("unit", "label").iter_rows())[top["unit"]]
    return set_apart(top, f"“{top['term'].capitalize()}” marks {label}")


def _rates_alt(rows: pl.DataFrame, by: str) -> list[str]:
    terms, units = counted(rows["term"].n_unique(), "term"), counted(rows["unit"].n_unique(), by)
    units = "all articles" if by == "all" else units
    out = [f"A dot plot of {terms} in {units}, each with its exact interval."]
    for (label,), part in rows.group_by(["label"], maintain_order=True):
        leading = part.sort("per_1000", "term", descending=[True, False]).head(3)
        said = joined(f"{term} {rate:.1f}" for term, rate in leading.select("term", "per_1000").iter_rows())
        none = part.filter(pl.col("count") == 0).sort("term")["term"]
        unused = f"; {joined(none)} not used." if none.len() else "."
        out.append(f"{label}, uses in 1,000 words: {said} lead{unused}")
    return out


def _draw_rates(rows: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw dots with intervals, one column a unit while they fit side by side, else one below the other."""
    order = rows.sort("rank")["term"].unique(maintain_order=True).to_list()
    shown = "label" if look.wide else "short"
    panels = rows.select(shown).unique(maintain_order=True)[shown].to_list()
    columns = min(max(len(panels), 1), 4 if look.wide else 3)
    each = (look.width(118) - 14 * (columns - 1)) // columns
    frame = rows.with_columns(panel=shown, tip=pl.format("{}, {}: {}", "term", "label", times_used()))
    base = alt.Chart(frame)
    y = alt.Y("term:N", sort=order, title=None, axis=alt.Axis(grid=True, labelColor=look["ink"]))
    scale = alt.Scale(domain=[0, float(rows["high"].max() or 1)], nice=False)
    x = alt.X("per_1000:Q", title=None, scale=scale, axis=alt.Axis(tickCount=3 if look.wide else 2, grid=False))
    bars = look.intervals(base, x=alt.X("low:Q"), x2="high:Q", y=y)
    dots = look.dots(base, x=x, y=y, order=alt.Order("rank:Q"))
    layer = alt.layer(bars, dots).properties(width=each, height=22 * len(order))
    if len(panels) <= columns:
        return look.finish(layer.facet(column=alt.Column("panel:N", sort=panels, title=None)))
    return look.finish(layer.facet(facet=alt.Facet("panel:N", sort=panels, title=None), columns=columns))


def keyness(study: Study, keyness: pl.DataFrame, *, by: str = "period", top: int = 5, name: str = "keyness") -> Figure:
    """Draw the terms that set each unit apart from all the others together.

    Args:
        study: The study.
        keyness: The table `keyness`.
        by: `period` or `publisher`.
        top: How many terms of each unit, by z of the log-odds ratio; term groups and names are left out.
        name: The figure's name.

    Returns:
        The figure; a row is a term in a unit: `term`, `unit`, `label`, `count`, `per_1000`,
        `per_1000_against`, `z`, `p`, `q`, `verdict`.

    Raises:
        ValueError: `by` is none of the two.

    Examples:
        >>> figure = dl.figures.keyness(study, words, by="period", top=1)
        >>> figure.rows.select("term", "unit", "count").rows()
        [('reform', '2021', 4), ('demand', '2022', 6), ('invitation', '2024', 9)]
    """
    if by not in COMPARED:
        msg = f"by must be 'period' or 'publisher', got {by!r}"
        raise ValueError(msg)
    articles, occurrences = study.load("articles", "occurrences")
    rows = (
        top_terms(study, keyness, by=by, top=top)
        .join(unit_labels(study, articles, by), on="unit")
        .with_columns(heading=pl.format("{}, {}: {}", "term", "label", "count"))
        .pipe(mark_rows, name, "term", "unit")
        .sort("order", "z", "term", descending=[False, True, False])
    )
    return Figure(
        study,
        name,
        title=_keyness_title(rows, by),
        rows=rows,
        draw=lambda look: _draw_keyness(rows, look),
        evidence=uses_of(rows, occurrences, articles, by),
        subtitle=f"Uses in 1,000 words of the {by} (dot) and of all the others (line). Filled: at least suggestive.",
        alt=[
            f"Dots in {counted(rows['unit'].n_unique(), by)}: terms and their uses in 1,000 words, there and elsewhere.",
            *parts_in_words(rows, ["label"], "{} {:.1f} against {:.1f}", "term per_1000 per_1000_against", join=joined),
        ],
        table=rows.select(
            Term="term",
            **{by.capitalize(): "label"},
            Uses="count",
            **rounded(1, **{"In 1,000 words": "per_1000", "Elsewhere": "per_1000_against"}),
            **rounded(2, **{"z of log-odds": "z"}),
            **rounded(3, p="p", q="q"),
            Verdict="verdict",
        ),
        note=f"{sample_note(study)} Each {by} is compared with all the others together; the test shuffles articles.",
        measures=("lines left out", "sentences"),
        links={"The uses": evidence_page(name)},
    )


def top_terms(study: Study, keyness: pl.DataFrame, *, by: str, top: int) -> pl.DataFrame:
    """Return the `top` rows of `keyness` of each unit by z: terms used more there, no term groups, no names."""
    return (
        keyness.filter(pl.col("log_odds") > 0, pl.col("kind") != "group", unit_kind=by)
        .filter(~pl.col("term").is_in(_names(study)))
        .sort("unit", "z", "term", descending=[False, True, False])
        .group_by("unit", maintain_order=True)
        .head(top)
    )


def _keyness_title(rows: pl.DataFrame, by: str) -> str:
    if rows.is_empty():
        return f"No term leans to a {by}"
    found = rows.filter(pl.col("verdict").is_in(CLAIMED)).sort("z", "term", descending=[True, False])
    if found.is_empty():
        return f"The terms that lean most to each {by}"
    best = found.row(0, named=True)
    return set_apart(best, f"“{best['term'].capitalize()}” sets {best['label']} apart")


def _draw_keyness(rows: pl.DataFrame, look: Look) -> alt.TopLevelMixin:
    """Draw one panel a unit, one row a term: a dot at its rate, a tick at the rate elsewhere."""
    top = float(rows["per_1000"].max() or 1)
    across = 2 if look.wide else 1
    units = rows.select("label").unique(maintain_order=True)["label"].to_list()
    each = (look.width(24) - 24 * (across - 1)) // across - 104
    panels = []
    for label in units:
        part = rows.filter(label=label).with_columns(
            tip=pl.format("{}, {}: {}", "term", "label", times_used()),
            fill=pl.when(pl.col("verdict").is_in(CLAIMED)).then(pl.lit(look["c1"])).otherwise(pl.lit(look["paper"])),
        )
        base = alt.Chart(part)
        axis = alt.Axis(minExtent=100, maxExtent=100, labelLimit=96, labelColor=look["ink"])
        y = alt.Y("term:N", sort=part["term"].to_list(), title=None, axis=axis)
        scale = alt.Scale(domain=[0, top], nice=False)
        x = alt.X("per_1000:Q", title=None, scale=scale, axis=alt.Axis(tickCount=3, grid=False))
        rule = look.intervals(base, x=x, x2="per_1000_against:Q", y=y)
        tick = base.mark_tick(color=look["soft"], thickness=2, size=14).encode(x=alt.X("per_1000_against:Q"), y=y)
        dots = base.mark_point(size=70, filled=True, opacity=1, stroke=look["c1"], strokeWidth=2).encode(
            x=x, y=y, href="href:N", description="tip:N", fill=alt.Fill("fill:N", scale=None, legend=None)
        )
        height = 26 * max(1, part.height)
        panels.append(alt.layer(rule, tick, dots).properties(width=each, height=height, title=look.title(label)))
    return look.finish(alt.concat(*panels, columns=across, spacing=14))
