"""The names of the classes beside and above the cells of a confusion matrix."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from digitgui.looks.class_looks import elided

__all__ = ["are_wide", "paint_names"]

MARGIN = 4
"""Pixels between a name that is wide and the cells."""


def are_wide(names: Sequence[str]) -> bool:
    """Whether names are longer than two digits."""
    return max(map(len, names)) > 2


def paint_names(painter: QPainter, names: Sequence[str], grid: QRectF, corner: QRectF, line: int) -> None:
    """Paint the names of the rows and of the columns, those upright where they are wide, as far as seen.

    Parameters
    ----------
    painter : QPainter
        With the font and the colour of the names.
    names : sequence of str
        In the order of the rows and columns.
    grid : QRectF
        Where the cells lie.
    corner : QRectF
        What is left of the names of the columns, and above those of the rows.
    line : int
        Pixels at the left and at the top that hold what the names are.
    """
    side, is_wide = grid.width() / len(names), are_wide(names)
    centre, middle = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter
    metrics, margin = painter.fontMetrics(), MARGIN if is_wide else 0
    beside, above = corner.width() - line, corner.height() - line
    for place, full in enumerate(names):
        name = elided(metrics, full, beside - margin)
        across, down = grid.left() + place * side, grid.top() + place * side
        row = QRectF(corner.left() + line, down, beside if is_wide else line, side)
        column = QRectF(across, corner.top() + line, side, above)
        if down >= corner.bottom() - side / 2:
            flags = middle | Qt.AlignmentFlag.AlignRight if is_wide else centre
            painter.drawText(row.adjusted(0, 0, -margin, 0), flags, name)
        if across < corner.right() - side / 2:
            continue
        if is_wide:
            painter.save()
            painter.translate(column.left(), column.bottom())
            painter.rotate(-90)
            upright = QRectF(margin, 0, column.height() - margin, column.width())
            painter.drawText(upright, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.restore()
        else:
            painter.drawText(column, centre, name)
