"""Whether an answer is doubtful, and why."""

import numpy as np
import numpy.typing as npt

from model.network.task import DIGITS, Task
from model.wording import a_digit, percent

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
    line = percent(refuse_below).replace(".0 %", " %")
    is_of_digits = task.speaks_of_digits
    named = [a_digit(label) if is_of_digits else task.class_names[label] for label in (first, second)]
    if probabilities[second] >= WAVERING and probabilities[first] + probabilities[second] >= AMBIGUOUS:
        return f"This could be {named[0]} or {named[1]}: neither reaches {line}."
    sure = float(probabilities[first])
    shown, shown_line = (round(100 * share, 1) for share in (sure, refuse_below))
    nothing = "This does not look like " + ("a digit" if is_of_digits else "any of its classes")
    what = f"This may be {named[0]}" if shown >= LIKELY else nothing
    if shown >= shown_line:  # 99.97 % would be 100.0 %, below 100 %
        return f"{what}. Best guess just below {line}, where doubt begins."
    return f"{what}. Best guess only {percent(sure)} sure (below {line} counts as doubtful)."
