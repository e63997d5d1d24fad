"""A few small pictures in a row, each with a word below it."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitgui.widgets.building import column_of, label
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.pictures.digit_picture import DigitPicture
from model.network.arrays import ImageArray

MARK = QColor("#FF8A4C")
"""Is seen on black and on white in both themes."""


class MarkedPicture(DigitPicture):
    """A picture with a frame around some of its pixels."""

    def __init__(self, side: int) -> None:
        super().__init__(side)
        self._mark: QRect | None = None

    def set_mark(self, mark: QRect | None) -> None:
        """Draw a frame around these pixels, counted in those of a picture of 28×28; or none."""
        self._mark = mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame over the picture."""
        super().paintEvent(event)
        if self._mark is not None:
            with QPainter(self) as painter:
                scale = self.width() / 28
                left, top = round(self._mark.x() * scale), round(self._mark.y() * scale)
                right = round((self._mark.x() + self._mark.width()) * scale)
                bottom = round((self._mark.y() + self._mark.height()) * scale)
                painter.setPen(QPen(MARK, 2))
                painter.drawRect(QRect(left + 1, top + 1, right - left - 2, bottom - top - 2))


class CaptionedPictures(QWidget):
    """Shows up to some pictures; those that there are no pictures for take no room.

    Parameters
    ----------
    count : int
        The most there can be.
    side : int
        Of each, in pixels of a usual window.
    name : str
        What assistive technology calls each, before its number.
    """

    def __init__(self, count: int, side: int, name: str) -> None:
        super().__init__()
        self.pictures = [MarkedPicture(side) for _ in range(count)]
        self.captions = [label(name="muted") for _ in range(count)]
        self._cells = [QWidget() for _ in range(count)]
        row = FlowLayout(spacing=8)
        for number, (picture, caption, cell) in enumerate(
            zip(self.pictures, self.captions, self._cells, strict=True), 1
        ):
            picture.setAccessibleName(f"{name} {number}")
            column_of(picture, (caption, 0, Qt.AlignmentFlag.AlignHCenter), spacing=2, inside=cell)
            row.addWidget(cell)
        self.setLayout(row)
        self.show_pictures((), ())

    def show_pictures(
        self, pictures: Sequence[ImageArray], captions: Sequence[str], marks: Sequence[QRect | None] = ()
    ) -> None:
        """Show pictures, uint8 of shape (28, 28), with a caption each, and frames if there are any."""
        for number, cell in enumerate(self._cells):
            is_there = number < len(pictures)
            cell.setVisible(is_there)
            self.pictures[number].set_pixels(pictures[number] if is_there else None)
            self.pictures[number].set_mark(marks[number] if is_there and marks else None)
            self.pictures[number].setAccessibleDescription(captions[number] if is_there else "")
            self.captions[number].setText(captions[number] if is_there else "")
