"""One picture with the values of its pixels."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from digitgui.looks.gray_images import gray_image
from digitgui.looks.theme import tabular
from digitgui.widgets.accessible_roles import tell
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.painted import Painted
from model.network.arrays import ImageArray

SIDE = 28
"""Rows and columns where there is no picture yet."""
CELL_WITH_VALUE = 22
"""A pixel that is at least as wide has its value written in it."""
PADDING = 6


class PixelView(Painted):
    """Shows a picture as large as fits, and tells the value of a pixel.

    The pixel is the one under the mouse; the arrow keys move on from it.

    Parameters
    ----------
    side : int
        In pixels of a usual window, nearly, as all pixels have one size; it grows where there is room. As large
        as fits for 0.

    Signals
    -------
    hovered(str)
        What there is to say about the pixel, as in ``row 12, column 7: 203``, both counted from 0; empty when
        there is none.
    """

    hovered = Signal(str)

    def __init__(self, side: int = 0) -> None:
        super().__init__()
        self._side = side
        self._pixels: ImageArray | None = None
        self._shape = SIDE, SIDE  # rows and columns
        self._cell: tuple[int, int] | None = None  # row and column
        self._words = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(4 * SIDE, 4 * SIDE)
        self.setAccessibleName("Pixels of the picture")
        self._tell()
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room, with all pixels of one size."""
        self._room = room
        most = max(self._shape)
        side = most * round(self._side / most * room)
        if side:
            self.setFixedSize(side, side)

    def sizeHint(self) -> QSize:
        """Ask for cells of ten pixels."""
        return QSize(10 * SIDE, 10 * SIDE)

    def set_image(self, pixels: ImageArray | None) -> None:
        """Show a picture, uint8 of shape (height, width) or (height, width, 3), or none."""
        before, self._pixels = self._shape, pixels
        if pixels is not None and pixels.shape[:2] != before:
            self._shape, self._cell = (pixels.shape[0], pixels.shape[1]), None
            self.set_room(self._room)
        self._point_to(None if pixels is None else self._cell)
        self._tell()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point to the pixel under the mouse."""
        square, place = self._square(), event.position()
        inside = QRectF(square).contains(place) and self._pixels is not None
        self._point_to(self._cell_at(place, square) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Point to nothing."""
        self._point_to(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move to the next pixel by the arrows, from the middle if there is none yet."""
        move = ARROWS.get(Qt.Key(event.key()))
        if move is None or self._pixels is None:
            super().keyPressEvent(event)
        elif self._cell is None:
            self._point_to((self._shape[0] // 2, self._shape[1] // 2))
        else:
            row, column = (
                min(max(0, at + by), most - 1)
                for at, by, most in zip(self._cell, reversed(move), self._shape, strict=True)
            )
            self._point_to((row, column))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring, and point to nothing."""
        self._point_to(None)
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the picture, the values if there is room, and the pixel that is pointed to."""
        with QPainter(self) as painter:
            square = self._square()
            painter.fillRect(square, QColor("black" if self._pixels is not None else self._theme.field))
            if self._pixels is not None:
                painter.drawImage(square, gray_image(self._pixels))
                if self._cell_side(square) >= CELL_WITH_VALUE and self._pixels.ndim == 2:
                    self._paint_values(painter, self._pixels, square)
            if self._cell is not None:
                self._paint_cell(painter, square)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.drawRect(square.adjusted(-2, -2, 1, 1) & self.rect().adjusted(1, 1, -1, -1))

    def _paint_values(self, painter: QPainter, pixels: ImageArray, square: QRect) -> None:
        painter.setFont(_small(tabular(self.font()), round(self._cell_side(square))))
        colors = {"bright": QColor("#000000"), "dark": QColor("#FFFFFF"), "empty": QColor("#5A5A5A")}
        for row, column in np.ndindex(self._shape):
            value = int(pixels[row, column])
            painter.setPen(colors["bright" if value > 127 else "dark" if value else "empty"])
            painter.drawText(self._cell_rect(square, row, column), Qt.AlignmentFlag.AlignCenter, str(value))

    def _paint_cell(self, painter: QPainter, square: QRect) -> None:
        assert self._cell is not None
        cell = self._cell_rect(square, *self._cell)
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.drawRect(cell.adjusted(-1, -1, 1, 1))
        painter.setFont(tabular(self.font()))
        size = painter.fontMetrics().size(0, self._words)
        label = QRectF(0, 0, size.width() + 2 * PADDING, size.height() + PADDING)
        label.moveBottomLeft(cell.topRight() + QPointF(PADDING, -PADDING))
        if label.top() < square.top():
            label.moveTop(cell.bottom() + PADDING)
        if label.right() > square.right():
            label.moveRight(max(cell.left() - PADDING, square.left() + label.width()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.card))
        painter.drawRoundedRect(label, 4, 4)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._words)

    def _square(self) -> QRect:
        """Where the picture lies: all its pixels are of one whole size."""
        rows, columns = self._shape
        side = max(1, min(self.width(), self.height()) // max(rows, columns))
        square = QRect(0, 0, columns * side, rows * side)
        square.moveCenter(self.rect().center())
        return square

    def _cell_at(self, place: QPointF, square: QRect) -> tuple[int, int]:
        cell, (rows, columns) = self._cell_side(square), self._shape
        row, column = (place.y() - square.top()) // cell, (place.x() - square.left()) // cell
        return min(int(row), rows - 1), min(int(column), columns - 1)

    def _cell_side(self, square: QRect) -> float:
        return square.width() / self._shape[1]

    def _cell_rect(self, square: QRect, row: int, column: int) -> QRectF:
        cell = self._cell_side(square)
        return QRectF(square.left() + column * cell, square.top() + row * cell, cell, cell)

    def _point_to(self, cell: tuple[int, int] | None) -> None:
        words = ""
        if cell is not None and self._pixels is not None:
            words = f"row {cell[0]}, column {cell[1]}: {_value(self._pixels[cell])}"
        if (cell, words) != (self._cell, self._words):
            self._cell, self._words = cell, words
            self._tell()
            self.update()
            self.hovered.emit(words)

    def _tell(self) -> None:
        size = "empty" if self._pixels is None else f"{self._shape[1]}×{self._shape[0]} pixels"
        tell(self, self._words or size)


def _value(pixel: npt.NDArray[np.uint8] | np.uint8) -> str:
    """Write a brightness, or three in colour."""
    red_green_blue = np.atleast_1d(pixel).tolist()
    if len(red_green_blue) == 1:
        return str(pixel)
    return "{} red, {} green, {} blue".format(*red_green_blue)


def _small(font: QFont, cell: int) -> QFont:
    """Return the font at a size in which three digits fit into a cell."""
    font.setPixelSize(round(0.42 * cell))
    return font
