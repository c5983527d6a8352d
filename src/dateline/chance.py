"""What chance would give: relabellings, resamples, orders in time, and sentences filled anew.

Everything is exact where the sample is small enough to enumerate and seeded where it is not, so that
the same rows give the same numbers on every machine.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, combinations_with_replacement, permutations

import numpy as np
import scipy  # and not `special`, which takes a fifth of a second to load and is seldom asked

from dateline.stats import LEVEL

ENUMERATE = 20_000
"""Up to this many relabellings or resamples are enumerated; beyond, they are drawn with a fixed seed."""

RESAMPLES = 4_000
FIRST_DRAWS, STOP = 2_000, 0.1
CELLS = 8_000_000
"""Numbers held at once while relabelling: 64 MB."""

YEAR = 365.25

FEWEST_TO_CHANGE = 8
"""Units below which a change point is not looked for: three on either side would say nothing."""

NOTHING = 1e-18
LONG = 10_000
"""Possible sums from which a distribution loses the tails below `NOTHING`."""

IMPOSSIBLE = 1e-12
"""Chance of a kind of window below which only rounding separates it from 0."""

STEPS_OF_TABLE = 20_000_000
"""Cells times windows up to which joint windows are counted exactly."""
WINDOWS_OF_TABLE = 5_000
"""Windows up to which they are: each is a step of its own, however small the table."""

SMALLEST = 1e-9
"""Joint windows, or variance of them, below which an approximation of their distribution takes them for so many."""
EXACT = 1e-9
"""Share of a mean by which it may be missed."""
REACH = 12
"""Deviations from a mean beyond which nothing is counted."""

SIDE_BY_SIDE = 2_000_000
"""Numbers held at once for units whose windows are filled side by side: 16 MB, some times over."""

ROUNDED_UP = np.unique([0, *(part << power for power in range(20) for part in (1, 3))])
"""Totals to which those of a pair are rounded up: at most a third more, so that few tables serve all pairs."""

STEPS = 200
"""Rounds after which odds are taken as they are; ten to thirty are usual."""

STRIDE = 2.0
"""How far the logarithm of an odds moves in one round."""

SEED = 20_240_711


def relabellings(labels: np.ndarray) -> np.ndarray:
    """Ways to choose as many units as `labels` marks: one row each, 0 or 1 a unit.

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
    values: np.ndarray, labels: np.ndarray, statistic: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided p of many statistics under relabelling, and the smallest p that each sample could give.

    Args:
        values: Tests by units (articles, statements), further axes as `statistic` likes.
        labels: True for the units of the first group.
        statistic: `statistic(values, masks)` -> tests by masks; its size measures the difference.

    Returns:
        `p`, with the observed labelling among those counted (Phipson and Smyth 2010), and `floor`; one
        value a test. Where labellings are drawn, a test that a tenth of the first draws exceeds is not
        drawn further (Besag and Clifford 1991).
    """
    if labels.all() or not labels.any():
        return np.ones(len(values)), np.ones(len(values))
    masks = relabellings(labels)
    observed = np.abs(statistic(values, labels[None, :].astype(float)))[:, 0]
    if math.comb(len(labels), int(labels.sum())) <= ENUMERATE:
        return _exceeding(values, observed, masks, statistic)
    p, floor = _exceeding(values, observed, masks[:FIRST_DRAWS], statistic)
    close = np.flatnonzero(p < STOP)
    p[close], floor[close] = _exceeding(values[close], observed[close], masks, statistic)
    return p, floor


def _exceeding(
    values: np.ndarray, observed: np.ndarray, masks: np.ndarray, statistic: Callable
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the relabellings that reach the observed size, and that reach the largest."""
    p, floor = np.ones(len(values)), np.ones(len(values))
    step = max(1, CELLS // len(masks))
    for at in range(0, len(values), step):
        sizes = np.abs(statistic(values[at : at + step], masks))
        slack = 1e-12 * np.maximum(1.0, observed[at : at + step, None])
        p[at : at + step] = (sizes >= observed[at : at + step, None] - slack).mean(axis=1)
        floor[at : at + step] = (sizes >= sizes.max(axis=1, keepdims=True) - slack).mean(axis=1)
    return p, floor


def trends(first: np.ndarray, last: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Theil-Sen slope a year and Mann-Kendall test of many series whose days are intervals.

    Theil (1950), Sen (1968), Mann (1945), Kendall (1975). Pairs whose intervals overlap have no order and
    count neither way. The test is exact over all orders of the values while there are few; beyond, it
    is normal with a correction for continuity and the exact permutation variance of a generalised
    correlation coefficient, ties included (Daniels 1944; Kendall 1970, chapter 5).

    Args:
        first: First possible day of each unit, as a number of days; `n` units.
        last: Last possible day.
        values: Series by units.

    Returns:
        `slope`, `low`, `high` (a year), `tau` (-1 to 1), `p` (two-sided), `floor`: one value a series.
    """
    count = len(first)
    before = (last[:, None] < first[None, :]).astype(float)
    order = before - before.T
    days = (first + last) / 2
    pairs = before.sum()
    theirs = (order.sum(axis=1) ** 2).sum(), (order**2).sum()
    apart = math.comb(count, 2) - sum(math.comb(many, 2) for many in _ties(days))
    found = {name: np.zeros(len(values)) for name in ("slope", "low", "high", "tau", "p", "floor")}
    enumerated = math.factorial(min(count, 20)) <= ENUMERATE
    if enumerated:
        picks = np.array(list(permutations(range(count))))
        shuffled = order[picks[:, :, None], picks[:, None, :]].reshape(len(picks), -1)
    for at, row in enumerate(values):
        # Most terms are in few articles, and two articles without one do not differ: those pairs are left out.
        some = np.flatnonzero(row)
        rises = row[None, :] - row[some][:, None]
        steps = np.sign(rises)
        score = float((order[some] * steps).sum() - (order[some][:, some] * steps[:, some]).sum() / 2)
        if enumerated:
            every = np.sign(row[None, :] - row[:, None])
            scores = np.abs(shuffled @ every.ravel() / 2)
            found["p"][at] = np.mean(scores >= abs(score) - 1e-9)
            found["floor"][at] = np.mean(scores >= scores.max() - 1e-9)
        else:
            sums = -steps.sum(axis=0)
            sums[some] = steps.sum(axis=1)
            ours = (sums**2).sum(), 2 * (steps**2).sum() - (steps[:, some] ** 2).sum()
            found["p"][at], found["floor"][at] = _daniels(count, theirs, ours, score)
        found["tau"][at] = score / pairs if pairs else 0.0
        if apart:
            rises[:, some] = np.triu(rises[:, some])  # each two that have it once
            runs = days[None, :] - days[some][:, None]
            slopes = (rises / np.where(runs, runs, np.inf)).ravel()
            places = _sen(count, apart, days, row)
            low, high, *middle = _at_places(slopes, apart, [*places, (apart - 1) // 2, apart // 2])
            found["slope"][at], found["low"][at], found["high"][at] = (
                YEAR * sum(middle) / 2,
                YEAR * low,
                YEAR * high,
            )
    return found


def _ties(values: np.ndarray) -> np.ndarray:
    """How many stand at each value that more than one has."""
    many = np.unique(values, return_counts=True)[1]
    return many[many > 1]


def _sen(count: int, apart: int, days: np.ndarray, row: np.ndarray) -> tuple[int, int]:
    """The places, among the sorted slopes of `apart` pairs, of both ends of the interval (Sen 1968, 2.6)."""

    def part(many: np.ndarray | int) -> float:
        return float(np.sum(many * (many - 1) * (2 * many + 5)))

    variance = max(0.0, (part(count) - part(_ties(days)) - part(_ties(row))) / 18)
    reach = -scipy.special.ndtri((1 - LEVEL) / 2) * math.sqrt(variance)
    return max(round((apart - reach) / 2) - 1, 0), min(round((apart + reach) / 2), apart - 1)


def _at_places(slopes: np.ndarray, total: int, places: list[int]) -> list[float]:
    """What stands at places of `total` sorted slopes: those that are given and are not 0, and else 0."""
    below, above = slopes[slopes < 0], slopes[slopes > 0]
    first = total - len(above)
    under = [place for place in places if place < len(below)]
    over = [place - first for place in places if place >= first]
    below = np.partition(below, under) if under else below
    above = np.partition(above, over) if over else above
    return [
        float(below[place] if place < len(below) else above[place - first] if place >= first else 0.0)
        for place in places
    ]


def _daniels(
    count: int, one: tuple[float, float], other: tuple[float, float], score: float
) -> tuple[float, float]:
    """Normal p of half the sum of products of two antisymmetric matrices, and that of the largest possible sum.

    Of each matrix are given the sum of the squares of its row sums, and the sum of its squares.
    """
    (row_a, all_a), (row_b, all_b) = one, other
    variance = (
        4 * (row_a - all_a) * (row_b - all_b) / (count * (count - 1) * (count - 2))
        + 2 * all_a * all_b / (count * (count - 1))
    ) / 4
    if variance <= 0:
        return 1.0, 1.0
    most = min(all_a, all_b) / 2
    return tuple(
        float(min(1.0, 2 * scipy.special.ndtr(-max(0.0, abs(size) - 1) / math.sqrt(variance))))
        for size in (score, most)
    )


def change_point(values: Sequence[float]) -> tuple[int, float, float] | None:
    """Where a sequence changes its level most, and whether its order could do that by chance.

    The statistic is the largest difference of means before and after a place, weighted by the root of
    k (n - k) / n as in a CUSUM test (Page 1955); its null is that every order is as likely.

    Args:
        values: One number a unit, in order.

    Returns:
        The number of units before the change, p and the smallest p that these values could give; None for
        fewer than `FEWEST_TO_CHANGE` values.
    """
    numbers = np.asarray(values, dtype=float)
    count = len(numbers)
    if count < FEWEST_TO_CHANGE:
        return None
    orders = np.random.default_rng(SEED).permuted(np.broadcast_to(numbers, (ENUMERATE - 1, count)), axis=1)
    sums = np.cumsum(np.vstack([numbers, orders]), axis=1)[:, :-1]
    before = np.arange(1, count)
    jumps = np.abs(sums - numbers.sum() * before / count) / np.sqrt(before * (count - before) / count)
    largest = jumps.max(axis=1)
    p = float((largest >= largest[0] - 1e-9).mean())
    floor = float((largest >= largest.max() - 1e-9).mean())
    return int(jumps[0].argmax()) + 1, p, floor


@lru_cache(maxsize=8)
def resamples(units: int) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap resamples as counts a unit, and the probability of each.

    All multisets with their multinomial probabilities while there are few (Hall 1992, appendix I),
    otherwise seeded draws of equal probability.
    """
    if math.comb(2 * units - 1, units) <= ENUMERATE:
        picks = list(combinations_with_replacement(range(units), units))
        weights = np.array([np.bincount(pick, minlength=units) for pick in picks])
        log_p = (
            scipy.special.gammaln(units + 1)
            - scipy.special.gammaln(weights + 1).sum(axis=1)
            - units * math.log(units)
        )
        return weights, np.exp(log_p)
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(units, np.full(units, 1 / units), size=RESAMPLES)
    return weights, np.full(RESAMPLES, 1 / RESAMPLES)


def tally(values: Sequence[int]) -> np.ndarray:
    """How many of the values are -1, 0 and 1."""
    return np.bincount(np.asarray(values, dtype=int) + 1, minlength=3)


def resampled_mean(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every mean that resamples of so many values -1, 0 and 1 can have, and its probability.

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
    """Percentile interval of a mean of so many values -1, 0 and 1; None where fewer than three make it meaningless.

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
    """How far the mean may lie where all of so many values from -1 to 1 are equal."""
    share = ((1 - LEVEL) / 2) ** (1 / count)
    return value * share - (1 - share), value * share + (1 - share)


def bootstrap_difference(before: np.ndarray, after: np.ndarray) -> tuple[float | None, float | None]:
    """Percentile interval of a difference of two means (after minus before) of so many values -1, 0 and 1 on either side.

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
    """An interval of a difference, wider where a side (the values that it has, and how many) holds equal values only."""
    for sign, (values, count) in ((-1, first), (1, second)):
        if np.ptp(values) == 0:
            further = [end - values[0] for end in _unanimous(float(values[0]), count)]
            low, high = low + min(sign * end for end in further), high + max(sign * end for end in further)
    return float(low), float(high)


def clustered_difference(
    totals: np.ndarray, counts: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[float | None, float | None]:
    """Percentile interval of a difference of two means (after minus before) whose values come in clusters (articles).

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
    """Two-sided p of a difference of two means when whole clusters are shuffled between the sides.

    Every shuffle counts while there are few; beyond, they are drawn, kind by kind (multivariate hypergeometric), so that
    a million clusters cost no more than a hundred.

    Args:
        totals: Sum of the values of a cluster, by kind.
        counts: Number of its values.
        before: How many clusters of each kind stand on the first side.
        after: How many on the second.

    Returns:
        p, with the observed sides among those counted (Phipson and Smyth 2010), and the smallest p that these
        clusters could give. What a tenth of the first draws exceeds is not drawn further (Besag and Clifford 1991).
    """
    kinds, late = before + after, int(after.sum())
    if not before.sum() or not late:
        return 1.0, 1.0

    def exceeding(later: np.ndarray) -> tuple[float, float]:
        """Shares of the shuffles, given as clusters of each kind on the second side, that reach the observed and the largest size."""
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
    return exceeding(
        np.vstack([first, rng.multivariate_hypergeometric(kinds, late, size=ENUMERATE - FIRST_DRAWS)])
    )


def resampled_ratio(
    whole: np.ndarray, moved: np.ndarray, units: int, weight: float
) -> tuple[float | None, float | None]:
    """Percentile interval of a ratio of two totals that a sample of units corrects.

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
    """Both ends of the percentile interval of every row of `values`: rows by 2.

    An end is the smallest value whose cumulated probability reaches its share.
    """
    order = np.argsort(values, axis=1, kind="stable")
    cumulated = np.cumsum(probability[order], axis=1)
    ends = []
    for at in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        place = np.minimum((cumulated < at - 1e-12).sum(axis=1), values.shape[1] - 1)
        ends.append(np.take_along_axis(values, np.take_along_axis(order, place[:, None], 1), 1)[:, 0])
    return np.stack(ends, axis=1)


@dataclass(frozen=True)
class Filled:
    """What filling windows anew gives for pairs of actors that are alike in how often they are named."""

    unit: np.ndarray
    """Number of the unit of each pair."""
    first: np.ndarray
    second: np.ndarray
    """Numbers of its two actors, the lower one first."""
    certain: np.ndarray
    """Joint windows that the totals alone decide."""
    moments: np.ndarray
    """Pairs by two: mean and variance of the joint windows; those of independent units add up. Where a table would be
    too large, the mean goes without the condition on both totals."""
    given: np.ndarray
    """Pairs by counts from 0 on: the distribution of the joint windows beyond the certain ones, with zeros behind `most`;
    without columns where only the moments were asked for."""
    most: np.ndarray
    """The largest count beyond the certain ones that the totals of each pair allow."""

    @property
    def expected(self) -> np.ndarray:
        """Joint windows to expect."""
        return self.moments[:, 0]

    def distributions(self) -> Iterator[tuple[int, int, int, np.ndarray]]:
        """Unit, both actors, and the distribution of their joint windows from 0 on."""
        for unit, first, second, certain, most, row in zip(
            self.unit.tolist(),
            self.first.tolist(),
            self.second.tolist(),
            self.certain.tolist(),
            self.most.tolist(),
            self.given,
            strict=True,
        ):
            possible = row[: most + 1]
            yield unit, first, second, np.concatenate([np.zeros(certain), possible]) if certain else possible


def joint_by_chance(named: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """How many windows every two actors share when the windows of one unit are filled anew.

    Args:
        named: In how many windows each actor is named, at least once; `n` actors.
        sizes: How many actors each window names; those of none may be left out.

    Returns:
        The distribution of the number of joint windows (from 0 on), for the pairs (0, 1), (0, 2), ...,
        (n - 2, n - 1).
    """
    parts = fill_anew([(named, sizes)])
    found = {(a, b): row for part in parts for _, a, b, row in part.distributions()}
    return [found[pair] for pair in combinations(range(len(named)), 2)]


def fill_anew(units: Sequence[tuple[np.ndarray, np.ndarray]], *, moments_only: bool = False) -> list[Filled]:
    """How many windows every two actors of each unit share when its windows are filled anew.

    A window that names r actors is filled with r different ones, a set of them in proportion to the product
    of their odds; the odds make each actor be named as often as it is (conditional Bernoulli sampling; Chen,
    Dempster and Liu 1994). Of these fillings those count that name each of the two exactly as often as
    it is. So a pair is not found because it is famous, nor because some windows name many.

    Args:
        units: Articles, say: in how many windows each actor is named, at least once, and how many actors each
            window names.
        moments_only: Whether to leave out the distributions, which take longer.

    Returns:
        Every two actors of every unit, once; a unit gives the same numbers whatever units stand beside it.
    """
    found, open_ = [], []
    for number, (named, sizes) in enumerate(units):
        certain, rest, left, sizes = _certain(named.astype(int), sizes[sizes > 0])  # noqa: PLW2901
        decided = np.ones((len(named), len(named)), dtype=bool)
        if len(rest) > 1:
            decided[rest[:, None], rest] = False
            open_.append((number, rest, left[rest], np.sort(sizes), certain))
        first, second = np.nonzero(np.triu(decided, 1))
        if len(first):
            found.append((np.full(len(first), number), first, second, certain[first, second]))
    parts = []
    if found:
        columns = [np.concatenate(column) for column in zip(*found, strict=True)]
        pairs = len(columns[0])
        sure = np.column_stack([columns[-1], np.zeros(pairs)])
        parts = [Filled(*columns, sure, np.ones((pairs, 1)), np.zeros(pairs, dtype=int))]
    open_.sort(key=lambda unit: (len(unit[1]), int(unit[3][-1]), unit[0]))
    start = 0
    while start < len(open_):
        stop = start + 1
        # Units of a similar shape are computed side by side, as many as memory allows.
        while (
            stop < len(open_)
            and (stop + 1 - start) * len(open_[stop][1]) ** 2 * (int(open_[stop][3][-1]) + 1) <= SIDE_BY_SIDE
        ):
            stop += 1
        parts += _filled(open_[start:stop], moments_only=moments_only)
        start = stop
    return parts


class _Stack:
    """Units side by side as arrays, units in the first axis; where a unit has no such actor or window stands 0."""

    def __init__(self, units: list[tuple]) -> None:
        most, longest = max(len(rest) for _, rest, *_ in units), max(len(sizes) for *_, sizes, _ in units)
        every = max(len(certain) for *_, certain in units)
        self.number = np.array([number for number, *_ in units])
        self.actor = np.zeros((len(units), most), dtype=int)
        self.named = np.zeros((len(units), most))
        self.size = np.zeros((len(units), longest), dtype=int)
        """Of each window, ascending, behind zeros: those that can be joint are the last of every unit."""
        self.certain = np.zeros((len(units), every, every), dtype=int)
        for row, (_, rest, left, sizes, certain) in enumerate(units):
            self.actor[row, : len(rest)], self.named[row, : len(rest)] = rest, left
            self.size[row, longest - len(sizes) :] = sizes
            self.certain[row, : len(certain), : len(certain)] = certain
        self.windows = np.zeros((len(units), int(self.size.max()) + 1), dtype=int)
        """How many there are of each size."""
        np.add.at(self.windows, (np.repeat(np.arange(len(units)), longest), self.size.ravel()), 1)
        self.windows[:, 0] = 0


def _filled(units: list[tuple], *, moments_only: bool) -> list[Filled]:
    """`fill_anew` for units in which something is open, by how often the two actors are named."""
    stack = _Stack(units)
    alone, both = _inclusion(filling_odds(stack.named, stack.windows), stack.windows)
    there = stack.named > 0
    row, i, j = np.nonzero(
        there[:, :, None] & there[:, None, :] & np.triu(np.ones(both.shape[2:], dtype=bool), 1)
    )
    turned = stack.named[row, i] > stack.named[row, j]
    few, many = np.where(turned, j, i), np.where(turned, i, j)
    # Actors that are named as often have the same odds: one pair stands for all that are alike in a unit.
    totals, one, alike, count = np.unique(
        np.stack([row, stack.named[row, few], stack.named[row, many]], axis=1).astype(int),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    # As floats: of a million windows the product is beyond whole numbers.
    windows = (stack.size > 0).sum(axis=1)[totals[:, 0]]
    cells = (totals[:, 1] + 1.0) ** 2 * (totals[:, 2] + 1) * count * windows
    large = (cells > STEPS_OF_TABLE) | (windows > WINDOWS_OF_TABLE)
    # Pairs named about as often are computed side by side: a table larger than a pair needs gives it the same numbers.
    about = totals[:, 1:].copy()
    about[~large] = ROUNDED_UP[np.searchsorted(ROUNDED_UP, about[~large])]
    kinds, kind_of = np.unique(np.column_stack([about, large]), axis=0, return_inverse=True)
    parts = []
    for kind, (n_few, n_many, in_many) in enumerate(kinds.tolist()):
        own = np.flatnonzero(kind_of.ravel() == kind)
        moments = np.empty((len(own), 2))
        given = np.zeros((len(own), 0 if moments_only else n_few + 1))
        width = max(1, CELLS // ((n_few + 1) ** 2 * (n_many + 1) + 4 * stack.size.shape[1]))
        for at in range(0, len(own), width):
            rows, here = own[at : at + width], slice(at, at + width)
            pair = one[rows]
            unit, a, b = row[pair], few[pair], many[pair]
            if in_many:
                by_size = both[unit, :, a, b], alone[unit, :, a], alone[unit, :, b]
                moments[here] = _moments_in_many(stack.windows[unit], *by_size, n_few, n_many)
                if not moments_only:
                    given[here] = _together_in_many(*moments[here].T, n_few, n_many)
                continue
            sizes = stack.size[unit].T
            shares = both[unit, sizes, a, b], alone[unit, sizes, a], alone[unit, sizes, b]
            moments[here] = moments_by_chance(*shares, totals[rows, 1], totals[rows, 2])
            if not moments_only:
                found = together_by_chance(*shares, totals[rows, 1], totals[rows, 2])
                given[here, : found.shape[1]] = found
        pairs = np.flatnonzero(kind_of.ravel()[alike.ravel()] == kind)
        unit, like = row[pairs], alike.ravel()[pairs]
        first, second = stack.actor[unit, i[pairs]], stack.actor[unit, j[pairs]]
        certain, rows = stack.certain[unit, first, second], np.searchsorted(own, like)
        moved = moments[rows] + certain[:, None] * np.array([1, 0])
        parts.append(Filled(stack.number[unit], first, second, certain, moved, given[rows], totals[like, 1]))
    return parts


def _certain(named: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Take out what the totals alone decide: windows that name everybody, actors that every window names.

    Returns:
        Joint windows that are certain (actors by actors), the actors left, and what is left of the totals.
    """
    named = named.copy()
    certain = np.zeros((len(named), len(named)), dtype=int)
    rest = np.arange(len(named))
    while len(rest):
        full = int((sizes == len(rest)).sum())
        certain[rest[:, None], rest] += full
        named[rest] -= full
        sizes = sizes[sizes < len(rest)]
        left = rest[named[rest] > 0]
        always = left[named[left] == len(sizes)]
        others = left
        for actor in always:
            others = others[others != actor]
            certain[actor, others] += named[others]
            certain[others, actor] += named[others]
        if len(left) == len(rest) and not len(always):
            break
        rest, sizes = left[named[left] < len(sizes)], sizes - len(always)
        sizes = sizes[sizes > 0]
    return certain, rest, named, sizes


def filling_odds(named: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Odds with which actors fill windows, so that each is named as often as it was; geometric mean 1.

    Args:
        named: Units by actors: in how many windows each is named; 0 where a unit has no such actor. No actor
            may be in every window.
        windows: Units by sizes from 0 on: how many windows name so many actors; none may name every actor.

    Returns:
        Units by actors.
    """
    there = named > 0
    count = there.sum(axis=1, keepdims=True)
    odds = np.where(there, named / (_along(named) / count), 0.0)
    left = np.arange(len(named))
    for _ in range(STEPS):
        alone = _alone(odds[left], windows[left])
        held, spread = np.zeros_like(odds[left]), np.zeros_like(odds[left])
        for size in range(1, windows.shape[1]):
            held += alone[:, size] * windows[left, size, None]
            spread += alone[:, size] * (1 - alone[:, size]) * windows[left, size, None]
        # Newton's step along each actor alone, damped because one actor's gain is the others' loss.
        miss = np.where(there[left], named[left] - held, 0.0)
        step = np.divide(miss, spread, out=np.zeros_like(miss), where=there[left]) * (1 - 1 / count[left])
        logs = np.log(odds[left], out=np.zeros_like(miss), where=there[left]) + np.clip(step, -STRIDE, STRIDE)
        odds[left] = np.where(there[left], np.exp(logs - _along(logs) / count[left]), 0.0)
        left = left[(np.abs(miss) / np.maximum(named[left], 1)).max(axis=1) >= 1e-10]
        if not len(left):
            break
    return odds


def _along(values: np.ndarray) -> np.ndarray:
    """Sums of rows, from left to right: zeros behind a row change no bit of its sum."""
    return np.cumsum(values, axis=1)[:, -1:]


def _shares(odds: np.ndarray, others: np.ndarray, whole: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """`odds` times `others` over `whole`, sizes in the second axis; 0 for a size that a unit has no window of."""
    used = (windows > 0).reshape(windows.shape + (1,) * (others.ndim - 2))
    whole = np.where(used, whole.reshape(used.shape), 1.0)
    return np.where(used, odds[:, None] * others / whole, 0.0)


def _alone(odds: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Chance that an actor stands in a window of each size: units by sizes by actors."""
    whole, others = _without(odds, windows.shape[1], 0), _without(odds, windows.shape[1], 1)
    return _shares(odds, np.roll(others, 1, axis=1), whole, windows)


def _inclusion(odds: np.ndarray, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chance that an actor, and that two actors, stand in a window of each size: units by sizes by actors (by actors)."""
    whole = _without(odds, windows.shape[1], 0)
    others = np.roll(_without(odds, windows.shape[1], 2), 2, axis=1)
    others[:, :2] = 0.0
    return _alone(odds, windows), _shares(odds[:, :, None] * odds[:, None, :], others, whole, windows)


def _without(odds: np.ndarray, degrees: int, left_out: int) -> np.ndarray:
    """Elementary symmetric polynomials: units by degrees from 0 on, and without each actor, or each two of them.

    Args:
        odds: Units by actors.
        degrees: How many degrees.
        left_out: 0, 1 or 2: how many axes of actors follow, who are left out.
    """
    units, actors = odds.shape
    sums = np.zeros((degrees, *[actors] * left_out, units))  # units last: the long axis is the fast one
    sums[0] = 1.0
    for actor, value in enumerate(np.ascontiguousarray(odds.T)):
        kept = [sums[(slice(None), *[slice(None)] * axis, actor)].copy() for axis in range(left_out)]
        for degree in range(degrees - 1, 0, -1):
            sums[degree] += value * sums[degree - 1]
        for axis, own in enumerate(kept):
            sums[(slice(None), *[slice(None)] * axis, actor)] = own
    return np.moveaxis(sums, [-1, 0], [0, 1])


def together_by_chance(
    both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Distribution of the joint windows of pairs, given in how many windows each of the two stands.

    Exact by dynamic programming over the windows.

    Args:
        both: Windows by pairs: the chance that a window is joint; 0 where a pair has no such window.
        few: The chance that it names the first of the two.
        many: The chance that it names the second.
        n_few: By pairs: windows that name the first; not above `n_many`.
        n_many: By pairs: windows that name the second.

    Returns:
        Pairs by counts from 0 to the largest `n_few`.
    """
    plane, later = _before_meeting(both, few, many, n_few, n_many)
    table = np.zeros((len(plane), *plane.shape))
    table[0] = plane
    for neither, joint, one, other in later:
        fresh = table * neither
        fresh[1:, 1:, 1:] += table[:-1, :-1, :-1] * joint
        fresh[:, 1:] += table[:, :-1] * one
        fresh[:, :, 1:] += table[:, :, :-1] * other
        table = fresh
    given = table[:, n_few, n_many, np.arange(both.shape[1])].T
    return given / _along(given)


def moments_by_chance(
    both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Mean and variance of the distribution that `together_by_chance` gives for the same arguments: pairs by two.

    Beside the chance of each two totals go the first two derivatives, at 1, of the generating function of the joint
    windows there: the factorial moments. That is a table less.
    """
    plane, later = _before_meeting(both, few, many, n_few, n_many)
    state = np.zeros((3, *plane.shape))
    state[0] = plane
    for neither, joint, one, other in later:
        fresh = state * neither
        fresh[:, 1:] += state[:, :-1] * one
        fresh[:, :, 1:] += state[:, :, :-1] * other
        if joint.any():
            met = state[:, :-1, :-1] * joint
            fresh[:, 1:, 1:] += met
            fresh[1, 1:, 1:] += met[0]
            fresh[2, 1:, 1:] += 2 * met[1]
        state = fresh
    chance, once, twice = state[:, n_few, n_many, np.arange(both.shape[1])]
    mean = once / chance
    return np.column_stack([mean, np.maximum(twice / chance + mean - mean**2, 0.0)])


def _before_meeting(
    both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The chance of each two totals after the first windows, in which nobody meets, and the kinds of the later windows.

    The first windows are those of a single actor.
    """
    shares = _kinds_of_window(both, few, many)
    plane = np.zeros((n_few.max() + 1, n_many.max() + 1, both.shape[1]))
    plane[0, 0] = 1.0
    first_joint = next(iter(np.flatnonzero(shares[:, 1].any(axis=1))), len(shares))
    for neither, _, one, other in shares[:first_joint]:
        fresh = plane * neither
        fresh[1:] += plane[:-1] * one
        fresh[:, 1:] += plane[:, :-1] * other
        plane = fresh
    return plane, shares[first_joint:]


def _kinds_of_window(both: np.ndarray, few: np.ndarray, many: np.ndarray) -> np.ndarray:
    """The chance that a window names neither of a pair, both, only the first, only the second: windows by four by pairs."""
    shares = np.stack([1 - few - many + both, both, few - both, many - both], axis=1)
    # What rounding leaves of an impossible window would make impossible totals possible.
    shares[shares < IMPOSSIBLE] = 0.0
    return shares


def _moments_in_many(
    windows: np.ndarray, both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: int, n_many: int
) -> np.ndarray:
    """What `moments_by_chance` gives, close to it and without its tables: pairs by two.

    Args:
        windows: Pairs by sizes: how many windows name so many actors.
        both: Pairs by sizes: the chance that such a window is joint.
        few: The chance that it names the first of the two.
        many: The chance that it names the second.
        n_few: Windows that name the first.
        n_many: Windows that name the second.
    """

    def total(values: np.ndarray) -> np.ndarray:
        return _along(windows * values)[:, 0]

    covariance, v_few, v_many = total(both - few * many), total(few * (1 - few)), total(many * (1 - many))
    c_few, c_many = total(both * (1 - few)), total(both * (1 - many))
    apart = np.maximum(v_few * v_many - covariance**2, SMALLEST)  # 0 where one of the totals gives the other
    explained = (c_few**2 * v_many - 2 * c_few * c_many * covariance + c_many**2 * v_few) / apart
    mean = np.clip(total(both), SMALLEST, n_few - SMALLEST)
    variance = np.maximum(total(both * (1 - both)) - explained, SMALLEST)
    return np.column_stack([mean, variance])


def _together_in_many(mean: np.ndarray, variance: np.ndarray, n_few: int, n_many: int) -> np.ndarray:
    """Close to `together_by_chance`, without its tables, from both moments: pairs by counts from 0 to `n_few`."""
    margins = np.full((len(mean), 1), n_few), np.full((len(mean), 1), float(n_many))
    return _noncentral(np.arange(n_few + 1)[None, :], mean[:, None], variance[:, None], *margins)


def _noncentral(
    count: np.ndarray, mean: np.ndarray, variance: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Fisher's noncentral hypergeometric distribution (1935), which is exact where all windows are alike.

    Its odds are those that give the mean; the windows that name neither are so many that its variance is theirs
    (Cornfield's approximation, 1956), to a whole number.

    Args:
        count: Counts for which it is asked, pairs (or 1) by counts; beyond them nothing is taken to stand.
        mean: Pairs by 1.
        variance: Pairs by 1.
        n_few: Pairs by 1: the largest count.
        n_many: Pairs by 1: windows that name the other; infinity where they are not known, which gives longer tails.

    Returns:
        Pairs by counts.
    """
    known = np.isfinite(n_many)
    other = np.where(known, n_many, 0.0)
    mean, variance = np.clip(mean, SMALLEST, n_few - SMALLEST), np.maximum(variance, SMALLEST)
    inverse = 1 / variance - 1 / mean - 1 / (n_few - mean) - 1 / (n_many - mean)
    none = 1 / np.maximum(inverse, SMALLEST)
    neither = count - np.minimum(np.round(mean - none), np.floor(mean))
    cells = (count, n_few - count, np.where(known, other - count, 0.0), neither)
    weight = -sum(scipy.special.gammaln(np.maximum(cell, 0) + 1.0) for cell in cells)
    weight = np.where((neither < 0) | (count > n_few), -np.inf, weight)
    log_odds = np.log(mean * none / ((n_few - mean) * np.where(known, other - mean, 1.0)))
    for _ in range(STEPS):
        given = scipy.special.softmax(weight + log_odds * count, axis=1)
        found = _along(given * count)
        miss = mean - found
        if (np.abs(miss) <= mean * EXACT).all():
            break
        log_odds += np.clip(miss / _along(given * (count - found) ** 2), -STRIDE, STRIDE)
    return given


def upper_tail_of_moments(
    together: np.ndarray, most: np.ndarray, mean: np.ndarray, variance: np.ndarray, n_many: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What `upper_tail` gives, from the mean and the variance of a sum over many units: `p` and `floor`, one value a pair.

    Args:
        together: Joint windows of each pair.
        most: The most that there could be.
        mean: Joint windows to expect.
        variance: Their variance.
        n_many: Windows that name the more frequent actor, where all windows are one unit; infinity elsewhere.
    """
    p, floor = np.ones(len(mean)), np.ones(len(mean))
    reach = REACH * (np.sqrt(variance) + 2)
    least = np.maximum(np.floor(mean - reach), 0).astype(int)
    wide = ROUNDED_UP[np.searchsorted(ROUNDED_UP, np.minimum(np.ceil(mean + reach), most) - least + 1)]
    for width in np.unique(wide):
        step = max(1, CELLS // int(width))
        own = np.flatnonzero(wide == width)
        for rows in (own[at : at + step] for at in range(0, len(own), step)):
            count = least[rows, None] + np.arange(width)
            columns = (column[rows, None].astype(float) for column in (mean, variance, most, n_many))
            given = _noncentral(count, *columns)
            p[rows] = np.where(count >= together[rows, None], given, 0.0).sum(axis=1)
            floor[rows] = np.where(count == most[rows, None], given, 0.0).sum(axis=1)
    return np.minimum(p, 1.0), np.minimum(floor, 1.0)


def sum_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distribution of the sum of two counts; a tail that no float can add to is cut off."""
    total = np.convolve(first, second) if len(first) > 1 else first[0] * second
    return total[: int(np.flatnonzero(total > NOTHING)[-1]) + 1]


def upper_tail(chance: np.ndarray, together: int) -> tuple[float, float]:
    """`p` of at least `together` joint units, and the smallest p that this sample could give."""
    possible = np.flatnonzero(chance > 0)
    return min(1.0, float(chance[together:].sum())), min(1.0, float(chance[possible[-1]]))


def shuffled_uses(
    beyond: np.ndarray, uses: np.ndarray, squares: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided `p` of the uses of many terms on one side when articles are shuffled, and the smallest that each could give.

    The uses of an article come together. So a term is taken for one of fewer articles whose uses are all alike: as many
    as give its uses their variance over shuffles (the effective sample size of Kish 1965), a share of them on either side.

    Args:
        beyond: Uses on that side beyond what the words there would have at the rate of all.
        uses: Uses on both sides.
        squares: Squares of the uses of each article beyond those at that rate, summed over all articles.
        share: Share of the articles that stand on that side.

    Returns:
        `p` and `floor`, one value a term.
    """
    squares = np.maximum(squares, SMALLEST)
    many, size = uses**2 / squares, np.abs(beyond) * uses / squares

    def above(count: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Half of the chance of so many and all of the chance of more: articles of unlike length part what is level."""
        possible, count = count <= many + 0.25, np.minimum(count, many)
        both = [
            scipy.special.betainc(np.maximum(least, SMALLEST), np.maximum(many - least + 1, SMALLEST), share)
            for least in (count, count + 1)
        ]
        return np.where(possible, sum(both) / 2, 0.0)

    # Articles of unlike length may put a count a little beyond what is possible. Of the articles on the other side there
    # are as many fewer: a tail below is one above of theirs.
    side, other = np.where(beyond > 0, share, 1 - share), np.where(beyond > 0, 1 - share, share)
    p = above(np.minimum(many * side + size, many), side) + above(many * other + size, other)
    return np.minimum(p, 1.0), np.minimum(side, other) ** many / 2
