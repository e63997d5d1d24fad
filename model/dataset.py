"""Labelled pictures and the parts that training and evaluation see."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from model.arrays import ImageArray, IndexArray, LabelArray
from model.errors import ConfigError, DataFormatError

__all__ = ["PARTS", "Dataset", "Part", "Split", "balanced_indices"]

Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

SPLIT_SEED = 42
HELD_OUT = 0.15
"""Share of a data set without a test part of its own that is kept from training: half test, half validation."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which pictures belong to which part.

    Attributes
    ----------
    train, validation, test : ndarray of int
        Indices; every picture is in exactly one of them.
    """

    train: IndexArray
    validation: IndexArray
    test: IndexArray

    def part(self, name: Part) -> IndexArray:
        """Return the indices of one part."""
        indices: IndexArray = getattr(self, name)
        return indices


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
        White ink on black, 0 to 255.
    labels : ndarray of uint8, shape (n,)
        0 to 9.
    name : str
        What a user calls it, as in ``MNIST 5,000``.
    source : str
        What opens it again: ``bundled`` or a path.
    official_test_start : int, optional
        Index of the first picture of the source's own test part, which reaches to the end. None if the source
        has no parts.
    notes : tuple of str
        What the reader left out or changed, one sentence each.

    Raises
    ------
    DataFormatError
        If shapes, dtypes or labels are not as above, or there is no picture at all.
    """

    images: ImageArray
    labels: LabelArray
    name: str
    source: str
    official_test_start: int | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
            raise DataFormatError(
                f"{self.name}: expected pictures as uint8 of shape (n, 28, 28),"
                f" found {images.dtype} of shape {images.shape}"
            )
        if labels.shape != (len(images),):
            raise DataFormatError(
                f"{self.name}: expected one label for each of {len(images)} pictures,"
                f" found labels of shape {labels.shape}"
            )
        if len(images) == 0:
            raise DataFormatError(f"{self.name} holds no pictures")
        if labels.dtype != np.uint8 or labels.max() > 9:
            raise DataFormatError(
                f"{self.name}: expected labels from 0 to 9, found {labels.dtype} up to {labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def split(self) -> Split:
        """The parts, the same in every run.

        A source without parts is cut at random (state 42) into 85 % to train on, 7.5 % test and 7.5 %
        validation. A source with a test part of its own keeps that whole, and gives 7.5 % of the rest to
        validation.
        """
        # scikit-learn takes a second to import, which whoever only draws a digit should not wait for
        from sklearn.model_selection import train_test_split  # noqa: PLC0415

        everything = np.arange(len(self))
        if self.official_test_start is not None:
            rest, test = np.split(everything, [self.official_test_start])
            if len(rest) < 2:
                return Split(rest, rest[:0], test)
            train, validation = train_test_split(rest, test_size=HELD_OUT / 2, random_state=SPLIT_SEED)
            return Split(train, validation, test)
        if len(self) < 8:  # too few to cut in three
            return Split(everything, everything[:0], everything[:0])
        train, held_out = train_test_split(everything, test_size=HELD_OUT, random_state=SPLIT_SEED)
        test, validation = train_test_split(held_out, test_size=0.5, random_state=SPLIT_SEED)
        return Split(train, validation, test)

    @property
    def monitor_part(self) -> Part:
        """The part whose loss is computed after each epoch.

        An official test part is for the last word only, so such a source is watched on its validation part.
        """
        return "test" if self.official_test_start is None else "validation"

    @property
    def report_part(self) -> Part:
        """The part that the report at the end of a training is about: the one that was not watched."""
        return "validation" if self.official_test_start is None else "test"

    def part(self, name: Part | Literal["all"]) -> tuple[ImageArray, LabelArray]:
        """Return the pictures and labels of one part, or of all."""
        if name == "all":
            return self.images, self.labels
        if name not in PARTS:
            raise ConfigError(f"there is no part {name!r}; there are {', '.join(PARTS)} and all")
        indices = self.split.part(name)
        return self.images[indices], self.labels[indices]

    def label_counts(self) -> IndexArray:
        """Count the pictures of each digit, shape (10,)."""
        return np.bincount(self.labels, minlength=10)

    def limited(self, count: int, seed: int = 0) -> "Dataset":
        """Keep a balanced random subset.

        Parameters
        ----------
        count : int
            How many pictures to keep besides an official test part, which stays whole; as many of each digit,
            as nearly as ``count`` and the data allow.
        seed : int
            Seed of the draw.

        Returns
        -------
        Dataset
            In the order of the original.
        """
        available = len(self) if self.official_test_start is None else self.official_test_start
        if count < 1:
            raise ConfigError(f"a limit must be at least 1 picture, got {count}")
        if count >= available:
            return self
        kept = balanced_indices(self.labels[:available], count, np.random.default_rng(seed))
        indices = np.concatenate([kept, np.arange(available, len(self))])
        return Dataset(
            self.images[indices],
            self.labels[indices],
            f"{self.name}, {count:,} of {available:,}",
            self.source,
            None if self.official_test_start is None else len(kept),
            self.notes,
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of pictures, labels and parts, as hexadecimal: the same data, whatever file they came from."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        if self.official_test_start is not None:
            digest.update(str(self.official_test_start).encode())
        return digest.hexdigest()


def balanced_indices(labels: LabelArray, count: int, rng: np.random.Generator) -> IndexArray:
    """Draw ``count`` indices, taking turns among the digits until each has no more to give."""
    shuffled = rng.permutation(len(labels))
    turn = np.empty(len(labels), np.intp)  # the how-manieth of its digit each picture is, in shuffled order
    for digit in range(10):
        of_digit = shuffled[labels[shuffled] == digit]
        turn[of_digit] = np.arange(len(of_digit))
    return np.sort(shuffled[np.argsort(turn[shuffled], kind="stable")[:count]])
