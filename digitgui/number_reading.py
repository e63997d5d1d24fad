"""Reads a number from a drawing, whose strokes are known."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from digitgui.drawing import RASTER_SIDE, Drawing, Stroke, paint_stroke
from model.arrays import ImageArray, Shape
from model.segmentation import ReadDigit, Reader, read_number

__all__ = ["boxes_of", "read_drawing"]

MOST_STROKES = 24
"""From so many strokes on, digits are told apart by their ink alone: painting each stroke would take too long."""


def read_drawing(network: Reader, drawing: Drawing) -> tuple[list[ReadDigit], list[QRectF]]:
    """Read the digits of a drawing.

    Returns
    -------
    list of ReadDigit
        From left to right; empty if nothing is drawn.
    list of QRectF
        The box of each, in the units of the drawing: `boxes_of`.
    """
    gray = drawing.to_gray()
    strokes = [*drawing.strokes, *([drawing.live] if drawing.live else [])]
    pens = [stroke for stroke in strokes if not stroke.erases]
    inks = [_ink(stroke, gray.shape) for stroke in pens] if 1 < len(pens) <= MOST_STROKES else None
    digits = read_number(network, gray, inks)
    return digits, boxes_of(digits, gray.shape)


def boxes_of(digits: list[ReadDigit], shape: Shape) -> list[QRectF]:
    """Tell where digits lie, from the middle of the canvas, in units of its shorter side.

    Parameters
    ----------
    digits : list of ReadDigit
    shape : (int, int)
        Height and width of the picture that they were read from, as `Drawing.to_gray` gives it.
    """
    height, width = shape
    segments = [digit.segment for digit in digits]
    return [
        QRectF(
            (one.left - width / 2) / RASTER_SIDE,
            (one.top - height / 2) / RASTER_SIDE,
            (one.right - one.left) / RASTER_SIDE,
            (one.bottom - one.top) / RASTER_SIDE,
        )
        for one in segments
    ]


def _ink(stroke: Stroke, shape: Shape) -> ImageArray:
    """Paint one stroke as `Drawing.to_gray` paints all of them."""
    height, width = shape
    raster = QImage(width, height, QImage.Format.Format_Grayscale8)
    raster.fill(0)
    with QPainter(raster) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(width / 2, height / 2)
        painter.scale(RASTER_SIDE, RASTER_SIDE)
        paint_stroke(painter, stroke)
    pixels = np.frombuffer(raster.constBits(), np.uint8).reshape(height, raster.bytesPerLine())
    return pixels[:, :width].copy()
