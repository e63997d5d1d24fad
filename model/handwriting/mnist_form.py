"""Whether a picture has the form of MNIST's already."""

import numpy as np

from model.handwriting.preprocessing import BOX, INK_THRESHOLD, SIDE, crop
from model.handwriting.stroke_width import NORMAL_WIDTH, stroke_width
from model.network.arrays import ImageArray

__all__ = ["is_like_mnist"]

FEWEST_GREY = 0.1
"""Of the pixels with ink, those at the rims of strokes; thin lines drawn pixel by pixel have none."""
FAINTEST = 192
"""The strongest ink of a picture, of 255; MNIST's is 254 or 255."""
TOLERANCE = 0.25
"""In pixels; JPEG moves the centre of mass."""


def is_like_mnist(gray: ImageArray) -> bool:
    """Tell whether a picture, bright ink on dark, would lose if it were fitted, since it is like MNIST's.

    Those are 28×28, their ink has soft rims or is wide, its box has a longer side of 20 (18 at least, without the
    faintest), and their centre of mass is nearest to the pixel that is right of the middle and below it.
    """
    if gray.shape != (SIDE, SIDE) or gray.max() < FAINTEST:
        return False
    found = crop(gray)
    if found is None or not BOX - 2 <= max(found[0].shape) <= BOX:
        return False
    weights = gray.astype(np.float64)
    places = np.arange(SIDE) / weights.sum()
    for centre in (weights.sum(axis=1) @ places, weights.sum(axis=0) @ places):
        if abs(centre - SIDE / 2) > 0.5 + TOLERANCE:
            return False
    ink = gray[gray >= INK_THRESHOLD]
    has_soft_rims = float((ink < 255 - INK_THRESHOLD).mean()) >= FEWEST_GREY
    return has_soft_rims or stroke_width(found[0]) >= NORMAL_WIDTH
