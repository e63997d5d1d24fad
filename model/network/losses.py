"""What training minimises: each loss returns its value and its gradient together."""

from collections.abc import Sequence

import numpy as np

from model.errors import ShapeError
from model.network.arrays import FloatArray, LabelArray
from model.network.layer import Parameter

__all__ = [
    "MOST_CLASSES",
    "NO_DIGIT",
    "add_weight_penalty",
    "sigmoid",
    "sigmoid_cross_entropy",
    "softmax",
    "softmax_cross_entropy",
]

NO_DIGIT = 255
"""Label of a picture that belongs to no class: the network learns to find every class equally likely."""
MOST_CLASSES = NO_DIGIT
"""Classes from 0 to 254 that a network can learn, so that `NO_DIGIT` is never one of them."""


def softmax(logits: FloatArray) -> FloatArray:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits : ndarray, shape (classes, n)
        The largest of each column is taken away first, so that none overflows.

    Returns
    -------
    ndarray, shape (classes, n)
        Between 0 and 1, each column with sum 1; nan where a logit is infinite or nan, as those of a network are
        that has diverged.
    """
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(logits - np.maximum.reduce(logits, axis=0))
        exponentials /= np.add.reduce(exponentials, axis=0)
    return exponentials


@np.errstate(invalid="ignore")
def softmax_cross_entropy(
    logits: FloatArray, labels: LabelArray, *, label_smoothing: float = 0.0
) -> tuple[float, FloatArray]:
    """Measure how surprised the network is by the labels.

    Parameters
    ----------
    logits : ndarray, shape (classes, n)
    labels : ndarray of int, shape (n,)
        The true class of each column, from 0 to classes - 1; or `NO_DIGIT`.
    label_smoothing : float
        Share of each label that is spread evenly over all classes, so that certainty is not rewarded.

    Returns
    -------
    loss : float
        Mean of ``-sum(target * log(softmax(logits)))`` over the batch, in nats, summed in float64. The target is
        ``(1 - label_smoothing) * one_hot(label) + label_smoothing / classes``, and ``1 / classes`` throughout for
        `NO_DIGIT`. Nan, or infinite, if a logit is.
    grad_logits : ndarray, shape (classes, n)
        Its derivative: ``(softmax(logits) - target) / n``.

    Raises
    ------
    ShapeError
        If a label is no class of the network, and not `NO_DIGIT`.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2.3. Smoothing: C. Szegedy et al.,
    Rethinking the Inception Architecture for Computer Vision, CVPR 2016, section 7. Pictures of no class: D.
    Hendrycks, M. Mazeika, T. Dietterich: Deep Anomaly Detection with Outlier Exposure, ICLR 2019, section 4.
    """
    classes, n = logits.shape
    target = np.empty_like(logits)
    np.equal(labels, np.arange(classes)[:, np.newaxis], out=target)  # one-hot
    if label_smoothing:
        target *= 1 - label_smoothing
        target += label_smoothing / classes
    if _highest(labels) >= classes:
        of_no_class = labels >= classes
        if (labels[of_no_class] != NO_DIGIT).any():
            raise ShapeError(f"expected labels from 0 to {classes - 1}, got {labels[of_no_class].max()}")
        target[:, of_no_class] = 1 / classes
    shifted = logits - np.maximum.reduce(logits)
    grad = np.exp(shifted)
    sums = np.add.reduce(grad)
    loss = np.add.reduce(np.log(sums), dtype=np.float64) - np.add.reduce(target * shifted, None, np.float64)
    grad /= sums
    grad -= target
    grad *= logits.dtype.type(1 / n)
    return float(loss) / n, grad


def sigmoid(logits: FloatArray) -> FloatArray:
    """Turn one logit a picture into the probability of the second of two classes.

    Parameters
    ----------
    logits : ndarray
        Any finite numbers.

    Returns
    -------
    ndarray
        ``1 / (1 + exp(-logits))``, computed without overflow.
    """
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1, small) / (1 + small)


def sigmoid_cross_entropy(
    logits: FloatArray, labels: LabelArray, *, label_smoothing: float = 0.0
) -> tuple[float, FloatArray]:
    """Measure how surprised a network of one logit is by the labels of two classes.

    Parameters
    ----------
    logits : ndarray, shape (1, n)
    labels : ndarray of int, shape (n,)
        0 or 1.
    label_smoothing : float
        As in `softmax_cross_entropy`.

    Returns
    -------
    loss : float
        Mean of ``-target * log(p) - (1 - target) * log(1 - p)`` with ``p = sigmoid(logits)``, in nats.
    grad_logits : ndarray, shape (1, n)
        ``(p - target) / n``.

    Raises
    ------
    ShapeError
        If a label is neither 0 nor 1.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2.2.
    """
    if _highest(labels) > 1:
        raise ShapeError(f"expected labels from 0 to 1, got {labels.max()}")
    target = labels * (1 - label_smoothing) + label_smoothing / 2
    row = logits[0]
    losses = np.maximum(row, 0) - row * target + np.log1p(np.exp(-np.abs(row)))
    grad = (sigmoid(logits) - target.astype(logits.dtype)) / len(labels)
    return float(losses.mean(dtype=np.float64)), grad.astype(logits.dtype, copy=False)


def _highest(labels: LabelArray) -> int:
    """Return the highest label; raise `ShapeError` where one cannot be a class of any network."""
    kind = labels.dtype.kind
    if kind not in "iu" or (kind == "i" and np.minimum.reduce(labels, initial=0) < 0):
        raise ShapeError(f"expected labels as whole numbers from 0, got {labels.dtype} from {labels.min()}")
    return int(np.maximum.reduce(labels, initial=0))


def add_weight_penalty(parameters: Sequence[Parameter], *, l1: float = 0.0, l2: float = 0.0) -> float:
    """Add the gradient of a penalty on large weights to that of the loss.

    Parameters
    ----------
    parameters : sequence of Parameter
        Those with one axis (biases, scales) are not penalised.
    l1, l2 : float
        The penalty is ``l1 * sum(|weight|) + l2 / 2 * sum(weight ** 2)``: the first drives weights that serve
        little to zero, the second keeps all of them small.

    Returns
    -------
    float
        The penalty.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 7.1.
    """
    penalty = 0.0
    for parameter in parameters:
        weight = parameter.value
        if weight.ndim == 1:
            continue
        if l1:
            penalty += l1 * float(np.abs(weight).sum(dtype=np.float64))
            parameter.grad += l1 * np.sign(weight)
        if l2:
            penalty += l2 / 2 * float(np.square(weight).sum(dtype=np.float64))
            parameter.grad += l2 * weight
    return penalty
