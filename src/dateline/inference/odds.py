"""Find the odds with which actors fill windows by chance, and how often they are in one together."""

import numpy as np

from dateline.inference.approximations import STEPS, STRIDE, row_sums


def filling_odds(named: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Find the odds with which actors fill windows, so that each is named as often as it was; geometric mean 1.

    Args:
        named: Units by actors: in how many windows each is named; 0 where a unit has no such actor. No actor
            may be in every window.
        windows: Units by sizes from 0 on: how many windows name so many actors; none may name every actor.

    Returns:
        Units by actors.
    """
    there = named > 0
    count = there.sum(axis=1, keepdims=True)
    odds = np.where(there, named / (row_sums(named) / count), 0.0)
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
        odds[left] = np.where(there[left], np.exp(logs - row_sums(logs) / count[left]), 0.0)
        left = left[(np.abs(miss) / np.maximum(named[left], 1)).max(axis=1) >= 1e-10]
        if not len(left):
            break
    return odds


def _shares(odds: np.ndarray, others: np.ndarray, whole: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Return `odds` times `others` over `whole`, sizes in the second axis; 0 for a size that a unit has no window of."""
    used = (windows > 0).reshape(windows.shape + (1,) * (others.ndim - 2))
    whole = np.where(used, whole.reshape(used.shape), 1.0)
    return np.where(used, odds[:, None] * others / whole, 0.0)


def _alone(odds: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Return the chance that an actor is in a window of each size: units by sizes by actors."""
    whole, others = _without(odds, windows.shape[1], 0), _without(odds, windows.shape[1], 1)
    return _shares(odds, np.roll(others, 1, axis=1), whole, windows)


def inclusion(odds: np.ndarray, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the chance that an actor, and that two, are in a window of each size: units by sizes by actors (by actors)."""
    whole = _without(odds, windows.shape[1], 0)
    others = np.roll(_without(odds, windows.shape[1], 2), 2, axis=1)
    others[:, :2] = 0.0
    return _alone(odds, windows), _shares(odds[:, :, None] * odds[:, None, :], others, whole, windows)


def _without(odds: np.ndarray, degrees: int, left_out: int) -> np.ndarray:
    """Return elementary symmetric polynomials: units by degrees from 0 on, and without each actor, or each two of them.

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
