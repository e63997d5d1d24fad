"""How the logits become probabilities and the loss, and the loss the first gradient of the backward pass."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.inspection.trace import Trace
from model.network.arrays import FloatArray

__all__ = ["AnswerTerms", "answer_terms"]


@dataclass(frozen=True, eq=False, slots=True)
class AnswerTerms:
    """Every step of the softmax, for each class.

    A network of one logit has it in the second place, and 0 in the first: the softmax of the two is the sigmoid of
    the one.

    Attributes
    ----------
    logits : ndarray, shape (classes,)
    largest : float
        The largest logit, which is taken away first so that no exponential overflows.
    shifted, exponentials : ndarray of float64, shape (classes,)
        ``logits - largest``, and ``exp(shifted)``.
    total : float
        Sum of the exponentials.
    probabilities : ndarray, shape (classes,)
        ``exponentials / total``, as the network computes them.
    target : ndarray, shape (classes,)
        1 for the class that the loss is measured against, 0 for the others.
    gradients : ndarray, shape (classes,) or (1,)
        Of the logits: ``probabilities - target``; of one logit, that of the second class.
    label : int
    loss : float
        ``-log(probabilities[label])``, in nats.
    """

    logits: FloatArray
    largest: float
    shifted: npt.NDArray[np.float64]
    exponentials: npt.NDArray[np.float64]
    total: float
    probabilities: FloatArray
    target: FloatArray
    gradients: FloatArray
    label: int
    loss: float

    @property
    def is_binary(self) -> bool:
        """Whether one logit decides between two classes."""
        return len(self.gradients) < len(self.logits)


def answer_terms(trace: Trace) -> AnswerTerms:
    """Say how the logits of a trace become its probabilities, its loss and its first gradient."""
    logits, probabilities = trace["logits"], trace["probabilities"]
    if len(logits) < len(probabilities):
        logits = np.concatenate([np.zeros_like(logits), logits])
    with np.errstate(over="ignore", invalid="ignore"):  # of a network that has diverged
        shifted = logits.astype(np.float64) - logits.max()
        exponentials = np.exp(shifted)
    target = (np.arange(len(logits)) == trace.label).astype(logits.dtype)
    gradients = trace[f"{trace.layers[-1].name}.gradient"]
    return AnswerTerms(
        logits,
        float(logits.max()),
        shifted,
        exponentials,
        float(exponentials.sum()),
        probabilities,
        target,
        gradients,
        trace.label,
        trace.loss,
    )
