"""Signed numbers as columns, upwards above 0 and downwards below: one for each class, or one for each step."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import tabular
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted
from digitgui.widgets.pictures.heat_map import AGAINST, FOR
from model.network.arrays import FloatArray

MOST_BARS = 20
"""More numbers than this are a curve."""
GAP = 16
TALLEST = 220
"""Pixels, in a usual window."""


class SignedBars(Painted):
    """Shows groups of numbers side by side, all on one scale."""

    accessible_role = Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[tuple[str, FloatArray]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Numbers as bars")

    def show_groups(self, groups: Sequence[tuple[str, FloatArray]]) -> None:
        """Show other numbers: a title and an array of shape (n,) for each group."""
        self._groups = list(groups)
        told = (
            f"{title}: " + ", ".join(f"{k}: {value:.4g}" for k, value in enumerate(values[:MOST_BARS].tolist()))
            for title, values in self._groups
        )
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for some room."""
        return QSize(by_text(480), by_text(200))

    def minimumSizeHint(self) -> QSize:
        """Make do with less."""
        return QSize(by_text(240), by_text(130))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the groups, each in its share of the width."""
        if not self._groups:
            return
        everything = np.concatenate(
            [np.nan_to_num(values, nan=0, posinf=0, neginf=0) for _, values in self._groups]
        )
        lowest, highest = min(0.0, float(everything.min())), max(0.0, float(everything.max()))
        width = (self.width() + GAP) / len(self._groups)
        height = min(float(self.height()), TALLEST * self._room * max(1.0, by_text(100) / 100))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(tabular(self.font()))
            for number, (title, values) in enumerate(self._groups):
                room = QRectF(number * width, 0, width - GAP, height)
                painter.setPen(QColor(self._theme.text))
                painter.drawText(room, Qt.AlignmentFlag.AlignTop, title)
                line = painter.fontMetrics().lineSpacing()
                inside = room.adjusted(0, 2.2 * line, 0, -2.2 * line)
                zero = inside.bottom() + (inside.height() * lowest / ((highest - lowest) or 1.0))
                unit = inside.height() / ((highest - lowest) or 1.0)
                paint = self._paint_bars if len(values) <= MOST_BARS else self._paint_curve
                paint(painter, np.nan_to_num(values, nan=0, posinf=0, neginf=0), inside, zero, unit)

    def _paint_bars(self, painter: QPainter, values: FloatArray, room: QRectF, zero: float, unit: float) -> None:
        step, line = room.width() / len(values), painter.fontMetrics().lineSpacing()
        for k, value in enumerate(values.tolist()):
            left, height = room.left() + k * step, abs(value) * unit
            top = zero - height if value > 0 else zero
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*(int(part) for part in (FOR if value > 0 else AGAINST))))
            painter.drawRect(QRectF(left + step * 0.12, top, step * 0.76, max(height, 0.5)))
            painter.setPen(QColor(self._theme.muted))
            text = short(value)
            if painter.fontMetrics().horizontalAdvance("-0.00") <= step:
                over = top - line if value > 0 else top + height
                painter.drawText(QRectF(left - 8, over, step + 16, line), Qt.AlignmentFlag.AlignCenter, text)
            painter.setPen(QColor(self._theme.text))
            below = QRectF(left, room.bottom() + 1.1 * line, step, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(k))
        painter.setPen(QPen(QColor(self._theme.muted), 1))
        painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))

    def _paint_curve(self, painter: QPainter, values: FloatArray, room: QRectF, zero: float, unit: float) -> None:
        step = room.width() / (len(values) - 1)
        points = [QPointF(room.left() + k * step, zero - value * unit) for k, value in enumerate(values.tolist())]
        painter.setPen(QPen(QColor(self._theme.muted), 1))
        painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        painter.drawPolyline(QPolygonF(points))
        line = painter.fontMetrics().lineSpacing()
        painter.setPen(QColor(self._theme.muted))
        below = QRectF(room.left(), room.bottom() + 0.5 * line, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"step 1: {values[0]:.3f}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"step {len(values):,}: {values[-1]:.3f}")


def short(value: float) -> str:
    """Write a number in five letters or so: ``0.98``, ``-0.02``, ``2e-5``, ``0``."""
    if value == 0 or 0.005 <= abs(value) < 100:
        return f"{value:.2f}" if value else "0"
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}"
