"""Model how often two actors share a window by chance, with both margins kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dateline.inference.approximations import ROUNDED_UP, moments_in_many, row_sums, together_in_many
from dateline.inference.odds import filling_odds, inclusion
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
    """Hold what reshuffled windows give for pairs of actors who are named about as often: one value or row a pair."""

    unit: np.ndarray
    first: np.ndarray
    second: np.ndarray
    """Numbers of the unit and of the two actors, the lower one first."""
    certain: np.ndarray
    """Joint windows that the totals alone decide."""
    moments: np.ndarray
    """Mean and variance of the joint windows; those of independent units add up. Where a table would be too large, the
    mean is that without the condition on both totals."""
    given: np.ndarray
    """The distribution of the joint windows beyond the certain ones, from 0 on, with zeros behind `most`; without columns
    where only the moments were asked for."""
    most: np.ndarray
    """The largest count beyond the certain ones that the totals allow."""

    def distributions(self) -> Iterator[tuple[int, int, int, np.ndarray]]:
        """Yield unit, both actors, and the distribution of their joint windows from 0 on."""
        columns = (column.tolist() for column in (self.unit, self.first, self.second, self.certain, self.most))
        for *pair, certain, most, row in zip(*columns, self.given, strict=True):
            yield *pair, np.concatenate([np.zeros(certain), row[: most + 1]])


def fill_anew(units: Sequence[tuple[np.ndarray, np.ndarray]], *, moments_only: bool = False) -> list[Filled]:
    """Return how many windows every two actors of each unit share when its windows are reshuffled.

    A window that names r actors is filled with r different ones, a set of them in proportion to the product
    of their odds; the odds make each actor be named as often as it is (conditional Bernoulli sampling; Chen,
    Dempster and Liu 1994). Of these fillings those count that name each of the two exactly as often as
    it is. So a pair is not found because it is famous, nor because some windows name many.

    Args:
        units: Articles, say: in how many windows each actor is named, at least once, and how many actors each
            window names.
        moments_only: Whether to leave out the distributions, which take longer.

    Returns:
        Every two actors of every unit, once; a unit gives the same numbers whatever units are beside it.
    """
    found, open_ = [], []
    for number, (named, held) in enumerate(units):
        certain, rest, left, sizes = _certain(named.astype(int), held[held > 0])
        decided = np.ones((len(named), len(named)), dtype=bool)
        if len(rest) > 1:
            decided[rest[:, None], rest] = False
            open_.append((number, rest, left[rest], np.sort(sizes), certain))
        first, second = np.nonzero(np.triu(decided, 1))
        found.append((np.full(len(first), number), first, second, certain[first, second]))
    if not found:
        return []
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    pairs = len(columns[0])
    sure = np.column_stack([columns[-1], np.zeros(pairs)])
    parts = [Filled(*columns, sure, np.ones((pairs, 1)), np.zeros(pairs, dtype=int))]
    # Units of a similar shape are computed side by side, as many as memory allows.
    batch = []
    for unit in sorted(open_, key=lambda unit: (len(unit[1]), int(unit[3][-1]), unit[0])):
        if (len(batch) + 1) * len(unit[1]) ** 2 * (int(unit[3][-1]) + 1) > SIDE_BY_SIDE and batch:
            parts += _filled(batch, moments_only=moments_only)
            batch = []
        batch.append(unit)
    return parts + (_filled(batch, moments_only=moments_only) if batch else [])


class _Stack:
    """Lay units side by side as arrays, units in the first axis; 0 where a unit has no such actor or window.

    `size` is that of each window, ascending, behind zeros; `windows` counts those of each size.
    """

    def __init__(self, units: list[tuple]) -> None:
        numbers, rests, lefts, sizes, certains = zip(*units, strict=True)
        most, longest, every = (max(map(len, columns)) for columns in (rests, sizes, certains))
        self.number = np.array(numbers)
        self.actor = np.array([np.pad(rest, (0, most - len(rest))) for rest in rests])
        self.named = np.array([np.pad(left, (0, most - len(left))) for left in lefts], dtype=float)
        self.size = np.array([np.pad(own, (longest - len(own), 0)) for own in sizes])
        self.certain = np.array([np.pad(own, (0, every - len(own))) for own in certains])
        self.windows = np.array([np.bincount(own, minlength=int(self.size.max()) + 1) for own in self.size])
        self.windows[:, 0] = 0


def _filled(units: list[tuple], *, moments_only: bool) -> list[Filled]:
    """Return what `fill_anew` does for units in which something is open, by how often the two actors are named."""
    stack = _Stack(units)
    alone, both = inclusion(filling_odds(stack.named, stack.windows), stack.windows)
    there = stack.named > 0
    row, i, j = np.nonzero(there[:, :, None] & there[:, None, :] & np.triu(np.ones(both.shape[2:], dtype=bool), 1))
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
                moments[here] = moments_in_many(stack.windows[unit], *by_size, n_few, n_many)
                if not moments_only:
                    given[here] = together_in_many(*moments[here].T, n_few, n_many)
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

    Returns joint windows that are certain (actors by actors), the actors left, and what is left of the totals.
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


def together_by_chance(
    both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Return the distribution of the joint windows of pairs, given in how many windows each of the two stands.

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
    return given / row_sums(given)


def moments_by_chance(
    both: np.ndarray, few: np.ndarray, many: np.ndarray, n_few: np.ndarray, n_many: np.ndarray
) -> np.ndarray:
    """Return mean and variance of the distribution that `together_by_chance` gives for the same arguments: pairs by two.

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
    """Return the chance of each two totals after the first windows, in which nobody meets, and the kinds of the later ones.

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
    """Return the chance that a window names neither of a pair, both, only the first, only the second: windows by four by pairs."""
    shares = np.stack([1 - few - many + both, both, few - both, many - both], axis=1)
    # What rounding leaves of an impossible window would make impossible totals possible.
    shares[shares < IMPOSSIBLE] = 0.0
    return shares


def sum_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the distribution of the sum of two counts; a tail that no float can add to is cut off."""
    total = np.convolve(first, second) if len(first) > 1 else first[0] * second
    return total[: int(np.flatnonzero(total > NOTHING)[-1]) + 1]


def upper_tail(chance: np.ndarray, together: int) -> tuple[float, float]:
    """Return `p` of at least `together` joint units, and the smallest p that this sample could give."""
    possible = np.flatnonzero(chance > 0)
    return min(1.0, float(chance[together:].sum())), min(1.0, float(chance[possible[-1]]))
