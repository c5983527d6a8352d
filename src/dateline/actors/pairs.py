"""Count who is named together with whom, in a sentence, a paragraph, an article.

Pairs have no direction and are stored with `actor_a < actor_b`. The null keeps how many actors each
sentence (or paragraph) names and how often each actor is named in the article, and draws who stands
where: what is left is the tendency to be named side by side, not the fame of the two, and not the
length of some sentences.
"""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import polars as pl
import scipy

from dateline.corpus.articles import units_of
from dateline.inference import approximations, null_model, resampling, statistics
from dateline.tables import conform, empty

WINDOWS = ("sentence", "paragraph", "article")

MICRO = 1_000_000
"""Parts of one window in which what is no whole number is added up."""

NULL = ["expected", "variance"]
"""Mean and variance of the joint windows that chance gives."""

_UNIT = ["window", "unit_kind", "unit"]

WINDOW_SUMS = {
    "sum_pairs": ([*_UNIT, "actor_a", "actor_b"], ["together", "most", *NULL, "apart"]),
    "sum_named": ([*_UNIT, "actor"], ["windows"]),
    "sum_windows": ([*_UNIT, "actors"], ["windows"]),
}
"""Tables of `window_sums` -> what their rows are told apart by, and what adds up."""

FEW = 5
"""Joint windows below which NPMI, which favours what is rare, comes with a warning."""


def co_mentions(
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    articles: pl.DataFrame,
    *,
    windows: tuple[str, ...] = WINDOWS,
    kinds: tuple[str, ...] = ("article", "period", "publisher", "all"),
) -> pl.DataFrame:
    """Count the sentences, paragraphs and articles that name two actors, and test each pair.

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

    Examples:
        >>> pairs = dl.co_mentions(mentions, sentences, articles)
        >>> best = pairs.filter(window="sentence", unit_kind="all").sort("together")[-1]
        >>> best.select("actor_a", "actor_b", "together", "expected", "verdict").row(0)
        ('nato', 'ukraine', 34, 29.859746, 'suggestive')
    """
    return count_pairs(mentions, sentences, units_of(articles).filter(pl.col("unit_kind").is_in(kinds)), windows)


def count_pairs(
    mentions: pl.DataFrame, sentences: pl.DataFrame, units: pl.DataFrame, windows: tuple[str, ...]
) -> pl.DataFrame:
    """Count and test pairs as `co_mentions` does, in any units: `unit_kind`, `unit`, `article_id`."""
    frames = []
    for window in windows if mentions.height else ():
        named, known = _named(mentions, sentences, window), {}
        single = {} if window == "article" else _by_pair(*_joint(named))
        held = _key(sentences, window).group_by("article_id").agg(windows=pl.col("window_id").n_unique())
        placed = units.join(held, on="article_id").sort("article_id")
        for (kind, unit), part in placed.group_by(["unit_kind", "unit"], maintain_order=True):
            if window == kind == "article":
                continue
            here, order = named.join(part, on="article_id", how="semi"), part["article_id"].to_list()
            if window == "article":  # the articles of the unit are its windows
                single, known = _by_pair(*_joint(here.with_columns(article_id=pl.lit("all")))), {}
                order = ["all"]
            rows = _unit_pairs(single, here.group_by("actor").len(), part["windows"].sum(), order, known)
            if rows.height:
                rows = rows.with_columns(window=pl.lit(window), unit_kind=pl.lit(kind), unit=pl.lit(unit))
                frames.append(statistics.with_verdicts(_warned(rows)))
    return conform(pl.concat(frames), "co_mentions") if frames else empty("co_mentions")


def _warned(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(few=pl.col("together") < FEW, excludes_zero=pl.col("stability") >= statistics.LEVEL)


def window_sums(mentions: pl.DataFrame, sentences: pl.DataFrame, units: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Sum what co-mentions of many articles are made of: the sums of parts of them add up to those of all.

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
        if window == "article":
            pairs = _in_one_article(named)
        else:
            beyond = pl.col("together") - pl.col("expected")
            pairs = _joint(named, moments_only=True)[0].with_columns(apart=beyond**2).drop("unit")
        parts = {
            "sum_pairs": pairs,
            "sum_named": named.group_by("article_id", "actor").len("windows"),
            "sum_windows": held.group_by("article_id", pl.col("actors").fill_null(0)).len("windows"),
        }
        for name, (by, columns) in WINDOW_SUMS.items():
            placed = parts[name].with_columns(window=pl.lit(window)).join(units, on="article_id")
            if name == "sum_pairs":  # whole numbers, so that no order of adding moves the sum
                placed = placed.with_columns((pl.col(*NULL, "apart") * MICRO).round())
            found[name].append(placed.group_by(by).agg(pl.col(columns).cast(pl.Int64).sum()))
    return {name: pl.concat(found[name]).sort(by) for name, (by, _) in WINDOW_SUMS.items()}


def pairs_of_sums(pairs: pl.DataFrame, named: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Make the table `co_mentions` from the sums of all articles.

    Args:
        pairs: `sum_pairs` of `window_sums`.
        named: `sum_named`.
        windows: `sum_windows`.

    Returns:
        The table `co_mentions` without the pairs that no article of the unit names both. `p` and `floor` are those of a
        distribution with the mean and variance that the articles' add up to, `stability` is that of a normal one; `q`
        adjusts over all pairs of the window and unit, those that are left out among them.
    """
    unit, key = _UNIT, WINDOW_SUMS["sum_pairs"][0]
    anew = [pl.DataFrame(schema=dict.fromkeys(key, pl.String) | _ANEW)]
    for (kind, name), own in named.filter(window="article").group_by("unit_kind", "unit"):
        anew += _articles_anew(own, windows.filter(window="article", unit_kind=kind, unit=name))
    whole = pairs.filter(pl.col("window") != "article").with_columns(pl.col(*NULL, "apart") / MICRO)
    over = pairs.filter(window="article").select(*key, "together").join(pl.concat(anew), on=key)
    over = over.with_columns(apart=pl.lit(0.0))
    sizes = windows.filter(window="article").group_by("unit_kind", "unit").agg(articles=pl.col("windows").sum())
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
    many = joined.select(
        pl.when(window="article").then(pl.max_horizontal("a", "b")).otherwise(math.inf).cast(pl.Float64)
    )
    p, floor = approximations.upper_tail_of_moments(
        together, most.astype(int), mean, variance, many.to_series().to_numpy()
    )
    tested = _warned(
        joined.with_columns(
            npmi=statistics.npmi(*joined.select("together", "a", "b", "total").to_numpy().T),
            p=p,
            floor=floor,
            stability=scipy.special.ndtr((beyond - approximations.SMALLEST) / spread),
        )
    )
    frames = [
        statistics.with_verdicts(part, tests=math.comb(part["actors"][0], 2)) for _, part in tested.group_by(unit)
    ]
    return conform(pl.concat(frames), "co_mentions") if frames else empty("co_mentions")


_ANEW = {"most": pl.Int64, **dict.fromkeys(NULL, pl.Float64)}


def _in_one_article(named: pl.DataFrame) -> pl.DataFrame:
    """Return every two actors of every article: there they are together once."""
    pairs = _side_by_side(named.select("article_id", "actor"), ["article_id"])
    return pairs.with_columns(pl.lit(0).alias(name) for name in ("most", *NULL, "apart")).with_columns(
        together=pl.lit(1)
    )


def _side_by_side(named: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Return every two actors who have the columns `on` in common: those, `actor_a` < `actor_b`."""
    both = named.join(named, on=on, suffix="_b").filter(pl.col("actor") < pl.col("actor_b"))
    return both.select(*on, actor_a="actor", actor_b="actor_b")


def _articles_anew(named: pl.DataFrame, sizes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield in how many articles of a unit every two actors are to be expected, when its articles are filled anew."""
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
    """Return the windows behind every pair: `actor_a`, `actor_b`, `article_id`, `window_id`.

    `window_id` is a sentence id; for paragraphs and articles the id of their first sentence.
    """
    pairs = _side_by_side(_named(mentions, sentences, window), ["article_id", "window_id"])
    return pairs.sort("actor_a", "actor_b", "article_id", "window_id")


def _key(sentences: pl.DataFrame, window: str) -> pl.DataFrame:
    over = {"sentence": ["sentence_id"], "paragraph": ["article_id", "paragraph"], "article": ["article_id"]}[window]
    return sentences.select(
        "sentence_id", "article_id", window_id=pl.col("sentence_id").sort_by("start").first().over(over)
    )


def _named(mentions: pl.DataFrame, sentences: pl.DataFrame, window: str) -> pl.DataFrame:
    """Return who is named in which window: `article_id`, `window_id`, `actor`, each once."""
    return (
        mentions.select("sentence_id", "actor")
        .join(_key(sentences, window), on="sentence_id", validate="m:1")
        .select("article_id", "window_id", "actor")
        .unique()
    )


def _joint(named: pl.DataFrame, *, moments_only: bool = False) -> tuple[pl.DataFrame, list[null_model.Filled]]:
    """Return joint windows of every two actors of an article, counted and expected, and what their null is made of.

    In the null a unit is an article that names anybody; it and its actors are numbered in order (`unit`, `a`, `b`).
    """
    often = named.group_by("article_id", "actor").len("n").sort("article_id", "actor")
    sizes = named.group_by("article_id", "window_id").len("n").sort("article_id", "n")
    both = (frame.group_by("article_id", maintain_order=True).agg("n")["n"] for frame in (often, sizes))
    units = [(counts.to_numpy(), held.to_numpy()) for counts, held in zip(*both, strict=True)]
    filled = null_model.fill_anew(units, moments_only=moments_only)
    schema = dict.fromkeys(("unit", "a", "b", "most"), pl.Int64) | dict.fromkeys(NULL, pl.Float64)
    chances = [
        pl.DataFrame([part.unit, part.first, part.second, part.certain + part.most, *part.moments.T], schema=schema)
        for part in filled
    ]
    numbers = often.select(
        "article_id",
        "actor",
        unit=(pl.col("article_id").rank("dense") - 1).cast(pl.Int64),
        at=pl.int_range(pl.len()).over("article_id"),
    )
    windows = _side_by_side(named, ["article_id", "window_id"])
    together = windows.group_by("article_id", "actor_a", "actor_b").agg(together=pl.len().cast(pl.Int64))
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


NEVER = (0.0, 0.0, 0.0, 1.0, 1.0)
"""Joint windows, expected, stability, p and floor of two actors whom no article names both."""


def _unit_pairs(single: Pairs, named: pl.DataFrame, windows: int, order: list[str], known: dict) -> pl.DataFrame:
    """Test every two actors of a unit; `known` remembers those of the same articles from unit to unit."""
    named = named.sort("actor")
    pairs, place = list(combinations(named["actor"], 2)), {article: at for at, article in enumerate(order)}
    keys = []
    for pair in pairs:
        found = single.get(pair, {})
        both = order if len(order) < len(found) else found
        keys.append((pair, len(order), tuple((place[one], one) for one in both if one in place and one in found)))
    fresh = [key for key in keys if key[-1] and key not in known]
    known.update(zip(fresh, _tested(single, fresh, len(order)), strict=True))
    together, expected, stability, p, floor = np.array([known.get(key, NEVER) for key in keys]).reshape(-1, 5).T
    a, b = np.array(list(combinations(named["len"], 2))).reshape(-1, 2).T
    return pl.DataFrame(pairs, schema={"actor_a": pl.String, "actor_b": pl.String}, orient="row").with_columns(
        together=together,
        expected=expected,
        stability=stability,
        p=p,
        floor=floor,
        npmi=statistics.npmi(together, a, b, windows),
    )


def _tested(single: Pairs, keys: list[tuple], articles: int) -> np.ndarray:
    """Return what `NEVER` lists for pairs with the articles that name both, each with its place among so many."""
    joint, expected = np.zeros((articles, len(keys))), np.zeros((articles, len(keys)))
    tails = np.ones((len(keys), 2))
    for column, (pair, _, both) in enumerate(keys):
        chances = np.array([1.0])
        for at, article in both:
            joint[at, column], expected[at, column], given = single[pair][article]
            chances = null_model.sum_of(chances, given)
        tails[column] = null_model.upper_tail(chances, int(joint[:, column].sum()))
    weights, probability = resampling.resamples(articles)
    stability = probability @ (weights @ (joint - expected) > 1e-9)
    return np.column_stack([joint.sum(axis=0), expected.sum(axis=0), stability, tails])
