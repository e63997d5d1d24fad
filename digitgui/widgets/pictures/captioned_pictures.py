"""A few small pictures in a row, each with a word below it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from digitgui.widgets.building import column_of, label
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.pictures.digit_picture import DigitPicture, Region
from model.network.arrays import ImageArray


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
        self.pictures = [DigitPicture(side) for _ in range(count)]
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
        self, pictures: Sequence[ImageArray], captions: Sequence[str], frames: Sequence[Region] = ()
    ) -> None:
        """Show pictures, uint8, each with a caption and a frame around some rows and columns."""
        for number, cell in enumerate(self._cells):
            is_there = number < len(pictures)
            cell.setVisible(is_there)
            frame = frames[number] if number < len(frames) else None
            self.pictures[number].set_pixels(pictures[number] if is_there else None, frame)
            self.pictures[number].setAccessibleDescription(captions[number] if is_there else "")
            self.captions[number].setText(captions[number] if is_there else "")
