"""The figures that follow from the confusion matrix alone, in plain NumPy: for the end of a training.

scikit-learn, which the further ones of `model.judging.scores` need, takes a second to import and holds up every
thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError, ShapeError
from model.network.arrays import FloatArray, IndexArray, LabelArray
from model.network.task import numbered

__all__ = ["ConfusionScores", "check_answers", "confusion_of"]


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionScores:
    """How good the answers of a network to labelled pictures are.

    Parameters
    ----------
    loss : float
        Mean cross-entropy in nats.
    confusion : ndarray of int, shape (classes, classes)
        Pictures of each true class (row) by the class answered (column).
    class_names : tuple of str
        In the order of the matrix; their numbers if none are given.
    """

    loss: float
    confusion: IndexArray
    class_names: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of pictures."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return int(self.confusion.trace()) / self.count

    @property
    def support(self) -> IndexArray:
        """Pictures of each class, shape (classes,)."""
        return self.confusion.sum(axis=1)

    @property
    def precision(self) -> npt.NDArray[np.float64]:
        """Share of the answers of each class that are right, shape (classes,); 0 where there are none."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def recall(self) -> npt.NDArray[np.float64]:
        """Share of the pictures of each class that are found, shape (classes,); 0 where there are none."""
        return _shares(self.confusion.diagonal(), self.support)

    @property
    def f1(self) -> npt.NDArray[np.float64]:
        """Harmonic mean of precision and recall of each class, shape (classes,); 0 where it occurs nowhere."""
        return _shares(2 * self.confusion.diagonal(), self.support + self.confusion.sum(axis=0))

    @property
    def macro_f1(self) -> float:
        """The mean of the F1 scores of all classes."""
        return _mean(self.f1, [1] * len(self.f1))

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the classes, or their numbers."""
        return self.class_names or numbered(len(self.confusion))

    @property
    def report(self) -> dict[str, Any]:
        """The form and the words of scikit-learn's ``classification_report``, which other programs read."""
        columns = {"precision": self.precision, "recall": self.recall, "f1-score": self.f1}
        support = self.support.tolist()
        rows: dict[str, Any] = {
            title: {name: float(column[number]) for name, column in columns.items()} | {"support": count}
            for number, (title, count) in enumerate(zip(self.titles, support, strict=True))
        }
        for title, weights in (("macro avg", [1] * len(support)), ("weighted avg", support)):
            means = {name: _mean(column, weights) for name, column in columns.items()}
            rows[title] = means | {"support": self.count}
        return {"accuracy": self.accuracy} | rows


def confusion_of(labels: LabelArray, answers: IndexArray, classes: int) -> IndexArray:
    """Count the pictures of each true class (row) by the class answered (column)."""
    pairs = labels.astype(np.intp) * classes + answers
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def check_answers(probabilities: FloatArray, labels: LabelArray) -> None:
    """Check that probabilities, shape (n, classes), and labels, shape (n,), belong together.

    Raises
    ------
    DataFormatError
        If there are no pictures.
    ShapeError
        If there is not one label for each picture, or one that the network does not know.
    """
    if len(labels) == 0:
        raise DataFormatError("there are no pictures in this part to evaluate on: choose another part")
    if probabilities.ndim != 2 or labels.shape != (len(probabilities),):
        raise ShapeError(
            f"expected one label for each row of probabilities, got {labels.shape} for {probabilities.shape}"
        )
    if labels.max() >= probabilities.shape[1]:
        raise ShapeError(f"expected labels below {probabilities.shape[1]}, got {labels.max()}")


def _shares(found: IndexArray, of: IndexArray) -> npt.NDArray[np.float64]:
    return np.divide(found, of, out=np.zeros(len(of)), where=of > 0)


def _mean(values: npt.NDArray[np.float64], weights: Sequence[int]) -> float:
    """Add up one by one, as `model.judging.scores` does, so that both give the same bits."""
    pairs = zip(values.tolist(), weights, strict=True)
    return float(sum(value * weight for value, weight in pairs) / sum(weights))
