"""Undo each merge of names and measure what that does to the network.

A merge is a choice of the ledger. Undone, a form becomes an actor of its own: its mentions stay where
they are and count for nobody else.
"""

import polars as pl

from dateline.actors.pairs import count_pairs
from dateline.tables import conform, empty

SHARE = 0.05
"""Share of an actor's mentions from which a form is worth undoing."""

MOST, WORK = 40, 8_000
"""Forms undone at most, those of the most named actors first; forms times articles, beyond which they are fewer."""


def split_form(mentions: pl.DataFrame, actor: str, form: str) -> pl.DataFrame:
    """Return the mentions with one merge of names undone: `form` becomes an actor of its own."""
    own = (pl.col("actor") == actor) & (pl.col("surface") == form)
    return mentions.with_columns(actor=pl.when(own).then(pl.lit(f"{actor}~{form}")).otherwise("actor"))


def undone(
    mentions: pl.DataFrame, sentences: pl.DataFrame, units: pl.DataFrame, forms: list[tuple[str, str]]
) -> list[pl.DataFrame]:
    """Count the ties in sentences with all merges, and with each of them undone by itself.

    Args:
        mentions: The table `mentions`.
        sentences: The table `sentences`.
        units: Which article counts in which unit: `unit`, `article_id`.
        forms: Actors and their forms.

    Returns:
        `co_mentions` of the units, `unit_kind` aside: that of all merges, then one a form.
    """
    parts = [(mentions, sentences, units.with_columns(unit_kind=pl.lit("0")))]
    for number, (actor, form) in enumerate(forms, start=1):
        split = split_form(mentions, actor, form)
        moved = split.filter(actor=f"{actor}~{form}")["article_id"].unique().implode()

        # An article without the form has the same null in every variant, and one with it a name of its own in each.
        def renamed(frame: pl.DataFrame, moved: pl.Series = moved, number: int = number) -> pl.DataFrame:
            ids = [name for name in ("article_id", "sentence_id") if name in frame.columns]
            own = pl.format("{}\t{}", pl.col(ids), pl.lit(number))  # a tab keeps the order of the articles
            return frame.with_columns(
                pl.when(pl.col("article_id").is_in(moved)).then(own).otherwise(pl.col(ids)).name.keep()
            )

        some = (frame.filter(pl.col("article_id").is_in(moved)) for frame in (split, sentences))
        parts.append((*map(renamed, some), renamed(units).with_columns(unit_kind=pl.lit(f"{number}"))))
    found = count_pairs(*(pl.concat(frames) for frames in zip(*parts, strict=True)), ("sentence",))
    return [found.filter(unit_kind=f"{number}") for number in range(len(parts))]


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

    Examples:
        >>> merges = dl.undo_merges(mentions, sentences, articles)
        >>> merges.select("actor", "form", "partner", "together", "undone").row(0)
        ('ukraine', 'Ukraine', 'nato', 34, 7)
    """
    forms = forms_of(mentions).head(max(1, min(MOST, WORK // max(articles.height, 1))))
    pairs = list(forms.select("actor", "form").iter_rows())
    whole, *others = undone(mentions, sentences, articles.select("article_id", unit=pl.lit("all")), pairs)
    changed = [empty("merges").select("actor", "form", "partner", "together", "undone", "verdict", "verdict_undone")]
    for (actor, form), without in zip(pairs, others, strict=True):
        partner = pl.when(actor_a=actor).then("actor_b").otherwise("actor_a")
        ties = (
            whole.filter((pl.col("actor_a") == actor) | (pl.col("actor_b") == actor))
            .join(without, on=["actor_a", "actor_b"], how="left", suffix="_undone")
            .select(
                "together",
                "verdict",
                pl.col("verdict_undone").fill_null("not testable"),
                actor=pl.lit(actor),
                form=pl.lit(form),
                partner=partner,
                undone=pl.col("together_undone").fill_null(0),
            )
            .filter(pl.col("undone") != pl.col("together"))
        )
        changed.append(ties.select(changed[0].columns).sort(pl.col("undone") - pl.col("together"), "partner"))
    return conform(
        forms.join(pl.concat(changed), on=["actor", "form"], how="left", maintain_order="left_right"), "merges"
    )


def forms_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """Return the forms worth undoing, the most named actors first: `actor`, `form`, `how`, `mentions`; pronouns are none."""
    named = mentions.filter(pl.col("how") != "pronoun").with_columns(
        reach=pl.len().over("actor"), forms=pl.col("surface").n_unique().over("actor")
    )
    return (
        named.filter(pl.col("forms") > 1)
        .group_by("actor", "reach", form="surface")
        .agg(how=pl.col("how").first(), mentions=pl.len())
        .filter(pl.col("mentions") >= SHARE * pl.col("reach"))
        .sort("reach", "actor", "mentions", "form", descending=[True, False, True, False])
        .drop("reach")
    )
