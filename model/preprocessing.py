"""The one way from a drawing, a photo or a picture file to the 28×28 that a network sees.

MNIST's digits were scaled into a box of 20×20 with their proportions kept, and put into 28×28 with their
centre of mass in the middle (Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to
document recognition, 1998, section III-A). A network that learned from them expects the same of everything.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from model.arrays import ImageArray
from model.errors import ShapeError
from model.photo import is_photo, photo_to_gray

__all__ = [
    "VERSION",
    "PreprocessingSteps",
    "drawing_steps",
    "drawing_to_digit",
    "ink_is_dark",
    "is_blank",
    "picture_to_gray",
    "picture_to_luminance",
]

VERSION = 1
"""Changes whenever the same drawing gives another 28×28; kept in model files."""

INK_THRESHOLD = 32
"""Pixels at least this bright, of 255, count as ink when a drawing is cropped."""
FAINTEST_INK = 8
"""Differences below this, of 255, are what a camera or JPEG makes of a blank sheet."""
BOX = 20
SIDE = 28


@dataclass(frozen=True, slots=True)
class PreprocessingSteps:
    """A drawing on its way to the network.

    Attributes
    ----------
    drawn : ndarray of uint8
        The drawing as it came.
    cropped : ndarray of uint8
        What is left when the empty border is cut away.
    scaled : ndarray of uint8
        The same with its longer side at 20 pixels.
    centred : ndarray of uint8, shape (28, 28)
        What the network sees.
    """

    drawn: ImageArray
    cropped: ImageArray
    scaled: ImageArray
    centred: ImageArray


def drawing_to_digit(gray: ImageArray) -> ImageArray:
    """Bring a drawing into the form of MNIST's digits.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark, any size.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        All zero if there is no ink.

    Raises
    ------
    ShapeError
        If ``gray`` has another dtype or number of axes.
    """
    steps = drawing_steps(gray)
    return np.zeros((SIDE, SIDE), np.uint8) if steps is None else steps.centred


def drawing_steps(gray: ImageArray) -> PreprocessingSteps | None:
    """Do as `drawing_to_digit`, and keep what lies between; None if there is no ink."""
    if gray.dtype != np.uint8 or gray.ndim != 2:
        raise ShapeError(f"expected a drawing as uint8 of shape (h, w), got {gray.dtype} of shape {gray.shape}")
    cropped = _crop(gray)
    if cropped is None:
        return None
    scaled = _fit_box(cropped)
    return PreprocessingSteps(gray, cropped, scaled, _centre(scaled))


def picture_to_gray(picture: Image.Image, *, dark: bool | None = None) -> ImageArray:
    """Turn a picture of any mode and either polarity into bright ink on dark.

    The rim of a picture is background: where its brightness is nearer to the brightest pixel than to the
    darkest, the ink is dark and everything is inverted. Photos, and whatever else has uneven light, grain or ruled
    lines, go through `model.photo`.

    Parameters
    ----------
    picture : PIL.Image.Image
    dark : bool, optional
        Whether the ink is dark, for whoever knows.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Stretched so that the background is 0 and the strongest ink 255; all zero for a blank picture. Photos come
        out smaller, with at most 800 pixels on the longer side.
    """
    picture = ImageOps.exif_transpose(picture)
    if is_photo(picture):
        return photo_to_gray(picture, dark=dark)
    gray = _flat_gray(picture)
    background, seems_dark = _background(gray), ink_is_dark(gray)
    dark = seems_dark if dark is None else dark
    if dark != seems_dark:  # then the rim is not paper
        background = float(gray.max() if dark else gray.min())
    ink = background - gray if dark else gray - background
    strongest = ink.max()
    if strongest < FAINTEST_INK:
        return np.zeros(gray.shape, np.uint8)
    return np.clip(np.rint(ink * (255 / strongest)), 0, 255).astype(np.uint8)


def ink_is_dark(gray: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> bool:
    """Tell whether a picture, shape (height, width), has dark ink on a bright background."""
    background = _background(gray)
    return background - float(gray.min()) > float(gray.max()) - background


def is_blank(gray: npt.NDArray[np.uint8]) -> bool:
    """Tell whether a picture, shape (height, width), holds nothing but the noise of its paper."""
    background = _background(gray)
    return max(background - float(gray.min()), float(gray.max()) - background) < FAINTEST_INK


def picture_to_luminance(picture: Image.Image) -> ImageArray:
    """Turn a picture of any mode into luminance, uint8 of shape (height, width), its polarity as it is."""
    return np.rint(_flat_gray(ImageOps.exif_transpose(picture))).astype(np.uint8)


def _background(gray: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> float:
    return float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))


def _flat_gray(picture: Image.Image) -> npt.NDArray[np.float32]:
    """Convert to luminance from 0 to 255; what is transparent becomes the opposite of the visible ink."""
    if picture.mode.startswith(("I", "F")):
        gray = np.asarray(picture, np.float32)
        span = float(gray.max() - gray.min())
        return (gray - gray.min()) * np.float32(255 / span) if span else np.zeros_like(gray)
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        layered = picture.convert("LA")
        luminance, alpha = (np.asarray(band, np.float32) for band in layered.split())
        visible = luminance[alpha > 127]
        paper = 0.0 if visible.size and visible.mean() > 127 else 255.0
        return np.asarray(paper + (luminance - paper) * (alpha / 255), np.float32)
    if picture.mode == "LAB":
        return np.asarray(picture.getchannel(0), np.float32)
    return np.asarray(picture.convert("L"), np.float32)


def _crop(gray: ImageArray) -> ImageArray | None:
    ink = gray >= INK_THRESHOLD
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    return gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit_box(cropped: ImageArray) -> ImageArray:
    """Scale so that the longer side is 20 pixels, each the mean of what it covers.

    The strongest ink stays as strong as it was: the mean of a thin line on a large sheet is nearly black.
    """
    height, width = cropped.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    filter_ = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(cropped.astype(np.float32)).resize(size, filter_))
    return np.rint(scaled * (cropped.max() / scaled.max())).astype(np.uint8)


def _centre(scaled: ImageArray) -> ImageArray:
    """Put into 28×28 with the centre of mass in the middle, as far as the frame allows."""
    height, width = scaled.shape
    weights = scaled.astype(np.float64)
    total = weights.sum()
    row = (weights.sum(axis=1) @ np.arange(height)) / total
    column = (weights.sum(axis=0) @ np.arange(width)) / total
    top = int(np.clip(round((SIDE - 1) / 2 - row), 0, SIDE - height))
    left = int(np.clip(round((SIDE - 1) / 2 - column), 0, SIDE - width))
    centred = np.zeros((SIDE, SIDE), np.uint8)
    centred[top : top + height, left : left + width] = scaled
    return centred
