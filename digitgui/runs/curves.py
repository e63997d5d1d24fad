"""The points of live curves: as many as a plot can show, however long the run."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from model.training.history import History
from model.training.training import BatchDone, EpochDone, RunStarted, TrainingEvent

__all__ = ["Curve", "RunCurves", "mean_of_neighbours", "smoothed"]

MAX_POINTS = 1000
MIN_IMAGES_PER_POINT = 64
SMOOTHING_SHARE = 0.02
MOST_NEIGHBOURS = 12
"""The smoothed line averages each point with 2 % of all points on either side, and with no more than these."""

Curve = npt.NDArray[np.float64]


@dataclass(slots=True)
class RunCurves:
    """Loss and accuracy of one run against epochs.

    A point of the training curves is a mean, and stands where the last of its pictures was learned from: the mean
    of an epoch at the whole epoch, beside what was held out there, as tables and reports have it.

    Attributes
    ----------
    batches_per_epoch, epochs : int
        Of the run; 0 before it has begun.
    monitor_epochs, monitor_losses, monitor_accuracies : list of float
        A point an epoch, on the part held out.
    """

    batches_per_epoch: int = 0
    epochs: int = 0
    monitor_epochs: list[float] = field(default_factory=list)
    monitor_losses: list[float] = field(default_factory=list)
    monitor_accuracies: list[float] = field(default_factory=list)
    _earlier: list[tuple[float, float, float]] = field(default_factory=list)
    _step: list[float] = field(default_factory=list)
    _loss: list[float] = field(default_factory=list)
    _accuracy: list[float] = field(default_factory=list)
    _images_per_point: int = MIN_IMAGES_PER_POINT
    _images: int = 0
    _loss_sum: float = 0.0
    _correct: int = 0

    @classmethod
    def of(cls, history: History) -> "RunCurves":
        """Draw again what a history remembers: the mean of each epoch, at its end."""
        curves = cls()
        for epoch in history.epochs:
            curves.add(epoch)
        curves._earlier = [(done.epoch, done.train_loss, done.train_accuracy) for done in history.epochs]
        return curves

    def add(self, event: TrainingEvent) -> None:
        """Take in an event."""
        match event:
            case BatchDone():
                self._images += event.count
                self._loss_sum += event.loss * event.count
                self._correct += event.correct
                if self._images >= self._images_per_point:
                    self._close_point(event.step)
            case EpochDone():
                self.monitor_epochs.append(event.epoch)
                self.monitor_losses.append(event.monitor_loss)
                self.monitor_accuracies.append(event.monitor_accuracy)
            case RunStarted():
                self.batches_per_epoch, self.epochs = event.batches_per_epoch, event.epochs

    @property
    def means(self) -> int:
        """How many of the first points of the training curves are means of whole epochs."""
        return len(self._earlier)

    def train_epochs(self) -> Curve:
        """Where the points of the training curves lie, in epochs."""
        now = np.array(self._step) / max(1, self.batches_per_epoch)
        return np.concatenate([[epoch for epoch, _, _ in self._earlier], now])

    def train_losses(self) -> Curve:
        """Mean training loss at each point, in nats."""
        return np.array([*(loss for _, loss, _ in self._earlier), *self._loss])

    def train_accuracies(self) -> Curve:
        """Share of right answers in training at each point."""
        return np.array([*(accuracy for _, _, accuracy in self._earlier), *self._accuracy])

    def _close_point(self, step: int) -> None:
        self._step.append(step)
        self._loss.append(self._loss_sum / self._images)
        self._accuracy.append(self._correct / self._images)
        self._images, self._loss_sum, self._correct = 0, 0.0, 0
        if len(self._step) >= MAX_POINTS:
            self._halve()

    def _halve(self) -> None:
        """Make one point of every two."""
        self._images_per_point *= 2
        self._step = self._step[1::2]
        for curve in (self._loss, self._accuracy):
            curve[:] = [(a + b) / 2 for a, b in zip(curve[::2], curve[1::2], strict=True)]


def smoothed(curve: Curve, means: int = 0) -> Curve:
    """Average each point with its neighbours, as many on either side, so that the line does not lag behind.

    Near the beginning, where curves are steep, there are fewer of them; at the end there are only those before.
    The first points may be ``means`` already, and then stay as they are.
    """
    if means:
        return np.concatenate([curve[:means], smoothed(curve[means:])])
    return mean_of_neighbours(curve, min(MOST_NEIGHBOURS, round(len(curve) * SMOOTHING_SHARE)))


def mean_of_neighbours(curve: Curve, reach: int) -> Curve:
    """Average each point with so many on either side; near the ends, with as many as there are on both."""
    if reach < 1:
        return curve
    count = len(curve)
    index = np.arange(count)
    before = np.minimum(reach, index)
    after = np.minimum(before, count - 1 - index)
    sums = np.concatenate([[0.0], np.cumsum(curve)])
    result: Curve = (sums[index + after + 1] - sums[index - before]) / (before + after + 1)
    return result
