"""How probable readings are when it is known that they add up: all ways to choose among them, by their sums.

The sums that the first numbers can have, with their probabilities, are computed number by number, and from the
total backwards (the forward-backward algorithm: L. Baum, T. Petrie, G. Soules, N. Weiss, 1970).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

__all__ = ["AddingUp", "adding_up"]

MOST_SUMS = 1500
"""That are followed further, the most probable ones."""

Readings = Sequence[tuple[Decimal, float]]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AddingUp:
    """How readings of some numbers, and of their sum, add up.

    Attributes
    ----------
    shares : list of ndarray of float64
        For each number the probability of each reading together with readings of the others that add up.
    together : float
        The probability that all add up.
    best : list of int
        Which readings are the likeliest that add up; empty if none do.
    """

    shares: list[Floats]
    together: float
    best: list[int]


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums in rising order, and the probability of each."""

    values: Integers
    likely: Floats

    def at(self, values: Integers, of: Floats) -> Floats:
        """Return what belongs to some sums, 0 where a sum is none of these."""
        places = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
        return np.where(self.values[places] == values, of[places], 0.0)


def adding_up(numbers: Sequence[Readings], *, is_mean: bool) -> AddingUp:
    """Weigh the readings of some numbers, and of their sum or rounded mean, by what adds up.

    Parameters
    ----------
    numbers : sequence of sequences of (Decimal, float)
        The readings of each number with their probabilities; the last are those of the sum.
    is_mean : bool
        Whether the last is the mean, rounded to its decimals.
    """
    digits = max(-int(number.as_tuple().exponent) for readings in numbers for number, _ in readings)
    digits = max(0, digits)
    values = [np.array([int(one.scaleb(digits)) for one, _ in readings], np.int64) for readings in numbers]
    chances = [np.array([share for _, share in readings]) for readings in numbers]
    steps = [10 ** (int(one.as_tuple().exponent) + digits) for one, _ in numbers[-1]]
    forward = [_Sums(np.zeros(1, np.int64), np.ones(1))]
    for value, chance in zip(values[:-1], chances[:-1], strict=True):
        forward.append(_added(forward[-1], value, chance))
    fits = _fits(forward[-1].values, values[-1], steps, len(values) - 1, is_mean=is_mean)
    of_total = chances[-1] * (fits @ forward[-1].likely)
    if not of_total.any():
        return AddingUp([np.zeros(len(chance)) for chance in chances], 0.0, [])
    weighed = fits * chances[-1][:, np.newaxis]
    later, highest = weighed.sum(axis=0), weighed.max(axis=0)
    shares, choices = [of_total], []
    for place in range(len(values) - 2, -1, -1):
        sums = forward[place].values[:, np.newaxis] + values[place]
        shares.append(
            (forward[place].likely[:, np.newaxis] * chances[place] * forward[place + 1].at(sums, later)).sum(
                axis=0
            )
        )
        later, ways = (chances[place] * forward[place + 1].at(sums, one) for one in (later, highest))
        later, highest = later.sum(axis=1), ways.max(axis=1)
        choices.append(ways.argmax(axis=1))
    best, total = [], 0
    for place, choice in enumerate(reversed(choices)):
        best.append(int(choice[np.searchsorted(forward[place].values, total)]))
        total += int(values[place][best[-1]])
    best.append(int(weighed[:, np.searchsorted(forward[-1].values, total)].argmax()))
    return AddingUp(shares[::-1], float(of_total.sum()), best)


def _added(sums: _Sums, values: Integers, chances: Floats) -> _Sums:
    """Add the readings of one more number to sums; keep the likeliest."""
    new, places = np.unique(sums.values[:, np.newaxis] + values, return_inverse=True)
    likely = np.zeros(len(new))
    np.add.at(likely, places.ravel(), (sums.likely[:, np.newaxis] * chances).ravel())
    kept = np.sort(np.argsort(-likely, kind="stable")[:MOST_SUMS])
    return _Sums(new[kept], likely[kept])


def _fits(
    sums: Integers, totals: Integers, steps: list[int], count: int, *, is_mean: bool
) -> npt.NDArray[np.bool_]:
    """Tell for each reading of the total, and each sum, whether it is that, or its mean rounded to a step."""
    if not is_mean:
        return np.equal(totals[:, np.newaxis], sums)
    away = 2 * np.abs(sums - count * totals[:, np.newaxis])
    return np.asarray(away <= count * np.array(steps)[:, np.newaxis])
