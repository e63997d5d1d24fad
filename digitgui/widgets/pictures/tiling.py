"""Small pictures laid out in rows, as one picture of exactly the pixels of the screen."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage

from digitgui.widgets.pictures.signed_colors import Colors
from model.network.arrays import IndexArray, Shape

__all__ = ["Place", "Tiling", "fitted", "whole_cells"]

Place = tuple[int, int, int]
"""Map, row and column."""
GAP = 2
LEAST_SIDE, ENOUGH_SIDE = 14, 28
"""Pixels of a map: it gets as many as it has numbers, within these."""
FEW_UNITS = 16
"""So many numbers without maps stand above one another; more are laid out in rows."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """Maps of one size in rows, with gaps between them.

    Attributes
    ----------
    count, height, width : int
        How many maps there are, and the numbers in one of them.
    columns : int
        Maps in a row.
    cell_width, cell_height : int
        Pixels of a map.
    gap : int
        Pixels between maps, in both directions; above each map it has room for a caption besides.
    caption : int
        Pixels above each map.
    """

    count: int
    height: int
    width: int
    columns: int
    cell_width: int
    cell_height: int
    gap: int = GAP
    caption: int = 0

    @property
    def rows(self) -> int:
        """How many rows of maps there are."""
        return -(-self.count // self.columns)

    @property
    def size(self) -> QSize:
        """Pixels of the whole."""
        return QSize(
            self.columns * (self.cell_width + self.gap) - self.gap,
            self.rows * (self.cell_height + self.caption + self.gap) - self.gap,
        )

    def cell(self, number: int) -> QRectF:
        """Where a map lies."""
        row, column = divmod(number, self.columns)
        return QRectF(
            column * (self.cell_width + self.gap),
            row * (self.cell_height + self.caption + self.gap) + self.caption,
            self.cell_width,
            self.cell_height,
        )

    def box(self, number: int, rows: range, columns: range) -> QRectF:
        """Where some rows and columns of a map lie."""
        cell = self.cell(number)
        across, down = self.cell_width / self.width, self.cell_height / self.height
        return QRectF(
            cell.left() + columns.start * across,
            cell.top() + rows.start * down,
            len(columns) * across,
            len(rows) * down,
        )

    def at(self, point: QPointF) -> Place | None:
        """Return what lies under a point; None for a gap, or beside everything."""
        row = math.floor(point.y() / (self.cell_height + self.caption + self.gap))
        column = math.floor(point.x() / (self.cell_width + self.gap))
        number = row * self.columns + column
        if not (0 <= column < self.columns and 0 <= number < self.count):
            return None
        inside = point - self.cell(number).topLeft()
        if not (0 <= inside.x() < self.cell_width and 0 <= inside.y() < self.cell_height):
            return None
        return (
            number,
            int(inside.y() * self.height / self.cell_height),
            int(inside.x() * self.width / self.cell_width),
        )

    def image(self, colors: Colors, ground: int, ratio: float) -> QImage:
        """Lay maps out on a ground.

        Parameters
        ----------
        colors : ndarray of uint32, shape (count, height, width)
        ground : int
            Colour between the maps, as `signed_colors.packed` makes it.
        ratio : float
            Pixels of the screen in one of the window.
        """
        full = self.rows * self.columns
        if full > self.count:
            rest = np.full((full - self.count, self.height, self.width), ground, np.uint32)
            colors = np.concatenate([colors, rest])
        together = np.full((self.rows * self.height + 1, self.columns * self.width + 1), ground, np.uint32)
        tiles = colors.reshape(self.rows, self.columns, self.height, self.width).swapaxes(1, 2)
        together[:-1, :-1] = tiles.reshape(self.rows * self.height, self.columns * self.width)
        down, across = _sources(self, ratio)
        pixels = np.ascontiguousarray(together.take(down, axis=0).take(across, axis=1))
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(ratio)
        return image


@lru_cache(maxsize=128)
def _sources(tiling: Tiling, ratio: float) -> tuple[IndexArray, IndexArray]:
    """Return, for each row and column of pixels, the row or column of numbers that is seen there; -1 for gaps."""
    size = tiling.size
    return (
        _line(round(size.height() * ratio), ratio, tiling.height, tiling.cell_height, tiling.gap, tiling.caption),
        _line(round(size.width() * ratio), ratio, tiling.width, tiling.cell_width, tiling.gap, 0),
    )


def _line(length: int, ratio: float, numbers: int, cell: int, gap: int, before: int) -> IndexArray:
    places = (np.arange(length) + 0.5) / ratio
    tile, inside = np.divmod(places, cell + gap + before)
    inside -= before
    source = tile * numbers + np.floor(inside * numbers / cell)
    return np.where((inside >= 0) & (inside < cell), source, -1).astype(np.intp)


def whole_cells(side: int, height: int, width: int) -> tuple[int, int]:
    """Return width and height of a map in pixels, within a square: each number as many whole pixels as fit.

    A map that has more numbers than the square has pixels is shown smaller than it is.
    """
    longest = max(height, width)
    if longest <= side:
        scale: float = side // longest
    else:
        scale = side / longest
    return max(1, round(width * scale)), max(1, round(height * scale))


def fitted(shape: Shape, height: int, widest: float, most: int | None = None) -> Tiling:
    """Lay the output of a layer out in a height, in pixels, as large as can be.

    Maps, shape (maps, rows, columns), stand in rows, not wider than ``widest`` times the height where that can be;
    units, shape (units,), fill the rows of one map. ``most`` is how high one map may be.
    """
    if len(shape) == 1:
        return _fitted_units(shape[0], height)
    count, rows, columns = shape
    longest = max(rows, columns)
    least = min(max(longest, LEAST_SIDE), ENOUGH_SIDE)
    most_rows = max(1, min(count, (height + GAP) // (least + GAP)))
    choices = [_fitted_maps(shape, height, lines) for lines in range(1, most_rows + 1)]
    if most is not None:
        choices = [one for one in choices if one.cell_height <= most] or choices[-1:]
    narrow = [one for one in choices if one.size.width() <= widest * height] or choices[-1:]
    return max(narrow, key=lambda one: (one.cell_height, count > 4 and count % one.columns == 0, one.columns))


def _fitted_maps(shape: Shape, height: int, lines: int) -> Tiling:
    count, rows, columns = shape
    side = (height + GAP) // lines - GAP
    cell_width, cell_height = whole_cells(side, rows, columns)
    return Tiling(count, rows, columns, -(-count // lines), cell_width, cell_height)


def _fitted_units(count: int, height: int) -> Tiling:
    rows = count if count <= FEW_UNITS else min(height, math.ceil(math.sqrt(2 * count)))
    columns = -(-count // rows)
    rows = -(-count // columns)
    cell = max(1, height // rows)
    return Tiling(1, rows, columns, 1, columns * min(cell, LEAST_SIDE), rows * cell)
