"""What was answered to one picture after each epoch: a curve for each class."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from digitgui.looks.class_looks import class_color
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.plots.plot_axes import EpochAxis, PercentAxis
from digitgui.widgets.plots.plot_looks import AXIS_TEXT, Plot, keep_width
from model.network.task import DIGITS

NAMED_FROM = 0.15
"""A curve that never rises so high is faint, and its digit is not written beside it. By guessing, each has
0.1."""
APART = (0.06, 0.14)
"""Shares of the width and the height that the digits beside the curves keep from each other."""
FAINT = 60
BELOW = 0.03
"""Room below 0, where 1 is 100 %."""
MOST_HEADROOM = 0.5
AXIS_WIDTH = 56


class ProbabilityPlot(Plot):
    """Draws the probability of each class over the epochs, with a line where one of them is looked at.

    Its name stands beside the highest point of its curve, since no meaning is carried by colour alone.
    """

    columns = ("epoch", "probability")

    def __init__(self) -> None:
        bottom = EpochAxis("bottom")
        super().__init__("Probability of each digit over the epochs", left=PercentAxis("left"), bottom=bottom)
        plot = self.getPlotItem()
        plot.setLabel("bottom", "Epoch")
        keep_width(plot.getAxis("left"), AXIS_WIDTH)
        plot.getAxis("left").setStyle(hideOverlappingLabels=False)
        plot.getAxis("left").setTickSpacing(0.5, 0.25)
        self._curves: list[pg.PlotDataItem] = []
        self._names: list[pg.TextItem] = []
        self._now = pg.InfiniteLine(angle=90)
        plot.addItem(self._now)
        self._strong: set[int] = set()
        self._theme_shown = LIGHT
        self.set_names(DIGITS.class_names)
        plot.getViewBox().sigResized.connect(self._make_headroom)

    def set_names(self, names: tuple[str, ...]) -> None:
        """Have a curve for each of these classes, and draw nothing yet."""
        plot = self.getPlotItem()
        for item in (*self._curves, *self._names):
            plot.removeItem(item)
        self._curves = [pg.PlotDataItem(antialias=True, name=name) for name in names]
        self._names = [pg.TextItem(name, anchor=(0.5, 1.0)) for name in names]
        for item in (*self._curves, *self._names):
            plot.addItem(item)
        self.show_answers([], np.zeros((0, len(names)), np.float32))
        self.set_theme(self._theme_shown)
        self.set_room(1.0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._theme_shown = theme
        self._now.setPen(theme.text, width=2)
        for name in self._names:
            name.setColor(theme.text)
        self._paint_curves()

    def set_room(self, room: float) -> None:
        """Be large enough for the figures, and write the digits as large as all text."""
        super().set_room(room)
        self.setMinimumSize(by_text(200), by_text(130))
        font = QApplication.font()
        font.setPixelSize(by_text(AXIS_TEXT))
        font.setBold(True)
        for name in self._names:
            name.setFont(font)
        self._make_headroom()

    def _make_headroom(self) -> None:
        """Leave room for the figures at both ends, and for a whole digit above 100 %."""
        height = self.getPlotItem().getViewBox().height()
        if height > 0:
            letter = max(name.boundingRect().height() for name in self._names)
            share = min(letter / height, MOST_HEADROOM)
            self.getPlotItem().setYRange(-BELOW, (1 + BELOW * share) / (1 - share), padding=0)

    def show_answers(self, epochs: Sequence[int], probabilities: npt.NDArray[np.float32]) -> None:
        """Draw other curves.

        Parameters
        ----------
        epochs : sequence of int
            In order; none to draw nothing.
        probabilities : ndarray, shape (epochs, classes)
        """
        rows = np.nan_to_num(probabilities)
        places = name_places(epochs, rows)
        self._strong = {
            digit for digit in range(rows.shape[1]) if len(rows) and rows[:, digit].max() >= NAMED_FROM
        }
        for digit, (curve, name) in enumerate(zip(self._curves, self._names, strict=True)):
            symbol = "o" if len(epochs) == 1 else None  # a curve of one point would not be seen
            curve.setData(np.asarray(epochs, np.float64), rows[:, digit], symbol=symbol)
            name.setVisible(digit in places)
            if digit in places:
                name.setPos(*places[digit])
        if len(epochs):
            width = max(1, epochs[-1] - epochs[0])
            self.setXRange(epochs[0] - 0.03 * width, epochs[-1] + 0.03 * width, padding=0)
        self._now.setVisible(len(epochs) > 0)
        self._paint_curves()

    def show_epoch(self, epoch: int) -> None:
        """Mark the epoch that is looked at."""
        self._now.setValue(epoch)

    def _paint_curves(self) -> None:
        for digit, curve in enumerate(self._curves):
            color = QColor(class_color(digit))
            is_strong = digit in self._strong
            color.setAlpha(255 if is_strong else FAINT)
            curve.setPen(color, width=2 if is_strong else 1)
            curve.setSymbolBrush(color)
            curve.setSymbolPen(None)


def name_places(epochs: Sequence[int], rows: npt.NDArray[np.float32]) -> dict[int, tuple[int, float]]:
    """Choose where the digits are written: each as high on its curve as it can stand apart from the others.

    Parameters
    ----------
    epochs : sequence of int
    rows : ndarray, shape (epochs, classes)

    Returns
    -------
    dict
        Epoch and probability by the digits that rise above `NAMED_FROM`; without those for which there is no room.
    """
    if not len(epochs):
        return {}
    places: dict[int, tuple[int, float]] = {}
    distance = APART[0] * max(1, epochs[-1] - epochs[0])

    def is_free(epoch: int, height: float) -> bool:
        return all(abs(epoch - x) >= distance or abs(height - y) >= APART[1] for x, y in places.values())

    for digit in np.argsort(-rows.max(axis=0), kind="stable").tolist():
        highest_first = np.argsort(-rows[:, digit], kind="stable").tolist()
        points = ((epochs[row], float(rows[row, digit])) for row in highest_first)
        found = next((point for point in points if point[1] >= NAMED_FROM and is_free(*point)), None)
        if found:
            places[digit] = found
    return places
