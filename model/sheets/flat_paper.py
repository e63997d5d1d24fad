"""Paper made flat: turned upright, out of perspective, in even light.

The geometry is OpenCV's. What is straight on paper is found as line segments (R. Grompone von Gioi,
J. Jakubowicz, J.-M. Morel, G. Randall: LSD: a line segment detector, IPOL 2, 2012); a projective map takes the two
directions that most of them have to rows and columns.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.network.arrays import ImageArray
from model.sheets.perspective import Points, Slopes, map_of_slopes, moved, to_rectangle
from model.sheets.written_lines import inked_pixels, slopes_of_writing

__all__ = ["FlatPaper", "Plane", "flatten"]

Plane = npt.NDArray[np.float32]

LONGEST_SIDE = 2600
"""Pixels that are worked with: more take time, and are read no better."""
SMALLEST_SIDE = 40
"""Pixels of a sheet: of two cells in a row or a column, whose digits can just be told."""
SEARCHED_SIDE = 1400
"""Pixels in which directions are looked for."""
SHORTEST_SEGMENT = 0.025
POLARITY_SIDE, STROKES = 700, 20
"""Pixels in which bright ink is told from dark; and the part of them in which most is paper."""
CLEARLY_BRIGHTER = 4.0
"""By this factor the strokes of bright ink stand out more than what is dark: 20 and more are usual."""
STEEPEST = np.deg2rad(25)
"""Between a row of the table and the side of the picture that is nearest to it."""
PAPER_SHARE = 0.2
"""Of the picture, at least, where the outline of the paper is used."""
LEVELS = 14
"""Brightnesses that are tried for telling paper from table."""
EDGE, EDGE_RATIO = 5.0, 1.12
"""Pixels, of 500, across the edge of paper; and how much brighter it is than the table."""
AGREEING = 0.15
"""Share of the segments in a direction that have the slope of the rules; strokes of digits have any slope."""


@dataclass(frozen=True, eq=False)
class FlatPaper:
    """A sheet as if it lay under the eye.

    Attributes
    ----------
    ink : ndarray of float32, shape (height, width)
        0 where there is paper, about 1 in the darkest strokes.
    gray : ndarray of uint8, shape (height, width)
        The same place of the picture, for people.
    to_flat : ndarray of float64, shape (3, 3)
        Takes a place of the picture to its place here.
    """

    ink: Plane
    gray: ImageArray
    to_flat: Points

    def in_flat(self, places: Points) -> Points:
        """Return where places of the picture, shape (..., 2), lie here."""
        return moved(places, self.to_flat)

    def in_picture(self, places: Points) -> Points:
        """Return where places, shape (..., 2), lie in the picture."""
        return moved(places, np.asarray(np.linalg.inv(self.to_flat), np.float64))


def flatten(gray: ImageArray) -> FlatPaper:
    """Make a picture of a sheet flat.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Dark ink on bright paper, or bright ink on dark paper.

    Raises
    ------
    DataFormatError
        If the picture is too small.
    """
    if min(gray.shape) < SMALLEST_SIDE:
        height, width = gray.shape
        raise DataFormatError(
            f"expected a sheet of at least {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels, found {width:,} × {height:,}:"
            " scan it larger"
        )
    if ink_is_bright(gray):
        gray = np.asarray(255 - gray, np.uint8)
    reduction = _reduction(gray.shape)
    if reduction[0, 0] < 1:  # each pixel the mean of what it covers: a projective map alone would skip thin rules
        size = round(gray.shape[1] * reduction[0, 0]), round(gray.shape[0] * reduction[1, 1])
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    matrix = np.eye(3)
    outline = _outline_of_paper(gray)
    if outline is not None:
        matrix = to_rectangle(outline, max(gray.shape))
    seen = _warped(gray, matrix, _size(gray.shape, matrix, outline))
    ink = ink_of(seen)
    straight = _straightening(ink)
    if straight is not None:
        size, straight = _within(straight, seen.shape)
        matrix = straight @ matrix
        seen = _warped(gray, matrix, size)
    return FlatPaper(ink_of(seen), seen, np.asarray(matrix @ reduction, np.float64))


def ink_is_bright(gray: ImageArray) -> bool:
    """Tell whether strokes are brighter than what is around them, as with chalk on a blackboard."""
    scale = min(1.0, POLARITY_SIDE / max(gray.shape))
    small = np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    beside = small.astype(np.float32) - cv2.medianBlur(small, max(5, max(small.shape) // STROKES) | 1)
    dark, bright = (float(np.mean(np.square(np.maximum(sign * beside, 0)))) for sign in (-1, 1))
    return bright > CLEARLY_BRIGHTER * max(dark, 1.0)


def ink_of(gray: ImageArray) -> Plane:
    """Divide by the light that the paper sends back; about 1 in the darkest strokes, 0 on paper."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    width = max(9, max(small.shape) // 24) | 1
    paper = cv2.morphologyEx(
        cv2.GaussianBlur(small, (3, 3), 0), cv2.MORPH_CLOSE, np.ones((width, width), np.uint8)
    )
    paper = cv2.resize(
        cv2.GaussianBlur(paper, (width, width), 0), gray.shape[::-1], interpolation=cv2.INTER_LINEAR
    )
    taken = 1 - gray.astype(np.float32) / np.maximum(paper, 1)
    taken -= np.median(taken[::4, ::4])
    strong = taken[taken > 0.15]
    darkest = float(np.percentile(strong, 90)) if strong.size > 50 else 1.0
    return np.clip(taken / max(darkest, 0.2), 0, 1.2).astype(np.float32)


def _reduction(shape: tuple[int, ...]) -> Points:
    scale = min(1.0, LONGEST_SIDE / max(shape))
    return np.diag([scale, scale, 1.0])


def _size(shape: tuple[int, ...], matrix: Points, outline: Points | None) -> tuple[int, int]:
    """Return width and height of what a map makes of the picture, or of the paper on it."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float) if outline is None else outline
    ends = moved(corners, matrix)
    return int(np.ceil(ends[:, 0].max())), int(np.ceil(ends[:, 1].max()))


def _warped(gray: ImageArray, matrix: Points, size: tuple[int, int]) -> ImageArray:
    warped = cv2.warpPerspective(gray, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _outline_of_paper(gray: ImageArray) -> Points | None:
    """Find bright paper on a darker table: its four corners, from the upper left one clockwise."""
    scale = 500 / max(gray.shape)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(cv2.GaussianBlur(small, (5, 5), 0), cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    small = np.asarray(closed, np.uint8)
    best, largest = None, PAPER_SHARE * small.size
    for bright in (*_above_levels(small), *_above_levels(_evenly_lit(small))):
        found = _four_corners(bright)
        if found is not None and cv2.contourArea(found.astype(np.float32)) > largest and _has_edges(small, found):
            best, largest = found, cv2.contourArea(found.astype(np.float32))
    if best is None:
        return None
    points = best / scale
    middle = points.mean(axis=0)
    return points + 0.012 * (middle - points)  # the edge itself is no rule


def _above_levels(small: npt.NDArray[np.generic]) -> list[ImageArray]:
    """Tell bright from dark at several levels: a shadow may lie on paper and table."""
    low, high = np.percentile(small.astype(np.float64), [2, 98])
    return [(small > level).astype(np.uint8) for level in np.linspace(low, high, LEVELS + 2)[1:-1]]


def _evenly_lit(small: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Divide by light that falls off evenly, as it does in the middle of the picture, where the paper is."""
    height, width = small.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    columns = np.stack([np.ones_like(x), x, y], axis=-1)
    brightness = np.log(np.maximum(small.astype(np.float64), 4))
    middle = np.s_[height // 4 : -(height // 4) : 3, width // 4 : -(width // 4) : 3]
    light = np.linalg.lstsq(columns[middle].reshape(-1, 3), brightness[middle].ravel(), rcond=None)[0]
    return np.asarray(brightness - columns @ light, np.float64)


def _four_corners(bright: ImageArray) -> Points | None:
    """Return the corners of the largest bright area if it is a quadrilateral inside the picture."""
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rim = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    if not outlines or rim.mean() > 0.4:
        return None
    outline = max(outlines, key=cv2.contourArea)
    corners = cv2.approxPolyDP(outline, 0.03 * cv2.arcLength(outline, closed=True), closed=True)
    if len(corners) != 4 or not cv2.isContourConvex(corners):
        return None
    points = corners.reshape(4, 2).astype(np.float64)
    order = np.argsort(np.arctan2(*(points - points.mean(axis=0)).T[::-1]))
    points = points[order]
    return np.roll(points, -int(np.argmin(points.sum(axis=1))), axis=0)


def _has_edges(small: npt.NDArray[np.generic], corners: Points) -> bool:
    """Tell the edge of paper, which is sharp on all four sides, from that of a shadow."""
    middle = corners.mean(axis=0)
    shares = np.linspace(0.05, 0.95, 40)[:, np.newaxis]
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = here + shares * (there - here)
        along = (there - here) / np.linalg.norm(there - here)
        outwards = np.array([along[1], -along[0]])
        outwards *= np.sign(outwards @ (side.mean(axis=0) - middle))
        inner, outer = (_values(small, side + step * outwards) for step in (-EDGE, EDGE))
        if (inner > EDGE_RATIO * outer).mean() < 0.8:
            return False
    return True


def _values(small: npt.NDArray[np.generic], places: Points) -> npt.NDArray[np.float64]:
    x, y = np.clip(np.rint(places).astype(np.intp), 0, np.array(small.shape[::-1]) - 1).T
    return small[y, x].astype(np.float64)


def _straightening(ink: Plane) -> Points | None:
    """Find the map that makes rules and writing level and upright; None where there is nothing to go by."""
    across, down = _slopes_of_rules(ink)
    if across is None and down is not None:
        across = (-down[0], 0.0)
    if down is None and across is not None:
        down = (-across[0], 0.0)
    pixels = inked_pixels(ink)
    if pixels is not None:
        height, width = np.array(ink.shape) / max(ink.shape)
        across = slopes_of_writing(pixels[0], height, across)
        down = slopes_of_writing(pixels[1], width, down)
    return None if across is None or down is None else map_of_slopes(across, down, ink.shape)


def _slopes_of_rules(ink: Plane) -> tuple[Slopes | None, Slopes | None]:
    """Find the slopes of most line segments across, and of those down; None without enough of them."""
    scale = min(1.0, SEARCHED_SIDE / max(ink.shape))
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8))[0]
    if found is None:
        return None, None
    segments = found.reshape(-1, 4).astype(np.float64) / scale
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    long = lengths > SHORTEST_SEGMENT * max(ink.shape)
    if long.sum() < 4:
        return None, None
    across = _slopes(segments[long], lengths[long], ink.shape)
    return across, _slopes(segments[long][:, [1, 0, 3, 2]], lengths[long], ink.shape[::-1])


def _slopes(segments: Points, lengths: Points, shape: tuple[int, ...]) -> Slopes | None:
    """Fit the slope of nearly horizontal segments as a line over their height: slope there, and its change."""
    run, rise = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    near = np.abs(rise) < np.tan(STEEPEST) * np.abs(run)
    if near.sum() < 2:
        return None
    slope = rise[near] / run[near]
    place = (segments[near, 1] + segments[near, 3]) / 2 / shape[0] - 0.5
    weight = lengths[near] ** 2
    begin = _weighted_median(slope, weight)
    fit = np.array([begin, 0.0])
    for reach in (0.12, 0.06, 0.03, 0.015, 0.01):
        good = np.abs(slope - fit[0] - fit[1] * place) < reach
        if good.sum() < 2:
            return None
        root = np.sqrt(weight[good])
        spread = float(np.ptp(place[good]))
        columns = (
            np.column_stack([np.ones(good.sum()), place[good]]) if spread > 0.15 else np.ones((good.sum(), 1))
        )
        found = np.linalg.lstsq(columns * root[:, np.newaxis], slope[good] * root, rcond=None)[0]
        fit = np.append(found, [0.0] * (2 - len(found)))
    if lengths[near][good].sum() < 0.5 * max(shape) or weight[good].sum() < AGREEING * weight.sum():
        return None
    return float(fit[0]), float(fit[1])


def _weighted_median(values: Points, weights: Points) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _within(matrix: Points, shape: tuple[int, ...]) -> tuple[tuple[int, int], Points]:
    """Move what a map makes of a picture so that all of it is seen; return the size, and the map."""
    height, width = shape[:2]
    ends = moved(np.array([[0, 0], [width, 0], [width, height], [0, height]], float), matrix)
    low, high = ends.min(axis=0), ends.max(axis=0)
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    width, height = (int(np.ceil(side)) for side in high - low)
    return (min(width, 2 * LONGEST_SIDE), min(height, 2 * LONGEST_SIDE)), shift @ matrix
