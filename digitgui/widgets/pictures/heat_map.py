"""What speaks for a digit, and what against it, as colours over the picture."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from digitgui.looks.gray_images import gray_image
from digitgui.widgets.accessible_roles import Role, tell
from model.network.arrays import ImageArray

FOR, AGAINST = (np.array(color, np.float32) for color in ((255, 138, 76), (76, 163, 255)))
"""Orange and blue, seen on black in both themes and told apart by colour-blind people."""
DIMMED = 0.4
"""How bright the digit is under the colours."""


class HeatMap(QWidget):
    """Shows a picture with a signed value on each pixel.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    side : int
        In pixels of a usual window, nearly: all pixels have one size.
    """

    accessible_role = Role.Graphic

    def __init__(self, name: str, side: int) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setAccessibleName(name)
        tell(self, "empty")
        self._side, self._shape = side, (28, 28)
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room, with all pixels of one size."""
        self._room = room
        rows, columns = self._shape
        pixel = max(1, round(self._side / max(rows, columns) * room))
        self.setFixedSize(columns * pixel, rows * pixel)

    def show_values(self, picture: ImageArray | None, values: npt.NDArray[np.float32] | None) -> None:
        """Show values, of shape (height, width), over a picture; the picture alone, or nothing at all."""
        if picture is not None and picture.shape[:2] != self._shape:
            self._shape = picture.shape[0], picture.shape[1]
            self.set_room(self._room)
        self._image = None if picture is None else _blended(picture, values)
        tell(self, _words(values) if picture is not None else "empty")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the pixels as squares."""
        with QPainter(self) as painter:
            painter.fillRect(
                self.rect(), self.palette().alternateBase() if self._image is None else Qt.GlobalColor.black
            )
            if self._image is not None:
                painter.drawImage(QRect(0, 0, self.width(), self.height()), self._image)


def _words(values: npt.NDArray[np.float32] | None) -> str:
    """Say where most speaks for the digit, and where most speaks against it."""
    if values is None:
        return "the picture alone"
    ends = (("for", np.nanargmax, 1), ("against", np.nanargmin, -1))
    found = []
    for name, where, sign in ends if np.isfinite(values).any() else ():
        row, column = np.unravel_index(int(where(values)), values.shape)
        if sign * values[row, column] > 0:
            found.append(f"most {name} it: row {row}, column {column}")
    return "; ".join(found) or "nothing speaks for or against it"


def _blended(picture: ImageArray, values: npt.NDArray[np.float32] | None) -> QImage:
    """Paint orange where a value is above 0 and blue where it is below, the stronger the larger it is."""
    grey = (
        picture if picture.ndim == 2 else picture.mean(axis=2)
    )  # or its colours would be taken for those of values
    rgb = np.repeat(DIMMED * grey[:, :, np.newaxis].astype(np.float32), 3, axis=2)
    largest = 0.0 if values is None else float(np.abs(values).max())
    if values is not None and largest > 0:
        strength = (np.abs(values) / largest)[:, :, np.newaxis]
        color = np.where(values[:, :, np.newaxis] > 0, FOR, AGAINST)
        rgb += strength * (color - rgb)
    pixels = np.ascontiguousarray(np.rint(rgb).astype(np.uint8))
    return gray_image(pixels)
