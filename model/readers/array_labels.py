"""Labels that come as arrays, in a column, one-hot or in words, on their way to the numbers of classes."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.large_arrays import array_of, in_pieces
from model.network.arrays import LabelArray
from model.network.task import DIGITS, MOST_CLASSES
from model.readers.names import digit_of, in_natural_order

__all__ = ["NamedLabels", "joined", "joined_labels", "labels_of_texts", "numbers_of"]

Array = npt.NDArray[Any]

LARGEST_NUMBER = 1e9
"""Of a class that is only numbered."""


@dataclass(frozen=True, eq=False)
class NamedLabels:
    """The classes of pictures.

    Attributes
    ----------
    labels : ndarray of uint8, shape (n,)
    class_names : tuple of str
        The ten digits where labels from 0 to 9 are all that is known.
    first : int, optional
        The number of the first class in the file, if it only numbers them.
    remark : str
        What may surprise; empty if nothing.
    """

    labels: LabelArray
    class_names: tuple[str, ...]
    first: int | None = None
    remark: str = ""


def numbers_of(labels: Array, sheet: Array, name: str) -> Array:
    """Give the labels of some pictures the shape (n,), as numbers or texts: they may be a column or one-hot."""
    numbers = _as_row(labels, name) if labels.size <= MOST_CLASSES * len(sheet) else labels
    if numbers.shape != sheet.shape[:1]:
        raise DataFormatError(
            f"{name}: expected as many labels as pictures, found pictures of shape {sheet.shape}"
            f" and labels of shape {numbers.shape}"
        )
    return numbers


def _as_row(labels: Array, name: str) -> Array:
    if labels.ndim == 2 and 1 in labels.shape:
        labels = labels.reshape(-1)
    if labels.ndim == 2 and labels.dtype.kind in "biuf":
        for hot in (labels, labels.T) if min(labels.shape) > 1 else ():
            is_long = len(hot) >= hot.shape[1] or hot.shape[1] == 10
            if is_long and ((hot == 1).sum(axis=1) == 1).all() and (hot == 0).sum() == hot.size - len(hot):
                return hot.argmax(axis=1)
    if labels.dtype.kind in "US":
        texts = [text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in labels.tolist()]
        return np.array(texts, str) if labels.ndim == 1 else labels
    whole = labels.dtype.kind in "biu" or (labels.dtype.kind == "f" and (labels == np.rint(labels)).all())
    if not whole or (labels.size and not np.abs(labels.astype(np.float64)).max() < LARGEST_NUMBER):
        raise DataFormatError(
            f"{name}: expected labels as whole numbers or texts, found {labels.dtype} that are not whole numbers"
        )
    return labels


def joined_labels(
    raw: Sequence[Array | None],
    name: str,
    told: Mapping[int, str] | None = None,
    *,
    are_from_1: bool = False,
) -> NamedLabels | None:
    """Join the labels of the parts, and find out the classes; None without labels.

    Parameters
    ----------
    raw : sequence of ndarray, shape (n,)
        As `numbers_of` returns them.
    name : str
        What messages call the source.
    told : mapping of int to str, optional
        The names of the numbers, where a file tells them.
    are_from_1 : bool
        Whether labels with names are counted from 1 where none is 0, as MATLAB does.

    Raises
    ------
    DataFormatError
        If there are too many classes, or a name is missing.
    """
    labels = [one for one in raw if one is not None]
    if len(labels) < len(raw) or not labels:
        return None
    kinds = {one.dtype.kind == "U" for one in labels if one.size}
    if len(kinds) > 1:
        raise DataFormatError(f"{name}: expected labels of one kind in all parts, found numbers and texts")
    if True in kinds:
        return labels_of_texts([text for one in labels for text in one.tolist()], name)
    numbers = joined(labels)
    if told:
        return _of_told(numbers, told, name, are_from_1=are_from_1)
    low, high = (numbers.min(), numbers.max()) if numbers.size else (0, 0)
    if low >= 1 and high == 10:
        tens = (numbers % 10).astype(np.uint8, copy=False)
        return NamedLabels(tens, DIGITS.class_names, None, "its labels are 1 to 10: 10 was read as 0")
    if low >= 0 and high <= 9:
        return NamedLabels(numbers.astype(np.uint8, copy=False), DIGITS.class_names, 0)
    return _of_numbers(numbers.astype(np.int64), name)


def labels_of_texts(texts: Sequence[str], name: str) -> NamedLabels:
    """Number the classes of which these are the names; digits, in words or not, are numbers.

    ``n1`` and ``d1`` are two classes, though each alone is the digit 1.

    Raises
    ------
    DataFormatError
        If there are too few classes, or too many.
    """
    values = {text: digit_of(text) for text in {*texts}}
    are_digits = all(value is not None and value <= 10 for value in values.values())
    if are_digits and len({_spelling(text) for text in values}) == len({*values.values()}):
        digits = np.array([values[text] for text in texts], np.int64)
        found = joined_labels([digits], name)
        assert found is not None
        return found
    names = in_natural_order({text.strip() for text in values})
    _check_count(len(names), ", ".join(names), name)
    numbers = {text: number for number, text in enumerate(names)}
    return NamedLabels(np.array([numbers[text.strip()] for text in texts], np.uint8), names)


def _spelling(text: str) -> str | float:
    """Return what two spellings of one name share: ``3``, ``03`` and ``3.0``, or ``One`` and ``one``."""
    text = text.strip().casefold()
    try:
        return float(text)
    except ValueError:
        return text


def _of_told(numbers: Array, told: Mapping[int, str], name: str, *, are_from_1: bool) -> NamedLabels:
    """Number the classes of which a file has the names.

    Where no label is 0, they may be counted from 1: surely if there are as many names as the largest label.
    """
    known = sorted(told)
    low, high = (int(numbers.min()), int(numbers.max())) if numbers.size else (known[0], known[0])
    is_open = known == [*range(len(known))] and low >= 1
    shift = 1 if is_open and (are_from_1 or high == len(known)) else 0
    counted = np.array(known, np.int64) + shift
    unnamed = np.setdiff1d(numbers, counted)
    if len(unnamed):
        raise DataFormatError(
            f"{name}: expected a name for each of its labels, found {len(known)} names, none for {unnamed[0]:g}"
        )
    _check_count(len(known), f"{low} to {high}", name)
    labels = np.searchsorted(counted, numbers).astype(np.uint8)
    is_doubtful = is_open and high < len(known)
    remark = (
        f"its labels {low} to {high} were read as counting from {shift}: check the names" if is_doubtful else ""
    )
    return NamedLabels(labels, tuple(told[number] for number in known), remark=remark)


def _of_numbers(numbers: npt.NDArray[np.int64], name: str) -> NamedLabels:
    """Name classes by their numbers: from 0 or 1 on, or only those that occur where most do not."""
    values = np.unique(numbers)
    low, high = int(values[0]), int(values[-1])
    first = min(low, 1)
    if low >= 0 and len(values) >= (high - first + 1) / 2:
        values = np.arange(first, high + 1)
    _check_count(len(values), f"{low} to {high}", name)
    labels = np.searchsorted(values, numbers).astype(np.uint8)
    is_counted = low >= 0 and len(values) == high - first + 1
    return NamedLabels(labels, tuple(map(str, values.tolist())), first if is_counted else None)


def _check_count(count: int, found: str, name: str) -> None:
    if not 2 <= count <= MOST_CLASSES:
        raise DataFormatError(
            f"{name}: expected labels of 2 to {MOST_CLASSES} classes, found {count} different: {found:.80}"
        )


def joined(arrays: Sequence[Array]) -> Array:
    """Return one array of several, without a copy of a single one."""
    first = arrays[0]
    if len(arrays) == 1:
        return first
    shape = (sum(map(len, arrays)), *first.shape[1:])
    pieces = itertools.chain.from_iterable(map(in_pieces, arrays))
    return array_of(pieces, shape, np.result_type(*arrays))
