"""The lines of one run in the two plots of an overlay."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from digitgui.looks.theme import run_mark
from digitgui.runs.curves import Curve
from digitgui.runs.overlay_curves import OverlayCurves
from digitgui.widgets.plots.plot_looks import marked_points

FAINT = 70
"""Opacity of the raw curves, of 255."""
SMALLEST = 1e-6
"""On a logarithmic scale nothing is lower."""


class RunItems:
    """Loss and accuracy, each raw and smoothed in training, and of validation with the marks of the run.

    They are made once and filled again and again, since making them is slow.
    """

    def __init__(self, loss: pg.PlotItem, accuracy: pg.PlotItem) -> None:
        self._loss = [pg.PlotDataItem() for _ in range(3)]
        self._accuracy = [pg.PlotDataItem() for _ in range(3)]
        self._marks = [pg.PlotDataItem() for _ in range(2)]
        for plot, items, marks in zip((loss, accuracy), (self._loss, self._accuracy), self._marks, strict=True):
            for item in (*items, marks):
                plot.addItem(item)
        self._train = [*self._loss[:2], *self._accuracy[:2]]
        self._drawn: tuple[OverlayCurves | None, float] = (None, 0.0)

    def draw(self, run: OverlayCurves, smoothing: float) -> bool:
        """Draw the curves of a run; tell whether that was needed."""
        if self._drawn[0] is run and self._drawn[1] == smoothing:
            return False
        self._drawn = (run, smoothing)
        _fill(self._loss[0], run.steps, run.step_losses, pen=_faint(run.color))
        _fill(
            self._loss[1],
            run.steps,
            run.smooth_losses(smoothing),
            pen=pg.mkPen(run.color, width=1),
            antialias=True,
        )
        _fill_validation(self._loss[2], self._marks[0], run, run.validation_losses)
        _fill(self._accuracy[0], run.epochs, run.train_accuracies, pen=_faint(run.color))
        smooth = run.smooth_accuracies(smoothing)
        _fill(self._accuracy[1], run.epochs, smooth, pen=pg.mkPen(run.color, width=1), antialias=True)
        _fill_validation(self._accuracy[2], self._marks[1], run, run.validation_accuracies)
        return True

    def show_train(self, shown: bool) -> None:
        """Show the curves of training, or only those of validation."""
        for item in self._train:
            item.setVisible(shown)

    def clear(self) -> None:
        """Show nothing."""
        self._drawn = (None, 0.0)
        for item in (*self._loss, *self._accuracy, *self._marks):
            item.setData([], [])


def _faint(color: str) -> pg.QtGui.QPen:
    faint = QColor(color)
    faint.setAlpha(FAINT)
    return pg.mkPen(faint, width=1)


def _fill(item: pg.PlotDataItem, x: Curve, y: Curve, **looks: object) -> None:
    item.setData(x, np.maximum(y, SMALLEST), **looks)


def _fill_validation(line: pg.PlotDataItem, marks: pg.PlotDataItem, run: OverlayCurves, y: Curve) -> None:
    """Draw a line, and the marks on it, which tell the runs apart without their colours."""
    known = np.isfinite(y)
    epochs, y = run.epochs[known], y[known]
    marked = marked_points(len(y))
    _fill(line, epochs, y, pen=pg.mkPen(run.color, width=2.4), antialias=True)
    symbols = {"symbol": run_mark(run.color)[0], "symbolSize": 7, "symbolBrush": run.color, "symbolPen": None}
    _fill(marks, epochs[marked], y[marked], pen=None, **symbols)
