"""Which cells the edge of the picture cuts: what is left of their numbers may be read surely, and be wrong."""

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.cell_ink import are_rules, connected, near_borders, places_of_cells
from model.sheets.flat_paper import FlatPaper, Plane
from model.sheets.perspective import Points

__all__ = ["cut_off_cells"]

SEEN = 0.3
AT_THE_EDGE = 0.25
"""How near to the edge ink lies that may be cut off, in heights of a digit: it may be a point."""
ALONG = 0.5
"""How near to the edge a border is that lies along it, in heights of a digit."""
SMALLEST, TALLEST, WIDEST = 0.12, 1.7, 6.0
"""Longer side, height and width of ink that may be of digits, in heights of one: what is larger is a shadow."""
NEAR, ALL = 0.2, 0.95
"""Heights of a digit from a border: what of ink lies there, if it is what is left of a rule."""


def cut_off_cells(
    paper: FlatPaper, size: tuple[int, int], writing: Plane, nodes: Points, digit_height: float
) -> npt.NDArray[np.bool_]:
    """Tell which cells have ink at the edge of the picture, or of the paper on it.

    Parameters
    ----------
    paper : FlatPaper
    size : (int, int)
        Width and height of the picture.
    writing : ndarray of float32, shape (height, width)
        The ink of the flat paper without rules.
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
    digit_height : float
        Of a usual digit, in pixels of the flat paper.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
    """
    rows, columns = len(nodes) - 1, nodes.shape[1] - 1
    cut = np.zeros(rows * columns, np.bool_)
    labels, stats, _ = connected(writing > SEEN)
    numbers = np.unique(labels[_edge(paper, size, AT_THE_EDGE * digit_height)])
    if not numbers.any():
        return cut.reshape(rows, columns)
    beyond = _edge(paper, size, ALONG * digit_height)
    lines = [_inside(directed, beyond) for directed in (nodes, nodes.swapaxes(0, 1))]
    near = near_borders(writing.shape, lines, max(4.0, NEAR * digit_height))
    beside = np.bincount(labels[near], minlength=len(stats)) >= ALL * stats[:, cv2.CC_STAT_AREA]
    width, height = stats[:, cv2.CC_STAT_WIDTH] / digit_height, stats[:, cv2.CC_STAT_HEIGHT] / digit_height
    may_be = (np.maximum(width, height) >= SMALLEST) & (height <= TALLEST) & (width <= WIDEST)
    may_be &= ~beside & ~are_rules(stats, beside, digit_height)
    place = places_of_cells(writing.shape, nodes)
    for number in numbers[numbers > 0]:
        if may_be[number]:
            own = np.bincount(place[labels == number], minlength=rows * columns + 1)[1:]
            if own.any():
                cut[own.argmax()] = True
    return cut.reshape(rows, columns)


def _edge(paper: FlatPaper, size: tuple[int, int], width: float) -> npt.NDArray[np.bool_]:
    """Return where the flat paper ends, or lies beyond the picture, whose edge is repeated there."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(size)
    inside = np.zeros(paper.ink.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.rint(paper.in_flat(corners)).astype(np.int32), 1)
    kernel = np.ones((2 * max(2, round(width)) + 1,) * 2, np.uint8)
    return np.asarray(cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) == 0)


def _inside(lines: Points, beyond: npt.NDArray[np.bool_]) -> Points:
    """Keep the borders that do not lie along the edge."""
    x, y = np.moveaxis(np.clip(np.rint(lines).astype(np.intp), 0, np.array(beyond.shape[::-1]) - 1), 2, 0)
    return lines[beyond[y, x].mean(axis=1) < 0.5]
