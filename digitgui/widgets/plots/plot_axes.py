"""Axes that mark what a person would mark: whole epochs, and round figures of a loss, none over another."""

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg

from digitgui.looks.sizes import text_scale

LEADING_DIGITS = (range(1, 10), (1, 2, 5), (1, 3), (1,))
"""What may be marked in each decade of a logarithmic scale, from fine to coarse."""
MARK_DISTANCE = 18
"""Pixels from one figure to the next where text has 100 %, so that they stay apart."""


class EpochAxis(pg.AxisItem):  # type: ignore[misc]
    """Marks whole epochs only."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return pyqtgraph's distances of marks, none below one epoch."""
        return [(max(1.0, spacing), offset) for spacing, offset in super().tickSpacing(low, high, size)]


class LossAxis(pg.AxisItem):  # type: ignore[misc]
    """Marks, on a logarithmic scale, as many round figures as find room: pyqtgraph's own overlap."""

    def logTickValues(
        self, low: float, high: float, size: float, _linear: object
    ) -> list[tuple[float, list[float]]]:
        """Return the logarithms to mark."""
        return [(1.0, log_marks(low, high, size / text_scale()))]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Write the figures themselves."""
        return [f"{10**value:.4g}" for value in values]


class PercentAxis(pg.AxisItem):  # type: ignore[misc]
    """Marks shares in per cent, as they are written everywhere else."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Write no more decimals than tell the marks apart."""
        return [f"{100 * value:.4g} %" for value in values]


def log_marks(low: float, high: float, pixels: float) -> list[float]:
    """Choose what to mark between two logarithms, base 10, that lie so many pixels apart.

    Within one decade that is too short for two such figures, the marks are those of a linear scale.
    """
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    nearest = MARK_DISTANCE * (high - low) / max(1.0, pixels)
    for digits in LEADING_DIGITS:
        marks = _within(low, high, [decade + np.log10(digit) for decade in decades for digit in digits])
        if len(marks) > 1 and np.diff(marks).min() >= nearest:
            return marks
    whole = _within(low, high, decades)
    if len(whole) > 1:
        return whole[:: int(np.ceil(nearest))]
    bottom, top = 10**low, max(10**high, 10**low * (1 + 1e-9))
    least = 2 * MARK_DISTANCE * (top - bottom) / max(1.0, pixels)
    power = 10 ** np.floor(np.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    return _within(low, high, np.log10(np.arange(np.ceil(bottom / step), np.floor(top / step) + 1) * step))


def _within(low: float, high: float, marks: Iterable[float]) -> list[float]:
    return [float(mark) for mark in marks if low <= mark <= high]
