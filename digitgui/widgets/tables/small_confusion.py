"""A small confusion matrix, without anything to click."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.class_looks import elided
from digitgui.looks.sizes import by_text
from digitgui.widgets.building import wrapped
from digitgui.widgets.painted import Painted
from digitgui.widgets.tables.confusion_colors import cell_color, ink_on, matrix_image, strengths
from model.network.task import DIGITS
from model.wording import speaks_of_digits

SIDE, MARGIN, TEXT = 22, 18, 10
"""Pixels, where text has 100 %, of a cell, of the heads, and of a letter."""
FEW = 10
"""So many rows have figures and heads; more of them share the room of these."""
LARGEST_SIDE, NAMES_MARGIN = 52, 56
"""Of cells and heads where there are few classes with names."""
NAMED = 3
"""So many of the most frequent mistakes are told by name."""


class SmallConfusion(Painted):
    """Shows counts of pictures: a row for each class that they are, a column for each that they were taken for."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names = DIGITS.class_names
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for the room of ten rows."""
        side = by_text(MARGIN) + FEW * by_text(SIDE)
        if self._counts.size:
            side = self._margin() + max(1, len(self._counts)) * self._side()
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Ask for no less."""
        return self.sizeHint()

    def table_rows(self) -> list[list[str]]:
        """Return the counts, a line for each label, the head with the answers first."""
        head = ["label \\ answer", *self._names]
        return [
            head,
            *([name, *map(str, line)] for name, line in zip(self._names, self._counts.tolist(), strict=False)),
        ]

    def show_counts(self, counts: npt.NDArray[np.int64], names: tuple[str, ...] = DIGITS.class_names) -> None:
        """Show other counts, of shape (classes, classes)."""
        self._counts, self._names = counts, names
        wrong = int(counts.sum() - np.trace(counts))
        self.setAccessibleName(f"Confusion matrix: {wrong:,} of {int(counts.sum()):,} wrong")
        self.setToolTip(wrapped(f"Rows: labels. Columns: answers of the network.{self._mistakes()}"))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the heads and the cells; those without a picture stay without a figure."""
        if not self._counts.size:
            return
        found = strengths(self._counts.astype(np.float64))
        with QPainter(self) as painter:
            if len(found) > FEW:
                side = self._side() * len(found)
                painter.drawImage(QRectF(0, 0, side, side), matrix_image(self._theme, found))
                return
            font = QFont(self.font())
            font.setPixelSize(by_text(TEXT))
            side, margin = self._side(), self._margin()
            painter.setFont(font)
            muted, metrics = QColor(self._theme.muted), painter.fontMetrics()
            for number, name in enumerate(self._names):
                place = margin + number * side
                self._write(painter, QRectF(place, 0, side, margin), elided(metrics, name, side), muted)
                self._write(painter, QRectF(0, place, margin, side), elided(metrics, name, margin), muted)
            for row, column in np.ndindex(*found.shape):
                cell = QRectF(margin + column * side, margin + row * side, side - 1, side - 1)
                ground = cell_color(self._theme, is_right=row == column, strength=float(found[row, column]))
                painter.fillRect(cell, ground)
                count = int(self._counts[row, column])
                if count:
                    short = f"{count:,}" if count < 1000 else f"{count / 1000:.0f}k"
                    self._write(painter, cell, short, ink_on(ground))

    def _side(self) -> int:
        """Of a cell, in pixels."""
        room, count = FEW * by_text(SIDE), len(self._counts)
        return max(1, room // count) if count > FEW else min(by_text(LARGEST_SIDE), room // count)

    def _margin(self) -> int:
        if len(self._counts) > FEW:
            return 0
        return by_text(MARGIN if max(map(len, self._names)) <= 2 else NAMES_MARGIN)

    def _mistakes(self) -> str:
        """Name the most frequent mistakes, where the picture has no room for names."""
        if speaks_of_digits(self._names):
            return ""
        wrong = self._counts * (1 - np.eye(len(self._counts), dtype=np.int64))
        cells = np.argsort(-wrong, axis=None, kind="stable")[:NAMED]
        pairs = [divmod(int(cell), len(wrong)) for cell in cells if wrong.flat[cell]]
        told = [
            f"{self._names[label]} taken for {self._names[answer]} ({wrong[label, answer]:,})"
            for label, answer in pairs
        ]
        return f" Most often: {'; '.join(told)}." if told else ""

    def _write(self, painter: QPainter, box: QRectF, text: str, color: QColor) -> None:
        painter.setPen(color)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
