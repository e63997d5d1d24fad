"""What a run has shown so far, in figures that fit into a model file."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from model.training.training_events import BatchDone, EpochDone, LearningRateChanged, TrainingEvent

__all__ = ["STEPS_PER_POINT", "History"]

STEPS_PER_POINT = 100
"""Batches that one point of `History.step_losses` is the mean of, as in the journal."""


@dataclass(slots=True)
class History:
    """Collects the events of a run.

    Attributes
    ----------
    step_losses : list of float
        Mean training loss of every 100 batches of an epoch, in nats; the rest of an epoch gives one more.
    epochs : list of EpochDone
    learning_rate_changes : list of LearningRateChanged
    images_seen : int
    """

    step_losses: list[float] = field(default_factory=list)
    epochs: list[EpochDone] = field(default_factory=list)
    learning_rate_changes: list[LearningRateChanged] = field(default_factory=list)
    images_seen: int = 0
    _pending: list[float] = field(default_factory=list)

    def add(self, event: TrainingEvent) -> bool:
        """Take in an event; tell whether `step_losses` has grown."""
        match event:
            case BatchDone():
                self.images_seen += event.count
                self._pending.append(event.loss)
                return len(self._pending) == STEPS_PER_POINT and self._close_point()
            case EpochDone():
                self.epochs.append(event)
                return bool(self._pending) and self._close_point()
            case LearningRateChanged():
                self.learning_rate_changes.append(event)
        return False

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers, for JSON."""
        return {
            "train_loss_per_100_steps": [round(loss, 6) for loss in self.step_losses],
            "epochs": [asdict(epoch) for epoch in self.epochs],
            "learning_rate_changes": [asdict(change) for change in self.learning_rate_changes],
        }

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "History":
        """Read what `as_dict` returned; None stands for the figure of an empty part.

        Raises
        ------
        KeyError, TypeError
            If it is something else.
        """
        epochs: list[dict[str, Any]] = [
            {name: math.nan if figure is None else figure for name, figure in epoch.items()}
            for epoch in saved["epochs"]
        ]
        changes = [LearningRateChanged(**change) for change in saved["learning_rate_changes"]]
        return cls(list(saved["train_loss_per_100_steps"]), [EpochDone(**epoch) for epoch in epochs], changes)

    def _close_point(self) -> bool:
        self.step_losses.append(sum(self._pending) / len(self._pending))
        self._pending.clear()
        return True
