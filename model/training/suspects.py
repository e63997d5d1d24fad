"""Labels to check: pictures whose label is probably wrong, or that differ from the others of their class."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.judging.embedding import Features, principal_components
from model.large_arrays import Rows, in_pieces, release
from model.network.architectures import build
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.network import Network
from model.network.optimizers import Adam
from model.network.schedules import one_cycle
from model.network.task import DIGITS, Task
from model.training.learner import Learner

__all__ = ["Suspects", "label_suspicion", "look_for_suspects", "out_of_fold_probabilities", "outlier_distances"]

Progress = Callable[[float], object]

ARCHITECTURE = "lenet"
"""Of 2 % labels made wrong at random in 5,000 pictures it finds 93 % where journal-8 finds 75 %."""
FOR_SMALL = "journal-16"
"""For pictures that are too small for it."""
LEARNING_RATE, BATCH = 0.003, 64
STEPS = 400
"""A network takes about this many steps, as long as it sees every picture"""
EPOCHS = (2, 15)
"""at least and at most this often."""
NEIGHBOURS = 5
MOST_CANDIDATES = 10_000
"""Where a digit has more pictures, they are compared with about so many of them, evenly spread."""
CHUNK = 500
"""Pictures whose distances to all others of their digit are computed at once: 12 MB for 6,000."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """How suspicious the labels of a data set are.

    Attributes
    ----------
    suspicion : ndarray of float64, shape (n,)
        As returned by `label_suspicion`.
    answers : ndarray of int, shape (n,)
        The answers of networks that have not learned from the picture.
    outliers : ndarray of float32, shape (n,)
        As returned by `outlier_distances`.
    labels : ndarray of uint8, shape (n,)
        The labels that were checked: those at the time of the search.
    """

    suspicion: npt.NDArray[np.float64]
    answers: IndexArray
    outliers: npt.NDArray[np.float32]
    labels: LabelArray


def _ignore(share: float) -> None:
    """Report no progress."""


def out_of_fold_probabilities(
    images: ImageArray,
    labels: LabelArray,
    folds: int = 4,
    seed: int = 0,
    on_progress: Progress = _ignore,
    task: Task = DIGITS,
) -> npt.NDArray[np.float32]:
    """Let small networks answer pictures that they have not learned from.

    The pictures are split into parts with as many of each class, and each part is answered by a network that was
    trained on the others.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    labels : ndarray of uint8, shape (n,)
    folds : int
        Number of parts, 2 or more; fewer are made if there are fewer pictures.
    seed : int
        Of the split, the weights and the order of learning.
    on_progress : callable
        Is called after each step of learning with the share done so far, from 0 to below 1; what it raises
        ends the search.
    task : Task
        What they are about.

    Returns
    -------
    ndarray of float32, shape (n, classes)
        Each row has sum 1. A class that has a single picture is one that its network has never seen. One picture
        alone gets equal probabilities.

    Notes
    -----
    60,000 pictures take about half a minute. BLAS keeps to one thread meanwhile, in the whole process, as in
    `model.training.training.train`.
    """
    probabilities = np.full((len(images), task.count), 1 / task.count, np.float32)
    rng = np.random.default_rng(seed)
    folds = min(folds, len(images))
    part_of = _parts(labels, folds, rng)
    for fold in range(folds if folds > 1 else 0):
        held_out = part_of == fold
        network = _network(task, seed)
        for share in _learn(network, images, labels, np.flatnonzero(~held_out), rng):
            on_progress((fold + share) / folds)
        answers = [network.predict_proba(piece) for piece in in_pieces(Rows(images, np.flatnonzero(held_out)))]
        probabilities[held_out] = np.concatenate(answers)
    return probabilities


def label_suspicion(probabilities: npt.NDArray[np.float32], labels: LabelArray) -> npt.NDArray[np.float64]:
    """Return how likely each label is wrong: one minus the probability of the label.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n, classes)
        Out of fold: of a network that has not learned from the picture.
    labels : ndarray of uint8, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        From 0, certainly right, to 1, certainly wrong.

    Notes
    -----
    Of 2 % labels made wrong at random in MNIST's 60,000, 96 % are among the 2 % most suspicious; by the normalised
    margin of the same article it is 94 %.

    References
    ----------
    C. Northcutt, L. Jiang, I. Chuang: Confident learning: estimating uncertainty in dataset labels, JAIR 2021,
    section 3.2: ranking by self-confidence.
    """
    return 1 - probabilities[np.arange(len(labels)), labels].astype(np.float64)


def outlier_distances(
    features: Features, labels: LabelArray, on_progress: Progress = _ignore
) -> npt.NDArray[np.float32]:
    """Measure how far each picture is from others with its label.

    Parameters
    ----------
    features : ndarray of float32, shape (n, components)
        As returned by `model.judging.embedding.principal_components`.
    labels : ndarray of uint8, shape (n,)
    on_progress : callable
        Is called now and then with the share done so far, from 0 to 1; what it raises ends the search.

    Returns
    -------
    ndarray of float32, shape (n,)
        Mean distance to the `NEIGHBOURS` nearest pictures with the same label, or with any label where fewer have
        the same; 0 for a picture that is alone.

    References
    ----------
    F. Angiulli, C. Pizzuti: Fast outlier detection in high dimensional spaces, PKDD 2002.
    """
    distances = np.zeros(len(labels), np.float32)
    done = 0
    for label in np.flatnonzero(np.bincount(labels)):
        members = np.flatnonzero(labels == label)
        others = members if len(members) > NEIGHBOURS else np.arange(len(labels))
        others = others[:: -(-len(others) // MOST_CANDIDATES)]
        candidates = features[others]
        for start in range(0, len(members), CHUNK):
            chunk = members[start : start + CHUNK]
            distances[chunk] = _mean_distances(features[chunk], chunk, candidates, others)
            done += len(chunk)
            on_progress(done / len(labels))
    return distances


def look_for_suspects(
    images: ImageArray, labels: LabelArray, on_progress: Progress = _ignore, task: Task = DIGITS
) -> Suspects:
    """Do all of the above for one data set.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    labels : ndarray of uint8, shape (n,)
    on_progress : callable
        Is called now and then with the share done so far, from 0 to 1; what it raises ends the search.
    task : Task
        What they are about.
    """
    features = principal_components(images)
    outliers = outlier_distances(features, labels, lambda share: on_progress(0.2 * share))
    probabilities = out_of_fold_probabilities(
        images, labels, on_progress=lambda share: on_progress(0.2 + 0.8 * share), task=task
    )
    suspicion = label_suspicion(probabilities, labels)
    return Suspects(suspicion, probabilities.argmax(axis=1), outliers, labels)


def _network(task: Task, seed: int) -> Network:
    try:
        return build(ARCHITECTURE, seed, task)
    except ShapeError:
        return build(FOR_SMALL, seed, task)


def _parts(labels: LabelArray, folds: int, rng: np.random.Generator) -> IndexArray:
    """Deal the pictures out class by class.

    scikit-learn's StratifiedKFold refuses, or warns about, classes with fewer pictures than parts.
    """
    shuffled = rng.permutation(len(labels))
    part_of = np.empty(len(labels), np.intp)
    part_of[shuffled[np.argsort(labels[shuffled], kind="stable")]] = np.arange(len(labels)) % folds
    return part_of


def _learn(
    network: Network, images: ImageArray, labels: LabelArray, indices: IndexArray, rng: np.random.Generator
) -> Iterator[float]:
    """Train on some of the pictures, by Adam with one cycle of the learning rate; yield the share that is done."""
    batches = math.ceil(len(indices) / BATCH)
    epochs = min(max(EPOCHS[0], math.ceil(STEPS / batches)), EPOCHS[1])
    optimizer = Adam(network.parameters())
    with Learner(network) as learner:
        for epoch in range(epochs):
            for number, batch in enumerate(np.array_split(rng.permutation(indices), batches)):
                share = (epoch + number / batches) / epochs
                optimizer.learning_rate = LEARNING_RATE * one_cycle(share)
                learner.train_batch(images[batch], labels[batch])
                release(images)
                optimizer.step()
                yield share


def _mean_distances(
    chunk: Features, chunk_indices: IndexArray, candidates: Features, indices: IndexArray
) -> npt.NDArray[np.float32]:
    """Compute the mean distance from each row to the nearest candidates other than itself."""
    count = min(NEIGHBOURS, len(candidates) - 1)
    if count < 1:
        return np.zeros(len(chunk), np.float32)
    # up to a constant for each row; found this way, measured without the rounding of large squares
    squares = np.einsum("ij,ij->i", candidates, candidates) - 2 * (chunk @ candidates.T)
    places = np.searchsorted(indices, chunk_indices).clip(max=len(indices) - 1)
    is_there = np.flatnonzero(indices[places] == chunk_indices)
    squares[is_there, places[is_there]] = np.inf
    found = np.argpartition(squares, count - 1, axis=1)[:, :count]
    distances: npt.NDArray[np.float32] = np.linalg.norm(candidates[found] - chunk[:, np.newaxis], axis=2)
    return distances.mean(axis=1)
