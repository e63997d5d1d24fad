"""Numbers of several digits: the picture is cut into too many pieces, and the network says which belong together.

This is over-segmentation with recognition (H. Fujisawa, Y. Nakano, K. Kurino: Segmentation methods for character
recognition, 1992; O. Matan, C. J. C. Burges, Y. LeCun, J. S. Denker: Multi-digit recognition using a space
displacement neural network, 1992): every row of neighbouring pieces that could be a digit is read, and dynamic
programming chooses the reading with the highest sum of log probabilities, less what speaks against it: odd shapes,
gaps inside a digit, cuts through ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from model.arrays import ImageArray
from model.errors import ShapeError
from model.ink_pieces import Piece, Pieces, find_pieces
from model.preprocessing import drawing_to_digit

__all__ = ["ReadDigit", "Segment", "read_number", "split_number"]

MOST_PIECES = 5
"""Of one digit."""
WIDEST_DIGIT = 1.5
"""Width over height of the number; what is wider is no digit."""
WIDEST_GAP = 0.2
"""Between the pieces of one digit, as a share of the height of the number."""
LEAST = -6.0
"""Logarithm of a probability below which all are alike."""


class Reader(Protocol):
    """What reads pictures: a network, or an ensemble."""

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Give the probabilities, shape (n, 10), of pictures, uint8 of shape (n, 28, 28)."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One digit of a number.

    Attributes
    ----------
    left, top, right, bottom : int
        Its box in pixels of the picture, the last two excluded.
    gray : ndarray of uint8, shape (bottom - top, right - left)
        Its own ink, and nothing of its neighbours'.
    """

    left: int
    top: int
    right: int
    bottom: int
    gray: ImageArray


@dataclass(frozen=True, slots=True, eq=False)
class ReadDigit:
    """One digit of a number, and what the network says of it.

    Attributes
    ----------
    segment : Segment
    picture : ndarray of uint8, shape (28, 28)
        What the network saw.
    probabilities : ndarray of float32, shape (10,)
    """

    segment: Segment
    picture: ImageArray
    probabilities: npt.NDArray[np.float32]

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Its probability."""
        return float(self.probabilities.max())


def split_number(
    gray: ImageArray, strokes: Sequence[ImageArray] | None = None, *, network: Reader | None = None
) -> list[Segment]:
    """Cut a number into its digits.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark.
    strokes : sequence of ndarray, optional
        The ink of each movement of the pen alone, of the same shape as ``gray``, where that is known.
    network : optional
        Chooses among the cuts; without it shapes alone decide, and touching digits are mostly left together.

    Returns
    -------
    list of Segment
        From left to right; empty if there is no ink. Points and dirt are in none of them.

    Raises
    ------
    ShapeError
        If ``gray`` or one of the ``strokes`` has another dtype or shape.
    """
    return [segment for segment, _, _ in _split(gray, strokes, network)]


def read_number(
    network: Reader, gray: ImageArray, strokes: Sequence[ImageArray] | None = None
) -> list[ReadDigit]:
    """Cut a number into its digits and read them; parameters and errors as for `split_number`."""
    return [ReadDigit(*found) for found in _split(gray, strokes, network) if found[2] is not None]


@dataclass(slots=True)
class _Candidate:
    """Neighbouring pieces that may be a digit: from ``first`` to before ``end``."""

    first: int
    end: int
    segment: Segment
    picture: ImageArray
    probabilities: npt.NDArray[np.float32]
    score: float


def _split(
    gray: ImageArray, strokes: Sequence[ImageArray] | None, network: Reader | None
) -> list[tuple[Segment, ImageArray, npt.NDArray[np.float32]]]:
    for picture in (gray, *(strokes or ())):
        if picture.dtype != np.uint8 or picture.ndim != 2 or picture.shape != gray.shape:
            raise ShapeError(
                f"expected a number and its strokes as uint8 of one shape (h, w), got {picture.dtype} of shape"
                f" {picture.shape}"
            )
    pieces = find_pieces(gray, strokes)
    if not pieces.pieces:
        return []
    candidates = _candidates(gray, pieces)
    probabilities = _read(network, candidates)
    for candidate, row in zip(candidates, probabilities, strict=True):
        candidate.probabilities = row
        candidate.score = _score(candidate, pieces) + max(LEAST, float(np.log(row.max() + 1e-9)))
    chosen = _best_row(candidates, pieces)
    chosen.sort(key=lambda candidate: candidate.segment.left + candidate.segment.right)
    return [(candidate.segment, candidate.picture, candidate.probabilities) for candidate in chosen]


def _read(network: Reader | None, candidates: list[_Candidate]) -> npt.NDArray[np.float32]:
    if network is None:
        return np.full((len(candidates), 10), 0.5, np.float32)
    return network.predict_proba(np.stack([candidate.picture for candidate in candidates]))


def _candidates(gray: ImageArray, found: Pieces) -> list[_Candidate]:
    """Put together every row of neighbouring pieces that is not too wide, and has no wide gap."""
    pieces, height = found.pieces, found.height
    candidates = []
    for first in range(len(pieces)):
        for end in range(first + 1, min(len(pieces), first + MOST_PIECES) + 1):
            box = _box(pieces[first:end])
            if end > first + 1:
                widest = max(_gap(pieces[first : index], pieces[index]) for index in range(first + 1, end))
                if widest > WIDEST_GAP * height or box.right - box.left > WIDEST_DIGIT * height:
                    break
            where = np.s_[box.top : box.bottom, box.left : box.right]
            labels = found.labels[where]
            own = np.where((labels > first) & (labels <= end), gray[where], 0).astype(np.uint8)
            segment = Segment(box.left, box.top, box.right, box.bottom, own)
            candidates.append(_Candidate(first, end, segment, drawing_to_digit(own), np.empty(0), 0.0))
    return candidates


def _box(pieces: Sequence[Piece]) -> Piece:
    return Piece(
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )


def _gap(before: Sequence[Piece], piece: Piece) -> int:
    """Measure the columns without ink before a piece; negative where they overlap."""
    return piece.left - max(other.right for other in before)


def _score(candidate: _Candidate, found: Pieces) -> float:
    """Weigh what speaks against a digit, apart from the network."""
    segment, height = candidate.segment, found.height
    wide = (segment.right - segment.left) / max(1, segment.bottom - segment.top)
    tall = (segment.bottom - segment.top) / height
    score = -8.0 * max(0.0, wide - 0.95) - 12.0 * max(0.0, 0.6 - tall) - PER_DIGIT
    for index in range(candidate.first + 1, candidate.end):
        piece = found.pieces[index]
        if not piece.cut:
            gap = _gap(found.pieces[candidate.first : index], piece) / height
            score -= PER_GAP + 40.0 * gap if gap > 0 else 0.0
    return score


PER_DIGIT = 0.3
PER_GAP = 1.0
PER_CUT = 2.0
PER_CROSSED = 1.5
PER_OVERLAP = 6.0


def _border(found: Pieces, index: int) -> float:
    """Weigh what speaks against a border between two digits before a piece."""
    piece = found.pieces[index]
    if piece.cut:
        return PER_CUT + PER_CROSSED * piece.cut
    before = found.pieces[index - 1]
    shared = min(before.right, piece.right) - max(before.left, piece.left)
    narrow = max(0.3 * found.height, min(before.right - before.left, piece.right - piece.left))
    return PER_OVERLAP * max(0.0, shared / narrow)


def _best_row(candidates: list[_Candidate], found: Pieces) -> list[_Candidate]:
    """Choose candidates that hold every piece once, with the highest sum of scores (R. Bellman, 1957)."""
    count = len(found.pieces)
    best = [0.0] + [-np.inf] * count
    through: list[_Candidate | None] = [None] * (count + 1)
    for candidate in sorted(candidates, key=lambda one: one.end):
        score = best[candidate.first] + candidate.score
        if candidate.first:
            score -= _border(found, candidate.first)
        if score > best[candidate.end]:
            best[candidate.end], through[candidate.end] = score, candidate
    chosen, end = [], count
    while end:
        candidate = through[end]
        assert candidate is not None  # a piece alone is always a candidate
        chosen.append(candidate)
        end = candidate.first
    return chosen[::-1]
