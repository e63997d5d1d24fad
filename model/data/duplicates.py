"""Pictures that are in a data set more than once."""

import hashlib

import numpy as np

from model.network.arrays import ImageArray, IndexArray

__all__ = ["DIGEST_BYTES", "find_duplicates", "group_numbers", "picture_digests", "places_among"]

DIGEST_BYTES = 16
"""Two pictures among a million have the same digest by chance once in 10^26 data sets."""


def picture_digests(images: ImageArray) -> list[bytes]:
    """Compute a short name for the content of each picture.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)

    Returns
    -------
    list of bytes
        `DIGEST_BYTES` each: equal for pictures that are equal in every pixel, and for no others.

    References
    ----------
    M.-J. Saarinen, J.-P. Aumasson: The BLAKE2 cryptographic hash, RFC 7693.
    """
    # picture by picture, because sorting all of them as one array would hold up every other thread
    return [hashlib.blake2b(image.tobytes(), digest_size=DIGEST_BYTES).digest() for image in images]


def find_duplicates(images: ImageArray) -> list[IndexArray]:
    """Find the pictures that are equal in every pixel.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)

    Returns
    -------
    list of ndarray of int
        One rising row of indices for each picture that is there twice or more often, in the order of the first.
    """
    first: dict[bytes, int] = {}
    groups: dict[int, list[int]] = {}  # only of those: many small lists would keep the garbage collector busy
    for index, digest in enumerate(picture_digests(images)):
        begun = first.setdefault(digest, index)
        if begun != index:
            groups.setdefault(begun, [begun]).append(index)
    return [np.array(groups[begun], np.intp) for begun in sorted(groups)]


def group_numbers(images: ImageArray) -> IndexArray:
    """Number the groups of equal pictures from 1, shape (n,); 0 for a picture that is there once."""
    numbers = np.zeros(len(images), np.intp)
    for number, group in enumerate(find_duplicates(images), start=1):
        numbers[group] = number
    return numbers


def places_among(images: ImageArray, others: ImageArray) -> IndexArray:
    """Find the index that each picture has among others, shape (n,); -1 for a picture that is not there.

    Of equal pictures the first has the first place, the second the second, and so on.
    """
    if np.array_equal(images, others):
        return np.arange(len(images))
    free: dict[bytes, list[int]] = {}
    for index, digest in reversed(list(enumerate(picture_digests(others)))):
        free.setdefault(digest, []).append(index)
    places = [free[digest].pop() if free.get(digest) else -1 for digest in picture_digests(images)]
    return np.array(places, np.intp)
