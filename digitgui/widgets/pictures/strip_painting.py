"""How the strip of layers is painted: columns, scales, bars, and the marks on them."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from digitgui.looks.class_looks import class_color, elided
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme, tabular
from digitgui.widgets.pictures.signed_colors import Scale, gradient
from digitgui.widgets.pictures.strip_columns import SPACE, Column, Columns
from digitgui.wording import percent
from model.inspection.trace import Trace

__all__ = ["fonts_of", "paint_answer", "paint_box", "paint_cross", "paint_frame", "paint_head", "paint_scale"]

TITLE_TEXT, SMALL_TEXT, LOWEST_TEXT = 12, 11, 9
"""Pixels of letters where text has 100 %; the last of the least that bars have beside them."""
SCALE_HEIGHT, SCALE_WIDTH = 5, 120
NAME_SHARE = 0.45
"""Of the width of the bars, that names take at the most."""
CROSS = 4
"""Half of its side, in pixels, at most."""


def fonts_of(font: QFont) -> tuple[QFont, QFont]:
    """Return the font of titles, and that of what is smaller."""
    title, small = tabular(font), tabular(font)
    title.setPixelSize(by_text(TITLE_TEXT))
    title.setWeight(QFont.Weight.DemiBold)
    small.setPixelSize(by_text(SMALL_TEXT))
    return title, small


def paint_head(painter: QPainter, columns: Columns, column: Column, theme: Theme, *, is_last: bool) -> None:
    """Write what a column is, and lead to the next one."""
    title, small = fonts_of(painter.font())
    frame = columns.frame(column)
    painter.save()
    painter.setFont(title)
    painter.setPen(QColor(theme.text))
    height = painter.fontMetrics().height()
    baseline = frame.top() + 7 + painter.fontMetrics().ascent()
    painter.drawText(QPointF(column.left, baseline), column.title)
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    painter.drawText(QPointF(column.left, baseline + height), column.size)
    if not is_last:
        place = QRectF(column.left + column.width, columns.top, SPACE, columns.maps_height)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "›")
    painter.restore()


def paint_scale(
    painter: QPainter, columns: Columns, column: Column, theme: Theme, scale: Scale, *, each: bool
) -> None:
    """Paint the colours from the lowest number to the largest, with both numbers."""
    colors = gradient(scale)
    image = QImage(colors.data, len(colors), 1, 4 * len(colors), QImage.Format.Format_RGB32)
    top = columns.top + columns.maps_height + 4
    width = min(column.width, by_text(SCALE_WIDTH))
    place = QRectF(column.left, top, width, SCALE_HEIGHT)
    painter.drawImage(place, image)
    painter.save()
    painter.setFont(fonts_of(painter.font())[1])
    painter.setPen(QColor(theme.muted))
    numbers = place.translated(0, SCALE_HEIGHT + 1)
    numbers.setHeight(painter.fontMetrics().height())
    low, high = scale.ends
    if each and scale.is_finite:
        low, high = ("−", "+") if scale.is_signed else ("0", "most")
    needed = painter.fontMetrics().horizontalAdvance(low + "  " + high)
    if needed > width and scale.is_signed:
        low, high = high.replace("+", "±"), ""
    numbers.setWidth(max(width, needed))
    painter.drawText(numbers, Qt.AlignmentFlag.AlignLeft, low)
    painter.drawText(numbers, Qt.AlignmentFlag.AlignRight, high)
    painter.restore()


def paint_answer(painter: QPainter, columns: Columns, column: Column, theme: Theme, trace: Trace) -> None:
    """Paint a bar for each class in its colour, and write the largest share."""
    shares = trace["probabilities"]
    tiling, best = column.tiling, int(shares.argmax())
    row = tiling.cell_height / tiling.height
    font = fonts_of(painter.font())[1]
    font.setPixelSize(max(1, min(font.pixelSize(), round(row))))
    painter.save()
    painter.setFont(font)
    metrics = painter.fontMetrics()
    names = [trace.class_name(number) for number in range(len(shares))]
    longest = max(map(metrics.horizontalAdvance, names))
    digits = min(longest, round(NAME_SHARE * column.width)) + 5
    is_labelled = row >= LOWEST_TEXT
    for number, share in enumerate(np.nan_to_num(shares)):
        place = QRectF(column.left, columns.top + number * row, column.width, row)
        track = place.adjusted(digits if is_labelled else 0, row * 0.25, 0, -row * 0.25)
        painter.fillRect(track.adjusted(0, track.height() / 3, 0, -track.height() / 3), QColor(theme.track))
        track.setWidth(max(1.0, track.width() * float(share)))
        painter.fillRect(track, QColor(class_color(number)))
        if is_labelled:
            font.setBold(number == best)
            painter.setFont(font)
            painter.setPen(QColor(theme.text if number == best else theme.muted))
            name = elided(painter.fontMetrics(), names[number], digits - 3)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
    painter.setFont(fonts_of(painter.font())[1])
    painter.setPen(QColor(theme.text))
    below = QRectF(column.left, columns.top + columns.maps_height + 2, column.width, columns.bottom)
    told = f": {percent(shares[best])}"
    room = column.width - painter.fontMetrics().horizontalAdvance(told)
    name = elided(painter.fontMetrics(), names[best], room)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{name}{told}")
    painter.restore()


def paint_cross(painter: QPainter, cell: QRectF) -> None:
    """Strike out a map that is zero everywhere."""
    half = min(CROSS, cell.width() / 3, cell.height() / 3)
    middle = cell.center()
    painter.setPen(QPen(QColor("#8A94A3"), 1))
    for sign in (1, -1):
        painter.drawLine(middle + QPointF(-half, -half * sign), middle + QPointF(half, half * sign))


def paint_box(painter: QPainter, box: QRectF, accent: str) -> None:
    """Frame a part of a map so that it is seen on black and on white."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, margin, width in (("#000000", 2.5, 1), (accent, 1, 2)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawRect(box.adjusted(-margin, -margin, margin, margin))


def paint_frame(painter: QPainter, frame: QRectF, theme: Theme, *, has_focus: bool) -> None:
    """Frame the column that is chosen; thicker while keys go there."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 3 if has_focus else 1.5))
    painter.drawRoundedRect(frame.adjusted(2, 2, -2, -2), 5, 5)
    painter.restore()
