"""Teaching a trained network a person's own handwriting, without it forgetting what it knew.

Only the dense layers at the end of the network learn. The convolutions before them turn every
picture into features once, so that a step costs a fraction of one that trains the whole network. Measurements show
that the network also forgets less this way.
"""

import math
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from model.data.augmentation import augment
from model.data.dataset import Dataset
from model.errors import ConfigError, DataFormatError
from model.handwriting.hands import non_digits
from model.network.arrays import FloatArray, ImageArray, IndexArray, LabelArray
from model.network.layers import Flatten, copy_arrays, layer_copies
from model.network.losses import NO_DIGIT, softmax, softmax_cross_entropy
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread
from model.network.optimizers import Adam
from model.network.schedules import one_cycle
from model.network.task import DIGITS
from model.training.learner import check_labels

__all__ = ["REPLAYED", "Samples", "TeachingConfig", "TeachingProgress", "own_halves", "teach"]

OWN, REPLAYED = 2000, 3000
"""Pictures that become features: the person's own, each changed in another way, and the replayed ones."""
FIGURES_SHARE, DOUBTED_SHARE = 1 / 5, 1 / 3
"""Share of pictures of no digit in the replay and in its part of a batch, if the network has learned doubt."""
ONE_DIGIT = 0.5
"""What is left of the person's share of a batch if all is one digit: others would be mistaken for that one."""
UNSURE = 0.5
"""A network that has learned to doubt gives most pictures of no digit less than this."""
CHUNK = 256
"""Features are computed for this many pictures between two reports of progress."""
FEATURES_SHARE = 0.4
"""Share of the time for the features; approximate, since it depends on the network."""

Samples = tuple[ImageArray, LabelArray]
"""Pictures as the network takes them, and their labels as uint8 of shape (n,)."""


@dataclass(frozen=True, slots=True)
class TeachingConfig:
    """How handwriting is taught; ``tests/benchmarks/teaching.py`` measures these values.

    Attributes
    ----------
    steps : int
        Changes of the weights.
    batch_size : int
        Pictures in each.
    share : float
        Share of a batch that is the person's own if all ten digits are taught; less for fewer. The rest is replay.
    learning_rate : float
        Of Adam, at its highest: it follows `model.network.schedules.one_cycle`.
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
            raise ConfigError(f"must be a whole number of at least 0, got {self.seed}", "seed")

    @property
    def own(self) -> int:
        """How many pictures of a batch are the person's own."""
        return round(self.batch_size * self.share)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TeachingProgress:
    """Some of the work is done.

    Attributes
    ----------
    share : float
        How much, from 0 to 1.
    """

    share: float


def own_halves(samples: Dataset) -> tuple[Samples, Samples]:
    """Return what is to be taught, and what tests it: the source's own training part and its other parts.

    Excluded pictures are in neither. A source without parts of its own is taught as a whole; nothing is then left
    to test with.

    Raises
    ------
    DataFormatError
        If there is nothing to teach.
    """
    start = len(samples) if samples.own_train_end is None else samples.own_train_end
    included = samples.included
    taught, test = included[included < start], included[included >= start]
    if len(taught) == 0:
        raise DataFormatError(f"{samples.name} has no pictures to teach: its training part is empty")
    return (samples.images[taught], samples.labels[taught]), (samples.images[test], samples.labels[test])


def teach(
    network: Network, samples: Samples, replay: Samples, config: TeachingConfig | None = None
) -> Generator[TeachingProgress, None, Network]:
    """Fine-tune the last layers of a copy of a network on a person's digits, mixed with others that it knows.

    Each batch has both, so that learning the handwriting does not cost what was known (replay). The person's
    digits are changed by the handwriting augmentation. The statistics of batch normalisation stay as they are, and
    nothing is dropped out: a few hundred steps on little data would make both worse. A network that has learned to
    doubt pictures of no digit would forget it, so such pictures are replayed too.

    Parameters
    ----------
    network : Network
        Stays as it is.
    samples : (ndarray, ndarray)
        The person's pictures and labels: at least one; of more than `OWN`, a random sample of that size.
    replay : (ndarray, ndarray)
        From the network's training data or similar data; of more than `REPLAYED`, a random sample of that size.
    config : TeachingConfig, optional

    Yields
    ------
    TeachingProgress
        Closing the iterator ends the teaching.

    Returns
    -------
    Network
        The copy that has learned.

    Raises
    ------
    ConfigError
        If the network has no dense layers at its end, or only one logit.
    DataFormatError
        If there are no pictures of one kind.
    ShapeError
        If the network has fewer classes than the labels.

    References
    ----------
    D. Rolnick et al.: Experience replay for continual learning, NeurIPS 2019, section 3. The last layers alone:
    P. Kirichenko, P. Izmailov, A. G. Wilson: Last layer re-training is sufficient for robustness to spurious
    correlations, ICLR 2023.

    Notes
    -----
    BLAS keeps to one thread from the first event to the last, in the whole process, as in
    `model.training.training.train`: the same seed gives the same bits on any number of cores.
    """
    _check(network, samples, replay)
    config = _fair(config or TeachingConfig(), samples[1], network.classes)
    trunk, head = _cut(network)
    choosing, changing, inventing = np.random.default_rng(config.seed).spawn(3)
    with one_blas_thread():
        features, labels = yield from _material(trunk, head, samples, replay, choosing, changing, inventing)
        for step in _learn(head, features, labels, config, choosing):
            yield TeachingProgress(FEATURES_SHARE + (1 - FEATURES_SHARE) * step / config.steps)
    return _with_head(network, head)


def _check(network: Network, samples: Samples, replay: Samples) -> None:
    if len(samples[0]) == 0 or len(replay[0]) == 0:
        raise DataFormatError("teaching needs your own pictures and pictures to replay, found none of one kind")
    for _, labels in (samples, replay):
        check_labels(network, labels)


def _fair(config: TeachingConfig, labels: LabelArray, classes: int) -> TeachingConfig:
    """Give fewer classes than all a smaller share of each batch, but never less than one picture."""
    part = max(ONE_DIGIT, len(np.unique(labels)) / classes)
    return replace(config, share=max(config.share * min(1.0, part), 1 / config.batch_size))


def _material(
    trunk: Network,
    head: Network,
    samples: Samples,
    replay: Samples,
    choosing: np.random.Generator,
    changing: np.random.Generator,
    inventing: np.random.Generator,
) -> Generator[TeachingProgress, None, tuple[FloatArray, LabelArray]]:
    """Compute what the head learns from, the trunk's features and their labels: mine, replayed, and no digits."""
    mine = _in_turns(len(samples[0]), OWN, choosing)
    replayed = min(REPLAYED, len(replay[0]))
    doubted = yield from _doubted_features(trunk, head, round(replayed * FIGURES_SHARE), inventing)
    others = _in_turns(len(replay[0]), min(REPLAYED - len(doubted), replayed), choosing)
    changed = "handwriting" if trunk.input_shape[0] == 1 else "none"
    features = yield from _features(trunk, samples[0], mine, replay[0], others, changed, changing)
    no_digits = np.full(len(doubted), NO_DIGIT, np.uint8)
    labels = np.concatenate([samples[1][mine], replay[1][others], no_digits])
    return np.concatenate([features, doubted]), labels


def _doubted_features(
    trunk: Network, head: Network, count: int, rng: np.random.Generator
) -> Generator[TeachingProgress, None, FloatArray]:
    """Compute features of this many pictures of no digit, except those that the network is sure of.

    Only its answers show whether it has learned to doubt: if it is sure of most, there are none.
    """
    parts = [np.zeros((0, trunk.classes), trunk.dtype)]
    if trunk.input_shape != DIGITS.input_shape:  # such figures are drawn in the form of MNIST's digits
        return parts[0]
    for start in range(0, count, CHUNK):
        features = trunk.logits(non_digits(min(CHUNK, count - start), rng))
        yield TeachingProgress(0.0)
        probabilities = softmax(head.forward(_as_input(features, head)))
        unsure = probabilities.max(axis=0) < UNSURE
        if unsure.mean() < 0.5:
            return parts[0]
        parts.append(features[unsure])
    return np.concatenate(parts)


def _as_input(features: FloatArray, head: Network) -> FloatArray:
    return np.ascontiguousarray(features.T).reshape(*head.input_shape, len(features))


def _features(
    trunk: Network,
    own: ImageArray,
    mine: IndexArray,
    base: ImageArray,
    others: IndexArray,
    changed: str,
    rng: np.random.Generator,
) -> Generator[TeachingProgress, None, FloatArray]:
    """Compute the trunk's features of the chosen pictures: the person's, each changed anew, then the others."""
    features = np.empty((len(mine) + len(others), trunk.classes), trunk.dtype)
    done = 0
    for pictures, chosen, augmentation in ((own, mine, changed), (base, others, "none")):
        for start in range(0, len(chosen), CHUNK):
            images = augment(pictures[chosen[start : start + CHUNK]], augmentation, rng)
            features[done : done + len(images)] = trunk.logits(images)
            done += len(images)
            yield TeachingProgress(FEATURES_SHARE * done / len(features))
    return features


def _learn(
    head: Network, features: FloatArray, labels: LabelArray, config: TeachingConfig, rng: np.random.Generator
) -> Generator[int, None, None]:
    """Change the weights of the last layers, and yield the number of steps.

    The first `OWN` rows are the person's own, and the last, labelled `NO_DIGIT`, are no digits.
    """
    optimizer = Adam(head.parameters(), learning_rate=config.learning_rate)
    doubted, replayed = int((labels == NO_DIGIT).sum()), config.batch_size - config.own
    doubted_of_batch = round(replayed * DOUBTED_SHARE) if doubted else 0
    kinds = (
        (OWN, config.own),
        (len(features) - OWN - doubted, replayed - doubted_of_batch),
        (doubted, doubted_of_batch),
    )
    parts, start = [], 0
    for count, of_batch in kinds:
        parts.append(start + _in_turns(count, of_batch * config.steps, rng).reshape(config.steps, of_batch))
        start += count
    batches = np.hstack(parts)
    for step, rows in enumerate(batches):
        # not training=True: statistics stay as they are, and nothing is dropped out
        logits = head.forward(_as_input(features[rows], head), remember=True)
        _, grad_logits = softmax_cross_entropy(logits, labels[rows])
        head.backward(grad_logits)
        optimizer.learning_rate = config.learning_rate * one_cycle(step / config.steps)
        optimizer.step()
        yield step + 1


def _in_turns(count: int, length: int, rng: np.random.Generator) -> IndexArray:
    """Draw ``length`` indices below ``count``: all of them in random order, and again as often as needed."""
    rounds = math.ceil(length / count) if length else 1
    return np.concatenate([rng.permutation(count) for _ in range(rounds)])[:length]


def _cut(network: Network) -> tuple[Network, Network]:
    """Copy a network in two parts: the trunk, which turns a picture into features, and the layers that learn."""
    flat = [isinstance(layer, Flatten) for layer in network.layers]
    place = flat.index(True) if any(flat) else len(flat)
    before, after = network.layers[: place + 1], network.layers[place + 1 :]
    if not any(layer.parameters() for layer in after) or network.is_binary:
        raise ConfigError(
            f"{network.card.name} cannot be taught: it needs dense layers at its end, and one logit for each class"
        )
    trunk = Network(
        layer_copies(before),
        network.input_shape,
        dtype=network.dtype,
        input_mean=network.input_mean,
        input_deviation=network.input_deviation,
        draw_weights=False,
    )
    head = Network(
        [Flatten(), *layer_copies(after)], (trunk.classes, 1, 1), dtype=network.dtype, draw_weights=False
    )
    copy_arrays(before, trunk.layers)
    copy_arrays(after, head.layers[1:])
    return trunk, head


def _with_head(network: Network, head: Network) -> Network:
    """Return a copy of a network whose last layers have learned."""
    taught = network.copy()
    copy_arrays(head.layers[1:], taught.layers[1 - len(head.layers) :])
    return taught
