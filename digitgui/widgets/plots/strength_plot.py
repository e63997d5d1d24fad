"""Accuracy against the strength of one operation, with the strength that is set now."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.plots.plot_looks import Plot, keep_width


class StrengthPlot(Plot):
    """Draws a measured curve; faint where it belongs to an older network."""

    columns = ("strength", "accuracy")

    def __init__(self) -> None:
        super().__init__("Accuracy against strength")
        self.keep_height(112)
        plot = self.getPlotItem()
        left = plot.getAxis("left")
        keep_width(left, 46)
        left.setTicks([[(0, "0 %"), (0.5, "50 %"), (1, "100 %")]])
        left.setStyle(hideOverlappingLabels=False)
        plot.setYRange(-0.12, 1.14, padding=0)  # room for the figures at both ends
        self._curve = pg.PlotDataItem(antialias=True, name="accuracy")
        self._now = pg.InfiniteLine(angle=90)
        plot.addItem(self._curve)
        plot.addItem(self._now)
        self._is_outdated = False
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._now.setPen(theme.second, width=2)
        self._paint_curve()

    def show_curve(
        self, strengths: Sequence[float], accuracies: Sequence[float], *, scale: float, is_outdated: bool
    ) -> None:
        """Draw the accuracies measured so far.

        Parameters
        ----------
        strengths : sequence of float
            All that are to be measured: they give the length of the axis.
        accuracies : sequence of float
            From 0 to 1, of the first of them.
        scale : float
            What the figures of the axis are multiplied by: 100 for shares shown in per cent.
        is_outdated : bool
            Whether the model has changed since.
        """
        self._is_outdated = is_outdated
        bottom = self.getPlotItem().getAxis("bottom")
        bottom.setScale(scale)
        bottom.setTicks([[(strength, f"{strength:g}") for strength in strengths]] if len(strengths) < 3 else None)
        self.setXRange(0, strengths[-1], padding=0.03)
        self._curve.setData(
            np.asarray(strengths[: len(accuracies)], np.float64), np.asarray(accuracies, np.float64)
        )
        self._paint_curve()

    def show_strength(self, strength: float) -> None:
        """Mark the strength that is set."""
        self._now.setValue(strength)

    def _paint_curve(self) -> None:
        color = self._theme.muted if self._is_outdated else self._theme.accent
        self._curve.setPen(
            color, width=2, style=Qt.PenStyle.DashLine if self._is_outdated else Qt.PenStyle.SolidLine
        )
        self._curve.setSymbol("o")
        self._curve.setSymbolSize(5)
        self._curve.setSymbolBrush(color)
        self._curve.setSymbolPen(None)
