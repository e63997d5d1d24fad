"""What was answered to one picture after each epoch: ten curves, one a digit."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import DIGIT_COLORS, LIGHT, Theme
from digitgui.widgets.plots.plot_axes import EpochAxis, PercentAxis
from digitgui.widgets.plots.plot_looks import AXIS_TEXT, Plot, keep_width

NAMED_FROM = 0.05
"""A curve that never rises above this probability is faint, and its digit is not written beside it."""
FAINT = 60
AXIS_WIDTH = 56


class ProbabilityPlot(Plot):
    """Draws the probability of each digit over the epochs, with a line where one of them is looked at.

    The digit stands beside the highest point of its curve, since no meaning is carried by colour alone.
    """

    def __init__(self) -> None:
        bottom = EpochAxis("bottom")
        super().__init__("Probability of each digit over the epochs", left=PercentAxis("left"), bottom=bottom)
        self.setMinimumSize(200, 130)
        plot = self.getPlotItem()
        plot.setLabel("bottom", "Epoch")
        keep_width(plot.getAxis("left"), AXIS_WIDTH)
        plot.getAxis("left").setStyle(hideOverlappingLabels=False)
        plot.setYRange(-0.03, 1.12, padding=0)  # room for the figures at both ends, and for a digit above 100 %
        plot.getAxis("left").setTickSpacing(0.5, 0.25)
        self._curves = [pg.PlotDataItem(antialias=True) for _ in DIGIT_COLORS]
        self._names = [pg.TextItem(str(digit), anchor=(0.5, 1.0)) for digit in range(len(DIGIT_COLORS))]
        self._now = pg.InfiniteLine(angle=90)
        for item in (self._now, *self._curves, *self._names):
            plot.addItem(item)
        self._highest = np.zeros(len(DIGIT_COLORS))
        self.show_answers([], np.zeros((0, len(DIGIT_COLORS)), np.float32))
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._now.setPen(theme.muted, width=1)
        for name in self._names:
            name.setColor(theme.text)
        self._paint_curves()

    def set_room(self, room: float) -> None:
        """Write the digits as large as all text."""
        super().set_room(room)
        font = QApplication.font()
        font.setPixelSize(by_text(AXIS_TEXT))
        font.setBold(True)
        for name in self._names:
            name.setFont(font)

    def show_answers(self, epochs: Sequence[int], probabilities: npt.NDArray[np.float32]) -> None:
        """Draw other curves.

        Parameters
        ----------
        epochs : sequence of int
            In order; none to draw nothing.
        probabilities : ndarray, shape (epochs, 10)
        """
        rows = np.nan_to_num(probabilities)
        self._highest = rows.max(axis=0) if len(rows) else np.zeros(len(DIGIT_COLORS))
        for digit, (curve, name) in enumerate(zip(self._curves, self._names, strict=True)):
            symbol = "o" if len(epochs) == 1 else None  # a curve of one point would not be seen
            curve.setData(np.asarray(epochs, np.float64), rows[:, digit], symbol=symbol)
            name.setVisible(bool(self._highest[digit] >= NAMED_FROM))
            if name.isVisible():
                name.setPos(epochs[int(rows[:, digit].argmax())], self._highest[digit])
        if len(epochs):
            width = max(1, epochs[-1] - epochs[0])
            self.setXRange(epochs[0] - 0.03 * width, epochs[-1] + 0.03 * width, padding=0)
        self._now.setVisible(len(epochs) > 0)
        self._paint_curves()

    def show_epoch(self, epoch: int) -> None:
        """Mark the epoch that is looked at."""
        self._now.setValue(epoch)

    def _paint_curves(self) -> None:
        for color_name, curve, highest in zip(DIGIT_COLORS, self._curves, self._highest, strict=True):
            color = QColor(color_name)
            is_named = highest >= NAMED_FROM
            color.setAlpha(255 if is_named else FAINT)
            curve.setPen(color, width=2 if is_named else 1)
            curve.setSymbolBrush(color)
            curve.setSymbolPen(None)
