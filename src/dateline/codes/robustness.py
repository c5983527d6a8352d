"""Measure each printed finding again with one choice made differently.

The findings are those that titles state: the pair that shares most sentences, the term that sets a
period apart, the idea that moves most, the scale on which the leading holder moves most. Each is
measured again without one article, without translated articles, with one merge of names undone, in
other windows, with another prior, with narrated statements. A finding stands if its sign stays.
"""

from collections.abc import Callable

import polars as pl

from dateline.actors.merges import forms_of, undone
from dateline.figures.ideas import leading_idea
from dateline.figures.labels import UNDATED, article_labels
from dateline.figures.pairs import leading_pair, pairs
from dateline.figures.rates import leading_term, rates
from dateline.figures.scales import leading_holder, scales
from dateline.statements.positions import VOICES, stance_values
from dateline.study.load import Study
from dateline.tables import SCHEMAS, Tables, conform
from dateline.terms.keyness import PRIOR_WORDS, keyness
from dateline.terms.trends import trends

PRIORS = (50.0, 5000.0)

MOST_LEFT_OUT, PARTS = 30, 10
"""Articles up to which each is left out alone; of more, a tenth at a time."""

Variants = dict[str, tuple[Callable[[Tables], Tables], dict]]
"""Name -> what happens to the tables, and which options the measure gets."""

Finding = tuple[str, Callable[..., float | None], Variants]
"""What is printed, the measure of the number whose sign it is, and the variants of its own."""

NEEDED = (
    "articles", "sentences", "mentions", "statements", "occurrences",
    "term_rates", "keyness", "trends", "co_mentions", "positions",
)  # fmt: skip
"""Tables that the findings and their variants are measured from."""


def check_findings(study: Study) -> pl.DataFrame:
    """Measure every printed finding again under every variant that bears on it.

    Args:
        study: The study, whose tables the notebooks before have saved.

    Returns:
        The table `robustness`: one row a finding and variant, the first variant of each finding being
        `as printed`. `value` is the number whose sign is the finding, `stands` whether the sign is that of
        the printed finding; both are null if the variant leaves nothing to measure.

    Raises:
        TableError: A table that the findings rest on is missing.

    Examples:
        >>> checks = dl.check_findings(study)
        >>> checks["finding"][0], checks["stands"][0]
        ('NATO and Ukraine share more sentences than expected', True)
    """
    tables = dict(zip(NEEDED, study.load(*NEEDED), strict=True))
    found = [find(study, tables) for find in (_pair, _keyness, _idea, _shift)]
    rows, subsets = [], _subsets(tables)
    for finding, measure, extra in filter(None, found):
        printed = measure(tables)
        if printed is None:
            continue
        for variant, (change, options) in {"as printed": (_same, {}), **subsets, **extra}.items():
            value = measure(change(tables), **options)
            same = None if value is None else (value > 0) == (printed > 0) and (value < 0) == (printed < 0)
            rows.append((finding, variant, value, same))
    return conform(pl.DataFrame(rows, schema=SCHEMAS["robustness"], orient="row"), "robustness")


def _same(tables: Tables) -> Tables:
    return tables


def _only(articles: list[str]) -> Callable[[Tables], Tables]:
    """Return a change that keeps the rows of some articles."""
    own = pl.col("article_id").is_in(articles)
    return lambda tables: {
        name: frame.filter(own) if "article_id" in frame.columns else frame for name, frame in tables.items()
    }


def _subsets(tables: Tables) -> Variants:
    labels, every = article_labels(tables["articles"]), tables["articles"]["article_id"].to_list()
    days, named = labels["when"].to_list(), {}
    # Two articles of one day, or of none, are told apart by their place in the order.
    for article, order, when in labels.select("article_id", "order", "when").sort("when", "order").iter_rows():
        alone = when != UNDATED and days.count(when) == 1
        named[f"the article of {when}" if alone else f"article {order} ({when})"] = [article]
    if len(every) > MOST_LEFT_OUT:
        named = {f"every {PARTS}th article from number {n + 1} on": every[n::PARTS] for n in range(PARTS)}
    kept = {f"without {name}": [one for one in every if one not in left] for name, left in named.items()}
    own = tables["articles"].filter(~pl.col("translated").fill_null(False))["article_id"].to_list()
    if 0 < len(own) < len(every):
        kept["without translated articles"] = own
    return {name: (_only(articles), {}) for name, articles in kept.items()}


def _pair(study: Study, tables: Tables) -> Finding | None:
    top = leading_pair(pairs(study, tables["co_mentions"]).rows)
    if top is None:
        return None
    pair = {name: top[name] for name in ("actor_a", "actor_b")}

    def surplus(t: Tables, window: str = "sentence") -> float | None:
        own = t["co_mentions"].filter(window=window, unit_kind="article", **pair)
        found = own.join(t["articles"], left_on="unit", right_on="article_id", how="semi")
        return found["together"].sum() - found["expected"].sum() if found.height else None

    def without(*form: str) -> Callable[[Tables], Tables]:
        units = tables["articles"].select("article_id", unit="article_id")

        def undo(t: Tables) -> Tables:
            ties = undone(t["mentions"], t["sentences"], units, [form])[-1]
            return {**t, "co_mentions": ties.with_columns(unit_kind=pl.lit("article"))}

        return undo

    forms = forms_of(tables["mentions"]).filter(pl.col("actor").is_in([*pair.values()])).sort("actor", "form")
    extra: Variants = {
        f"“{form}” not taken for {study.labels[actor]}": (without(actor, form), {})
        for actor, form in forms.select("actor", "form").iter_rows()
    }
    a, b = (study.labels[actor] for actor in pair.values())
    return (
        f"{a} and {b} share more sentences than expected",
        surplus,
        extra | {"by paragraph": (_same, {"window": "paragraph"})},
    )


def _keyness(study: Study, tables: Tables) -> Finding | None:
    shown = rates(study, tables["term_rates"]).rows["term"].unique().to_list()
    top = leading_term(tables["keyness"].filter(unit_kind="period"), shown)
    if top is None:
        return None

    def odds(t: Tables, prior: float = PRIOR_WORDS) -> float | None:
        used = t["occurrences"].filter(term=top["term"])
        if used.is_empty():
            return None
        found = keyness(used, t["articles"], prior_words=prior, kinds=("period",)).filter(unit=top["unit"])
        return found["log_odds"][0] if found.height else None

    extra: Variants = {f"with a prior of {prior:,.0f} words": (_same, {"prior": prior}) for prior in PRIORS}
    return f"“{top['term']}” leans to {study.periods[top['unit']]}", odds, extra


def _idea(study: Study, tables: Tables) -> Finding | None:
    top = leading_idea(tables["trends"])
    if top is None or not top["tau"]:
        return None

    def tau(t: Tables) -> float | None:
        rows = trends(t["occurrences"].filter(term=top["term"]), t["articles"])
        return rows["tau"][0] if rows.height else None

    way = "rises" if top["tau"] > 0 else "falls"
    return f"“{study.ideas[top['term']]}” {way} over the articles", tau, {}


def _shift(study: Study, tables: Tables) -> Finding | None:
    groups = study.lists["groups"]
    values = stance_values(tables["statements"], tables["sentences"], groups)
    holder = leading_holder(study, values)
    if holder is None:
        return None
    ends = (
        scales(study, tables["positions"], holder=holder)
        .rows.group_by("scale")
        .agg(range=pl.col("mean").max() - pl.col("mean").min())
        .sort("range", "scale")
    )
    if ends.is_empty() or ends["range"][-1] == 0:
        return None
    scale = ends["scale"][-1]
    order = article_labels(tables["articles"]).select("article_id", "order")

    def change(t: Tables, voices: tuple[str, ...] = VOICES) -> float | None:
        own = stance_values(t["statements"], t["sentences"], groups, voices=voices).filter(holder=holder, scale=scale)
        means = own.join(order, on="article_id").group_by("article_id", "order").agg(pl.col("value").mean())
        if means.height < 2:
            return None
        means = means.sort("value", "order")
        return (means["value"][-1] - means["value"][0]) * (1 if means["order"][-1] > means["order"][0] else -1)

    extra: Variants = {
        "with what the reporter tells": (_same, {"voices": (*VOICES, "narrated")}),
        "own words only": (_same, {"voices": ("direct",)}),
    }
    return f"{study.labels[holder]} moves most on {scale}, in this direction", change, extra
