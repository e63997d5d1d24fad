"""What is written in each cell: its own ink, also beyond the rules, sorted into digits and signs."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from model.network.arrays import ImageArray
from model.sheets.flat_paper import Plane
from model.sheets.perspective import Points
from model.sheets.underlines import without_underlines

__all__ = ["CellInk", "are_rules", "connected", "ink_of_cells", "near_borders", "places_of_cells"]

SEEN = 0.3
DARK = 0.6
"""Where a point touches a digit, the ink between them is fainter than this."""
MOSTLY, ALMOST_ALL = 0.6, 0.95
"""Ink of which so much lies in one cell is of that cell; between the two, the nearest digits decide."""
SPECK = 0.004
"""Of the square of a digit's height: smaller ink is dirt."""
SMALL = 0.012
"""Of the same: smaller ink is a point at most."""
WIDEST, TALLEST = 1.05, 1.7
"""Of ink that may be one digit, in heights of a usual digit."""
NEAREST = 0.25
"""By which ink is nearer to one number than to the next, in heights of a digit."""
IN_A_NUMBER = 0.6
"""Widest gap between two digits of a number, in heights of a digit."""
RULE_LENGTH, RULE_WIDTH = 1.45, 0.28
"""What is left of a rule is longer than a digit, and thin, in heights of a digit."""
BAND = 0.2
"""How far from a border it may lie, in heights of a digit."""
BETWEEN_ROWS = 0.25
"""How far from the border of two rows an underline lies, in heights of a digit."""
FLAT, LONG = 0.28, 1.7
"""Height of a dash, in heights of a digit, and its width in its own heights, at least."""
DOT, LOW = 0.36, 0.6
"""Sides of a point, in heights of a digit; how low its middle lies, from 0 at the top of the digits to 1."""
DITTO = 0.5
"""Ditto marks are lower than this, in heights of a digit."""
CROSSED, STEEP = 0.62, 0.4
"""Of the width of the ink, what is crossed out is crossed by a line of this share; the line's slope at most."""
LONGER = 1.05
"""Heights of a digit that such a line is long, at least: longer than strokes of digits."""
UNDER = 0.85
"""An underline lies so low, or lower: from 0 at the top of the digits to 1 at their feet."""

DIGIT = 0.75
"""Of the tallest ink in a cell: what is taller tells where the line of writing is."""
ON_THE_LINE = 0.4
"""Of the height of ink, that is on the line of writing if it belongs to the number."""
AS_LARGE, OVERLAP = 0.6, 0.1
"""Of the same: what is as tall as a digit; and by how much two lines of digits overlap, at most."""

Labels = npt.NDArray[np.int32]


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
    parted : float
        Share of a piece of ink, at most 0.5, that lies over a border, so that another cell may own it.
    is_ditto : bool
        Whether these are ditto marks, alone.
    has_second_line : bool
        Whether ink as large as digits stands above or below the others.
    is_cut_off : bool
        Whether ink reaches the edge of the picture.
    """

    gray: ImageArray
    left: int
    top: int
    minus: bool = False
    point: float | None = None
    is_crossed_out: bool = False
    parted: float = 0.0
    is_ditto: bool = False
    has_second_line: bool = False
    is_cut_off: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written."""
        return not self.minus and not self.is_ditto and not self.gray.any()


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
    writing = without_underlines(
        writing, near_borders(writing.shape, [nodes], BETWEEN_ROWS * digit_height), digit_height
    )
    near = near_borders(writing.shape, [nodes, nodes.swapaxes(0, 1)], max(4.0, BAND * digit_height))
    owner, parted = _owners(writing, places_of_cells(writing.shape, nodes), near, (rows, columns), digit_height)
    return [
        [
            _cell(
                writing,
                owner,
                row * columns + column + 1,
                nodes[row : row + 2, column : column + 2],
                digit_height,
                parted=parted.get(row * columns + column + 1, 0.0),
            )
            for column in range(columns)
        ]
        for row in range(rows)
    ]


def places_of_cells(shape: tuple[int, ...], nodes: Points) -> Labels:
    """Number every pixel by its cell, from 1; 0 outside."""
    place = np.zeros(shape, np.int32)
    columns = nodes.shape[1] - 1
    for row in range(len(nodes) - 1):
        for column in range(columns):
            corners = nodes[row : row + 2, column : column + 2].reshape(4, 2)[[0, 1, 3, 2]]
            cv2.fillConvexPoly(place, np.rint(corners).astype(np.int32), row * columns + column + 1)
    return place


def connected(mask: npt.NDArray[np.bool_]) -> tuple[Labels, Labels, npt.NDArray[np.float64]]:
    """Return the number of the connected ink at each pixel, from 1, and the statistics and middle of each."""
    _, labels, stats, middles = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(middles, np.float64)


def near_borders(shape: tuple[int, ...], directions: list[Points], distance: float) -> npt.NDArray[np.bool_]:
    """Return what lies near lines of points, x and y, by so many pixels."""
    mask = np.zeros(shape, np.uint8)
    for lines in directions:
        points = [np.ascontiguousarray(np.rint(line).astype(np.int32)) for line in lines]
        cv2.polylines(mask, points, isClosed=False, color=1, thickness=round(2 * distance))
    return mask.astype(np.bool_)


def _owners(
    writing: Plane, place: Labels, near: npt.NDArray[np.bool_], shape: tuple[int, int], digit_height: float
) -> tuple[Labels, dict[int, float]]:
    """Give each connected ink to a cell; return also the lesser share of what lies over the border of cells."""
    labels, stats, _ = connected(writing > SEEN)
    count = shape[0] * shape[1]
    inked = labels > 0
    pairs, counts = np.unique(labels[inked].astype(np.int64) * (count + 1) + place[inked], return_counts=True)
    part, cell = pairs // (count + 1), pairs % (count + 1)
    best = np.zeros(len(stats), np.int32)
    most = np.zeros(len(stats), np.int64)
    order = np.argsort(counts)
    best[part[order]], most[part[order]] = cell[order], counts[order]
    areas = stats[:, cv2.CC_STAT_AREA]
    beside = np.bincount(labels[near], minlength=len(stats)) >= ALMOST_ALL * areas
    is_dirt = (areas < max(4, SPECK * digit_height**2)) | are_rules(stats, beside, digit_height)
    is_one = (stats[:, cv2.CC_STAT_WIDTH] <= WIDEST * digit_height) & (
        stats[:, cv2.CC_STAT_HEIGHT] <= TALLEST * digit_height
    )
    is_whole = (most >= ALMOST_ALL * areas) | (is_one | (most >= MOSTLY * areas))
    parted: dict[int, float] = {}
    for number in np.flatnonzero((most < ALMOST_ALL * areas) & ~is_dirt).tolist():
        cells = cell[(part == number) & (counts > 0.05 * areas[number])]
        share = 1 - most[number] / areas[number]
        parted |= {int(one): max(float(share), parted.get(int(one), 0.0)) for one in cells}
        if is_one[number]:
            settled = (most >= ALMOST_ALL * areas) & ~is_dirt
            best[number] = _nearest(number, sorted(cells), best, settled, stats, shape[1], digit_height)
    owner = np.where(is_whole[labels], best[labels], place)
    owner[is_dirt[labels] | ~inked] = 0
    return owner.astype(np.int32), parted


def are_rules(stats: Labels, beside: npt.NDArray[np.bool_], digit_height: float) -> npt.NDArray[np.bool_]:
    """Find what is left of rules: what is taller than any digit and thin, and thin ink along a border."""
    width, height, areas = (stats[:, side] for side in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    thin = areas < RULE_WIDTH * digit_height * np.maximum(width, height)
    tall = (height > RULE_LENGTH * digit_height) & (width < 1.5 * RULE_WIDTH * digit_height)
    return np.asarray(thin & (tall | beside))


def _nearest(
    number: int,
    cells: list[int],
    best: Labels,
    settled: npt.NDArray[np.bool_],
    stats: Labels,
    columns: int,
    digit_height: float,
) -> int:
    """Choose between two cells beside each other by which of them has a digit nearer to this one."""
    usual = int(best[number])
    if len(cells) != 2 or cells[1] != cells[0] + 1 or not cells[0] or cells[0] % columns == 0:
        return usual
    left, width = stats[number, cv2.CC_STAT_LEFT], stats[number, cv2.CC_STAT_WIDTH]
    far = 10 * digit_height
    before = stats[settled & (best == cells[0])]
    after = stats[settled & (best == cells[1])]
    gap_before = left - (before[:, cv2.CC_STAT_LEFT] + before[:, cv2.CC_STAT_WIDTH]).max(initial=left - far)
    gap_after = after[:, cv2.CC_STAT_LEFT].min(initial=left + width + far) - left - width
    if gap_before < IN_A_NUMBER * digit_height and gap_before < gap_after + NEAREST * digit_height:
        return cells[0]  # people run out of room on the right, and seldom begin before the border
    return cells[1] if gap_after < IN_A_NUMBER * digit_height else usual


def _cell(
    writing: Plane, owner: Labels, number: int, corners: Points, digit_height: float, *, parted: float
) -> CellInk:
    low, high = corners.reshape(4, 2).min(axis=0), corners.reshape(4, 2).max(axis=0)
    left, top = (max(0, int(side - digit_height)) for side in low)
    right, bottom = (int(side + digit_height) for side in high)
    own = owner[top:bottom, left:right] == number
    if not own.any():
        return CellInk(np.zeros((1, 1), np.uint8), left, top, parted=parted)
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    top, left, own = top + rows[0], left + columns[0], own[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ink = writing[top : top + own.shape[0], left : left + own.shape[1]]
    gray = np.rint(255 * np.clip(np.where(own, ink, 0), 0, 1)).astype(np.uint8)
    if _is_ditto(gray, digit_height):
        return CellInk(np.zeros((1, 1), np.uint8), left, top, parted=parted, is_ditto=True)
    minus, point, kept = _signs(gray, digit_height)
    has_second_line = _has_second_line(gray, digit_height)
    if not kept.any():
        kept = np.zeros((1, 1), np.uint8)
    is_crossed_out = bool(kept.any()) and _is_crossed_out(own, digit_height)
    return CellInk(kept, left, top, minus, point, is_crossed_out, parted, has_second_line=has_second_line)


def _signs(gray: ImageArray, digit_height: float) -> tuple[bool, float | None, ImageArray]:
    """Find a dash before the digits and a point between; return the digits without these and marks."""
    labels, stats, middles = connected(gray > 255 * SEEN)
    count = len(stats)
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    tallest = float(heights[1:].max(initial=0))
    height = tallest if tallest > 0.6 * digit_height else digit_height
    tall = [part for part in range(1, count) if heights[part] > 0.45 * height]
    off = _off_the_line(stats, height)
    tall = [part for part in tall if not off[part]] or tall
    upper = min((stats[part, cv2.CC_STAT_TOP] for part in tall), default=0)
    lower = max((stats[part, cv2.CC_STAT_TOP] + heights[part] for part in tall), default=1)
    first = min((stats[part, cv2.CC_STAT_LEFT] for part in tall), default=gray.shape[1])
    minus, point, kept = False, None, gray.copy()
    for part in range(1, count):
        x, _, width, tall_, area = stats[part]
        if tall_ < FLAT * height and width > LONG * tall_ and x + width <= first + 0.15 * height:
            minus = minus or area >= SMALL * height**2
        elif _is_point(stats[part], middles[part], (upper, lower), height) and x > first:
            point = float(middles[part][0])
        elif tall_ < FLAT * height and width > LONG * tall_ and middles[part][1] - upper > UNDER * (lower - upper):
            pass  # an underline
        elif off[part] or (
            x > first
            and x + width >= gray.shape[1] - 1
            and _is_tick(labels[stats[part, 1] : stats[part, 1] + tall_, x : x + width] == part)
        ):
            pass
        elif area >= SMALL * height**2:
            continue
        kept[labels == part] = 0
    if point is None and tall:
        point, kept = _touching_point(kept, (upper, lower), first, height)
    return minus, point, kept


def _off_the_line(stats: Labels, height: float) -> npt.NDArray[np.bool_]:
    """Find what lies above or below the digits of a number: check marks, and ink of other lines."""
    tops = stats[:, cv2.CC_STAT_TOP]
    bottoms = tops + stats[:, cv2.CC_STAT_HEIGHT]
    digits = stats[:, cv2.CC_STAT_HEIGHT] > DIGIT * height
    digits[0] = False
    if not digits.any():
        return np.zeros(len(stats), np.bool_)
    upper, lower = np.median(tops[digits]), np.median(bottoms[digits])
    inside = np.minimum(bottoms, lower) - np.maximum(tops, upper)
    return np.asarray(inside < ON_THE_LINE * stats[:, cv2.CC_STAT_HEIGHT])


def _has_second_line(gray: ImageArray, digit_height: float) -> bool:
    """Tell whether digits stand above one another: of two numbers, or of one that was put right."""
    labels, stats, _ = connected(gray > 255 * SEEN)
    height = max(float(stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0)), AS_LARGE * digit_height)
    off = _off_the_line(stats, height)
    tops, bottoms = [], []
    for part in range(1, len(stats)):
        x, y, width, tall, _ = stats[part]
        is_flat = width > LONG * tall
        if tall < AS_LARGE * height or is_flat or _is_tick(labels[y : y + tall, x : x + width] == part):
            continue
        if off[part]:
            return True
        tops.append(y)
        bottoms.append(y + tall)
    return bool(max(tops, default=0) > min(bottoms, default=height) - OVERLAP * height)


def _is_ditto(gray: ImageArray, digit_height: float) -> bool:
    """Return whether all there is are two short strokes beside each other."""
    stats = connected(gray > 255 * SEEN)[1][1:]
    marks = stats[stats[:, cv2.CC_STAT_AREA] >= SMALL * digit_height**2]
    if len(marks) != 2:
        return False
    left, top, width, height = marks[:, :4].T / digit_height
    beside = abs(top[0] - top[1]) < 0.5 * height.max() and abs(left[0] - left[1]) < 0.7
    upright = (width < 1.2 * height).all() and height.min() > 0.5 * height.max()
    return bool(beside and upright and height.min() > 0.12 and height.max() < DITTO)


def _is_point(stats: Labels, middle: npt.NDArray[np.float64], rows: tuple[int, int], height: float) -> bool:
    """Return whether ink is small and low enough for a point or comma."""
    is_small = max(stats[cv2.CC_STAT_WIDTH], 0.8 * stats[cv2.CC_STAT_HEIGHT]) < DOT * height
    return bool(is_small and middle[1] - rows[0] > LOW * (rows[1] - rows[0]))


def _touching_point(
    gray: ImageArray, rows: tuple[int, int], first: int, height: float
) -> tuple[float | None, ImageArray]:
    """Find a point that hangs together with a digit by faint ink alone."""
    labels, stats, middles = connected(gray > 255 * DARK)
    if len(stats) != len(connected(gray > 255 * SEEN)[1]) + 1:
        return None, gray  # a faint pen, whose strokes fall to pieces
    for part in range(1, len(stats)):
        is_large = stats[part, cv2.CC_STAT_AREA] >= SMALL * height**2 / 2
        is_compact = stats[part, cv2.CC_STAT_WIDTH] < DOT * height * 0.7 and is_large
        if is_compact and _is_point(stats[part], middles[part], rows, height) and stats[part, 0] > first:
            around = cv2.dilate((labels == part).astype(np.uint8), np.ones((3, 3), np.uint8))
            return float(middles[part][0]), np.where(around > 0, 0, gray).astype(np.uint8)
    return None, gray


def _is_crossed_out(own: npt.NDArray[np.bool_], digit_height: float) -> bool:
    """Look for a line through most of what is written: not along its foot or its top, as digits have them."""
    height, width = own.shape
    length = int(max(CROSSED * width, LONGER * digit_height))
    if length > width or height < 0.5 * digit_height:
        return False
    ink = cv2.dilate(own.astype(np.uint8), np.ones((3, 1), np.uint8))
    for slope in np.linspace(-STEEP, STEEP, 25):
        kernel = np.zeros((int(abs(slope) * length) + 1, length), np.uint8)
        down = kernel.shape[0] - 1
        cv2.line(kernel, (0, 0 if slope >= 0 else down), (length - 1, down if slope >= 0 else 0), 1, 1)
        if kernel.shape[0] < height:
            lines = cv2.erode(ink, kernel, borderValue=0)[int(0.22 * height) : -int(0.22 * height)]
            if lines.any():
                return True
    return False


def _is_tick(mask: npt.NDArray[np.bool_]) -> bool:
    """Return whether ink is a check mark: a thin line down, and then farther up to the right."""
    height, width = mask.shape
    runs = np.count_nonzero(np.diff(np.pad(mask, ((1, 1), (0, 0))).astype(np.int8), axis=0) == 1, axis=0)
    if height < 6 or width < 0.6 * height or (runs != 1).mean() > 0.1 or mask.mean() > 0.5:
        return False
    rows = np.arange(height)
    middles = (rows @ mask) / np.maximum(1, mask.sum(axis=0))
    lowest = int(middles.argmax())
    falls, rises = np.diff(middles[: lowest + 1]), np.diff(middles[lowest:])
    is_v = (falls >= -1).all() and (rises <= 1).all()
    drop, climb = middles[lowest] - middles[0], middles[lowest] - middles[-1]
    return bool(is_v and 0.15 * width < lowest < 0.6 * width and climb > 1.3 * drop > 0.25 * height)
