"""Measures in the background what strength of each operation a network stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, Signal

from digitgui.work.background import BackgroundTasks
from model.data.augmentation import label_warning
from model.data.pipeline import OPERATIONS, Step
from model.judging.robustness import accuracies, destroys_labels, strengths_of
from model.network.arrays import ImageArray, LabelArray
from model.network.network import Network

__all__ = ["RobustnessCurves", "RobustnessMeasurement"]

PICTURES = 1000
"""So many are enough to tell one per cent, and few enough to wait for."""


@dataclass(slots=True)
class RobustnessCurves:
    """What has been measured so far.

    Attributes
    ----------
    model : str
        Name of the network.
    pictures : int
        How many it was measured on; 0 until that is known.
    accuracies : dict
        By operation, from 0 to 1, of the first of its `model.judging.robustness.strengths_of`.
    is_outdated : bool
        Whether the network has changed since.
    """

    model: str
    pictures: int = 0
    accuracies: dict[str, list[float]] = field(default_factory=dict)
    is_outdated: bool = False

    def warning(self, step: Step) -> str:
        """Say that a step is so strong that labels are lost, if that was measured; else it is empty."""
        strengths, measured = strengths_of(step.operation), self.accuracies.get(step.operation, [])
        if step.is_identity or len(measured) < len(strengths):
            return ""
        if not destroys_labels(float(np.interp(step.strength, strengths, measured)), measured[0]):
            return ""
        return "Measured: at this strength the network loses more than half of its lead over guessing."


class RobustnessMeasurement(QObject):
    """Measures one point after the other, each a task of its own, so that other work need not wait for all.

    Attributes
    ----------
    curves : RobustnessCurves or None
        Those of the last measurement; as far as it came, if it was cancelled.

    Signals
    -------
    progressed()
        Another point is there, or the measurement began, ended or became outdated.
    failed(str)
    """

    progressed = Signal()
    failed = Signal(str)

    def __init__(self, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._points: Iterator[tuple[int, str, float]] | None = None
        self.curves: RobustnessCurves | None = None

    def warning(self, step: Step) -> str:
        """Say why a step may make another digit of a digit, by its nature or as measured; else it is empty."""
        return " ".join(filter(None, (label_warning(step), self.curves.warning(step) if self.curves else "")))

    @property
    def is_running(self) -> bool:
        """Whether points are still being measured."""
        return self._points is not None

    @property
    def progress(self) -> float:
        """Share of the points that are there, from 0 to 1."""
        done = sum(map(len, self.curves.accuracies.values())) if self.curves else 0
        return done / sum(len(strengths_of(operation)) for operation in OPERATIONS)

    def start(self, network: Network, held_out: Callable[[], tuple[ImageArray, LabelArray]]) -> None:
        """Measure a network as it is now.

        Parameters
        ----------
        network : Network
            Copied here.
        held_out : callable
            Gives pictures and labels; called in the other thread.
        """
        self.curves = RobustnessCurves(network.card.name)
        self._points = _points(network.copy(), held_out)
        self._next_point()
        self.progressed.emit()

    def cancel(self) -> None:
        """Measure no further; what is there stays."""
        self._points = None
        self.progressed.emit()

    def mark_outdated(self) -> None:
        """Say that the network has changed."""
        if self.curves and not self.curves.is_outdated:
            self.curves.is_outdated = True
            self.progressed.emit()

    def _next_point(self) -> None:
        points, curves = self._points, self.curves
        if points is None or curves is None or self._tasks.cancelled.is_set():
            return

        def take(point: tuple[int, str, float] | None) -> None:
            if self._points is not points:
                return  # cancelled meanwhile
            if point is None:
                self._points = None
            else:
                curves.pictures, operation, accuracy = point
                curves.accuracies.setdefault(operation, []).append(accuracy)
                self._next_point()
            self.progressed.emit()

        def fail(error: Exception) -> None:
            if self._points is points:
                self.cancel()
                self.failed.emit(f"The accuracy cannot be measured: {error}")

        self._tasks.start(lambda: next(points, None), take, fail)


def _points(
    network: Network, held_out: Callable[[], tuple[ImageArray, LabelArray]]
) -> Iterator[tuple[int, str, float]]:
    """Give the number of pictures, an operation and the accuracy at its next strength, for all of them."""
    images, labels = held_out()
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.permutation(len(images))[:PICTURES])
    images, labels = images[chosen], labels[chosen]
    for operation in OPERATIONS:
        for accuracy in accuracies(network, images, labels, operation, strengths_of(operation), rng):
            yield len(images), operation, accuracy
