"""Reads a sheet: from a picture of paper to a table of texts, each with how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from model.damaged_files import told_as
from model.errors import DataFormatError
from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell import LEFT_OUT, NOT_READ, Cell, CellReading
from model.sheets.cell_ink import CellInk, ink_of_cells
from model.sheets.cell_places import PlacedCells, place_cells
from model.sheets.cell_reading import read_cells
from model.sheets.cut_off import cut_off_cells
from model.sheets.layout import Layout
from model.sheets.same_cells import same_cells
from model.sheets.sheet_doubts import check_numbers, doubted

__all__ = ["CellReading", "ReadSheet", "read_sheet"]

UNLIKE_PAPER = "expected a sheet of paper with a table, found a picture that cannot be worked with ({error})"
"""What libraries raise for pictures that are like no paper: one of them must not end the reading of hundreds."""
SAME = 0.03
"""Of the smaller side of a cell: corners that are so near are the same."""


@dataclass(frozen=True, eq=False)
class ReadSheet:
    """A sheet and what has been read on it.

    Attributes
    ----------
    layout : Layout
        Where the cells lie in the picture.
    cells : list of list of CellReading
        Row by row, without header rows, as the network read them.
    """

    layout: Layout
    cells: list[list[CellReading]]

    @property
    def texts(self) -> list[list[str]]:
        """The table, as the network read it."""
        return [[cell.text for cell in row] for row in self.cells]


def read_sheet(
    network: Reader,
    gray: ImageArray,
    layout: Layout | None = None,
    before: ReadSheet | None = None,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> ReadSheet:
    """Find the table on a picture of a sheet and read its cells.

    Parameters
    ----------
    network : Reader
    gray : ndarray of uint8, shape (height, width)
        Dark ink on bright paper, in any light, a little turned or in perspective.
    layout : Layout, optional
        Of a sheet of the same form, which is found again on this one.
    before : ReadSheet, optional
        What this network read on the same picture: cells that still lie there are not read again.
    on_progress : callable, optional
        Is called with the share that is done; what it raises ends the reading.

    Raises
    ------
    DataFormatError
        If there is no table, or no numbers are in it.
    """
    with told_as(DataFormatError, UNLIKE_PAPER):
        placed = place_cells(network, gray, layout)
        on_progress(0.1)
        known = _known(placed.layout, before)
        cells = read_cells(network, _inks(placed), known, lambda share: on_progress(0.1 + 0.9 * share))
    cells = doubted(cells, placed.digit_height, max(placed.paper.ink.shape))
    if layout is None:  # with one, a person says that there is a table
        check_numbers(cells)
    return ReadSheet(placed.layout, cells)


def _inks(placed: PlacedCells) -> list[list[CellInk]]:
    where = placed.writing, placed.nodes, placed.digit_height
    cut = cut_off_cells(placed.paper, placed.layout.size, *where)
    return [
        [replace(ink, is_cut_off=bool(is_cut)) for ink, is_cut in zip(*line, strict=True)]
        for line in zip(ink_of_cells(*where), cut, strict=True)
    ]


def _known(layout: Layout, before: ReadSheet | None) -> dict[Cell, CellReading]:
    """Return the cells that need not be read: they are left out, or were read before."""
    known = dict.fromkeys(layout.left_out, LEFT_OUT)
    if before is not None:
        for cell, old in same_cells(layout, before.layout, SAME).items():
            reading = before.cells[old[0]][old[1]]
            if reading not in (NOT_READ, LEFT_OUT):
                known[cell] = reading
    return known
