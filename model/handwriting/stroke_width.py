"""How wide the strokes of a drawing are, and the same drawing with a wider pen."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.network.arrays import ImageArray

__all__ = ["NORMAL_WIDTH", "THINNEST_USUAL", "stroke_width", "thickened"]

NORMAL_WIDTH = 0.12
"""Width of MNIST's strokes, as a share of the longer side of the digit: 2.4 of 20 pixels."""
THINNEST_USUAL = 0.08
"""Nineteen of twenty of MNIST's digits have wider strokes than this."""
LARGE = 4
"""From so many working sides on, the mean of what lies around a thin line would be paper: the strongest counts."""
WORK_SIDE = 120
"""Pixels on the longer side while widths are measured and changed."""


def stroke_width(cropped: ImageArray) -> float:
    """Measure the mean width of the strokes.

    Parameters
    ----------
    cropped : ndarray of uint8, shape (height, width)
        Bright ink on dark, without an empty border, with ink on it.

    Returns
    -------
    float
        As a share of the longer side.

    Notes
    -----
    Across a stroke of width w the distance to its nearer edge rises from 0 to w/2 and falls again, so its mean
    over all ink is w/4.
    """
    return _width_in_pixels(_inside_distance(_enlarged(cropped))) / WORK_SIDE


def thickened(cropped: ImageArray) -> ImageArray:
    """Draw with a usual pen what was drawn with a very thin one: the ink grows on all sides.

    Thick strokes stay as they are: networks read them well, and what makes them thinner breaks them where
    strokes meet (figures in docs/handwriting.md).

    Parameters
    ----------
    cropped : ndarray of uint8, shape (height, width)
        Bright ink on dark, without an empty border, with ink on it.

    Returns
    -------
    ndarray of uint8
        The same array if its pen is wide enough; otherwise 120 pixels on its longer side, and a margin.
    """
    width = stroke_width(cropped)
    if width >= THINNEST_USUAL:
        return cropped
    outside = _distance(np.pad(_enlarged(cropped), WORK_SIDE // 12) < 0.5)
    growth = (NORMAL_WIDTH - width) * WORK_SIDE / 2
    return np.rint(np.clip(growth + 0.5 - outside, 0, 1) * float(cropped.max())).astype(np.uint8)


def _enlarged(cropped: ImageArray) -> npt.NDArray[np.float32]:
    """Bring the longer side to the working size, and the strongest ink to 1."""
    reduction = max(cropped.shape) // WORK_SIDE
    if reduction >= LARGE:
        cropped = _strongest(cropped, reduction)
    scale = WORK_SIDE / max(cropped.shape)
    height, width = (max(1, round(side * scale)) for side in cropped.shape)
    filter_ = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    pixels = np.asarray(Image.fromarray(cropped.astype(np.float32)).resize((width, height), filter_))
    return np.clip(pixels / np.float32(max(1.0, float(pixels.max()))), 0, 1)


def _strongest(cropped: ImageArray, factor: int) -> ImageArray:
    """Make the picture so many times smaller; each pixel is the brightest of those it covers."""
    height, width = (-(-side // factor) * factor for side in cropped.shape)
    padded = np.zeros((height, width), np.uint8)
    padded[: cropped.shape[0], : cropped.shape[1]] = cropped
    blocks = padded.reshape(height // factor, factor, width // factor, factor)
    brightest: ImageArray = blocks.max(axis=(1, 3))
    return brightest


def _inside_distance(enlarged: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Distance of every inked pixel to the nearest edge of its stroke, in pixels; the border is an edge."""
    inked = np.zeros((enlarged.shape[0] + 2, enlarged.shape[1] + 2), np.bool_)
    np.greater_equal(enlarged, 0.5, out=inked[1:-1, 1:-1])
    return _distance(inked)[1:-1, 1:-1]


def _distance(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Distance of every pixel of a mask to the nearest outside of it: roots of whole numbers, to the last bit."""
    import cv2  # noqa: PLC0415  `import model` need not wait for it

    rough = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE).astype(np.float64)
    return np.asarray(np.sqrt(np.rint(rough * rough)), np.float64)


def _width_in_pixels(inside: npt.NDArray[np.float64]) -> float:
    inked = inside[inside > 0]
    return float(4 * inked.mean() - 2) if inked.size else 0.0
