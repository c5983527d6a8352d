"""Mentions -> what each merge of names does to the network: every form of an actor, and the ties without it.

A merge is a choice of the ledger. Undone, a form becomes an actor of its own: its mentions stay where
they are and count for nobody else.
"""

import polars as pl

from dateline.actors.pairs import count_pairs
from dateline.tables import ABOUT_TABLES

SHARE = 0.05
"""Share of an actor's mentions from which a form is worth undoing."""

MOST, WORK = 40, 8_000
"""Forms undone at most, those of the most named actors first; forms times articles, beyond which they are fewer."""


def split_form(mentions: pl.DataFrame, actor: str, form: str) -> pl.DataFrame:
    """The mentions with one merge of names undone: `form` becomes an actor of its own."""
    own = (pl.col("actor") == actor) & (pl.col("surface") == form)
    return mentions.with_columns(actor=pl.when(own).then(pl.lit(f"{actor}~{form}")).otherwise("actor"))


def undo_merges(mentions: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Undo each merge by itself and count the ties again.

    Args:
        mentions: The table `mentions`; pronouns are no forms.
        sentences: The table `sentences`.
        articles: The table `articles`.

    Returns:
        One row a form and tie that changes, the most named actors first: `together` and `verdict` as counted
        over all sentences, `undone` and `verdict_undone` without the form. A form whose undoing changes no
        tie keeps one row without a partner. Actors with one form have no row.
    """

    most = max(1, min(MOST, WORK // max(articles.height, 1)))
    forms = _forms(mentions).head(most).rows()
    variants = [mentions, *(split_form(mentions, actor, form) for actor, form, *_ in forms)]
    whole, *others = _pairs(variants, sentences, articles)
    rows: list[tuple] = []
    for (actor, form, how, count), without in zip(forms, others, strict=True):
        changed = []
        for pair, (together, verdict) in whole.items():
            undone, verdict_undone = without.get(pair, (0, "not testable"))
            if actor in pair and undone != together:
                partner = pair[1] if pair[0] == actor else pair[0]
                changed.append((partner, together, undone, verdict, verdict_undone))
        changed.sort(key=lambda row: (row[2] - row[1], row[0]))
        rows += [(actor, form, how, count, *row) for row in changed or [(None, None, None, None, None)]]
    return pl.DataFrame(rows, schema=ABOUT_TABLES["merges"], orient="row")


def _pairs(
    variants: list[pl.DataFrame], sentences: pl.DataFrame, articles: pl.DataFrame
) -> list[dict[tuple[str, str], tuple[int, str]]]:
    """The ties of the same articles with the mentions of each variant: pair -> sentences, verdict."""

    def numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
        ids = [name for name in ("article_id", "sentence_id") if name in frame.columns]
        return frame.with_columns(pl.format("{}/{}", pl.lit(number), pl.col(ids)).name.keep())

    # Each variant is a unit of its own beside the others: their nulls are computed side by side.
    every = range(len(variants))
    found = count_pairs(
        pl.concat([numbered(frame, number) for number, frame in enumerate(variants)]),
        pl.concat([numbered(sentences, number) for number in every]),
        pl.concat([numbered(articles, number).with_columns(period=pl.lit(str(number))) for number in every]),
        windows=("sentence",),
        kinds=("period",),
    )
    ties: list[dict] = [{} for _ in variants]
    for unit, a, b, n, verdict in found.select(
        "unit", "actor_a", "actor_b", "together", "verdict"
    ).iter_rows():
        ties[int(unit)][a, b] = n, verdict
    return ties


def _forms(mentions: pl.DataFrame) -> pl.DataFrame:
    """Forms worth undoing: `actor`, `surface`, `how`, `n`."""
    named = mentions.filter(pl.col("how") != "pronoun").with_columns(
        reach=pl.len().over("actor"), forms=pl.col("surface").n_unique().over("actor")
    )
    return (
        named.filter(pl.col("forms") > 1)
        .group_by("actor", "reach", "surface")
        .agg(how=pl.col("how").first(), n=pl.len())
        .filter(pl.col("n") >= SHARE * pl.col("reach"))
        .sort("reach", "actor", "n", "surface", descending=[True, False, True, False])
        .select("actor", "surface", "how", "n")
    )
