"""Mentions -> pairs: who is named together with whom, in a sentence, a paragraph, an article.

Pairs have no direction and are stored with `actor_a < actor_b`. The null keeps how many actors each
sentence (or paragraph) names and how often each actor is named in the article, and draws who stands
where: what is left is the tendency to be named side by side, not the fame of the two, and not the
length of some sentences.
"""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import polars as pl
import scipy

from dateline.corpus.articles import units_of
from dateline.inference import approximations, null_model, resampling, statistics
from dateline.tables import KEYS, conform, empty

WINDOWS = ("sentence", "paragraph", "article")

MICRO = 1_000_000
"""Parts of one window in which what is no whole number is added up."""

NULL = ["expected", "variance"]
"""Mean and variance of the joint windows that chance gives."""

WINDOW_SUMS = {
    name: (["window", "unit_kind", "unit", *by], columns)
    for name, by, columns in (
        ("sum_pairs", ["actor_a", "actor_b"], ["together", "most", *NULL, "apart"]),
        ("sum_named", ["actor"], ["windows"]),
        ("sum_windows", ["actors"], ["windows"]),
    )
}
"""Tables of `window_sums` -> what their rows are told apart by, and what adds up."""

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
    units = units_of(articles).filter(pl.col("unit_kind").is_in(kinds))
    frames = []
    for window in windows:
        named = _named(mentions, sentences, window)
        single = {} if window == "article" else _by_pair(*_joint(named))
        often = named.group_by("article_id", "actor").len().sort("article_id", "actor")
        held = _key(sentences, window).group_by("article_id").agg(pl.col("window_id").n_unique())
        sizes = dict(held.iter_rows())
        own: dict[str, dict[str, int]] = {article: {} for article in sizes}
        for article, actor, n in often.iter_rows():
            own[article][actor] = n
        for (kind, unit), part in units.group_by(["unit_kind", "unit"], maintain_order=True):
            if window == "article" and kind == "article":
                continue
            order = sorted(article for article in part["article_id"] if article in sizes)
            if not order:
                continue  # no sentence of it counts
            counts = Counter()
            for article in order:
                counts.update(own[article])
            rows = (
                _article_pairs(named.filter(pl.col("article_id").is_in(order)), counts, len(order))
                if window == "article"
                else _unit_pairs(single, counts, sum(sizes[article] for article in order), order)
            )
            if rows:
                frame = pl.DataFrame(rows).with_columns(
                    window=pl.lit(window), unit_kind=pl.lit(kind), unit=pl.lit(unit),
                    few=pl.col("together") < FEW, excludes_zero=pl.col("stability") >= statistics.LEVEL,
                )  # fmt: skip
                frames.append(statistics.with_verdicts(frame))
    return conform(pl.concat(frames), "co_mentions") if frames else empty("co_mentions")


def window_sums(
    mentions: pl.DataFrame, sentences: pl.DataFrame, units: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """What co-mentions of many articles are made of: the sums of parts of them add up to those of all.

    Args:
        mentions: The table `mentions`; repeats in a window are harmless.
        sentences: The table `sentences`: the windows there are.
        units: Which article counts in which unit: `unit_kind`, `unit`, `article_id`.

    Returns:
        For each `window`, `unit_kind` and `unit`: `sum_pairs`, the windows that name both `actor_a` and `actor_b`
        (`together`), how many could (`most`), and, in millionths, mean and variance of what chance gives (`expected`,
        `variance`) and the squares of what is together beyond that in an article (`apart`); for articles, whose
        chance does not add up, all but `together` is 0. `sum_named`, the `windows` that name each `actor`; and
        `sum_windows`, those that name so many `actors`.
    """
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in WINDOW_SUMS}
    for window in WINDOWS:
        named = _named(mentions, sentences, window)
        every = _key(sentences, window).select("article_id", "window_id").unique()
        held = every.join(named.group_by("window_id").len("actors"), on="window_id", how="left")
        parts = {
            "sum_pairs": _in_one_article(named)
            if window == "article"
            else _joint(named, moments_only=True)[0]
            .with_columns(apart=(pl.col("together") - pl.col("expected")) ** 2)
            .drop("unit"),
            "sum_named": named.group_by("article_id", "actor").len("windows"),
            "sum_windows": held.with_columns(pl.col("actors").fill_null(0))
            .group_by("article_id", "actors")
            .len("windows"),
        }
        for name, (by, columns) in WINDOW_SUMS.items():
            placed = parts[name].with_columns(window=pl.lit(window)).join(units, on="article_id")
            if name == "sum_pairs":  # whole numbers, so that no order of adding moves the sum
                placed = placed.with_columns((pl.col(*NULL, "apart") * MICRO).round())
            found[name].append(placed.group_by(by).agg(pl.col(columns).cast(pl.Int64).sum()))
    return {name: pl.concat(found[name]).sort(by) for name, (by, _) in WINDOW_SUMS.items()}


def pairs_of_sums(pairs: pl.DataFrame, named: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """The table `co_mentions`, from the sums of all articles.

    Args:
        pairs: `sum_pairs` of `window_sums`.
        named: `sum_named`.
        windows: `sum_windows`.

    Returns:
        The table `co_mentions` without the pairs that no article of the unit names both. `p` and `floor` are those of a
        distribution with the mean and variance that the articles' add up to, `stability` is that of a normal one; `q`
        adjusts over all pairs of the window and unit, those that are left out among them.
    """
    unit = ["window", "unit_kind", "unit"]
    key = WINDOW_SUMS["sum_pairs"][0]
    anew = [pl.DataFrame(schema=dict.fromkeys(key, pl.String) | _ANEW)]
    for (kind, name), own in named.filter(window="article").group_by("unit_kind", "unit"):
        anew += _articles_anew(own, windows.filter(window="article", unit_kind=kind, unit=name))
    whole = pairs.filter(pl.col("window") != "article").with_columns(pl.col(*NULL, "apart") / MICRO)
    over = pairs.filter(window="article").select(*key, "together").join(pl.concat(anew), on=key)
    over = over.with_columns(apart=pl.lit(0.0))
    sizes = (
        windows.filter(window="article").group_by("unit_kind", "unit").agg(articles=pl.col("windows").sum())
    )
    joined = (
        pl.concat([whole, over.select(whole.columns)])
        .join(named.rename({"actor": "actor_a", "windows": "a"}), on=[*unit, "actor_a"])
        .join(named.rename({"actor": "actor_b", "windows": "b"}), on=[*unit, "actor_b"])
        .join(windows.group_by(unit).agg(total=pl.col("windows").sum()), on=unit)
        .join(named.group_by(unit).agg(actors=pl.len()), on=unit)
        .join(sizes, on=["unit_kind", "unit"])
        .sort(key)
    )
    together, most, mean, variance, apart, articles = (
        joined.select("together", "most", *NULL, "apart", "articles").to_numpy().astype(float).T
    )
    beyond = together - mean
    spread = np.sqrt(np.maximum(apart - beyond**2 / articles, resampling.NOTHING))
    known = joined.select(n=pl.when(window="article").then(pl.max_horizontal("a", "b")).otherwise(math.inf))
    p, floor = approximations.upper_tail_of_moments(
        together, most.astype(int), mean, variance, known["n"].cast(pl.Float64).to_numpy()
    )
    npmi = [statistics.npmi(*row) for row in joined.select("together", "a", "b", "total").iter_rows()]
    tested = joined.with_columns(
        npmi=pl.Series(npmi, dtype=pl.Float64),
        p=p,
        floor=floor,
        stability=scipy.special.ndtr((beyond - approximations.SMALLEST) / spread),
        few=pl.col("together") < FEW,
    ).with_columns(excludes_zero=pl.col("stability") >= statistics.LEVEL)
    frames = [
        conform(statistics.with_verdicts(part, tests=math.comb(part["actors"][0], 2)), "co_mentions")
        for _, part in tested.group_by(unit, maintain_order=True)
    ]
    return pl.concat([empty("co_mentions"), *frames]).sort(KEYS["co_mentions"])


_ANEW = {"most": pl.Int64, **dict.fromkeys(NULL, pl.Float64)}


def _in_one_article(named: pl.DataFrame) -> pl.DataFrame:
    """Every two actors of every article: there they are together once."""
    own = named.select("article_id", "actor")
    return (
        own.join(own, on="article_id", suffix="_b")
        .filter(pl.col("actor") < pl.col("actor_b"))
        .select("article_id", actor_a="actor", actor_b="actor_b", together=pl.lit(1))
        .with_columns(pl.lit(0).alias(name) for name in ("most", *NULL, "apart"))
    )


def _articles_anew(named: pl.DataFrame, sizes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """In how many articles of a unit every two actors are to be expected, when its articles are filled anew."""
    named = named.sort("actor")
    unit, actors = named.select("window", "unit_kind", "unit").head(1), named["actor"].to_numpy()
    held = np.repeat(sizes["actors"].to_numpy(), sizes["windows"].to_numpy())
    for part in null_model.fill_anew([(named["windows"].to_numpy(), held)], moments_only=True):
        pairs = pl.DataFrame(
            [actors[part.first], actors[part.second], part.certain + part.most, *part.moments.T],
            schema={"actor_a": pl.String, "actor_b": pl.String} | _ANEW,
        )
        yield unit.join(pairs, how="cross")


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


def _named(mentions: pl.DataFrame, sentences: pl.DataFrame, window: str) -> pl.DataFrame:
    """Who is named in which window: `article_id`, `window_id`, `actor`, each once."""
    return (
        mentions.select("sentence_id", "actor")
        .join(_key(sentences, window), on="sentence_id", validate="m:1")
        .select("article_id", "window_id", "actor")
        .unique()
    )


def _joint(
    named: pl.DataFrame, *, moments_only: bool = False
) -> tuple[pl.DataFrame, list[null_model.Filled]]:
    """Joint windows of every two actors of an article, counted and expected, and what their null is made of.

    In the null a unit is an article that names anybody; it and its actors are numbered in order (`unit`, `a`, `b`).
    """
    often = named.group_by("article_id", "actor").len("n").sort("article_id", "actor")
    sizes = named.group_by("article_id", "window_id").len("n").sort("article_id", "n")
    filled = null_model.fill_anew(
        [
            (counts.to_numpy(), held.to_numpy())
            for counts, held in zip(
                often.group_by("article_id", maintain_order=True).agg("n")["n"],
                sizes.group_by("article_id", maintain_order=True).agg("n")["n"],
                strict=True,
            )
        ],
        moments_only=moments_only,
    )
    schema = dict.fromkeys(("unit", "a", "b", "most"), pl.Int64) | dict.fromkeys(NULL, pl.Float64)
    chances = [
        pl.DataFrame(
            [part.unit, part.first, part.second, part.certain + part.most, *part.moments.T], schema=schema
        )
        for part in filled
    ]
    numbers = often.select(
        "article_id",
        "actor",
        unit=(pl.col("article_id").rank("dense") - 1).cast(pl.Int64),
        at=pl.int_range(pl.len()).over("article_id"),
    )
    together = (
        named.join(named, on=["article_id", "window_id"], suffix="_b")
        .filter(pl.col("actor") < pl.col("actor_b"))
        .group_by("article_id", actor_a="actor", actor_b="actor_b")
        .agg(together=pl.len().cast(pl.Int64))
    )
    joint = (
        pl.concat(chances or [pl.DataFrame(schema=schema)])
        .join(numbers.rename({"actor": "actor_a", "at": "a"}), on=["unit", "a"])
        .join(numbers.select("unit", actor_b="actor", b="at"), on=["unit", "b"])
        .join(together, on=["article_id", "actor_a", "actor_b"], how="left")
        .with_columns(pl.col("together").fill_null(0))
        .sort("article_id", "actor_a", "actor_b")
    )
    return joint, filled


Pairs = dict[tuple[str, str], dict[str, tuple[int, float, np.ndarray]]]
"""Pair -> article -> joint windows, how many to expect, and the distribution of their number."""


def _by_pair(joint: pl.DataFrame, filled: list[null_model.Filled]) -> Pairs:
    given = {(unit, a, b): row for part in filled for unit, a, b, row in part.distributions()}
    found: Pairs = {}
    for row in joint.iter_rows(named=True):
        own = row["together"], row["expected"], given[row["unit"], row["a"], row["b"]]
        found.setdefault((row["actor_a"], row["actor_b"]), {})[row["article_id"]] = own
    return found


def _unit_pairs(single: Pairs, named: dict[str, int], windows: int, order: list[str]) -> list[dict]:
    pairs = list(combinations(sorted(named), 2))
    place = {article: at for at, article in enumerate(order)}
    joint, expected = np.zeros((len(order), len(pairs))), np.zeros((len(order), len(pairs)))
    tails = []
    for column, pair in enumerate(pairs):
        chances = np.array([1.0])
        found = single.get(pair, {})
        for article in order if len(order) < len(found) else found:
            if article in place and article in found:
                together, mean, given = found[article]
                joint[place[article], column], expected[place[article], column] = together, mean
                chances = null_model.sum_of(chances, given)
        tails.append(null_model.upper_tail(chances, int(joint[:, column].sum())))
    weights, probability = resampling.resamples(len(order))
    stability = probability @ (weights @ (joint - expected) > 1e-9)
    return [
        {
            "actor_a": a,
            "actor_b": b,
            "together": int(counted),
            "expected": float(mean),
            "npmi": statistics.npmi(int(counted), named[a], named[b], windows),
            "stability": float(stable),
            "p": p,
            "floor": floor,
        }
        for (a, b), counted, mean, stable, (p, floor) in zip(
            pairs, joint.sum(axis=0), expected.sum(axis=0), stability, tails, strict=True
        )
    ]


def _article_pairs(here: pl.DataFrame, named: dict[str, int], articles: int) -> list[dict]:
    """Pairs over the articles of a unit: each article is a window."""
    joint, filled = _joint(here.with_columns(article_id=pl.lit("all")))
    rows = []
    for (a, b), own in sorted(_by_pair(joint, filled).items()):
        together, expected, chances = own["all"]
        p, floor = null_model.upper_tail(chances, together)
        rows.append(
            {
                "actor_a": a,
                "actor_b": b,
                "together": together,
                "expected": expected,
                "npmi": statistics.npmi(together, named[a], named[b], articles),
                "stability": float(together > expected),
                "p": p,
                "floor": floor,
            }
        )
    return rows
