"""The outline of a table, put right by hand: four corners, and everything between them follows."""

from dataclasses import replace

import cv2
import numpy as np

from model.sheets.layout import Layout
from model.sheets.perspective import Points, moved

__all__ = ["corners_of", "is_outline", "outline_of", "with_outline"]


def outline_of(layout: Layout) -> Points:
    """Return the corners of a table with its header, shape (4, 2): from the upper left one, clockwise."""
    return corners_of(layout.nodes)


def corners_of(nodes: Points) -> Points:
    """Return the corners of crossings, shape (rows + 1, columns + 1, 2), in the order of `outline_of`."""
    return np.stack([nodes[0, 0], nodes[0, -1], nodes[-1, -1], nodes[-1, 0]])


def is_outline(corners: Points) -> bool:
    """Tell whether corners, shape (4, 2), are those of a table: they do not cross or lie on a line."""
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    return bool((turns > 1).all() or (turns < -1).all())


def with_outline(layout: Layout, corners: Points) -> Layout | None:
    """Return a layout with these corners, all cells moved with them; None if they cross or lie on a line.

    Parameters
    ----------
    layout : Layout
    corners : ndarray of float64, shape (4, 2)
        In the order of `outline_of`.
    """
    if not is_outline(corners) or not is_outline(outline_of(layout)):
        return None
    matrix = cv2.getPerspectiveTransform(outline_of(layout).astype(np.float32), corners.astype(np.float32))
    return replace(layout, nodes=moved(layout.nodes, np.asarray(matrix, np.float64)), found=layout.marks)
