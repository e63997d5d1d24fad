"""Reads a sheet: from a picture of paper to a table of texts, each with how sure it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell_ink import ink_of_cells
from model.sheets.cell_reading import CellReading, read_cells
from model.sheets.column_forms import ColumnForm
from model.sheets.flat_paper import flatten
from model.sheets.layout import Layout
from model.sheets.table_finding import find_table

__all__ = ["CellReading", "ReadSheet", "read_sheet"]


MOST_TITLES, FEWEST_BELOW = 2, 2
"""Rows of titles at the top, at most, and rows of numbers below, at least."""
HARDLY, TITLES, NUMBERS = 0.6, 0.6, 0.3
"""Less probable readings are hardly numbers: of titles at least this share is, of numbers at most that."""


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
        Where the cells lie; found if not given.
    forms : mapping of int to ColumnForm, optional
        What is known of columns, by their number from 0.
    on_progress : callable, optional
        Is called with the share that is done; what it raises ends the reading.

    Raises
    ------
    DataFormatError
        If there is no table.
    """
    paper = flatten(gray)
    table = find_table(paper)
    is_found = layout is None
    layout = layout or table.layout(paper, (gray.shape[1], gray.shape[0]))
    on_progress(0.1)
    inks = ink_of_cells(table.writing, table.nodes, table.digit_height)
    cells = read_cells(network, inks, forms, lambda share: on_progress(0.1 + 0.9 * share))
    if is_found:
        layout = replace(layout, header_rows=header_rows_of(cells))
    return ReadSheet(layout, cells[layout.header_rows :])


def header_rows_of(cells: Sequence[Sequence[CellReading]]) -> int:
    """Count the rows at the top that hold titles: most of what they say is no number, and most below is."""
    strange = [_strange(row) for row in cells]
    count = 0
    while count < min(MOST_TITLES, len(strange) - FEWEST_BELOW) and strange[count] >= TITLES:
        count += 1
    below = [share for share in strange[count:] if not np.isnan(share)]
    return count if below and float(np.median(below)) <= NUMBERS else 0


def _strange(row: Sequence[CellReading]) -> float:
    """Return the share of cells with something on them that are hardly numbers; NaN if there are none."""
    inked = [cell for cell in row if cell.text or cell.is_doubtful]
    return float(np.mean([cell.confidence < HARDLY for cell in inked])) if inked else float("nan")
