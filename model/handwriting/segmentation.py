"""Numbers of several digits: the picture is cut into too many pieces, and the network says which belong together.

This is over-segmentation with recognition (H. Fujisawa, Y. Nakano, K. Kurino: Segmentation methods for character
recognition, 1992; O. Matan, C. J. C. Burges, Y. LeCun, J. S. Denker: Multi-digit recognition using a space
displacement neural network, 1992): every row of neighbouring pieces that could be a digit is read, and dynamic
programming chooses the reading with the highest sum of log probabilities, less what speaks against it: odd shapes,
gaps inside a digit, cuts through ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.handwriting.ink_pieces import Piece, Pieces, find_pieces
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.rows import rows_of_ink
from model.network.arrays import FloatArray, ImageArray

__all__ = [
    "Candidate",
    "ReadDigit",
    "Reader",
    "Segment",
    "border_cost",
    "candidates_of",
    "is_clear",
    "judge",
    "lie_on_one_another",
    "number_of",
    "read_number",
    "score_of",
]

MOST_PIECES = 9
"""Of one digit."""
MOST_IN_ALL = 30
"""A drawing of more pieces is text, or a picture, and no number."""
WIDEST_DIGIT = 2.0
"""Width over height of the number; what is wider is no digit."""
WIDEST_GAP = 0.2
"""Between the pieces of one digit, as a share of the height of the number."""
READING_HEIGHT = 80
"""Pixels of height that are enough to read candidates by."""
LEAST = -2.92
"""Logarithm of a probability below which all are alike."""

CLEARLY_USUAL, CLEARLY_SURE = 1.0, -0.02
"""A piece is not cut if it is not wider than usual by so many deviations, and has so high a log probability."""

LARGEST_LOGIT = 1e38
"""More than float32 holds; their differences are finite in float64."""

# What speaks against a reading, in nats; chosen on numbers by other writers than those of the figures.
RATIO = 0.65
"""A digit has at least this share of the highest energy of all candidates."""
LARGE_HOLE, HALF = 0.4, 127
"""A 0 that surrounds more than this share of its box is not cut: no two digits do. And the brightness of ink."""
PER_DIGIT = 0.28
PER_JOIN = 12.35
"""For parts of unconnected ink in one digit: the more, the less they overlap."""
PER_STRANGE = 11.98
"""For what is no digit at all: see `judge`."""
PER_GAP_WIDTH = 3.05
"""For a gap inside a digit as wide as the number is high."""
PER_CUT = 0.36
PER_CROSSED = 0.35
"""For a cut, as thick as the pen."""
PER_LONE = 2.5
"""For every border in a picture whose ink hangs together: most of them are one digit."""
PER_TOUCH = 0.02
PER_OVERLAP = 2.81
"""For two strokes that touch, and for digits that lie above each other, in two digits."""
PER_SHORT = 137.35
"""For a digit that lacks the whole of the height, beyond the first 40 %."""
PER_ODD = 1.2
MOST_ODD = 2.46
"""For proportions: what a normal distribution of log(width / height) says, times this, and not more than that."""
USUAL_PROPORTIONS = np.array([-0.12, -0.82, -0.16, -0.37, -0.46, -0.19, -0.49, -0.34, -0.49, -0.45])
SPREAD_OF_PROPORTIONS = np.array([0.20, 0.46, 0.22, 0.21, 0.26, 0.23, 0.22, 0.23, 0.23, 0.20])
"""Mean and deviation of log(width / height) of each digit, of MNIST\'s training pictures and of pen strokes."""


class Reader(Protocol):
    """What reads pictures: a network, or an ensemble."""

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Give the probabilities, shape (n, 10), of pictures, uint8 of shape (n, 28, 28)."""

    def logits(self, images: ImageArray) -> FloatArray:
        """Give the logits, shape (n, 10), of such pictures."""


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
    """One digit of a number, and the network's answer to it.

    Attributes
    ----------
    segment : Segment
    picture : ndarray of uint8, shape (28, 28)
        What the network saw.
    probabilities : ndarray of float32, shape (10,)
    row : int
        From 0 at the top, where digits are written below one another.
    """

    segment: Segment
    picture: ImageArray
    probabilities: npt.NDArray[np.float32]
    row: int = 0

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Its probability."""
        return float(self.probabilities.max())


@dataclass(slots=True, eq=False)
class Candidate:
    """Neighbouring pieces that may be a digit: from ``first`` to before ``end``."""

    first: int
    end: int
    box: Piece
    picture: ImageArray
    logarithms: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(10))
    energy: float = 0.0
    likeness: float = 1.0
    score: float = 0.0


def read_number(network: Reader, gray: ImageArray, strokes: Sequence[ImageArray] | None = None) -> list[ReadDigit]:
    """Separate a number into its digits and read them.

    Parameters
    ----------
    network : Reader
        Chooses among the cuts too.
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark.
    strokes : sequence of ndarray, optional
        The ink of each movement of the pen alone, of the same shape as ``gray``, where that is known.

    Returns
    -------
    list of ReadDigit
        Row by row, each from left to right; empty if there is no ink, or as much as in text. Points and dirt are
        in none of them.

    Raises
    ------
    ShapeError
        If ``gray`` or one of the ``strokes`` has another dtype or shape.
    """
    for picture in (gray, *(strokes or ())):
        if picture.dtype != np.uint8 or picture.ndim != 2 or picture.shape != gray.shape:
            raise ShapeError(
                f"expected a number and its strokes as uint8 of one shape (h, w), got {picture.dtype} of shape"
                f" {picture.shape}"
            )
    digits = []
    for index, row in enumerate(rows_of_ink(gray)):
        own = [np.where(row, picture, 0).astype(np.uint8) for picture in (gray, *(strokes or ()))]
        inks = [ink for ink in own[1:] if ink.any()]
        digits += [replace(digit, row=index) for digit in _read_row(network, own[0], inks)]
    return digits


def number_of(digits: Sequence[ReadDigit]) -> str:
    """Write a number as text, its rows separated by spaces."""
    rows = sorted({digit.row for digit in digits})
    return " ".join("".join(str(digit.digit) for digit in digits if digit.row == row) for row in rows)


def lie_on_one_another(digits: Sequence[ReadDigit]) -> bool:
    """Return whether a digit covers half the width of the next in its row, as no two digits of a number do."""
    for one, next_ in pairwise(digits):
        left, right = one.segment, next_.segment
        shared = min(left.right, right.right) - max(left.left, right.left)
        if one.row == next_.row and shared > 0.5 * min(left.right - left.left, right.right - right.left):
            return True
    return False


def _read_row(network: Reader, gray: ImageArray, strokes: Sequence[ImageArray]) -> list[ReadDigit]:
    pieces = find_pieces(gray, strokes)
    if not 0 < len(pieces.pieces) <= MOST_IN_ALL:
        return []
    candidates = candidates_of(gray, pieces)
    judge(candidates, network.logits(_pictures(candidates)))
    doubtful = [not is_clear(one) for one in candidates if one.end == one.first + 1]
    if any(doubtful):
        cut = find_pieces(gray, strokes, doubtful)
        pieces = cut if len(cut.pieces) <= MOST_IN_ALL else pieces
        candidates = candidates_of(gray, pieces)
        judge(candidates, network.logits(_pictures(candidates)))
    for candidate in candidates:
        candidate.score = score_of(candidate, pieces)
    chosen = _best_row(candidates, pieces)
    chosen.sort(key=lambda candidate: candidate.box.left + candidate.box.right)
    segments = [_segment(gray, pieces, candidate) for candidate in chosen]
    pictures = [drawing_to_digit(segment.gray) for segment in segments]
    probabilities = network.predict_proba(np.stack(pictures))
    return [ReadDigit(*found) for found in zip(segments, pictures, probabilities, strict=True)]


def _segment(gray: ImageArray, found: Pieces, candidate: Candidate) -> Segment:
    box = candidate.box
    where = np.s_[box.top : box.bottom, box.left : box.right]
    labels = found.labels[where]
    own = (labels > candidate.first) & (labels <= candidate.end)
    return Segment(box.left, box.top, box.right, box.bottom, np.where(own, gray[where], 0).astype(np.uint8))


def judge(candidates: Sequence[Candidate], logits: FloatArray) -> None:
    """Note what a network makes of candidates, and how much each looks like a digit, from 0 to 1.

    A network is as sure of two digits in one as it is of one, but its logits are lower: the logarithm of the sum
    of their exponentials is the energy of W. Liu, X. Wang, J. Owens, Y. Li: Energy-based out-of-distribution
    detection, 2020.

    Parameters
    ----------
    candidates : sequence of Candidate
        All of one number: likeness is measured against the best of them.
    logits : ndarray, shape (n, 10)
        The network's, one row for each.
    """
    logits = logits.astype(float)
    logits = np.nan_to_num(logits, posinf=LARGEST_LOGIT, neginf=-LARGEST_LOGIT)  # of a network that has diverged
    highest = logits.max(axis=1)
    energies = highest + np.log(np.exp(logits - highest[:, np.newaxis]).sum(axis=1))
    usual = max(RATIO * float(energies.max()), 1e-9)
    for candidate, row, energy in zip(candidates, logits, energies, strict=True):
        candidate.logarithms, candidate.energy = row - energy, float(energy)
        candidate.likeness = min(1.0, float(energy) / usual)


def _pictures(candidates: Sequence[Candidate]) -> ImageArray:
    return np.stack([one.picture for one in candidates])


def is_clear(candidate: Candidate) -> bool:
    """Return whether a piece is clearly one digit, so that no cuts in it are needed."""
    best = int(candidate.logarithms.argmax())
    if best == 0 and _hole(candidate.picture) > LARGE_HOLE:
        return True
    wide = np.log((candidate.box.right - candidate.box.left) / (candidate.box.bottom - candidate.box.top))
    usual = wide < USUAL_PROPORTIONS[best] + CLEARLY_USUAL * SPREAD_OF_PROPORTIONS[best]
    return bool(usual and candidate.logarithms[best] > CLEARLY_SURE and candidate.likeness > 0.8)


def _hole(picture: ImageArray) -> float:
    """Measure what ink surrounds, as a share of the box around it."""
    from scipy.ndimage import binary_fill_holes  # noqa: PLC0415  a started window has no need of it

    ink = picture > HALF
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return 0.0
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return float((binary_fill_holes(ink) & ~ink).sum() / box)


def candidates_of(gray: ImageArray, found: Pieces, most_pieces: int = MOST_PIECES) -> list[Candidate]:
    """Put together every row of neighbouring pieces that is not too wide, and has no wide gap."""
    pieces, height = found.pieces, found.height
    finer = max(1, height // READING_HEIGHT)
    labels, small = found.labels[::finer, ::finer], gray[::finer, ::finer]
    candidates = []
    for first in range(len(pieces)):
        for end in range(first + 1, min(len(pieces), first + most_pieces) + 1):
            box = _box(pieces[first:end])
            if end > first + 1:
                widest = max(_gap(pieces[first:index], pieces[index]) for index in range(first + 1, end))
                if widest > WIDEST_GAP * height or box.right - box.left > WIDEST_DIGIT * height:
                    break
            where = np.s_[box.top // finer : -(-box.bottom // finer), box.left // finer : -(-box.right // finer)]
            own = (labels[where] > first) & (labels[where] <= end)
            picture = drawing_to_digit(np.where(own, small[where], 0).astype(np.uint8))
            candidates.append(Candidate(first, end, box, picture))
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


def score_of(candidate: Candidate, found: Pieces) -> float:
    """Weigh a digit: the network's log probability and that of its proportions, and what speaks against it."""
    box, height = candidate.box, found.height
    wide = np.log((box.right - box.left) / (box.bottom - box.top))
    odd = np.minimum(((wide - USUAL_PROPORTIONS) / SPREAD_OF_PROPORTIONS) ** 2 / 2, MOST_ODD)
    score = float((np.maximum(candidate.logarithms, LEAST) - PER_ODD * odd).max()) - PER_DIGIT
    score -= PER_STRANGE * (1 - candidate.likeness)
    score -= PER_SHORT * max(0.0, 0.6 - (box.bottom - box.top) / height)
    for index in range(candidate.first + 1, candidate.end):
        piece, before = found.pieces[index], found.pieces[candidate.first : index]
        gap = _gap(before, piece) / height
        if not piece.cut and all(piece.part != other.part for other in before):
            box = _box(before)
            narrow = min(box.right - box.left, piece.right - piece.left)
            score -= PER_GAP_WIDTH * max(0.0, gap) + PER_JOIN * min(1.0, max(0.0, 1 + gap * height / narrow))
    return score


def border_cost(found: Pieces, index: int) -> float:
    """Weigh what speaks against a border between two digits before a piece."""
    piece, before = found.pieces[index], found.pieces[index - 1]
    lone = PER_LONE if all(other.part == piece.part for other in found.pieces) else 0.0
    if piece.cut:
        return lone + PER_CUT + PER_CROSSED * piece.cut
    shared = min(before.right, piece.right) - max(before.left, piece.left)
    narrow = max(0.3 * found.height, min(before.right - before.left, piece.right - piece.left))
    touching = PER_TOUCH if any(other.part == piece.part for other in found.pieces[:index]) else 0.0
    return lone + touching + PER_OVERLAP * max(0.0, shared / narrow)


def _best_row(candidates: list[Candidate], found: Pieces) -> list[Candidate]:
    """Choose candidates that hold every piece once, with the highest sum of scores (R. Bellman, 1957)."""
    count = len(found.pieces)
    best = [0.0] + [-np.inf] * count
    through: list[Candidate | None] = [None] * (count + 1)
    for candidate in sorted(candidates, key=lambda one: one.end):
        score = best[candidate.first] + candidate.score
        if candidate.first:
            score -= border_cost(found, candidate.first)
        if score > best[candidate.end]:
            best[candidate.end], through[candidate.end] = score, candidate
    chosen, end = [], count
    while end:
        last = through[end]
        assert last is not None  # a piece alone is always a candidate
        chosen.append(last)
        end = last.first
    return chosen[::-1]
