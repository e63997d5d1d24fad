"""Which shapes of arrays are pictures: rows, with channels before or after, with the pictures counted last."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.network.task import SMALLEST_SIDE

__all__ = ["pixels_of", "sheets_of", "side_of"]

Array = npt.NDArray[Any]

SAMPLE = 200
"""About how many pictures tell in which order their colours are."""


def pixels_of(shape: tuple[int, ...]) -> int:
    """Return the number of pixels of each picture of an array of this shape; 0 if they are not pictures."""
    if len(shape) == 4:
        shape = shape[:1] + shape[2:] if shape[1] in (1, 3) else shape[:3]
    pixels = math.prod(shape[1:]) if len(shape) in (2, 3) else 0
    is_flat = len(shape) == 2 or 1 in shape[1:]
    return pixels if pixels >= SMALLEST_SIDE**2 and (not is_flat or side_of(pixels)) else 0


def side_of(count: int) -> int:
    """Return the side of the square, grey or in colour, that a row of so many numbers is; 0 if it is none."""
    for channels in (1, 3):
        side = math.isqrt(count // channels)
        if channels * side * side == count and side >= SMALLEST_SIDE:
            return side
    return 0


def sheets_of(images: Array, labels: Array | None, name: str) -> Array:
    """Give pictures the shape (n, height, width), or (n, height, width, 3): they may be rows, or have n last.

    Parameters
    ----------
    images : ndarray of any numbers
    labels : ndarray, optional
        By which n is recognised.
    name : str
        What messages call the source.

    Raises
    ------
    DataFormatError
        If they are no pictures.
    """
    given = images
    count = None if labels is None else max(labels.shape, default=0)
    has_channel = images.ndim == 4 and (images.shape[1] in (1, 3) or images.shape[-1] <= 4)
    is_counted_last = images.ndim > 1 and count == images.shape[-1]
    if is_counted_last and (count != images.shape[0] or (images.ndim == 4 and not has_channel)):
        images = np.moveaxis(images, -1, 0)  # as MATLAB has it
    if images.dtype.kind not in "biuf" or (not (pixels := pixels_of(images.shape)) and len(images.shape) != 3):
        shapes = " and ".join(str(array.shape) for array in (given, labels) if array is not None)
        raise DataFormatError(
            f"{name}: expected numbers of shape (n, height, width), (n, pixels) or with a channel, and as many"
            f" labels, found {images.dtype} of shape {shapes}"
        )
    if images.ndim == 4:
        images = np.moveaxis(images, 1, -1) if images.shape[1] in (1, 3) else images
        return images[..., 0] if images.shape[-1] < 3 else images[..., :3]
    if pixels and (images.ndim == 2 or 1 in images.shape[1:]):
        images = images.reshape(len(images), -1)
        side = side_of(images.shape[1])
        return _in_colour(images, side) if images.shape[1] != side * side else images.reshape(-1, side, side)
    return images


def _in_colour(rows: Array, side: int) -> Array:
    """Tell whether rows have one colour after the other, as CIFAR's, or the colours of each pixel together."""
    one_by_one = np.moveaxis(rows.reshape(-1, 3, side, side), 1, -1)
    together = rows.reshape(-1, side, side, 3)

    def roughness(pictures: Array) -> float:
        sample = pictures[:: max(1, len(pictures) // SAMPLE)].astype(np.float64)
        return float(np.abs(np.diff(sample, axis=2)).mean()) if sample.size else 0.0

    return one_by_one if roughness(one_by_one) <= roughness(together) else together
