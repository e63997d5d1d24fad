"""The ink of a picture: what differs from its paper, whatever the colours, the polarity and the strength of both.

A picture becomes bright ink on black. Photos, and whatever else has uneven light, grain or ruled lines, go through
`model.handwriting.photo`; what lies in a frame is looked at by itself (`model.handwriting.frames`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from model.handwriting.mnist_form import is_like_mnist
from model.network.arrays import ImageArray

__all__ = [
    "as_on_canvas",
    "first_reduction",
    "ink_is_dark",
    "is_blank",
    "picture_to_gray",
    "picture_to_luminance",
    "within_limits",
]

Plane = npt.NDArray[np.float32]

CANVAS_SIDE = 280
"""Pixels of the shorter side of the window's canvas."""
LARGEST_SIDE = 560
"""Pixels of the longer side of a picture on the canvas, at most: more cost time, and are read no better."""
FAINTEST_INK = 8
"""Differences below this, of 255, are what a camera or JPEG makes of a blank sheet."""
ENOUGH_BRIGHTNESS = 0.5
"""Brightness alone tells ink from paper if it differs by this share of what a single colour does."""
CLEAR_COLOUR = 48
"""Colours that differ by less than this, of 255, are no ink that brightness misses."""
FAINTEST_OF_PEN = 0.2
"""What is fainter than this share of the strongest ink keeps its strength: JPEG makes it around ink."""
PEN_ALONG = 0.12
"""Within this share of the longer side of the ink a pen is as strong somewhere as it is anywhere."""
FEWEST_APART = 60
"""Ink that is found although the light is uneven differs from its paper by this much, of 255."""
CLEARLY_TWO = 0.75
"""So much of what makes pixels differ is whether they are ink, where ink can be told by brightness alone."""
MOST_ON_RIM = 0.05
MOST_VALUE = np.float32(1e30)
"""Of a picture of fractions: the span of larger ones is none that can be computed with."""


def picture_to_gray(picture: Image.Image, *, dark: bool | None = None) -> ImageArray:
    """Turn a picture of any mode and either polarity into bright ink on dark.

    The rim of a picture is background: where its brightness is nearer to the brightest pixel than to the
    darkest, the ink is dark and everything is inverted. Where ink and paper are about as bright, their colours
    tell them apart.

    Parameters
    ----------
    picture : PIL.Image.Image
    dark : bool, optional
        Whether the ink is dark; detected if not given.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Background 0, the strongest ink 255, and thin lines as strong as wide ones; all zero for a blank picture.
        Photos come out smaller, with at most 800 pixels on the longer side, others with less than 2,240. Of a
        picture with frames, only what lies in them. A picture in the form of MNIST's digits stays as it is, but
        for its polarity.
    """
    from model.handwriting.frames import framed_parts  # noqa: PLC0415  SciPy takes a fifth of a second to import

    picture = ImageOps.exif_transpose(picture)
    if picture.size == (28, 28):
        gray = picture_to_luminance(picture)
        gray = 255 - gray if (ink_is_dark(gray) if dark is None else dark) else gray
        if is_like_mnist(gray):
            return gray
    factor = first_reduction(picture.size)
    if factor > 1 and picture.mode in ("L", "LA", "RGB", "RGBA"):
        picture = picture.reduce(factor)  # the rest is done on pictures that are still large enough
    parts = framed_parts(picture)
    if not parts:
        return _unframed(picture, dark)
    gray = np.zeros((picture.height, picture.width), np.uint8)
    for part in parts:
        size = part.right - part.left, part.bottom - part.top
        ink = Image.fromarray(picture_to_gray(part.picture)).resize(size, Image.Resampling.BILINEAR)
        gray[part.top : part.bottom, part.left : part.right] = np.asarray(ink)
    return gray


def first_reduction(size: tuple[int, int]) -> int:
    """Tell by which factor a picture of this width and height is reduced before all else; 1 for a small one."""
    return max(1, max(size) // (2 * LARGEST_SIDE))


def as_on_canvas(gray: ImageArray) -> ImageArray:
    """Bring the ink of a picture, uint8 of shape (height, width), to the size that it has on the window's canvas.

    A small one is enlarged smoothly: pixels' steps are not the pen's.
    """
    scale = CANVAS_SIDE / max(gray.shape)
    if scale <= 1:
        return within_limits(gray)
    height, width = (max(1, round(scale * side)) for side in gray.shape)
    return np.asarray(Image.fromarray(gray).resize((width, height), Image.Resampling.BILINEAR))


def within_limits(gray: ImageArray) -> ImageArray:
    """Scale a picture down to at most 560 pixels, each the mean of what it covers, its strongest ink as strong."""
    scale = LARGEST_SIDE / max(gray.shape)
    if scale >= 1:
        return gray
    height, width = (max(1, round(side * scale)) for side in gray.shape)
    scaled = np.asarray(Image.fromarray(gray).resize((width, height), Image.Resampling.BOX), np.float32)
    return np.rint(scaled * (gray.max() / max(scaled.max(), 1))).astype(np.uint8)


def ink_is_dark(gray: npt.NDArray[np.uint8] | Plane) -> bool:
    """Return whether a picture, shape (height, width), has dark ink on a bright background."""
    background = _background(gray)
    return background - float(gray.min()) > float(gray.max()) - background


def is_blank(gray: npt.NDArray[np.uint8]) -> bool:
    """Return whether a picture, shape (height, width), shows nothing but the noise of its paper."""
    background = _background(gray)
    return max(background - float(gray.min()), float(gray.max()) - background) < FAINTEST_INK


def picture_to_luminance(picture: Image.Image) -> ImageArray:
    """Turn a picture of any mode into one plane, uint8 of shape (height, width), its polarity as it is.

    That is its luminance, unless only colour tells ink from paper: then it is what differs from the paper.
    """
    return np.rint(_plane(ImageOps.exif_transpose(picture))[0]).astype(np.uint8)


def _unframed(picture: Image.Image, dark: bool | None) -> ImageArray:
    from model.handwriting.photo import is_photo, photo_to_gray  # noqa: PLC0415  SciPy, as above

    plane, by_colour = _plane(picture)
    if is_photo(Image.fromarray(np.rint(plane).astype(np.uint8)) if by_colour else picture):
        found = photo_to_gray(picture, dark=dark)
        soft = found if found.any() else _two_tones(_reduced(plane))
        return soft if soft.any() else found
    return _on_even_paper(plane, None if by_colour else dark)


def _on_even_paper(gray: Plane, dark: bool | None) -> ImageArray:
    background, seems_dark = _background(gray), ink_is_dark(gray)
    dark = seems_dark if dark is None else dark
    if dark != seems_dark:  # then the rim is not paper
        background = float(gray.max() if dark else gray.min())
    ink = background - gray if dark else gray - background
    strongest = float(ink.max())
    if strongest < FAINTEST_INK:
        return np.zeros(gray.shape, np.uint8)
    return np.clip(np.rint(_of_one_pen(ink / np.float32(strongest)) * 255), 0, 255).astype(np.uint8)


def _of_one_pen(ink: Plane) -> Plane:
    """Make all lines as strong as the strongest: one that lies between two pixels, or is thinner, is faint."""
    from scipy import ndimage  # noqa: PLC0415  as above

    seen = ink >= FAINTEST_OF_PEN
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    side = max(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    strength = ndimage.maximum_filter(ink, 2 * max(1, round(PEN_ALONG * side / 2)) + 1)
    return np.where(seen, ink / np.maximum(strength, FAINTEST_OF_PEN), np.minimum(ink, FAINTEST_OF_PEN))


def _reduced(plane: Plane) -> Plane:
    from model.handwriting.photo import WORKING_SIDE  # noqa: PLC0415  SciPy, as above

    return np.asarray(Image.fromarray(plane).reduce(-(-max(plane.shape) // WORKING_SIDE)))


def _two_tones(gray: Plane) -> ImageArray:
    """Find ink that is too soft for a photo's: the threshold is that of N. Otsu (1979), and the rim is paper."""
    counts, edges = np.histogram(gray, 256, (0, 255))
    below, sums = np.cumsum(counts), np.cumsum(counts * edges[:-1])
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = sums / below - (sums[-1] - sums) / above
        between = np.nan_to_num(below * above * apart**2) / gray.size**2
    best = int(between.argmax())
    background = _background(gray)
    is_ink = (gray <= edges[best + 1]) == (background > edges[best + 1])
    rim = np.concatenate([is_ink[0], is_ink[-1], is_ink[:, 0], is_ink[:, -1]])
    if (
        between[best] < CLEARLY_TWO * float(gray.var())
        or abs(apart[best]) < FEWEST_APART
        or rim.mean() > MOST_ON_RIM
    ):
        return np.zeros(gray.shape, np.uint8)
    paper, tone = float(np.median(gray[~is_ink])), float(np.median(gray[is_ink]))
    share = (gray - paper) / np.float32(tone - paper)
    return np.rint(np.clip((share - 0.25) / 0.6, 0, 1) * 255).astype(np.uint8)


def _background(gray: npt.NDArray[np.uint8] | Plane) -> float:
    return float(np.median(_rim(gray)))


def _rim(picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _plane(picture: Image.Image) -> tuple[Plane, bool]:
    """Choose the luminance, 0 to 255, or the colour difference from the paper; return whether it is the second.

    What is transparent becomes the opposite of the visible ink.
    """
    if picture.mode.startswith(("I", "F")):
        gray = np.clip(np.nan_to_num(np.asarray(picture, np.float32)), -MOST_VALUE, MOST_VALUE)
        span = float(gray.max() - gray.min())
        return ((gray - gray.min()) * np.float32(255 / span) if span else np.zeros_like(gray)), False
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        layered = picture.convert("LA")
        if np.asarray(layered.getchannel("A")).min() < 255:
            luminance, alpha = (np.asarray(band, np.float32) for band in layered.split())
            visible = luminance[alpha > 127]
            paper = 0.0 if visible.size and visible.mean() > 127 else 255.0
            return np.asarray(paper + (luminance - paper) * (alpha / 255), np.float32), False
    if picture.mode == "LAB":
        return np.asarray(picture.getchannel(0), np.float32), False
    gray = np.asarray(picture.convert("L"), np.float32)
    coloured = None if picture.mode in ("1", "L", "LA") else _by_colour(picture, gray)
    return (gray, False) if coloured is None else (coloured, True)


def _by_colour(picture: Image.Image, gray: Plane) -> Plane | None:
    """Measure along the line from the colour of the paper to that of the ink; None if brightness is enough."""
    colours = np.asarray(picture.convert("RGB"), np.float32)
    difference = colours - np.median(_rim(colours), axis=0)
    distance = np.abs(difference).max(axis=2)
    farthest = float(np.percentile(distance, 99.8))
    clear = distance >= max(CLEAR_COLOUR, farthest / 2)
    if (
        not clear.any()
        or np.abs(gray - _background(gray))[clear].mean() >= ENOUGH_BRIGHTNESS * distance[clear].mean()
    ):
        return None
    direction = difference[clear].mean(axis=0)
    length = float(np.linalg.norm(direction))
    if length < CLEAR_COLOUR / 2:  # several colours that cancel each other
        return np.asarray(distance * np.float32(255 / distance.max()), np.float32)
    along = np.maximum(difference @ (direction / length), 0)
    return np.asarray(along * np.float32(255 / along.max()), np.float32)
