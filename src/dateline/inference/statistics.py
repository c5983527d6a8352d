"""Compute the statistics in closed form: intervals, effect sizes, adjusted p-values, verdicts. All take arrays as well as numbers."""

from collections.abc import Sequence

import krippendorff
import numpy as np
import polars as pl
import scipy
from numpy.typing import ArrayLike

LEVEL = 0.95
"""Coverage of every interval."""

Z = 1.959964
"""Half-width of a normal interval of that coverage, in standard errors."""

ALPHA = 0.05


def garwood(count: ArrayLike, exposure: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact interval of Poisson rates (Garwood 1936): events per unit of exposure; 0 events keep an upper bound.

    Raises:
        ValueError: A count is negative or an exposure not positive.
    """
    count, exposure, tail = np.asarray(count), np.asarray(exposure), (1 - LEVEL) / 2
    if (count < 0).any() or (exposure <= 0).any():
        msg = f"a count of 0 or more over an exposure above 0 is needed, got {count} over {exposure}"
        raise ValueError(msg)
    low = np.where(count > 0, scipy.special.gammaincinv(np.maximum(count, 1), tail), 0.0)
    return low / exposure, scipy.special.gammaincinv(count + 1, 1 - tail) / exposure


def g_squared(count: ArrayLike, other: ArrayLike, words: ArrayLike, other_words: ArrayLike) -> np.ndarray:
    """Return the log-likelihood ratio G2 of a term in two corpora, over the full two-by-two table (Dunning 1993)."""
    cells = np.broadcast_arrays(count, other, np.subtract(words, count), np.subtract(other_words, other))
    table = np.array(cells, dtype=float).reshape(2, 2, *cells[0].shape)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum(axis=(0, 1))
    return 2 * scipy.special.rel_entr(table, expected).sum(axis=(0, 1))


def log_odds(
    count: ArrayLike, other: ArrayLike, words: ArrayLike, other_words: ArrayLike, prior_words: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-odds ratio with an informative Dirichlet prior, and its z-score.

    Monroe, Colaresi and Quinn (2008), equations 15, 18 and 22. The prior is the term's share of both corpora,
    scaled to `prior_words` pseudo-words.
    """
    prior = (count + other) / (words + other_words) * prior_words
    first, second = count + prior, other + prior
    delta = np.log(first / (words + prior_words - first)) - np.log(second / (other_words + prior_words - second))
    return delta, delta / np.sqrt(1 / first + 1 / second)


def log_ratio(count: ArrayLike, other: ArrayLike, words: ArrayLike, other_words: ArrayLike) -> np.ndarray:
    """Return the binary log of the ratio of two relative frequencies; a zero counts as one half (Hardie 2014)."""
    return np.log2(np.maximum(count, 0.5) / words / (np.maximum(other, 0.5) / other_words))


def dp_norm(counts: ArrayLike, sizes: ArrayLike) -> np.ndarray:
    """Return the deviation of proportions of each row of `counts`: 0 even over the parts, 1 all in the smallest part.

    Gries (2008), normalised by Lijffijt and Gries (2012): DP / (1 - the smallest expected share).
    """
    counts, expected = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float) / np.sum(sizes)
    observed = counts / counts.sum(axis=-1, keepdims=True)
    most = 1 - expected.min()
    return np.abs(observed - expected).sum(axis=-1) / 2 / most if most else np.zeros(counts.shape[:-1])


def npmi(together: ArrayLike, a: ArrayLike, b: ArrayLike, total: ArrayLike) -> np.ndarray:
    """Return normalised pointwise mutual information, -1 (never together) to 1 (always), after Bouma (2009)."""
    share = np.divide(together, total)
    open_ = (share > 0) & (share < 1)
    share = np.where(open_, share, 0.5)
    found = np.log(share / (np.divide(a, total) * np.divide(b, total))) / -np.log(share)
    return np.where(open_, found, np.where(np.asarray(together) > 0, 1.0, -1.0))


def cliffs_delta(before: np.ndarray, after: np.ndarray) -> float:
    """Return Cliff's delta (1993): share of pairs in which `after` is larger, less the share in which it is smaller.

    Args:
        before: How many values are at each step of a scale, from the lowest.
        after: The same of the other side.
    """
    pairs = np.outer(after, before)
    return float((np.tril(pairs, -1).sum() - np.triu(pairs, 1).sum()) / pairs.sum())


def krippendorff_alpha(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Krippendorff's alpha (2004, chapter 11) of two coders for nominal codes: 1 is agreement, 0 what chance gives.

    Args:
        pairs: What the two coders gave to each unit that both coded.

    Returns:
        None without two units, or where nothing varies.
    """
    values, codes = np.unique(np.array(pairs).T, return_inverse=True)
    if len(pairs) < 2 or len(values) < 2:
        return None
    return float(krippendorff.alpha(codes.reshape(2, -1), level_of_measurement="nominal"))


def benjamini_hochberg(p: Sequence[float], tests: int | None = None) -> np.ndarray:
    """Return adjusted p-values that control the false discovery rate (Benjamini and Hochberg 1995).

    Args:
        p: The p-values.
        tests: How many tests there were, where some whose p is 1 are left out.
    """
    more = tests / len(p) if tests and len(p) else 1
    return np.minimum(scipy.stats.false_discovery_control(np.clip(np.asarray(p, dtype=float), 0, 1)) * more, 1)


def with_verdicts(rows: pl.DataFrame, *, most: str = "supported", tests: int | None = None) -> pl.DataFrame:
    """Add `q` and what each test may claim (`verdict`).

    Args:
        rows: `p`; `floor`, the smallest p that the sample could give; `excludes_zero`: whether the interval excludes
            zero, null where the test has none.
        most: The strongest verdict that the design allows.
        tests: Over how many tests `q` is adjusted; these rows, if not given.
    """
    supported = (pl.col("q") <= ALPHA) & pl.col("excludes_zero").fill_null(True) & (most == "supported")
    verdict = (
        pl.when(pl.col("floor") > ALPHA)
        .then(pl.lit("not testable"))
        .when(supported)
        .then(pl.lit("supported"))
        .when(pl.col("p") <= ALPHA)
        .then(pl.lit("suggestive"))
        .otherwise(pl.lit("not shown"))
    )
    return rows.with_columns(q=pl.Series(benjamini_hochberg(rows["p"].to_numpy(), tests))).with_columns(verdict=verdict)
