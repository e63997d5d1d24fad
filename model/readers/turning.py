"""Pictures that lie on their side, such as EMNIST's and MATLAB's: detected, and turned upright."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset
from model.data.reading import Turn
from model.errors import DataFormatError
from model.large_arrays import array_of, in_pieces
from model.network.arrays import ImageArray, LabelArray
from model.readers.npz_files import load_npz

__all__ = ["TURNED", "found_turn", "set_upright"]

SAMPLE = 400
"""This many pictures decide how all of them lie."""
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


def set_upright(dataset: Dataset, turn: Turn = "auto") -> Dataset:
    """Turn all pictures of a data set as asked, or as detected.

    Parameters
    ----------
    dataset : Dataset
    turn : str
        A key of `model.data.reading.TURNS`.
    """
    turned = found_turn(dataset.images, dataset.labels) if turn == "auto" else turn
    images = dataset.images
    if turned != "upright" or not images.flags.c_contiguous:
        images = array_of(map(TURNED[turned], in_pieces(images)), TURNED[turned](images).shape)
    if images.shape != dataset.images.shape:
        raise DataFormatError(
            f"{dataset.name}: expected square pictures to turn, found {dataset.task.words_of_shape()}"
        )
    return replace(dataset, images=images, reading=replace(dataset.reading, turn=turn, turned=turned))


def found_turn(images: ImageArray, labels: LabelArray | None) -> Turn:
    """Find the turn after which the pictures are most like MNIST's digits of their labels."""
    if labels is None or len(images) < FEWEST:
        return "upright"
    chosen = np.linspace(0, len(images) - 1, min(SAMPLE, len(images))).astype(np.intp)
    images, labels = images[chosen], labels[chosen]
    own, share = _likeness(images, labels)
    if share > CLEARLY_UPRIGHT:
        return "upright"
    best: Turn = "upright"
    best_gain = LEAST_GAIN
    for turn in list(TURNED)[1:]:
        turned_own, turned_share = _likeness(TURNED[turn](images), labels)
        gains = turned_own - own
        gain, error = gains.mean(), gains.std() / np.sqrt(len(gains))
        is_clear = turned_own.mean() > LEAST_LIKENESS and gain > LEAST_SIGMAS * error
        if is_clear and gain > best_gain and turned_share >= share + LEAST_SHARE:
            best, best_gain = turn, gain
    return best


def _likeness(images: ImageArray, labels: LabelArray) -> tuple[npt.NDArray[np.float32], float]:
    """Correlate each picture with the mean digit of its label; and return how many are most like that."""
    likeness = _normalized(images) @ _mean_digits().T
    return likeness[np.arange(len(labels)), labels], float((likeness.argmax(axis=1) == labels).mean())


@cache
def _mean_digits() -> npt.NDArray[np.float32]:
    import resources  # noqa: PLC0415  `import model` needs none of its files

    known = load_npz(resources.BUNDLED_DIGITS)
    return _normalized(np.stack([known.images[known.labels == digit].mean(axis=0) for digit in range(10)]))


def _normalized(images: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Bring pictures to mean 0 and length 1, as rows."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
