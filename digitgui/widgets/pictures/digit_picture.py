"""Small grey pictures, shown with their pixels."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from digitgui.looks.gray_images import gray_image
from model.network.arrays import ImageArray


class DigitPicture(QWidget):
    """Shows one small picture as large as fits; without one, only its place.

    Parameters
    ----------
    side : int
        In pixels of a usual window.
    smooth : bool
        Blend pixels rather than show them as squares.
    """

    def __init__(self, side: int, *, smooth: bool = False) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._smooth, self._side = smooth, side
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room."""
        side = round(self._side * room)
        self.setFixedSize(side, side)

    def set_pixels(self, pixels: ImageArray | None) -> None:
        """Show an array, uint8 of shape (height, width), or nothing."""
        self._image = None if pixels is None else gray_image(pixels)
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
