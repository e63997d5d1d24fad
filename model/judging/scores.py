"""The figures that say how good a network is, from its probabilities and the labels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from model.judging.calibration import Calibration, measure_calibration
from model.judging.confusion_order import confusion_order
from model.judging.confusion_scores import ConfusionScores, check_answers, confusion_of
from model.judging.one_against_rest import Curve, OneAgainstRest, one_against_rest
from model.network.arrays import FloatArray, IndexArray, LabelArray
from model.plain_values import finite
from model.wording import of_classes, speaks_of_digits

__all__ = [
    "MEANINGS",
    "TOP_K",
    "Averages",
    "Calibration",
    "Curve",
    "DigitScores",
    "Scores",
    "accuracy_interval",
    "meanings_for",
    "score",
]

TOP_K = 5
CERTAINTY = 0.95
"""Of the interval of the accuracy."""

MEANINGS = {
    "accuracy": "The share of pictures that are answered correctly.",
    "interval": "If as many pictures were drawn again and again, 95 of 100 such intervals would contain the true"
    " accuracy (Wilson).",
    "loss": "How surprised the network is by the labels, on average: 0 if it is sure and right, 2.3 nats if it"
    " only guesses.",
    "top_k": "The share of pictures whose label is among the k digits that the network finds most probable.",
    "precision": "Of the pictures that were answered with this digit, the share that show it.",
    "recall": "Of the pictures that show this digit, the share that were answered with it.",
    "f1": "The harmonic mean of precision and recall: high only if both are.",
    "support": "How many pictures show this digit.",
    "macro": "The mean over the digits, each counting the same.",
    "weighted": "The mean over the digits, each weighted by its number of pictures.",
    "specificity": "Of the pictures that show another digit, the share that were not mistaken for this one.",
    "kappa": "Cohen's kappa, agreement beyond chance: 0 if the answers are no better than random, 1 if all are"
    " right.",
    "roc_auc": "The chance that a picture of this digit gets a higher probability for it than a picture of another"
    " digit: 0.5 is guessing.",
    "pr_auc": "The average precision while the line is lowered until every picture of this digit is found.",
    "mean_average_precision": "The mean over the digits of the area under the precision-recall curve.",
    "roc_curve": "As the line above which a picture counts as this digit is lowered: how many are found, against"
    " how many others are mistaken for it.",
    "precision_recall_curve": "As the line above which a picture counts as this digit is lowered: how many of the"
    " finds are right, against how many are found.",
    "calibration": "How often answers of each confidence are right: as often as the straight line says if the"
    " probabilities mean what they say.",
    "expected_calibration_error": "How far confidence is from accuracy on average: 0 if the probabilities mean"
    " what they say.",
    "confusion": "How many pictures of each digit (row) were answered with which digit (column).",
}
"""What each figure means, in one sentence, of digits."""


def meanings_for(class_names: Sequence[str]) -> Mapping[str, str]:
    """Say what each figure means, in one sentence, of these classes."""
    if speaks_of_digits(class_names):
        return MEANINGS
    guessing = f"{math.log(len(class_names)):.1f} nats"
    return {key: of_classes(text).replace("2.3 nats", guessing) for key, text in MEANINGS.items()}


@dataclass(frozen=True, slots=True)
class DigitScores:
    """How well one digit is told from the others.

    Attributes
    ----------
    digit : int
        Number of the class.
    name : str
        Of the class.
    precision, recall, f1 : float
        From 0 to 1; 0 where nothing was answered with this digit, or nothing shows it: so scikit-learn's report.
    support : int
        Pictures that show it.
    specificity : float
        Share of the other pictures that were not taken for it, 0 to 1; nan if there are none.
    roc_auc, pr_auc : float
        Area under the curve of this digit against the rest, 0 to 1; the second as average precision. nan if it
        does not occur, the first also if no other does.
    """

    digit: int
    name: str
    precision: float
    recall: float
    f1: float
    support: int
    specificity: float
    roc_auc: float
    pr_auc: float


@dataclass(frozen=True, slots=True)
class Averages:
    """Means over those digits for which a figure is known; nan if for none."""

    precision: float
    recall: float
    f1: float
    specificity: float
    roc_auc: float
    pr_auc: float


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How good the answers of a network to labelled pictures are.

    Attributes
    ----------
    count : int
        Number of pictures.
    loss : float
        Mean cross-entropy in nats.
    accuracy : float
        Share of right answers, 0 to 1.
    interval : (float, float)
        Its confidence interval of 95 %, after Wilson.
    top_k : tuple of float
        Shares of pictures whose label is among the 1, 2, ... `TOP_K` most probable digits; of equally probable
        ones the smaller comes first, as in an answer.
    digits : tuple of DigitScores
        Of each class.
    macro, weighted : Averages
        Over the digits, which count the same, or by their support.
    kappa : float
        Cohen's kappa; nan if only one digit occurs in labels and answers.
    roc_auc, mean_average_precision : float
        Means over the digits of the areas under both curves.
    confusion : ndarray of int, shape (classes, classes)
        Pictures of each true class (row) by the class answered (column).
    roc : tuple of Curve
        Of each digit: false positive rate, true positive rate.
    precision_recall : tuple of Curve
        Of each digit: recall, precision.
    calibration : Calibration
    order : ndarray of int, shape (classes,)
        The classes so that those that are confused stand together; see `confusion_order`.
    """

    count: int
    loss: float
    accuracy: float
    interval: tuple[float, float]
    top_k: tuple[float, ...]
    digits: tuple[DigitScores, ...]
    macro: Averages
    weighted: Averages
    kappa: float
    roc_auc: float
    mean_average_precision: float
    confusion: IndexArray
    roc: tuple[Curve, ...]
    precision_recall: tuple[Curve, ...]
    calibration: Calibration
    order: IndexArray

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes, in their order."""
        return tuple(one.name for one in self.digits)

    @property
    def macro_f1(self) -> float:
        """The mean of the F1 scores of all digits."""
        return self.macro.f1

    @property
    def report(self) -> dict[str, Any]:
        """The form and the words of scikit-learn's ``classification_report``, which other programs read."""
        return ConfusionScores(self.loss, self.confusion, self.class_names).report

    def as_dict(self) -> dict[str, Any]:
        """Return all but the curves in plain values, for JSON; None for what is not known."""
        figures = {
            "accuracy": self.accuracy,
            "accuracy_interval": list(self.interval),
            "loss": self.loss,
            "macro_f1": self.macro_f1,
            "count": self.count,
            "top_k": list(self.top_k),
            "kappa": self.kappa,
            "specificity": self.macro.specificity,
            "roc_auc": self.roc_auc,
            "pr_auc": self.macro.pr_auc,
            "mean_average_precision": self.mean_average_precision,
            "expected_calibration_error": self.calibration.expected_error,
            "confusion": self.confusion.tolist(),
            "report": self.report,
            "digits": [asdict(one) for one in self.digits],
            "macro": asdict(self.macro),
            "weighted": asdict(self.weighted),
            "calibration": {
                "confidence": self.calibration.confidence.tolist(),
                "accuracy": self.calibration.accuracy.tolist(),
                "count": self.calibration.count.tolist(),
            },
        }
        plain: dict[str, Any] = finite(figures)
        return plain


def score(probabilities: FloatArray, labels: LabelArray, class_names: tuple[str, ...] = ()) -> Scores:
    """Compute every figure.

    Parameters
    ----------
    probabilities : ndarray, shape (n, classes)
        As returned by `Network.predict_proba`. A network that has diverged gives nan, which counts as an answer
        of 0 without any confidence, and as a loss of nan.
    labels : ndarray of uint8, shape (n,)
    class_names : tuple of str
        Of all classes; their numbers if none are given.

    Raises
    ------
    DataFormatError
        If there are no pictures.
    ShapeError
        If there is not one label for each picture, or one that the network does not know.
    """
    check_answers(probabilities, labels)
    known = np.nan_to_num(probabilities)
    order = np.argsort(-known, axis=1, kind="stable")  # so that the smaller digit is first, as with argmax
    ranks = (order == labels[:, np.newaxis]).argmax(axis=1)
    confusion = confusion_of(labels, order[:, 0], known.shape[1])
    counted = ConfusionScores(_loss(probabilities, labels), confusion, class_names)
    right = int(counted.confusion.trace())
    against_the_rest = [one_against_rest(labels == digit, column) for digit, column in enumerate(known.T)]
    digits = _digits(counted, against_the_rest)
    macro, weighted = _average(digits, [1] * len(digits)), _average(digits, [one.support for one in digits])
    return Scores(
        count=len(labels),
        loss=counted.loss,
        accuracy=counted.accuracy,
        interval=accuracy_interval(right, len(labels)),
        top_k=tuple(float((ranks < k).mean()) for k in range(1, min(TOP_K, known.shape[1]) + 1)),
        digits=digits,
        macro=macro,
        weighted=weighted,
        kappa=_kappa(labels, order[:, 0]),
        roc_auc=macro.roc_auc,
        mean_average_precision=macro.pr_auc,
        confusion=counted.confusion,
        roc=tuple(one.roc for one in against_the_rest),
        precision_recall=tuple(one.precision_recall for one in against_the_rest),
        calibration=measure_calibration(known, labels),
        order=confusion_order(confusion),
    )


def _loss(probabilities: FloatArray, labels: LabelArray) -> float:
    """Compute the mean cross-entropy; a probability that is too small for float32 counts as the smallest."""
    of_label = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(of_label, np.finfo(np.float32).tiny)).mean())


def accuracy_interval(right: int, count: int) -> tuple[float, float]:
    """Compute the confidence interval of 95 % of an accuracy, after Wilson, from the number of right answers."""
    from scipy.stats import binomtest  # noqa: PLC0415  half a second to import

    interval = binomtest(right, count).proportion_ci(CERTAINTY, method="wilson")
    return float(interval.low), float(interval.high)


def _kappa(labels: LabelArray, answers: IndexArray) -> float:
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415

    if len(np.union1d(labels, answers)) == 1:  # chance alone would agree on everything
        return math.nan
    return float(cohen_kappa_score(labels, answers))


def _digits(counted: ConfusionScores, against_the_rest: list[OneAgainstRest]) -> tuple[DigitScores, ...]:
    confusion, support = counted.confusion, counted.support
    columns = counted.precision, counted.recall, counted.f1, support
    others = counted.count - support
    taken_for_it = confusion.sum(axis=0) - confusion.diagonal()
    return tuple(
        DigitScores(
            digit,
            counted.titles[digit],
            float(precision),
            float(recall),
            float(f1),
            int(shown),
            1 - int(taken_for_it[digit]) / int(others[digit]) if others[digit] else math.nan,
            rest.roc_auc,
            rest.pr_auc,
        )
        for digit, rest, precision, recall, f1, shown in zip(
            range(len(confusion)), against_the_rest, *columns, strict=True
        )
    )


def _average(digits: tuple[DigitScores, ...], weights: list[int]) -> Averages:
    def mean(name: str) -> float:
        pairs = [(getattr(one, name), weight) for one, weight in zip(digits, weights, strict=True) if weight]
        known = [(value, weight) for value, weight in pairs if not math.isnan(value)]
        total = sum(weight for _, weight in known)
        return sum(value * weight for value, weight in known) / total if total else math.nan

    return Averages(*map(mean, Averages.__slots__))
