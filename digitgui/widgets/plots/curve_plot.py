"""A live plot of one figure against epochs: raw and smoothed in training, and of validation."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from digitgui.looks.theme import LIGHT, Theme
from digitgui.runs.curves import Curve, smoothed
from digitgui.widgets.plots.plot_axes import EpochAxis
from digitgui.widgets.plots.plot_looks import Plot, keep_width, marked_points
from digitgui.widgets.plots.rate_marks import HIGH, LOW, RateMarks

MANY_EPOCHS = 30
FEW_EPOCHS = 30
"""A run of at most so many epochs is shown with all the way that it still has to go."""
AXIS_WIDTH = 48
"""Pixels for the figures on the left, so that plots above one another line up."""


class CurvePlot(Plot):
    """Draws whole arrays when asked to; it keeps no data of its own.

    Parameters
    ----------
    title : str
        What assistive technology calls it.
    top : float
        The scale never reaches higher; 10 for a loss in nats, since guessing among ten digits costs 2.3.
    left : AxisItem, optional
        Writes the figures.
    rises : bool
        Whether there is more room below the curves than above.
    """

    def __init__(self, title: str, *, top: float, left: pg.AxisItem | None = None, rises: bool = False) -> None:
        super().__init__(title, left=left, bottom=EpochAxis("bottom"))
        self.columns = ("epoch", "accuracy" if rises else "loss")
        self.setMinimumHeight(120)
        plot = self.getPlotItem()
        keep_width(plot.getAxis("left"), AXIS_WIDTH)
        plot.getAxis("left").setStyle(hideOverlappingLabels=False)  # or the 1 of an accuracy is not shown
        plot.getViewBox().setDefaultPadding(0.02)
        plot.setLabel("bottom", "Epoch")
        plot.setLimits(yMin=-0.02 * top, yMax=top * 1.06)
        self._raw = pg.PlotDataItem(name="training")
        self._smooth = pg.PlotDataItem(antialias=True, name="training, smoothed")
        self._validation = pg.PlotDataItem(antialias=True, name="validation")
        self._marks = pg.PlotDataItem(pen=None, symbol="o", symbolSize=5, symbolPen=None)
        for curve in (self._raw, self._smooth, self._validation, self._marks):
            plot.addItem(curve)
        self.marks = RateMarks(plot, LOW if rises else HIGH)
        self._rates_set: dict[float, float] = {}
        self.show_epochs(FEW_EPOCHS)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        faint = QColor(theme.accent)
        faint.setAlpha(110)
        self._raw.setPen(faint, width=1)
        self._smooth.setPen(theme.accent, width=2)
        self._second = theme.second
        self._validation.setPen(theme.second, width=2)
        self._marks.setSymbolBrush(theme.second)
        self._muted = theme.muted
        self.show_rates(self._rates_set)

    def show_rates(self, rates_set: Mapping[float, float]) -> None:
        """Mark the learning rates that were set by hand, by how many epochs had been done."""
        self._rates_set = dict(rates_set)
        self.marks.show_marks([(done, rate, self._muted) for done, rate in self._rates_set.items()])

    def show_curves(
        self,
        epochs: int,
        train: tuple[Curve, Curve],
        validation: tuple[Sequence[float], Sequence[float]],
        means: int = 0,
    ) -> None:
        """Draw the curves of a run.

        Parameters
        ----------
        epochs : int
            Right end of the scale.
        train, validation : pair of sequences
            Epochs, and the figure at each.
        means : int
            How many of the first points of ``train`` need no smoothing.
        """
        x, y = train
        self._raw.setData(x, y)
        self._smooth.setData(x, smoothed(y, means))
        many = len(validation[0]) > MANY_EPOCHS  # broad lines are slow to paint
        self._validation.setPen(self._second, width=1 if many else 2)
        at, figures = (np.asarray(part, np.float64) for part in validation)
        known = np.isfinite(figures)  # those of a network that has diverged are not, which marks cannot be
        self._validation.setData(at[known], figures[known], antialias=not many)
        marked = marked_points(int(known.sum()))
        self._marks.setData(at[known][marked], figures[known][marked])
        self.show_epochs(epochs, float(x[-1]) if len(x) else 0.0)

    def show_epochs(self, epochs: int, reached: float = 0.0) -> None:
        """Give the scale of a run of so many epochs that has come so far."""
        right = min(max(1, epochs), max(FEW_EPOCHS, 1.3 * reached))
        self.setXRange(-0.02 * right, 1.03 * right, padding=0)  # room for the figures at both ends
