"""What the network answers: the digit, how sure it is, the ten bars; and what it should have been."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from digitgui.drawings.prediction import Prediction, takes_drawings
from digitgui.drawings.read_number import OUTDATED, ReadNumber
from digitgui.looks.sizes import by_text
from digitgui.pages.draw.example_view import ExampleView
from digitgui.pages.draw.invitation import Invitation
from digitgui.widgets.building import STRETCH, aside, column_of, label, row_of, set_look, show_text, stack_of
from digitgui.widgets.digit_buttons import DigitButtons
from digitgui.widgets.ink.number_boxes import NumberBoxes
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import percent, worded
from model.network.task import DIGITS, Task

DIGIT_TEXT, NUMBER_TEXT = 84, 48
"""Pixels of a letter in a usual window."""
WIDEST, WIDEST_NAME = 4.2, 2.4
"""How wide a number, or the name of a class, may be, in heights of the digit."""
LEAST_TEXT = 15
"""Pixels of a letter of a long name."""


class AnswerCard(QFrame):
    """The digit, or another class, how sure the network is, its bars, and buttons to say what it was."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._digit = label(name="predictedDigit")
        self._digit.setAccessibleName("Recognised digit")
        self._digit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sureness = label(name="figure")
        self._runner_up = label(name="muted", wrap=True)
        self._verdict = label(wrap=True)
        self._note = label(name="rejectionNote", wrap=True)
        self._seen = DigitPicture(112)
        self.bars = ProbabilityBars()
        self.number = NumberBoxes()
        self.meant = DigitButtons()
        self._number_room = QWidget()
        column_of((self.number, 1), inside=self._number_room)

        self._stack = stack_of(self.bars, self._number_room)
        self._answer = QWidget()
        column_of(self._head(), (self._stack, 100), STRETCH, inside=self._answer, spacing=16)
        self.example = ExampleView()
        self.invitation = Invitation()
        self._whole = stack_of(self._answer, self.example, self.invitation)
        column_of((self._whole, 1), aside(self.meant), inside=self, margin=16, spacing=16)
        self._room, self._is_number, self._task = 1.0, False, DIGITS
        self._name_seen()
        self.set_room(1.0)

    def set_task(self, task: Task) -> None:
        """Be about what the open network is about."""
        if task == self._task:
            return
        self._task = task
        self.bars.set_task(task)
        self.meant.set_task(task)
        self.meant.setVisible(takes_drawings(task))
        self.invitation.set_task(task)
        self._digit.setAccessibleName(worded("Recognised digit", task))
        self._name_seen()

    def _name_seen(self) -> None:
        height, width, _ = self._task.picture_shape
        text = f"The {width}×{height} picture that the network sees"
        self._seen.setAccessibleName(text)
        self._seen.setToolTip(text)

    def set_room(self, room: float) -> None:
        """Write the answer larger where there is room."""
        self._room = room
        self._fit_answer()
        self._sureness.setStyleSheet(f"font-size: {round(by_text(17) * room)}px")
        words = f"font-size: {round(by_text(13) * (1 + room) / 2)}px"
        for part in (self._runner_up, self._verdict, self._note):
            part.setStyleSheet(words)

    def _fit_answer(self) -> None:
        side, text = round(DIGIT_TEXT * self._room), NUMBER_TEXT if self._is_number else DIGIT_TEXT
        name = self._digit.text()
        is_name = not self._is_number and len(name) > 1
        self._digit.setWordWrap(is_name)
        self._digit.setMinimumWidth(side)
        self._digit.setMaximumWidth(
            round(WIDEST * side) if self._is_number else round(WIDEST_NAME * side) if is_name else side
        )
        pixels = round(text * self._room)
        if is_name:
            pixels = self._fitting(name, round(WIDEST_NAME * side))
        self._digit.setStyleSheet(f"font-size: {pixels}px")

    def _fitting(self, name: str, width: int) -> int:
        """Return how many pixels a letter may have so that the longest word of a name fits into a width."""
        font = QFont(self._digit.font())
        font.setPixelSize(100)
        longest = max(map(QFontMetrics(font).horizontalAdvance, name.split()))
        least = by_text(LEAST_TEXT)
        return max(least, min(round(NUMBER_TEXT * self._room), int(0.95 * 100 * width / longest)))

    def _head(self) -> QHBoxLayout:
        words = column_of(STRETCH, self._sureness, self._runner_up, self._verdict, self._note, STRETCH, spacing=4)
        return row_of(self._digit, (words, 1), (self._seen, 0, Qt.AlignmentFlag.AlignTop), spacing=12)

    def show_number(self, number: ReadNumber, refuse_below: float, *, is_current: bool) -> None:
        """Show the digits of a number, each with its own bars.

        Parameters
        ----------
        number : ReadNumber
        refuse_below : float
            Below that probability a digit is doubtful.
        is_current : bool
            Whether nothing has changed since it was read.
        """
        self._whole.setCurrentWidget(self._answer)
        self._digit.setText(number.text)
        self._digit.show()
        least = min(number.digits, key=lambda digit: digit.confidence)
        doubted = least.confidence < refuse_below
        self._show_doubt(f"The {least.digit} is doubtful: see its bars." if doubted else "", is_number=True)
        self._sureness.setText(f"A number of {len(number.digits)} digits")
        least_sure = f"Least sure: {least.digit}, {percent(least.confidence)}"
        self._runner_up.setText(least_sure if is_current else OUTDATED)
        self._tell_digit()
        self._say("", "muted")
        self._seen.hide()
        self.number.set_digits(number.digits)
        self._stack.setCurrentWidget(self._number_room)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Show an answer, or an example of one."""
        waiting = self.example if self._task.is_digits else self.invitation
        self._whole.setCurrentWidget(waiting if prediction is None else self._answer)
        self._seen.show()
        self._stack.setCurrentWidget(self.bars)
        self._digit.setVisible(prediction is not None)
        if prediction is None:
            for part in (self._digit, self._sureness, self._runner_up):
                part.clear()
            self._say("", "muted")
            self._show_doubt("")
            self._seen.set_pixels(None)
            self.bars.set_probabilities(None)
            self._tell_digit()
            return
        first, second, names = prediction.digit, prediction.runner_up, prediction.class_names
        sure = float(prediction.probabilities[first])
        self._digit.setText(names[first])
        self._fit_answer()
        self._sureness.setText(f"{percent(sure)} sure")
        self._runner_up.setText(f"Runner-up: {names[second]}, {percent(prediction.probabilities[second])}")
        self._show_doubt(prediction.doubt)
        if prediction.doubt:
            self._say("", "muted")
        else:
            unsure = worded("Not sure: could be another digit", self._task), "warning"
            self._say(*(("A clear case", "good") if sure > 0.9 else unsure))
        self._seen.set_pixels(prediction.picture)
        self.bars.set_probabilities(prediction.probabilities)
        self._tell_digit()

    def _tell_digit(self) -> None:
        """Say beside the name of the digit what it is, and what is written around it."""
        written = (self._digit, self._sureness, self._runner_up, self._verdict, self._note)
        self._digit.setAccessibleDescription(", ".join(filter(None, (part.text() for part in written))))

    def _show_doubt(self, why: str, *, is_number: bool = False) -> None:
        """Say why the answer is doubted, and show its digit in grey."""
        show_text(self._note, why)
        set_look(self._digit, "doubted", bool(why))
        if is_number != self._is_number:
            self._is_number = is_number
            self._fit_answer()

    def _say(self, text: str, tone: str) -> None:
        show_text(self._verdict, text)
        set_look(self._verdict, "tone", tone)
