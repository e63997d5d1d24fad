"""How sure a reading of a cell is: a probability from what speaks for it and against it.

A logistic regression (J. Platt: Probabilistic outputs for support vector machines, 1999) on made sheets by writers
whom the network never saw; ``benchmarks.sheets --fit`` fits it, docs/sheets.md has its curve.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from model.handwriting.number_readings import NumberReading
from model.sheets.cell_ink import CellInk

__all__ = ["EVIDENCE", "SIGNS", "evidence_of", "probability_of", "unlike_their_column"]

EVIDENCE = ("margin", "sureness", "strange", "touching", "parted", "reaching", "short", "unlike", "digits")
"""What is weighed: by how much the best reading is ahead of the next; how sure the network is of the digit it is
least sure of; how little that which looks least like a digit looks like one; whether digits touch; how much of
some ink reaches over a border, and whether any does; by how much the lowest digit is lower than the tallest;
whether the decimals are unlike those of the column; the number of digits."""
WEIGHTS = np.array([1.47, 6.13, -3.0, -1.72, -3.3, -1.5, -6.2, -7.82, 0.33])
BIAS = -1.9
SIGNS = 0.985, 0.8
"""Probability of what has no digits (blank, a dash, ditto marks), and where ink reaches over a border."""
MOST = 8.0
"""Nats; evidence beyond that adds nothing."""
FEWEST, MOST_OF_THEM = 4, 0.7
"""Numbers in a column that make a habit, and the share of them that agrees."""


def evidence_of(ink: CellInk, readings: Sequence[NumberReading], *, unlike: bool) -> npt.NDArray[np.float64]:
    """Return the numbers that are weighed, in the order of `EVIDENCE`; ``readings`` are not empty."""
    best = readings[0]
    margin = best.score - readings[1].score if len(readings) > 1 else MOST
    least = min(digit.probability for digit in best.digits)
    heights = [digit.bottom - digit.top for digit in best.digits]
    return np.array(
        [
            min(margin, MOST) / MOST,
            min(-np.log(1 - least + 1e-9), MOST) / MOST,
            1 - min(digit.likeness for digit in best.digits),
            any(digit.is_cut for digit in best.digits),
            min(2 * ink.parted, 1.0),
            ink.parted > 0,
            1 - min(heights) / max(heights),
            unlike,
            len(best.digits),
        ],
        np.float64,
    )


def probability_of(evidence: npt.NDArray[np.float64]) -> float:
    """Return the probability that the best reading is right."""
    return float(1 / (1 + np.exp(-(evidence @ WEIGHTS + BIAS))))


def unlike_their_column(texts: Sequence[str]) -> list[bool]:
    """Tell which numbers of a column have other decimals than nearly all the others.

    Parameters
    ----------
    texts : sequence of str
        What is read in the column; what holds no digit has no say.
    """
    decimals = [_decimals(text) for text in texts]
    counts = Counter(one for one in decimals if one is not None)
    if not counts:
        return [False] * len(texts)
    usual, agreeing = counts.most_common(1)[0]
    is_habit = counts.total() >= FEWEST and agreeing >= MOST_OF_THEM * counts.total()
    return [is_habit and one is not None and one != usual for one in decimals]


def _decimals(text: str) -> int | None:
    if not any(sign.isdigit() for sign in text):
        return None
    return len(text.partition(".")[2])
