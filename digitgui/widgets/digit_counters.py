"""Ten small counters, one a digit: how many there are, and of how many as long as they are too few."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

LINE, BAR_HEIGHT = 18, 4
"""Pixels, where text has 100 %, of a line of text; and of the bar between the two."""


class DigitCounters(Painted):
    """Shows for each digit a bar that fills, and how many there are; the digit that is asked for stands out."""

    accessible_role = Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self._counts: Sequence[int] = (0,) * 10
        self._of = 1
        self._current: int | None = None
        self.setAccessibleName("How many of each digit are in My digits")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return QSize(by_text(400), 2 * by_text(LINE) + 2 * BAR_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Keep room for both numbers of each digit."""
        return QSize(by_text(300), self.sizeHint().height())

    def show_counts(self, counts: Sequence[int], of: int, current: int | None) -> None:
        """Show ten counts, which are to reach ``of`` each, and mark one digit."""
        self._counts, self._of, self._current = counts, of, current
        self.setAccessibleDescription(
            ", ".join(f"{digit}: {_text(count, of)}" for digit, count in enumerate(counts))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint digit, count and bar of each column."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for digit, count in enumerate(self._counts):
                self._paint_column(painter, digit, count)

    def _paint_column(self, painter: QPainter, digit: int, count: int) -> None:
        width = self.width() / 10
        line = by_text(LINE)
        column = QRectF(digit * width + 3, 0, width - 6, self.height())
        is_current = digit == self._current
        font = QFont(tabular(self.font()))
        font.setBold(is_current)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.accent if is_current else self._theme.text))
        painter.drawText(QRectF(column.left(), 0, column.width(), line), Qt.AlignmentFlag.AlignCenter, str(digit))
        painter.setPen(QColor(self._theme.accent if is_current else self._theme.muted))
        below = QRectF(column.left() - 3, line + 2 * BAR_HEIGHT, width, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _text(count, self._of))
        bar = QRectF(column.left(), line + 1, column.width(), BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.track))
        painter.drawRoundedRect(bar, 2, 2)
        bar.setWidth(bar.width() * min(1.0, count / self._of))
        painter.setBrush(QColor(DIGIT_COLORS[digit]))
        painter.drawRoundedRect(bar, 2, 2)


def _text(count: int, of: int) -> str:
    return f"{count}/{of}" if count < of else f"{count}"
