"""What pictures of unknown origin are: ink on paper or photographs, in grey or in colour."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

from model.handwriting.ink_on_paper import picture_to_luminance
from model.network.arrays import ImageArray

__all__ = ["are_coloured", "are_coloured_photographs", "are_ink", "as_rgb"]

SIDE = 32
"""Pictures are looked at this small."""
TONE, TINT = 40, 24
"""Pixels belong to the paper if their brightness, and their colour, differ from those of the rim by no more,"""
FAINT = 0.2
"""and their brightness also by no more than this share of what the strongest pixel differs."""
LEAST_PAPER = 0.5
"""Share of a picture with ink that is paper."""
WIDEST_STROKE = 9
"""In pixels of `SIDE`; what is wider is no stroke of a pen."""
MOST_WIDE = 0.005
"""Share of pixels in the middle of something wider: blots, and where strokes cross."""
COLOURFUL = 10
"""Mean difference between the strongest and the weakest of red, green and blue, of 255: JPEG makes 3 of grey."""
MOST_TINTED = 0.15
"""Of ink on paper; in a photograph, more pixels differ in colour from the rim."""
SOME = 0.2
"""If this share of the pictures has colour, all are read in colour."""


def as_rgb(picture: Image.Image) -> Image.Image:
    """Turn a picture of any mode into red, green and blue of 8 bits, upright; transparency becomes white."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(picture_to_luminance(picture)).convert("RGB")
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return picture.convert("RGB")


def are_ink(pictures: Sequence[Image.Image]) -> bool:
    """Return whether most of these look like ink: strokes on paper of one tone.

    Parameters
    ----------
    pictures : sequence of PIL.Image.Image
        In RGB, as `as_rgb` returns them.
    """
    return sum(map(_is_ink, pictures)) > len(pictures) / 2


def are_coloured(pictures: Sequence[Image.Image]) -> bool:
    """Return whether some of these, in RGB, really have colour."""
    return sum(map(_is_coloured, pictures)) >= max(1, SOME * len(pictures))


def are_coloured_photographs(pictures: Sequence[Image.Image]) -> bool:
    """Return whether most of these, in RGB, can be no ink on paper: their pixels differ in colour everywhere."""
    clear = [picture for picture in pictures if _tinted(_small(picture)) > MOST_TINTED and not _is_ink(picture)]
    return len(clear) > len(pictures) / 2


def _small(picture: Image.Image) -> ImageArray:
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX))


def _is_coloured(picture: Image.Image) -> bool:
    return float(np.ptp(_small(picture).astype(np.int16), axis=2).mean()) > COLOURFUL


def _is_ink(picture: Image.Image) -> bool:
    small = _small(picture)
    light, tint = _from_rim(small)
    light = np.abs(light)
    off_paper = (light > min(TONE, FAINT * float(light.max()))) | (tint > TINT)
    if off_paper.mean() > 1 - LEAST_PAPER:
        return False
    wide = Image.fromarray(off_paper.astype(np.uint8)).filter(ImageFilter.MinFilter(WIDEST_STROKE))
    return float(np.asarray(wide).mean()) <= MOST_WIDE


def _tinted(small: ImageArray) -> float:
    """Compute the share of pixels whose colour differs from that of the rim."""
    return float((_from_rim(small)[1] > TINT).mean())


def _from_rim(small: ImageArray) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Measure how far brightness and colour of each pixel are from the rim's, each shape (height, width)."""
    colours = small.astype(np.float32)
    rim = np.concatenate([colours[0], colours[-1], colours[:, 0], colours[:, -1]])
    difference = colours - np.median(rim, axis=0)
    light = difference.mean(axis=2)
    return light, np.ptp(difference, axis=2)
