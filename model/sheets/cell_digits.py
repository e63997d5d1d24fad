"""Pictures of the digits in cells whose text a person has decided, to teach a network that hand."""

from collections.abc import Sequence

import numpy as np

from model.handwriting.known_numbers import digits_of_known
from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.cell_ink import CellInk

__all__ = ["digits_of_cells"]


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
    return "".join(sign for sign in text if sign in "0123456789")
