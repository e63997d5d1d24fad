"""Training as a generator of events: whoever iterates decides when to show, to pause and to stop."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from model.arrays import ImageArray, LabelArray
from model.augmentation import AUGMENTATIONS, augment
from model.dataset import Dataset, Part
from model.errors import ConfigError, DataFormatError
from model.evaluation import Evaluation, evaluate, loss_and_accuracy
from model.network import Network
from model.optimizers import OPTIMIZERS

__all__ = [
    "LIMITS",
    "BatchDone",
    "EpochDone",
    "FinishReason",
    "Limits",
    "RunFinished",
    "RunStarted",
    "TrainingConfig",
    "TrainingEvent",
    "finish",
    "random_streams",
    "train",
]

AUGMENTATION_CHUNK = 512
"""Pictures changed at once, whatever the batch size: one by one would cost more than the training."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a number in `TrainingConfig`, for its check and for the control that sets it.

    Attributes
    ----------
    minimum, maximum : float
        Both are allowed.
    help : str
        One sentence for the person who sets it.
    """

    minimum: float
    maximum: float
    help: str

    def check(self, name: str, number: float) -> None:
        """Raise `ConfigError` unless ``number`` lies inside, and is whole if the limits are."""
        whole = isinstance(self.maximum, int)
        kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
        if isinstance(number, bool) or not isinstance(number, kinds) or not self.minimum <= number <= self.maximum:
            what = "a whole number" if whole else "a number"
            raise ConfigError(f"{name} must be {what} from {self.minimum} to {self.maximum}, got {number!r}")


LIMITS = {
    "learning_rate": Limits(
        1e-6,
        1.0,
        "How far one step goes. Too large and the loss jumps or becomes infinite; too small and it crawls.",
    ),
    "batch_size": Limits(
        1,
        4096,
        "Pictures a step learns from together. 1 is the journal's way; 32 is about ten times as fast.",
    ),
    "epochs": Limits(1, 1000, "How many times training goes through all pictures of the train part."),
    "seed": Limits(
        0, 2**31 - 1, "Chooses the random numbers: the same seed and settings give exactly the same network."
    ),
}


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train; the defaults are the journal's way, with its second largest learning rate.

    Attributes
    ----------
    learning_rate : float
    batch_size, epochs, seed : int
    optimizer : str
        A key of `model.optimizers.OPTIMIZERS`.
    augmentation : str
        A key of `model.augmentation.AUGMENTATIONS`.

    Raises
    ------
    ConfigError
        If a number is outside its `LIMITS`, or a name is not known.
    """

    learning_rate: float = 0.005
    batch_size: int = 1
    epochs: int = 20
    seed: int = 0
    optimizer: str = "sgd"
    augmentation: str = "none"

    def __post_init__(self) -> None:
        for name, limits in LIMITS.items():
            limits.check(name, getattr(self, name))
        for name, known in (("optimizer", OPTIMIZERS), ("augmentation", AUGMENTATIONS)):
            if getattr(self, name) not in known:
                raise ConfigError(f"{name} must be one of {', '.join(known)}, got {getattr(self, name)!r}")

    def as_dict(self) -> dict[str, float | int | str]:
        """Return the settings by name."""
        return {field_.name: getattr(self, field_.name) for field_ in fields(self)}


class FinishReason(StrEnum):
    """Why a run ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Training begins.

    Attributes
    ----------
    batches_per_epoch, epochs : int
    images_per_epoch : int
        Pictures of the train part.
    monitor_part : str
        The part that `EpochDone` reports on.
    """

    batches_per_epoch: int
    epochs: int
    images_per_epoch: int
    monitor_part: Part


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
    """All pictures of the train part have been seen once more.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    train_loss, train_accuracy : float
        Means over the batches of the epoch, each before its change.
    monitor_loss, monitor_accuracy : float
        On the part that `RunStarted` names, with the weights of now; nan if it is empty.
    seconds : float
        Time spent in this epoch.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    monitor_loss: float
    monitor_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Training is over; nothing follows.

    Attributes
    ----------
    reason : FinishReason
        `DIVERGED` if the loss was no longer a finite number; the network then has the weights of the last
        whole epoch, or its first ones.
    report_part : str
        The part that ``report`` is about.
    report : Evaluation or None
        None if that part is empty.
    """

    reason: FinishReason
    report_part: Part
    report: Evaluation | None

    @property
    def has_learned(self) -> bool:
        """Whether the answers are better than guessing among ten digits, as far as is known."""
        return self.report is None or self.report.accuracy >= 2 / 10


TrainingEvent: TypeAlias = RunStarted | BatchDone | EpochDone | RunFinished


@dataclass(frozen=True, slots=True)
class RandomStreams:
    """Independent generators from one seed, so that using one more does not move the others.

    The first stream of a seed belongs to the initial weights (`Network`).
    """

    shuffling: np.random.Generator
    augmentation: np.random.Generator
    dropout: np.random.Generator


def random_streams(seed: int) -> RandomStreams:
    """Spawn the streams that training uses."""
    _, *children = np.random.SeedSequence(seed).spawn(4)
    return RandomStreams(*(np.random.default_rng(child) for child in children))


def train(
    network: Network, dataset: Dataset, config: TrainingConfig | None = None
) -> Generator[TrainingEvent, None, None]:
    """Train a network on the train part of a data set.

    Nothing happens until the first event is asked for, and nothing between two events is left half done: the
    weights may be read or copied whenever an event has come out, and closing the iterator ends the training.

    Parameters
    ----------
    network : Network
        Changed in place.
    dataset : Dataset
    config : TrainingConfig, optional

    Yields
    ------
    TrainingEvent
        One `RunStarted`; for each epoch a `BatchDone` a batch and one `EpochDone`; one `RunFinished`.

    Raises
    ------
    DataFormatError
        If the train part is empty.

    Notes
    -----
    BLAS keeps to one thread from the second event to the last, in the whole process; the iterator must be
    exhausted or closed in the thread that went through it, or it stays so.
    """
    config = config or TrainingConfig()
    count = len(dataset.split.train)
    if count == 0:
        raise DataFormatError(f"{dataset.name} has no pictures to train on")
    yield RunStarted(math.ceil(count / config.batch_size), config.epochs, count, dataset.monitor_part)
    # One BLAS thread: the same bits on any number of cores, a core left for the window, and at this size
    # no slower than two.
    with threadpool_limits(limits=1, user_api="blas"):
        reason = yield from _epochs(network, dataset, config)
    yield finish(network, dataset, reason)


def _epochs(
    network: Network, dataset: Dataset, config: TrainingConfig
) -> Generator[BatchDone | EpochDone, None, FinishReason]:
    """Train to the end, or until the numbers are no longer finite; return why it ended."""
    images, labels = dataset.part("train")
    monitored = dataset.part(dataset.monitor_part)
    streams = random_streams(config.seed)
    optimizer = OPTIMIZERS[config.optimizer](network.parameters(), learning_rate=config.learning_rate)
    good_weights = network.weights()
    step = 0
    for epoch in range(1, config.epochs + 1):
        tally = _Tally(step)
        for batch_images, batch_labels in _batches(images, labels, config, streams):
            with np.errstate(over="ignore", invalid="ignore"):  # seen in the loss, and said once
                loss, correct = network.train_batch(batch_images, batch_labels)
                if math.isfinite(loss):
                    optimizer.step()
            if not math.isfinite(loss):
                network.set_weights(good_weights)
                return FinishReason.DIVERGED
            yield tally.count(loss, correct, len(batch_labels))
        if not _all_finite(network):
            network.set_weights(good_weights)
            return FinishReason.DIVERGED
        step += tally.batches
        good_weights = network.weights()
        yield tally.epoch_done(epoch, network, monitored)
    return FinishReason.COMPLETED


def finish(network: Network, dataset: Dataset, reason: FinishReason) -> RunFinished:
    """Report on a network at the end of a run; also for whoever stops one by closing the iterator."""
    part = dataset.report_part
    images, labels = dataset.part(part)
    report = evaluate(network, images, labels) if len(images) else None
    return RunFinished(reason, part, report)


@dataclass(slots=True)
class _Tally:
    """Counts what one epoch brings."""

    first_step: int
    started: float = field(default_factory=time.perf_counter)
    batches: int = 0
    images: int = 0
    correct: int = 0
    loss_sum: float = 0.0

    def count(self, loss: float, correct: int, images: int) -> BatchDone:
        self.batches += 1
        self.images += images
        self.correct += correct
        self.loss_sum += loss * images
        return BatchDone(self.first_step + self.batches, loss, correct, images)

    def epoch_done(self, epoch: int, network: Network, monitored: tuple[ImageArray, LabelArray]) -> EpochDone:
        images, labels = monitored
        loss, accuracy = loss_and_accuracy(network, images, labels) if len(images) else (math.nan, math.nan)
        seconds = time.perf_counter() - self.started
        return EpochDone(epoch, self.loss_sum / self.images, self.correct / self.images, loss, accuracy, seconds)


def _batches(
    images: ImageArray, labels: LabelArray, config: TrainingConfig, streams: RandomStreams
) -> Iterator[tuple[ImageArray, LabelArray]]:
    """Go through all pictures once in random order, augmented."""
    order = streams.shuffling.permutation(len(images))
    chunk = max(config.batch_size, AUGMENTATION_CHUNK // config.batch_size * config.batch_size)
    for chunk_start in range(0, len(order), chunk):
        indices = order[chunk_start : chunk_start + chunk]
        chunk_images = augment(images[indices], config.augmentation, streams.augmentation)
        chunk_labels = labels[indices]
        for start in range(0, len(indices), config.batch_size):
            batch = slice(start, start + config.batch_size)
            yield chunk_images[batch], chunk_labels[batch]


def _all_finite(network: Network) -> bool:
    return all(bool(np.isfinite(parameter.value).all()) for parameter in network.parameters())
