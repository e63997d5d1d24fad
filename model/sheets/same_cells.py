"""Which cells of one layout are where cells of another are."""

import numpy as np
from scipy.spatial import KDTree

from model.sheets.cell import Cell
from model.sheets.layout import Layout
from model.sheets.perspective import Points

__all__ = ["same_cells"]


def same_cells(layout: Layout, other: Layout, within: float) -> dict[Cell, Cell]:
    """Pair the cells of two layouts on the same picture.

    Parameters
    ----------
    layout, other : Layout
    within : float
        How far the corners of a cell may lie apart, as a share of its smaller side.

    Returns
    -------
    dict of (int, int) to (int, int)
        For cells of ``layout`` that ``other`` has, which one that is there.
    """
    here, there = _corners(layout), _corners(other)
    nearest = np.asarray(KDTree(there.mean(axis=1)).query(here.mean(axis=1))[1])
    away = np.linalg.norm(here - there[nearest], axis=2).max(axis=1)
    sides = np.linalg.norm(here - np.roll(here, -1, axis=1), axis=2).min(axis=1)
    pairs = zip(
        np.flatnonzero(away <= within * sides).tolist(), nearest[away <= within * sides].tolist(), strict=True
    )
    return {divmod(one, layout.columns): divmod(two, other.columns) for one, two in pairs}


def _corners(layout: Layout) -> Points:
    """Return the corners of all cells without the header, row by row, shape (cells, 4, 2)."""
    nodes = layout.nodes[layout.header_rows :]
    corners = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2)
    return corners.reshape(-1, 4, 2)
