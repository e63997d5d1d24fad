"""Where one value lies among many."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from digitgui.widgets.painted import Painted

BINS = 40
HEIGHT = 52
MARK = 10


class TraitStrip(Painted):
    """A histogram of the training digits, with a mark for the drawing and faint ones for those before it.

    Parameters
    ----------
    name : str
    unseen : float
        Differences up to this nobody sees: they must not fill the strip.
    """

    def __init__(self, name: str, unseen: float) -> None:
        super().__init__()
        self._unseen = unseen
        self._training: npt.NDArray[np.float64] | None = None
        self._mine: list[float] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(120, HEIGHT)

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return QSize(200, HEIGHT)

    def set_values(self, training: npt.NDArray[np.float64] | None, mine: list[float]) -> None:
        """Show the training digits' values, and mine: the last is the drawing, the others came before it."""
        self._training, self._mine = training, mine
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint bars on a line, and marks above them."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.line))
            base = self.height() - 1.5
            painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
            if self._training is None or not len(self._training):
                return
            low, high = self._range(self._training)
            counts, _ = np.histogram(self._training, BINS, (low, high))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.muted))
            width = self.width() / BINS
            for index, count in enumerate(counts):
                height = (base - MARK - 4) * count / counts.max()
                painter.drawRect(QRectF(index * width + 0.5, base - height, width - 1, height))
            for index, value in enumerate(self._mine):
                self._paint_mark(painter, (value - low) / (high - low), is_now=index == len(self._mine) - 1)

    def _range(self, training: npt.NDArray[np.float64]) -> tuple[float, float]:
        low, high = np.quantile(training, [0.005, 0.995])
        low, high = min([float(low), *self._mine]), max([float(high), *self._mine])
        margin = max(0.05 * (high - low), 2 * self._unseen)
        return low - margin, high + margin

    def _paint_mark(self, painter: QPainter, share: float, *, is_now: bool) -> None:
        color = QColor(self._theme.second)
        color.setAlphaF(1.0 if is_now else 0.35)
        painter.setBrush(color)
        x = share * self.width()
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, MARK)]))
        if is_now:
            painter.drawRect(QRectF(x - 0.75, MARK - 2, 1.5, self.height() - MARK))
