"""Measure and test a trend over dated observations."""

import math
from itertools import permutations

import numpy as np
import scipy

from dateline.inference.resampling import ENUMERATE
from dateline.inference.statistics import LEVEL

YEAR = 365.25


def trends(first: np.ndarray, last: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Compute the Theil-Sen slope a year and the Mann-Kendall test of many series whose days are intervals.

    Theil (1950), Sen (1968), Mann (1945), Kendall (1975). Pairs whose intervals overlap have no order and
    count neither way. The test is exact over all orders of the values while there are few; beyond, it
    is normal with a correction for continuity and the exact permutation variance of a generalised
    correlation coefficient, ties included (Daniels 1944; Kendall 1970, chapter 5). Series that are mostly 0
    are the reason not to call `scipy.stats.theilslopes`: of 1,000 units it takes 25 times as long.

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
            found["slope"][at], found["low"][at], found["high"][at] = (YEAR * sum(middle) / 2, YEAR * low, YEAR * high)
    return found


def _ties(values: np.ndarray) -> np.ndarray:
    """Count how many have each value that more than one has."""
    many = np.unique(values, return_counts=True)[1]
    return many[many > 1]


def _sen(count: int, apart: int, days: np.ndarray, row: np.ndarray) -> tuple[int, int]:
    """Return the places, among the sorted slopes of `apart` pairs, of both ends of the interval (Sen 1968, 2.6)."""

    def part(many: np.ndarray | int) -> float:
        return float(np.sum(many * (many - 1) * (2 * many + 5)))

    variance = max(0.0, (part(count) - part(_ties(days)) - part(_ties(row))) / 18)
    reach = -scipy.special.ndtri((1 - LEVEL) / 2) * math.sqrt(variance)
    return max(round((apart - reach) / 2) - 1, 0), min(round((apart + reach) / 2), apart - 1)


def _at_places(slopes: np.ndarray, total: int, places: list[int]) -> list[float]:
    """Return what is at places of `total` sorted slopes: those that are given and are not 0, and else 0."""
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


def _daniels(count: int, one: tuple[float, float], other: tuple[float, float], score: float) -> tuple[float, float]:
    """Return the normal p of half the sum of products of two antisymmetric matrices, and that of the largest possible sum.

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
