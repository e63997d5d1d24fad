"""Which way up a sheet lies: the way in which the network reads a sample of its ink best."""

from collections.abc import Sequence

import numpy as np

from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.flat_paper import FlatPaper, Plane
from model.sheets.loose_ink import find_loose_ink, sureness

__all__ = ["set_upright", "turned_paper"]

FIRST_SAMPLE, SAMPLE = 24, 60
FEWEST = 6
"""Fewer pieces of ink say nothing."""
CLEARLY_UPRIGHT = 0.9
"""If digits are so probable, on average, as the sheet lies, nothing else is tried."""
CLEARLY_BETTER = 0.05
"""By how much more probable, on average, the digits must be in another direction than as the sheet lies."""


def set_upright(network: Reader, paper: FlatPaper, writing: Plane) -> FlatPaper:
    """Turn a sheet by 90, 180 or 270 degrees if its digits are read better so.

    Parameters
    ----------
    network : Reader
    paper : FlatPaper
    writing : ndarray of float32, shape (height, width)
        Its ink without rules.
    """
    digits = _sample(writing)
    if len(digits) < FEWEST:
        return paper
    if _mean_sureness(network, digits[:: -(-len(digits) // FIRST_SAMPLE)], 0) >= CLEARLY_UPRIGHT:
        return paper
    sure = [_mean_sureness(network, digits, quarters) for quarters in range(4)]
    best = int(np.argmax(sure))
    return turned_paper(paper, best) if sure[best] > sure[0] + CLEARLY_BETTER else paper


def turned_paper(paper: FlatPaper, quarters: int) -> FlatPaper:
    """Turn flat paper to the left by so many quarters."""
    width = paper.ink.shape[1]
    turn = np.eye(3)
    for quarter in range(quarters % 4):
        side = width if quarter % 2 == 0 else paper.ink.shape[0]
        turn = np.array([[0.0, 1, 0], [-1, 0, side - 1], [0, 0, 1]]) @ turn
    ink = np.asarray(np.rot90(paper.ink, quarters), np.float32, "C")
    gray = np.asarray(np.rot90(paper.gray, quarters), np.uint8, "C")
    return FlatPaper(ink, gray, turn @ paper.to_flat)


def _mean_sureness(network: Reader, digits: Sequence[ImageArray], quarters: int) -> float:
    pictures = [drawing_to_digit(np.rot90(digit, quarters)) for digit in digits]
    return float(sureness(network, pictures).mean())


def _sample(writing: Plane) -> list[ImageArray]:
    """Cut out pieces of ink that have the size of digits, from all over the sheet."""
    ink = find_loose_ink(writing)
    if not len(ink.boxes):
        return []
    sizes = ink.boxes[:, 2:].max(axis=1)
    usual = np.percentile(sizes, 75)
    likely = np.flatnonzero((sizes > 0.6 * usual) & (sizes < 1.6 * usual))
    chosen = likely[np.linspace(0, len(likely) - 1, min(SAMPLE, len(likely))).astype(np.intp)]
    return [ink.picture(int(index)) for index in chosen]
