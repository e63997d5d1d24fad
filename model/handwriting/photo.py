"""Photos of digits on paper: separates the ink from uneven light, coloured paper, ruled lines and dirt.

Ink takes away a share of the light that the paper around it sends back, however much that is. So the paper is
estimated all over the picture (a morphological closing, which strokes are too narrow to survive; after J. Serra:
Image Analysis and Mathematical Morphology, 1982, and its use on documents by S. Lu, B. Su, C. L. Tan: Document
image binarization using background estimation and stroke edges, 2010), each colour is divided by it, and the
colours are weighed by Fisher's linear discriminant (1936). Thresholds with hysteresis (J. Canny: A computational
approach to edge detection, 1986) tell strokes from grain; their grey rims stay.

Pictures whose paper is even already do not come here: see `is_photo`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from model.handwriting.ruled_lines import remove_ruled_lines
from model.network.arrays import ImageArray

__all__ = ["is_photo", "photo_to_gray"]

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.signedinteger[Any]]

WORKING_SIDE = 800
"""Photos are reduced so that their longer side is at most this, in pixels: a digit of a tenth of it has 80."""
SMALLEST_SIDE = 64
"""What is smaller was not photographed."""
PAPER_SIDE = 200
"""The longer side of the picture that the paper is estimated on."""
WIDEST_STROKE = 0.25
"""What is narrower than this share of the picture can be ink."""
WIDEST_BLOT = 0.4
"""The same, to be sure that a bold digit is not taken for a shadow."""
UNEVEN = 24.0
"""From this range of the paper on, of 255 between the darkest and the brightest, light is uneven."""
SPECK = 20.0
"""What differs from the rim of a picture by this much, of 255, and is no ink, is grain or a printed line."""
CLEAR_INK = 96.0
FEWEST_SPECKS = 3
LONGEST_ON_RIM = 0.03
"""What touches this share of a side of a picture, while other ink keeps away from it, is no digit."""
REACH_OF_JPEG = 33
"""JPEG writes in blocks of 16 pixels, and makes specks of its own in those that ink touches."""
FAINTEST = 0.15
"""What takes away less light than this share is no ink."""
LEAST_OVER_GRAIN = 9.0
"""Nor what is darker than the paper by less than so many deviations of its grain."""
SMALLEST_SPECK = 0.02
"""What has less than this share of the largest stroke's area is dirt."""
SOFTEST = 0.4
"""What has edges of less than this share of the sharpest stroke's steepness is a shadow."""
SOFTEST_INK = 0.2
"""Nothing is ink where the sharpest edge rises by less than this share of its darkness, across two pixels."""
RIM = 0.05
"""The share of each side that is the rim."""
THINNEST = 0.5
"""What is thinner than this share of the largest stroke is a rest of a line."""
SMALLEST_DIGIT = 0.06
"""What lies along the rim of a picture is its surroundings if something of this share of it lies further in."""


def is_photo(picture: Image.Image) -> bool:
    """Return whether a picture has uneven light, specks, or ruled lines.

    All three are measured on the brightness, stretched to 0 to 255. Uneven is what remains both when all narrow
    dark parts are closed and when all narrow bright ones are: ink of one polarity on even paper vanishes in one of
    them.
    """
    if picture.mode in ("1", "LAB") or picture.mode.startswith(("I", "F")) or min(picture.size) < SMALLEST_SIDE:
        return False
    if _has_transparency(picture):
        return False
    gray = np.asarray(_reduced(picture).convert("L"), np.float32)
    low, high = float(gray.min()), float(gray.max())
    if high - low < 1:
        return False
    gray = (gray - low) * np.float32(255 / (high - low))
    return _range_of_paper(gray) > UNEVEN or _has_specks_or_lines(gray)


def photo_to_gray(picture: Image.Image, *, dark: bool | None = None) -> ImageArray:
    """Find the ink on a photo.

    Parameters
    ----------
    picture : PIL.Image.Image
        In colours or grey, turned upright.
    dark : bool, optional
        Whether the ink is dark; detected if not given.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Bright ink on exactly 0, reduced so that the longer side has at most 800 pixels; all zero if there is no
        ink.
    """
    colors = np.asarray(_reduced(picture).convert("RGB"), np.float32)
    if not (_ink_is_dark(colors.mean(axis=2)) if dark is None else dark):
        colors = 255 - colors
    ink = _best_mixture(_light_taken(colors))
    if ink is None:
        return np.zeros(colors.shape[:2], np.uint8)
    ink = remove_ruled_lines(ink)
    mask = _strokes(ink)
    if not mask.any():
        return np.zeros(mask.shape, np.uint8)
    strength = float(np.percentile(ink[mask], 75))
    rim = ndimage.binary_dilation(mask, iterations=2)
    low, high = 0.15, 0.85
    gray = np.clip((ink / strength - low) / (high - low), 0, 1) * 255
    return np.where(rim, np.rint(gray), 0).astype(np.uint8)


def _has_transparency(picture: Image.Image) -> bool:
    if "transparency" in picture.info:
        return True
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBA", "RGBa")
    return has_alpha and bool((np.asarray(picture.getchannel("A")) < 255).any())


def _reduced(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    return picture.reduce(-(-max(picture.size) // WORKING_SIDE))


def _small(plane: Plane, side: int) -> Plane:
    """Reduce so that the longer side has about so many pixels, each the mean of what it covers."""
    height, width = plane.shape
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BOX))


def _range_of_paper(gray: Plane) -> float:
    small = ndimage.gaussian_filter(_small(gray, 100), 1.5)  # JPEG makes ripples around ink
    size = _odd(WIDEST_BLOT * max(small.shape))
    surfaces = ndimage.grey_closing(small, (size, size)), ndimage.grey_opening(small, (size, size))
    return min(float(np.ptp(np.percentile(surface, (0.3, 99.7)))) for surface in surfaces)


def _has_specks_or_lines(gray: Plane) -> bool:
    """Return whether faint specks lie about, or lines or other things that are no digit touch the edge."""
    background = np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    difference = np.abs(gray - background)
    seen = difference > SPECK
    around_ink = ndimage.maximum_filter(difference > CLEAR_INK, REACH_OF_JPEG)
    labels, count = ndimage.label(seen, np.ones((3, 3)))
    if count - np.count_nonzero(np.unique(labels[around_ink])) >= FEWEST_SPECKS:
        return True
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    if np.bincount(rim)[1:].max(initial=0) > LONGEST_ON_RIM * min(gray.shape):
        everything = np.arange(count + 1) > 0
        if not np.array_equal(_is_inner(labels, everything), everything):
            return True
    return any(all(_is_comb(side) for side in sides) for sides in ((seen[:, 1], seen[:, -2]), (seen[1], seen[-2])))


def _is_comb(side: Mask) -> bool:
    """Return whether a row or column is crossed by four thin lines or more, most of them equally far apart."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], side, [False]]).astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    thin = ends - begins <= 3 + 0.02 * len(side)
    if np.count_nonzero(thin) < 4:
        return False
    gaps = np.diff((begins + ends)[thin] / 2)
    usual = float(np.median(gaps))
    return bool((np.abs(gaps - usual) < 0.2 * usual + 2).mean() >= 0.5)


def _odd(length: float) -> int:
    return 2 * int(length / 2) + 1


def _ink_is_dark(gray: Plane) -> bool:
    """Detect the polarity by what is far from the median around it: dark on paper, bright on a blackboard."""
    tiny, small = _small(gray, 40), _small(gray, PAPER_SIDE)
    around = _enlarged(ndimage.median_filter(tiny, 11), small.shape)
    difference = small - around
    grain = float(np.median(np.abs(difference)))
    beyond = np.sign(difference) * np.maximum(np.abs(difference) - 4 * grain, 0)
    return float((beyond**3).sum()) <= 0


def _enlarged(small: Plane, shape: tuple[int, ...]) -> Plane:
    return np.asarray(Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _light_taken(colors: Plane) -> Plane:
    """Return the share of its light that each pixel lacks, in each colour; shape (3, height, width)."""
    taken = np.empty((3, *colors.shape[:2]), np.float32)
    for channel in range(3):
        plane = np.ascontiguousarray(colors[:, :, channel])
        small = _small(plane, PAPER_SIDE)
        calm = ndimage.gaussian_filter(small, 0.7, mode="nearest")
        size = _odd(WIDEST_STROKE * max(small.shape))
        paper = np.maximum(_enlarged(ndimage.grey_closing(calm, (size, size)), plane.shape), 1)
        np.divide(plane, paper, out=taken[channel])
        taken[channel] /= np.median(taken[channel, ::4, ::4])  # closing takes the brightest of the grain
    return np.subtract(1, taken, out=taken)


def _best_mixture(taken: Plane) -> Plane | None:
    """Mix the colours so that ink stands out best from the grain, 1 being the darkest; None without ink."""
    inner = (slice(rim := round(RIM * length), length - rim, 2) for length in taken.shape[1:])
    some = taken[:, *inner].reshape(3, -1)  # a table at the rim may be darker than ink
    mean = some.mean(axis=0)
    strongest = float(np.partition(mean, -20)[-20]) if mean.size > 20 else float(mean.max())
    grain = 1.4826 * float(np.median(np.abs(mean - np.median(mean))))
    if strongest < max(FAINTEST, LEAST_OVER_GRAIN * grain):
        return None
    ink, paper = some[:, mean > 0.5 * strongest], some[:, np.abs(mean) < 0.1 * strongest]
    spread = np.cov(paper) + 1e-4 * np.eye(3) if paper.shape[1] > 3 else np.eye(3)
    weights = np.maximum(np.linalg.solve(spread, ink.mean(axis=1)), 0)
    weights /= weights @ ink.mean(axis=1)
    return np.tensordot(weights.astype(np.float32), taken, 1).astype(np.float32)


def _strokes(ink: Plane) -> Mask:
    """Return which pixels are ink: dark ones and those connected to them, without dirt and surroundings."""
    some = ink[::4, ::4]
    grain = 1.4826 * float(np.median(np.abs(some - np.median(some))))
    weak, strong = max(0.30, 3 * grain), max(0.5, 5 * grain)
    labels, count = ndimage.label(ink > weak, np.ones((3, 3)))
    keep = np.zeros(count + 1, np.bool_)
    keep[labels[ink > strong]] = True
    keep[0] = False
    if keep.any():
        sharp, lengths = _outlines(ink, labels, keep)
        keep &= sharp
    if not keep.any():
        return np.zeros(ink.shape, np.bool_)
    keep &= _is_inner(labels, keep)
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    largest = int(np.where(keep, areas, 0).argmax())
    thickness = areas / np.maximum(lengths, 1)
    keep &= (areas >= SMALLEST_SPECK * areas[largest]) & (thickness >= THINNEST * thickness[largest])
    mask: Mask = keep[labels]
    return mask


def _outlines(ink: Plane, labels: Labels, among: Mask) -> tuple[Mask, npt.NDArray[np.intp]]:
    """Return for each part whether its outline is as steep as that of ink, and how long it is."""
    inside = among[labels]
    outline = inside & ~ndimage.binary_erosion(inside)
    outline[[0, -1]] = outline[:, [0, -1]] = False
    y, x = np.nonzero(outline)
    slopes = np.hypot(ink[y, x + 1] - ink[y, x - 1], ink[y + 1, x] - ink[y - 1, x])
    parts, n = labels[y, x], len(among)
    lengths = np.bincount(parts, minlength=n)
    steepness = np.bincount(parts, slopes, n) / np.maximum(lengths, 1)
    steepest = steepness[lengths >= min(30, lengths.max())].max()
    sharp: Mask = steepness >= max(SOFTEST * steepest, SOFTEST_INK)
    return sharp, lengths


def _is_inner(labels: Labels, among: Mask) -> Mask:
    """Return for each part whether it keeps away from the edge; all do if nothing large enough would remain."""
    inner = among.copy()
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        inner[side] = False
    boxes = ndimage.find_objects(np.where(inner[labels], labels, 0))
    if any(box and _is_digit_inside(box, labels.shape) for box in boxes):
        return inner
    return among


def _is_digit_inside(box: tuple[slice, ...], shape: tuple[int, ...]) -> bool:
    """Return whether a part has the size of a digit and keeps clear of the edge."""
    large = max(part.stop - part.start for part in box) >= SMALLEST_DIGIT * max(shape)
    return large and all(
        part.start >= RIM * length and part.stop <= (1 - RIM) * length
        for part, length in zip(box, shape, strict=True)
    )
