"""Coverage and accuracy against the line of doubt, which can be moved."""

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from digitgui.theme import LIGHT, Theme
from model.calibration import THRESHOLDS, CoverageCurve

__all__ = ["DoubtPlot"]


class DoubtPlot(pg.PlotWidget):  # type: ignore[misc]
    """Draws the curves, and a line that one drags.

    Signals
    -------
    moved(float)
        The line stands at this probability now.
    """

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Answered and right, by the probability below which answers are doubted")
        self.setMinimumSize(240, 120)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field beside it does the same by keyboard
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.setXRange(0, 1, padding=0.01)
        plot.setYRange(0, 1.04, padding=0)
        left, bottom = plot.getAxis("left"), plot.getAxis("bottom")
        left.setWidth(46)
        left.setTicks([[(0, "0 %"), (0.5, "50 %"), (1, "100 %")]])
        bottom.setTicks([[(step / 5, f"{20 * step} %") for step in range(6)]])
        self._coverage, self._rejection = (pg.PlotDataItem(antialias=True) for _ in range(2))
        self._line = pg.InfiniteLine(angle=90, movable=True, bounds=(0, 1))
        self._line.setCursor(Qt.CursorShape.SizeHorCursor)
        for item in (self._coverage, self._rejection, self._line):
            plot.addItem(item)
        self._line.sigPositionChanged.connect(lambda line: self.moved.emit(float(line.value())))
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setBackground(theme.card)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.line)
            axis.setTextPen(theme.muted)
        self._coverage.setPen(theme.accent, width=2)
        self._rejection.setPen(theme.second, width=2)
        self._line.setPen(theme.text, width=2)
        self._line.setHoverPen(theme.accent, width=3)

    def show_curve(self, curve: CoverageCurve | None) -> None:
        """Draw a curve, or none."""
        rejection = None if curve is None else curve.rejection
        self._coverage.setData(*([], []) if curve is None else (THRESHOLDS, curve.coverage))
        self._rejection.setData(*([], []) if rejection is None else (THRESHOLDS, rejection))

    def set_threshold(self, probability: float) -> None:
        """Move the line without a word."""
        self._line.blockSignals(True)
        self._line.setValue(probability)
        self._line.blockSignals(False)
