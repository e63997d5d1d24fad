"""A scrolling grid of pictures that draws only what is visible."""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from digitgui.theme import LIGHT, Theme
from digitgui.widgets.digit_picture import gray_image, tiled
from model.arrays import ImageArray, IndexArray

__all__ = ["ImageGrid"]

CELL = 48
"""Side of a picture in the grid, in pixels of the window."""


class ImageGrid(QAbstractScrollArea):
    """Shows some of the pictures of a data set.

    Signals
    -------
    selected(int)
        The index, in the data set, of the picture that was clicked or reached by the arrow keys.
    """

    selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._images: ImageArray = np.zeros((0, 28, 28), np.uint8)
        self._shown: IndexArray = np.zeros(0, np.intp)
        self._position = -1
        self._theme = LIGHT
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(4 * CELL, 2 * CELL)
        self.setAccessibleName("Pictures of the data set")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        """Ask for a comfortable rectangle."""
        return QSize(12 * CELL, 8 * CELL)

    @property
    def shown(self) -> IndexArray:
        """Indices of the pictures that the grid holds, in its order."""
        return self._shown

    def set_images(self, images: ImageArray, shown: IndexArray) -> None:
        """Show the pictures ``images[shown]``; ``images`` is uint8 of shape (n, 28, 28)."""
        self._images, self._shown, self._position = images, shown, -1
        self._fit_scroll_bar()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def select(self, position: int) -> None:
        """Select the picture at a position of the grid, and scroll to it."""
        if len(self._shown) == 0:
            return
        self._position = min(max(0, position), len(self._shown) - 1)
        top = self._position // self._columns() * CELL
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top)
        elif top + CELL > bar.value() + self.viewport().height():
            bar.setValue(top + CELL - self.viewport().height())
        self.viewport().update()
        self.selected.emit(int(self._shown[self._position]))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the visible rows as one picture, then the selection and the focus."""
        with QPainter(self.viewport()) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        viewport, columns = self.viewport(), self._columns()
        painter.fillRect(viewport.rect(), Qt.GlobalColor.black)
        if len(self._shown) == 0:
            painter.setPen(QColor("#B6BDC9"))
            painter.drawText(viewport.rect(), Qt.AlignmentFlag.AlignCenter, "No pictures of this digit")
            return
        offset = self.verticalScrollBar().value()
        first_row = offset // CELL
        rows = viewport.height() // CELL + 2
        visible = self._shown[first_row * columns : (first_row + rows) * columns]
        if len(visible):
            picture = gray_image(tiled(self._images[visible], columns))
            height = picture.height() // 28 * CELL
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRect(self._margin(), first_row * CELL - offset, columns * CELL, height), picture)
        if self._position >= 0:
            row, column = divmod(self._position, columns)
            painter.setPen(QPen(QColor("#6BA1FF"), 2))
            painter.drawRect(
                QRect(self._margin() + column * CELL, row * CELL - offset, CELL, CELL).adjusted(1, 1, -1, -1)
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 4))
            painter.drawRect(viewport.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the picture under the mouse."""
        column = (event.position().toPoint().x() - self._margin()) // CELL
        row = (event.position().toPoint().y() + self.verticalScrollBar().value()) // CELL
        position = row * self._columns() + column
        if 0 <= column < self._columns() and position < len(self._shown):
            self.select(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection by arrows, pages, Home and End."""
        page = max(1, self.viewport().height() // CELL) * self._columns()
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns(),
            Qt.Key.Key_Down: self._columns(),
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._shown),
            Qt.Key.Key_End: len(self._shown),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self.select(0 if self._position < 0 else self._position + move)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the pictures out anew."""
        self._fit_scroll_bar()
        super().resizeEvent(event)

    def _columns(self) -> int:
        return max(1, self.viewport().width() // CELL)

    def _margin(self) -> int:
        return (self.viewport().width() - self._columns() * CELL) // 2

    def _fit_scroll_bar(self) -> None:
        rows = -(-len(self._shown) // self._columns())
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(CELL)
        bar.setRange(0, max(0, rows * CELL - self.viewport().height()))
