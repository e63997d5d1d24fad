"""One of the user's own digits, enlarged: what it is called, and what can be done about it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitgui.widgets.building import STRETCH, button, capitalised, column_of, label, row_of
from digitgui.widgets.digit_buttons import DigitButtons
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.wording import a_class
from model.network.arrays import ImageArray
from model.network.task import DIGITS, Task

SIDE = 112


class SampleView(QWidget):
    """Shows a digit of the user's, and asks for another label, for its end, or for the way to Draw.

    Signals
    -------
    relabelled(int)
    deleted()
    draw_wanted()
    closed()
    """

    relabelled = Signal(int)
    deleted = Signal()
    draw_wanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._task = DIGITS
        self._picture = DigitPicture(SIDE)
        self._title = label(name="strong")
        self.labels = DigitButtons("It is", "Relabel as {}", "Its label")
        self.labels.chosen.connect(self.relabelled)
        self.delete = button("Delete", "Delete it from My digits; Undo brings it back", self.deleted.emit)
        show = "Put it on the canvas of the Draw page and go there"
        self.show_on_draw = button("Show on Draw", show, self.draw_wanted.emit)
        self._close = button("Close", "Back to the counts", self.closed.emit, shortcut="Esc")
        head = row_of((self._title, 1), self._close)
        words = column_of(head, row_of(self.show_on_draw, self.delete, STRETCH, spacing=8), STRETCH, spacing=8)
        column_of(row_of(self._picture, (words, 1), spacing=12), self.labels, inside=self, spacing=8)

    def set_task(self, task: Task) -> None:
        """Name the classes of a task."""
        self._task = task
        self.labels.set_task(task)

    def show_sample(self, image: ImageArray, digit: int, *, is_taught: bool) -> None:
        """Show a picture, uint8 of shape (height, width), with its label, and which half it belongs to."""
        self._picture.set_pixels(image)
        named = capitalised(a_class(digit, self._task))
        self._picture.setAccessibleName(f"{named} of yours, enlarged")
        self._title.setText(f"{named}, for {'teaching' if is_taught else 'testing'}")
        self.labels.show_answer(digit, is_one_digit=True)
