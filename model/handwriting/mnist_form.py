"""Whether pictures have the form of MNIST's already."""

import numpy as np

from model.handwriting.preprocessing import BOX, INK_THRESHOLD, SIDE, crop
from model.handwriting.stroke_width import NORMAL_WIDTH, THINNEST_USUAL, stroke_width
from model.network.arrays import ImageArray

__all__ = ["are_like_mnist", "is_like_mnist"]

FEWEST_GREY = 0.1
"""Of the pixels with ink, those at the rims of strokes; thin lines drawn pixel by pixel have none."""
FAINTEST = 192
"""The strongest ink of a picture, of 255; MNIST's is 254 or 255."""
TOLERANCE = 0.25
"""In pixels; JPEG moves the centre of mass."""
SAMPLE, ENOUGH = 200, 0.5
"""So many pictures of a set are looked at, and this share of them decides what the set is like."""
EMNIST_SIDES = 22, 26
"""The longer side of the box of EMNIST's digits, in pixels: they fill the picture but for a narrow border."""


def is_like_mnist(gray: ImageArray) -> bool:
    """Return whether a picture, bright ink on dark, is like MNIST's, so that fitting it would do harm.

    Those are 28×28, their ink has soft rims or is wide, its box has a longer side of 20 (18 at least, without the
    faintest), and their centre of mass is nearest to the pixel that is right of the middle and below it.
    """
    return _lies_like_mnist(gray) and (_has_soft_rims(gray) or _pen(gray) >= NORMAL_WIDTH)


def are_like_mnist(images: ImageArray) -> bool:
    """Return the same for a whole set, by a sample: whether most of its pictures are like MNIST's or EMNIST's.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
        Bright ink on dark. They may lie on their side, and may be purely black and white; blank ones are
        ignored.

    Notes
    -----
    EMNIST's digits are larger than MNIST's, and their box is in the middle, not their mass (G. Cohen, S. Afshar,
    J. Tapson, A. van Schaik: EMNIST, an extension of MNIST to handwritten letters, 2017).
    """
    if images.shape[1:] != (SIDE, SIDE):
        return False
    chosen = np.linspace(0, len(images) - 1, min(SAMPLE, len(images))).astype(np.intp)
    sample = [image for image in images[chosen] if image.any()]
    placed = [image for image in sample if _lies_like_mnist_on_any_side(image) or _lies_like_emnist(image)]
    hard = [image for image in placed if not _has_soft_rims(image)]
    enough = ENOUGH * len(sample)
    if len(placed) - len(hard) >= enough:  # which needs no SciPy, whose import takes longer than all of this
        return True
    return len(placed) - sum(_pen(image) < THINNEST_USUAL for image in hard) >= enough


def _lies_like_mnist(gray: ImageArray) -> bool:
    if gray.shape != (SIDE, SIDE) or gray.max() < FAINTEST:
        return False
    found = crop(gray)
    if found is None or not BOX - 2 <= max(found[0].shape) <= BOX:
        return False
    weights = gray.astype(np.float64)
    places = np.arange(SIDE) / weights.sum()
    centres = weights.sum(axis=1) @ places, weights.sum(axis=0) @ places
    return all(abs(centre - SIDE / 2) <= 0.5 + TOLERANCE for centre in centres)


def _lies_like_mnist_on_any_side(gray: ImageArray) -> bool:
    """Return it for a picture that may be turned or mirrored, which moves the middle by a pixel."""
    return any(map(_lies_like_mnist, (gray, gray[::-1], gray[:, ::-1], gray[::-1, ::-1])))


def _lies_like_emnist(gray: ImageArray) -> bool:
    found = crop(gray)
    if found is None or gray.max() < FAINTEST:
        return False
    ink, top, left = found
    low, high = EMNIST_SIDES
    off = abs(2 * top + ink.shape[0] - SIDE), abs(2 * left + ink.shape[1] - SIDE)
    return low <= max(ink.shape) <= high and max(off) <= 2


def _has_soft_rims(gray: ImageArray) -> bool:
    ink = gray[gray >= INK_THRESHOLD]
    return float((ink < 255 - INK_THRESHOLD).mean()) >= FEWEST_GREY


def _pen(gray: ImageArray) -> float:
    """Measure the strokes, as a share of the longer side of the digit."""
    found = crop(gray)
    return stroke_width(found[0]) if found else 0.0
