"""Labels that come as arrays, in a column, one-hot or in words, on their way to 0 to 9."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.large_arrays import array_of, in_pieces
from model.network.arrays import LabelArray
from model.readers.names import digit_of

__all__ = ["joined", "joined_labels", "numbers_of"]

Array = npt.NDArray[Any]


def numbers_of(labels: Array, sheet: Array, name: str) -> Array:
    """Give the labels of some pictures the shape (n,): they may be a column, one-hot, or text."""
    numbers = _as_row(labels, name) if labels.size <= 10 * len(sheet) else labels
    if numbers.shape != sheet.shape[:1]:
        raise DataFormatError(
            f"{name}: expected as many labels as pictures, found pictures of shape {sheet.shape}"
            f" and labels of shape {numbers.shape}"
        )
    return numbers


def _as_row(labels: Array, name: str) -> Array:
    if labels.ndim == 2 and 1 in labels.shape:
        labels = labels.reshape(-1)
    if labels.ndim == 2 and 10 in labels.shape and labels.dtype.kind in "biuf":
        hot = labels if labels.shape[1] == 10 else labels.T
        if ((hot == 1).sum(axis=1) == 1).all() and (hot == 0).sum() == 9 * len(hot):
            return hot.argmax(axis=1)
    if labels.dtype.kind in "US":
        texts = [text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in labels.tolist()]
        digits = [digit_of(text) for text in texts]
        if None in digits:
            wrong = texts[digits.index(None)]
            raise DataFormatError(
                f"{name}: expected labels from 0 to 9, found text that is not a digit: {wrong[:40]!r}"
            )
        return np.array(digits, np.int64)
    whole = labels.dtype.kind in "biu" or (labels.dtype.kind == "f" and (labels == np.rint(labels)).all())
    if not whole:
        raise DataFormatError(
            f"{name}: expected labels from 0 to 9, found {labels.dtype} that are not whole numbers"
        )
    return labels


def joined_labels(raw: Sequence[Array | None], name: str) -> tuple[LabelArray | None, bool]:
    """Join the labels of the parts; return whether 10 stood for 0."""
    numbers = [one for one in raw if one is not None]
    if len(numbers) < len(raw) or not numbers:
        return None, False
    labels = joined(numbers)
    low, high = (labels.min(), labels.max()) if labels.size else (0, 0)
    mapped = low >= 1 and high == 10
    if not mapped and not (low >= 0 and high <= 9):
        raise DataFormatError(f"{name}: expected labels from 0 to 9, found {low:g} to {high:g}")
    return (labels % 10 if mapped else labels).astype(np.uint8, copy=False), bool(mapped)


def joined(arrays: Sequence[Array]) -> Array:
    """Return one array of several, without a copy of a single one."""
    first = arrays[0]
    if len(arrays) == 1:
        return first
    shape = (sum(map(len, arrays)), *first.shape[1:])
    pieces = itertools.chain.from_iterable(map(in_pieces, arrays))
    return array_of(pieces, shape, np.result_type(*arrays))
