"""The events of a training."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias

from model.judging.confusion_scores import ConfusionScores

__all__ = [
    "BatchDone",
    "EpochDone",
    "FinishReason",
    "LayerMeasured",
    "LayersMeasured",
    "LearningRateChanged",
    "RunFinished",
    "RunStarted",
    "TrainingEvent",
]


class FinishReason(StrEnum):
    """Why a run ended."""

    COMPLETED = "completed"
    STOPPED_EARLY = "stopped early"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Training begins.

    Attributes
    ----------
    batches_per_epoch, epochs : int
    images_per_epoch : int
        Pictures of the training part.
    """

    batches_per_epoch: int
    epochs: int
    images_per_epoch: int


@dataclass(frozen=True, slots=True)
class BatchDone:
    """The weights have changed once.

    Attributes
    ----------
    step : int
        Batches since the beginning, counted from 1.
    loss : float
        Mean loss of the batch before the change, in nats.
    correct, count : int
        Right answers, and pictures, in the batch.
    """

    step: int
    loss: float
    correct: int
    count: int


@dataclass(frozen=True, slots=True)
class EpochDone:
    """All pictures of the training part have been seen once more.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    train_loss, train_accuracy : float
        Means over the batches of the epoch, each before its change.
    validation_loss, validation_accuracy : float
        On the validation part, with the weights after the epoch; nan if it is empty.
    seconds : float
        Time spent in this epoch.
    learning_rate : float
        That of its last step.

    Examples
    --------
    >>> EpochDone(1, 0.9, 0.71, 0.6, 0.82, seconds=1.5, learning_rate=0.005).validation_accuracy
    0.82
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    learning_rate: float


@dataclass(frozen=True, slots=True)
class LearningRateChanged:
    """The learning rate was changed by hand during the run.

    Attributes
    ----------
    step : int
        The first step that uses it, counted from 1.
    learning_rate : float
        Before the schedule.
    epochs_done : float or None
        Epochs done before, with the fraction of the current one: 6.25 in the seventh. None in files of earlier
        versions.
    """

    step: int
    learning_rate: float
    epochs_done: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LayerMeasured:
    """What one step did to one layer that has weights.

    Attributes
    ----------
    name : str
        As in ``conv1``.
    gradient_norm, update_norm, weight_norm : float
        Euclidean norms over all parameters of the layer: of their gradient, of what the step changed, and of their
        values before.
    units, dead : int
        Feature maps, or single numbers after a dense layer, that the ReLU behind this layer lets through, and how
        many of them were zero everywhere on all pictures of the sample; 0 and 0 if no ReLU follows.
    """

    name: str
    gradient_norm: float
    update_norm: float
    weight_norm: float
    units: int = 0
    dead: int = 0

    @property
    def update_share(self) -> float:
        """Size of the update against that of the weights."""
        return self.update_norm / self.weight_norm if self.weight_norm else 0.0

    @property
    def dead_share(self) -> float:
        """Share of the units that are dead, 0 to 1."""
        return self.dead / self.units if self.units else 0.0


@dataclass(frozen=True, slots=True)
class LayersMeasured:
    """A step was measured from inside; comes only if the training has a `model.training.measurements.Gauge`.

    Attributes
    ----------
    step : int
        The step that was measured, counted from 1.
    layers : tuple of LayerMeasured
        In their order.
    pictures, wrong, sure_and_wrong : int
        How many pictures the sample has, how many of them are answered wrongly, and how many of these with a
        probability above `SURE`.
    """

    SURE: ClassVar[float] = 0.99

    step: int
    layers: tuple[LayerMeasured, ...]
    pictures: int
    wrong: int
    sure_and_wrong: int


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Training is over; nothing follows.

    Attributes
    ----------
    reason : FinishReason
        `DIVERGED` if the loss was no longer a finite number; the network then has the weights of the last
        whole epoch, or its first ones.
    report : ConfusionScores or None
        On the test part; None if it is empty.
    best_epoch : int or None
        The epoch whose weights the network has, if the run had a patience.
    """

    reason: FinishReason
    report: ConfusionScores | None
    best_epoch: int | None = None

    @property
    def has_learned(self) -> bool:
        """Whether the answers are better than guessing: of ten classes, 20 % right; true without a report."""
        if self.report is None:
            return True
        classes = len(self.report.confusion)
        return 9 * classes * self.report.accuracy >= 8 + classes


TrainingEvent: TypeAlias = RunStarted | BatchDone | LayersMeasured | EpochDone | LearningRateChanged | RunFinished
