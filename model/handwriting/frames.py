"""Frames: a line around a digit, the cells of a form, the axes of a figure, or paper that lies on other paper.

The inside of a frame is a picture of its own, with its own paper; what lies outside, such as a title or the
numbers at an axis, does not belong to the digit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from model.handwriting.preprocessing import INK_THRESHOLD
from model.network.arrays import ImageArray

__all__ = ["FramedPart", "framed_parts", "goes_around_ink"]

Mask = npt.NDArray[np.bool_]
Colours = npt.NDArray[np.uint8]

DIFFERENT = 24
"""What differs from the paper by less than this, of 255, is paper."""
EVEN = 8
"""Most of the paper in a frame differs by no more than this."""
WORKING_SIDE = 1000
"""Frames are looked for in the picture reduced to this longer side, in pixels."""
SMALLEST = 12
"""Pixels of the shorter side of a frame, or of a picture that may have one."""
SMALLEST_SHARE = 0.06
"""The same, as a share of the longer side of the picture."""
CROOKED = 0.04
"""The side of a frame keeps within this share of its length."""
COVERED = 0.8
"""Of the side of a frame: ink may touch it."""
LARGE = 100
"""From so many pixels on, the longer side of a picture leaves room for marks at an axis, and for soft edges."""
SOFT_EDGE = 2
"""Pixels that may be neither line nor paper."""
EDGE = 0.012
"""What is thinner than this share of the paper's side may be a line at its edge."""
MOST_EMPTY = 12
"""More cells than this that hold nothing are squared paper, which is written on across the lines."""
SMALLEST_INK = 0.25
"""What lies in a frame is at least this share of its height high."""
ENCLOSED = 0.4
"""What has this share of the height of the line around it is a digit, and not the dot of a 0."""
FULL = 0.9
"""What fills so much of its box is the hole of a 0 or an 8, and no ink on dark paper."""


@dataclass(frozen=True, slots=True, eq=False)
class FramedPart:
    """What lies in a frame.

    Attributes
    ----------
    left, top, right, bottom : int
        Its box in pixels of the picture, the last two excluded.
    picture : PIL.Image.Image
        In colours, without the frame, perhaps reduced.
    """

    left: int
    top: int
    right: int
    bottom: int
    picture: Image.Image


def framed_parts(picture: Image.Image) -> list[FramedPart]:
    """Find what lies in frames, the outermost where they are in one another.

    Parameters
    ----------
    picture : PIL.Image.Image
        Turned upright.

    Returns
    -------
    list of FramedPart
        Empty if there is no frame with something in it.
    """
    if min(picture.size) < SMALLEST or picture.mode == "LAB" or picture.mode.startswith(("I", "F")):
        return []
    factor = max(1, -(-max(picture.size) // WORKING_SIDE))
    colours = np.asarray(_opaque(picture).reduce(factor))
    seen = _difference(colours) > DIFFERENT
    found = [*_parts_in_lines(colours, seen), *_parts_on_papers(colours, seen)]
    found.sort(key=lambda part: -part.picture.width * part.picture.height)
    outermost: list[FramedPart] = []
    for part in found:
        if not any(_lies_in(part, other) for other in outermost):
            outermost.append(part)
    width, height = picture.size
    return [
        FramedPart(
            factor * part.left,
            factor * part.top,
            min(width, factor * part.right),
            min(height, factor * part.bottom),
            part.picture,
        )
        for part in outermost
    ]


def goes_around_ink(gray: ImageArray) -> bool:
    """Return whether a line surrounds other ink of a digit's size, like a circle around a digit.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark.
    """
    labels, count = ndimage.label(gray >= INK_THRESHOLD, np.ones((3, 3)))
    boxes = ndimage.find_objects(labels)
    if count < 2:
        return False
    largest = int(np.argmax([(box[0].stop - box[0].start) * (box[1].stop - box[1].start) for box in boxes]))
    line = labels[boxes[largest]] == largest + 1
    inside = (labels[boxes[largest]] > 0) & ~line & ndimage.binary_fill_holes(line)
    rows = np.flatnonzero(inside.any(axis=1))
    return bool(rows.size and np.ptp(rows) >= ENCLOSED * len(line))


def _parts_in_lines(colours: Colours, seen: Mask) -> list[FramedPart]:
    """Find paper that has a line all around it; none if it is squared."""
    parts, empty = [], 0
    for rows, columns, region in _rectangles(~seen):
        paper = _between(region) | _between(region.T).T
        box = colours[rows, columns]
        part = np.where(paper[..., np.newaxis], box, _rim_colour(box, region)).astype(np.uint8)
        found = _part(rows, columns, part, SOFT_EDGE if max(seen.shape) >= LARGE else 0)
        if _holds_ink(np.asarray(found.picture), full=1.1):
            parts.append(found)
        else:
            empty += 1
    return parts if empty <= MOST_EMPTY else []


def _parts_on_papers(colours: Colours, seen: Mask) -> list[FramedPart]:
    """Find paper of another colour than the picture's."""
    large = max(seen.shape) >= LARGE
    papers = _rectangles(ndimage.binary_opening(seen, np.ones((5, 5), np.bool_)) if large else seen)
    found = [
        _part(rows, columns, colours[rows, columns], SOFT_EDGE + round(EDGE * max(region.shape)) if large else 0)
        for rows, columns, region in papers
    ]
    return [part for part in found if _holds_ink(np.asarray(part.picture), full=FULL)]


def _rectangles(mask: Mask) -> Iterator[tuple[slice, slice, Mask]]:
    """Find what reaches all sides of its box everywhere, and none of the picture's."""
    labels, _ = ndimage.label(mask)
    smallest = max(SMALLEST, SMALLEST_SHARE * max(mask.shape))
    for index, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if min(height, width) < smallest or not (rows.start and columns.start):
            continue
        if rows.stop == mask.shape[0] or columns.stop == mask.shape[1]:
            continue
        region = labels[rows, columns] == index
        high, wide = max(1, round(CROOKED * height)), max(1, round(CROOKED * width))
        sides = region[:high].any(0), region[-high:].any(0), region[:, :wide].any(1), region[:, -wide:].any(1)
        if all(side.mean() >= COVERED for side in sides):
            yield rows, columns, region


def _between(region: Mask) -> Mask:
    """Fill every row from its first pixel to its last: what touches the frame stays."""
    before, after = np.logical_or.accumulate(region, axis=1), np.logical_or.accumulate(region[:, ::-1], axis=1)
    return np.asarray(before & after[:, ::-1])


def _holds_ink(colours: Colours, full: float) -> bool:
    """Return whether something of the size of a digit lies on even paper, touching at most one side."""
    difference = _difference(colours)
    seen = difference > DIFFERENT
    if np.percentile(difference[~seen], 80) > EVEN:
        return False
    labels, _ = ndimage.label(seen, np.ones((3, 3)))
    for index, box in enumerate(ndimage.find_objects(labels), 1):
        (top, bottom), (left, right) = ((part.start, part.stop) for part in box)
        touched = (top == 0) + (left == 0) + (bottom == seen.shape[0]) + (right == seen.shape[1])
        if touched < 2 and bottom - top >= SMALLEST_INK * seen.shape[0] and (labels[box] == index).mean() < full:
            return True
    return False


def _part(rows: slice, columns: slice, colours: Colours, edge: int) -> FramedPart:
    """Remove the edge."""
    left, top, right, bottom = columns.start + edge, rows.start + edge, columns.stop - edge, rows.stop - edge
    inner = colours[edge : bottom - rows.start, edge : right - columns.start]
    return FramedPart(left, top, right, bottom, Image.fromarray(np.ascontiguousarray(inner)))


def _lies_in(part: FramedPart, other: FramedPart) -> bool:
    return (
        part.left >= other.left
        and part.top >= other.top
        and part.right <= other.right
        and part.bottom <= other.bottom
    )


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    return picture.convert("RGB")


def _difference(colours: Colours) -> npt.NDArray[np.int16]:
    """Return how much each pixel differs from the edge of a picture, in the colour that differs most."""
    rim = np.ones(colours.shape[:2], np.bool_)
    rim[1:-1, 1:-1] = False
    return np.abs(colours.astype(np.int16) - _rim_colour(colours, rim)).max(axis=2)


def _rim_colour(colours: Colours, where: Mask) -> npt.NDArray[np.int16]:
    return np.median(colours[where], axis=0).astype(np.int16)
