"""The curves of a run so far: figures that fit into a model file, and a finer curve that fits into a plot."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from model.notebook_html import Line, curve_picture
from model.plain_values import finite, read_known
from model.training.training_events import BatchDone, EpochDone, LearningRateChanged, TrainingEvent
from model.wording import epochs

__all__ = [
    "MAX_POINTS",
    "STEPS_PER_POINT",
    "FineCurve",
    "History",
    "epoch_curve",
    "epoch_figures",
    "validation_loss_of",
]

STEPS_PER_POINT = 100
"""Batches that one point of `History.step_losses` is the mean of, as in the journal."""
MAX_POINTS = 1000
MIN_IMAGES_PER_POINT = 64
"""The fine curve has no more points than these, and none of fewer pictures."""
PARTS_DRAWN = (("train", "training", "#0072b2"), ("validation", "validation", "#d55e00"))
"""Of `EpochDone`, with the names and colours of their lines in a notebook: told apart by the colour-blind, too."""
NAMES_OF_0_1_0 = {"monitor_loss": "validation_loss", "monitor_accuracy": "validation_accuracy"}
"""Figures of an epoch as version 0.1.0 wrote them, and as they are called now."""


def epoch_figures(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says of one epoch, under the names of this version."""
    return {NAMES_OF_0_1_0.get(name, name): figure for name, figure in saved.items()}


def epoch_curve(saved: Sequence[Mapping[str, Any]], name: str) -> npt.NDArray[np.float64]:
    """Return one figure of every epoch that a file tells of, shape (epochs,); nan where there is none.

    There may be 100,000 epochs, which are not made into objects for a plot.
    """
    old = next((before for before, now in NAMES_OF_0_1_0.items() if now == name), name)
    return np.array([epoch[name] if name in epoch else epoch[old] for epoch in saved], np.float64)


def validation_loss_of(saved: Mapping[str, Any]) -> Any:
    """Return the validation loss that a file says of one epoch, without a copy of all its figures."""
    return saved["validation_loss"] if "validation_loss" in saved else saved["monitor_loss"]


@dataclass(slots=True)
class FineCurve:
    """Loss and accuracy in training point by point, as many as a plot can show, however long the run.

    Attributes
    ----------
    begins_after : int
        Epochs before the curve, of which only the means are known, as in runs of older versions.
    steps : list of int
        The batch with which each point ends; it is the mean of all since the point before.
    losses, accuracies : list of float
        In nats, and from 0 to 1.
    """

    begins_after: int = 0
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    images_per_point: int = MIN_IMAGES_PER_POINT
    _images: int = 0
    _loss_sum: float = 0.0
    _correct: int = 0

    def add(self, event: BatchDone) -> None:
        """Add a batch."""
        self._images += event.count
        self._loss_sum += event.loss * event.count
        self._correct += event.correct
        if self._images >= self.images_per_point:
            self.steps.append(event.step)
            self.losses.append(self._loss_sum / self._images)
            self.accuracies.append(self._correct / self._images)
            self._images, self._loss_sum, self._correct = 0, 0.0, 0
            if len(self.steps) >= MAX_POINTS:
                self._halve()

    def _halve(self) -> None:
        """Merge every two points into one."""
        self.images_per_point *= 2
        self.steps[:] = self.steps[1::2]
        for curve in (self.losses, self.accuracies):
            curve[:] = [(a + b) / 2 for a, b in zip(curve[::2], curve[1::2], strict=True)]


@dataclass(slots=True)
class History:
    """Collects the events of a run.

    Attributes
    ----------
    step_losses : list of float
        Mean training loss of every 100 batches of an epoch, in nats, to six digits after the point; the rest of an
        epoch gives one more.
    epochs : list of EpochDone
    learning_rate_changes : list of LearningRateChanged
    images_seen : int
    fine : FineCurve
        What a plot shows while the run goes on. A checkpoint keeps it; records and models do without.
    last_step : int
        The last batch that was added; 0 if none was added since the history was read from a file.

    Examples
    --------
    >>> import model
    >>> history, data = model.History(), model.open_data("bundled").limited(100)
    >>> for event in model.train(model.build("journal-8"), data, model.TrainingConfig(epochs=2)):
    ...     _ = history.add(event)
    >>> len(history.epochs), history.images_seen
    (2, 170)
    """

    step_losses: list[float] = field(default_factory=list)
    epochs: list[EpochDone] = field(default_factory=list)
    learning_rate_changes: list[LearningRateChanged] = field(default_factory=list)
    images_seen: int = 0
    fine: FineCurve = field(default_factory=FineCurve)
    last_step: int = field(default=0, compare=False)
    _pending: list[float] = field(default_factory=list)
    _read: list[dict[str, Any]] = field(default_factory=list, repr=False, compare=False)
    """The first epochs, as read from a file."""

    def __repr__(self) -> str:
        """Say in a line how far the run is."""
        if not self.epochs:
            return f"<History: no epoch done, {self.images_seen:,} pictures seen>"
        last, part = self.epochs[-1], "validation"
        loss, accuracy = last.validation_loss, last.validation_accuracy
        if math.isnan(loss):  # there is no validation part
            loss, accuracy, part = last.train_loss, last.train_accuracy, "training"
        return f"<History: {epochs(len(self.epochs))}, {part} loss {loss:.4f}, accuracy {accuracy:.2%}>"

    def _repr_html_(self) -> str:
        """Show loss and accuracy in a notebook: against epochs, or against batches before the first is done."""
        pictures = ""
        for what, title in (("loss", "Loss in nats"), ("accuracy", "Accuracy")):
            done = [epoch.epoch for epoch in self.epochs]
            lines = [
                Line(
                    part, done, [getattr(epoch, f"{name}_{what}") for epoch in self.epochs], color, name == "train"
                )
                for name, part, color in PARTS_DRAWN
            ]
            if not self.epochs:
                curve = self.fine.losses if what == "loss" else self.fine.accuracies
                lines = [Line("training", self.fine.steps, curve, PARTS_DRAWN[0][2], True)]
            pictures += curve_picture(lines, title, "epoch" if self.epochs else "batch")
        return f"<div>{escape(repr(self)[1:-1])}</div><div>{pictures}</div>"

    def add(self, event: TrainingEvent) -> bool:
        """Add an event; return whether `step_losses` has grown."""
        match event:
            case BatchDone():
                self.images_seen += event.count
                self.last_step = event.step
                self.fine.add(event)
                self._pending.append(event.loss)
                return len(self._pending) == STEPS_PER_POINT and self._close_point()
            case EpochDone():
                self.epochs.append(event)
                return bool(self._pending) and self._close_point()
            case LearningRateChanged():
                self.learning_rate_changes.append(event)
        return False

    def rates_set(self, steps_per_epoch: int) -> dict[float, float]:
        """Return the learning rates that were set by hand while the run went on.

        Parameters
        ----------
        steps_per_epoch : int
            For files of earlier versions, which record only the step of a change.

        Returns
        -------
        dict of float to float
            By the number of epochs done before, such as 6.25 in the seventh; of several in one epoch, the last.
        """
        last: dict[int, tuple[float, float]] = {}
        for change in self.learning_rate_changes:
            by_step = (change.step - 1) / max(1, steps_per_epoch)
            done = by_step if change.epochs_done is None else change.epochs_done
            last[int(done)] = done, change.learning_rate
        return dict(last.values())

    def as_dict(self) -> dict[str, Any]:
        """Return all but the fine curve as plain lists and numbers, for JSON: the one form in every file.

        Figures of a later version in epochs that were read are kept beside them.
        """
        read = self._read + [{}] * (len(self.epochs) - len(self._read))
        described: dict[str, Any] = finite(
            {
                "train_loss_per_100_steps": self.step_losses,
                "epochs": [noted | asdict(epoch) for noted, epoch in zip(read, self.epochs, strict=True)],
                "learning_rate_changes": [asdict(change) for change in self.learning_rate_changes],
                "images_seen": self.images_seen,
            }
        )
        return described

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "History":
        """Read what `as_dict` returned, in earlier versions too; None stands for the figure of an empty part.

        `as_dict` also returns the figures of single epochs that only a later version knows, but not its curves,
        which would not grow with the others.

        Raises
        ------
        AttributeError, KeyError, TypeError
            If it is something else.
        """
        read = [epoch_figures(epoch) for epoch in saved["epochs"]]
        epochs: list[dict[str, Any]] = [
            {name: math.nan if figure is None else figure for name, figure in epoch.items()} for epoch in read
        ]
        return cls(
            list(saved["train_loss_per_100_steps"]),
            [read_known(EpochDone, epoch) for epoch in epochs],
            [read_known(LearningRateChanged, change) for change in saved["learning_rate_changes"]],
            int(saved.get("images_seen", 0)),
            FineCurve(begins_after=len(epochs)),
            _read=read,
        )

    def _close_point(self) -> bool:
        self.step_losses.append(round(sum(self._pending) / len(self._pending), 6))
        self._pending.clear()
        return True
