"""Labelled pictures and the parts that training and evaluation see."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from model.data.edits import Edits
from model.data.extra_pictures import ExtraPictures
from model.data.reading import Reading
from model.data.splitting import PARTS, Part, Split, SplitRule, split_into_parts
from model.errors import ConfigError, DataFormatError
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.wording import pictures

__all__ = ["PARTS", "Dataset", "Part", "Split", "SplitRule", "balanced_indices"]

RARE = 0.2
"""A digit is rare in a part if it has fewer pictures than this share of what it would have in a balanced one."""


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
        Its name for the user, such as ``MNIST 5,000``.
    source : str
        What opens it again: ``bundled``, another name, or a path.
    official_test_start : int, optional
        Index of the first picture of the source's own test part, which reaches to the end. None if the source
        has none.
    reading : Reading
        How it was read.
    split_rule : SplitRule
        How it is split into parts.
    edits : Edits
        The corrections that are in ``labels`` already, and the pictures that belong to no part; see `edited`.
    unedited : Dataset, optional
        The same without its edits.
    extra : ExtraPictures, optional
        What training learns from besides the training part.
    own_validation_start : int, optional
        Index of the first picture of the source's own validation part, which reaches to the test part. None if the
        source has none.

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
    reading: Reading = field(default_factory=Reading)
    split_rule: SplitRule = field(default_factory=SplitRule)
    edits: Edits = field(default_factory=Edits)
    unedited: "Dataset | None" = None
    extra: ExtraPictures | None = None
    own_validation_start: int | None = None

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

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the one attribute that cannot be pickled; it is computed again where needed."""
        return {name: value for name, value in vars(self).items() if name != "_digest_of_images"}

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader skipped or changed, one sentence each."""
        return self.reading.notes

    @property
    def has_own_test_part(self) -> bool:
        """Whether the test part is the source's own, which is used for the final report only."""
        return self.official_test_start is not None and self.split_rule.own_parts

    @property
    def own_train_end(self) -> int | None:
        """Index after the last picture of the source's own training part; None if the source has no parts."""
        return self.official_test_start if self.own_validation_start is None else self.own_validation_start

    @property
    def own_parts(self) -> tuple[Part, ...]:
        """The parts besides the training part that are the source's own and are kept."""
        return tuple(self._own_starts())

    def _own_starts(self) -> dict[Part, int]:
        starts: dict[Part, int | None] = {
            "validation": self.own_validation_start,
            "test": self.official_test_start,
        }
        return {part: at for part, at in starts.items() if at is not None and self.split_rule.own_parts}

    @cached_property
    def split(self) -> Split:
        """The parts, the same in every run: see `model.data.splitting.split_into_parts` and `split_rule`.

        Corrections of labels move no picture into another part.
        """
        if self.unedited is not None:
            return self.unedited.split.without(self._excluded)
        return split_into_parts(self.labels, self.official_test_start, self.split_rule, self.own_validation_start)

    @cached_property
    def included(self) -> IndexArray:
        """Indices of the pictures that are not excluded."""
        return np.setdiff1d(np.arange(len(self)), self._excluded, assume_unique=True)

    def indices(self, name: Part | Literal["all"]) -> IndexArray:
        """Return the indices of one part, or of all pictures that are not excluded."""
        if name == "all":
            return self.included
        if name not in PARTS:
            raise ConfigError(f"there is no part {name!r}; there are {', '.join(PARTS)} and all")
        return self.split.part(name)

    def part(self, name: Part | Literal["all"]) -> tuple[ImageArray, LabelArray]:
        """Return the pictures and labels of one part, or of all."""
        if name == "all" and not self.edits.excluded:
            return self.images, self.labels
        indices = self.indices(name)
        return self.images[indices], self.labels[indices]

    def training_pictures(self) -> tuple[ImageArray, LabelArray]:
        """Return what training learns from: the training part and the extra pictures."""
        images, labels = self.part("train")
        if self.extra is None:
            return images, labels
        return np.concatenate([images, self.extra.images]), np.concatenate([labels, self.extra.labels])

    @property
    def training_count(self) -> int:
        """How many pictures training learns from."""
        return len(self.split.train) + (len(self.extra.labels) if self.extra else 0)

    def label_counts(self, part: Part | Literal["all"] = "all") -> IndexArray:
        """Count the pictures of each digit in a part, shape (10,)."""
        return np.bincount(self.labels[self.indices(part)], minlength=10)

    def warnings(self) -> tuple[str, ...]:
        """Name the digits that are missing or rare in a part, one sentence for each part."""
        return tuple(filter(None, (_warning(part, self.label_counts(part)) for part in PARTS)))

    @property
    def stratifying_helps(self) -> bool:
        """Whether a stratified split would leave fewer digits missing or rare."""
        even = replace(self.split_rule, stratified=True)
        return even != self.split_rule and self.with_split_rule(even)._lacks < self._lacks

    @property
    def _lacks(self) -> int:
        """How many digits are missing or rare in a part, counted in each."""
        return sum(sum(map(len, _lacking(self.label_counts(part)))) for part in PARTS)

    def edited(self, edits: Edits) -> "Dataset":
        """Return the data set with these corrections and no others; it shares the pictures.

        Raises
        ------
        ConfigError
            If one names a picture that does not exist, or a label that is not a digit.
        """
        original = self.unedited or self
        touched = edits.touched
        if len(touched) and not 0 <= touched[0] <= touched[-1] < len(self):
            raise ConfigError(f"{self.name} has pictures 0 to {len(self) - 1}, but the corrections name {touched}")
        if not all(0 <= label <= 9 for label in edits.labels.values()):
            raise ConfigError("a correction gives a label that is not a digit from 0 to 9")
        if not edits:
            return original if original.extra is self.extra else replace(original, extra=self.extra)
        labels = original.labels.copy()
        labels[list(edits.labels)] = list(edits.labels.values())
        return replace(original, labels=labels, edits=edits, unedited=original, extra=self.extra)

    def with_split_rule(self, rule: SplitRule) -> "Dataset":
        """Return the data set split in another way."""
        return replace(self.unedited or self, split_rule=rule, extra=self.extra).edited(self.edits)

    def limited(self, count: int, seed: int = 0) -> "Dataset":
        """Keep a balanced random subset.

        Parameters
        ----------
        count : int
            How many pictures to keep besides the source's own validation and test parts, which stay whole; spread
            over the digits as evenly as the data allow.
        seed : int
            Seed of the draw.

        Returns
        -------
        Dataset
            In the order of the original.
        """
        start = self.own_train_end
        limit = start if start is not None and self.split_rule.own_parts else len(self)
        available, rest = self.included[self.included < limit], self.included[self.included >= limit]
        if count < 1:
            raise ConfigError(f"must be at least 1 picture, got {count}", "limit")
        if count >= len(available):
            return self
        kept = available[balanced_indices(self.labels[available], count, np.random.default_rng(seed))]
        indices = np.concatenate([kept, rest])
        starts = {part: int((indices < start).sum()) for part, start in self._own_starts().items()}
        return Dataset(
            self.images[indices],
            self.labels[indices],
            f"{self.name}, {count:,} of {len(available):,}",
            self.source,
            starts.get("test"),
            self.reading,
            self.split_rule,
            extra=self.extra,
            own_validation_start=starts.get("validation"),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of pictures, labels and parts, as hexadecimal: the same data, whatever file they came from."""
        digest = (self.unedited or self)._digest_of_images.copy()
        digest.update(np.ascontiguousarray(self.labels).data)
        if self.official_test_start is not None:
            digest.update(str(self.official_test_start).encode())
        if self.own_validation_start is not None:
            digest.update(f"validation from {self.own_validation_start}".encode())
        if self.split_rule != SplitRule():
            digest.update(repr(self.split_rule).encode())
        if (
            self.split_rule.stratified and self.unedited is not None
        ):  # which is split by its labels as they were read
            digest.update(self.unedited.labels.data)
        if self.edits.excluded:
            digest.update(self._excluded.astype("<i8").tobytes())
        if self.extra is not None:
            self.extra.update_digest(digest)
        return digest.hexdigest()

    @cached_property
    def _digest_of_images(self) -> "hashlib._Hash":
        return hashlib.sha256(np.ascontiguousarray(self.images).data)

    @cached_property
    def _excluded(self) -> IndexArray:
        return np.array(sorted(self.edits.excluded), np.intp)


def _warning(part: Part, counts: IndexArray) -> str:
    """Name the digits of which a part has no or hardly any pictures; an empty part is meant to be empty."""
    missing, rare = _lacking(counts)
    words = []
    if len(missing):
        words.append(f"has no {_listed([f'{digit}s' for digit in missing], 'or')}")
    if len(rare):
        words.append("has only " + _listed([f"{pictures(counts[digit])} of {digit}" for digit in rare], "and"))
    name = "training" if part == "train" else part
    return f"The {name} part {' and '.join(words)}." if words else ""


def _lacking(counts: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the digits that are missing and those that are rare; none in a part that is empty."""
    missing = np.flatnonzero(counts == 0) if counts.any() else counts[:0]
    return missing, np.flatnonzero((counts > 0) & (counts < RARE * counts.sum() / 10))


def _listed(things: list[str], word: str) -> str:
    *first, last = things
    return f"{', '.join(first)} {word} {last}" if first else last


def balanced_indices(labels: LabelArray, count: int, rng: np.random.Generator) -> IndexArray:
    """Draw ``count`` indices, taking turns among the digits until none are left."""
    shuffled = rng.permutation(len(labels))
    turn = np.empty(len(labels), np.intp)  # the place of each picture among those of its digit, in shuffled order
    for digit in range(10):
        of_digit = shuffled[labels[shuffled] == digit]
        turn[of_digit] = np.arange(len(of_digit))
    return np.sort(shuffled[np.argsort(turn[shuffled], kind="stable")[:count]])
