"""The result of a run for the tables of a report: computed now, or as recorded when the run ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from model.judging.scores import Scores, accuracy_interval, meanings_for
from model.network.task import numbered
from model.reports.report_page import decimal, percent
from model.wording import speaks_of_digits

__all__ = ["Cell", "Figure", "Mistake", "Result"]


AVERAGES = ("macro avg", "weighted avg")
"""Of a classification report, the rows that are of no class."""


class Cell(NamedTuple):
    """A cell of the confusion matrix: how many pictures, and how strongly it is coloured, from 0 to 1."""

    pictures: int
    strength: float


class Mistake(NamedTuple):
    """How many of the pictures with a label got a wrong answer, and how many of them there are."""

    label: str
    answer: str
    pictures: int
    of: int


class Figure(NamedTuple):
    """A figure with its name and what it means."""

    name: str
    text: str
    meaning: str


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
    def names(self) -> tuple[str, ...]:
        """The names of the classes, or their numbers where they were not recorded."""
        named = tuple(key for key, row in self.digits.items() if isinstance(row, dict) and key not in AVERAGES)
        return named if len(named) == len(self.confusion) else numbered(len(self.confusion))

    @property
    def speaks_of_digits(self) -> bool:
        """Whether the classes are the ten digits."""
        return speaks_of_digits(self.names)

    @property
    def meanings(self) -> Mapping[str, str]:
        """What each figure means, of these classes."""
        return meanings_for(self.names)

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
        """The confusion matrix; few wrong answers of a class are coloured more than their share, to be seen."""
        return [
            [Cell(count, round((count / max(1, sum(row))) ** 0.5, 3)) for count in row] for row in self.confusion
        ]

    @property
    def mistakes(self) -> list[Mistake]:
        """The commonest wrong answers, at most three."""
        wrong = [
            Mistake(self.names[label], self.names[answer], pictures, sum(row))
            for label, row in enumerate(self.confusion)
            for answer, pictures in enumerate(row)
            if pictures and label != answer
        ]
        return sorted(wrong, key=lambda one: -one.pictures)[:3]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The classification report: all classes, and the two averages."""
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
        (low, high), meanings = self.interval, self.meanings
        found = [
            Figure("Accuracy", percent(self.accuracy, 2), meanings["accuracy"]),
            Figure("Its interval, 95 %", f"{percent(low, 2)} to {percent(high, 2)}", meanings["interval"]),
            Figure("Loss", "infinite" if self.loss is None else f"{self.loss:.4f} nats", meanings["loss"]),
            Figure("F1, macro mean", decimal(self.macro_f1), f"{meanings['f1']} {meanings['macro']}"),
        ]
        return found + (_further_figures(self.scores, meanings) if self.scores else [])


def _further_figures(scores: Scores, meanings: Mapping[str, str]) -> list[Figure]:
    top = ", ".join(
        f"{k}:\N{NO-BREAK SPACE}{percent(share, 2)}" for k, share in enumerate(scores.top_k[1:], start=2)
    )
    macro = meanings["macro"]
    return [
        Figure("Right among the first k", top, meanings["top_k"]),
        Figure("Cohen's kappa", decimal(scores.kappa), meanings["kappa"]),
        Figure("Specificity, macro mean", decimal(scores.macro.specificity), f"{meanings['specificity']} {macro}"),
        Figure("ROC-AUC, macro mean", decimal(scores.roc_auc), f"{meanings['roc_auc']} {macro}"),
        Figure(
            "Mean average precision", decimal(scores.mean_average_precision), meanings["mean_average_precision"]
        ),
        Figure(
            "Expected calibration error",
            percent(scores.calibration.expected_error, 2),
            meanings["expected_calibration_error"],
        ),
    ]
