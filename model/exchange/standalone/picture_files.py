"""The reading of picture files in an exported Python file: like `digitgui predict`, but on even paper only.

All that follows the line of dashes is written into the exported file.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from model.exchange.standalone.fitting import drawing_to_digit, is_like_mnist

if TYPE_CHECKING:
    from PIL import Image

Array: TypeAlias = npt.NDArray[Any]

# --------------------------------------------------------------------------------------------------------------
# Picture files, which need Pillow. The paper is even and fills the edge; ink is darker or brighter.

CANVAS_SIDE, LARGEST_SIDE = 280, 560  # pixels of the longer side that pictures are brought to
FAINTEST_INK = 8  # of 255; what differs from the paper by less is noise
FAINTEST_OF_PEN = 0.2  # of the strongest ink; what is fainter keeps its strength
PEN_ALONG = 0.12  # within this share of the ink's longer side a pen is as strong somewhere as it is anywhere


def read_digit(file: str) -> Array:
    """Read a picture file as a digit, 28 x 28; all zero if it is blank."""
    from PIL import Image, ImageOps

    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened)
        picture.load()
    whole = np.rint(brightness(picture)).astype(np.uint8)
    paper = paper_of(whole)
    is_dark = paper - float(whole.min()) > float(whole.max()) - paper
    if max(paper - float(whole.min()), float(whole.max()) - paper) < FAINTEST_INK:
        return np.zeros((28, 28), np.uint8)
    gray = 255 - whole if is_dark else whole
    if is_like_mnist(gray):
        return gray
    factor = max(picture.size) // (2 * LARGEST_SIDE)
    if factor > 1 and picture.mode in ("L", "LA", "RGB", "RGBA"):
        picture = picture.reduce(factor)
    return drawing_to_digit(as_on_canvas(ink_on_black(brightness(picture))))


def as_on_canvas(gray: Array) -> Array:
    """Enlarge a small picture smoothly, and make a large one smaller, its strongest ink as strong."""
    from PIL import Image

    longest = max(gray.shape)
    if CANVAS_SIDE < longest <= LARGEST_SIDE:
        return gray
    scale = (CANVAS_SIDE if longest <= CANVAS_SIDE else LARGEST_SIDE) / longest
    height, width = (max(1, round(side * scale)) for side in gray.shape)
    filter_ = Image.Resampling.BILINEAR if scale > 1 else Image.Resampling.BOX
    scaled = np.asarray(Image.fromarray(gray).resize((width, height), filter_))
    if scale > 1:
        return scaled
    return np.rint(scaled.astype(np.float32) * (gray.max() / max(scaled.max(), 1))).astype(np.uint8)


def brightness(picture: "Image.Image") -> Array:
    """Luminance from 0 to 255; what is transparent becomes the opposite of the visible ink."""
    if picture.mode.startswith(("I", "F")):  # 16 bits, or floats
        gray = np.asarray(picture, np.float32)
        span = float(gray.max() - gray.min())
        return (gray - gray.min()) * np.float32(255 / span) if span else np.zeros_like(gray)
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        luminance, alpha = (np.asarray(band, np.float32) for band in picture.convert("LA").split())
        if alpha.min() < 255:
            visible = luminance[alpha > 127]
            paper = 0.0 if visible.size and visible.mean() > 127 else 255.0
            return (paper + (luminance - paper) * (alpha / 255)).astype(np.float32)
    return np.asarray(picture.convert("L"), np.float32)


def paper_of(gray: Array) -> float:
    """Brightness of the rim."""
    return float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))


def ink_on_black(gray: Array) -> Array:
    """Make the ink bright on black, and thin lines as strong as wide ones."""
    paper = paper_of(gray)
    is_dark = paper - float(gray.min()) > float(gray.max()) - paper
    ink = paper - gray if is_dark else gray - paper
    if ink.max() < FAINTEST_INK:
        return np.zeros(gray.shape, np.uint8)
    ink = ink / np.float32(ink.max())
    seen = ink >= FAINTEST_OF_PEN
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    side = max(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    strength = strongest_around(ink, max(1, round(PEN_ALONG * side / 2)))
    ink = np.where(seen, ink / np.maximum(strength, FAINTEST_OF_PEN), np.minimum(ink, FAINTEST_OF_PEN))
    return np.clip(np.rint(ink * 255), 0, 255).astype(np.uint8)


def strongest_around(ink: Array, reach: int) -> Array:
    """Take the largest value within a square of ``2 * reach + 1`` pixels; spans that double in each round."""
    for _axis in range(2):
        ink = np.pad(ink.T, ((reach, reach), (0, 0)), constant_values=-1)
        span, wanted = 1, 2 * reach + 1
        while span < wanted:
            step = min(span, wanted - span)
            ink = np.maximum(ink[: len(ink) - step], ink[step:])
            span += step
    return ink
