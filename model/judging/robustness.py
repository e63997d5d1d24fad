"""How well a network copes with changed pictures: accuracy against the strength of one operation."""

from collections.abc import Iterator

import numpy as np

from model.data.augmentation import amounts, shares_shape
from model.data.image_operations import change
from model.data.pipeline import OPERATIONS, Step
from model.errors import DataFormatError
from model.judging.ensemble import AnyNetwork
from model.judging.evaluation import loss_and_accuracy
from model.network.arrays import FloatArray, ImageArray, LabelArray

__all__ = ["accuracies", "accuracy_by_strength", "destroys_labels", "strengths_of"]

POINTS = 9


def strengths_of(operation: str) -> FloatArray:
    """Return the strengths to measure at, from 0 to the operation's maximum."""
    limits = OPERATIONS[operation]
    spread = np.linspace(0, limits.maximum, POINTS)
    return np.unique(np.round(spread / limits.interval) * limits.interval)


def accuracies(
    network: AnyNetwork,
    images: ImageArray,
    labels: LabelArray,
    operation: str,
    strengths: FloatArray,
    rng: np.random.Generator,
) -> Iterator[float]:
    """Measure the share of right answers at one strength after the other; stop iterating to end it.

    Every picture is changed by the whole strength, either way at random, rather than by up to so much: what is
    measured is the end of the range.

    Parameters
    ----------
    network : Network or Ensemble
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    labels : ndarray of uint8, shape (n,)
    operation : str
        A key of `model.data.pipeline.OPERATIONS`.
    strengths : ndarray
        In its unit.
    rng : numpy.random.Generator

    Raises
    ------
    DataFormatError
        If there are no pictures.
    ConfigError
        If a strength lies outside the operation's limits.
    """
    if len(images) == 0:
        raise DataFormatError("there are no pictures to measure accuracy on: open data with a validation part")
    for strength in strengths:
        ends = rng.choice([-1.0, 1.0], shares_shape(operation, len(images)))
        changed = change(images, {operation: amounts(Step(operation, float(strength)), ends)}, rng)
        yield loss_and_accuracy(network, changed, labels)[1]


def accuracy_by_strength(
    network: AnyNetwork,
    images: ImageArray,
    labels: LabelArray,
    operation: str,
    strengths: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Measure as `accuracies`, all at once; each from 0 to 1, in an array as long as ``strengths``."""
    return np.fromiter(accuracies(network, images, labels, operation, strengths, rng), np.float64)


def destroys_labels(accuracy: float, plain: float, classes: int = 10) -> bool:
    """Return whether a network has lost half of the lead over guessing that it had with accuracy ``plain``.

    It must have had one: a ninth of what there is to know beyond guessing.
    """
    guessing = 1 / classes
    return plain > guessing + (1 - guessing) / 9 and accuracy < (plain + guessing) / 2
