"""Pictures of the digits in cells whose text a person has decided, to teach a network that hand."""

from collections.abc import Mapping, Sequence

import numpy as np

from model.data.dataset import Dataset
from model.handwriting.known_numbers import digits_of_known
from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell_ink import CellInk, ink_of_cells
from model.sheets.cell_places import place_cells
from model.sheets.layout import Layout

__all__ = ["KnownCell", "as_dataset", "digits_of_cells", "digits_of_sheet"]

KnownCell = tuple[str, ImageArray]
"""The digits of a cell as text, and their pictures, uint8 of shape (n, 28, 28)."""
HELD_OUT = 4
"""One cell of so many is for testing."""


def digits_of_sheet(
    network: Reader, gray: ImageArray, layout: Layout, decided: Mapping[tuple[int, int], str]
) -> list[KnownCell]:
    """Cut the decided cells of a sheet into pictures of their digits.

    Parameters
    ----------
    network : Reader
    gray : ndarray of uint8, shape (height, width)
        The picture of the sheet.
    layout : Layout
        Where its cells lie.
    decided : mapping of (int, int) to str
        What a person says of cells, by row and column from 0.

    Returns
    -------
    list of (str, ndarray)
        Of those cells that can be cut, row by row.

    Raises
    ------
    DataFormatError
        If the cells are not found again.
    """
    placed = place_cells(network, gray, layout)
    inks = ink_of_cells(placed.writing, placed.nodes, placed.digit_height)
    cells = [
        (row, column)
        for row, column in sorted(decided)
        if row < len(inks) and column < len(inks[row]) and (row, column) not in layout.left_out
    ]
    texts = [decided[cell] for cell in cells]
    cut = digits_of_cells(network, [inks[row][column] for row, column in cells], texts)
    return [(_digits(text), pictures) for text, pictures in zip(texts, cut, strict=True) if len(pictures)]


def as_dataset(cells: Sequence[KnownCell], name: str, source: str) -> Dataset:
    """Make a data set of the digits of cells, of which one cell in four is for testing.

    Parameters
    ----------
    cells : sequence of (str, ndarray)
        At least one.
    name, source : str
        Of the data set.
    """
    tested = [index % HELD_OUT == HELD_OUT - 1 for index in range(len(cells))]
    ordered = [cell for cell, is_tested in zip(cells, tested, strict=True) if not is_tested]
    start = sum(len(text) for text, _ in ordered)
    ordered += [cell for cell, is_tested in zip(cells, tested, strict=True) if is_tested]
    labels = np.array([int(digit) for text, _ in ordered for digit in text], np.uint8)
    return Dataset(np.concatenate([pictures for _, pictures in ordered]), labels, name, source, start)


def digits_of_cells(network: Reader, inks: Sequence[CellInk], texts: Sequence[str]) -> list[ImageArray]:
    """Cut cells into pictures of their digits.

    Parameters
    ----------
    network : Reader
        Chooses among the cuts that have as many digits as the text.
    inks : sequence of CellInk
        Of cells whose text is known, in any order.
    texts : sequence of str
        What a person says that each holds, such as ``-12.5``.

    Returns
    -------
    list of ndarray of uint8, shape (n, 28, 28)
        Of each cell its n digits from left to right, prepared as in reading: the digits of the text are their
        labels. None (n is 0) where the text has no digits, the cell is crossed out, or its ink cannot be cut into
        as many digits.
    """
    numbers = [_number(ink, text) for ink, text in zip(inks, texts, strict=True)]
    cut = digits_of_known(network, [ink.gray for ink in inks], numbers)
    none = np.zeros((0, 28, 28), np.uint8)
    return [np.stack([digit.picture for digit in digits]) if digits else none for digits in cut]


def _number(ink: CellInk, text: str) -> str:
    """Return the digits of a text; none if the ink does not show them as they were written."""
    if ink.is_crossed_out or (
        ink.minus and not text.startswith("-")
    ):  # what was taken for a dash may be of a digit
        return ""
    return _digits(text)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")
