"""Rows of digits: digits below one another are read row by row."""

import numpy as np
import numpy.typing as npt

from model.handwriting.preprocessing import INK_THRESHOLD
from model.network.arrays import ImageArray

__all__ = ["rows_of_ink"]

Box = tuple[slice, ...]

TALL = 0.4
"""Ink of this share of the tallest ink's height makes a row of its own; what is smaller belongs to the nearest."""
SAME_ROW = 0.4
"""Ink lies in the same row as other ink if it shares this much of the lower one's height with it."""
ROW_GAP = 0.15
"""Rows lie apart by this share of the height of their digits, or they are parts of one."""
MOST_PARTS = 300
"""More connected ink than this is text, or a picture."""


def rows_of_ink(gray: ImageArray) -> list[npt.NDArray[np.bool_]]:
    """Find the rows of a picture, from top to bottom.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark.

    Returns
    -------
    list of ndarray of bool, shape (height, width)
        Which pixels belong to each row; one row holds all of them.
    """
    from scipy import ndimage  # noqa: PLC0415  takes a sixth of a second: drawing one digit need not wait for it

    whole = [np.ones(gray.shape, np.bool_)]
    labels, count = ndimage.label(gray >= INK_THRESHOLD, np.ones((3, 3)))
    if not 1 < count <= MOST_PARTS:
        return whole
    boxes = ndimage.find_objects(labels)
    heights = np.array([_height(box) for box in boxes])
    tall = np.flatnonzero(heights >= TALL * heights.max())
    groups = _groups([boxes[index] for index in tall])
    if len(groups) == 1:
        return whole
    row_of = np.zeros(count + 1, np.intp)
    for row, group in enumerate(groups, 1):
        row_of[1 + tall[group]] = row
    spans = [_span([boxes[tall[index]] for index in group]) for group in groups]
    for index in np.flatnonzero(row_of[1:] == 0):
        middle = (boxes[index][0].start + boxes[index][0].stop) / 2
        row_of[index + 1] = 1 + int(np.argmin([max(top - middle, middle - bottom) for top, bottom in spans]))
    rows = row_of[labels]
    return [rows == row for row in range(1, len(groups) + 1)]


def _groups(boxes: list[Box]) -> list[list[int]]:
    """Join what lies in the same row, and rows that are hardly apart; from top to bottom."""
    groups: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda one: boxes[one][1].start):
        beside = [
            group for group in groups if any(_share_a_row(boxes[index], boxes[other]) for other in group[-2:])
        ]
        joined = [index]
        for group in beside:
            groups.remove(group)
            joined = group + joined
        groups.append(sorted(joined, key=lambda one: boxes[one][1].start))
    groups.sort(key=lambda group: _span([boxes[one] for one in group])[0])
    apart: list[list[int]] = []
    for group in groups:
        if apart and _are_close([boxes[one] for one in apart[-1]], [boxes[one] for one in group]):
            apart[-1] = apart[-1] + group
        else:
            apart.append(group)
    return apart


def _share_a_row(one: Box, other: Box) -> bool:
    shared = min(one[0].stop, other[0].stop) - max(one[0].start, other[0].start)
    return shared >= SAME_ROW * min(_height(one), _height(other))


def _are_close(upper: list[Box], lower: list[Box]) -> bool:
    """Return whether two rows are really one: ink of one lies too closely below ink of the other."""
    for above in upper:
        for below in lower:
            gap = below[0].start - above[0].stop
            beside = min(above[1].stop, below[1].stop) > max(above[1].start, below[1].start)
            if beside and gap < ROW_GAP * max(_height(above), _height(below)):
                return True
    return False


def _span(boxes: list[Box]) -> tuple[int, int]:
    return min(box[0].start for box in boxes), max(box[0].stop for box in boxes)


def _height(box: Box) -> int:
    return int(box[0].stop - box[0].start)
