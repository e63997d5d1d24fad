"""Straightens paper without rules: lines and columns of writing are sharpest where they are level and upright."""

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["straightening_by_writing"]

STEEPEST, STEPS = 0.15, 61
"""Slopes that are tried, to both sides."""
SEARCHED_SIDE = 600
INKED = 0.3
FEWEST = 200
"""Pixels of ink, of so many on the longer side, that are needed."""


def straightening_by_writing(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float64] | None:
    """Find the shears that make lines of writing level and columns upright.

    Parameters
    ----------
    ink : ndarray of float32, shape (height, width)

    Returns
    -------
    ndarray of float64, shape (3, 3), or None
        The map; none where there is too little ink.
    """
    scale = SEARCHED_SIDE / max(ink.shape)
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small > INKED)
    if len(rows) < FEWEST:
        return None
    across = _sharpest(rows, columns)
    down = _sharpest(columns, rows - across * columns)
    return np.array([[1.0, -down, 0], [0, 1, 0], [0, 0, 1]]) @ np.array([[1.0, 0, 0], [-across, 1, 0], [0, 0, 1]])


def _sharpest(places: npt.NDArray[np.generic], along: npt.NDArray[np.generic]) -> float:
    """Return the slope of the lines along which most ink lies together."""
    slopes = np.linspace(-STEEPEST, STEEPEST, STEPS)
    sharpness = []
    for slope in slopes:
        level = places - slope * along
        counts = np.bincount(np.rint(level - level.min()).astype(np.intp)).astype(np.float64)
        sharpness.append(float((np.convolve(counts, [0.25, 0.5, 0.25]) ** 2).sum()))
    return float(slopes[int(np.argmax(sharpness))])
