"""Does each printed finding stand when one choice is made differently?

The findings are those that titles state: the pair that shares most sentences, the term that sets a
period apart, the idea that moves most, the scale on which the leading holder moves most. Each is
measured again without one article, without translated articles, with one merge of names undone, in
other windows, with another prior, with narrated statements. A finding stands when its sign does.
"""

from collections.abc import Callable

import polars as pl

from dateline.actors.merges import SHARE, split_form
from dateline.actors.pairs import count_pairs
from dateline.figures import marks
from dateline.figures.marks import UNDATED, Tables, article_labels
from dateline.statements.positions import VOICES, counted
from dateline.study.load import Study
from dateline.tables import ABOUT_TABLES
from dateline.terms import keyness, rates

PRIORS = (50.0, 5000.0)

MOST_LEFT_OUT, PARTS = 30, 10
"""Articles up to which each is left out alone; of more, a tenth at a time."""

Change = Callable[[Tables], Tables]

Variants = dict[str, tuple[Change, dict]]
"""Name -> what happens to the tables, and which options the measure gets."""


def check_findings(study: Study, tables: Tables) -> pl.DataFrame:
    """Measure every finding again under every variant that bears on it.

    Args:
        study: The study.
        tables: Its tables.

    Returns:
        One row a finding and variant, the first variant of each finding being `as printed`: `value` is what
        its sign rests on, `stands` whether the sign is that of the printed finding; both are null where the
        variant leaves nothing to measure.
    """
    rows: list[tuple[str, str, float | None, bool | None]] = []
    for finding, measure, extra in _findings(study, tables):
        printed = measure(tables)
        if printed is None:
            continue
        variants: Variants = {"as printed": (_same, {}), **_subsets(tables), **extra}
        for variant, (change, options) in variants.items():
            value = measure(change(tables), **options)
            same = None if value is None else (value > 0) == (printed > 0) and (value < 0) == (printed < 0)
            rows.append((finding, variant, value, same))
    return pl.DataFrame(rows, schema=ABOUT_TABLES["robustness"], orient="row").with_columns(
        pl.col("value").round(6)
    )


def _same(tables: Tables) -> Tables:
    return tables


def _keep(tables: Tables, articles: list[str]) -> Tables:
    return {name: frame.filter(pl.col("article_id").is_in(articles)) if "article_id" in frame.columns else frame
            for name, frame in tables.items()}  # fmt: skip


def _subsets(tables: Tables) -> Variants:
    every = tables["articles"]["article_id"].to_list()
    labels = article_labels(tables["articles"])
    days = labels["when"].to_list()
    out: Variants = {}
    # Two articles of one day, or of none, are told apart by their place in the order.
    named = {
        f"the article of {when}"
        if when != UNDATED and days.count(when) == 1
        else f"article {order} ({when})": [article]
        for article, order, when in labels.select("article_id", "order", "when")
        .sort("when", "order")
        .iter_rows()
    }
    if len(every) > MOST_LEFT_OUT:
        named = {f"every {PARTS}th article from number {n + 1} on": every[n::PARTS] for n in range(PARTS)}
    for name, left in named.items():
        rest = [article for article in every if article not in set(left)]
        out[f"without {name}"] = (lambda t, rest=rest: _keep(t, rest)), {}
    own = tables["articles"].filter(~pl.col("translated").fill_null(False))["article_id"].to_list()
    if 0 < len(own) < len(every):
        out["without translated articles"] = (lambda t: _keep(t, own)), {}
    return out


def _findings(study: Study, tables: Tables) -> list[tuple[str, Callable, Variants]]:
    found = [_pair(study, tables), _keyness(study, tables), _idea(study, tables), _shift(study, tables)]
    return [finding for finding in found if finding is not None]


def _pair(study: Study, tables: Tables) -> tuple | None:
    rows = marks.pairs(study, tables).rows
    if rows.is_empty():
        return None
    top = rows.sort("count", "actor_a", descending=[True, False]).row(0, named=True)
    a, b = top["actor_a"], top["actor_b"]

    def surplus(t: Tables, window: str = "sentence") -> float | None:
        found = (
            t["co_mentions"]
            .filter(window=window, unit_kind="article", actor_a=a, actor_b=b)
            .join(t["articles"], left_on="unit", right_on="article_id", how="semi")
        )
        return found["together"].sum() - found["expected"].sum() if found.height else None

    extra: Variants = {}
    for actor in (a, b):
        own = tables["mentions"].filter(actor=actor)
        forms = own.group_by("surface").len().filter(pl.col("len") >= SHARE * own.height).sort("surface")
        for surface in forms["surface"] if forms.height > 1 else []:
            name = f"“{surface}” not taken for {study.labels[actor]}"
            extra[name] = (lambda t, actor=actor, surface=surface: _undone(t, actor, surface)), {}
    name = f"{study.labels[a]} and {study.labels[b]} share more sentences than expected"
    return name, surplus, extra | {"by paragraph": (_same, {"window": "paragraph"})}


def _undone(tables: Tables, actor: str, surface: str) -> Tables:
    mentions = split_form(tables["mentions"], actor, surface)
    again = count_pairs(
        mentions, tables["sentences"], tables["articles"], windows=("sentence",), kinds=("article",)
    )
    return {**tables, "mentions": mentions, "co_mentions": again}


def _keyness(study: Study, tables: Tables) -> tuple | None:
    shown = marks.rates(study, tables).rows["term"].unique().to_list()
    key = tables["keyness"].filter(pl.col("term").is_in(shown), pl.col("log_odds") > 0)
    if key.is_empty():
        return None
    top = key.sort("z", "term", descending=[True, False]).row(0, named=True)

    def odds(t: Tables, prior: float = keyness.PRIOR_WORDS) -> float | None:
        used = t["occurrences"].filter(term=top["term"])
        if used.is_empty():
            return None
        found = keyness.keyness(used, t["articles"], prior_words=prior).filter(period=top["period"])
        return found["log_odds"][0] if found.height else None

    labels = study.periods
    extra: Variants = {f"with a prior of {prior:,.0f} words": (_same, {"prior": prior}) for prior in PRIORS}
    return f"“{top['term']}” leans to {labels[top['period']]}", odds, extra


def _idea(study: Study, tables: Tables) -> tuple | None:
    top = marks.leading_idea(tables)
    if top is None or not top["tau"]:
        return None
    labels = study.ideas

    def tau(t: Tables) -> float | None:
        rows = rates.trends(t["occurrences"].filter(term=top["term"]), t["articles"])
        return rows["tau"][0] if rows.height else None

    way = "rises" if top["tau"] > 0 else "falls"
    return f"“{labels[top['term']]}” {way} over the articles", tau, {}


def _shift(study: Study, tables: Tables) -> tuple | None:
    groups = study.lists["groups"]
    values = counted(tables["statements"], tables["sentences"], groups)
    holder = marks.leading_holder(study, values)
    if holder is None:
        return None
    rows = marks.scales(study, tables, values, holder).rows
    moves = [(rows.filter(scale=scale)["mean"].max() - rows.filter(scale=scale)["mean"].min(), scale)
             for scale in rows["scale"].unique().sort() if rows.filter(scale=scale).height > 1]  # fmt: skip
    if not moves or max(moves)[0] == 0:
        return None
    scale = max(moves)[1]
    order = article_labels(tables["articles"]).select("article_id", "order")

    def change(t: Tables, voices: tuple[str, ...] = VOICES) -> float | None:
        own = counted(t["statements"], t["sentences"], groups, voices=voices).filter(
            holder=holder, scale=scale
        )
        means = (
            own.join(order, on="article_id")
            .group_by("article_id", "order")
            .agg(pl.col("value").mean())
            .sort("order")
        )
        if means.height < 2:
            return None
        low, high = (
            means.sort("value", "order").row(0, named=True),
            means.sort("value", "order").row(-1, named=True),
        )
        return (high["value"] - low["value"]) * (1 if high["order"] > low["order"] else -1)

    extra: Variants = {"with what the reporter tells": (_same, {"voices": (*VOICES, "narrated")}),
             "own words only": (_same, {"voices": ("direct",)})}  # fmt: skip
    return f"{study.labels[holder]} moves most on {scale}, in this direction", change, extra
