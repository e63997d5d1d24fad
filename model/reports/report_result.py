"""The result of a run for the tables of a report: computed now, or as recorded when the run ended."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from model.judging.scores import MEANINGS, Scores, accuracy_interval
from model.network.task import DIGITS
from model.reports.report_page import decimal, percent

__all__ = ["Cell", "Figure", "Result"]


class Cell(NamedTuple):
    """A cell of the confusion matrix: how many pictures, and how strongly it is coloured, from 0 to 1."""

    pictures: int
    strength: float


class Figure(NamedTuple):
    """A figure with its name and what it means."""

    name: str
    text: str
    meaning: str


APART = "accuracy", "macro avg", "weighted avg"
"""Entries of a classification report that are no classes."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """How good a network is on one part of its data.

    Attributes
    ----------
    part : str
    count : int
        Number of pictures.
    accuracy, macro_f1 : float
        From 0 to 1.
    loss : float or None
        In nats; None if it was no finite number.
    confusion : list of list of int
        Row: label, column: answer.
    digits : dict
        As returned by `Scores.report`; empty where that was not recorded.
    scores : Scores or None
        Everything else, where it could be computed.
    """

    part: str
    count: int
    accuracy: float
    macro_f1: float
    loss: float | None
    confusion: list[list[int]]
    digits: dict[str, Any]
    scores: Scores | None = None

    @classmethod
    def noted(cls, report: dict[str, Any]) -> "Result":
        """Take what a run recorded when it ended."""
        return cls(**{"digits": {}} | report)  # models of the first versions do without

    @classmethod
    def computed(cls, part: str, scores: Scores) -> "Result":
        """Take what has been computed now."""
        figures = scores.count, scores.accuracy, scores.macro_f1, scores.loss
        return cls(part, *figures, scores.confusion.tolist(), scores.report, scores)

    @property
    def errors(self) -> int:
        """Number of wrong answers."""
        return self.count - int(np.trace(np.array(self.confusion)))

    @property
    def interval(self) -> tuple[float, float]:
        """The confidence interval of the accuracy."""
        return accuracy_interval(self.count - self.errors, self.count)

    @property
    def cells(self) -> list[list[Cell]]:
        """The confusion matrix; few wrong answers of a digit are coloured more than their share, to be seen."""
        return [
            [Cell(count, round((count / max(1, sum(row))) ** 0.5, 3)) for count in row] for row in self.confusion
        ]

    @property
    def names(self) -> list[str]:
        """The names of the classes, in the order of the confusion matrix; their numbers where none were noted."""
        classes = len(self.confusion)
        return [name for name in self.digits if name not in APART][:classes] or [*map(str, range(classes))]

    @property
    def what(self) -> str:
        """The word for what a class is."""
        return "digit" if tuple(self.names) == DIGITS.class_names else "class"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The classification report: every class, and the two averages."""
        rows = [
            {"name": name, "more": self.scores.digits[number] if self.scores else None} | self.digits[name]
            for number, name in enumerate(self.names)
        ]
        for kind in ("macro", "weighted"):
            more = getattr(self.scores, kind) if self.scores else None
            rows.append({"name": f"{kind} mean", "more": more} | self.digits[f"{kind} avg"])
        return rows

    @property
    def figures(self) -> list[Figure]:
        """Single figures with their meanings."""
        low, high = self.interval
        found = [
            Figure("Accuracy", percent(self.accuracy, 2), MEANINGS["accuracy"]),
            Figure("Its interval, 95 %", f"{percent(low, 2)} to {percent(high, 2)}", MEANINGS["interval"]),
            Figure("Loss", "infinite" if self.loss is None else f"{self.loss:.4f} nats", MEANINGS["loss"]),
            Figure("F1, macro mean", decimal(self.macro_f1), f"{MEANINGS['f1']} {MEANINGS['macro']}"),
        ]
        return found + (_further_figures(self.scores) if self.scores else [])


def _further_figures(scores: Scores) -> list[Figure]:
    top = ", ".join(f"{k}: {percent(share, 2)}" for k, share in enumerate(scores.top_k[1:], start=2))
    macro = MEANINGS["macro"]
    return [
        Figure("Right among the first k", top, MEANINGS["top_k"]),
        Figure("Cohen's kappa", decimal(scores.kappa), MEANINGS["kappa"]),
        Figure("Specificity, macro mean", decimal(scores.macro.specificity), f"{MEANINGS['specificity']} {macro}"),
        Figure("ROC-AUC, macro mean", decimal(scores.roc_auc), f"{MEANINGS['roc_auc']} {macro}"),
        Figure(
            "Mean average precision", decimal(scores.mean_average_precision), MEANINGS["mean_average_precision"]
        ),
        Figure(
            "Expected calibration error",
            percent(scores.calibration.expected_error, 2),
            MEANINGS["expected_calibration_error"],
        ),
    ]
