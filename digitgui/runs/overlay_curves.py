"""The curves of finished and living runs, as their records have them, for one picture."""

import math
from dataclasses import dataclass

import numpy as np

from digitgui.runs.curves import Curve, mean_of_neighbours
from model.runs.run_record import RunRecord
from model.training.history import STEPS_PER_POINT, epoch_curve

HEAD = (
    "run",
    "epoch",
    "training loss",
    "validation loss",
    "training accuracy (%)",
    "validation accuracy (%)",
)
"""Of a table of curves."""
MAX_POINTS = 800
"""A raw curve of more points is thinned out to means, each where the last of them stood: no plot shows more."""


@dataclass(frozen=True, slots=True)
class CurveFigures:
    """What a run had reached after one epoch; nan where that is not known."""

    train_loss: float
    validation_loss: float
    train_accuracy: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True)
class OverlayCurves:
    """Loss and accuracy of one run against epochs.

    Attributes
    ----------
    run, name, color : str
    rates_set : dict of float to float
        Learning rates that were set by hand, by how many epochs had been done.
    steps, step_losses : ndarray of float64, shape (points,)
        Where the points of the raw training loss lie, in epochs, and the losses there, in nats.
    epochs : ndarray of float64, shape (n,)
        1, 2, 3 …
    train_losses, train_accuracies, validation_losses, validation_accuracies : ndarray of float64, shape (n,)
        A point an epoch; the training ones are means over the epoch, and stand at its end.
    """

    run: str
    name: str
    color: str
    rates_set: dict[float, float]
    steps: Curve
    step_losses: Curve
    epochs: Curve
    train_losses: Curve
    train_accuracies: Curve
    validation_losses: Curve
    validation_accuracies: Curve

    def rows(self) -> list[list[str]]:
        """Return a line of `HEAD` for every epoch, as exact as it can be read; what is not known stays empty."""
        losses = zip(self.train_losses, self.validation_losses, strict=True)
        accuracies = zip(self.train_accuracies, self.validation_accuracies, strict=True)
        return [
            [
                self.name,
                str(int(epoch)),
                *("" if math.isnan(loss) else f"{loss:.6g}" for loss in both),
                *("" if math.isnan(share) else f"{100 * share:.2f}" for share in shares),
            ]
            for epoch, both, shares in zip(self.epochs, losses, accuracies, strict=True)
        ]

    @classmethod
    def of(cls, record: RunRecord, color: str, name: str = "") -> "OverlayCurves":
        """Take the curves out of a record; it goes by its own name if none is given."""
        epochs = record.description["history"]["epochs"]
        steps, losses = _step_points(record, len(epochs))
        return cls(
            record.id,
            name or record.name,
            color,
            record.rates_set,
            steps,
            losses,
            *(epoch_curve(epochs, figure) for figure in ("epoch", "train_loss", "train_accuracy")),
            *(epoch_curve(epochs, figure) for figure in ("validation_loss", "validation_accuracy")),
        )

    def figures_at(self, epoch: int) -> CurveFigures | None:
        """Return what had been reached after an epoch; None if it was not, or is not yet, done."""
        found = np.flatnonzero(self.epochs == epoch)
        if len(found) == 0:
            return None
        curves = (self.train_losses, self.validation_losses, self.train_accuracies, self.validation_accuracies)
        return CurveFigures(*(float(curve[found[0]]) for curve in curves))

    def smooth_losses(self, share: float) -> Curve:
        """Average the raw loss with so large a share, 0 to 1, of all points on either side."""
        return mean_of_neighbours(self.step_losses, round(share * len(self.step_losses)))

    def smooth_accuracies(self, share: float) -> Curve:
        """Average the accuracy in training in the same way."""
        return mean_of_neighbours(self.train_accuracies, round(share * len(self.train_accuracies)))


def _step_points(record: RunRecord, done: int) -> tuple[Curve, Curve]:
    """Find out where the means of every 100 batches end: in each epoch the last one may be of fewer."""
    losses = np.array(record.description["history"]["train_loss_per_100_steps"], np.float64)
    pictures, batch_size = record.data.get("train_pictures", 0), record.settings["batch_size"]
    batches = math.ceil(pictures / batch_size)
    an_epoch = math.ceil(batches / STEPS_PER_POINT)
    if not done * an_epoch <= len(losses) < (done + 1) * an_epoch + 1:  # its writer counts in another way
        return _thinned(np.linspace(0, done, len(losses) + 1)[1:], losses)
    number = np.arange(len(losses))
    within = np.minimum(STEPS_PER_POINT * (number % an_epoch + 1), batches) / batches if an_epoch else number
    return _thinned(number // max(1, an_epoch) + within, losses)


def _thinned(x: Curve, y: Curve) -> tuple[Curve, Curve]:
    each = -(-len(x) // MAX_POINTS)
    if each <= 1:
        return x, y
    whole = len(x) // each * each
    return x[each - 1 : whole : each], y[:whole].reshape(-1, each).mean(axis=1)
