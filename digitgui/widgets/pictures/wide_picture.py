"""A picture that takes all the width there is, and the height that follows from it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.widgets.pictures.digit_picture import DigitPicture


class WidePicture(DigitPicture):
    """Shows one picture as wide as its place, or as high where that is too low.

    Parameters
    ----------
    size : QSize
        Of the picture, in pixels of its own: no smaller is it shown.
    """

    def __init__(self, size: QSize) -> None:
        super().__init__(size.width())
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(size)

    def set_room(self, room: float) -> None:
        """Take the room that the layout gives."""

    def sizeHint(self) -> QSize:
        """Ask for the height that follows from the width there is."""
        width = self.width() if self.testAttribute(Qt.WidgetAttribute.WA_Resized) else self._size.width()
        return QSize(self._size.width(), width * self._size.height() // self._size.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask anew where the width is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
