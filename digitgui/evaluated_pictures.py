"""Which of the evaluated pictures a user wants to see."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from model.arrays import IndexArray, LabelArray

__all__ = ["DIAGONAL", "MISTAKES", "Gallery", "Judged", "chosen_pictures"]

DIAGONAL = frozenset((digit, digit) for digit in range(10))
MISTAKES = frozenset((label, answer) for label in range(10) for answer in range(10) if label != answer)
"""Cells of the confusion matrix: label and answer."""


class Gallery(StrEnum):
    """What the grid shows."""

    EVERYTHING = "everything"
    WRONG = "all wrong"
    CONFIDENT = "most confident errors"
    UNSURE = "least sure successes"
    CELLS = "chosen in the matrix"
    COMPARED = "chosen in the comparison"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Pictures with what the network made of them.

    Attributes
    ----------
    labels : ndarray of uint8, shape (n,)
    answers : ndarray of int, shape (n,)
    confidence : ndarray of float32, shape (n,)
        Probability of each answer.
    part : ndarray of int
        Indices of the pictures that are looked at.
    """

    labels: LabelArray
    answers: IndexArray
    confidence: npt.NDArray[np.float32]
    part: IndexArray

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Whether each of all pictures is answered with another digit than its label."""
        return self.answers != self.labels


def chosen_pictures(
    gallery: Gallery, judged: Judged, cells: frozenset[tuple[int, int]], compared: IndexArray
) -> IndexArray:
    """Return the indices of the pictures of a gallery, in its order.

    Parameters
    ----------
    gallery : Gallery
    judged : Judged
    cells : frozenset of (int, int)
        Labels and answers, for `Gallery.CELLS`.
    compared : ndarray of int
        Indices, for `Gallery.COMPARED`.
    """
    part, wrong = np.sort(judged.part), judged.wrong
    confidence = np.nan_to_num(judged.confidence)
    match gallery:
        case Gallery.WRONG:
            return part[wrong[part]]
        case Gallery.CONFIDENT:
            errors = part[wrong[part]]
            return errors[np.argsort(-confidence[errors], kind="stable")]
        case Gallery.UNSURE:
            right = part[~wrong[part]]
            return right[np.argsort(confidence[right], kind="stable")]
        case Gallery.CELLS:
            is_chosen = np.zeros((10, 10), bool)
            for cell in cells:
                is_chosen[cell] = True
            return part[is_chosen[judged.labels[part], judged.answers[part]]]
        case Gallery.COMPARED:
            return compared
        case _:
            return part
