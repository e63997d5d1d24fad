"""Reads a sheet: from a picture of paper to a table of texts, each with how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.handwriting.number_readings import NumberReading, readings_of
from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell_ink import CellInk, ink_of_cells
from model.sheets.cell_places import place_cells
from model.sheets.layout import Layout

__all__ = ["CellReading", "ReadSheet", "read_sheet"]

LINE_OF_DOUBT = 0.9
"""A cell whose text is less probable is doubtful."""


@dataclass(frozen=True, slots=True)
class CellReading:
    """What stands in a cell.

    Attributes
    ----------
    text : str
        The likeliest reading; empty for a blank cell.
    confidence : float
        The probability that it is right, from 0 to 1.
    why : str
        What speaks against it, in a few words; empty if the text stands.
    others : tuple of (str, float)
        The next best readings with their probabilities.
    """

    text: str
    confidence: float
    why: str = ""
    others: tuple[tuple[str, float], ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.why)


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
    cells = []
    for row, inks_of_row in enumerate(inks):
        readings = readings_of(network, [ink.gray for ink in inks_of_row])
        cells.append([_cell(ink, found) for ink, found in zip(inks_of_row, readings, strict=True)])
        on_progress(0.1 + 0.9 * (row + 1) / len(inks))
    for row, column in placed.layout.left_out:
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = CellReading("", 1.0)
    return ReadSheet(placed.layout, cells)


def _cell(ink: CellInk, readings: list[NumberReading]) -> CellReading:
    if ink.is_blank:
        return CellReading("", 1.0)
    if not readings:
        return CellReading("-", 0.95) if ink.minus else CellReading("", 0.0, "cannot be read")
    scores = np.array([reading.score for reading in readings])
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    texts = [_text(ink, reading) for reading in readings]
    others = tuple((text, float(share)) for text, share in zip(texts[1:], shares[1:], strict=True))
    why = "crossed out" if ink.is_crossed_out else f"{shares[0]:.0%} sure" if shares[0] < LINE_OF_DOUBT else ""
    return CellReading(texts[0], float(shares[0]), why, others)


def _text(ink: CellInk, reading: NumberReading) -> str:
    """Write a reading with its sign and point."""
    text = ""
    for digit in reading.digits:
        if ink.point is not None and "." not in text and text and (digit.left + digit.right) / 2 > ink.point:
            text += "."
        text += str(digit.digit)
    return f"-{text}" if ink.minus else text
