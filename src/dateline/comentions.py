"""Mentions -> pairs: who is named together with whom, in a sentence, a paragraph, an article.

Pairs have no direction and are stored with `actor_a < actor_b`. The null keeps how many actors each
sentence (or paragraph) names and how often each actor is named in the article, and draws who stands
where: what is left is the tendency to be named side by side, not the fame of the two, and not the
length of some sentences.
"""

from collections import Counter
from itertools import combinations

import numpy as np
import polars as pl

from dateline import chance, stats
from dateline.tables import conform, empty
from dateline.terms import units_of

WINDOWS = ("sentence", "paragraph", "article")
FEW = 5
"""Joint windows below which NPMI, which favours what is rare, comes with a warning."""


def count_pairs(
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    articles: pl.DataFrame,
    *,
    windows: tuple[str, ...] = WINDOWS,
    kinds: tuple[str, ...] = ("article", "period", "all"),
) -> pl.DataFrame:
    """Count the windows in which two actors are named together, and test each pair.

    Args:
        mentions: The table `mentions`; repeats in a window are harmless.
        sentences: The table `sentences`: the windows there are.
        articles: The table `articles`: which article belongs to which unit.
        windows: Which of `WINDOWS` to count.
        kinds: Which kinds of units to count in.

    Returns:
        The table `co_mentions`: every two actors that the unit names, those never together included
        (`together` 0). `expected` and `p` (one-sided, at least so often together) fill the windows of each
        article anew: as many actors in each window as it names, each actor of the pair as often as it is named
        there; for the window `article` the articles are filled. `npmi` is Bouma's, `few` warns
        where it rests on fewer than five joint windows. `stability` is the share of bootstrap resamples of the
        articles in which the pair is together more often than expected. `q` adjusts over the pairs of one
        window and unit. A pair has no interval; `supported` rests on `q` and on a stability of 0.95.
    """
    if mentions.is_empty():
        return empty("co_mentions")
    named = mentions.select("sentence_id", "actor")
    units = units_of(articles).filter(pl.col("unit_kind").is_in(kinds))
    frames = []
    for window in windows:
        presence = _presence(named, sentences, window)
        nulls = (
            {} if window == "article" else {article: _null(where) for article, (_, where) in presence.items()}
        )
        for (kind, unit), part in units.group_by(["unit_kind", "unit"], maintain_order=True):
            order = [article for article in part["article_id"].sort() if article in presence]
            if window == "article" and kind == "article":
                continue
            rows = (
                _article_pairs(presence, order)
                if window == "article"
                else _unit_pairs(presence, nulls, order)
            )
            if rows:
                frame = pl.DataFrame(rows).with_columns(
                    window=pl.lit(window), unit_kind=pl.lit(kind), unit=pl.lit(unit),
                    few=pl.col("together") < FEW, excludes_zero=pl.col("stability") >= stats.LEVEL,
                )  # fmt: skip
                frames.append(stats.with_verdicts(frame))
    return conform(pl.concat(frames), "co_mentions") if frames else empty("co_mentions")


def pair_windows(mentions: pl.DataFrame, sentences: pl.DataFrame, window: str = "sentence") -> pl.DataFrame:
    """The windows behind every pair: `actor_a`, `actor_b`, `article_id`, `window_id`.

    `window_id` is a sentence id; for paragraphs and articles the id of their first sentence.
    """
    key = _key(sentences, window)
    present = (
        mentions.select("sentence_id", "actor")
        .join(key, on="sentence_id", validate="m:1")
        .unique(["window_id", "actor"])
    )
    return (
        present.join(present, on=["article_id", "window_id"], suffix="_b")
        .filter(pl.col("actor") < pl.col("actor_b"))
        .select("article_id", "window_id", actor_a="actor", actor_b="actor_b")
        .sort("actor_a", "actor_b", "article_id", "window_id")
    )


def _key(sentences: pl.DataFrame, window: str) -> pl.DataFrame:
    over = {"sentence": ["sentence_id"], "paragraph": ["article_id", "paragraph"], "article": ["article_id"]}[
        window
    ]
    return sentences.select(
        "sentence_id", "article_id", window_id=pl.col("sentence_id").sort_by("start").first().over(over)
    )


def _presence(
    named: pl.DataFrame, sentences: pl.DataFrame, window: str
) -> dict[str, tuple[int, dict[str, set]]]:
    """`article_id` -> number of windows, and the windows in which each actor is named."""
    key = _key(sentences, window)
    sizes = dict(key.group_by("article_id").agg(n=pl.col("window_id").n_unique()).iter_rows())
    placed = named.join(key, on="sentence_id", validate="m:1")
    found: dict[str, tuple[int, dict[str, set]]] = {article: (size, {}) for article, size in sizes.items()}
    for article, actor, place in placed.select("article_id", "actor", "window_id").unique().iter_rows():
        found[article][1].setdefault(actor, set()).add(place)
    return found


Null = dict[tuple[str, str], tuple[float, np.ndarray]]
"""Pair -> joint windows to expect in one article, and the distribution of their number."""


def _null(where: dict[str, set]) -> Null:
    """What filling the windows of one article anew gives for every two of its actors."""
    actors = sorted(where)
    if len(actors) < 2:
        return {}
    held = Counter(place for places in where.values() for place in places)
    given = chance.joint_by_chance(
        np.array([len(where[actor]) for actor in actors]), np.array(list(held.values()))
    )
    return {
        pair: (float(row @ np.arange(len(row))), row)
        for pair, row in zip(combinations(actors, 2), given, strict=True)
    }


def _unit_pairs(presence: dict, nulls: dict[str, Null], order: list[str]) -> list[dict]:
    weights, probability = chance.resamples(len(order))
    named: dict[str, int] = {}
    for article in order:
        for actor, places in presence[article][1].items():
            named[actor] = named.get(actor, 0) + len(places)
    total = sum(presence[article][0] for article in order)
    rows = []
    for a, b in combinations(sorted(named), 2):
        joint, expected, chances = np.zeros(len(order)), np.zeros(len(order)), np.array([1.0])
        for at, article in enumerate(order):
            if (a, b) in nulls[article]:
                where = presence[article][1]
                joint[at] = len(where[a] & where[b])
                expected[at], given = nulls[article][a, b]
                chances = chance.sum_of(chances, given)
        p, floor = chance.upper_tail(chances, int(joint.sum()))
        rows.append(
            {
                "actor_a": a,
                "actor_b": b,
                "together": int(joint.sum()),
                "expected": float(expected.sum()),
                "npmi": stats.npmi(int(joint.sum()), named[a], named[b], total),
                "stability": float(probability[weights @ (joint - expected) > 1e-9].sum()),
                "p": p,
                "floor": floor,
            }
        )
    return rows


def _article_pairs(presence: dict, order: list[str]) -> list[dict]:
    where: dict[str, set] = {}
    for article in order:
        for actor in presence[article][1]:
            where.setdefault(actor, set()).add(article)
    rows = []
    for (a, b), (expected, chances) in sorted(_null(where).items()):
        together = len(where[a] & where[b])
        p, floor = chance.upper_tail(chances, together)
        rows.append(
            {
                "actor_a": a,
                "actor_b": b,
                "together": together,
                "expected": expected,
                "npmi": stats.npmi(together, len(where[a]), len(where[b]), len(order)),
                "stability": float(together > expected),
                "p": p,
                "floor": floor,
            }
        )
    return rows
