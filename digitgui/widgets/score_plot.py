"""Ten curves of the unit square, one a digit: ROC, or precision against recall."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from digitgui.theme import DIGIT_COLORS, LIGHT, Theme
from model.scores import Curve

__all__ = ["ScorePlot"]

WHOLE, CORNER = (-0.01, 1.02), 0.1
"""Both scales, and how much of them is seen of the corner that good networks reach."""
FAINT = 50


class ScorePlot(pg.PlotWidget):  # type: ignore[misc]
    """Draws the curves of all digits, or of one with the others faint.

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
        super().__init__()
        self._best_x = best_x
        self._digit: int | None = None
        self.setAccessibleName(name)
        self.setMinimumSize(240, 200)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chips above do everything by keyboard
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.showGrid(x=True, y=True, alpha=1.0)
        plot.setLabel("bottom", x)
        plot.setLabel("left", y)
        for axis in ("left", "bottom"):
            plot.getAxis(axis).setZValue(-1)
        self._chance = pg.PlotDataItem()
        self._curves = [pg.PlotDataItem(antialias=True) for _ in DIGIT_COLORS]
        plot.addItem(self._chance)
        for curve in self._curves:
            plot.addItem(curve)
        self.show_corner(False)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setBackground(theme.card)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.line)
            axis.setTextPen(theme.muted)
        self._chance.setPen(theme.muted, width=1, style=Qt.PenStyle.DashLine)
        self._paint_digits()

    def show_curves(self, curves: Sequence[Curve], *, diagonal: bool) -> None:
        """Draw ten curves, and the diagonal that guessing would give."""
        self._chance.setData(*(([0, 1], [0, 1]) if diagonal else ([], [])))
        for item, curve in zip(self._curves, curves, strict=True):
            item.setData(curve.x, curve.y)

    def show_digit(self, digit: int | None) -> None:
        """Let one digit stand out, or none."""
        self._digit = digit
        self._paint_digits()

    def show_corner(self, closely: bool) -> None:
        """Show a tenth of each axis, where good networks differ, or everything."""
        low, high = WHOLE
        if closely:
            x = (-0.001, CORNER) if self._best_x == 0 else (1 - CORNER, 1.002)
            self.setXRange(*x, padding=0)
            self.setYRange(1 - CORNER, 1.002, padding=0)
        else:
            self.setXRange(low, high, padding=0)
            self.setYRange(low, high, padding=0)

    def _paint_digits(self) -> None:
        for digit, item in enumerate(self._curves):
            color = QColor(DIGIT_COLORS[digit])
            stands_out = self._digit in (None, digit)
            color.setAlpha(255 if stands_out else FAINT)
            item.setPen(color, width=3 if self._digit == digit else 2 if stands_out else 1)
            item.setZValue(1 if self._digit == digit else 0)
