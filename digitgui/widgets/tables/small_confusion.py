"""A confusion matrix small enough to stand beside other things."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.widgets.painted import Painted
from digitgui.widgets.tables.confusion_colors import cell_color, ink_on, strengths

SIDE, MARGIN, TEXT = 22, 18, 10
"""Pixels, where text has 100 %, of a cell, of the heads, and of a letter."""


class SmallConfusion(Painted):
    """Shows counts of pictures: a row for each digit that they are, a column for each that they were taken for."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for the room of ten rows."""
        side = by_text(MARGIN) + 10 * by_text(SIDE)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Ask for no less."""
        return self.sizeHint()

    def show_counts(self, counts: npt.NDArray[np.int64]) -> None:
        """Show other counts, of shape (classes, classes)."""
        self._counts = counts
        wrong = int(counts.sum() - np.trace(counts))
        self.setAccessibleName(f"Confusion matrix: {wrong:,} of {int(counts.sum()):,} wrong")
        self.setToolTip("Rows: labels. Columns: answers of the network.")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the heads and the cells; those without a picture stay without a figure."""
        if not self._counts.size:
            return
        with QPainter(self) as painter:
            font = QFont(self.font())
            font.setPixelSize(by_text(TEXT))
            side, margin = by_text(SIDE), by_text(MARGIN)
            painter.setFont(font)
            muted = QColor(self._theme.muted)
            for number in range(len(self._counts)):
                place = margin + number * side
                self._write(painter, QRectF(place, 0, side, margin), str(number), muted)
                self._write(painter, QRectF(0, place, margin, side), str(number), muted)
            found = strengths(self._counts.astype(np.float64))
            for row, column in np.ndindex(self._counts.shape):
                cell = QRectF(margin + column * side, margin + row * side, side - 1, side - 1)
                ground = cell_color(self._theme, is_right=row == column, strength=float(found[row, column]))
                painter.fillRect(cell, ground)
                count = int(self._counts[row, column])
                if count:
                    short = f"{count:,}" if count < 1000 else f"{count / 1000:.0f}k"
                    self._write(painter, cell, short, ink_on(ground))

    def _write(self, painter: QPainter, box: QRectF, text: str, color: QColor) -> None:
        painter.setPen(color)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
