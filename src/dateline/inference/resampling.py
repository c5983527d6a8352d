"""Shuffle and resample: what chance would give, and intervals from resamples.

Everything is exact where the sample is small enough to enumerate and seeded where it is not, so that
the same rows give the same numbers on every machine.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations, combinations_with_replacement

import numpy as np
import scipy

from dateline.inference.statistics import LEVEL

ENUMERATE = 20_000
"""Up to this many relabellings or resamples are enumerated; beyond, they are drawn with a fixed seed."""

RESAMPLES = 4_000

FIRST_DRAWS, STOP = 2_000, 0.1
"""What so large a share of so many draws exceeds is not drawn further (Besag and Clifford 1991)."""

CELLS = 8_000_000
"""Numbers held at once while relabelling: 64 MB."""

CACHED = 200_000
"""Numbers computed with at once: few enough for the processor's cache."""

NOTHING = 1e-18

LONG = 10_000
"""Possible sums from which a distribution loses the tails below `NOTHING`."""

SEED = 20_240_711


def relabellings(labels: np.ndarray) -> np.ndarray:
    """Return the ways to choose as many units as `labels` marks: one row each, 0 or 1 a unit.

    All of them while there are few; otherwise seeded draws, the observed choice being the first.
    """
    count, chosen = len(labels), int(labels.sum())
    if math.comb(count, chosen) <= ENUMERATE:
        picks = np.array(list(combinations(range(count), chosen)), dtype=int)
        masks = np.zeros((len(picks), count))
        np.put_along_axis(masks, picks, 1.0, axis=1)
        return masks
    rng = np.random.default_rng(SEED)
    drawn = rng.permuted(np.broadcast_to(labels, (ENUMERATE - 1, count)), axis=1)
    return np.vstack([labels, drawn]).astype(float)


def permutation_p(
    values: np.ndarray, weights: np.ndarray, labels: np.ndarray, statistic: Callable[..., np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the two-sided p of many statistics under relabelling, and the smallest p that each sample could give.

    Args:
        values: Tests by units (articles, statements), to be summed over the units of a group.
        weights: Weights of the units (their words), to be summed as well.
        labels: True for the units of the first group.
        statistic: `statistic(here, there, weight, other_weight)` -> tests by masks, from the sums of the values of
            either group (tests by masks) and of their weights (one a mask); its size measures the difference.

    Returns:
        `p`, with the observed labelling among those counted (Phipson and Smyth 2010), and `floor`; one value a test.
    """
    if labels.all() or not labels.any():
        return np.ones(len(values)), np.ones(len(values))
    masks = relabellings(labels)
    if math.comb(len(labels), int(labels.sum())) <= ENUMERATE:
        return _exceeding(values, weights, labels, masks, statistic)
    p, floor = _exceeding(values, weights, labels, masks[:FIRST_DRAWS], statistic)
    close = np.flatnonzero(p < STOP)
    p[close], floor[close] = _exceeding(values[close], weights, labels, masks, statistic)
    return p, floor


def _exceeding(
    values: np.ndarray, weights: np.ndarray, labels: np.ndarray, masks: np.ndarray, statistic: Callable[..., np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of the relabellings that reach the observed size, and that reach the largest."""

    def sizes(total: np.ndarray, here: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return np.abs(statistic(here, total - here, weight, weights.sum() - weight))

    weight, p, floor = masks @ weights, np.ones(len(values)), np.ones(len(values))
    step, few = max(1, CELLS // len(masks)), max(1, CACHED // len(masks))
    for at in range(0, len(values), step):
        sums = values[at : at + step] @ masks.T
        for row in range(0, len(sums), few):
            own = slice(at + row, at + row + few)
            total = values[own].sum(axis=1, keepdims=True)
            observed = sizes(total, values[own] @ labels[:, None], labels @ weights)
            found, slack = sizes(total, sums[row : row + few], weight), 1e-12 * np.maximum(1.0, observed)
            p[own] = (found >= observed - slack).mean(axis=1)
            floor[own] = (found >= found.max(axis=1, keepdims=True) - slack).mean(axis=1)
    return p, floor


@lru_cache(maxsize=8)
def resamples(units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return bootstrap resamples as counts a unit, and the probability of each.

    All multisets with their multinomial probabilities while there are few (Hall 1992, appendix I),
    otherwise seeded draws of equal probability.
    """
    if math.comb(2 * units - 1, units) <= ENUMERATE:
        picks = list(combinations_with_replacement(range(units), units))
        weights = np.array([np.bincount(pick, minlength=units) for pick in picks], dtype=float)
        return weights, scipy.stats.multinomial.pmf(weights, units, np.full(units, 1 / units))
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(units, np.full(units, 1 / units), size=RESAMPLES)
    return weights.astype(float), np.full(RESAMPLES, 1 / RESAMPLES)


def tally(values: Sequence[int]) -> np.ndarray:
    """Count how many of the values are -1, 0 and 1."""
    return np.bincount(np.asarray(values, dtype=int) + 1, minlength=3)


def resampled_mean(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every mean that resamples of so many values -1, 0 and 1 can have, and its probability.

    The sum of n draws is the n-fold convolution of one draw, so nothing has to be drawn. Of many thousands of
    values the tails that no float can add to are left out.
    """
    count = int(counts.sum())
    one = counts / count
    total, first = np.array([1.0]), 0
    for bit in bin(count)[2:]:
        total, first = np.convolve(total, total), 2 * first
        total = np.convolve(total, one) if bit == "1" else total
        if len(total) > LONG:
            kept = np.flatnonzero(total > NOTHING)
            total, first = total[kept[0] : kept[-1] + 1], first + int(kept[0])
    sums = np.arange(first, first + len(total)) - count
    return sums / count, np.clip(total, 0, None)


def bootstrap_mean(counts: np.ndarray) -> tuple[float | None, float | None]:
    """Return the percentile interval of a mean of so many values -1, 0 and 1; None where fewer than three make it meaningless.

    Equal values have no spread to resample, and a bootstrap of them would claim certainty. There the
    interval reaches as far as the exact bound of Clopper and Pearson (1934) on the share of others,
    all of which might stand at the far ends of the scale.
    """
    count = int(counts.sum())
    if count < 3:
        return None, None
    if counts.max() == count:
        return _unanimous(float(counts.argmax() - 1), count)
    means, probability = resampled_mean(counts)
    return tuple(quantiles(means[None, :], probability)[0].tolist())


def _unanimous(value: float, count: int) -> tuple[float, float]:
    """Return how far the mean may lie where all of so many values from -1 to 1 are equal."""
    share = ((1 - LEVEL) / 2) ** (1 / count)
    return value * share - (1 - share), value * share + (1 - share)


def bootstrap_difference(before: np.ndarray, after: np.ndarray) -> tuple[float | None, float | None]:
    """Return the percentile interval of a difference of two means (after minus before) of so many values -1, 0 and 1 on either side.

    None where a side has fewer than three. A side of equal values has no spread to resample: the interval reaches
    further by what `bootstrap_mean` allows for so many.
    """
    if min(before.sum(), after.sum()) < 3:
        return None, None
    (first, p_first), (second, p_second) = resampled_mean(before), resampled_mean(after)
    differences = np.subtract.outer(second, first).ravel()
    probability = np.multiply.outer(p_second, p_first).ravel()
    low, high = quantiles(differences[None, :], probability)[0].tolist()
    values = np.array([-1.0, 0.0, 1.0])
    return _widened(low, high, *((values[side > 0], int(side.sum())) for side in (before, after)))


def _widened(
    low: float, high: float, first: tuple[np.ndarray, int], second: tuple[np.ndarray, int]
) -> tuple[float, float]:
    """Widen the interval of a difference where a side (the values that it has, and how many) has equal values only."""
    for sign, (values, count) in ((-1, first), (1, second)):
        if np.ptp(values) == 0:
            further = [end - values[0] for end in _unanimous(float(values[0]), count)]
            low, high = low + min(sign * end for end in further), high + max(sign * end for end in further)
    return float(low), float(high)


def clustered_difference(
    totals: np.ndarray, counts: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[float | None, float | None]:
    """Return the percentile interval of a difference of two means (after minus before) whose values come in clusters (articles).

    Whole clusters are resampled on each side; None where a side has fewer than three. Clusters of one mean have no
    spread to resample: the interval reaches further by what `bootstrap_mean` allows for so many equal values.

    Args:
        totals: Sum of the values of a cluster, by kind: clusters that are alike count as one kind.
        counts: Number of its values.
        before: How many clusters of each kind stand on the first side.
        after: How many on the second.
    """
    if min(before.sum(), after.sum()) < 3:
        return None, None
    rng = np.random.default_rng(SEED)
    means = []
    for side in (before, after):
        weights = rng.multinomial(side.sum(), side / side.sum(), size=RESAMPLES)
        means.append((weights @ totals) / (weights @ counts))
    low, high = np.quantile(means[1] - means[0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    own = totals / counts
    return _widened(low, high, *((own[side > 0], int(side.sum())) for side in (before, after)))


def shuffled_difference(
    totals: np.ndarray, counts: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[float, float]:
    """Return the two-sided p of a difference of two means when whole clusters are shuffled between the sides.

    Every shuffle counts while there are few; beyond, they are drawn, kind by kind (multivariate hypergeometric), so that
    a million clusters cost no more than a hundred.

    Args:
        totals: Sum of the values of a cluster, by kind.
        counts: Number of its values.
        before: How many clusters of each kind stand on the first side.
        after: How many on the second.

    Returns:
        p, with the observed sides among those counted (Phipson and Smyth 2010), and the smallest p that these
        clusters could give.
    """
    kinds, late = before + after, int(after.sum())
    if not before.sum() or not late:
        return 1.0, 1.0

    def exceeding(later: np.ndarray) -> tuple[float, float]:
        """Return the shares of the shuffles, given as clusters of each kind on the second side, that reach the observed and the largest size."""
        values, total = later @ counts, later @ totals
        sizes = np.abs(total / values - (kinds @ totals - total) / (kinds @ counts - values))
        observed = sizes[(later == after).all(axis=1)][0]
        slack = 1e-12 * max(1.0, observed)
        return float((sizes >= observed - slack).mean()), float((sizes >= sizes.max() - slack).mean())

    few = min(late, int(before.sum()))
    # A number of shuffles that is far too large need not be computed to the last of its digits.
    if few <= math.log2(ENUMERATE) and math.comb(int(kinds.sum()), few) <= ENUMERATE:
        picks = np.array(list(combinations(np.repeat(np.arange(len(kinds)), kinds), few)), dtype=int)
        drawn = np.stack([(picks == kind).sum(axis=1) for kind in range(len(kinds))], axis=1)
        return exceeding(drawn if few == late else kinds - drawn)
    rng = np.random.default_rng(SEED)
    first = np.vstack([after, rng.multivariate_hypergeometric(kinds, late, size=FIRST_DRAWS - 1)])
    found = exceeding(first)
    if found[0] >= STOP:
        return found
    return exceeding(np.vstack([first, rng.multivariate_hypergeometric(kinds, late, size=ENUMERATE - FIRST_DRAWS)]))


def resampled_ratio(
    whole: np.ndarray, moved: np.ndarray, units: int, weight: float
) -> tuple[float | None, float | None]:
    """Return the percentile interval of a ratio of two totals that a sample of units corrects.

    Args:
        whole: The two totals before they are corrected.
        moved: By how much each unit of the sample moves them: units by 2; those that move nothing may be left out.
        units: Units in the sample.
        weight: What one of them stands for.
    """
    rng = np.random.default_rng(SEED)
    shares = [*[1 / units] * len(moved), 1 - len(moved) / units]
    sums = whole + rng.multinomial(units, shares, size=RESAMPLES)[:, :-1] @ moved * weight
    sums = sums[sums[:, 1] > 0]
    if not len(sums):
        return None, None
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def quantiles(values: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return both ends of the percentile interval of every row of `values`: rows by 2.

    An end is the smallest value whose cumulated probability reaches its share.
    """
    ends = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2]) - 1e-12
    if (probability == probability[0]).all():  # then the place of an end is the same in every row
        places = np.minimum(np.searchsorted(np.cumsum(probability), ends), values.shape[1] - 1)
        return np.partition(values, places, axis=1)[:, places]
    order = np.argsort(values, axis=1)
    cumulated = np.cumsum(probability[order], axis=1)
    places = np.minimum([(cumulated < end).sum(axis=1) for end in ends], values.shape[1] - 1).T
    return np.take_along_axis(values, np.take_along_axis(order, places, axis=1), axis=1)
