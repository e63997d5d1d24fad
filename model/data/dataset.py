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
from model.large_arrays import Rows, in_pieces, is_large, rows_of
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.task import DIGITS, Task
from model.notebook_html import inline_picture, table
from model.wording import listed, pictures

__all__ = ["PARTS", "Dataset", "Part", "Split", "SplitRule", "balanced_indices"]

RARE = 0.2
"""A class is rare in a part if it has fewer pictures than this share of what it would have in a balanced one."""
MOST_NAMED = 10


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
        0 to 255; ink is white on black.
    labels : ndarray of uint8, shape (n,)
        The places of their names in ``task.class_names``.
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
    task : Task
        Which classes there are, and the form of the pictures.

    Raises
    ------
    DataFormatError
        If shapes, dtypes or labels are not as above, or there is no picture at all.

    Examples
    --------
    >>> images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    >>> data = Dataset(images, labels, "blank paper", "")
    >>> data
    <Dataset 'blank paper': 20 pictures, the digits 0 to 9, 28 × 28 pixels in grey>
    >>> len(data.part("train")[0]), len(data.part("validation")[0]), len(data.part("test")[0])
    (17, 1, 2)
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
    task: Task = DIGITS

    def __post_init__(self) -> None:
        images, labels, shape = self.images, self.labels, self.task.array_shape
        if images.dtype != np.uint8 or images.shape[1:] != shape:
            raise DataFormatError(
                f"{self.name}: expected pictures as uint8 of shape (n, {', '.join(map(str, shape))}),"
                f" found {images.dtype} of shape {images.shape}"
            )
        if labels.shape != (len(images),):
            raise DataFormatError(
                f"{self.name}: expected one label for each of {len(images)} pictures,"
                f" found labels of shape {labels.shape}"
            )
        if len(images) == 0:
            raise DataFormatError(f"{self.name} holds no pictures")
        if labels.dtype != np.uint8 or labels.max() >= self.task.count:
            raise DataFormatError(
                f"{self.name}: expected labels from 0 to {self.task.count - 1},"
                f" found {labels.dtype} up to {labels.max()}"
            )
        if self.extra is not None and self.extra.task != self.task:
            raise DataFormatError(
                f"{self.name}: expected pictures to learn from of the same form and classes, found"
                f" {self.extra.description}: {self.extra.task.sentence()}"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        """Say in a line what it is."""
        return f"<Dataset {self.name!r}: {pictures(len(self))}, {self.task.sentence()}>"

    def _repr_html_(self) -> str:
        """Show a picture of each class, of ten at most, and the numbers of pictures as a table in a notebook."""
        columns = [self.label_counts(part).tolist() for part in PARTS]
        rows = [(name, *counts) for name, *counts in zip(self.task.class_names, *columns, strict=True)]
        shown = ""
        for label in np.flatnonzero(self.label_counts())[:MOST_NAMED]:
            first = int(self.included[np.argmax(self.labels[self.included] == label)])
            shown += inline_picture(self.images[first], f"{self.task.class_names[label]}: picture {first}")
        return f"{table(('class', 'training', 'validation', 'test'), rows, repr(self)[1:-1])}<div>{shown}</div>"

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
        is_included = np.ones(len(self), bool)
        is_included[self._excluded] = False
        return np.flatnonzero(is_included)

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
        return rows_of(self.images, indices), self.labels[indices]

    def training_pictures(self) -> tuple[ImageArray | Rows, LabelArray]:
        """Return what training learns from: the training part and the extra pictures.

        Those of a large data set are read when they are asked for.
        """
        indices, extra = self.split.train, self.extra
        labels = self.labels[indices]
        if extra is not None:
            labels = np.concatenate([labels, extra.labels])
        if is_large(self.images):
            return Rows(self.images, indices, None if extra is None else extra.images), labels
        images = self.images[indices]
        return (images if extra is None else np.concatenate([images, extra.images])), labels

    @property
    def training_count(self) -> int:
        """How many pictures training learns from."""
        return len(self.split.train) + (len(self.extra.labels) if self.extra else 0)

    def label_counts(self, part: Part | Literal["all"] = "all") -> IndexArray:
        """Count the pictures of each class in a part, shape (classes,)."""
        if part not in self._counts:
            self._counts[part] = np.bincount(self.labels[self.indices(part)], minlength=self.task.count)
        return self._counts[part].copy()

    def warnings(self) -> tuple[str, ...]:
        """Name the classes that are missing or rare in a part, one sentence for each part."""
        return tuple(filter(None, (_warning(part, self.label_counts(part), self.task) for part in PARTS)))

    @property
    def stratifying_helps(self) -> bool:
        """Whether a stratified split would leave fewer classes missing or rare."""
        even = replace(self.split_rule, stratified=True)
        return even != self.split_rule and self.with_split_rule(even)._lacks < self._lacks

    @property
    def _lacks(self) -> int:
        """How many classes are missing or rare in a part, counted in each."""
        return sum(sum(map(len, _lacking(self.label_counts(part)))) for part in PARTS)

    def edited(self, edits: Edits) -> "Dataset":
        """Return the data set with these corrections and no others; it shares the pictures.

        Raises
        ------
        ConfigError
            If one names a picture that does not exist, or a label that is no class.
        """
        original = self.unedited or self
        touched = edits.touched
        if len(touched) and not 0 <= touched[0] <= touched[-1] < len(self):
            raise ConfigError(f"{self.name} has pictures 0 to {len(self) - 1}, but the corrections name {touched}")
        if not all(0 <= label < self.task.count for label in edits.labels.values()):
            raise ConfigError(f"a correction gives a label that is none of {self.task.words_of_classes()}")
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
            over the classes as evenly as the data allow.
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
            rows_of(self.images, indices),
            self.labels[indices],
            f"{self.name}, {count:,} of {len(available):,}",
            self.source,
            starts.get("test"),
            self.reading,
            self.split_rule,
            extra=self.extra,
            own_validation_start=starts.get("validation"),
            task=self.task,
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
        if self.task != DIGITS:
            digest.update(self.task.to_json().encode())
        return digest.hexdigest()

    @cached_property
    def _counts(self) -> dict[str, IndexArray]:
        return {}

    @cached_property
    def _digest_of_images(self) -> "hashlib._Hash":
        digest = hashlib.sha256()
        for piece in in_pieces(self.images):
            digest.update(np.ascontiguousarray(piece).data)
        return digest

    @cached_property
    def _excluded(self) -> IndexArray:
        return np.array(sorted(self.edits.excluded), np.intp)


def _warning(part: Part, counts: IndexArray, task: Task) -> str:
    """Name the classes of which a part has no or hardly any pictures; an empty part is meant to be empty."""
    missing, rare = _lacking(counts)
    words = []
    if len(missing):
        names = [task.class_names[label] for label in missing]
        words.append(f"has no pictures of {_some(names, 'or')}")
    if len(rare):
        named = [f"{pictures(counts[label])} of {task.class_names[label]}" for label in rare]
        words.append("has only " + _some(named, "and"))
    name = "training" if part == "train" else part
    return f"The {name} part {' and '.join(words)}." if words else ""


def _lacking(counts: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the classes that are missing and those that are rare; none in a part that is empty."""
    missing = np.flatnonzero(counts == 0) if counts.any() else counts[:0]
    return missing, np.flatnonzero((counts > 0) & (counts < RARE * counts.sum() / len(counts)))


def _some(things: list[str], word: str) -> str:
    """List up to ten things, and count the others."""
    more = len(things) - MOST_NAMED
    return listed([*things[:MOST_NAMED], f"{more} others"] if more > 0 else things, word)


def balanced_indices(labels: LabelArray, count: int, rng: np.random.Generator) -> IndexArray:
    """Draw ``count`` indices, taking turns among the classes until none are left."""
    shuffled = rng.permutation(len(labels))
    turn = np.empty(len(labels), np.intp)  # the place of each picture among those of its class, in shuffled order
    for label in np.flatnonzero(np.bincount(labels)):
        of_label = shuffled[labels[shuffled] == label]
        turn[of_label] = np.arange(len(of_label))
    return np.sort(shuffled[np.argsort(turn[shuffled], kind="stable")[:count]])
