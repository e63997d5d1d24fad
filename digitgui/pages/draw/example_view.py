"""What will be seen once something is drawn: an example in three pictures."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitgui.drawings.example import EXAMPLE_DIGIT, example
from digitgui.looks.sizes import by_text
from digitgui.widgets.building import STRETCH, column_of, label, row_of
from digitgui.widgets.pictures.digit_picture import DigitPicture

SIDE, DIGIT_TEXT = 112, 48
WORDS = "The answer appears here while you draw, with how sure the network is of each digit."


class ExampleView(QWidget):
    """A drawing, what the network sees of it, and its answer, with a sentence that says what to do."""

    def __init__(self) -> None:
        super().__init__()
        drawn, steps = example()
        pictures = DigitPicture(SIDE, smooth=True), DigitPicture(SIDE)
        for picture, pixels in zip(pictures, (drawn, steps.centred), strict=True):
            picture.set_pixels(pixels)
        pictures[0].setAccessibleName("An example of a drawing")
        pictures[1].setAccessibleName("What the network sees of the example")
        self._title = label("Draw a digit on the canvas", "figure")
        self._words = label(WORDS, "muted", wrap=True)
        self._answer = answer = label(str(EXAMPLE_DIGIT), "exampleDigit")
        answer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        names = "You draw", "The network sees", "It answers"
        columns = [_named(part, name) for part, name in zip((*pictures, answer), names, strict=True)]
        arrows = [label("›", "figure") for _ in range(2)]
        strip = row_of(columns[0], arrows[0], columns[1], arrows[1], columns[2], STRETCH, spacing=6)
        column_of(STRETCH, self._title, self._words, strip, STRETCH, STRETCH, inside=self, spacing=12)
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Let the answer grow with the pictures beside it, and what is written with them."""
        self._answer.setFixedSize(round(SIDE * room), round(SIDE * room))
        self._answer.setStyleSheet(f"font-size: {round(DIGIT_TEXT * room)}px")
        self._title.setStyleSheet(f"font-size: {round(by_text(17) * room)}px")
        self._words.setStyleSheet(f"font-size: {round(by_text(13) * (1 + room) / 2)}px")


def _named(part: QWidget, name: str) -> QVBoxLayout:
    """Put a name under a part."""
    under = label(name, "muted")
    under.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return column_of(part, under, spacing=4)
