"""Straightens paper by what is written on it: lines and columns of writing are sharpest when level and upright.

Rules are more exact where there are any. Strokes of digits may look like rules: then what is written is sharper
without them.
"""

import cv2
import numpy as np
import numpy.typing as npt

from model.sheets.perspective import Slopes

__all__ = ["Pixels", "inked_pixels", "slopes_of_writing"]

Pixels = npt.NDArray[np.float64]
"""Places of ink, shape (n, 2): in the direction in which lines follow one another, and along them, both from the
middle of the picture; its longer side is `SEARCHED_SIDE`."""

SEARCHED_SIDE = 600
INKED = 0.3
FEWEST, MOST = 200, 6000
"""Pixels of ink that are needed, and that are looked at."""
STEEPEST, STEP = 0.15, 0.005
"""Slopes that are tried, to both sides."""
MOST_CHANGE, CHANGE_STEP = 0.4, 0.04
"""Of the slope, from the first line to the last: perspective."""
SHARPER = 1.05
"""By this factor, writing is clearly sharper."""
BINS = 60
"""To the standard deviation of the ink: some pixels each, so that those of the picture itself do not show."""
STEEP = 0.3
"""Of two slopes along which writing is nearly as sharp, the smaller is likelier: by so much for a slope of 1."""


def inked_pixels(ink: npt.NDArray[np.float32]) -> tuple[Pixels, Pixels] | None:
    """Return where there is ink on paper, for its lines and for its columns; None where there is too little.

    Parameters
    ----------
    ink : ndarray of float32, shape (height, width)
    """
    scale = SEARCHED_SIDE / max(ink.shape)
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    places = np.argwhere(small > INKED).astype(np.float64) + 0.5 - np.array(small.shape) / 2
    if len(places) < FEWEST:
        return None
    places = places[:: -(-len(places) // MOST)]
    return places, places[:, ::-1]


def slopes_of_writing(pixels: Pixels, length: float, known: Slopes | None = None) -> Slopes:
    """Return the slopes of the lines along which most ink lies together.

    Parameters
    ----------
    pixels : ndarray of float64, shape (n, 2)
        From `inked_pixels`.
    length : float
        Of the side along which lines follow one another, as a share of the longer one.
    known : (float, float), optional
        What rules say: it stays unless the writing is clearly sharper otherwise.
    """
    side = length * SEARCHED_SIDE
    best = _sharpest(pixels, side, [(slope, 0.0) for slope in _around(0.0, STEEPEST, STEP)])
    if known is not None and _sharpness(pixels, side, known) * SHARPER >= _sharpness(pixels, side, best):
        return known
    changes = _around(0.0, MOST_CHANGE, CHANGE_STEP)
    tried = [(slope, change) for change in changes for slope in _around(best[0], 4 * STEP, 2 * STEP)]
    bent = _sharpest(pixels, side, tried)
    if _sharpness(pixels, side, bent) > SHARPER * _sharpness(pixels, side, best):
        best = bent
    for part in (2, 4):
        changes = _around(best[1], CHANGE_STEP / part, CHANGE_STEP / part) if best[1] else np.zeros(1)
        slopes = _around(best[0], STEP / part, STEP / part)
        best = _sharpest(pixels, side, [(slope, change) for change in changes for slope in slopes])
    return best


def _around(middle: float, reach: float, step: float) -> npt.NDArray[np.float64]:
    count = round(reach / step)
    return np.asarray(middle + step * np.arange(-count, count + 1), np.float64)


def _sharpest(pixels: Pixels, side: float, tried: list[Slopes]) -> Slopes:
    return max(tried, key=lambda slopes: _sharpness(pixels, side, slopes) * (1 - STEEP * abs(slopes[0])))


def _sharpness(pixels: Pixels, side: float, slopes: Slopes) -> float:
    """Return how unevenly ink is spread over lines of these slopes: 1 if evenly, from the first to the last."""
    slope, change = slopes
    places, along = pixels.T
    level = (places - slope * along) / (1 + change / side * along)
    level = (level - level.min()) * (BINS / max(float(level.std()), 1e-6))
    lower = level.astype(np.intp)
    share = level - lower
    counts = np.bincount(lower, 1 - share, lower.max() + 2) + np.bincount(lower + 1, share, lower.max() + 2)
    return float((counts**2).sum()) * BINS / len(pixels) ** 2
