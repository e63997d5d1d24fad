"""What training makes small: each loss returns its value and its gradient together."""

import numpy as np

from model.arrays import FloatArray, LabelArray

__all__ = ["softmax", "softmax_cross_entropy"]


def softmax(logits: FloatArray) -> FloatArray:
    """Turn logits into probabilities.

    Parameters
    ----------
    logits : ndarray, shape (classes, n)
        Any finite numbers; the largest of each column is taken away first, so that none overflows.

    Returns
    -------
    ndarray, shape (classes, n)
        Between 0 and 1, each column with sum 1.
    """
    exponentials = np.exp(logits - logits.max(axis=0))
    exponentials /= exponentials.sum(axis=0)
    return exponentials


def softmax_cross_entropy(logits: FloatArray, labels: LabelArray) -> tuple[float, FloatArray]:
    """Measure how surprised the network is by the labels.

    Parameters
    ----------
    logits : ndarray, shape (classes, n)
    labels : ndarray of int, shape (n,)
        The true class of each column, from 0 to classes - 1.

    Returns
    -------
    loss : float
        Mean of ``-log(softmax(logits)[label])`` over the batch, in nats, summed in float64.
    grad_logits : ndarray, shape (classes, n)
        Its derivative: ``(softmax(logits) - one_hot(labels)) / n``.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 6.2.2.3.
    """
    columns = np.arange(logits.shape[1])
    shifted = logits - logits.max(axis=0)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=0)
    losses = np.log(sums) - shifted[labels, columns]
    grad = exponentials / sums
    grad[labels, columns] -= 1
    grad /= len(labels)
    return float(losses.mean(dtype=np.float64)), grad
