"""Strokes as pixels for the network: as they were drawn, or inked anew with another pen."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from digitgui.drawings.strokes import CLOSEST, Stroke, paint_stroke
from model.network.arrays import ImageArray

RASTER_SIDE = 280
"""Pixels that the shorter side of a canvas becomes when the drawing is turned into a picture."""
FARTHEST = 2.0
"""Where a drawing ends at the latest, to every side of its middle, in units of the shorter side of the canvas."""
INK_SIDE = 200
"""Pixels that the longer side of a digit becomes when it is inked anew."""
ROUNDING = 1.02
RIM = 3
"""Empty pixels around it."""
LEAST_INK = 128
"""A place is still there if its pixel is at least this bright, of 255; others have been erased."""


Bounds: TypeAlias = tuple[float, float, float, float]
"""The smallest x and y, and the greatest, in the coordinates of `Stroke.points`."""


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a drawing becomes pixels, and how.

    Attributes
    ----------
    x, y : float
        The middle of it, in the coordinates of `Stroke.points`.
    scale : float
        Pixels for the shorter side of the canvas.
    width, height : int
        In pixels.
    pen : float or None
        Width that all ink is painted with, as a share of the shorter side of the canvas; its own if None.
    """

    x: float
    y: float
    scale: float
    width: int
    height: int
    pen: float | None = None


def view_of_canvas(strokes: Iterable[Stroke], side: int = RASTER_SIDE) -> View:
    """Look at the square canvas, and at what reaches beyond it, up to four times as far."""
    half_width = half_height = 0.5
    for stroke in strokes:
        left, top, right, bottom = stroke.bounds
        half_width = max(half_width, stroke.width / 2 + max(-left, right))
        half_height = max(half_height, stroke.width / 2 + max(-top, bottom))
    half_width, half_height = min(half_width, FARTHEST), min(half_height, FARTHEST)
    return View(0, 0, side, round(2 * half_width * side), round(2 * half_height * side))


def view_of_ink(bounds: Bounds, pen: float, dot_width: float) -> View:
    """Look at ink only, so closely that it has about 200 pixels, whatever its size.

    The view is the same for bounds that are nearly the same, or all ink would be painted anew for every movement
    of the pen: their longer side is rounded to a power of 1.02, and their middle is rounded too.

    Parameters
    ----------
    bounds : tuple of float
        Of the points of all ink.
    pen : float
        Width to paint it with, as a share of the longer side of these bounds.
    dot_width : float
        Width of what is not longer than this: it is a dot, and remains as it is.
    """
    left, top, right, bottom = bounds
    longer = max(right - left, bottom - top)
    if longer <= dot_width or longer < CLOSEST:
        longer = width = max(dot_width, CLOSEST)
    else:
        longer = ROUNDING ** round(math.log(longer, ROUNDING))
        width = pen * longer
    scale = INK_SIDE / (longer + width)
    grid = longer / 4
    side = math.ceil((ROUNDING * longer + width + grid) * scale) + 2 * RIM
    return View(
        grid * round((left + right) / 2 / grid), grid * round((top + bottom) / 2 / grid), scale, side, side, width
    )


def cut_to_ink(gray: ImageArray, view: View, bounds: Bounds) -> ImageArray:
    """Cut away what lies around the ink in its view."""
    assert view.pen is not None
    left, top, right, bottom = bounds
    radius = view.pen / 2
    columns = (np.array([left - radius, right + radius]) - view.x) * view.scale + view.width / 2
    rows = (np.array([top - radius, bottom + radius]) - view.y) * view.scale + view.height / 2
    (first_column, last_column), (first_row, last_row) = (
        np.clip(np.rint(ends + np.array([-RIM, RIM])).astype(int), 0, view.width) for ends in (columns, rows)
    )
    return gray[first_row:last_row, first_column:last_column]


def paint_picture(painter: QPainter, picture: QImage) -> None:
    """Paint a picture in the coordinates of `Stroke.points`: in the middle, its longer side 1."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    size = picture.size().toSizeF() / max(picture.width(), picture.height())
    painter.drawImage(QRectF(QPointF(-size.width() / 2, -size.height() / 2), size), picture)


class Raster:
    """Paints strokes, and remembers what it has painted: while the pen moves, only what is new is painted.

    Parameters
    ----------
    form : QImage.Format
        Of the pixels.
    """

    def __init__(self, form: QImage.Format = QImage.Format.Format_Grayscale8) -> None:
        self._form = form
        self._image = QImage()
        self._view: View | None = None
        self._picture: QImage | None = None
        self._strokes: list[Stroke] = []
        self._live: Stroke | None = None
        self._pieces = 0  # how much of the live stroke is on the image

    def image(self, view: View, strokes: list[Stroke], live: Stroke | None, picture: QImage | None) -> QImage:
        """Paint a picture, strokes over it, and the stroke at work, bright on black."""
        if view != self._view or picture is not self._picture or not self._go_on_with(strokes, live):
            self._begin(view, picture)
        for stroke in strokes[len(self._strokes) :]:
            self._paint(self._image, stroke, self._pieces if stroke is self._live else 0, None)
            self._strokes.append(stroke)
            self._live, self._pieces = None, 0
        if live is None:
            return self._image
        settled = live.settled_pieces
        self._paint(self._image, live, self._pieces, settled)
        self._live, self._pieces = live, settled
        image = QImage(self._image)  # the end of the stroke will yet change: it is painted on a copy
        self._paint(image, live, settled, None)
        return image

    def gray(self, view: View, strokes: list[Stroke], live: Stroke | None, picture: QImage | None) -> ImageArray:
        """Do the same, and return the pixels, uint8 of the size of the view."""
        image = self.image(view, strokes, live, picture)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return pixels[:, : image.width()].copy()

    def _go_on_with(self, strokes: list[Stroke], live: Stroke | None) -> bool:
        """Tell whether the image only lacks what has come last."""
        count = len(self._strokes)
        follows = strokes[count] if len(strokes) > count else live
        return strokes[:count] == self._strokes and (not self._pieces or follows is self._live)

    def _begin(self, view: View, picture: QImage | None) -> None:
        self._view, self._picture, self._strokes, self._live, self._pieces = view, picture, [], None, 0
        self._image = QImage(view.width, view.height, self._form)
        self._image.fill(0)
        if picture is not None:
            with self._painter(self._image) as painter:
                paint_picture(painter, picture)

    def _paint(self, image: QImage, stroke: Stroke, first_piece: int, end_piece: int | None) -> None:
        assert self._view
        if first_piece != end_piece:
            with self._painter(image) as painter:
                paint_stroke(painter, stroke, first_piece, end_piece, pen=self._view.pen)

    def _painter(self, image: QImage) -> QPainter:
        view = self._view
        assert view
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(view.width / 2, view.height / 2)
        painter.scale(view.scale, view.scale)
        painter.translate(-view.x, -view.y)
        return painter


def bounds_of_ink(strokes: list[Stroke]) -> Bounds | None:
    """Find the bounds of the points of all ink; None if there is no ink."""
    bounds = [stroke.bounds for stroke in strokes if not stroke.erases]
    if not bounds:
        return None
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def bounds_of_what_is_left(strokes: list[Stroke], drawn: ImageArray) -> Bounds | None:
    """Find the bounds of the places whose ink the eraser has left; of all ink if there is no such place.

    Parameters
    ----------
    strokes : list of Stroke
    drawn : ndarray of uint8, shape (height, width)
        The strokes as they are, seen by `view_of_canvas`.
    """
    ink = [piece.places for stroke in strokes if not stroke.erases for piece in stroke.pieces(0)]
    if not ink:
        return None
    places = np.concatenate(ink)
    middle = np.array(drawn.shape[::-1]) / 2
    columns, rows = np.clip((places * RASTER_SIDE + middle).astype(int), 0, 2 * middle.astype(int) - 1).T
    left = places[drawn[rows, columns] >= LEAST_INK]
    return (*left.min(axis=0), *left.max(axis=0)) if len(left) else bounds_of_ink(strokes)
