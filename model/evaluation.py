"""How good a network is: figures that scikit-learn computes from its answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.arrays import ImageArray, IndexArray, LabelArray
from model.ensemble import Ensemble
from model.errors import DataFormatError
from model.losses import softmax_cross_entropy
from model.network import Network

__all__ = ["Evaluation", "evaluate", "loss_and_accuracy"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a network makes of labelled pictures.

    Attributes
    ----------
    count : int
        Number of pictures.
    loss : float
        Mean softmax cross-entropy in nats.
    accuracy, macro_f1 : float
        Share of right answers, and mean of the ten F1 scores, each from 0 to 1.
    confusion : ndarray of int, shape (10, 10)
        Pictures of each true digit (row) by the digit answered (column).
    report : dict
        Precision, recall, F1 and support by digit, with macro and weighted averages.
    report_text : str
        The same as a table.
    """

    count: int
    loss: float
    accuracy: float
    macro_f1: float
    confusion: IndexArray
    report: dict[str, Any]
    report_text: str


def loss_and_accuracy(network: Network | Ensemble, images: ImageArray, labels: LabelArray) -> tuple[float, float]:
    """Compute the mean loss (nats) and the share of right answers of a network."""
    logits = network.logits(images)
    loss, _ = softmax_cross_entropy(logits.T, labels)
    return loss, float((logits.argmax(axis=1) == labels).mean())


def evaluate(network: Network | Ensemble, images: ImageArray, labels: LabelArray) -> Evaluation:
    """Evaluate a network on labelled pictures.

    Parameters
    ----------
    network : Network or Ensemble
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of uint8, shape (n,)

    Raises
    ------
    DataFormatError
        If there are no pictures.
    """
    # scikit-learn takes a second to import, which whoever only draws a digit should not wait for
    from sklearn.metrics import classification_report, confusion_matrix, f1_score  # noqa: PLC0415

    if len(images) == 0:
        raise DataFormatError("there are no pictures in this part to evaluate on: choose another part")
    logits = network.logits(images)
    loss, _ = softmax_cross_entropy(logits.T, labels)
    answers = logits.argmax(axis=1)
    digits = np.arange(network.classes)
    return Evaluation(
        count=len(images),
        loss=loss,
        accuracy=float((answers == labels).mean()),
        macro_f1=float(f1_score(labels, answers, labels=digits, average="macro", zero_division=0)),
        confusion=confusion_matrix(labels, answers, labels=digits),
        report=classification_report(labels, answers, labels=digits, output_dict=True, zero_division=0),
        report_text=classification_report(labels, answers, labels=digits, zero_division=0),
    )
