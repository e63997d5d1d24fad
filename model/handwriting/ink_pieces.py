"""The pieces of ink that the digits of a number are made of: connected ink, strokes, and parts between cuts.

Where digits touch, a cut is a path from the top to the bottom that crosses as little ink as it can, found by
dynamic programming (as in S.-W. Lee, D.-J. Lee, H.-S. Park: A new methodology for gray-scale character
segmentation and recognition, 1996). There are more cuts than needed; the network chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.network.arrays import ImageArray

__all__ = ["Piece", "Pieces", "find_pieces"]

INK_THRESHOLD = 32
"""As in `model.handwriting.preprocessing`."""
DOT = 0.25
"""What is smaller than this share of the tallest ink is a point or dirt, unless it lies above or below a digit."""
CUT_ROWS = 48
"""Rows of the reduced picture that cuts are looked for in."""
ASIDE = 0.08
"""Ink that a cut may cross for one step aside, of 1 for a full pixel."""
THICKEST_CUT = 3.0
"""A cut crosses at most so many widths of the pen."""
MOST_CUTS = 8
LEAST_INK = 0.5
"""Ink that must lie on either side of a cut, as a share of that of a straight line as tall as the number."""
NARROWEST, NARROWEST_STROKE = 0.35, 0.9
"""Ink, or a single stroke, that is narrower than this share of the tallest ink is not cut."""

Labels = npt.NDArray[np.signedinteger[Any]]
Box = tuple[slice, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a number that belongs to one digit.

    Attributes
    ----------
    left, top, right, bottom : int
        Its box in pixels, the last two excluded.
    cut : float
        How much ink the cut crosses that parts it from the piece before, in widths of the pen; 0 if there is none.
    part : int
        Which connected ink it is of.
    """

    left: int
    top: int
    right: int
    bottom: int
    cut: float = 0.0
    part: int = 0


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a picture, from left to right.

    Attributes
    ----------
    labels : ndarray of int32, shape (height, width)
        Number of the piece that a pixel belongs to, from 1; 0 for paper.
    pieces : list of Piece
    height : int
        Of the tallest connected ink, in pixels.
    """

    labels: Labels
    pieces: list[Piece]
    height: int


def find_pieces(gray: ImageArray, strokes: Sequence[ImageArray] | None = None, cut: Sequence[bool] = ()) -> Pieces:
    """Find the pieces of a picture, uint8 of shape (height, width), bright ink on dark.

    With ``strokes``, the ink of each movement of the pen alone, in pictures of the same shape, ink of several
    strokes is parted by stroke. ``cut`` says which of the pieces found without it are to be cut.
    """
    from scipy import ndimage  # noqa: PLC0415  takes a sixth of a second: drawing one digit need not wait for it

    if not gray.size:
        return Pieces(np.zeros(gray.shape, np.int32), [], 0)
    labels, count = ndimage.label(gray >= INK_THRESHOLD, np.ones((3, 3)))
    connected = labels
    if strokes:
        labels, count = _by_stroke(labels, strokes)
    labels, boxes = _without_dots(labels, count)
    height = max((box[0].stop - box[0].start for box in boxes), default=0)
    cut_labels: Labels = np.zeros(labels.shape, np.int32)
    found: list[Piece] = []
    order = sorted(range(len(boxes)), key=lambda index: boxes[index][1].start + boxes[index][1].stop)
    for place, index in enumerate(order):
        box = boxes[index]
        own = labels[box] == index + 1
        narrowest = NARROWEST_STROKE if strokes else NARROWEST
        if cut and cut[place]:
            parts, cuts = _cut(np.where(own, gray[box], 0), height, narrowest)
        else:
            parts, cuts = np.zeros(own.shape, np.int8), [0.0]
        view = cut_labels[box]
        for part, crossed in enumerate(cuts):
            mask = own & (parts == part)
            if not mask.any():
                continue
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            top, left = box[0].start, box[1].start
            right, bottom = left + columns[-1] + 1, top + rows[-1] + 1
            part_of = int(connected[box][mask][0])
            found.append(Piece(left + columns[0], top + rows[0], right, bottom, crossed, part_of))
            view[mask] = len(found)
    return Pieces(cut_labels, found, height)


def _by_stroke(labels: Labels, strokes: Sequence[ImageArray]) -> tuple[Labels, int]:
    """Give each pixel of ink to the stroke that is brightest there."""
    best = np.argmax(np.stack(strokes), axis=0).astype(np.int32) + 1
    found: Labels = np.where(labels > 0, best, 0).astype(np.int32)
    return found, len(strokes)


def _without_dots(labels: Labels, count: int) -> tuple[Labels, list[Box]]:
    """Leave points and dirt out; join what is small to the digit that it lies above or below."""
    from scipy import ndimage  # noqa: PLC0415  as above

    boxes = list(ndimage.find_objects(labels, count))
    sides = np.array([max(part.stop - part.start for part in box) if box else 0 for box in boxes])
    tallest = max((box[0].stop - box[0].start for box in boxes if box), default=0)
    large = np.flatnonzero(sides >= max(3, DOT * tallest))
    new = np.zeros(count + 1, np.int32)
    new[large + 1] = np.arange(1, len(large) + 1)
    for index in np.flatnonzero((sides > 0) & (sides < max(3, DOT * tallest))):
        shared = [_shared(boxes[index][1], boxes[other][1]) for other in large]
        if shared and max(shared) > 0.7:
            new[index + 1] = int(np.argmax(shared)) + 1
    merged: Labels = new[labels]
    return merged, [box for box in ndimage.find_objects(merged, len(large)) if box]


def _shared(small: slice, large: slice) -> float:
    """Return the share of the columns of a part that lie above or below another."""
    return (min(small.stop, large.stop) - max(small.start, large.start)) / (small.stop - small.start)


def _cut(ink: ImageArray, height: int, narrowest: float) -> tuple[npt.NDArray[np.int8], list[float]]:
    """Number the parts between cuts for each pixel, and return how much ink is crossed before each part."""
    rows, columns = ink.shape
    if columns < narrowest * height or rows < 8 or columns < 4:
        return np.zeros(ink.shape, np.int8), [0.0]
    scale: float = min(1.0, CUT_ROWS / rows)
    size = (max(4, round(columns * scale)), max(4, round(rows * scale)))
    small = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX), np.float32) / np.float32(255)
    paths, crossed = _paths(small, height * scale)
    if not len(paths):
        return np.zeros(ink.shape, np.int8), [0.0]
    exact = paths[:, np.minimum((np.arange(rows) * scale).astype(np.intp), size[1] - 1)] / scale
    parts = (np.arange(columns)[np.newaxis, np.newaxis] > exact[:, :, np.newaxis]).sum(axis=0)
    return parts.astype(np.int8), [0.0, *crossed]


def _paths(ink: npt.NDArray[np.float32], height: float) -> tuple[npt.NDArray[np.float64], list[float]]:
    """Find cuts, as the column in each row, from left to right, and the ink they cross in widths of the pen."""
    rows, columns = ink.shape
    middle = rows // 2
    above, below = _walk(ink[: middle + 1]), _walk(ink[: middle - 1 : -1])
    costs = above[-1] + below[-1] - ink[middle]
    pen = max(1.0, _pen_width(ink))
    ways = np.concatenate([_back(above)[::-1], _back(below)[1:]])
    left = np.take_along_axis(np.pad(ink.cumsum(axis=1), ((0, 0), (1, 0))), ways + 1, axis=1)
    before = left.sum(axis=0)
    least = LEAST_INK * pen * height
    most = int(np.clip(round(6 * columns / height - 2), 1, MOST_CUTS))
    usable = (costs <= THICKEST_CUT * pen) & (before > least) & (before < ink.sum() - least)
    found: list[int] = []
    for column in np.flatnonzero(usable)[np.argsort(costs[usable], kind="stable")].tolist():
        if all(np.abs(left[:, column] - left[:, other]).sum() > pen * pen for other in found):
            found.append(column)
            if len(found) == most:
                break
    found.sort(key=lambda column: before[column])
    return ways[:, found].T.astype(float), [float(costs[column] / pen) for column in found]


def _walk(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Sum up the least ink on the way from the first row to each pixel, one step aside at most in each row."""
    sums = ink.copy()
    for row in range(1, len(ink)):
        before = sums[row - 1]
        best = before.copy()
        np.minimum(best[1:], before[:-1] + ASIDE, out=best[1:])
        np.minimum(best[:-1], before[1:] + ASIDE, out=best[:-1])
        sums[row] += best
    return sums


def _back(sums: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Follow the least ink from each column of the last row back to the first; the last row comes first."""
    rows, columns = sums.shape
    aside = np.full((rows, columns + 2), np.inf, sums.dtype)
    np.add(sums, ASIDE, out=aside[:, 1:-1])
    steps = np.stack([sums, aside[:, :-2], aside[:, 2:]]).argmin(axis=0)
    before = np.arange(columns) + np.array([0, -1, 1])[steps]
    way = np.empty((rows, columns), np.intp)
    way[0] = np.arange(columns)
    for step, row in enumerate(before[-2::-1]):
        way[step + 1] = row[way[step]]
    return way


def _pen_width(ink: npt.NDArray[np.float32]) -> float:
    """Estimate the width of the pen: ink over half of its outline's length."""
    mask = np.pad(ink > 0.5, 1)
    outline = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2.5 * float(ink.sum()) / max(1.0, float(outline))
