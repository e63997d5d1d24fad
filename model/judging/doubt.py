"""Whether an answer is doubtful, and why."""

import math

import numpy as np
import numpy.typing as npt

from model.network.task import DIGITS, Task
from model.wording import a_digit

__all__ = ["AMBIGUOUS", "doubt"]

AMBIGUOUS = 0.8
"""Two digits that share this much of the probability are what the answer wavers between,"""
WAVERING = 0.1
"""if the second has this much of it."""
LIKELY = 50.0
"""Per cent, as they are shown: from here on a doubtful drawing may be its digit, below it looks like none."""


def doubt(
    probabilities: npt.NDArray[np.float32],
    refuse_below: float,
    task: Task = DIGITS,
) -> str:
    """Say why an answer is doubtful.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (classes,)
    refuse_below : float
        See `ModelCard.refuse_below`.
    task : Task

    Returns
    -------
    str
        One or two sentences; empty if the answer is not doubtful.
    """
    second, first = (int(digit) for digit in np.argsort(probabilities, kind="stable")[-2:])
    if not probabilities[first] < refuse_below:  # nan, of a network that has diverged, is no doubt of the drawing
        return ""
    line = f"{100 * refuse_below:.0f} %"
    is_of_digits = task.speaks_of_digits
    named = [a_digit(label) if is_of_digits else task.class_names[label] for label in (first, second)]
    if probabilities[second] >= WAVERING and probabilities[first] + probabilities[second] >= AMBIGUOUS:
        return f"This could be {named[0]} or {named[1]}: neither reaches {line}."
    sure = math.floor(round(1000 * float(probabilities[first]), 2)) / 10  # 99.97 % would else be 100 % below 100 %
    nothing = "This does not look like " + ("a digit" if is_of_digits else "any of its classes")
    what = f"This may be {named[0]}" if sure >= LIKELY else nothing
    return f"{what}. Best guess only {sure:.1f} % sure (below {line} counts as doubtful)."
