"""Where one value lies among many."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

MOST_BINS = 40
HEIGHT, LOWEST = 52, 30
MARK = 10
FAINT = 0.35
"""How much of its colour the mark of an earlier drawing has."""
LEGEND = ("Your drawing", "Earlier drawings")


class TraitStrip(Painted):
    """A histogram of the training digits, with a mark for the drawing and faint ones for those before it.

    Parameters
    ----------
    name : str
    unseen : float
        Differences up to this cannot be seen: they must not fill the strip.
    unit : str
    factor : float
        From a value to the unit.
    """

    accessible_role = Role.Chart

    def __init__(self, name: str, unseen: float, unit: str = "", factor: float = 1.0) -> None:
        super().__init__()
        self._unseen, self._unit, self._factor = unseen, unit, factor
        self._training: npt.NDArray[np.float64] | None = None
        self._mine: list[float] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setMinimumWidth(120)

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return QSize(200, round(HEIGHT * self._room))

    def minimumSizeHint(self) -> QSize:
        """Leave room for the words below."""
        return QSize(200, LOWEST)

    def figure(self, value: float) -> str:
        """Write a value in its unit."""
        return f"{value * self._factor:.0f} {self._unit}".replace(" °", "°").strip()

    def table_rows(self) -> list[list[str]]:
        """Return a line for each bar, and for each mark, the head first."""
        unit, rows = f" in {self._unit}" if self._unit else "", []
        if self._training is not None and len(self._training):
            counts, edges = self.bins(self._training)
            rows = [
                ["Training digits", start, end, count]
                for count, start, end in zip(counts, edges, edges[1:], strict=False)
            ]
        rows += [[LEGEND[0 if value is self._mine[-1] else 1], value, value, 1] for value in self._mine]
        return [
            ["", f"from{unit}", f"to{unit}", "digits"],
            *([what, *(f"{self._factor * end:.6g}" for end in ends), str(count)] for what, *ends, count in rows),
        ]

    def set_values(self, training: npt.NDArray[np.float64] | None, mine: list[float]) -> None:
        """Show the training digits' values, and mine: the last is the drawing, the others came before it."""
        self._training, self._mine = training, mine
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint bars on a line, or one line where all values are the same, and marks above them."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            training = self._training
            if training is None or not len(training):
                self._paint_ground(painter, self.height() - 1.5)
                return
            low, high = self._range(training)
            base = self.height() - 1.5
            if training.min() == training.max():
                base -= self.fontMetrics().height() + 1
                self._paint_single(painter, base, float(training[0]), (low, high))
            else:
                self._paint_bars(painter, base, training, (low, high))
            for index, value in enumerate(self._mine):
                is_now = index == len(self._mine) - 1
                x = (value - low) / (high - low) * self.width()
                _paint_mark(painter, x, self._theme.second, is_now=is_now)
                if is_now:
                    painter.drawRect(QRectF(x - 0.75, MARK - 2, 1.5, base + 2 - MARK))

    def _paint_ground(self, painter: QPainter, base: float) -> None:
        painter.setPen(QColor(self._theme.line))
        painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.muted))

    def _paint_bars(
        self, painter: QPainter, base: float, training: npt.NDArray[np.float64], ends: tuple[float, float]
    ) -> None:
        low, high = ends
        self._paint_ground(painter, base)
        counts, edges = self.bins(training)
        places = (edges - low) / (high - low) * self.width()
        for count, left, right in zip(counts, places, places[1:], strict=False):
            height = (base - MARK - 4) * count / counts.max()
            painter.drawRect(QRectF(left + 0.5, base - height, right - left - 1, height))

    def _paint_single(self, painter: QPainter, base: float, value: float, ends: tuple[float, float]) -> None:
        """Paint where the value lies that all have: one bar would look like a histogram, and be none."""
        metrics, (low, high) = self.fontMetrics(), ends
        self._paint_ground(painter, base)
        x = (value - low) / (high - low) * self.width()
        painter.drawRect(QRectF(x - 1.5, MARK + 4, 3, base - MARK - 4))
        text = f"All: {self.figure(value)}"
        width = metrics.horizontalAdvance(text) + 2
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(left, base + 2, width, metrics.height()), Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(Qt.PenStyle.NoPen)

    def bins(self, training: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Count values in bins as wide as the data asks for, and never narrower than a difference that is seen.

        D. Freedman, P. Diaconis: On the histogram as a density estimator, 1981.

        Returns
        -------
        counts : ndarray of int, shape (n,)
        edges : ndarray, shape (n + 1,)
        """
        low, high = self._range(training)
        quarter, three_quarters = np.quantile(training, [0.25, 0.75])
        width = max(2 * (three_quarters - quarter) / len(training) ** (1 / 3), self._unseen)
        width = max(width, (high - low) / MOST_BINS)
        first = float(np.median(training)) - width / 2  # a value that all share lies in the middle of its bin
        first -= math.ceil((first - low) / width) * width
        counts, edges = np.histogram(training, first + width * np.arange(math.ceil((high - first) / width) + 1))
        return counts, edges

    def _range(self, training: npt.NDArray[np.float64]) -> tuple[float, float]:
        low, high = np.quantile(training, [0.005, 0.995])
        low, high = min([float(low), *self._mine]), max([float(high), *self._mine])
        margin = max(0.05 * (high - low), 2 * self._unseen)
        return low - margin, high + margin


class TraitLegend(Painted):
    """Says which mark of a strip is which."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Marks: " + ", ".join(LEGEND))
        self.setAccessibleDescription("What the triangles above the bars are")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a line of text."""
        metrics = self.fontMetrics()
        return QSize(sum(metrics.horizontalAdvance(text) + 32 for text in LEGEND), metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint each mark before its name."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x = 8.0
            for text in LEGEND:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.translate(0, (self.height() - MARK) / 2)
                _paint_mark(painter, x, self._theme.second, is_now=text == LEGEND[0])
                painter.translate(0, (MARK - self.height()) / 2)
                painter.setPen(QColor(self._theme.muted))
                place = QRectF(x + 9, 0, self.width(), self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
                x += self.fontMetrics().horizontalAdvance(text) + 32


def _paint_mark(painter: QPainter, x: float, color: str, *, is_now: bool) -> None:
    """Paint a triangle that points downwards, with its point at ``x``."""
    filling = QColor(color)
    filling.setAlphaF(1.0 if is_now else FAINT)
    painter.setBrush(filling)
    painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, MARK)]))
