"""Small pictures, shown with their pixels."""

from typing import TypeAlias

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitgui.looks.gray_images import gray_image
from digitgui.widgets.accessible_roles import Role, tell
from model.network.arrays import ImageArray

Region: TypeAlias = tuple[range, range]
"""Rows and columns of a picture."""
FRAME = "#6BA1FF"
"""The accent of the dark theme: pictures are black in both."""


class DigitPicture(QWidget):
    """Shows one small picture as large as fits; without one, only its place.

    Parameters
    ----------
    side : int
        In pixels of a usual window.
    smooth : bool
        Blend pixels rather than show them as squares.
    """

    accessible_role = Role.Graphic

    def __init__(self, side: int, *, smooth: bool = False) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._frame: Region | None = None
        self._smooth, self._side = smooth, side
        tell(self, "empty")
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room."""
        side = round(self._side * room)
        self.setFixedSize(side, side)

    def set_pixels(self, pixels: ImageArray | None, frame: Region | None = None) -> None:
        """Show an array, uint8 of shape (height, width) or (height, width, 3), or nothing.

        A frame stands around some rows and columns.
        """
        self._image, self._frame = None if pixels is None else gray_image(pixels), frame
        tell(self, "empty" if pixels is None else f"{pixels.shape[1]}×{pixels.shape[0]} pixels")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the picture in the middle."""
        with QPainter(self) as painter:
            if self._image is None:
                painter.fillRect(self.rect(), self.palette().alternateBase())
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
                size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
                target = QRect(0, 0, size.width(), size.height())
                target.moveCenter(self.rect().center())
                painter.drawImage(target, self._image)
                if self._frame is not None:
                    self._paint_frame(painter, target, self._frame)

    def _paint_frame(self, painter: QPainter, target: QRect, frame: Region) -> None:
        """Paint a box that is seen on black and on white."""
        assert self._image is not None
        rows, columns = frame
        scale = target.width() / self._image.width()
        corner = QPointF(target.topLeft()) + QPointF(columns.start * scale, rows.start * scale)
        box = QRectF(corner, QSizeF(len(columns) * scale, len(rows) * scale))
        for color, inset in (("black", 0.5), (FRAME, 1.5)):
            painter.setPen(QPen(QColor(color), 1))
            painter.drawRect(box.adjusted(inset, inset, -inset, -inset))
