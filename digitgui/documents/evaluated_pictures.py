"""Which of the evaluated pictures a user wants to see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from model.network.arrays import IndexArray, LabelArray

NO_PICTURES: IndexArray = np.zeros(0, np.intp)


def diagonal(classes: int) -> frozenset[tuple[int, int]]:
    """Return the cells of the right answers in a confusion matrix: label and answer."""
    return frozenset((label, label) for label in range(classes))


def mistakes(classes: int) -> frozenset[tuple[int, int]]:
    """Return the cells of the wrong answers."""
    return frozenset((label, answer) for label in range(classes) for answer in range(classes) if label != answer)


class Gallery(StrEnum):
    """What the grid shows."""

    EVERYTHING = "everything"
    WRONG = "all wrong"
    CONFIDENT = "surest wrong answers"
    UNSURE = "least sure right answers"
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
    wrong : ndarray of bool, shape (n,)
        Whether the answer is another class than the label.
    """

    labels: LabelArray
    answers: IndexArray
    confidence: npt.NDArray[np.float32]
    wrong: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.float32], labels: LabelArray) -> "Judged":
        """Judge probabilities, of shape (n, classes), by labels."""
        answers = probabilities.argmax(axis=1)
        confidence = np.nan_to_num(np.take_along_axis(probabilities, answers[:, np.newaxis], axis=1)[:, 0])
        return cls(labels, answers, confidence, answers != labels)


class WrongAnswers(Mapping[int, int]):
    """The answer to each wrong picture, by its index: made for a few that are looked up."""

    def __init__(self, judged: Judged) -> None:
        self._judged = judged

    def __getitem__(self, index: int) -> int:
        if not self._judged.wrong[index]:
            raise KeyError(index)
        return int(self._judged.answers[index])

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._judged.wrong).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._judged.wrong))


def chosen_pictures(
    gallery: Gallery,
    judged: Judged,
    part: IndexArray,
    cells: frozenset[tuple[int, int]],
    compared: IndexArray,
) -> IndexArray:
    """Return the indices of the pictures of a gallery, in its order.

    Parameters
    ----------
    gallery : Gallery
    judged : Judged
    part : ndarray of int
        Indices of the pictures that are looked at, in rising order.
    cells : frozenset of (int, int)
        Labels and answers, for `Gallery.CELLS`.
    compared : ndarray of int
        Indices, for `Gallery.COMPARED`.
    """
    wrong, confidence = judged.wrong, judged.confidence
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
            classes = 1 + max(int(judged.labels.max()), int(judged.answers.max()))
            is_chosen = np.zeros((classes, classes), bool)
            for cell in cells:
                if max(cell) < classes:
                    is_chosen[cell] = True
            return part[is_chosen[judged.labels[part], judged.answers[part]]]
        case Gallery.COMPARED:
            return compared
        case _:
            return part
