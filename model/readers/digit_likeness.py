"""How much pictures are like MNIST's mean digits."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.array_files import open_archive
from model.network.arrays import ImageArray, LabelArray
from model.readers.picture_files import fitted

__all__ = ["COMPARED", "FEWEST_COMPARED", "are_like_digits", "likeness"]

COMPARED = 240
"""Pictures that are compared, where nothing else decides whether they are digits."""
FEWEST_COMPARED = 30
"""Fewer pictures with the labels 0 to 9 are digits, however unusual: a user's own."""
LEAST_LIKENESS = 0.3
"""If this share of them is most like MNIST's mean digit of their label, they are digits after all."""


def are_like_digits(pictures: Sequence[Image.Image], labels: LabelArray) -> bool:
    """Return whether many pictures are most like the mean digit of their label, upright or transposed.

    Parameters
    ----------
    pictures : sequence of PIL.Image.Image
    labels : ndarray of int, shape (n,)
        0 to 9.
    """
    digits = np.stack([fitted(picture)[0] for picture in pictures])
    return max(likeness(each, labels)[1] for each in (digits, digits.swapaxes(1, 2))) >= LEAST_LIKENESS


def likeness(images: ImageArray, labels: LabelArray) -> tuple[npt.NDArray[np.float32], float]:
    """Correlate each picture with the mean digit of its label.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of int, shape (n,)
        0 to 9.

    Returns
    -------
    own : ndarray of float32, shape (n,)
        The correlations.
    share : float
        Of the pictures that are most like the mean digit of their label; 0.1 by chance.
    """
    correlations = _normalized(images) @ _mean_digits().T
    own = correlations[np.arange(len(labels)), labels]
    return own, float((correlations.argmax(axis=1) == labels).mean())


@cache
def _mean_digits() -> npt.NDArray[np.float32]:
    import resources  # noqa: PLC0415  `import model` needs none of its files

    with resources.BUNDLED_DIGITS.open("rb") as stream, open_archive(stream, "MNIST") as archive:
        images, labels = archive.read("images"), archive.read("labels")
    return _normalized(np.stack([images[labels == digit].mean(axis=0) for digit in range(10)]))


def _normalized(images: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Bring pictures to mean 0 and length 1, as rows."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
