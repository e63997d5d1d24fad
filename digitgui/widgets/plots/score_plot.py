"""Curves of the unit square, one a class: ROC, or precision against recall."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from digitgui.looks.class_looks import class_color
from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.plots.plot_looks import Plot, keep_width
from model.judging.scores import Curve

CORNER = 0.1
"""How much of both scales is seen of the corner that good networks reach."""
FAINT = 50
AXIS_WIDTH = 64


class ScorePlot(Plot):
    """Draws the curves of all classes, or of one with the others faint.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    x, y : str
        What the axes are.
    best_x : float
        Where on the x axis, 0 or 1, a network without a fault is.
    """

    def __init__(self, name: str, x: str, y: str, *, best_x: float) -> None:
        super().__init__(name)  # the chips above do everything by keyboard
        self._best_x = best_x
        self.columns = (x.lower(), y.lower())
        self._digit: int | None = None
        self.setMinimumSize(240, 200)
        plot = self.getPlotItem()
        plot.setLabel("bottom", x)
        plot.setLabel("left", y)
        for axis in ("left", "bottom"):
            plot.getAxis(axis).setStyle(hideOverlappingLabels=False)  # or the last figure is not shown
        keep_width(plot.getAxis("left"), AXIS_WIDTH)
        plot.layout.setContentsMargins(1, 4, 20, 1)  # room for half of the last figure
        self._chance = pg.PlotDataItem(name="chance")
        self._curves: list[pg.PlotDataItem] = []
        plot.addItem(self._chance)
        self.show_corner(False)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._chance.setPen(theme.muted, width=1, style=Qt.PenStyle.DashLine)
        self._paint_digits()

    def show_curves(self, curves: Sequence[Curve], names: Sequence[str], *, diagonal: bool) -> None:
        """Draw a curve for each class, of these names, and the diagonal that guessing would give."""
        while len(self._curves) > len(curves):
            self.getPlotItem().removeItem(self._curves.pop())
        while len(self._curves) < len(curves):
            self._curves.append(pg.PlotDataItem(antialias=True))
            self.getPlotItem().addItem(self._curves[-1])
        self._paint_digits()
        self._chance.setData(*(([0, 1], [0, 1]) if diagonal else ([], [])))
        for item, curve, name in zip(self._curves, curves, names, strict=True):
            item.setData(curve.x, curve.y, name=name)

    def show_digit(self, digit: int | None) -> None:
        """Let one class stand out, or none."""
        self._digit = digit
        self._paint_digits()

    def show_corner(self, closely: bool) -> None:
        """Show a tenth of each axis, where good networks differ, or everything."""
        width = CORNER if closely else 1.0
        left = 0.0 if self._best_x == 0 else 1 - width
        rim = 0.02 * width
        self.setXRange(left - rim, left + width + rim, padding=0)
        self.setYRange(1 - width - rim, 1 + rim, padding=0)
        for name, low in (("bottom", left), ("left", 1 - width)):
            places = [low + width * step / 5 for step in range(6)]
            self.getPlotItem().getAxis(name).setTicks([[(place, f"{100 * place:.0f} %") for place in places]])

    def _paint_digits(self) -> None:
        for digit, item in enumerate(self._curves):
            color = QColor(class_color(digit))
            stands_out = self._digit in (None, digit)
            color.setAlpha(255 if stands_out else FAINT)
            item.setPen(color, width=3 if self._digit == digit else 2 if stands_out else 1)
            item.setZValue(1 if self._digit == digit else 0)
