"""The preparation of drawings in an exported Python file: the same numbers as `model.handwriting`, with NumPy.

All that follows the line of dashes is written into the exported file.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

# --------------------------------------------------------------------------------------------------------------
# From a drawing to 28 x 28, as MNIST's digits were made: the empty border is removed, thin strokes are drawn with
# a usual pen, the longer side is scaled to 20 pixels, and the centre of mass is put into the middle.

SIDE, BOX = 28, 20  # pixels of a picture, and of the longer side of its digit
INK_THRESHOLD = 32  # pixels at least this bright, of 255, are ink
USUAL_PEN, THINNEST_USUAL = 0.12, 0.08  # widths of strokes, as shares of the longer side of the digit
WORK_SIDE = 120  # pixels on the longer side while widths are measured and changed
FAINTEST, FEWEST_GREY = 192, 0.1  # of a picture in the form of MNIST's: strongest ink, share of soft rims


def drawing_to_digit(gray: Array) -> Array:
    """Bring a drawing, uint8 of shape (height, width), bright ink on dark, into 28 x 28."""
    sheet = crop(gray)
    if sheet is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    thick = crop(thickened(sheet))
    scaled = fit_into_box(sheet if thick is None else thick)
    height, width = scaled.shape
    row, column = centre_of_mass(scaled)
    top = min(max(round((SIDE - 1) / 2 - row), 0), SIDE - height)
    left = min(max(round((SIDE - 1) / 2 - column), 0), SIDE - width)
    digit = np.zeros((SIDE, SIDE), np.uint8)
    digit[top : top + height, left : left + width] = scaled
    return digit


def crop(gray: Array) -> Array | None:
    """Crop a drawing to its ink; None if there is no ink."""
    ink = gray >= INK_THRESHOLD
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    return gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit_into_box(sheet: Array) -> Array:
    """Scale so that the longer side has 20 pixels; the strongest ink stays as strong as it was."""
    height, width = sheet.shape
    scale = BOX / max(height, width)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    scaled = resized(sheet.astype(np.float32), size, "box" if scale < 1 else "linear")
    return np.rint(scaled * (sheet.max() / scaled.max())).astype(np.uint8)


def centre_of_mass(picture: Array) -> tuple[float, float]:
    """Row and column of the centre of the ink."""
    weights = picture.astype(np.float64)
    height, width = picture.shape
    total = weights.sum()
    return weights.sum(axis=1) @ np.arange(height) / total, weights.sum(axis=0) @ np.arange(width) / total


def thickened(cropped: Array) -> Array:
    """Draw with a usual pen what was drawn with a very thin one; thick strokes stay as they are."""
    width = stroke_width(cropped)
    if width >= THINNEST_USUAL:
        return cropped
    sheet = np.pad(enlarged(cropped), WORK_SIDE // 12)
    outside = distance_to_false(sheet < 0.5)
    growth = (USUAL_PEN - width) * WORK_SIDE / 2
    return np.rint(np.clip(growth + 0.5 - outside, 0, 1) * float(cropped.max())).astype(np.uint8)


def stroke_width(cropped: Array) -> float:
    """Mean width of the strokes, as a share of the longer side.

    Across a stroke of width w the distance to its nearer edge has the mean w / 4.
    """
    inside = distance_to_false(np.pad(enlarged(cropped) >= 0.5, 1))[1:-1, 1:-1]
    inked = inside[inside > 0]
    return float(4 * inked.mean() - 2) / WORK_SIDE if inked.size else 0.0


def enlarged(cropped: Array) -> Array:
    """Bring the longer side to the working size, and the strongest ink to 1."""
    reduction = max(cropped.shape) // WORK_SIDE
    if reduction >= 4:  # the mean of what lies around a thin line would be paper: the strongest counts
        height, width = (-(-side // reduction) for side in cropped.shape)
        padded = np.zeros((height * reduction, width * reduction), np.uint8)
        padded[: cropped.shape[0], : cropped.shape[1]] = cropped
        cropped = padded.reshape(height, reduction, width, reduction).max(axis=(1, 3))
    scale = WORK_SIDE / max(cropped.shape)
    size = max(1, round(cropped.shape[0] * scale)), max(1, round(cropped.shape[1] * scale))
    pixels = resized(cropped.astype(np.float32), size, "box" if scale < 1 else "cubic")
    return np.clip(pixels / np.float32(max(1.0, float(pixels.max()))), 0, 1)


def distance_to_false(mask: Array) -> Array:
    """Distance of every true cell to the nearest false one: first along columns, then along rows."""
    height, width = mask.shape
    down = np.full((height, width), height + width, np.int64)
    down[~mask] = 0
    for row in range(1, height):
        np.minimum(down[row], down[row - 1] + 1, out=down[row])
    for row in range(height - 2, -1, -1):
        np.minimum(down[row], down[row + 1] + 1, out=down[row])
    aside = np.arange(width)
    squares = [(down**2 + (aside - column) ** 2).min(axis=1) for column in range(width)]
    return np.sqrt(np.stack(squares, axis=1).astype(np.float64))


def resized(picture: Array, size: tuple[int, int], kind: str) -> Array:
    """Scale a picture of float32 as Pillow does: first the rows, then the columns, each sum in float64."""
    for axis in (1, 0):
        if picture.shape[axis] != size[axis]:
            lines = np.moveaxis(picture, axis, 1)
            picture = np.moveaxis(resized_rows(lines, size[axis], kind), 1, axis)
    return picture


def resized_rows(lines: Array, length: int, kind: str) -> Array:
    """Give every row another length."""
    old = lines.shape[1]
    scale = old / length
    reach = {"box": 0.5, "linear": 1.0, "cubic": 2.0}[kind] * max(scale, 1.0)
    centres = (np.arange(length) + 0.5) * scale
    first = np.maximum((centres - reach + 0.5).astype(int), 0)
    count = np.minimum((centres + reach + 0.5).astype(int), old) - first
    taps = np.arange(count.max())
    weights = bell((first[:, None] + taps - centres[:, None] + 0.5) / max(scale, 1.0), kind)
    weights[taps >= count[:, None]] = 0
    weights /= np.cumsum(weights, axis=1)[:, -1:]
    sums = np.zeros((len(lines), length))
    for tap in taps:
        sums += lines[:, np.minimum(first + tap, old - 1)] * weights[:, tap]
    return sums.astype(np.float32)


def bell(x: Array, kind: str) -> Array:
    """Weight at a distance from the middle."""
    if kind == "box":
        return ((x > -0.5) & (x <= 0.5)).astype(np.float64)
    x = np.abs(x)
    if kind == "linear":
        return np.maximum(1 - x, 0)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def is_like_mnist(gray: Array) -> bool:
    """Return whether a picture has the form of MNIST's digits already, so that fitting it would do harm."""
    if gray.shape != (SIDE, SIDE) or gray.max() < FAINTEST:
        return False
    sheet = crop(gray)
    if sheet is None or not BOX - 2 <= max(sheet.shape) <= BOX:
        return False
    weights = gray.astype(np.float64)
    places = np.arange(SIDE) / weights.sum()
    centres = weights.sum(axis=1) @ places, weights.sum(axis=0) @ places
    if max(abs(centre - SIDE / 2) for centre in centres) > 0.75:
        return False
    ink = gray[gray >= INK_THRESHOLD]
    has_soft_rims = float((ink < 255 - INK_THRESHOLD).mean()) >= FEWEST_GREY
    return has_soft_rims or stroke_width(sheet) >= USUAL_PEN
