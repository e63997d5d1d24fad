"""What is written in each cell: its own ink, also beyond the rules, sorted into digits and signs."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from model.network.arrays import ImageArray
from model.sheets.flat_paper import Plane, Points

__all__ = ["CellInk", "ink_of_cells"]

SEEN = 0.3
MOSTLY = 0.65
"""Ink of which so much lies in one cell is of that cell; other ink is parted at the border."""
SPECK = 0.012
"""Of the square of a digit's height: smaller ink is dirt."""
FLAT, LONG = 0.28, 1.7
"""Height of a dash, in heights of a digit, and its width in its own heights, at least."""
DOT, LOW = 0.36, 0.6
"""Sides of a point, in heights of a digit; how low its middle lies, from 0 at the top of the digits to 1."""
CROSSED = 0.62
"""Of the width of the ink, what is crossed out is crossed by a line of this share."""


@dataclass(frozen=True, eq=False)
class CellInk:
    """The ink of one cell.

    Attributes
    ----------
    gray : ndarray of uint8, shape (height, width)
        Its digits, bright ink on dark; without signs.
    left, top : int
        Where that lies on the flat paper.
    minus : bool
        Whether a dash stands before the digits, or alone.
    point : float or None
        Where a decimal point or comma stands: x in pixels of `gray`.
    is_crossed_out : bool
    """

    gray: ImageArray
    left: int
    top: int
    minus: bool = False
    point: float | None = None
    is_crossed_out: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written."""
        return not self.minus and not self.gray.any()


def ink_of_cells(writing: Plane, nodes: Points, digit_height: float) -> list[list[CellInk]]:
    """Part the writing among the cells.

    Parameters
    ----------
    writing : ndarray of float32, shape (height, width)
        Ink without rules.
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
    digit_height : float
        Of a usual digit, in pixels.
    """
    rows, columns = len(nodes) - 1, nodes.shape[1] - 1
    place = _places(writing.shape, nodes)
    owner = _owners(writing, place, rows * columns, digit_height)
    return [
        [
            _cell(
                writing, owner, row * columns + column + 1, nodes[row : row + 2, column : column + 2], digit_height
            )
            for column in range(columns)
        ]
        for row in range(rows)
    ]


def _places(shape: tuple[int, ...], nodes: Points) -> npt.NDArray[np.int32]:
    """Number every pixel by its cell, from 1; 0 outside."""
    place = np.zeros(shape, np.int32)
    columns = nodes.shape[1] - 1
    for row in range(len(nodes) - 1):
        for column in range(columns):
            corners = nodes[row : row + 2, column : column + 2].reshape(4, 2)[[0, 1, 3, 2]]
            cv2.fillConvexPoly(place, np.rint(corners).astype(np.int32), row * columns + column + 1)
    return place


def _owners(
    writing: Plane, place: npt.NDArray[np.int32], count: int, digit_height: float
) -> npt.NDArray[np.int32]:
    """Give each connected ink to the cell that most of it lies in."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((writing > SEEN).astype(np.uint8), connectivity=8)
    inked = labels > 0
    pairs, counts = np.unique(labels[inked].astype(np.int64) * (count + 1) + place[inked], return_counts=True)
    part, cell = pairs // (count + 1), pairs % (count + 1)
    best = np.zeros(len(stats), np.int32)
    most = np.zeros(len(stats), np.int64)
    order = np.argsort(counts)
    best[part[order]], most[part[order]] = cell[order], counts[order]
    areas = stats[:, cv2.CC_STAT_AREA]
    is_speck = areas < max(4, SPECK * digit_height**2)
    whole = (most >= MOSTLY * areas) & ~is_speck
    owner = np.where(whole[labels], best[labels], place)
    owner[~inked | is_speck[labels]] = 0
    owner[whole[labels] & (best[labels] == 0)] = 0
    return owner.astype(np.int32)


def _cell(
    writing: Plane, owner: npt.NDArray[np.int32], number: int, corners: Points, digit_height: float
) -> CellInk:
    low, high = corners.reshape(4, 2).min(axis=0), corners.reshape(4, 2).max(axis=0)
    reach = digit_height
    left, top = (max(0, int(side - reach)) for side in low)
    right, bottom = (int(side + reach) for side in high)
    own = owner[top:bottom, left:right] == number
    nothing = CellInk(np.zeros((1, 1), np.uint8), left, top)
    if not own.any():
        return nothing
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    top, left, own = top + rows[0], left + columns[0], own[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ink = writing[top : top + own.shape[0], left : left + own.shape[1]]
    gray = np.rint(255 * np.clip(np.where(own, ink, 0), 0, 1)).astype(np.uint8)
    return _sorted(gray, own, left, top, digit_height)


def _sorted(gray: ImageArray, own: npt.NDArray[np.bool_], left: int, top: int, digit_height: float) -> CellInk:
    """Tell digits from a dash, a point and dirt."""
    count, labels, stats, middles = cv2.connectedComponentsWithStats(own.astype(np.uint8), connectivity=8)
    crossed = _is_crossed_out(own)
    tallest = float(stats[1:, cv2.CC_STAT_HEIGHT].max())
    height = tallest if tallest > 0.6 * digit_height else digit_height
    tall = [part for part in range(1, count) if stats[part, cv2.CC_STAT_HEIGHT] > 0.45 * height]
    upper = min((stats[part, cv2.CC_STAT_TOP] for part in tall), default=0)
    lower = max((stats[part, cv2.CC_STAT_TOP] + stats[part, cv2.CC_STAT_HEIGHT] for part in tall), default=1)
    first = min((stats[part, cv2.CC_STAT_LEFT] for part in tall), default=gray.shape[1])
    minus, point, kept = False, None, gray.copy()
    for part in range(1, count):
        x, _, width, tall_, _ = stats[part]
        middle = (middles[part][1] - upper) / max(1, lower - upper)
        if tall_ < FLAT * height and width > LONG * tall_ and x + width <= first + 0.15 * height:
            minus = True
            kept[labels == part] = 0
        elif max(width, 0.8 * tall_) < DOT * height and middle > LOW and x > first:
            point = float(middles[part][0])
            kept[labels == part] = 0
    if not kept.any():
        kept = np.zeros((1, 1), np.uint8)
    return CellInk(kept, left, top, minus, point, crossed)


def _is_crossed_out(own: npt.NDArray[np.bool_]) -> bool:
    """Look for a line across most of what is written, thin and longer than a dash."""
    height, width = own.shape
    if width < 1.2 * height or not own.any():
        return False
    length = max(5, int(CROSSED * width))
    for slope in np.linspace(-0.35, 0.35, 15):
        kernel = np.zeros((int(abs(slope) * length) + 1, length), np.uint8)
        ends = (
            (0, 0 if slope >= 0 else kernel.shape[0] - 1),
            (length - 1, kernel.shape[0] - 1 if slope >= 0 else 0),
        )
        cv2.line(kernel, ends[0], ends[1], 1, 1)
        if kernel.shape[0] < height and cv2.erode(own.astype(np.uint8), kernel, borderValue=0).any():
            return own[:, :].mean() > 0.08 and height > 0.3 * width
    return False
