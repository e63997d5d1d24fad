"""Arrays of signed numbers as pictures: orange above 0, blue below, black at 0; white where none is below."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import tabular
from digitgui.widgets.painted import Painted
from digitgui.widgets.pictures.heat_map import AGAINST, FOR
from model.network.arrays import FloatArray

WHITE = np.full(3, 255, np.float32)
GROUND = (90, 96, 106)
"""Between the maps: neither black nor one of the two colours, in both themes."""
LARGEST_CELL = 24
"""Pixels of one number, in a usual window."""
GAP = 12


class SignedMaps(Painted):
    """Shows groups of maps side by side; those of a group share a scale, which stands below them."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[tuple[str, FloatArray]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Numbers as pictures")
        self.setToolTip("Orange is above 0, blue below, black 0; white where nothing is below 0")

    def show_groups(self, groups: Sequence[tuple[str, FloatArray]]) -> None:
        """Show other arrays.

        Parameters
        ----------
        groups : sequence of (str, ndarray)
            A title and numbers, of shape (maps, height, width), or (units,).
        """
        self._groups = [(title, as_maps(array)) for title, array in groups]
        told = (f"{title}: {_words(array)}, {_scale(array)}" for title, array in self._groups)
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for some room."""
        return QSize(by_text(480), by_text(240))

    def minimumSizeHint(self) -> QSize:
        """Make do with less."""
        return QSize(by_text(240), by_text(130))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the groups, each in its share of the width."""
        if not self._groups:
            return
        width = (self.width() + GAP) / len(self._groups)
        with QPainter(self) as painter:
            painter.setFont(tabular(self.font()))
            for number, (title, maps) in enumerate(self._groups):
                self._paint_group(painter, title, maps, QRectF(number * width, 0, width - GAP, self.height()))

    def _paint_group(self, painter: QPainter, title: str, maps: FloatArray, room: QRectF) -> None:
        metrics, line = painter.fontMetrics(), painter.fontMetrics().lineSpacing()
        picture = room.adjusted(0, 2 * line + 4, 0, -line - 4)
        columns = best_columns(maps.shape, picture.width(), picture.height())
        image = tiled_image(maps, columns)
        scale = min(picture.width() / image.width(), picture.height() / image.height(), LARGEST_CELL * self._room)
        scale = float(math.floor(scale)) if scale >= 1 else scale
        painter.setPen(QColor(self._theme.text))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(room, Qt.AlignmentFlag.AlignTop, metrics.elidedText(title, elide, int(room.width())))
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(room.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignTop, _words(maps))
        if scale > 0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            place = QRectF(room.left(), picture.top(), scale * image.width(), scale * image.height())
            painter.drawImage(place, image)
            below = QRectF(room.left(), place.bottom() + 4, room.width(), line)
            painter.drawText(below, Qt.AlignmentFlag.AlignTop, _scale(maps))


def as_maps(array: FloatArray) -> FloatArray:
    """Lay numbers out as maps: units in rows of a power of two, the last row filled up with nan."""
    if array.ndim == 3:
        return array
    size = array.size
    width = size if size <= 16 else 2 ** math.ceil(math.log2(math.sqrt(size)))
    filled = np.full(-(-size // width) * width, np.nan, np.float32)
    filled[:size] = array
    return filled.reshape(1, -1, width)


def best_columns(shape: tuple[int, ...], width: float, height: float) -> int:
    """Choose how many maps stand in a row so that they become as large as possible."""
    count, rows, columns = shape

    def cell(across: int) -> float:
        down = -(-count // across)
        return min(width / (across * (columns + 1)), height / (down * (rows + 1)))

    return max(range(1, count + 1), key=cell)


def tiled_image(maps: FloatArray, columns: int) -> QImage:
    """Paint maps in rows, with a pixel of ground between them; all on one scale, that of the largest number.

    Brightness follows the root of a number: most derivatives are small, and would be black beside the largest.
    """
    count, height, width = maps.shape
    down = -(-count // columns)
    rgb = np.empty((down * (height + 1) - 1, columns * (width + 1) - 1, 3), np.uint8)
    rgb[:] = GROUND
    sizes = np.abs(maps[np.isfinite(maps)])
    largest = float(sizes.max()) if sizes.size else 0.0
    strength = np.sqrt(np.nan_to_num(np.abs(maps) / (largest or 1.0), nan=0.0, posinf=1.0))[..., np.newaxis]
    above = FOR if (maps < 0).any() else WHITE
    color = strength * np.where(maps[..., np.newaxis] > 0, above, AGAINST)
    color[np.isnan(maps)] = GROUND
    for k in range(count):
        row, column = divmod(k, columns)
        top, left = row * (height + 1), column * (width + 1)
        rgb[top : top + height, left : left + width] = np.rint(color[k])
    rows, across = rgb.shape[:2]
    return QImage(rgb.tobytes(), across, rows, 3 * across, QImage.Format.Format_RGB888).copy()


def _words(maps: FloatArray) -> str:
    count, height, width = maps.shape
    return f"{height} × {width}" if count == 1 else f"{count} of {height} × {width}"


def _scale(maps: FloatArray) -> str:
    finite = maps[np.isfinite(maps)]
    if not finite.size:
        return "no numbers"
    lowest, highest = (f"{end:+.2g}" if end else "0" for end in (float(finite.min()), float(finite.max())))
    return f"{lowest} to {highest}"
