"""The confusion matrix of a report as a picture for paper, where Qt's tables would cut it and break its names."""

import html
import re
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from digitgui.looks.theme import LIGHT

__all__ = ["Cell", "cells_of", "draw_matrix", "names_of"]

PAINTS = {"right": LIGHT.accent, "wrong": LIGHT.second, "none": LIGHT.field}
WIDEST_NAME, LONGEST_HEAD = 0.28, 140.0
"""A share of the width, and pixels of the document."""
HIGHEST_ROW, HIGHEST = 34.0, 700.0
"""Of a row, and of all rows, which a page can hold."""
LARGEST_FONT, GAP = 14, 2.0
CENTER = Qt.AlignmentFlag.AlignCenter


class Cell(NamedTuple):
    """A cell: ``right``, ``wrong`` or ``none``, how strong its colour is, from 0 to 1, and what stands in it."""

    kind: str
    strength: float
    text: str


def names_of(table: str) -> list[str]:
    """Read the names of the classes from the table of a confusion matrix."""
    return [html.unescape(name) for name in re.findall(r'<th scope="row">(.*?)</th>', table, flags=re.DOTALL)]


def cells_of(table: str) -> list[list[Cell]]:
    """Read the cells of a confusion matrix, row by row."""
    found = re.findall(r'<td class="(right|wrong|none)" style="--strength: ([\d.]+)">(.*?)</td>', table)
    cells = [Cell(kind, float(strength), text) for kind, strength, text in found]
    side = len(names_of(table))
    return [cells[start : start + side] for start in range(0, len(cells), side)]


def draw_matrix(table: str, width: float, sharpness: int) -> QImage:
    """Draw the confusion matrix of a report as wide as asked; long names stand upright above their columns.

    Parameters
    ----------
    table : str
        The table as HTML.
    width : float
    sharpness : int
        Pixels of the picture for one of the width.
    """
    names, cells = names_of(table), cells_of(table)
    figures = max(len(one.text) for row in cells for one in row)
    plain, bold = _fonts(width / (len(names) + 2), figures)
    measure = QFontMetricsF(bold)
    longest = max(map(measure.horizontalAdvance, names))
    left = min(longest, WIDEST_NAME * width) + 8
    column = (width - left) / len(names)
    upright = longest > column - GAP
    top = (min(longest, LONGEST_HEAD) if upright else measure.height()) + 6
    row = min(HIGHEST_ROW, max(measure.height() + GAP, 0.7 * column), HIGHEST / len(names))
    image = QImage((QSizeF(width, top + len(names) * row) * sharpness).toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(sharpness, sharpness)
        for number, name in enumerate(names):
            painter.setFont(bold)
            _write_beside(painter, name, QRectF(0, top + number * row, left - 6, row))
            _write_above(painter, name, QRectF(left + number * column, 0, column, top - 3), upright)
            for place, cell in enumerate(cells[number]):
                painter.setFont(bold if cell.kind == "right" else plain)
                _draw_cell(painter, cell, QRectF(left + place * column, top + number * row, column, row))
    image.setDevicePixelRatio(sharpness)
    return image


def _fonts(column: float, figures: int) -> tuple[QFont, QFont]:
    """Return a plain and a bold font that leave room in a column for numbers of so many figures."""
    plain, bold = QFont(), QFont()
    bold.setWeight(QFont.Weight.DemiBold)
    for font in (plain, bold):
        font.setPixelSize(max(2, round(min(LARGEST_FONT, min(0.5, 1.4 / figures) * column))))
    return plain, bold


def _write_beside(painter: QPainter, name: str, box: QRectF) -> None:
    """Write the name of a row; of one that is too long, both ends."""
    painter.setPen(LIGHT.text)
    short = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)


def _write_above(painter: QPainter, name: str, box: QRectF, upright: bool) -> None:
    """Write the name of a column, level or from the foot upwards."""
    painter.setPen(LIGHT.text)
    if not upright:
        painter.drawText(box, CENTER, name)
        return
    short = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, box.height())
    painter.save()
    painter.translate(QPointF(box.left(), box.bottom()))
    painter.rotate(-90)
    upwards = QRectF(0, 0, box.height(), box.width())
    painter.drawText(upwards, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
    painter.restore()


def _draw_cell(painter: QPainter, cell: Cell, box: QRectF) -> None:
    """Draw a cell in the colour that a browser mixes; a frame says right where colours cannot be told apart."""
    gap = min(GAP, 0.1 * box.width())
    box = box.adjusted(0, 0, -gap, -gap)
    paint = QColor(PAINTS[cell.kind])
    if cell.kind != "none":
        paint.setAlphaF(0.5 * min(1.0, cell.strength))
    painter.setPen(QPen(QColor(LIGHT.accent), gap / 2) if cell.kind == "right" else Qt.PenStyle.NoPen)
    painter.setBrush(paint)
    painter.drawRoundedRect(box, 2, 2)
    painter.setPen(LIGHT.text)
    painter.drawText(box, CENTER, cell.text)
