"""Cuts numbers of which it is known what they say into pictures of digits, for a network to learn from."""

from collections.abc import Sequence

import numpy as np

from model.handwriting.ink_pieces import Pieces
from model.handwriting.number_readings import candidates_of_numbers, scores_of_digits
from model.handwriting.segmentation import Candidate, Reader, border_cost, score_of
from model.network.arrays import ImageArray

__all__ = ["digits_of_known"]

LEAST_LIKE = 0.5
"""Likeness to a digit below which a cut is wrong: of numbers whose last digit was left out of the text, this finds
96 %, of numbers with right texts it loses one in a thousand."""


def digits_of_known(network: Reader, grays: Sequence[ImageArray], numbers: Sequence[str]) -> list[list[Candidate]]:
    """Cut numbers into as many digits as each is known to have.

    Among the cuts that have the right number of digits, the one is chosen that fits the known digits best.

    Parameters
    ----------
    network : Reader
    grays : sequence of ndarray of uint8, shape (height, width)
        Bright ink on dark, one number in one row each.
    numbers : sequence of str
        What each says: digits alone.

    Returns
    -------
    list of list of Candidate
        Of each number its digits from left to right, as the network gets them when it reads; none where the ink
        cannot be cut into so many parts that all look like digits.
    """
    cut = candidates_of_numbers(network, grays)
    return [
        _best(candidates, pieces, [int(digit) for digit in number])
        for (candidates, pieces), number in zip(cut, numbers, strict=True)
    ]


def _best(candidates: list[Candidate], found: Pieces, digits: list[int]) -> list[Candidate]:
    """Follow the best way through the pieces for each count of digits that are behind it (R. Bellman, 1957)."""
    if not candidates or not digits:
        return []
    shape = len(found.pieces) + 1, len(digits) + 1
    best = np.full(shape, -np.inf)
    best[0, 0] = 0.0
    through: dict[tuple[int, int], Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (one.first, one.end)):
        border = border_cost(found, candidate.first) if candidate.first else 0.0
        scores = scores_of_digits(candidate)
        base = score_of(candidate, found) - scores.max() - border
        for count, digit in enumerate(digits):
            score = best[candidate.first, count] + base + scores[digit]
            if score > best[candidate.end, count + 1]:
                best[candidate.end, count + 1] = score
                through[candidate.end, count + 1] = candidate
    if best[-1, -1] == -np.inf:
        return []
    chosen, place = [], len(found.pieces)
    for count in range(len(digits), 0, -1):
        chosen.append(through[place, count])
        place = chosen[-1].first
    return chosen[::-1] if min(one.likeness for one in chosen) >= LEAST_LIKE else []
