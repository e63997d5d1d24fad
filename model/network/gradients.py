"""The gradients of a batch, in pieces where memory asks for it."""

import numpy as np

from model.network.arrays import FloatArray, ImageArray, LabelArray
from model.network.losses import NO_DIGIT, sigmoid_cross_entropy, softmax_cross_entropy
from model.network.network import Network

__all__ = ["SMALLEST_PIECE", "fill_gradients", "piece_size"]

PIECE_NUMBERS = 60_000_000
"""Numbers that the layers may hold at once, 240 MB; a larger batch is computed in pieces."""
SMALLEST_PIECE = 8
"""Pictures that are computed together at least, or batch normalisation would see too few of them."""


def fill_gradients(
    network: Network, images: ImageArray, labels: LabelArray, *, batch_size: int, label_smoothing: float
) -> tuple[float, int]:
    """Fill the gradient of every parameter from all or a part of a batch.

    Parameters
    ----------
    network : Network
    images, labels
        As for `model.training.learner.Learner.loss_and_gradients`.
    batch_size : int
        Of the whole batch, over which the loss is the mean.
    label_smoothing : float
        As in `model.network.losses.softmax_cross_entropy`.

    Returns
    -------
    loss : float
        What these pictures add to the mean loss of the batch.
    correct : int
        How many of them were right; a picture of no digit is, if no digit gets half of the probability.
    """
    size = piece_size(network)
    pieces = [slice(start, start + size) for start in range(0, len(labels), size)]
    loss, correct = _fill(network, images[pieces[0]], labels[pieces[0]], batch_size, label_smoothing)
    if len(pieces) == 1:
        return loss, correct
    sums = [parameter.grad.copy() for parameter in network.parameters()]
    for piece in pieces[1:]:
        more_loss, more_correct = _fill(network, images[piece], labels[piece], batch_size, label_smoothing)
        loss, correct = loss + more_loss, correct + more_correct
        for total, parameter in zip(sums, network.parameters(), strict=True):
            total += parameter.grad
    for total, parameter in zip(sums, network.parameters(), strict=True):
        np.copyto(parameter.grad, total)
    return loss, correct


def piece_size(network: Network) -> int:
    """Count the pictures that are computed at once: each takes memory in every layer, forwards and backwards."""
    return max(SMALLEST_PIECE, PIECE_NUMBERS // (2 * network.working_size))


def _fill(
    network: Network, images: ImageArray, labels: LabelArray, batch_size: int, label_smoothing: float
) -> tuple[float, int]:
    logits = network.forward(network.to_input(images), remember=True, training=True)
    loss_of = sigmoid_cross_entropy if network.is_binary else softmax_cross_entropy
    loss, grad_logits = loss_of(logits, labels, label_smoothing=label_smoothing)
    share = len(labels) / batch_size
    if share != 1:
        grad_logits *= grad_logits.dtype.type(share)
    doubted = _count_doubted(grad_logits, labels, batch_size) if NO_DIGIT in labels else 0
    network.backward(grad_logits)
    answers = logits[0] > 0 if network.is_binary else logits.argmax(axis=0)
    return share * loss, int(np.count_nonzero(answers == labels)) + doubted


def _count_doubted(grad_logits: FloatArray, labels: LabelArray, batch_size: int) -> int:
    """Count the pictures of no digit that get less than half of the probability for any, as it should be."""
    classes = len(grad_logits)
    surplus = grad_logits[:, labels == NO_DIGIT].max(axis=0) * batch_size  # probability - 1 / classes
    return int(np.count_nonzero(surplus < 0.5 - 1 / classes))
