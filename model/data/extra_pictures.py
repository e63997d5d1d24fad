"""Pictures to learn from besides the training part of a data set."""

import hashlib
from dataclasses import dataclass

import numpy as np

from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.network.losses import NO_DIGIT

__all__ = ["ExtraPictures"]


@dataclass(frozen=True, eq=False)
class ExtraPictures:
    """Pictures that belong to no part and are never used to evaluate.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
        White ink on black, 0 to 255.
    labels : ndarray of uint8, shape (n,)
        0 to 9, or `model.network.losses.NO_DIGIT` for what the network should not be sure of.
    description : str
        What they are, in words.

    Raises
    ------
    DataFormatError
        If they are something else.
    """

    images: ImageArray
    labels: LabelArray
    description: str

    def __post_init__(self) -> None:
        fits = (
            self.images.shape == (len(self.labels), 28, 28) and self.images.dtype == self.labels.dtype == np.uint8
        )
        if not fits or not ((self.labels <= 9) | (self.labels == NO_DIGIT)).all():
            raise DataFormatError(f"{self.description}: expected pictures of 28×28 as uint8, and a label for each")

    def __add__(self, other: "ExtraPictures") -> "ExtraPictures":
        return ExtraPictures(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            f"{self.description}, {other.description}",
        )

    def update_digest(self, digest: "hashlib._Hash") -> None:
        """Add what they are to a fingerprint."""
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)
