"""How probable readings are when it is known that they add up: all ways to choose among them, by their sums.

The sums that the first cells can have, with their probabilities, are computed cell by cell, and from the total
backwards (the forward-backward algorithm: L. Baum, T. Petrie, G. Soules, N. Weiss, 1970).
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

__all__ = ["shares_that_add_up"]

MOST_SUMS = 3000
"""That are followed further, the most probable ones."""

Readings = Sequence[tuple[Decimal, float]]
Sums = dict[int, float]


def shares_that_add_up(cells: Sequence[Readings], *, is_mean: bool) -> tuple[list[list[float]], float]:
    """Weigh the readings of some numbers, and of their sum or rounded mean, by what adds up.

    Parameters
    ----------
    cells : sequence of sequences of (Decimal, float)
        The readings of each number with their probabilities; the last are those of the sum.
    is_mean : bool
        Whether the last is the mean, rounded to its decimals.

    Returns
    -------
    list of list of float
        The probability of each reading together with readings of the others that add up.
    float
        The probability that all add up.
    """
    digits = max([0, *(-int(number.as_tuple().exponent) for readings in cells for number, _ in readings)])
    whole = [[(int(number.scaleb(digits)), share) for number, share in readings] for readings in cells]
    *parts, total = whole
    forward: list[Sums] = [{0: 1.0}]
    for readings in parts:
        forward.append(_likeliest(_added(forward[-1], readings)))
    ends = [
        _allowed(number, int(exact.as_tuple().exponent) + digits, len(parts), is_mean=is_mean)
        for (number, _), (exact, _) in zip(total, cells[-1], strict=True)
    ]
    of_total = [
        share * sum(forward[-1].get(one, 0.0) for one in end) for (_, share), end in zip(total, ends, strict=True)
    ]
    backward: list[Sums] = [{}]
    for (_, share), end in zip(total, ends, strict=True):
        for one in end:
            backward[0][one] = backward[0].get(one, 0.0) + share
    for readings, sums in zip(reversed(parts), reversed(forward[:-1]), strict=True):
        later = backward[-1]
        backward.append(
            {
                one: likely
                for one in sums
                if (likely := sum(share * later.get(one + number, 0.0) for number, share in readings))
            }
        )
    backward.reverse()
    weights = [
        [
            share * sum(likely * after.get(one + number, 0.0) for one, likely in before.items())
            for number, share in readings
        ]
        for readings, before, after in zip(parts, forward, backward[1:], strict=False)
    ]
    return [*weights, of_total], sum(of_total)


def _added(sums: Sums, readings: Sequence[tuple[int, float]]) -> Sums:
    more: Sums = defaultdict(float)
    for one, likely in sums.items():
        for number, share in readings:
            more[one + number] += likely * share
    return more


def _likeliest(sums: Sums) -> Sums:
    if len(sums) <= MOST_SUMS:
        return sums
    return dict(sorted(sums.items(), key=lambda one: -one[1])[:MOST_SUMS])


def _allowed(number: int, step: int, count: int, *, is_mean: bool) -> range:
    """Return the sums of so many numbers whose mean, rounded to a decimal, is a number: or that number alone."""
    if not is_mean:
        return range(number, number + 1)
    half = 10**step * count  # twice the sum may differ by this from twice the number, count times
    return range(-((half - 2 * number * count) // 2), (2 * number * count + half) // 2 + 1)
