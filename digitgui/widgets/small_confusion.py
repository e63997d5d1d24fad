"""A confusion matrix small enough to stand beside other things."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from digitgui.theme import LIGHT, Theme

__all__ = ["SmallConfusion"]

SIDE, MARGIN = 22, 18


class SmallConfusion(QWidget):
    """Shows counts of pictures: a row for each digit that they are, a column for each that they were taken for."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._theme = LIGHT
        self.setFixedHeight(MARGIN + 10 * SIDE)
        self.setMinimumWidth(MARGIN + 10 * SIDE)

    def sizeHint(self) -> QSize:
        """Ask for the room of ten rows."""
        return self.minimumSize()

    def show_counts(self, counts: npt.NDArray[np.int64]) -> None:
        """Show other counts, of shape (10, 10)."""
        self._counts = counts
        wrong = int(counts.sum() - np.trace(counts))
        self.setAccessibleName(f"Confusion matrix: {wrong} of {int(counts.sum())} wrong")
        self.setToolTip("Rows: the digit that it is. Columns: what the network took it for.")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint right answers in one colour, wrong ones in another, the more the stronger."""
        if not self._counts.size:
            return
        with QPainter(self) as painter:
            font = QFont(self.font())
            font.setPixelSize(10)
            painter.setFont(font)
            wrong = self._counts - np.diag(np.diag(self._counts))
            most_wrong, most_right = max(1, int(wrong.max())), max(1, int(np.diag(self._counts).max()))
            for number in range(10):
                self._write(
                    painter, QRectF(MARGIN + number * SIDE, 0, SIDE, MARGIN), str(number), self._theme.muted
                )
                self._write(
                    painter, QRectF(0, MARGIN + number * SIDE, MARGIN, SIDE), str(number), self._theme.muted
                )
            for row, column in np.ndindex(10, 10):
                count = int(self._counts[row, column])
                cell = QRectF(MARGIN + column * SIDE, MARGIN + row * SIDE, SIDE - 1, SIDE - 1)
                share = count / (most_right if row == column else most_wrong)
                color = QColor(self._theme.accent if row == column else self._theme.second)
                color.setAlphaF(0.12 + 0.38 * share if count else 0.0)
                painter.fillRect(cell, QColor(self._theme.field))
                painter.fillRect(cell, color)
                if count:
                    self._write(
                        painter, cell, f"{count:,}" if count < 1000 else f"{count / 1000:.0f}k", self._theme.text
                    )

    def _write(self, painter: QPainter, box: QRectF, text: str, color: str) -> None:
        painter.setPen(QColor(color))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
