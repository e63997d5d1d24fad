"""Reads a number from a drawing, whose strokes are known."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRectF

from digitgui.drawing import Drawing
from digitgui.raster import Raster, View, bounds_of_ink, view_of_canvas
from digitgui.strokes import Stroke
from model.segmentation import ReadDigit, Reader, read_number
from model.stroke_width import NORMAL_WIDTH

__all__ = ["ReadNumber", "read_drawing"]

MOST_STROKES = 24
"""From so many strokes on, digits are told apart by their ink alone: painting each stroke would take too long."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadNumber:
    """Several digits beside each other.

    Attributes
    ----------
    digits : list of ReadDigit
        From left to right.
    boxes : list of QRectF
        Where each lies, from the middle of the canvas, in units of its shorter side.
    """

    digits: list[ReadDigit]
    boxes: list[QRectF]

    @property
    def text(self) -> str:
        """The number as one writes it."""
        return "".join(str(digit.digit) for digit in self.digits)


def read_drawing(network: Reader, drawing: Drawing) -> ReadNumber | None:
    """Read the digits of a drawing; None if nothing is drawn.

    Thick strokes are inked with a pen that suits the height of the number, so that digits which only touch for
    their thickness are apart.
    """
    strokes = drawing.strokes
    if drawing.picture is not None:
        gray = drawing.to_gray()
        view, inks, rim = replace(view_of_canvas(strokes), scale=min(gray.shape)), None, 0.0
    else:
        bounds = bounds_of_ink(strokes)
        if bounds is None:
            return None
        pens = [stroke for stroke in strokes if not stroke.erases]
        widest = max(stroke.width for stroke in pens)
        view = view_of_canvas(strokes)
        pen = max(1 / view.scale, min(widest, NORMAL_WIDTH * (bounds[3] - bounds[1])))
        view, rim = replace(view, pen=pen), (widest - pen) / 2
        gray = Raster().gray(view, strokes, None, None)
        inks = [_ink(stroke, view) for stroke in pens] if 1 < len(pens) <= MOST_STROKES else None
    digits = read_number(network, gray, inks)
    return ReadNumber(
        digits, [_box(digit, gray.shape, view.scale).adjusted(-rim, -rim, rim, rim) for digit in digits]
    )


def _ink(stroke: Stroke, view: View) -> np.ndarray:
    return Raster().gray(view, [stroke], None, None)


def _box(digit: ReadDigit, shape: tuple[int, ...], scale: float) -> QRectF:
    one, (height, width) = digit.segment, shape
    return QRectF(
        (one.left - width / 2) / scale,
        (one.top - height / 2) / scale,
        (one.right - one.left) / scale,
        (one.bottom - one.top) / scale,
    )
