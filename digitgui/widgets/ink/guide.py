"""Faint lines on a canvas that tell where a digit lies best."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

BOX = 20 / 28
"""Share of the side that MNIST's digits fill."""
CROSS = 1 / 14
COLOR = QColor("#2C3646")


def paint_guide(painter: QPainter) -> None:
    """Paint the box that MNIST's digits fill, and a cross in the middle, in the coordinates of a drawing.

    They seem to lie under the ink: of two colours the brighter one stays.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
    pen = QPen(COLOR, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawRect(QRectF(-BOX / 2, -BOX / 2, BOX, BOX))
    painter.drawLine(QPointF(-CROSS / 2, 0), QPointF(CROSS / 2, 0))
    painter.drawLine(QPointF(0, -CROSS / 2), QPointF(0, CROSS / 2))
