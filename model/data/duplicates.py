"""Pictures that are in a data set more than once."""

import hashlib

import numpy as np

from model.large_arrays import in_pieces
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
        `DIGEST_BYTES` each: the same for duplicates, and for no other pictures.

    References
    ----------
    M.-J. Saarinen, J.-P. Aumasson: The BLAKE2 cryptographic hash, RFC 7693.
    """
    # picture by picture, because sorting all of them as one array would hold up every other thread
    return [
        hashlib.blake2b(image.tobytes(), digest_size=DIGEST_BYTES).digest()
        for piece in in_pieces(images)
        for image in piece
    ]


def find_duplicates(images: ImageArray) -> list[IndexArray]:
    """Find duplicates: pictures that agree in every pixel.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)

    Returns
    -------
    list of ndarray of int
        The ascending indices of each group of duplicates, ordered by their first.
    """
    first: dict[bytes, int] = {}
    groups: dict[
        int, list[int]
    ] = {}  # for duplicates only: many small lists would keep the garbage collector busy
    for index, digest in enumerate(picture_digests(images)):
        begun = first.setdefault(digest, index)
        if begun != index:
            groups.setdefault(begun, [begun]).append(index)
    return [np.array(groups[begun], np.intp) for begun in sorted(groups)]


def group_numbers(images: ImageArray) -> IndexArray:
    """Number the groups of duplicates from 1, shape (n,); 0 for a picture without a duplicate."""
    numbers = np.zeros(len(images), np.intp)
    for number, group in enumerate(find_duplicates(images), start=1):
        numbers[group] = number
    return numbers


def places_among(images: ImageArray, others: ImageArray) -> IndexArray:
    """Find the index that each picture has among others, shape (n,); -1 for a picture that is missing there.

    Duplicates are matched in order: the first with the first, the second with the second, and so on.
    """
    if images.shape == others.shape and all(map(np.array_equal, in_pieces(images), in_pieces(others))):
        return np.arange(len(images))
    free: dict[bytes, list[int]] = {}
    for index, digest in reversed(list(enumerate(picture_digests(others)))):
        free.setdefault(digest, []).append(index)
    places = [free[digest].pop() if free.get(digest) else -1 for digest in picture_digests(images)]
    return np.array(places, np.intp)
