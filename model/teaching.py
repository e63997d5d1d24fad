"""Teaching a trained network a person's own hand, without its forgetting of what it knew."""

import math
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from model.arrays import ImageArray, IndexArray, LabelArray
from model.augmentation import augment
from model.dataset import Dataset
from model.errors import ConfigError, DataFormatError
from model.layers import Dropout
from model.network import Network
from model.normalization import BatchNorm, FixedBatchNorm
from model.optimizers import Adam
from model.schedules import one_cycle

__all__ = ["Samples", "TeachingConfig", "TeachingStep", "own_halves", "teach"]

LARGE = 5_000_000
"""Multiplications in the forward pass of one picture from which on a network is taught in fewer steps."""

Samples = tuple[ImageArray, LabelArray]
"""Pictures as uint8 of shape (n, 28, 28), and their labels as uint8 of shape (n,)."""


@dataclass(frozen=True, slots=True)
class TeachingConfig:
    """How a hand is taught; ``make teach-writers`` measured what stands here.

    Attributes
    ----------
    steps : int
        Changes of the weights.
    batch_size : int
        Pictures in each.
    share : float
        Of a batch, that is the person's own, changed as the handwriting augmentation does; the rest is replay.
    learning_rate : float
        Of Adam, at its highest: it follows `model.schedules.one_cycle`.
    seed : int

    Raises
    ------
    ConfigError
        If a number makes no sense.
    """

    steps: int = 200
    batch_size: int = 128
    share: float = 0.25
    learning_rate: float = 0.001
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.steps, self.own, self.batch_size - self.own) < 1 or not self.learning_rate > 0:
            raise ConfigError(f"expected steps, and pictures of both kinds in each, got {self}")
        if self.seed < 0:
            raise ConfigError(f"a seed must be a whole number of at least 0, got {self.seed}")

    @classmethod
    def for_network(cls, network: Network, seed: int = 0) -> "TeachingConfig":
        """Choose what takes a few seconds on two cores: a large network sees fewer pictures."""
        if network.multiplications < LARGE:
            return cls(seed=seed)
        return cls(steps=60, batch_size=96, share=1 / 3, seed=seed)

    @property
    def own(self) -> int:
        """How many pictures of a batch are the person's own."""
        return round(self.batch_size * self.share)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TeachingStep:
    """The weights have been changed once.

    Attributes
    ----------
    step, steps : int
        How many times so far, from 1, and in all.
    loss : float
        Mean cross-entropy of the batch, in nats.
    """

    step: int
    steps: int
    loss: float


def own_halves(samples: Dataset) -> tuple[Samples, Samples]:
    """Return what is to be taught and what measures it: the source's own two parts, without what is left out.

    A source without parts of its own is taught as a whole; nothing is then left to measure by.

    Raises
    ------
    DataFormatError
        If there is nothing to teach.
    """
    start = len(samples) if samples.official_test_start is None else samples.official_test_start
    included = samples.included
    taught, test = included[included < start], included[included >= start]
    if len(taught) == 0:
        raise DataFormatError(f"{samples.name} has no pictures to teach: its train part is empty")
    return (samples.images[taught], samples.labels[taught]), (samples.images[test], samples.labels[test])


def teach(
    network: Network, samples: Samples, replay: Samples, config: TeachingConfig | None = None
) -> Generator[TeachingStep, None, Network]:
    """Fine-tune a copy of a network on a person's digits, mixed with digits that it knew before.

    Each batch has both, so that what is learned of the hand is not paid for with what was known (replay). The
    statistics of batch normalisation stay as they are, and nothing is dropped out: a few hundred steps on little
    data would make both worse. Every picture of one's own comes as often as every other, never twice the same.

    Parameters
    ----------
    network : Network
        Stays as it is.
    samples : (ndarray, ndarray)
        Pictures of one's own, and labels: at least one.
    replay : (ndarray, ndarray)
        Of what the network was trained on, or of its like.
    config : TeachingConfig, optional
        `TeachingConfig.for_network` if not given.

    Yields
    ------
    TeachingStep
        Closing the iterator ends the teaching.

    Returns
    -------
    Network
        The copy that has learned.

    Raises
    ------
    DataFormatError
        If there are no pictures of one kind.
    ShapeError
        If the network has fewer classes than the labels.

    References
    ----------
    R. Ratcliff: Connectionist models of recognition memory: constraints imposed by learning and forgetting
    functions, Psychological Review 97, 1990 (rehearsal); D. Rolnick et al.: Experience replay for continual
    learning, NeurIPS 2019, section 3.

    Notes
    -----
    BLAS keeps to one thread from the first step to the last, in the whole process, as in `model.training.train`.
    """
    config = config or TeachingConfig.for_network(network)
    if len(samples[0]) == 0 or len(replay[0]) == 0:
        raise DataFormatError("teaching needs pictures of one's own and pictures to replay, found none of one kind")
    for _, labels in (samples, replay):
        network.check_labels(labels)
    pupil = _pupil(network)
    optimizer = Adam(pupil.parameters(), learning_rate=config.learning_rate)
    choosing, changing = np.random.default_rng(config.seed).spawn(2)
    own = _in_turns(len(samples[0]), config.own * config.steps, choosing).reshape(config.steps, -1)
    other = _in_turns(len(replay[0]), (config.batch_size - config.own) * config.steps, choosing)
    other = other.reshape(config.steps, -1)

    def batch(step: int) -> Samples:
        mine, others = own[step], other[step]
        changed = augment(samples[0][mine], "handwriting", changing)
        return (
            np.concatenate([changed, replay[0][others]]),
            np.concatenate([samples[1][mine], replay[1][others]]),
        )

    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(1, "augmentation") as ahead:
        try:
            coming = ahead.submit(batch, 0)
            for step in range(config.steps):
                images, labels = coming.result()
                if step + 1 < config.steps:
                    coming = ahead.submit(batch, step + 1)
                loss, _ = pupil.train_batch(images, labels)
                optimizer.learning_rate = config.learning_rate * one_cycle(step / config.steps)
                optimizer.step()
                yield TeachingStep(step + 1, config.steps, loss)
        finally:
            pupil.end_thread()
    return _graduate(network, pupil)


def _in_turns(count: int, length: int, rng: np.random.Generator) -> IndexArray:
    """Draw ``length`` indices below ``count``: all of them in random order, and again as often as needed."""
    return np.concatenate([rng.permutation(count) for _ in range(math.ceil(length / count))])[:length]


def _pupil(network: Network) -> Network:
    """Copy a network so that it can be trained a little: statistics fixed, nothing dropped out."""
    pupil = Network(
        [
            FixedBatchNorm(**layer.config()) if isinstance(layer, BatchNorm) else type(layer)(**layer.config())
            for layer in network.layers
            if not isinstance(layer, Dropout)
        ],
        network.input_shape,
        network.name,
        dtype=network.dtype,
        input_mean=network.input_mean,
        input_deviation=network.input_deviation,
        draw_weights=False,
    )
    _copy_arrays(network, pupil)
    return pupil


def _graduate(network: Network, pupil: Network) -> Network:
    """Return a copy of the network, layer for layer, with what its pupil has learned."""
    taught = network.copy()
    _copy_arrays(pupil, taught)
    return taught


def _copy_arrays(source: Network, target: Network) -> None:
    """Copy by place: the names are those of the layers' classes."""
    for values, own in zip(source.named_arrays().values(), target.named_arrays().values(), strict=True):
        np.copyto(own, values)
