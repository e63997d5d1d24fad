"""A grey picture that takes all the width there is, and the height that follows from it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from digitgui.widgets.pictures.digit_picture import DigitPicture


class WidePicture(DigitPicture):
    """Shows one picture as wide as its place.

    Parameters
    ----------
    size : QSize
        Of the picture, in pixels of its own: no narrower is it shown.
    """

    def __init__(self, size: QSize) -> None:
        super().__init__(size.width())
        self._size = size
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(size)

    def set_room(self, room: float) -> None:
        """Take the room that the layout gives."""

    def sizeHint(self) -> QSize:
        """Ask for its own pixels."""
        return self._size

    def heightForWidth(self, width: int) -> int:
        """Keep its form."""
        return width * self._size.height() // self._size.width()
