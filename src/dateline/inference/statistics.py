"""The statistics in closed form: intervals, effect sizes, adjusted p-values and verdicts, each with its source."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
import scipy

LEVEL = 0.95
"""Coverage of every interval."""

Z = 1.959964
"""Half-width of a normal interval of that coverage, in standard errors."""

ALPHA = 0.05


def garwood(count: int, exposure: float) -> tuple[float, float]:
    """Exact interval of a Poisson rate: events per unit of exposure.

    Garwood (1936): chi-square quantiles with 2k and 2k + 2 degrees of freedom, halved. A count of zero
    keeps an upper bound.

    Raises:
        ValueError: `count` is negative or `exposure` not positive.
    """
    if count < 0 or exposure <= 0:
        msg = f"a count of 0 or more over an exposure above 0 is needed, got {count} over {exposure}"
        raise ValueError(msg)
    tail = (1 - LEVEL) / 2
    low = scipy.special.chdtri(2 * count, 1 - tail) / 2 if count else 0.0
    return low / exposure, scipy.special.chdtri(2 * count + 2, tail) / 2 / exposure


def g_squared(count: int, other: int, words: int, other_words: int) -> float:
    """Log-likelihood ratio G2 of one term in two corpora, over the full two-by-two table.

    Dunning (1993): 2 times the sum of observed times log(observed / expected).
    """
    table = np.array([[count, other], [words - count, other_words - other]], dtype=float)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(
        2
        * scipy.special.xlogy(
            table, np.divide(table, expected, out=np.ones_like(table), where=expected > 0)
        ).sum()
    )


def log_odds(
    count: int, other: int, words: int, other_words: int, prior: float, prior_total: float
) -> tuple[float, float]:
    """Log-odds ratio with an informative Dirichlet prior, and its z-score.

    Monroe, Colaresi and Quinn (2008), equations 15, 18 and 22. The prior is the term's share of the
    whole corpus, scaled to `prior_total` pseudo-words.
    """
    first = math.log((count + prior) / (words + prior_total - count - prior))
    second = math.log((other + prior) / (other_words + prior_total - other - prior))
    delta = first - second
    return delta, delta / math.sqrt(1 / (count + prior) + 1 / (other + prior))


def log_ratio(count: int, other: int, words: int, other_words: int) -> float:
    """Binary log of the ratio of two relative frequencies; a zero counts as one half (Hardie 2014)."""
    return math.log2(((count or 0.5) / words) / ((other or 0.5) / other_words))


def dp_norm(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """Deviation of proportions, normalised: 0 even over the parts, 1 all in the smallest part.

    Gries (2008), normalised by Lijffijt and Gries (2012): DP / (1 - the smallest expected share).
    """
    expected = np.asarray(sizes, dtype=float) / sum(sizes)
    observed = np.asarray(counts, dtype=float) / sum(counts)
    most = 1 - expected.min()
    return float(np.abs(observed - expected).sum() / 2 / most) if most else 0.0


def npmi(together: int, a: int, b: int, total: int) -> float:
    """Normalised pointwise mutual information, -1 (never together) to 1 (always), after Bouma (2009)."""
    if not together:
        return -1.0
    if together == total:
        return 1.0
    return math.log(together * total / (a * b)) / -math.log(together / total)


def cliffs_delta(before: np.ndarray, after: np.ndarray) -> float:
    """Cliff's delta (1993): share of pairs in which `after` is larger, less the share in which it is smaller.

    Args:
        before: How many values stand at each step of a scale, from the lowest.
        after: The same of the other side.
    """
    pairs, steps = np.outer(after, before), np.arange(len(before))
    return float((pairs * np.sign(np.subtract.outer(steps, steps))).sum() / pairs.sum())


def hodges_lehmann(before: np.ndarray, after: np.ndarray) -> float:
    """The median of all differences between a value of `after` and one of `before`, in steps (Hodges and Lehmann 1963).

    Args:
        before: How many values stand at each step of a scale, from the lowest.
        after: The same of the other side.
    """
    steps = np.arange(1 - len(before), len(before))
    upto = np.cumsum(np.correlate(after, before, "full"))
    middle = np.searchsorted(upto, [(upto[-1] + 1) // 2, upto[-1] // 2 + 1])
    return float(steps[middle].mean())


def krippendorff_alpha(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Krippendorff's alpha of two coders for nominal codes: 1 is agreement, 0 what chance gives.

    Krippendorff (2004, chapter 11): 1 less the observed over the expected disagreement, the latter from
    all values of both coders without replacement. None without two units, or where nothing varies.

    Args:
        pairs: What the two coders gave to each unit that both coded.
    """
    values = [value for pair in pairs for value in pair]
    counts = Counter(values)
    total = len(values)
    apart = total * total - sum(count * count for count in counts.values())
    if len(pairs) < 2 or not apart:
        return None
    observed = 2 * sum(one != other for one, other in pairs)
    return 1 - (total - 1) * observed / apart


def benjamini_hochberg(p: Sequence[float], tests: int | None = None) -> list[float]:
    """Adjusted p-values that control the false discovery rate (Benjamini and Hochberg 1995).

    Args:
        p: The p-values.
        tests: How many tests there were, where some whose p is 1 are left out.
    """
    values = np.clip(np.asarray(p, dtype=float), 0, 1)
    order = np.argsort(values)
    scaled = values[order] * ((tests or len(values)) / np.arange(1, len(values) + 1))
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(adjusted, 1).tolist()


def verdict(
    p: float, q: float, floor: float, *, excludes_zero: bool | None = None, most: str = "supported"
) -> str:
    """What a test may claim: `not testable`, `not shown`, `suggestive` or `supported`.

    Args:
        p: The test's p.
        q: The same after adjustment for all tests of the table.
        floor: The smallest p that the sample could give.
        excludes_zero: Whether the interval excludes zero; None where the test has no interval.
        most: The strongest verdict that the design allows.
    """
    if floor > ALPHA:
        return "not testable"
    if q <= ALPHA and excludes_zero is not False and most == "supported":
        return "supported"
    return "suggestive" if p <= ALPHA else "not shown"


def with_verdicts(rows: pl.DataFrame, *, most: str = "supported", tests: int | None = None) -> pl.DataFrame:
    """Add `q`, adjusted over these rows (or over so many `tests`), and `verdict` to rows with `p`, `floor`, `excludes_zero`."""
    adjusted = benjamini_hochberg(rows["p"].to_list(), tests)
    said = [
        verdict(p, q, floor, excludes_zero=excludes, most=most)
        for (p, floor, excludes), q in zip(
            rows.select("p", "floor", "excludes_zero").iter_rows(), adjusted, strict=True
        )
    ]
    return rows.with_columns(
        q=pl.Series(adjusted, dtype=pl.Float64), verdict=pl.Series(said, dtype=pl.String)
    )
