"""Small grey pictures, shown with their pixels."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from model.arrays import ImageArray

__all__ = ["DigitPicture", "gray_image", "tiled"]


def gray_image(pixels: ImageArray) -> QImage:
    """Turn an array, uint8 of shape (height, width), into a picture that owns its memory."""
    height, width = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def tiled(images: ImageArray, columns: int) -> ImageArray:
    """Lay pictures, uint8 of shape (n, h, w), out in rows on black, in one array."""
    n, height, width = images.shape
    rows = -(-n // columns)
    padded = np.zeros((rows * columns, height, width), np.uint8)
    padded[:n] = images
    return padded.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


class DigitPicture(QWidget):
    """Shows one small picture as large as fits, on black.

    Parameters
    ----------
    side : int
        Preferred side, in pixels of the window.
    smooth : bool
        Blend pixels rather than show them as squares.
    """

    def __init__(self, side: int, *, smooth: bool = False) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._smooth = smooth
        self.setFixedSize(side, side)

    def set_pixels(self, pixels: ImageArray | None) -> None:
        """Show an array, uint8 of shape (height, width), or nothing."""
        self._image = None if pixels is None else gray_image(pixels)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the picture in the middle."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
                size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
                target = QRect(0, 0, size.width(), size.height())
                target.moveCenter(self.rect().center())
                painter.drawImage(target, self._image)
