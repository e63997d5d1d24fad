"""What is painted over the points of a map: rings, the legend, the picture under the mouse."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitgui.looks.class_looks import class_colors, elided
from digitgui.looks.gray_images import gray_image
from digitgui.looks.theme import Theme, tabular
from model.network.arrays import ImageArray
from model.network.task import Task

PICTURE_SIDE = 112
"""Nearly: all pixels are of one size."""
PADDING = 6
LEGEND_STEP = 30
DOT = 9
SHORTEST_NAME = 3
"""The legend has no names where there is no room for so many letters of the longest one."""


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


def paint_legend(painter: QPainter, strip: QRectF, theme: Theme, task: Task) -> None:
    """Paint the colours with the names of their classes in the middle of a strip, if there is room for them."""
    painter.fillRect(strip, QColor(theme.card))
    painter.setFont(tabular(painter.font()))
    metrics, names = painter.fontMetrics(), task.class_names
    longest = max(metrics.horizontalAdvance(name) for name in names)
    step = min(max(LEGEND_STEP, longest + 2 * DOT + 4), strip.width() / len(names))
    if step - DOT - 4 < min(longest, metrics.horizontalAdvance("m" * SHORTEST_NAME)):
        painter.setPen(QColor(theme.muted))
        words = f"{len(names)} classes: point at a picture to read its class"
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, elided(metrics, words, strip.width()))
        return
    left = strip.center().x() - len(names) / 2 * step
    for number, (name, color) in enumerate(zip(names, class_colors(len(names)), strict=True)):
        cell = QRectF(left + number * step, strip.top(), step, strip.height())
        dot = QRectF(cell.left(), cell.center().y() - DOT / 2, DOT, DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(dot)
        painter.setPen(QColor(theme.muted))
        fitted = elided(metrics, name, step - DOT - 4)
        beside = cell.adjusted(DOT + 4, 0, 0, 0)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitted)


def paint_picture(
    painter: QPainter, place: QPointF, window: QRectF, pixels: ImageArray, words: str, theme: Theme
) -> None:
    """Paint a picture with words below it, near a place and inside the window."""
    text = QSizeF(painter.fontMetrics().size(0, words))
    width = max(float(PICTURE_SIDE), text.width()) + 2 * PADDING
    height = PICTURE_SIDE + text.height() + 3 * PADDING
    left = place.x() + 16 if place.x() + 16 + width <= window.right() else place.x() - 16 - width
    top = place.y() + 16 if place.y() + 16 + height <= window.bottom() else place.y() - 16 - height
    frame = QRectF(max(window.left(), left), max(window.top(), top), width, height)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(frame, 6, 6)
    place_of_picture = QRectF(
        round(frame.center().x() - PICTURE_SIDE / 2), round(frame.top() + PADDING), PICTURE_SIDE, PICTURE_SIDE
    )
    rows, columns = pixels.shape[:2]
    pixel = max(1, PICTURE_SIDE // max(rows, columns))
    target = QRectF(0, 0, columns * pixel, rows * pixel)
    target.moveCenter(place_of_picture.center())
    painter.drawImage(target, gray_image(pixels))
    painter.setPen(QColor(theme.text))
    below = QRectF(frame.left(), place_of_picture.bottom(), width, frame.bottom() - place_of_picture.bottom())
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
