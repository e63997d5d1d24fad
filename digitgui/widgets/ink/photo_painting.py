"""A photograph in the place of a drawing, with the part of it that the network sees."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from model.network.task import Task

__all__ = ["cut_out", "paint_photo"]

GROUND, WORDS, SHADE = QColor("black"), QColor("#C3CAD6"), QColor(0, 0, 0, 150)
INVITATION = "Paste a picture (Ctrl+V), or drop it here"


def cut_out(whole: QSize, task: Task) -> QSize:
    """Return how much of a picture a network sees, from its middle."""
    if task.preparation != "photo":
        return whole
    height, width, _ = task.picture_shape
    return QSize(width, height).scaled(whole, Qt.AspectRatioMode.KeepAspectRatio)


def paint_photo(painter: QPainter, place: QRect, image: QImage | None, task: Task, accent: QColor) -> None:
    """Paint a photograph as large as fits, and darken what of it is cut off; or say how there will be one."""
    painter.fillRect(place, GROUND)
    if image is None:
        painter.setPen(WORDS)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place.adjusted(12, 12, -12, -12), flags, INVITATION)
        return
    whole = QRect(place.topLeft(), image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio))
    whole.moveCenter(place.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(whole, image)
    seen = QRect(whole.topLeft(), cut_out(whole.size(), task))
    seen.moveCenter(whole.center())
    if seen.size() == whole.size():
        return
    for cut in (
        QRect(whole.left(), whole.top(), whole.width(), seen.top() - whole.top()),
        QRect(whole.left(), seen.bottom() + 1, whole.width(), whole.bottom() - seen.bottom()),
        QRect(whole.left(), whole.top(), seen.left() - whole.left(), whole.height()),
        QRect(seen.right() + 1, whole.top(), whole.right() - seen.right(), whole.height()),
    ):
        painter.fillRect(cut, SHADE)
    painter.setPen(QPen(accent, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(seen.adjusted(0, 0, -1, -1))
