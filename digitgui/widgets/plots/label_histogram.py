"""How many pictures there are of each digit, as bars."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.painted import Painted
from model.network.arrays import IndexArray

TEXT_HEIGHT, BARS_HEIGHT = 18, 76
"""Pixels in a usual window; the first grows with the text, the second with the room."""


class LabelHistogram(Painted):
    """Shows label counts; a click on a bar asks for that digit.

    Signals
    -------
    digit_chosen(int)
    """

    digit_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._counts: IndexArray = np.zeros(10, np.intp)
        self.setAccessibleName("Number of pictures of each digit")
        self.setToolTip("Pictures of each digit: click a bar to see only that digit")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return QSize(by_text(400), 2 * by_text(TEXT_HEIGHT) + round(BARS_HEIGHT * self._room))

    def minimumSizeHint(self) -> QSize:
        """Keep room for the digits."""
        return QSize(by_text(200), self.sizeHint().height())

    def set_counts(self, counts: IndexArray) -> None:
        """Show a count for each class."""
        self._counts = counts
        self.setAccessibleDescription(", ".join(f"{digit}: {count}" for digit, count in enumerate(counts)))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the digit under the mouse."""
        self.digit_chosen.emit(
            min(len(self._counts) - 1, max(0, int(event.position().x() * len(self._counts) / self.width())))
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint count, bar and digit of each column."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font()))
        column_width = self.width() / len(self._counts)
        highest = max(1, int(self._counts.max()))
        text_height = by_text(TEXT_HEIGHT)
        room = self.height() - 2 * text_height
        for digit, count in enumerate(self._counts):
            height = room * int(count) / highest
            gap = min(6.0, column_width / 6)
            column = QRectF(digit * column_width + gap, 0, column_width - 2 * gap, self.height())
            bar = QRectF(column.left(), text_height + room - height, column.width(), height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(DIGIT_COLORS[digit % len(DIGIT_COLORS)]))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(QColor(self._theme.muted))
            above = QRectF(column.left() - gap, bar.top() - text_height, column_width, text_height)
            if painter.fontMetrics().horizontalAdvance(f"{count:,}") < column_width:
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
            painter.setPen(QColor(self._theme.text))
            below = QRectF(column.left() - gap, self.height() - text_height, column_width, text_height)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(digit))
