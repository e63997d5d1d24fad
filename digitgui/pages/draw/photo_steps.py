"""The way of a picture to a network that takes no drawings: as opened, the part that is seen, its pixels."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitgui.session import Session
from digitgui.widgets.building import STRETCH, column_of, label, row_of
from digitgui.widgets.ink.photo_painting import cut_out
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.enlargement import Enlargement
from model.network.arrays import ImageArray
from model.network.task import Task

SIDE = 84
WORDS = {
    "photo": "The picture is scaled until it covers {0}, and its middle is cut out: nothing is stretched.",
    "unchanged": "The picture is scaled to {0}, and nothing of it is cut off.",
}
NOTHING = "Open a picture to see here how it is brought to the network."


class PhotoSteps(QWidget):
    """Three pictures, and a sentence that says what is done."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._opened, self._cut = DigitPicture(SIDE, smooth=True), DigitPicture(SIDE, smooth=True)
        self.seen = DigitPicture(SIDE)
        self._pixels: ImageArray | None = None
        self.enlargement = Enlargement(self)
        self.enlargement.serve(self.seen, lambda: self._pixels, "What the network sees")
        self._second, self._words = label(name="muted"), label(name="muted", wrap=True)
        columns = (
            _named(self._opened, label("as opened", "muted")),
            _named(self._cut, self._second),
            _named(self.seen, label("what the network sees", "muted")),
        )
        arrows = [label("›", "figure") for _ in range(2)]
        words = column_of(self._words, STRETCH)
        row_of(columns[0], arrows[0], columns[1], arrows[1], columns[2], (words, 1), inside=self, spacing=12)
        session.answering.changed.connect(self._refresh)
        session.model.changed.connect(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed unseen."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        task, opened = self._session.model.task, self._session.photo.opened
        self._second.setText("cut out" if task.preparation == "photo" else "all of it")
        words = WORDS.get(task.preparation, "").format(task.words_of_shape())
        self._words.setText(words if opened else f"{NOTHING} {words}")
        self._pixels = None if opened is None else opened.as_taken_by(task)
        self.seen.set_pixels(self._pixels)
        self._opened.set_pixels(None if opened is None else opened.shown)
        self._cut.set_pixels(None if opened is None else _middle(opened.shown, task))


def _middle(picture: ImageArray, task: Task) -> ImageArray:
    """Cut out of a picture what the network sees of it."""
    height, width = picture.shape[:2]
    size = cut_out(QSize(width, height), task)
    top, left = (height - size.height()) // 2, (width - size.width()) // 2
    return picture[top : top + size.height(), left : left + size.width()]


def _named(picture: DigitPicture, name: QWidget) -> QVBoxLayout:
    return column_of(picture, (name, 0, Qt.AlignmentFlag.AlignHCenter), STRETCH, spacing=4)
