"""Mentions -> pairs: who is named together with whom, in a sentence, a paragraph, an article.

Pairs have no direction and are stored with `actor_a < actor_b`. The null keeps how often each actor
is named in each article and shuffles in which of its sentences (or paragraphs): what is left is the
tendency to be named side by side, not the fame of the two.
"""

from itertools import combinations

import numpy as np
import polars as pl

from dateline import stats
from dateline.tables import conform, empty
from dateline.terms import units_of

WINDOWS = ("sentence", "paragraph", "article")


def count_pairs(mentions: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Count the windows in which two actors are named together, and test each pair.

    Args:
        mentions: The table `mentions`; repeats in a window are harmless.
        sentences: The table `sentences`: the windows there are.
        articles: The table `articles`: which article belongs to which unit.

    Returns:
        The table `co_mentions`: pairs named together at least once in the unit. `expected` and `p`
        (one-sided, at least so often together) shuffle windows inside their article; for the window
        `article` they shuffle articles. `stability` is the share of bootstrap resamples of the articles
        in which the pair is together more often than expected. `q` adjusts over the pairs of one
        window and unit. A pair has no interval; `supported` rests on `q` and on a stability of 0.95.
    """
    if mentions.is_empty():
        return empty("co_mentions")
    places = sentences.select("sentence_id", "paragraph")
    named = mentions.select("article_id", "sentence_id", "actor").join(
        places, on="sentence_id", validate="m:1"
    )
    units = units_of(articles)
    frames = []
    for window in WINDOWS:
        presence = _presence(named, sentences, window)
        for (kind, unit), part in units.group_by(["unit_kind", "unit"], maintain_order=True):
            if window == "article" and kind == "article":
                continue
            rows = _unit_pairs(presence, part["article_id"].sort().to_list(), window)
            if rows:
                frames.append(
                    pl.DataFrame(rows).with_columns(
                        window=pl.lit(window), unit_kind=pl.lit(kind), unit=pl.lit(unit)
                    )
                )
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
    placed = named.select("sentence_id", "actor").join(key, on="sentence_id", validate="m:1")
    found: dict[str, tuple[int, dict[str, set]]] = {article: (size, {}) for article, size in sizes.items()}
    for article, actor, place in placed.select("article_id", "actor", "window_id").unique().iter_rows():
        found[article][1].setdefault(actor, set()).add(place)
    return found


def _unit_pairs(presence: dict, order: list[str], window: str) -> list[dict]:
    order = [article for article in order if article in presence]
    pairs = sorted({pair for article in order for pair in combinations(sorted(presence[article][1]), 2)})
    if window == "article":
        return _article_pairs(presence, order, pairs)
    weights, probability = stats.resamples(len(order))
    rows = []
    for a, b in pairs:
        strata, joint, expected = [], [], []
        for article in order:
            size, where = presence[article]
            in_a, in_b = where.get(a, set()), where.get(b, set())
            strata.append((size, len(in_a), len(in_b)))
            joint.append(len(in_a & in_b))
            expected.append(len(in_a) * len(in_b) / size)
        together = sum(joint)
        if not together:
            continue
        p, floor = stats.upper_tail(stats.together_by_chance(strata), together)
        total, n_a, n_b = (sum(stratum[i] for stratum in strata) for i in range(3))
        surplus = weights @ (np.array(joint) - np.array(expected))
        rows.append(
            {
                "actor_a": a,
                "actor_b": b,
                "together": together,
                "expected": sum(expected),
                "npmi": stats.npmi(together, n_a, n_b, total),
                "stability": float(probability[surplus > 1e-12].sum()),
                "p": p,
                "floor": floor,
            }
        )
    return _with_verdicts(rows)


def _article_pairs(presence: dict, order: list[str], pairs: list[tuple[str, str]]) -> list[dict]:
    rows = []
    for a, b in pairs:
        in_a = {article for article in order if a in presence[article][1]}
        in_b = {article for article in order if b in presence[article][1]}
        together, total = len(in_a & in_b), len(order)
        if not together:
            continue
        p, floor = stats.upper_tail(stats.together_by_chance([(total, len(in_a), len(in_b))]), together)
        expected = len(in_a) * len(in_b) / total
        rows.append(
            {
                "actor_a": a,
                "actor_b": b,
                "together": together,
                "expected": expected,
                "npmi": stats.npmi(together, len(in_a), len(in_b), total),
                "stability": float(together > expected),
                "p": p,
                "floor": floor,
            }
        )
    return _with_verdicts(rows)


def _with_verdicts(rows: list[dict]) -> list[dict]:
    adjusted = stats.benjamini_hochberg([row["p"] for row in rows])
    for row, q in zip(rows, adjusted, strict=True):
        row["q"] = q
        row["verdict"] = stats.verdict(
            row["p"], q, row["floor"], excludes_zero=None if row["stability"] >= stats.LEVEL else False
        )
    return rows
