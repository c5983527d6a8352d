"""Model how often two actors share a window by chance, with both margins kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dateline.inference.approximations import (
    ROUNDED_UP,
    STEPS,
    STRIDE,
    _along,
    _moments_in_many,
    _together_in_many,
)
from dateline.inference.resampling import CELLS, NOTHING

IMPOSSIBLE = 1e-12
"""Chance of a kind of window below which only rounding separates it from 0."""

STEPS_OF_TABLE = 20_000_000
"""Cells times windows up to which joint windows are counted exactly."""

WINDOWS_OF_TABLE = 5_000
"""Windows up to which they are: each is a step of its own, however small the table."""

SIDE_BY_SIDE = 2_000_000
"""Numbers held at once for units whose windows are filled side by side: 16 MB, some times over."""


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


def sum_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distribution of the sum of two counts; a tail that no float can add to is cut off."""
    total = np.convolve(first, second) if len(first) > 1 else first[0] * second
    return total[: int(np.flatnonzero(total > NOTHING)[-1]) + 1]


def upper_tail(chance: np.ndarray, together: int) -> tuple[float, float]:
    """`p` of at least `together` joint units, and the smallest p that this sample could give."""
    possible = np.flatnonzero(chance > 0)
    return min(1.0, float(chance[together:].sum())), min(1.0, float(chance[possible[-1]]))
