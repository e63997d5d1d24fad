"""The one way from a drawing, a photo or a picture file to the 28×28 that a network sees.

MNIST's digits were scaled into a box of 20×20 with their proportions kept, and put into 28×28 with their
centre of mass in the middle (Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to
document recognition, 1998, section III-A). A network that learned from them expects the same of everything.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from model.errors import ShapeError
from model.network.arrays import ImageArray

__all__ = [
    "USUAL_STEPS",
    "VERSION",
    "DrawingInSteps",
    "Steps",
    "crop",
    "drawing_in_steps",
    "drawing_to_digit",
    "drawing_to_picture",
    "slant",
]

VERSION = 2
"""Changes whenever the same drawing gives another 28×28; kept in model files."""

INK_THRESHOLD = 32
"""Pixels at least this bright, of 255, count as ink when a drawing is cropped."""
BOX = 20
SIDE = 28


@dataclass(frozen=True, slots=True)
class Steps:
    """Which steps a drawing goes through; all are on but the one that brought no gain (docs/handwriting.md).

    Attributes
    ----------
    crop : bool
        Remove the empty border, and scale the longer side to 20 pixels; otherwise the whole sheet becomes 28.
    even_pen : bool
        Draw thin strokes with a usual pen.
    deskew : bool
        Set a slanting digit upright. Off: networks that learned from slanting digits read them as well.
    centre : bool
        Put the centre of mass into the middle; otherwise the middle of the box.
    """

    crop: bool = True
    even_pen: bool = True
    deskew: bool = False
    centre: bool = True


USUAL_STEPS = Steps()


@dataclass(frozen=True, slots=True)
class DrawingInSteps:
    """A drawing on its way to the network: what the network would see after each step.

    Attributes
    ----------
    drawn, cropped, even, upright, centred : ndarray of uint8, shape (28, 28), or another size
        The whole sheet; the same after each step of `Steps`, in their order. The last is what the network sees.
    """

    drawn: ImageArray
    cropped: ImageArray
    even: ImageArray
    upright: ImageArray
    centred: ImageArray

    @property
    def pictures(self) -> tuple[ImageArray, ...]:
        """All five, in their order."""
        return self.drawn, self.cropped, self.even, self.upright, self.centred


def drawing_to_picture(
    gray: ImageArray, height: int, width: int, *, inked: ImageArray | None = None
) -> ImageArray:
    """Bring a drawing into the form of MNIST's digits, but for another size.

    The box of the ink and the border around it grow and shrink with the picture.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        Bright ink on dark, any size.
    height, width : int
        Of the result.
    inked : ndarray of uint8, shape (h, w), optional
        As for `drawing_to_digit`.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        All zero if there is no ink.
    """
    if (height, width) == (SIDE, SIDE):
        return drawing_to_digit(gray, inked=inked)
    _check(gray)
    if crop(gray) is None:
        return np.zeros((height, width), np.uint8)
    return _placed(_evened(_cut_out(gray), inked, USUAL_STEPS), USUAL_STEPS, by_mass=True, size=(height, width))


def drawing_to_digit(
    gray: ImageArray, *, inked: ImageArray | None = None, steps: Steps = USUAL_STEPS
) -> ImageArray:
    """Bring a drawing into the form of MNIST's digits.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark, any size.
    inked : ndarray of uint8, shape (height, width), optional
        The same drawing with a pen of `model.handwriting.stroke_width.NORMAL_WIDTH`, where its strokes are
        known.
    steps : Steps

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        All zero if there is no ink.

    Raises
    ------
    ShapeError
        If ``gray`` has another dtype or number of axes.

    Examples
    --------
    >>> drawing = np.zeros((200, 300), np.uint8)
    >>> drawing[40:160, 145:155] = 255  # a 1
    >>> digit = drawing_to_digit(drawing)
    >>> digit.shape, np.flatnonzero(digit.any(axis=1))[[0, -1]]
    ((28, 28), array([ 4, 23]))
    """
    _check(gray)
    if crop(gray) is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    return _placed(_upright(_evened(_sheet(gray, steps), inked, steps), steps), steps, by_mass=steps.centre)


def drawing_in_steps(
    gray: ImageArray,
    *,
    inked: ImageArray | None = None,
    steps: Steps = USUAL_STEPS,
    size: tuple[int, int] = (SIDE, SIDE),
) -> DrawingInSteps | None:
    """Do the same as `drawing_to_digit`, and keep the steps between; None if there is no ink.

    The pictures have ``size``, height and width; see `drawing_to_picture`.
    """
    _check(gray)
    if crop(gray) is None:
        return None
    sheet = _sheet(gray, steps)
    even = _evened(sheet, inked, steps)
    upright = _upright(even, steps)
    return DrawingInSteps(
        _placed(gray, Steps(crop=False), by_mass=False, size=size),
        _placed(sheet, steps, by_mass=False, size=size),
        _placed(even, steps, by_mass=False, size=size),
        _placed(upright, steps, by_mass=False, size=size),
        _placed(upright, steps, by_mass=steps.centre, size=size),
    )


def _check(gray: ImageArray) -> None:
    if gray.dtype != np.uint8 or gray.ndim != 2:
        raise ShapeError(f"expected a drawing as uint8 of shape (h, w), got {gray.dtype} of shape {gray.shape}")


def crop(gray: ImageArray) -> tuple[ImageArray, int, int] | None:
    """Crop a drawing to its ink; return that, its first row and its first column, or None if there is no ink."""
    ink = gray >= INK_THRESHOLD
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    return gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], int(rows[0]), int(columns[0])


def slant(sheet: ImageArray) -> float:
    """Measure by how many columns a digit's axis moves to the right with every row downwards.

    Parameters
    ----------
    sheet : ndarray of uint8, shape (height, width)
        Bright ink on dark, with ink on it.

    Returns
    -------
    float
        Covariance of rows and columns, weighted by ink, over the variance of the rows; 0 for a flat line.
    """
    weights = sheet.astype(np.float64)
    row, column = _centre_of_mass(sheet)
    rows, columns = np.arange(sheet.shape[0]) - row, np.arange(sheet.shape[1]) - column
    spread = weights.sum(axis=1) @ rows**2
    return float(rows @ weights @ columns / spread) if spread else 0.0


def _sheet(gray: ImageArray, steps: Steps) -> ImageArray:
    """The first step: cropped to the ink, or the whole."""
    return _cut_out(gray) if steps.crop else gray


def _cut_out(gray: ImageArray) -> ImageArray:
    found = crop(gray)
    return gray if found is None else found[0]


def _evened(sheet: ImageArray, inked: ImageArray | None, steps: Steps) -> ImageArray:
    if not (steps.even_pen and steps.crop):  # widths are shares of the digit, which is known by its crop
        return sheet
    if inked is not None:
        return _cut_out(inked)
    from model.handwriting.stroke_width import thickened  # noqa: PLC0415  OpenCV takes a while to import

    thick = thickened(sheet)
    return sheet if thick is sheet else _cut_out(thick)


def _upright(sheet: ImageArray, steps: Steps) -> ImageArray:
    """Shear the sheet so that the digit's axis becomes vertical."""
    lean = slant(sheet) if steps.deskew else 0.0
    if not lean:
        return sheet
    height, width = sheet.shape
    wide = int(np.ceil(width + abs(lean) * height)) + 2
    left = (wide - width) / 2
    matrix = (1, lean, -left - lean * height / 2, 0, 1, 0)  # from a pixel of the result to one of the sheet
    upright = np.asarray(
        Image.fromarray(sheet).transform((wide, height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    )
    return _cut_out(upright) if steps.crop else upright


def _placed(sheet: ImageArray, steps: Steps, *, by_mass: bool, size: tuple[int, int] = (SIDE, SIDE)) -> ImageArray:
    """Scale into the box, or the whole sheet into 28×28, and put it into the middle."""
    rows_there, columns_there = size
    box_share = BOX / SIDE if steps.crop else 1.0
    scaled = _fit(sheet, round(rows_there * box_share), round(columns_there * box_share))
    height, width = scaled.shape
    row, column = _centre_of_mass(scaled) if by_mass else ((height - 1) / 2, (width - 1) / 2)
    top, left = round((rows_there - 1) / 2 - row), round((columns_there - 1) / 2 - column)
    placed = np.zeros(size, np.uint8)
    if steps.crop:  # the ink has room beside it, and stays whole
        top, left = min(max(top, 0), rows_there - height), min(max(left, 0), columns_there - width)
        placed[top : top + height, left : left + width] = scaled
    else:
        rows = slice(max(top, 0), min(top + height, rows_there))
        columns = slice(max(left, 0), min(left + width, columns_there))
        placed[rows, columns] = scaled[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
    return placed


def _fit(sheet: ImageArray, most_rows: int, most_columns: int) -> ImageArray:
    """Scale into so many pixels, each the mean of what it covers.

    The strongest ink of a digit stays as strong as it was: the mean of a thin line on a large sheet is nearly
    black.
    """
    height, width = sheet.shape
    scale = min(most_rows / height, most_columns / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    filter_ = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(sheet.astype(np.float32)).resize(size, filter_))
    return np.rint(scaled * (sheet.max() / scaled.max())).astype(np.uint8)


def _centre_of_mass(scaled: ImageArray) -> tuple[float, float]:
    weights = scaled.astype(np.float64)
    height, width = scaled.shape
    total = weights.sum()
    return float(weights.sum(axis=1) @ np.arange(height) / total), float(
        weights.sum(axis=0) @ np.arange(width) / total
    )
