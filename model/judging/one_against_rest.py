"""How well one digit is told from the rest, wherever the line is drawn: ROC and precision-recall curves."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray

__all__ = ["Curve", "OneAgainstRest", "one_against_rest"]

CURVE_POINTS = 200
"""A curve of more points than this looks the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """At most 200 points of a curve, from left to right; none if it cannot be drawn.

    Attributes
    ----------
    x, y : ndarray of float64, shape (points,)
        From 0 to 1.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]


NO_CURVE = Curve(np.zeros(0), np.zeros(0))


@dataclass(frozen=True, slots=True)
class OneAgainstRest:
    """How well a probability tells one digit from the rest.

    Attributes
    ----------
    roc : Curve
        False positive rate, true positive rate.
    precision_recall : Curve
        Recall, precision.
    roc_auc, pr_auc : float
        The areas below, 0 to 1, the second as average precision; nan where there is no curve.
    """

    roc: Curve = NO_CURVE
    precision_recall: Curve = NO_CURVE
    roc_auc: float = math.nan
    pr_auc: float = math.nan


def one_against_rest(shows_it: npt.NDArray[np.bool_], probability: FloatArray) -> OneAgainstRest:
    """Compute the curves that can be drawn: none if no picture shows the digit, the second alone if all do.

    Parameters
    ----------
    shows_it : ndarray of bool, shape (n,)
        Whether the label of a picture is the digit.
    probability : ndarray, shape (n,)
        Of the digit; finite.
    """
    from sklearn.metrics import auc, precision_recall_curve, roc_curve  # noqa: PLC0415

    if not shows_it.any():
        return OneAgainstRest()
    precision, recall, _ = precision_recall_curve(shows_it, probability, drop_intermediate=True)
    steps = float(-np.diff(recall) @ precision[:-1])  # added up as scikit-learn does
    average_precision = min(steps, 1.0)  # which rounding may pass
    precision_recall = _thinned(recall[::-1], precision[::-1])
    if shows_it.all():
        return OneAgainstRest(precision_recall=precision_recall, pr_auc=average_precision)
    false_positives, true_positives, _ = roc_curve(shows_it, probability)
    area = float(auc(false_positives, true_positives))
    return OneAgainstRest(_thinned(false_positives, true_positives), precision_recall, area, average_precision)


def _thinned(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Curve:
    """Leave out points, so that those that stay are evenly spaced along the curve."""
    if len(x) <= CURVE_POINTS:
        return Curve(x, y)
    way = np.append(0, np.hypot(np.diff(x), np.diff(y)).cumsum())
    chosen = np.unique(np.searchsorted(way, np.linspace(0, way[-1], CURVE_POINTS)))
    return Curve(x[chosen], y[chosen])
