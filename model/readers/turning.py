"""Pictures that lie on their side, such as EMNIST's and MATLAB's: detected, and turned upright."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from model.data.dataset import Dataset
from model.data.reading import Turn
from model.errors import DataFormatError
from model.large_arrays import array_of, in_pieces
from model.network.arrays import ImageArray, LabelArray
from model.readers.digit_likeness import likeness

__all__ = ["TURNED", "found_turn", "set_upright"]

SAMPLE = 400
"""This many pictures decide how all of them lie."""
NONE = -1
FEWEST = 8
"""Fewer pictures are never turned unasked."""
CLEARLY_UPRIGHT = 0.6
"""If more than this share of the pictures are most like their own label as they are, nothing else is tried."""
LEAST_LIKENESS, LEAST_GAIN, LEAST_SHARE, LEAST_SIGMAS = 0.25, 0.1, 0.15, 4.0
"""Pictures are turned if they are then this much like MNIST's mean digit of their label (a correlation), if that
is so much more than before, if this share more of them is most like their own label, and if the gain is this many
standard errors.

Of MNIST itself, no random ten pictures gain more than 0.4 standard errors by any turn; a hundred of EMNIST's gain
15.
"""

TURNED: Mapping[Turn, Callable[[ImageArray], ImageArray]] = {
    "upright": lambda images: images,
    "transposed": lambda images: images.swapaxes(1, 2),
    "left": lambda images: np.rot90(images, 1, (1, 2)),
    "right": lambda images: np.rot90(images, -1, (1, 2)),
    "half": lambda images: images[:, ::-1, ::-1],
    "mirrored": lambda images: images[:, :, ::-1],
}


LOOKS_LIKE = {**{digit: int(digit) for digit in "0123456789"}, "O": 0, "Z": 2, "S": 5}
"""Classes by which the direction of characters is detected, and the digits that they are compared with."""


def set_upright(dataset: Dataset, turn: Turn = "auto") -> Dataset:
    """Turn all pictures of a data set as asked, or as detected.

    Of other classes than digits, those that look like digits decide; without any, what the source is.

    Parameters
    ----------
    dataset : Dataset
    turn : str
        A key of `model.data.reading.TURNS`.
    """
    turned = _found(dataset) if turn == "auto" else turn
    images = dataset.images
    if turned != "upright" or not images.flags.c_contiguous:
        images = array_of(map(TURNED[turned], in_pieces(images)), TURNED[turned](images).shape)
    if images.shape != dataset.images.shape:
        raise DataFormatError(
            f"{dataset.name}: expected square pictures to turn, found {dataset.task.words_of_shape()}"
        )
    return replace(dataset, images=images, reading=replace(dataset.reading, turn=turn, turned=turned))


def _found(dataset: Dataset) -> Turn:
    if dataset.task.preparation != "ink" or dataset.task.picture_shape != (28, 28, 1):
        return "upright"
    if dataset.task.is_digits:
        return found_turn(dataset.images, dataset.labels)
    digits = np.array([LOOKS_LIKE.get(name, NONE) for name in dataset.task.class_names])[dataset.labels]
    chosen = np.flatnonzero(digits != NONE)
    chosen = chosen[:: max(1, len(chosen) // (2 * SAMPLE))]
    turned = _clear_turn(dataset.images[chosen], digits[chosen]) if len(chosen) >= FEWEST else None
    return turned or dataset.reading.turned


def found_turn(images: ImageArray, labels: LabelArray | None) -> Turn:
    """Find the turn after which the pictures are most like MNIST's digits of their labels."""
    if labels is None or len(images) < FEWEST:
        return "upright"
    return _clear_turn(images, labels) or "upright"


def _clear_turn(images: ImageArray, labels: LabelArray) -> Turn | None:
    """Find that turn; None if pictures are hardly like digits in any direction."""
    chosen = np.linspace(0, len(images) - 1, min(SAMPLE, len(images))).astype(np.intp)
    images, labels = images[chosen], labels[chosen]
    own, share = likeness(images, labels)
    if share > CLEARLY_UPRIGHT:
        return "upright"
    best: Turn | None = None
    best_gain = LEAST_GAIN
    for turn in list(TURNED)[1:]:
        turned_own, turned_share = likeness(TURNED[turn](images), labels)
        gains = turned_own - own
        gain, error = gains.mean(), gains.std() / np.sqrt(len(gains))
        is_clear = turned_own.mean() > LEAST_LIKENESS and gain > LEAST_SIGMAS * error
        if is_clear and gain > best_gain and turned_share >= share + LEAST_SHARE:
            best, best_gain = turn, gain
    return best
