"""Training as a generator of events: the loop that iterates decides when to show, pause and stop."""

import math
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from model.data.augmentation import augment
from model.data.dataset import Dataset
from model.errors import DataFormatError, ShapeError
from model.judging.belonging import check_belongs
from model.judging.evaluation import evaluate_briefly, loss_and_accuracy
from model.large_arrays import Rows, in_pieces, release
from model.network.arrays import FloatArray, ImageArray, IndexArray, LabelArray
from model.network.losses import NO_DIGIT, add_weight_penalty
from model.network.network import Network
from model.network.optimizers import OPTIMIZERS, AdamW, Optimizer, clip_gradients
from model.network.schedules import SCHEDULES
from model.training.learner import Learner, check_labels
from model.training.measurements import Gauge
from model.training.training_config import TrainingConfig
from model.training.training_events import (
    BatchDone,
    EpochDone,
    FinishReason,
    LayersMeasured,
    LearningRateChanged,
    RunFinished,
    RunStarted,
    TrainingEvent,
)

__all__ = ["Best", "RandomStreams", "TrainingState", "finish", "learn", "random_streams", "train"]

InnerEvent: TypeAlias = BatchDone | LayersMeasured | EpochDone | LearningRateChanged
AUGMENTATION_CHUNK = 512
"""Pictures changed at once, whatever the batch size: one by one would cost more than the training."""


@dataclass(frozen=True, slots=True)
class RandomStreams:
    """Independent generators from one seed, so that using one more does not change the others.

    The first stream of a seed belongs to the initial weights (`Network`).
    """

    shuffling: np.random.Generator
    augmentation: np.random.Generator
    dropout: np.random.Generator


def random_streams(seed: int) -> RandomStreams:
    """Spawn the streams that training uses."""
    _, *children = np.random.SeedSequence(seed).spawn(4)
    return RandomStreams(*(np.random.default_rng(child) for child in children))


@dataclass(frozen=True, slots=True)
class Best:
    """The epoch with the lowest validation loss so far.

    Attributes
    ----------
    epoch : int
    loss : float
    weights : dict
        As returned by `Network.weights`.
    """

    epoch: int
    loss: float
    weights: dict[str, FloatArray]


class TrainingState:
    """All that a run needs, besides the network and the data, to continue as if it had never stopped.

    Parameters
    ----------
    network : Network
    config : TrainingConfig

    Attributes
    ----------
    learning_rate : float
        Before the schedule. May be set at any time, from any thread: the next step uses it.
    followed_learning_rate : float
        The one that the last step used.
    optimizer : Optimizer
    streams : RandomStreams
    epochs_done, steps_done : int
    best : Best or None
        Kept if the configuration has a patience.
    gauge : Gauge or None
        Measures steps from inside, if there is one; the weights become the same with it and without.
    """

    def __init__(self, network: Network, config: TrainingConfig) -> None:
        self.config = config
        self.learning_rate = self.followed_learning_rate = config.learning_rate
        self.optimizer = _optimizer(network, config)
        self.streams = random_streams(config.seed)
        self.epochs_done = 0
        self.steps_done = 0
        self.best: Best | None = None
        self.gauge: Gauge | None = None

    @property
    def has_lost_patience(self) -> bool:
        """Whether the validation loss has not fallen for as many epochs as the configuration allows."""
        return self.best is not None and self.epochs_done - self.best.epoch >= self.config.patience

    def go_back_to_best(self, network: Network, reason: FinishReason) -> int | None:
        """Restore the weights of the best epoch, if the run has one; return that epoch."""
        if self.best is None or reason is FinishReason.DIVERGED:
            return None
        network.set_weights(self.best.weights)
        return self.best.epoch


def train(
    network: Network, dataset: Dataset, config: TrainingConfig | None = None, state: TrainingState | None = None
) -> Generator[TrainingEvent, None, None]:
    """Train a network on the training part of a data set, and its extra pictures.

    Nothing happens until the first event is requested, and every step is complete when an event is yielded: the
    weights may then be read or copied, and closing the iterator ends the training.

    Parameters
    ----------
    network : Network
        Changed in place; its card forgets what had been measured.
    dataset : Dataset
    config : TrainingConfig, optional
    state : TrainingState, optional
        Shows and controls the run from outside; one read by `model.runs.checkpoints` continues where it was
        written, with its own configuration.

    Yields
    ------
    TrainingEvent
        One `RunStarted`; for each epoch a `BatchDone` a batch and one `EpochDone`; one `RunFinished`. With a gauge
        also, now and then, a `LayersMeasured` right after the `BatchDone` of the same step.

    Raises
    ------
    DataFormatError
        If the training part is empty, or network and data do not belong together.
    ShapeError
        If the network has fewer classes than the labels, or one logit and pictures of no class to learn from.

    Notes
    -----
    BLAS keeps to one thread from the second event to the last, in the whole process; exhaust or close the
    iterator, or it stays so. Same seed, same bits: neither the number of cores nor the threads at work
    (`Learner.train_batch`, augmentation ahead of time) change a sum.

    Examples
    --------
    >>> import model
    >>> data, network = model.open_data("bundled").limited(200), model.build("journal-8")
    >>> for event in model.train(network, data, model.TrainingConfig(epochs=2, batch_size=8, learning_rate=0.05)):
    ...     if isinstance(event, model.EpochDone):
    ...         print("epoch", event.epoch, "better than chance:", event.train_accuracy > 0.1)
    epoch 1 better than chance: True
    epoch 2 better than chance: True
    """
    state = state or TrainingState(network, config or TrainingConfig())
    config = state.config
    count = dataset.training_count
    if len(dataset.split.train) == 0:
        raise DataFormatError(f"{dataset.name} has no pictures to train on")
    check_belongs(network, dataset)
    check_labels(network, dataset.labels)
    if dataset.extra is not None:
        _check_extra(network, dataset.extra.labels)
    yield RunStarted(math.ceil(count / config.batch_size), config.epochs, count)
    network.card.forget_measured()
    reason = yield from learn(network, dataset.training_pictures(), dataset.part("validation"), state)
    yield finish(network, dataset, reason, state)


def learn(
    network: Network,
    pictures: tuple[ImageArray | Rows, LabelArray],
    validation: tuple[ImageArray, LabelArray],
    state: TrainingState,
) -> Generator[InnerEvent, None, FinishReason]:
    """Train as `train` does, on pictures of any size and any number of classes, checked beforehand.

    Parameters
    ----------
    network : Network
        Changed in place.
    pictures, validation : (ndarray of uint8 or Rows, ndarray of int)
        What to learn from, and what to measure after every epoch, which may be empty: pictures as the network
        takes them, and numbers of its classes.
    state : TrainingState

    Yields
    ------
    BatchDone, LayersMeasured, EpochDone or LearningRateChanged

    Returns
    -------
    FinishReason
        The network has the weights of its last epoch; `TrainingState.best` has those of its best one.
    """
    if state.config.standardize and state.epochs_done == 0:
        network.input_mean, network.input_deviation = _mean_and_deviation(pictures[0])
    with Learner(network, state.streams.dropout) as learner, ThreadPoolExecutor(1, "augmentation") as ahead:
        return (yield from _epochs(learner, pictures, validation, state, ahead))


def _check_extra(network: Network, labels: LabelArray) -> None:
    is_digit = labels != NO_DIGIT
    check_labels(network, labels[is_digit])
    if network.is_binary and not is_digit.all():
        raise ShapeError("a network of one logit cannot learn pictures of no class: give it two outputs")


def _epochs(
    learner: Learner,
    pictures: tuple[ImageArray | Rows, LabelArray],
    validation: tuple[ImageArray, LabelArray],
    state: TrainingState,
    ahead: Executor,
) -> Generator[InnerEvent, None, FinishReason]:
    """Train to the end, or until the numbers are no longer finite; return why it ended."""
    config, network = state.config, learner.network
    images, labels = pictures
    steps_per_epoch = math.ceil(len(images) / config.batch_size)
    total_steps = config.epochs * steps_per_epoch
    good_weights = network.weights()
    while state.epochs_done < config.epochs:
        if state.has_lost_patience:
            return FinishReason.STOPPED_EARLY
        tally = _Tally()
        for batch_images, batch_labels in _batches(images, labels, state, ahead):
            learning_rate = state.learning_rate
            if learning_rate != state.followed_learning_rate:
                state.followed_learning_rate = learning_rate
                yield LearningRateChanged(state.steps_done + 1, learning_rate, state.steps_done / steps_per_epoch)
            progress = state.steps_done / total_steps
            state.optimizer.learning_rate = learning_rate * SCHEDULES[config.schedule](progress)
            with np.errstate(over="ignore", invalid="ignore"):  # seen in the loss, and reported once
                loss, correct = _step(learner, state, batch_images, batch_labels)
            if not math.isfinite(loss):
                network.set_weights(good_weights)
                return FinishReason.DIVERGED
            state.steps_done += 1
            tally.count(loss, correct, len(batch_labels))
            yield BatchDone(state.steps_done, loss, correct, len(batch_labels))
            if state.gauge and (measured := state.gauge.take()):
                yield measured
        if not all(bool(np.isfinite(array).all()) for array in network.named_arrays().values()):
            network.set_weights(good_weights)
            return FinishReason.DIVERGED
        good_weights = network.weights()
        state.epochs_done += 1
        done = tally.epoch_done(state, network, validation)
        best_so_far = state.best.loss if state.best else math.inf
        if config.patience and done.validation_loss < best_so_far:  # never where there is no validation part
            state.best = Best(state.epochs_done, done.validation_loss, good_weights)
        yield done
    return FinishReason.COMPLETED


def _step(learner: Learner, state: TrainingState, images: ImageArray, labels: LabelArray) -> tuple[float, int]:
    """Change the weights once, unless the loss is no longer finite; return the loss and the right answers."""
    optimizer, config = state.optimizer, state.config
    loss, correct = learner.train_batch(images, labels, label_smoothing=config.label_smoothing)
    if config.l1 or config.l2:
        add_weight_penalty(optimizer.parameters, l1=config.l1, l2=config.l2)
    if config.clip_norm:
        clip_gradients(optimizer.parameters, config.clip_norm)
    if math.isfinite(loss) and state.gauge:
        state.gauge.watch(learner.network, optimizer.step, state.steps_done + 1)
    elif math.isfinite(loss):
        optimizer.step()
    return loss, correct


def finish(
    network: Network, dataset: Dataset, reason: FinishReason, state: TrainingState | None = None
) -> RunFinished:
    """Report on a network at the end of a run; also for loops that stop one by closing the iterator.

    With the state of a run that had a patience, the network first gets back the weights of its best epoch.
    """
    best_epoch = state.go_back_to_best(network, reason) if state else None
    images, labels = dataset.part("test")
    report = evaluate_briefly(network, images, labels) if len(images) else None
    return RunFinished(reason, report, best_epoch)


def _mean_and_deviation(images: ImageArray | Rows) -> tuple[float, float]:
    """Compute both on the scale from 0 to 1, by counting values, which takes no memory beside the pictures."""
    counts = sum(np.bincount(piece.ravel(), minlength=256) for piece in in_pieces(images))
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    variance = np.average((values - mean) ** 2, weights=counts)
    return float(mean), max(float(np.sqrt(variance)), 1 / 255)


def _optimizer(network: Network, config: TrainingConfig) -> Optimizer:
    parameters, learning_rate = network.parameters(), config.learning_rate
    if config.optimizer == "adamw":
        return AdamW(parameters, learning_rate=learning_rate, weight_decay=config.weight_decay)
    return OPTIMIZERS[config.optimizer](parameters, learning_rate=learning_rate)


@dataclass(slots=True)
class _Tally:
    """Adds up the figures of one epoch."""

    started: float = field(default_factory=time.perf_counter)
    images: int = 0
    correct: int = 0
    loss_sum: float = 0.0

    def count(self, loss: float, correct: int, images: int) -> None:
        self.images += images
        self.correct += correct
        self.loss_sum += loss * images

    def epoch_done(
        self, state: TrainingState, network: Network, validation: tuple[ImageArray, LabelArray]
    ) -> EpochDone:
        images, labels = validation
        loss, accuracy = loss_and_accuracy(network, images, labels) if len(images) else (math.nan, math.nan)
        return EpochDone(
            epoch=state.epochs_done,
            train_loss=self.loss_sum / self.images,
            train_accuracy=self.correct / self.images,
            validation_loss=loss,
            validation_accuracy=accuracy,
            seconds=time.perf_counter() - self.started,
            learning_rate=state.optimizer.learning_rate,
        )


def _batches(
    images: ImageArray | Rows, labels: LabelArray, state: TrainingState, ahead: Executor
) -> Iterator[tuple[ImageArray, LabelArray]]:
    """Go through all pictures once in random order, augmented by another thread one chunk ahead of time."""
    config, streams = state.config, state.streams
    order = streams.shuffling.permutation(len(images))
    length = max(config.batch_size, AUGMENTATION_CHUNK // config.batch_size * config.batch_size)
    chunks = [order[start : start + length] for start in range(0, len(order), length)]

    def augmented(chunk: IndexArray) -> ImageArray:
        chosen = images[chunk]
        release(images)
        return augment(chosen, config.augmentation, streams.augmentation)

    coming = ahead.submit(augmented, chunks[0])
    for chunk, following in zip(chunks, [*chunks[1:], None], strict=True):
        chunk_images, chunk_labels = coming.result(), labels[chunk]
        if following is not None:
            coming = ahead.submit(augmented, following)
        for start in range(0, len(chunk), config.batch_size):
            batch = slice(start, start + config.batch_size)
            yield chunk_images[batch], chunk_labels[batch]
