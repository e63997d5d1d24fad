"""Pictures that come as one array, whatever file it was in, on their way to 28×28."""

import numpy as np
import numpy.typing as npt

from model.data.reading import Ink, OnProgress, Reading, no_progress
from model.errors import DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.network.arrays import ImageArray

__all__ = ["as_uint8", "digits_from_array"]

SMALLEST_SIDE = 8


def digits_from_array(
    images: ImageArray, ink: Ink = "auto", on_progress: OnProgress = no_progress
) -> tuple[ImageArray, Reading]:
    """Bring pictures of one size into the form of MNIST's digits.

    Where the outermost pixels, which hardly any ink reaches, are bright in most pictures, all are inverted. Those
    that are 28×28 are then left as they are; others go through `model.handwriting.preprocessing`.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
    ink : str
        A key of `model.data.reading.INKS`.
    on_progress : callable

    Returns
    -------
    images : ndarray of uint8, shape (n, 28, 28)
        The array that was given, where nothing had to be changed.
    reading : Reading

    Raises
    ------
    DataFormatError
        If they are smaller than 8×8.
    """
    count, height, width = images.shape
    if count and min(height, width) < SMALLEST_SIDE:
        raise DataFormatError(f"expected pictures of at least 8 × 8 pixels, found {width} × {height}")
    dark = _rim_is_bright(images) if ink == "auto" else ink == "dark"
    if dark:
        images = 255 - images
    if (height, width) != (28, 28):
        fitted = np.zeros((count, 28, 28), np.uint8)
        for index, image in enumerate(images):
            if index % 100 == 0:
                on_progress(index, count)
            fitted[index] = drawing_to_digit(image)
        images = fitted
    return images, Reading((((width, height), count),) if count else (), ink, count if dark else 0)


def as_uint8(array: npt.NDArray[np.generic], name: str) -> npt.NDArray[np.uint8]:
    """Convert whole numbers from 0 to 255 of any integer type, and nothing else."""
    if array.dtype == np.uint8:
        return array.astype(np.uint8, copy=False)
    if array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() > 255)):
        raise DataFormatError(
            f"{name}: expected whole numbers from 0 to 255 (uint8), found {array.dtype}:"
            " scale the pictures to 0..255 and use .astype(numpy.uint8)"
        )
    return array.astype(np.uint8)


def _rim_is_bright(images: ImageArray) -> bool:
    rim = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    return len(images) > 0 and float(np.mean([np.mean(edge > 127) for edge in rim])) > 0.5
