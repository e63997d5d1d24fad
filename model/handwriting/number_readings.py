"""Several readings of each of many numbers, the likeliest first: what else it could be, and how sure that is.

As `model.handwriting.segmentation`, with the best few ways to cut and to read kept instead of one; the network
reads the pictures of all numbers together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.handwriting.ink_pieces import Pieces, find_pieces
from model.handwriting.segmentation import (
    LEAST,
    MOST_IN_ALL,
    MOST_ODD,
    PER_ODD,
    SPREAD_OF_PROPORTIONS,
    USUAL_PROPORTIONS,
    Candidate,
    Reader,
    border_cost,
    candidates_of,
    is_clear,
    judge,
    score_of,
)
from model.network.arrays import ImageArray

__all__ = ["DigitInNumber", "NumberReading", "readings_of"]

KEPT, KEPT_OF_A_LENGTH = 6, 12
"""Readings of the left part of a number that are followed further: in all, and of those with as many digits. How
many digits a number has may be known only later, by the form of its column."""
ALTERNATIVES = 3
"""Digits that are considered for each place."""
APART, TALL = 0.04, 0.6
"""Pieces with this gap between them, both of this height, are digits of their own if each looks like one; as
shares of the height of the number."""
BATCH = 512


@dataclass(frozen=True, slots=True)
class DigitInNumber:
    """One digit of a reading.

    Attributes
    ----------
    digit : int
    left, top, right, bottom : int
        Its box in pixels of the picture of the number, the last two excluded.
    probability : float
        That the network gives it.
    likeness : float
        How much it looks like a digit at all, from 0 to 1.
    is_cut : bool
        Whether its ink hung together with that of the digit before it.
    """

    digit: int
    left: int
    top: int
    right: int
    bottom: int
    probability: float
    likeness: float = 1.0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A way to read a number.

    Attributes
    ----------
    digits : tuple of DigitInNumber
        From left to right.
    score : float
        The logarithm of how likely it is, but for a constant.
    """

    digits: tuple[DigitInNumber, ...]
    score: float

    @property
    def text(self) -> str:
        """The number as it is written."""
        return "".join(str(one.digit) for one in self.digits)


def readings_of(network: Reader, grays: Sequence[ImageArray]) -> list[list[NumberReading]]:
    """Read numbers in several ways each.

    Parameters
    ----------
    network : Reader
    grays : sequence of ndarray of uint8, shape (height, width)
        Bright ink on dark, one number in one row each.

    Returns
    -------
    list of list of NumberReading
        For each number its readings, the likeliest first; none where there is no ink, or as much as in text.
    """
    found = [find_pieces(gray) for gray in grays]
    read = [
        candidates_of(gray, pieces, most_pieces=1) if _can_be_number(pieces) else []
        for gray, pieces in zip(grays, found, strict=True)
    ]
    _judge_all(network, read)
    again = {}
    for index, (gray, alone) in enumerate(zip(grays, read, strict=True)):
        unclear = [not is_clear(one) for one in alone]
        if any(unclear):
            cut = find_pieces(gray, cut=unclear)
            found[index] = cut if _can_be_number(cut) else found[index]
        if any(unclear) or _may_belong_together(found[index]):
            again[index] = candidates_of(gray, found[index])
    _judge_all(network, list(again.values()))
    for index, candidates in again.items():
        read[index] = candidates
    return [_best(candidates, pieces) for candidates, pieces in zip(read, found, strict=True)]


def _may_belong_together(found: Pieces) -> bool:
    """Return whether two pieces are so close, or so short, that they may be parts of one digit."""
    for before, piece in pairwise(found.pieces):
        shorter = min(before.bottom - before.top, piece.bottom - piece.top)
        if piece.left - before.right < APART * found.height or shorter < TALL * found.height:
            return True
    return False


def _can_be_number(found: Pieces) -> bool:
    return 0 < len(found.pieces) <= MOST_IN_ALL


def _judge_all(network: Reader, numbers: Sequence[list[Candidate]]) -> None:
    """Let the network read the candidates of all numbers together; each number has its own scale of likeness."""
    pictures = [one.picture for candidates in numbers for one in candidates]
    if not pictures:
        return
    parts = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
    logits = np.concatenate([network.logits(np.stack(part)) for part in parts])
    begin = 0
    for candidates in numbers:
        if candidates:
            judge(candidates, logits[begin : begin + len(candidates)])
        begin += len(candidates)


@dataclass(slots=True)
class _Way:
    score: float
    digits: tuple[tuple[Candidate, int], ...]


def _best(candidates: list[Candidate], found: Pieces) -> list[NumberReading]:
    """Follow the best ways through the pieces, from left to right."""
    if not candidates:
        return []
    ways: list[list[_Way]] = [[_Way(0.0, ())], *([] for _ in found.pieces)]
    for candidate in sorted(candidates, key=lambda one: (one.first, one.end)):
        border = border_cost(found, candidate.first) if candidate.first else 0.0
        base = score_of(candidate, found) - _own(candidate).max() - border
        scores = _own(candidate)
        for digit in np.argsort(scores)[::-1][:ALTERNATIVES].tolist():
            ways[candidate.end] += [
                _Way(way.score + base + float(scores[digit]), (*way.digits, (candidate, digit)))
                for way in ways[candidate.first]
            ]
        ways[candidate.end] = _different(ways[candidate.end])
    return [_reading(way, found) for way in ways[-1]]


def _own(candidate: Candidate) -> npt.NDArray[np.float64]:
    """Return what speaks for each digit: the network, and its proportions."""
    wide = np.log((candidate.box.right - candidate.box.left) / (candidate.box.bottom - candidate.box.top))
    odd = np.minimum(((wide - USUAL_PROPORTIONS) / SPREAD_OF_PROPORTIONS) ** 2 / 2, MOST_ODD)
    return np.asarray(np.maximum(candidate.logarithms, 3 * LEAST) - PER_ODD * odd, np.float64)


def _different(ways: list[_Way]) -> list[_Way]:
    """Keep the best way to each text, and of these the best few, and the best few of each length."""
    best: dict[tuple[int, ...], _Way] = {}
    for way in ways:
        text = tuple(digit for _, digit in way.digits)
        if text not in best or way.score > best[text].score:
            best[text] = way
    kept: list[_Way] = []
    lengths = Counter[int]()
    for way in sorted(best.values(), key=lambda way: -way.score):
        lengths[len(way.digits)] += 1
        if len(kept) < KEPT or lengths[len(way.digits)] <= KEPT_OF_A_LENGTH:
            kept.append(way)
    return kept


def _reading(way: _Way, found: Pieces) -> NumberReading:
    digits = [
        DigitInNumber(
            digit,
            one.box.left,
            one.box.top,
            one.box.right,
            one.box.bottom,
            float(np.exp(one.logarithms[digit])),
            one.likeness,
            one.first > 0 and found.pieces[one.first].part == found.pieces[one.first - 1].part,
        )
        for one, digit in way.digits
    ]
    return NumberReading(tuple(sorted(digits, key=lambda one: one.left + one.right)), way.score)
