"""A number, as it was read from a drawing."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from model.handwriting.segmentation import ReadDigit, number_of

__all__ = ["OUTDATED", "ReadNumber"]

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
    """

    digits: list[ReadDigit]
    boxes: list[QRectF]

    @property
    def text(self) -> str:
        """The number as one writes it, its rows apart."""
        return number_of(self.digits)
