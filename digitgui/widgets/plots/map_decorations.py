"""What is painted over the points of a map: rings, the legend, the picture under the mouse."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitgui.looks.gray_images import gray_image
from digitgui.looks.theme import DIGIT_COLORS, Theme, tabular
from model.network.arrays import ImageArray

PICTURE_SIDE = 112
"""A multiple of 28, so that all pixels are of one size."""
PADDING = 6
LEGEND_STEP = 30
DOT = 9


def paint_ring(painter: QPainter, place: QPointF, radius: float, theme: Theme) -> None:
    """Paint a ring that can be seen on any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((theme.card, 5), (theme.text, 2)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(place, radius, radius)


def paint_rectangle(painter: QPainter, rectangle: QRectF, theme: Theme) -> None:
    """Paint the rectangle that is being drawn."""
    fill = QColor(theme.accent)
    fill.setAlphaF(0.12)
    painter.setPen(QPen(QColor(theme.accent), 1))
    painter.setBrush(fill)
    painter.drawRect(rectangle)


def paint_legend(painter: QPainter, strip: QRectF, theme: Theme) -> None:
    """Paint the ten colours with their digits in the middle of a strip."""
    painter.fillRect(strip, QColor(theme.card))
    painter.setFont(tabular(painter.font()))
    step = min(LEGEND_STEP, strip.width() / 10)
    left = strip.center().x() - 5 * step
    for digit, color in enumerate(DIGIT_COLORS):
        cell = QRectF(left + digit * step, strip.top(), step, strip.height())
        dot = QRectF(cell.left(), cell.center().y() - DOT / 2, DOT, DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(dot)
        painter.setPen(QColor(theme.muted))
        beside = cell.adjusted(DOT + 4, 0, 0, 0)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(digit))


def paint_picture(
    painter: QPainter, place: QPointF, window: QRectF, pixels: ImageArray, words: str, theme: Theme
) -> None:
    """Paint a picture, uint8 of shape (28, 28), with words below it, near a place and inside the window."""
    text = QSizeF(painter.fontMetrics().size(0, words))
    width = max(float(PICTURE_SIDE), text.width()) + 2 * PADDING
    height = PICTURE_SIDE + text.height() + 3 * PADDING
    left = place.x() + 16 if place.x() + 16 + width <= window.right() else place.x() - 16 - width
    top = place.y() + 16 if place.y() + 16 + height <= window.bottom() else place.y() - 16 - height
    frame = QRectF(max(window.left(), left), max(window.top(), top), width, height)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(frame, 6, 6)
    target = QRectF(
        round(frame.center().x() - PICTURE_SIDE / 2), round(frame.top() + PADDING), PICTURE_SIDE, PICTURE_SIDE
    )
    painter.drawImage(target, gray_image(pixels))
    painter.setPen(QColor(theme.text))
    below = QRectF(frame.left(), target.bottom(), width, frame.bottom() - target.bottom())
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
