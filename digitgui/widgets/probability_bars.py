"""Ten bars, one for each digit."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import USUAL_TEXT, by_text
from digitgui.looks.theme import DIGIT_COLORS, tabular
from digitgui.widgets.painted import Painted
from digitgui.wording import percent

ROW_HEIGHT, LOWEST_ROW = 20, 16
"""Pixels where text has 100 %."""
BAR_SHARE, TEXT_SHARE = 0.56, 0.36
"""Of the height of a row; text is never smaller than elsewhere."""
LARGEST_TEXT = 32
TRACK_SHARE = 0.34
"""Of the height of a bar: what is not filled is thinner."""


class ProbabilityBars(Painted):
    """Shows the probability of each digit, always in the order 0 to 9."""

    def __init__(self) -> None:
        super().__init__()
        self._probabilities: npt.NDArray[np.float32] | None = None
        self.setAccessibleName("Probability of each digit")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Ask for ten rows."""
        return QSize(by_text(320), 10 * by_text(ROW_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Make do with ten low rows."""
        return QSize(by_text(160), 10 * by_text(LOWEST_ROW))

    @property
    def probabilities(self) -> npt.NDArray[np.float32] | None:
        """What is shown."""
        return self._probabilities

    def set_probabilities(self, probabilities: npt.NDArray[np.float32] | None) -> None:
        """Show one probability for each class, or none."""
        self._probabilities = probabilities
        if probabilities is None:
            self.setAccessibleDescription("The canvas is empty")
        else:
            self.setAccessibleDescription(", ".join(f"{digit}: {p:.1%}" for digit, p in enumerate(probabilities)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the ten rows."""
        rows = 10 if self._probabilities is None else len(self._probabilities)
        height = self.height() / rows
        with QPainter(self) as painter:  # an error inside must not leave it open: Qt would crash
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for digit in range(rows):
                self._paint_row(painter, digit, QRectF(0, digit * height, self.width(), height))

    def _paint_row(self, painter: QPainter, digit: int, row: QRectF) -> None:
        probabilities, theme = self._probabilities, self._theme
        wins = probabilities is not None and int(probabilities.argmax()) == digit
        font = tabular(self.font())
        font.setPixelSize(max(by_text(USUAL_TEXT), min(LARGEST_TEXT, round(TEXT_SHARE * row.height()))))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(2, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, str(digit))

        figure_width = painter.fontMetrics().horizontalAdvance("100.0 %") + 12
        digit_width = 2.4 * painter.fontMetrics().horizontalAdvance("0")
        gap = (1 - BAR_SHARE) / 2 * row.height()
        track = row.adjusted(digit_width, gap, -figure_width, -gap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.track))
        thin = (1 - TRACK_SHARE) / 2 * track.height()
        painter.drawRoundedRect(track.adjusted(0, thin, 0, -thin), 2, 2)
        if probabilities is None:
            return
        bar = QRectF(track)
        bar.setWidth(max(3.0, track.width() * float(probabilities[digit])))
        painter.setBrush(QColor(DIGIT_COLORS[digit % len(DIGIT_COLORS)]))
        painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)

        font.setBold(wins)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if wins else theme.muted))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, percent(probabilities[digit]))
