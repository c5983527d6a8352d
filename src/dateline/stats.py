"""The statistics: intervals, permutation tests, resampling and verdicts, each with its source.

Everything is exact where the sample is small enough to enumerate and seeded where it is not, so that
the same rows give the same numbers on every machine.
"""

import math
from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement, permutations

import numpy as np
from scipy import special, stats

LEVEL = 0.95
"""Coverage of every interval."""

ALPHA = 0.05
ENUMERATE = 20_000
"""Up to this many relabellings or resamples are enumerated; beyond, as many are drawn with a fixed seed."""

SEED = 20_240_711


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
    low = special.chdtri(2 * count, 1 - tail) / 2 if count else 0.0
    return low / exposure, special.chdtri(2 * count + 2, tail) / 2 / exposure


def g_squared(count: int, other: int, words: int, other_words: int) -> float:
    """Log-likelihood ratio G2 of one term in two corpora, over the full two-by-two table.

    Dunning (1993): 2 times the sum of observed times log(observed / expected).
    """
    table = np.array([[count, other], [words - count, other_words - other]], dtype=float)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(
        2
        * special.xlogy(table, np.divide(table, expected, out=np.ones_like(table), where=expected > 0)).sum()
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


def together_by_chance(strata: Sequence[tuple[int, int, int]]) -> np.ndarray:
    """Distribution of the number of joint units when units are shuffled inside their stratum.

    Args:
        strata: `(units, units with a, units with b)` of each stratum, say of each article.

    Returns:
        Probability of 0, 1, 2, ... joint units: the convolution of one hypergeometric distribution a stratum.
    """
    total = np.array([1.0])
    for units, a, b in strata:
        if a and b:
            total = np.convolve(total, stats.hypergeom.pmf(np.arange(min(a, b) + 1), units, a, b))
    return total


def upper_tail(chance: np.ndarray, together: int) -> tuple[float, float]:
    """`p` of at least `together` joint units, and the smallest p that this sample could give."""
    possible = np.flatnonzero(chance > 0)
    return min(1.0, float(chance[together:].sum())), min(1.0, float(chance[possible[-1]]))


def permutation_p(values: np.ndarray, labels: np.ndarray, statistic) -> tuple[float, float]:
    """Two-sided p of a statistic under relabelling, and the smallest p that this sample could give.

    Args:
        values: One row a unit that is shuffled (an article, a statement).
        labels: True for the units of the first group.
        statistic: `statistic(values, labels)` -> a number whose size measures the difference.

    Returns:
        `p`, with the observed labelling among those counted (Phipson and Smyth 2010), and the `floor`.
    """
    count, chosen = len(labels), int(labels.sum())
    if chosen in (0, count):
        return 1.0, 1.0
    observed = abs(statistic(values, labels))
    if math.comb(count, chosen) <= ENUMERATE:
        masks = []
        for picked in combinations(range(count), chosen):
            mask = np.zeros(count, dtype=bool)
            mask[list(picked)] = True
            masks.append(mask)
    else:
        rng = np.random.default_rng(SEED)
        masks = [labels, *(rng.permutation(labels) for _ in range(ENUMERATE - 1))]
    sizes = np.array([abs(statistic(values, mask)) for mask in masks])
    slack = 1e-12 * max(1.0, observed)
    return float(np.mean(sizes >= observed - slack)), float(np.mean(sizes >= sizes.max() - slack))


def trend(first: np.ndarray, last: np.ndarray, values: np.ndarray) -> dict[str, float]:
    """Theil-Sen slope a year and Mann-Kendall test of values whose days are intervals.

    Theil (1950), Sen (1968), Mann (1945), Kendall (1975); exact over all orders of the values while these
    are few, seeded draws beyond. Pairs whose intervals overlap have no order and count neither way.

    Args:
        first: First possible day of each value, as a number of days.
        last: Last possible day.
        values: The values.

    Returns:
        `slope`, `low`, `high` (a year), `tau` (-1 to 1), `p` (two-sided), `floor`.
    """
    count = len(values)
    before = (last[:, None] < first[None, :]).astype(float)
    order = before - before.T
    days = (first + last) / 2
    steps = np.sign(values[None, :] - values[:, None])
    score = float((order * steps).sum() / 2)
    if math.factorial(min(count, 20)) <= ENUMERATE:
        picks = np.array(list(permutations(range(count))))
    else:
        rng = np.random.default_rng(SEED)
        picks = np.array([np.arange(count), *(rng.permutation(count) for _ in range(ENUMERATE - 1))])
    scores = np.array([abs((order * steps[np.ix_(pick, pick)]).sum() / 2) for pick in picks])
    if np.ptp(days) == 0:
        slope = low = high = 0.0
    else:
        slope, _, low, high = (
            365.25 * float(value) for value in stats.theilslopes(values, days, alpha=LEVEL)
        )
    pairs = before.sum()
    return {
        "slope": slope,
        "low": min(low, high),
        "high": max(low, high),
        "tau": score / pairs if pairs else 0.0,
        "p": float(np.mean(scores >= abs(score) - 1e-9)),
        "floor": float(np.mean(scores >= scores.max() - 1e-9)),
    }


def resamples(units: int) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap resamples as counts a unit, and the probability of each.

    All multisets with their multinomial probabilities while there are few (Hall 1992, appendix I),
    otherwise seeded draws of equal probability.
    """
    if math.comb(2 * units - 1, units) <= ENUMERATE:
        picks = list(combinations_with_replacement(range(units), units))
        weights = np.array([np.bincount(pick, minlength=units) for pick in picks])
        log_p = (
            special.gammaln(units + 1) - special.gammaln(weights + 1).sum(axis=1) - units * math.log(units)
        )
        return weights, np.exp(log_p)
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(units, np.full(units, 1 / units), size=ENUMERATE)
    return weights, np.full(ENUMERATE, 1 / ENUMERATE)


def bootstrap_mean(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Percentile interval of a mean of values from -1 to 1; None where fewer than three make it meaningless.

    Equal values have no spread to resample, and a bootstrap of them would claim certainty. There the
    interval reaches as far as the exact bound of Clopper and Pearson (1934) on the share of others,
    all of which might stand at the far ends of the scale.
    """
    if len(values) < 3:
        return None, None
    if len(set(values)) == 1:
        value, share = float(values[0]), ((1 - LEVEL) / 2) ** (1 / len(values))
        return value * share - (1 - share), value * share + (1 - share)
    weights, probability = resamples(len(values))
    means = weights @ np.asarray(values, dtype=float) / len(values)
    return quantile(means, probability, (1 - LEVEL) / 2), quantile(means, probability, (1 + LEVEL) / 2)


def bootstrap_difference(
    before: Sequence[float], after: Sequence[float]
) -> tuple[float | None, float | None]:
    """Percentile interval of a difference of two means (after minus before), both resampled with a fixed seed.

    None where a side has fewer than three values, or where neither has any spread to resample.
    """
    if len(before) < 3 or len(after) < 3 or len(set(before)) == len(set(after)) == 1:
        return None, None
    rng = np.random.default_rng(SEED)
    first = rng.choice(np.asarray(before, dtype=float), (ENUMERATE, len(before))).mean(axis=1)
    second = rng.choice(np.asarray(after, dtype=float), (ENUMERATE, len(after))).mean(axis=1)
    low, high = np.quantile(second - first, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def quantile(values: np.ndarray, probability: np.ndarray, at: float) -> float:
    """The smallest value whose cumulated probability reaches `at`."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(probability[order])
    place = min(int(np.searchsorted(cumulated, at - 1e-12)), len(values) - 1)
    return float(values[order][place])


def cliffs_delta(before: Sequence[float], after: Sequence[float]) -> float:
    """Cliff's delta (1993): share of pairs in which `after` is larger, less the share in which it is smaller."""
    return float(np.sign(np.subtract.outer(np.asarray(after), np.asarray(before))).mean())


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjusted p-values that control the false discovery rate (Benjamini and Hochberg 1995)."""
    if not len(p):
        return []
    return [float(value) for value in stats.false_discovery_control(np.clip(p, 0, 1))]


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
    return "suggestive" if p <= ALPHA or excludes_zero else "not shown"
