"""Reads a sheet: from a picture of paper to a table of texts, each with how sure it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell_ink import ink_of_cells
from model.sheets.cell_places import place_cells
from model.sheets.cell_reading import CellReading, read_cells
from model.sheets.column_forms import ColumnForm
from model.sheets.layout import Layout

__all__ = ["CellReading", "ReadSheet", "read_sheet"]


@dataclass(frozen=True, eq=False)
class ReadSheet:
    """A sheet and what has been read on it.

    Attributes
    ----------
    layout : Layout
        Where the cells lie in the picture.
    cells : list of list of CellReading
        Row by row, without header rows.
    """

    layout: Layout
    cells: list[list[CellReading]]

    @property
    def texts(self) -> list[list[str]]:
        """The table."""
        return [[cell.text for cell in row] for row in self.cells]

    def as_dict(self) -> dict[str, Any]:
        """Return the cells for JSON: rows and columns from 0, boxes as left, top, right and bottom in pixels."""
        return {
            "rows": self.layout.rows,
            "columns": self.layout.columns,
            "cells": [
                {
                    "row": row,
                    "column": column,
                    "text": cell.text,
                    "confidence": round(cell.confidence, 4),
                    "doubtful": cell.is_doubtful,
                    "why": cell.why,
                    "box": list(self.layout.box(row, column)),
                }
                for row, cells in enumerate(self.cells)
                for column, cell in enumerate(cells)
            ],
        }


def read_sheet(
    network: Reader,
    gray: ImageArray,
    layout: Layout | None = None,
    forms: Mapping[int, ColumnForm] | None = None,
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
    forms : mapping of int to ColumnForm, optional
        What is known of columns, by their number from 0.
    on_progress : callable, optional
        Is called with the share that is done; what it raises ends the reading.

    Raises
    ------
    DataFormatError
        If there is no table.
    """
    placed = place_cells(network, gray, layout)
    on_progress(0.1)
    inks = ink_of_cells(placed.writing, placed.nodes, placed.digit_height)
    cells = read_cells(network, inks, forms, lambda share: on_progress(0.1 + 0.9 * share))
    for row, column in placed.layout.left_out:
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = CellReading("", 1.0)
    return ReadSheet(placed.layout, cells)
