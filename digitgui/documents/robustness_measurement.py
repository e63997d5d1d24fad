"""Measures in the background what strength of each operation a network stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.data.augmentation import label_warning
from model.data.pipeline import OPERATIONS, Step
from model.judging.ensemble import AnyNetwork
from model.judging.robustness import accuracies, destroys_labels, strengths_of
from model.network.arrays import ImageArray, LabelArray
from model.network.task import DIGITS

Measured: TypeAlias = tuple[int, dict[str, list[float]]]
"""On how many pictures, and the accuracies by operation."""
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
    classes : int
        How many the network tells apart.
    """

    model: str
    pictures: int = 0
    accuracies: dict[str, list[float]] = field(default_factory=dict)
    classes: int = DIGITS.count

    def warning(self, step: Step) -> str:
        """Say that a step is so strong that labels are lost, if that was measured; else it is empty."""
        strengths, measured = strengths_of(step.operation), self.accuracies.get(step.operation, [])
        if step.is_identity or len(measured) < len(strengths):
            return ""
        accuracy = float(np.interp(step.strength, strengths, measured))
        if not destroys_labels(accuracy, measured[0], self.classes):
            return ""
        return "Measured: at this strength the network loses more than half of its lead over guessing."


class RobustnessMeasurement(Teller):
    """Measures one point after the other, in a thread of its own, so that other work need not wait for all.

    Attributes
    ----------
    task : Task
        What the pictures are about that are changed.
    curves : RobustnessCurves or None
        Those of the last measurement; as far as it came, if it was cancelled.

    Signals
    -------
    progressed()
        Another point is there, or the measurement began, ended or became outdated.
    """

    progressed = Signal()

    def __init__(self, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = DIGITS
        self.curves: RobustnessCurves | None = None
        self._measuring = Computation[Measured](
            "Measuring robustness",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The accuracy cannot be measured",
            tells=True,
            can_cancel=True,
        )
        self._measuring.changed.connect(self.progressed)
        self._measuring.failed.connect(self.failed)
        for news in (self._measuring.progressed, self._measuring.done):
            news.connect(self._take)

    def warning(self, step: Step) -> str:
        """Say why a step may make a picture of another class, by its nature or as measured; else it is empty."""
        return " ".join(
            filter(None, (label_warning(step, self.task), self.curves.warning(step) if self.curves else ""))
        )

    @property
    def is_outdated(self) -> bool:
        """Whether the network, or the data, have changed since."""
        return self._measuring.is_outdated

    @property
    def is_running(self) -> bool:
        """Whether points are still being measured."""
        return self._measuring.is_under_way

    @property
    def progress(self) -> float:
        """Share of the points that are there, from 0 to 1."""
        return _share(self.curves.accuracies) if self.curves else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the measurement will go on; None where that is not known."""
        return self._measuring.seconds_left

    def start(self, network: AnyNetwork, validation_pictures: Callable[[], tuple[ImageArray, LabelArray]]) -> None:
        """Measure a network as it is now.

        Parameters
        ----------
        network : Network or Ensemble
            Copied here.
        validation_pictures : callable
            Gives pictures and labels; called in the other thread.
        """
        self.curves = RobustnessCurves(network.card.name, classes=network.classes)
        self._measuring.ask_anew(_measure, network.copy(), validation_pictures)

    def cancel(self) -> None:
        """Measure no further; what is there stays."""
        self._measuring.cancel()

    def mark_outdated(self) -> None:
        """Say that the network has changed, or the data."""
        self._measuring.outdate()

    def mark_current(self) -> None:
        """Say that both are again what they were when it was measured."""
        self._measuring.renew()

    def _take(self, measured: Measured) -> None:
        if self.curves:
            self.curves.pictures, self.curves.accuracies = measured
            self.progressed.emit()


def _measure(
    network: AnyNetwork,
    validation_pictures: Callable[[], tuple[ImageArray, LabelArray]],
    on_progress: Callable[[float, Measured], object],
) -> Measured:
    """Measure the accuracy at every strength of every operation; what is told holds all points so far."""
    images, labels = validation_pictures()
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.permutation(len(images))[:PICTURES])
    images, labels = images[chosen], labels[chosen]
    found: dict[str, list[float]] = {}
    for operation in OPERATIONS:
        for accuracy in accuracies(network, images, labels, operation, strengths_of(operation), rng):
            others = found.get(operation, [])
            found = found | {operation: [*others, accuracy]}
            on_progress(_share(found), (len(images), found))
    return len(images), found


def _share(measured: dict[str, list[float]]) -> float:
    return sum(map(len, measured.values())) / sum(len(strengths_of(operation)) for operation in OPERATIONS)
