"""Pictures to learn from besides the training part of a data set."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.array_files import open_archive
from model.damaged_files import told_as
from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.network.losses import NO_DIGIT
from model.network.task import DIGITS, Task

__all__ = ["ExtraPictures", "load_extra_pictures"]


@dataclass(frozen=True, eq=False)
class ExtraPictures:
    """Pictures that belong to no part and are never used to evaluate.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
        As in `Dataset`.
    labels : ndarray of uint8, shape (n,)
        Numbers of classes, or `model.network.losses.NO_DIGIT` for what the network should not be sure of.
    description : str
        What they are, in words.
    task : Task
        Which classes there are, and the form of the pictures.

    Raises
    ------
    DataFormatError
        If they are something else.
    """

    images: ImageArray
    labels: LabelArray
    description: str
    task: Task = DIGITS

    def __post_init__(self) -> None:
        labels, height, width = self.labels, *self.task.picture_shape[:2]
        fits = self.images.shape == (len(labels), *self.task.array_shape)
        is_bytes = self.images.dtype == labels.dtype == np.uint8
        if not fits or not is_bytes or not ((labels < self.task.count) | (labels == NO_DIGIT)).all():
            raise DataFormatError(
                f"{self.description}: expected pictures of {width}×{height} as uint8, and a label for each"
            )

    def __add__(self, other: "ExtraPictures") -> "ExtraPictures":
        return ExtraPictures(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            f"{self.description}, {other.description}",
            self.task,
        )

    def update_digest(self, digest: "hashlib._Hash") -> None:
        """Add what they are to a fingerprint."""
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)


def load_extra_pictures(file: Path) -> ExtraPictures:
    """Read pictures from an .npz of ``images`` and ``labels``, as `ExtraPictures` has them.

    Raises
    ------
    DataFormatError
        If it is something else.
    """
    expected = f"{file.name}: expected pictures to learn from (images, labels), found something else: {{error}}"
    try:
        with (
            told_as(DataFormatError, expected),
            file.open("rb") as stream,
            open_archive(stream, file.name) as archive,
        ):
            images, labels = archive.read("images"), archive.read("labels")
    except OSError as error:
        raise DataFormatError(f"{file} cannot be read: {error.strerror or error}") from error
    pictures = ExtraPictures(images, labels, file.name)
    of_no_digit = int((labels == NO_DIGIT).sum())
    told = f"{len(labels) - of_no_digit:,} digits and {of_no_digit:,} pictures of no digit cut out of sheets"
    return replace(pictures, description=told)
