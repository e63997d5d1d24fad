"""Projective maps of a plane: where places go, and what makes leaning rows and columns level and upright."""

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Points", "Slopes", "map_of_slopes", "moved", "to_rectangle"]

Points = npt.NDArray[np.float64]
Slopes = tuple[float, float]
"""Of all lines in one direction: the slope in the middle of the picture, and by how much it grows from one end of
the picture to the other."""

MOST_PERSPECTIVE = 1.8
"""Ratio of two opposite sides of what becomes a rectangle, at most."""


def moved(places: Points, matrix: Points) -> Points:
    """Take places, shape (..., 2), each x and y, through a projective map."""
    flat = np.asarray(places, np.float64).reshape(-1, 2)
    if not len(flat):
        return np.zeros(np.shape(places))
    ends = np.column_stack([flat, np.ones(len(flat))]) @ matrix.T
    return (ends[:, :2] / ends[:, 2:]).reshape(np.shape(places))


def to_rectangle(corners: Points, longest: float = np.inf) -> Points:
    """Return the map of four corners to a rectangle with sides in the proportion of theirs, at most so long."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    scale = min(1.0, longest / max(width, height))
    width, height = width * scale, height * scale
    ends = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), ends), np.float64)


def map_of_slopes(across: Slopes, down: Slopes, shape: tuple[int, ...]) -> Points | None:
    """Return the map that makes rows level and columns upright; None if no photo of paper looks like that.

    Parameters
    ----------
    across, down : (float, float)
        Slopes of the rows, from the top to the bottom, and of the columns, from the left to the right.
    shape : (int, int)
        Height and width of the picture.
    """
    height, width = shape
    corners = np.array(
        [_crossing(across, down, x, y, width, height) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))], np.float32
    )
    return to_rectangle(corners.astype(np.float64)) if _is_possible(corners) else None


def _is_possible(corners: npt.NDArray[np.float32]) -> bool:
    """Tell a photo of paper from a few lines that happen to meet."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    ratios = np.maximum(sides[:2] / sides[2:], sides[2:] / sides[:2])
    return bool(cv2.isContourConvex(corners[:, np.newaxis]) and ratios.max() < MOST_PERSPECTIVE)


def _crossing(across: Slopes, down: Slopes, x: float, y: float, width: int, height: int) -> Points:
    """Return where the row at height ``y`` crosses the column at ``x``, both from 0 to 1."""
    slope, lean = across[0] + across[1] * (y - 0.5), down[0] + down[1] * (x - 0.5)
    # the row goes through (width / 2, y height), the column through (x width, height / 2)
    matrix = np.array([[-slope, 1.0], [1.0, -lean]])
    right = np.array([y * height - slope * width / 2, x * width - lean * height / 2])
    return np.linalg.solve(matrix, right)
