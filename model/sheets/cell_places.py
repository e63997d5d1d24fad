"""Where the cells of a sheet lie: found, or as the layout of its form says."""

from dataclasses import dataclass, replace

import numpy as np

from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.flat_paper import FlatPaper, Plane, flatten
from model.sheets.header import header_rows
from model.sheets.layout import Layout
from model.sheets.layout_matching import matched
from model.sheets.orientation import set_upright
from model.sheets.perspective import Points
from model.sheets.rule_removal import tell_apart
from model.sheets.table_finding import find_table

__all__ = ["PlacedCells", "place_cells"]


@dataclass(frozen=True, eq=False)
class PlacedCells:
    """The cells of a sheet, on flat paper.

    Attributes
    ----------
    paper : FlatPaper
        Upright.
    layout : Layout
        Where the cells lie in the picture.
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
        Where their borders cross on the flat paper, without header rows.
    writing : ndarray of float32, shape (height, width)
        The ink of the flat paper without the rules.
    digit_height : float
        Of a usual digit, in pixels of the flat paper.
    """

    paper: FlatPaper
    layout: Layout
    nodes: Points
    writing: Plane
    digit_height: float


def place_cells(network: Reader, gray: ImageArray, layout: Layout | None = None) -> PlacedCells:
    """Find the cells on a picture of a sheet, whichever way up it lies.

    Parameters
    ----------
    network : Reader
        Tells which way up digits stand, and what is no number.
    gray : ndarray of uint8, shape (height, width)
    layout : Layout, optional
        Of another sheet of the same form.

    Raises
    ------
    DataFormatError
        If there is no table, or none that the layout fits.
    """
    paper = flatten(gray)
    known = tell_apart(paper.ink)
    upright = set_upright(network, paper, known.writing)
    table = find_table(upright, known if upright is paper else None)
    paper = upright
    size = gray.shape[1], gray.shape[0]
    if layout is None:
        found = replace(table.layout(paper, size), header_rows=header_rows(network, table))
        return PlacedCells(paper, found, table.nodes[found.header_rows :], table.writing, table.digit_height)
    nodes = matched(layout, table.nodes, paper.ink.shape)
    placed = replace(layout, nodes=paper.in_picture(nodes), size=size, found=paper.in_picture(table.nodes))
    return PlacedCells(
        paper, placed, np.ascontiguousarray(nodes[layout.header_rows :]), table.writing, table.digit_height
    )
