"""Tells which of several arrays are pictures and which are their labels, by shapes and names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.data.splitting import Part
from model.errors import DataFormatError
from model.network.task import MOST_CLASSES
from model.readers.array_shapes import pixels_of
from model.readers.names import kind_of, part_of, shortened

__all__ = ["ArrayPair", "pairs_among"]

Shapes = Mapping[str, tuple[int, ...]]

PARTS_IN_ORDER: dict[int, tuple[Part, ...]] = {2: ("train", "test"), 3: ("train", "validation", "test")}
"""The parts of several pairs whose names say nothing."""


@dataclass(frozen=True, slots=True)
class ArrayPair:
    """The names of an array of pictures and of their labels; a digit where all have it, None without labels."""

    images: str
    labels: str | int | None
    part: Part | None


def pairs_among(shapes: Shapes, name: str) -> list[ArrayPair]:
    """Find the pictures among arrays, and their labels.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        The shape of each array, in the order of the file.
    name : str
        What a message calls the file.

    Raises
    ------
    DataFormatError
        If none of them are pictures.
    """
    labels = [key for key, shape in shapes.items() if _may_be_labels(shape) or _are_hot(key, shape)]
    images = [key for key, shape in shapes.items() if _may_be_pictures(shape) and not _are_hot(key, shape)]
    if not images:
        found = shortened(f"{key} of shape {shape}" for key, shape in sorted(shapes.items())) or "none"
        raise DataFormatError(
            f"{name}: expected an array of pictures and one of labels, such as images and labels,"
            f" or x_train, y_train, x_test and y_test; found {found}"
        )
    if not labels and (by_digit := _pairs_by_digit(images)):
        return by_digit
    named = {part: [key for key in images if part_of(key) == part] for part in PARTS_IN_ORDER[3]}
    if any(named.values()):
        return [_pair(keys, labels, shapes, part) for part, keys in named.items() if keys]
    preferred = [key for key in images if kind_of(key) == "images"]
    if not preferred and len(images) in PARTS_IN_ORDER and len(images) == len(labels):
        pairs = []
        for key, part in zip(images, PARTS_IN_ORDER[len(images)], strict=True):
            pairs.append(_pair([key], labels, shapes, part))
            labels = [label for label in labels if label != pairs[-1].labels]
        return pairs
    return [_pair(preferred or images, labels, shapes, None)]


def _pair(images: Sequence[str], labels: Sequence[str], shapes: Shapes, part: Part | None) -> ArrayPair:
    """Choose the pictures with such a name, and labels of the same number and part with such a name."""
    chosen = next((key for key in images if kind_of(key) == "images"), images[0])

    def fits(key: str) -> tuple[bool, ...]:
        as_many = max(shapes[key], default=0) in (shapes[chosen][0], shapes[chosen][-1])
        return part_of(key) == part, kind_of(key) == "labels", as_many

    allowed = [key for key in labels if part_of(key) in (part, None)]
    return ArrayPair(chosen, max(allowed, key=fits, default=None), part)


def _pairs_by_digit(images: Sequence[str]) -> list[ArrayPair]:
    """Take arrays that are named after digits, such as train0 to train9, for the pictures of these."""
    found = {key: re.fullmatch(r"\D*(\d)", key) for key in images}
    digits = [int(match[1]) for match in found.values() if match]
    if {*digits} != {*range(10)} or len(digits) < len(images):
        return []
    return [ArrayPair(key, digit, part_of(key)) for key, digit in zip(images, digits, strict=True)]


def _may_be_pictures(shape: tuple[int, ...]) -> bool:
    counted_last = (*shape[-1:], *shape[:-1])
    is_large = pixels_of(shape) or pixels_of(counted_last) or len(shape) in (3, 4)
    return bool(is_large) and not _may_be_labels(shape)


def _are_hot(key: str, shape: tuple[int, ...]) -> bool:
    """Return whether labels are one-hot, by their name: a column for each class."""
    return len(shape) == 2 and shape[1] <= MOST_CLASSES and kind_of(key) == "labels"


def _may_be_labels(shape: tuple[int, ...]) -> bool:
    return len(shape) == 1 or (len(shape) == 2 and (1 in shape or 10 in shape))
