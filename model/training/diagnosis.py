"""What is wrong with a training: from its curves and measurements to a sentence and settings that help.

Each symptom is a function of what is known of the run so far, and finds something or nothing. The limits are
those that trainings of this program's networks showed: ``tests/model_unit/test_diagnosis.py`` trains each case.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any

from model.network.task import DIGITS, Task
from model.training.history import History
from model.training.settings import SETTINGS, Number
from model.training.training_config import TrainingConfig
from model.training.training_events import EpochDone, FinishReason, LayersMeasured
from model.wording import listed

__all__ = ["HEALTHY_SHARES", "Course", "Finding", "Symptom", "diagnose", "update_shares"]

HEALTHY_SHARES = 3e-4, 3e-2
"""An update that changes the weights by less than this share of their size is small, by more it is large."""
MANY_DEAD = 0.5
"""Share of the units of a layer. A quarter may be dead in a fresh network that learns well."""
ENOUGH_PICTURES = 5000
"""After so many pictures, or an epoch, a network no longer guesses if it learns at all."""
FEWEST_WRONG, SURE_SHARE = 5, 1 / 3
"""Of so many wrong answers at the least, so many may be sure ones before it counts."""
LATE_EPOCHS = 3
"""The validation loss may rise for fewer epochs than these by chance."""


class Symptom(StrEnum):
    """What a training may show."""

    CLASSES_MISSING = "digits missing"
    DIVERGED = "diverged"
    RATE_TOO_HIGH = "learning rate too high"
    RATE_TOO_LOW = "learning rate too low"
    NOT_LEARNING = "not learning"
    DEAD_UNITS = "dead units"
    SATURATED = "saturated"
    OVERFITTING = "overfitting"
    PATIENCE_SPENT = "patience spent"


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a run so far.

    Attributes
    ----------
    config : TrainingConfig
    history : History
    measured : sequence of LayersMeasured
        The latest measurements, in their order; may be empty.
    missing : sequence of int
        Numbers of the classes without a picture in the training part.
    reason : FinishReason or None
        Why the run ended; None as long as it goes on.
    task : Task
        What the network learns.
    """

    config: TrainingConfig
    history: History
    measured: Sequence[LayersMeasured] = ()
    missing: Sequence[int] = ()
    reason: FinishReason | None = None
    task: Task = DIGITS

    @property
    def guessing(self) -> float:
        """Loss in nats of a network that gives each class the same probability."""
        return math.log(self.task.count)

    @property
    def learning_rate(self) -> float:
        """The one that applies now, before the schedule."""
        changes = self.history.learning_rate_changes
        return changes[-1].learning_rate if changes else self.config.learning_rate

    @property
    def epochs(self) -> list[EpochDone]:
        """The whole epochs with this learning rate."""
        changes = self.history.learning_rate_changes
        return self.history.epochs[math.ceil(changes[-1].epochs_done or 0.0) if changes else 0 :]

    @property
    def since_change(self) -> list[LayersMeasured]:
        """The measurements with this learning rate."""
        changes = self.history.learning_rate_changes
        first = changes[-1].step if changes else 0
        return [one for one in self.measured if one.step >= first]

    @property
    def loss(self) -> float | None:
        """The training loss that can be judged: of the last epoch, or of many pictures; None before that."""
        if self.epochs:
            return self.epochs[-1].train_loss
        fine, seen = self.history.fine.losses, self.history.images_seen
        return fine[-1] if fine and seen >= ENOUGH_PICTURES and not self.history.learning_rate_changes else None

    @property
    def is_guessing(self) -> bool:
        """Whether the answers are no better than those of a network that knows nothing."""
        return self.loss is not None and self.loss > 0.95 * self.guessing


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a training shows, and what helps.

    Attributes
    ----------
    symptom : Symptom
    sees : str
        What there is to see, with its figures.
    remedy : str
        What to do, and why.
    changes : mapping
        Fields of `TrainingConfig` with the values that help; empty where no setting does.
    anew : bool
        Whether the run must begin anew for that: what it has come to cannot be mended by other settings.
    """

    symptom: Symptom
    sees: str
    remedy: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    anew: bool = True


def diagnose(course: Course) -> list[Finding]:
    """Return what a training shows, the gravest first; empty if nothing is unusual."""
    looks = (_missing, _diverged, _too_high, _too_low, _not_learning, _dead, _saturated, _overfitting, _patience)
    return [finding for look in looks if (finding := look(course))]


def update_shares(measured: Sequence[LayersMeasured]) -> dict[str, float]:
    """Return the size of an update against the weights, by layers: the median, since single steps differ much."""
    names = [layer.name for layer in measured[-1].layers] if measured else []
    return {name: median(one.layers[place].update_share for one in measured) for place, name in enumerate(names)}


def _missing(course: Course) -> Finding | None:
    if not course.missing:
        return None
    names = listed([course.task.class_names[label] for label in course.missing])
    every = "ten digits" if course.task.speaks_of_digits else f"{course.task.count} classes"
    return Finding(
        Symptom.CLASSES_MISSING,
        f"The training part has no picture of {names}, so the network cannot learn "
        f"{'it' if len(course.missing) == 1 else 'them'}.",
        f"Open data that has all {every}, or split it so that each part has some of each.",
    )


def _diverged(course: Course) -> Finding | None:
    if course.reason is not FinishReason.DIVERGED:
        return None
    history = course.history
    when = f"after step {history.last_step:,}, in epoch {len(history.epochs) + 1}"
    return Finding(
        Symptom.DIVERGED,
        f"The loss became infinite {when}: each step overshot further than the one before.",
        *_slower(course, 10),
    )


def _too_high(course: Course) -> Finding | None:
    """A network that only guesses after large steps; or one that loses again what it had learned."""
    if course.reason is FinishReason.DIVERGED or _is_slow(course):
        return None
    losses = [epoch.train_loss for epoch in course.epochs]
    dead = _deadest(course)
    if course.is_guessing and dead and dead[1] >= MANY_DEAD:
        sees = f"{_told(course)}, and {dead[0]} has all but stopped working"
    elif course.is_guessing and _largest_share(course) > HEALTHY_SHARES[1]:
        share = _percent(_largest_share(course))
        sees = f"{_told(course)}, and each step changes the weights by {share}"
    elif course.loss is not None and course.loss > 1.03 * course.guessing:
        sees = _told(course)
    elif len(losses) > 1 and losses[-1] > max(0.3, 1.5 * min(losses)):
        sees = f"The training loss has risen from {min(losses):.2f} to {losses[-1]:.2f}"
    else:
        return None
    is_dead = dead is not None and dead[1] >= MANY_DEAD
    return Finding(Symptom.RATE_TOO_HIGH, f"{sees}: the steps are too long.", *_slower(course, 10), anew=is_dead)


def _too_low(course: Course) -> Finding | None:
    if not _is_slow(course) or course.reason is FinishReason.DIVERGED:
        return None
    share, rate = _percent(_largest_share(course)), _other_rate(course, 10)
    return Finding(
        Symptom.RATE_TOO_LOW,
        f"The loss is still {course.loss:.2f}, and a step changes no layer by more than {share}:"
        " the steps are too short.",
        f"Ten times the learning rate, {rate:g}, gets there in a tenth of the time.",
        {"learning_rate": rate},
        anew=False,
    )


def _not_learning(course: Course) -> Finding | None:
    """A network that guesses although its weights move as they should: then the data is to blame."""
    others = _diverged(course) or _too_high(course) or _too_low(course)
    if others or not course.is_guessing or not course.since_change or len(course.epochs) < 2:
        return None
    return Finding(
        Symptom.NOT_LEARNING,
        f"The loss is still {course.loss:.2f}, as if guessing, although the weights move as they should.",
        "Look at the data: do the labels belong to the pictures?",
    )


def _dead(course: Course) -> Finding | None:
    dead = _deadest(course)
    if dead is None or dead[1] < MANY_DEAD or _too_high(course) or _diverged(course):
        return None
    return Finding(
        Symptom.DEAD_UNITS,
        f"{dead[0]} has all but stopped working. A unit that is zero for every picture gets no gradient and"
        " learns no more.",
        *_slower(course, 3),
    )


def _saturated(course: Course) -> Finding | None:
    if not course.measured or course.is_guessing:
        return None
    last = course.measured[-1]
    if last.wrong < FEWEST_WRONG or last.sure_and_wrong < SURE_SHARE * last.wrong or course.config.label_smoothing:
        return None
    return Finding(
        Symptom.SATURATED,
        f"The softmax is saturated: of {last.wrong} wrong answers on {last.pictures} pictures,"
        f" {last.sure_and_wrong} are given with more than {_percent(LayersMeasured.SURE)} probability.",
        "Label smoothing of 0.1 keeps the logits small, so that the network is less sure where it may be wrong.",
        {"label_smoothing": 0.1},
    )


def _overfitting(course: Course) -> Finding | None:
    losses = [epoch.validation_loss for epoch in course.history.epochs]
    if len(losses) <= LATE_EPOCHS or not all(map(math.isfinite, losses)):
        return None
    best = min(range(len(losses)), key=losses.__getitem__)
    train = [epoch.train_loss for epoch in course.history.epochs]
    has_grown = losses[-1] - train[-1] > losses[best] - train[best]
    late = len(losses) - 1 - best >= LATE_EPOCHS
    if not (late and has_grown and train[-1] < train[best] and losses[-1] > 1.05 * losses[best]):
        return None
    sees = (
        f"The training loss falls to {train[-1]:.2f}, but since epoch {best + 1} the validation loss has risen"
        f" from {losses[best]:.2f} to {losses[-1]:.2f}: the network learns these pictures by heart"
    )
    if course.config.augmentation == "none":
        remedy = "Augmentation shows it every picture changed a little, so that it cannot."
        return Finding(
            Symptom.OVERFITTING, f"{sees}, without augmentation.", remedy, {"augmentation": "handwriting"}
        )
    if course.config.patience:
        return None
    remedy = f"A patience of {LATE_EPOCHS + 2} epochs ends the training, and goes back to the best epoch."
    return Finding(Symptom.OVERFITTING, f"{sees}.", remedy, {"patience": LATE_EPOCHS + 2})


def _patience(course: Course) -> Finding | None:
    if course.reason is not FinishReason.STOPPED_EARLY:
        return None
    patience, schedule = course.config.patience, course.config.schedule
    sees = (
        f"The patience is spent: for {patience} epoch{'s' * (patience > 1)} the validation loss has not fallen, so"
        f" the network has the weights of epoch {len(course.history.epochs) - patience}."
    )
    if schedule != "constant":
        return Finding(Symptom.PATIENCE_SPENT, sees, "More pictures, or augmentation, may get it further.")
    remedy = "A learning rate that falls along a cosine often gets further: the last steps are short."
    return Finding(Symptom.PATIENCE_SPENT, sees, remedy, {"schedule": "cosine"})


def _slower(course: Course, times: float) -> tuple[str, dict[str, Any]]:
    """Advise a smaller learning rate."""
    rate = _other_rate(course, 1 / times)
    return f"A learning rate of {rate:g} instead of {course.learning_rate:g}.", {"learning_rate": rate}


def _other_rate(course: Course, factor: float) -> float:
    """Multiply the learning rate, to two digits, inside its limits."""
    limits = SETTINGS["learning_rate"]
    assert isinstance(limits, Number)
    return min(max(float(f"{course.learning_rate * factor:.1e}"), limits.minimum), limits.maximum)


def _told(course: Course) -> str:
    """Say how high the loss is of a network that has not learned."""
    loss = course.loss or 0.0
    figure = f"{loss:.2f}" if loss < 1000 else f"{loss:.1e}"
    guessing = course.guessing
    word = "as if guessing" if loss < 1.03 * guessing else f"worse than guessing, which costs {guessing:.2f}"
    return f"The loss is {figure}, {word}"


def _percent(share: float) -> str:
    """Write a share: ``0.02 %``, ``38 %``."""
    return f"{100 * share:.1g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _is_slow(course: Course) -> bool:
    """Whether the steps are short while there is still much to learn."""
    dead = _deadest(course)
    return (
        course.loss is not None
        and course.loss > course.guessing / 2
        and bool(course.since_change)
        and _largest_share(course) < HEALTHY_SHARES[0]
        and (dead is None or dead[1] < MANY_DEAD)
    )


def _largest_share(course: Course) -> float:
    return max(update_shares(course.since_change).values(), default=0.0)


def _deadest(course: Course) -> tuple[str, float] | None:
    """Name the layer with the largest share of dead units, how many they are, and that share."""
    layers = [layer for layer in course.measured[-1].layers if layer.units] if course.measured else []
    if not layers:
        return None
    worst = max(layers, key=lambda layer: layer.dead_share)
    return f"{worst.name}, with {worst.dead} of {worst.units} units dead,", worst.dead_share
