"""How good a network is on labelled pictures."""

from dataclasses import replace

import numpy as np

from model.judging.confusion_scores import ConfusionScores, check_answers, confusion_of
from model.judging.ensemble import Ensemble
from model.judging.scores import Scores, score
from model.large_arrays import in_pieces, is_large
from model.network.arrays import FloatArray, ImageArray, LabelArray
from model.network.losses import softmax, softmax_cross_entropy
from model.network.network import Network

__all__ = ["evaluate", "evaluate_briefly", "logits_of", "loss_and_accuracy", "score_logits"]


def logits_of(network: Network | Ensemble, images: ImageArray) -> FloatArray:
    """Compute the logits of pictures, shape (n, classes): of a large array piece by piece."""
    if not is_large(images):
        return network.logits(images)
    return np.concatenate([network.logits(piece) for piece in in_pieces(images)])


def loss_and_accuracy(network: Network | Ensemble, images: ImageArray, labels: LabelArray) -> tuple[float, float]:
    """Compute the mean loss (nats) and the share of right answers of a network."""
    logits = logits_of(network, images)
    loss, _ = softmax_cross_entropy(logits.T, labels)
    return loss, float((logits.argmax(axis=1) == labels).mean())


def evaluate(network: Network | Ensemble, images: ImageArray, labels: LabelArray) -> Scores:
    """Evaluate a network on labelled pictures.

    Parameters
    ----------
    network : Network or Ensemble
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    labels : ndarray of uint8, shape (n,)

    Raises
    ------
    DataFormatError
        If there are no pictures.
    """
    return score_logits(logits_of(network, images), labels, network.class_names)


def evaluate_briefly(network: Network | Ensemble, images: ImageArray, labels: LabelArray) -> ConfusionScores:
    """Evaluate as `evaluate` does, for the figures that need no other library.

    So the end of a training waits for no import, which would hold up the window.
    """
    logits = logits_of(network, images)
    probabilities = np.nan_to_num(softmax(logits.T).T)
    check_answers(probabilities, labels)
    confusion = confusion_of(labels, probabilities.argmax(axis=1), probabilities.shape[1])
    return ConfusionScores(softmax_cross_entropy(logits.T, labels)[0], confusion, network.class_names)


def score_logits(logits: FloatArray, labels: LabelArray, class_names: tuple[str, ...] = ()) -> Scores:
    """Compute every figure from logits, shape (n, classes): as `evaluate`, for callers that have the logits."""
    scores = score(softmax(logits.T).T, labels, class_names)
    # from the logits, where a probability may be too small for its logarithm
    return replace(scores, loss=softmax_cross_entropy(logits.T, labels)[0])
