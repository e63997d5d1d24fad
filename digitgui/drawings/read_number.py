"""A number, as it was read from a drawing."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from model.handwriting.segmentation import ReadDigit, number_of

__all__ = ["OUTDATED", "ReadNumber"]

MOST_OF_NUMBER = 8
"""Digits in one row of a photo; more are the row of a page."""
OUTDATED = "Not read again yet"
"""What is said of a number where the drawing, or the network, has changed since."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadNumber:
    """Several digits beside each other, in one row or more.

    Attributes
    ----------
    digits : list of ReadDigit
        Row by row, each from left to right.
    boxes : list of QRectF
        Where each lies, from the middle of the canvas, in units of its shorter side.
    is_photo : bool
        Whether there is a picture under the strokes.
    """

    digits: list[ReadDigit]
    boxes: list[QRectF]
    is_photo: bool = False

    @property
    def rows(self) -> int:
        """How many rows they stand in."""
        return len({digit.row for digit in self.digits})

    @property
    def is_page(self) -> bool:
        """Whether they are more than one writes as a number: a photo of a page, which is read on Sheets."""
        return self.is_photo and (self.rows > 1 or len(self.digits) > MOST_OF_NUMBER)

    @property
    def text(self) -> str:
        """The number as one writes it, its rows apart."""
        return number_of(self.digits)
