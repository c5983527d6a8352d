"""Approximate tails and moments where exact ones are too large to compute."""

import numpy as np
import scipy

from dateline.inference.resampling import CELLS

SMALLEST = 1e-9
"""Joint windows, or variance of them, below which an approximation of their distribution takes them for so many."""

EXACT = 1e-9
"""Share of a mean by which it may be missed."""

REACH = 12
"""Deviations from a mean beyond which nothing is counted."""

ROUNDED_UP = np.unique([0, *(part << power for power in range(20) for part in (1, 3))])
"""Totals to which those of a pair are rounded up: at most a third more, so that few tables serve all pairs."""

STEPS = 200
"""Rounds after which odds are taken as they are; ten to thirty are usual."""

STRIDE = 2.0
"""How far the logarithm of an odds moves in one round."""


def row_sums(values: np.ndarray) -> np.ndarray:
    """Sum rows, from left to right: zeros behind a row change no bit of its sum."""
    return np.cumsum(values, axis=1)[:, -1:]


def moments_in_many(
    windows: np.ndarray, both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: int, n_many: int
) -> np.ndarray:
    """Return about what `moments_by_chance` gives, without its tables: pairs by two.

    Args:
        windows: Pairs by sizes: how many windows name so many actors.
        both: Pairs by sizes: the chance that such a window is joint.
        few: The chance that it names the first of the two.
        many: The chance that it names the second.
        n_few: Windows that name the first.
        n_many: Windows that name the second.
    """

    def total(values: np.ndarray) -> np.ndarray:
        return row_sums(windows * values)[:, 0]

    covariance, v_few, v_many = total(both - few * many), total(few * (1 - few)), total(many * (1 - many))
    c_few, c_many = total(both * (1 - few)), total(both * (1 - many))
    apart = np.maximum(v_few * v_many - covariance**2, SMALLEST)  # 0 where one of the totals gives the other
    explained = (c_few**2 * v_many - 2 * c_few * c_many * covariance + c_many**2 * v_few) / apart
    mean = np.clip(total(both), SMALLEST, n_few - SMALLEST)
    variance = np.maximum(total(both * (1 - both)) - explained, SMALLEST)
    return np.column_stack([mean, variance])


def together_in_many(mean: np.ndarray, variance: np.ndarray, n_few: int, n_many: int) -> np.ndarray:
    """Return about what `together_by_chance` gives, without its tables, from both moments: pairs by counts from 0 to `n_few`."""
    margins = np.full((len(mean), 1), n_few), np.full((len(mean), 1), float(n_many))
    return _noncentral(np.arange(n_few + 1)[None, :], mean[:, None], variance[:, None], *margins)


def _noncentral(
    count: np.ndarray, mean: np.ndarray, variance: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Return Fisher's noncentral hypergeometric distribution (1935), which is exact where all windows are alike.

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
        found = row_sums(given * count)
        miss = mean - found
        if (np.abs(miss) <= mean * EXACT).all():
            break
        log_odds += np.clip(miss / row_sums(given * (count - found) ** 2), -STRIDE, STRIDE)
    return given


def upper_tail_of_moments(
    together: np.ndarray, most: np.ndarray, mean: np.ndarray, variance: np.ndarray, n_many: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `upper_tail` gives, from the mean and the variance of a sum over many units: `p` and `floor`, one value a pair.

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


def shuffled_uses(
    beyond: np.ndarray, uses: np.ndarray, squares: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return two-sided `p` of the uses of many terms on one side when articles are shuffled, and the smallest that each could give.

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
        """Return half of the chance of so many and all of the chance of more: articles of unlike length part what is level."""
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
