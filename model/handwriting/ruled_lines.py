"""The lines that are printed on paper, and how to take them away without hurting what is written across them.

Lines are found as peaks of a Hough transform (R. O. Duda, P. E. Hart: Use of the Hough transformation to detect
lines and curves in pictures, 1972) over small slopes, and followed by a parabola each, since paper bends. What is
thicker than a line, where it lies, is a stroke and stays.
"""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

__all__ = ["remove_ruled_lines"]

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STEEPEST = 0.15
"""Slope of a line, from the direction that it ought to have."""
FEWEST_LINES = 2
SHORTEST = 0.55
"""A line is seen along this share of the picture."""
THICKEST = 0.013
"""Of a line, as a share of the longer side."""


def remove_ruled_lines(ink: Plane) -> Plane:
    """Remove long thin lines, horizontal ones and vertical ones.

    Parameters
    ----------
    ink : ndarray of float32, shape (height, width)
        0 where there is paper, about 1 in the darkest strokes.

    Returns
    -------
    ndarray of float32, shape (height, width)
        The same if there are fewer than two lines in a direction, or nothing but lines.
    """
    level = _level(ink)
    cleared = _without_horizontal(ink, level)
    cleared = _without_horizontal(cleared.T, level).T
    remains = np.count_nonzero(cleared > 0.5)
    return cleared if remains > 20 else ink


def _level(ink: Plane) -> float:
    """Return the darkness from which a pixel may belong to a line."""
    some = ink[::4, ::4]
    return max(0.12, 2.5 * 1.4826 * float(np.median(np.abs(some - np.median(some)))))


def _without_horizontal(ink: Plane, level: float) -> Plane:
    mask = ink > level
    thickest = max(4, round(THICKEST * max(ink.shape)))
    thin = mask & ~_open(mask, thickest + 1)
    lines = _lines(thin)
    if len(lines) < FEWEST_LINES:
        return ink
    height, width = ink.shape
    columns = np.arange(width)
    band = np.zeros(ink.shape, np.bool_)
    half = _half_thickness(mask, lines)
    for line in lines:
        middle = np.polyval(line, columns)
        for offset in range(-half, half + 1):
            rows = np.rint(middle + offset).astype(np.intp)
            inside = (rows >= 0) & (rows < height)
            band[rows[inside], columns[inside]] = True
    band &= ~_open(mask, 2 * half + 2)  # what is thicker is a stroke
    cleared = np.where(band, np.float32(0), ink)
    mended = ndimage.grey_closing(cleared, (2 * half + 3, 1))  # a stroke along or across the line goes on under it
    return np.where(band, np.minimum(ink, mended), ink)


def _open(mask: Mask, length: int) -> Mask:
    """Keep vertical runs of at least so many pixels."""
    eroded = ndimage.minimum_filter1d(mask.view(np.uint8), length, axis=0)
    opened = ndimage.maximum_filter1d(eroded, length, axis=0, origin=-1 if length % 2 == 0 else 0)
    return opened.view(np.bool_)


def _lines(thin: Mask) -> list[npt.NDArray[np.float64]]:
    """Find lines, as coefficients of parabolas y(x)."""
    height, width = thin.shape
    y, x = np.nonzero(thin)
    some = x % 3 == 0
    if some.sum() < SHORTEST * width / 3:
        return []
    counts, slope, lowest = _best_slope(x[some], y[some], height, width)
    found: list[npt.NDArray[np.float64]] = []
    needed = SHORTEST * width / 3
    sums = counts[:-1] + counts[1:]
    while len(found) < 100 and sums.max() >= needed:
        peak = int(sums.argmax())
        sums[max(0, peak - 3) : peak + 4] = 0
        start = np.array([0.0, slope, 2 * (peak + 1) + lowest])
        line = _followed(start, x, y, width)
        if line is not None:
            found.append(line)
    return found


def _best_slope(
    x: npt.NDArray[np.intp], y: npt.NDArray[np.intp], height: int, width: int
) -> tuple[npt.NDArray[np.intp], float, float]:
    """Find the slope with the sharpest peaks; bins are two pixels high."""
    best, result = -1.0, (np.zeros(2, np.intp), 0.0, 0.0)
    lowest = -STEEPEST * width
    bins = int((height + 2 * STEEPEST * width) / 2) + 2
    for slope in np.linspace(-STEEPEST, STEEPEST, 61):
        counts = np.bincount(((y - slope * x - lowest) / 2).astype(np.intp), minlength=bins)
        sharpness = float((counts.astype(float) ** 2).sum())
        if sharpness > best:
            best, result = sharpness, (counts, float(slope), lowest)
    return result


def _followed(
    line: npt.NDArray[np.float64], x: npt.NDArray[np.intp], y: npt.NDArray[np.intp], width: int
) -> npt.NDArray[np.float64] | None:
    """Fit a parabola to the pixels around a line, ever nearer; None if too few columns have any."""
    for reach in (6.0, 4.0, 2.5):
        near = np.abs(y - np.polyval(line, x)) <= reach
        if near.sum() < 10:
            return None
        line = np.polyfit(x[near], y[near], 2)
    near = np.abs(y - np.polyval(line, x)) <= 2.5
    return line if len(np.unique(x[near])) >= SHORTEST * width else None


def _half_thickness(mask: Mask, lines: list[npt.NDArray[np.float64]]) -> int:
    """Measure how far lines reach from their middles, by the median over all their columns."""
    height, width = mask.shape
    columns = np.arange(0, width, 3)
    runs = []
    for line in lines:
        middle = np.polyval(line, columns)
        rows = np.clip(np.rint(middle[:, np.newaxis] + np.arange(-8, 9)).astype(np.intp), 0, height - 1)
        runs.append(mask[rows, columns[:, np.newaxis]].sum(axis=1))
    return int(np.median(np.concatenate(runs)) / 2) + 2
