"""Pieces of ink that hang together, as pictures for the network, where it is not known yet what they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from model.handwriting.segmentation import Reader
from model.network.arrays import ImageArray
from model.sheets.flat_paper import Plane

__all__ = ["LooseInk", "find_loose_ink", "sureness"]

SEEN = 0.35
SMALLEST = 8
"""Pixels of the longer side."""
LARGEST = 0.15
"""Of the longer side of the paper: what is larger is no digit."""


@dataclass(frozen=True, eq=False)
class LooseInk:
    """All pieces of ink on a sheet.

    Attributes
    ----------
    boxes : ndarray of int64, shape (n, 4)
        Left, top, width and height of each.
    numbers : ndarray of int64, shape (n,)
        By which `labels` names it.
    labels : ndarray of int32, shape (height, width)
    writing : ndarray of float32, shape (height, width)
    """

    boxes: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int32]
    writing: Plane

    def picture(self, index: int) -> ImageArray:
        """Return a piece alone, bright on dark."""
        left, top, width, height = self.boxes[index]
        place = np.s_[top : top + height, left : left + width]
        ink = np.where(self.labels[place] == self.numbers[index], self.writing[place], 0)
        return np.asarray(np.rint(255 * np.clip(np.pad(ink, 3), 0, 1)), np.uint8)


def find_loose_ink(writing: Plane) -> LooseInk:
    """Find the pieces of ink that may be digits or letters.

    Parameters
    ----------
    writing : ndarray of float32, shape (height, width)
        Ink without rules.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((writing > SEEN).astype(np.uint8), connectivity=8)
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = (longest >= SMALLEST) & (longest < LARGEST * max(writing.shape))
    large[0] = False  # the paper
    numbers = np.flatnonzero(large)
    return LooseInk(stats[numbers, :4].astype(np.int64), numbers, np.asarray(labels, np.int32), writing)


def sureness(network: Reader, digits: Sequence[ImageArray]) -> npt.NDArray[np.float64]:
    """Return for each picture, of 28 × 28, the probability of the digit that it most likely is."""
    logits = np.asarray(network.logits(np.stack(digits)), np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares.max(axis=1) / shares.sum(axis=1), np.float64)
