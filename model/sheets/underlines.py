"""Takes underlines, and rules that were not found as such, off what is written."""

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.flat_paper import Plane

__all__ = ["without_underlines"]

SEEN = 0.3
LONGEST_STROKE = 1.4
"""Heights of a digit: level strokes of digits are shorter."""
THICKEST = 0.35
"""Heights of a digit: what is thicker is no line."""
BESIDE = 0.3
"""Heights of a digit above or below a line, in which there is less ink if it underlines and does not cross out."""
BETWEEN = 0.6
"""Share of a line that is near the border of rows, if it lies between them."""
CLEAR = 0.12
"""Share of that place with ink, at most."""


def without_underlines(writing: Plane, near: npt.NDArray[np.bool_], digit_height: float) -> Plane:
    """Take away long level lines with nothing written below or above them; strokes that cross them stay.

    A line along the border of two rows is an underline, too, where digits below it touch it.

    Parameters
    ----------
    writing : ndarray of float32, shape (height, width)
        Ink without the rules that were found.
    near : ndarray of bool, shape (height, width)
        What lies near the borders of rows.
    digit_height : float
        Of a usual digit, in pixels.
    """
    mask = (writing > SEEN).astype(np.uint8)
    length = max(3, int(LONGEST_STROKE * digit_height))
    lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    beside = max(3, int(BESIDE * digit_height))
    cleared = writing.copy()
    for line in range(1, count):
        left, top, width, height = (int(side) for side in stats[line, :4])
        if height > THICKEST * digit_height:
            continue
        above = mask[max(0, top - beside) : max(0, top - 1), left : left + width]
        below = mask[top + height + 1 : top + height + beside, left : left + width]
        around = np.s_[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2]
        is_between = near[around][labels[around] == line].mean() > BETWEEN
        if not is_between and min(above.mean() if above.size else 0, below.mean() if below.size else 0) > CLEAR:
            continue
        own = cv2.dilate((labels[around] == line).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        wider = np.s_[max(0, top - beside) : top + height + beside, around[1]]
        bare = mask[wider].copy()
        start = around[0].start - wider[0].start
        bare[start : start + own.shape[0]][own] = 0
        crossing = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, np.ones((height + 7, 1), np.uint8))
        gone = own & (crossing[start : start + own.shape[0]] == 0)
        cleared[around][gone] = 0
    return cleared
