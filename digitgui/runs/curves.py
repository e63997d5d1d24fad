"""The curves of one run as a plot shows them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.training.history import History
from model.training.training_events import RunStarted

SMOOTHING_SHARE = 0.02
MOST_NEIGHBOURS = 12
"""The smoothed line averages each point with 2 % of all points on either side, and with no more than these."""

Curve = npt.NDArray[np.float64]


@dataclass(slots=True)
class RunCurves:
    """Loss and accuracy of one run against epochs, as its history grows.

    A point of the training curves is a mean, and stands where the last of its pictures was learned from: the mean
    of an epoch at the whole epoch, beside the validation figures there, as tables and reports have it.

    Attributes
    ----------
    history : History
    batches_per_epoch, epochs : int
        Of the run; 0 before it has begun.
    """

    history: History
    batches_per_epoch: int = 0
    epochs: int = 0

    def begin(self, event: RunStarted) -> None:
        """Take in how long the run will be."""
        self.batches_per_epoch, self.epochs = event.batches_per_epoch, event.epochs

    @property
    def means(self) -> int:
        """How many of the first points of the training curves are means of whole epochs."""
        return self.history.fine.begins_after

    @property
    def rates_set(self) -> dict[float, float]:
        """Learning rates that were set by hand, as `History.rates_set` returns them."""
        return self.history.rates_set(self.batches_per_epoch)

    def train_epochs(self) -> Curve:
        """Where the points of the training curves lie, in epochs."""
        fine = np.array(self.history.fine.steps) / max(1, self.batches_per_epoch)
        return np.concatenate([[done.epoch for done in self.history.epochs[: self.means]], fine])

    def train_losses(self) -> Curve:
        """Mean training loss at each point, in nats."""
        history = self.history
        return np.array([*(done.train_loss for done in history.epochs[: self.means]), *history.fine.losses])

    def train_accuracies(self) -> Curve:
        """Share of right answers in training at each point."""
        history = self.history
        return np.array(
            [*(done.train_accuracy for done in history.epochs[: self.means]), *history.fine.accuracies]
        )

    @property
    def validation_epochs(self) -> list[float]:
        """Where the points of the validation part lie: one an epoch."""
        return [done.epoch for done in self.history.epochs]

    @property
    def validation_losses(self) -> list[float]:
        """Validation loss after each epoch, in nats."""
        return [done.validation_loss for done in self.history.epochs]

    @property
    def validation_accuracies(self) -> list[float]:
        """Validation accuracy after each epoch, from 0 to 1."""
        return [done.validation_accuracy for done in self.history.epochs]


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
