"""The reliability diagram: whether answers of 90 % confidence are right nine times in ten."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.building import column_of
from digitgui.widgets.plots.plot_looks import Plot, keep_width
from model.judging.scores import Calibration

AXIS_WIDTH = 64
PERCENTAGES = [(step / 5, f"{20 * step} %") for step in range(6)]
COUNTS_HEIGHT = 112


class ReliabilityPlot(QWidget):
    """Draws accuracy against confidence, and under it how many answers have that confidence."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Accuracy of the answers against their confidence")
        self._accuracy, self._counts = Plot("", has_grid=False), Plot("", has_grid=False)
        self._calibration: Calibration | None = None
        self._diagonal = pg.PlotDataItem([0, 1], [0, 1])
        self._bars, self._heaps = (pg.BarGraphItem(x=[], height=[], width=0.1) for _ in range(2))
        self._dots = pg.PlotDataItem(pen=None, symbol="o", symbolSize=7)
        for part, name in ((self._accuracy, "Accuracy"), (self._counts, "Answers")):
            plot = part.getPlotItem()
            plot.setLabel("left", name)
            keep_width(plot.getAxis("left"), AXIS_WIDTH)
            for axis in ("left", "bottom"):
                plot.getAxis(axis).setStyle(hideOverlappingLabels=False)  # or the last figure is not shown
            plot.setXRange(0, 1, padding=0.02)
            plot.layout.setContentsMargins(1, 4, 16, 1)  # room for half of the last figure
            plot.getAxis("bottom").setTicks([PERCENTAGES])
        self._accuracy.getPlotItem().getAxis("left").setTicks([PERCENTAGES])
        self._accuracy.setYRange(0, 1.04, padding=0)
        counts = [(_height(10**power), f"{10**power:,}") for power in range(0, 7, 2)]
        self._counts.getPlotItem().getAxis("left").setTicks([counts])
        self._accuracy.setMinimumHeight(140)
        self._counts.keep_height(COUNTS_HEIGHT)
        self._counts.setLabel("bottom", "Confidence")
        for item in (self._bars, self._diagonal, self._dots):
            self._accuracy.addItem(item)
        self._counts.addItem(self._heaps)
        column_of((self._accuracy, 1), self._counts, inside=self, spacing=4)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self._accuracy, self._counts):
            part.set_theme(theme)
        self._bars.setOpts(brush=theme.accent_soft, pen=theme.accent)
        self._heaps.setOpts(brush=theme.accent, pen=theme.card)
        self._diagonal.setPen(theme.muted, width=1, style=Qt.PenStyle.DashLine)
        self._dots.setSymbolBrush(theme.accent)
        self._dots.setSymbolPen(theme.card)

    def table_rows(self) -> list[list[str]]:
        """Return a line for each bin that holds answers, the head first."""
        found, rows = self._calibration, [["from", "to", "mean confidence", "accuracy", "answers"]]
        bins = len(found.count) if found else 0
        for low in range(bins):
            if found and found.count[low]:
                figures = (low / bins, (low + 1) / bins, found.confidence[low], found.accuracy[low])
                rows.append([*(f"{figure:.9g}" for figure in figures), str(found.count[low])])
        return rows

    def show_calibration(self, calibration: Calibration) -> None:
        """Draw the bins that hold answers; each dot stands at their mean confidence."""
        self._calibration = calibration
        bins = len(calibration.count)
        middles = (np.arange(bins) + 0.5) / bins
        filled = calibration.count > 0
        self._bars.setOpts(x=middles[filled], height=calibration.accuracy[filled], width=1 / bins)
        self._heaps.setOpts(x=middles[filled], height=_height(calibration.count[filled]), width=1 / bins)
        self._dots.setData(calibration.confidence[filled], calibration.accuracy[filled])
        self._counts.setYRange(0, 1.05 * _height(max(1, int(calibration.count.max()))), padding=0)
        self.setAccessibleDescription(
            ", ".join(
                f"{low / bins:.0%} to {(low + 1) / bins:.0%}: {calibration.accuracy[low]:.1%} of {count:,} right"
                for low, count in enumerate(calibration.count.tolist())
                if count
            )
        )


def _height(count: Any) -> Any:
    """Say how high a heap of so many answers is: most are sure, and few others would not be seen beside them."""
    return np.log10(1 + np.asarray(count))
