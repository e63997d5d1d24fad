"""Shares of pictures against the line of doubt, which can be moved."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.plots.plot_looks import Plot, keep_width
from model.judging.calibration import THRESHOLDS

Shares = npt.NDArray[np.float64]
ROOM = 0.04
"""Above 100 %, as a share of the scale: a curve there is not cut off."""


class DoubtPlot(Plot):
    """Draws curves of shares, and a line that one drags.

    Parameters
    ----------
    title : str
        What the shares are, beside their axis.
    description : str
        What is to be seen, for those who do not see it.
    names : sequence of str
        Of the curves.
    from_lowest : bool
        Whether the scale begins at the lowest share, in place of nought, as curves want that are all near 100 %.

    Signals
    -------
    moved(float)
        The line stands at this probability now.
    """

    moved = Signal(float)

    columns = ("doubtful below", "share")

    def __init__(self, title: str, description: str, names: Sequence[str], *, from_lowest: bool = False) -> None:
        super().__init__(description, has_grid=False)  # the field beside it does the same by keyboard
        self._from_lowest = from_lowest
        self.setMinimumSize(160, 108)
        plot = self.getPlotItem()
        plot.setXRange(0, 1, padding=0.01)
        plot.setLabel("left", title)
        plot.setLabel("bottom", "Doubtful below, %")
        keep_width(plot.getAxis("left"), 64)
        plot.getAxis("bottom").setTicks([[(step / 5, f"{20 * step}") for step in range(1, 5)]])
        plot.setContentsMargins(0, 8, 8, 0)  # or 100 % would be cut off
        self._set_scale(0.0)
        self._curves = [pg.PlotDataItem(antialias=True, name=name) for name in names]
        self._line = pg.InfiniteLine(angle=90, movable=True, bounds=(0, 1))
        self._line.setCursor(Qt.CursorShape.SizeHorCursor)
        for item in (*self._curves, self._line):
            plot.addItem(item)
        self._line.sigPositionChanged.connect(lambda line: self.moved.emit(float(line.value())))
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme, *colors: str) -> None:
        """Take the colours of a theme, and one for each curve."""
        super().set_theme(theme)
        for curve, color in zip(self._curves, colors, strict=False):
            curve.setPen(color, width=2)
        self._line.setPen(theme.text, width=2)
        self._line.setHoverPen(theme.accent, width=3)

    def show_shares(self, *shares: Shares | None) -> None:
        """Draw the curves, each of shape (101,) at `THRESHOLDS`; without those that are None, or nan."""
        for curve, values in zip(self._curves, shares, strict=True):
            known = np.zeros(len(THRESHOLDS), bool) if values is None else np.isfinite(values)
            curve.setData(THRESHOLDS[known], [] if values is None else values[known])
        if self._from_lowest:
            found = [values[np.isfinite(values)] for values in shares if values is not None]
            lowest = min((float(values.min()) for values in found if values.size), default=0.0)
            self._set_scale(min(0.99, math.floor(100 * lowest) / 100))

    def set_threshold(self, probability: float) -> None:
        """Move the line without a word."""
        self._line.blockSignals(True)
        self._line.setValue(probability)
        self._line.blockSignals(False)

    def _set_scale(self, lowest: float) -> None:
        self.getPlotItem().setYRange(lowest, 1 + ROOM * (1 - lowest), padding=0)
        marks = lowest, (1 + lowest) / 2, 1.0
        self.getPlotItem().getAxis("left").setTicks([[(mark, f"{100 * mark:.4g} %") for mark in marks]])
