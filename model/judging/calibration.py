"""Probabilities that mean what they say, and the line below which an answer is doubtful."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError, DataFormatError
from model.network.arrays import FloatArray, ImageArray, IndexArray, LabelArray
from model.network.layers import Dense
from model.network.losses import softmax_cross_entropy
from model.network.network import Network

__all__ = [
    "THRESHOLDS",
    "Calibration",
    "CoverageCurve",
    "calibrate",
    "coverage_curve",
    "expected_calibration_error",
    "fit_temperature",
    "measure_calibration",
    "threshold_that_refuses",
]

BINS = 15
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.05, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How often answers of each confidence are right.

    Attributes
    ----------
    confidence, accuracy : ndarray of float64, shape (bins,)
        Mean probability of the answers of each bin, and the share of them that is right; nan if it is empty.
    count : ndarray of int, shape (bins,)
        How many pictures there are in each.
    expected_error : float
        Mean over all pictures of the distance between the accuracy and the mean confidence of their bin; 0 is
        perfect.
    """

    confidence: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]
    count: IndexArray
    expected_error: float


def measure_calibration(probabilities: FloatArray, labels: LabelArray, bins: int = BINS) -> Calibration:
    """Measure how far confidence is from accuracy.

    Parameters
    ----------
    probabilities : ndarray, shape (n, classes)
    labels : ndarray of int, shape (n,)
    bins : int
        Equal intervals from 0 to 1, into which pictures are put by the probability of their answer.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Weinberger: On Calibration of Modern Neural Networks, ICML 2017, section 2.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    count, confident, right = (
        np.bincount(bin_of, weights, minlength=bins) for weights in (None, confidence, correct)
    )
    mean_confidence, accuracy = (
        np.divide(total, count, out=np.full(bins, np.nan), where=count > 0) for total in (confident, right)
    )
    error = float(np.abs(confident - right).sum() / len(labels))
    return Calibration(mean_confidence, accuracy, count, error)


def expected_calibration_error(probabilities: FloatArray, labels: LabelArray, bins: int = BINS) -> float:
    """Measure as `measure_calibration`, and return the expected error alone."""
    return measure_calibration(probabilities, labels, bins).expected_error


def fit_temperature(logits: FloatArray, labels: LabelArray) -> float:
    """Find the number by which logits have to be divided for the smallest loss.

    Parameters
    ----------
    logits : ndarray, shape (n, classes)
        Of pictures that were not trained on.
    labels : ndarray of int, shape (n,)

    Returns
    -------
    float
        Above 1 for a network that is too sure of itself, below 1 for one that is not sure enough. It changes
        no answer.

    References
    ----------
    C. Guo et al., 2017, section 4.2: temperature scaling.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415  a third of a second to import

    if len(labels) == 0:
        raise DataFormatError("there are no pictures to calibrate on: choose another part")
    columns = logits.T.astype(np.float64)
    found = minimize_scalar(
        lambda exponent: softmax_cross_entropy(columns / np.exp(exponent), labels)[0],
        bounds=(math.log(LOWEST_TEMPERATURE), math.log(HIGHEST_TEMPERATURE)),
        method="bounded",
    )
    return float(np.exp(found.x))


def calibrate(network: Network, images: ImageArray, labels: LabelArray) -> float:
    """Divide the logits of a network by the temperature that fits, by dividing its last layer's weights.

    Parameters
    ----------
    network : Network
        Changed in place; it answers as before, with other probabilities.
    images, labels
        Of a part that was not trained on.

    Returns
    -------
    float
        The temperature.

    Raises
    ------
    ConfigError
        If the network does not end in a dense layer.
    """
    last = network.layers[-1]
    if not isinstance(last, Dense):
        raise ConfigError(f"a network must end in a Dense layer to be calibrated, this one ends in {last!r}")
    temperature = fit_temperature(network.logits(images), labels)
    for parameter in last.parameters().values():
        parameter.value /= parameter.value.dtype.type(temperature)
    return temperature


THRESHOLDS = np.linspace(0, 1, 101)
"""Probabilities at which the line of doubt might be drawn."""


_SHARES = "coverage", "accuracy", "rejection"


@dataclass(frozen=True, eq=False)
class CoverageCurve:
    """How many digits are answered without doubt, and how well, for a line at each of `THRESHOLDS`.

    Attributes
    ----------
    pictures : int
        How many digits it was computed from.
    coverage : ndarray of float64, shape (101,)
        Share of the digits that are answered without doubt.
    accuracy : ndarray of float64, shape (101,)
        Share of these that are right; 1 if there are none.
    rejection : ndarray of float64, shape (101,), or None
        Share of the pictures of no digit that are doubtful; None if unknown.
    """

    pictures: int
    coverage: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]
    rejection: npt.NDArray[np.float64] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values, for JSON."""
        shares = {
            name: None if (values := getattr(self, name)) is None else np.round(values, 5).tolist()
            for name in _SHARES
        }
        return {"pictures": self.pictures, **shares}

    @classmethod
    def from_dict(cls, saved: object) -> "CoverageCurve | None":
        """Read what `as_dict` returned; None if it is something else."""
        try:
            entries: dict[str, Any] = dict(saved)  # type: ignore[call-overload]
            shares = [None if entries[name] is None else np.array(entries[name], np.float64) for name in _SHARES]
            coverage, accuracy, rejection = shares
            if any(
                values is not None and (values.shape != THRESHOLDS.shape or not np.isfinite(values).all())
                for values in shares
            ):
                return None
            if coverage is None or accuracy is None:
                return None
            return cls(int(entries["pictures"]), coverage, accuracy, rejection)
        except (TypeError, ValueError, KeyError, OverflowError):
            return None


def coverage_curve(
    probabilities: FloatArray, labels: LabelArray, of_no_digit: FloatArray | None = None
) -> CoverageCurve:
    """Compute coverage and accuracy at every hundredth.

    Parameters
    ----------
    probabilities : ndarray, shape (n, classes)
    labels : ndarray of int, shape (n,)
    of_no_digit : ndarray, shape (m, classes), optional
        Probabilities of pictures that are no digits.

    References
    ----------
    R. El-Yaniv, Y. Wiener: On the Foundations of Noise-free Selective Classification, JMLR 11, 2010.
    """
    correct = probabilities.argmax(axis=1) == labels
    answered = probabilities.max(axis=1) >= THRESHOLDS[:, np.newaxis]
    counts, right = answered.sum(axis=1), (answered & correct).sum(axis=1)
    accuracy = np.divide(right, counts, out=np.ones(len(counts)), where=counts > 0)
    rejection = None
    if of_no_digit is not None:
        rejection = (of_no_digit.max(axis=1) < THRESHOLDS[:, np.newaxis]).mean(axis=1)
    return CoverageCurve(len(labels), counts / max(1, len(labels)), accuracy, rejection)


def threshold_that_refuses(confidence: FloatArray, share: float) -> float:
    """Find the line below which at most a given share of pictures is doubtful.

    Parameters
    ----------
    confidence : ndarray, shape (n,)
        The probability of each answer.
    share : float
        From 0 to 1.

    Returns
    -------
    float
        The highest such thousandth.
    """
    lowest = np.sort(confidence)[min(len(confidence) - 1, int(share * len(confidence)))]
    return int(lowest * 1000) / 1000
