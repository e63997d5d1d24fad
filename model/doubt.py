"""Whether an answer is doubted, and why."""

import numpy as np
import numpy.typing as npt

__all__ = ["AMBIGUOUS", "doubt"]

AMBIGUOUS = 0.8
"""Two digits that share this much of the probability are what the answer wavers between."""


def doubt(probabilities: npt.NDArray[np.float32], refuse_below: float) -> str:
    """Tell why an answer is doubted.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (10,)
    refuse_below : float
        As of `Network.refuse_below`.

    Returns
    -------
    str
        A sentence; empty if the answer stands.
    """
    second, first = (int(digit) for digit in np.argsort(probabilities, kind="stable")[-2:])
    if not probabilities[first] < refuse_below:  # nan, of a network that has diverged, is no doubt of the drawing
        return ""
    if probabilities[first] + probabilities[second] >= AMBIGUOUS:
        return f"It could be a {first} or a {second}: neither reaches {100 * refuse_below:.0f} %."
    return f"It looks like no digit: its likeness to each is below {100 * refuse_below:.0f} %."
