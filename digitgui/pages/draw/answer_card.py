"""What the network answers: the digit, how sure it is, the ten bars; and what it should have been."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from digitgui.drawings.prediction import Prediction, takes_drawings
from digitgui.drawings.read_number import OUTDATED, ReadNumber
from digitgui.looks.sizes import by_text
from digitgui.pages.draw.example_view import ExampleView
from digitgui.pages.draw.invitation import Invitation
from digitgui.widgets.building import (
    STRETCH,
    aside,
    button,
    column_of,
    label,
    row_of,
    set_look,
    show_text,
    stack_of,
)
from digitgui.widgets.digit_buttons import DigitButtons
from digitgui.widgets.ink.number_boxes import NumberArea, NumberBoxes
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars
from digitgui.wording import counted, percent, worded
from model.network.task import DIGITS, Task

MARGIN, SPACING = 16, 12
DIGIT_TEXT, NUMBER_TEXT = 84, 48
"""Pixels of a letter in a usual window."""
WIDEST, WIDEST_NAME = 4.2, 2.4
"""How wide a number, or the name of a class, may be, in heights of the digit."""
LEAST_TEXT, LEAST_OF_NUMBER = 15, 9
"""Pixels of a letter of a long name, and of a long number."""
WORDS_WIDTH, WORDS_HEIGHT = 200, 112
"""Pixels of what is said beside the digit, where text has 100 %: less and more to say moves nothing around it."""


class AnswerCard(QFrame):
    """The digit, or another class, how sure the network is, its bars, and buttons to say what it was.

    Signals
    -------
    sheets_wanted()
        The photo is to be read as a page.
    """

    sheets_wanted = Signal()

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
        self._offer = button("", "", self.sheets_wanted.emit, look="small", name="readOnSheets")
        self._offer.hide()
        self._seen = DigitPicture(112)
        self.bars = ProbabilityBars()
        self.number = NumberBoxes()
        self.meant = DigitButtons()
        self._number_room = QWidget()
        column_of((NumberArea(self.number), 1), inside=self._number_room)

        self._stack = stack_of(self.bars, self._number_room)
        self._answer = QWidget()
        self._column = column_of(self._head(), (self._stack, 100), STRETCH, inside=self._answer, spacing=16)
        self.example = ExampleView()
        self.invitation = Invitation()
        self._whole = stack_of(self._answer, self.example, self.invitation)
        column_of((self._whole, 1), aside(self.meant), inside=self, margin=MARGIN, spacing=16)
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
        self._words.setMinimumHeight(round(by_text(WORDS_HEIGHT) * (1 + room) / 2))
        self._sureness.setStyleSheet(f"font-size: {round(by_text(17) * room)}px")
        words = f"font-size: {round(by_text(13) * (1 + room) / 2)}px"
        for part in (self._runner_up, self._verdict, self._note):
            part.setStyleSheet(words)
        self._column.invalidate()  # what is hidden does not say by itself that it asks for more
        self._column.activate()
        self._whole.updateGeometry()

    def _fit_answer(self) -> None:
        side, name = round(DIGIT_TEXT * self._room), self._digit.text()
        is_name = not self._is_number and len(name) > 1
        self._digit.setWordWrap(is_name or self._is_number)
        pixels, least, most = side, side, side
        if self._is_number:
            free = self.width() - by_text(WORDS_WIDTH) - 2 * MARGIN - SPACING
            pixels, width = self._fitting([name], max(side, min(round(WIDEST * side), free)), LEAST_OF_NUMBER)
            least = most = max(side, width)
        elif is_name:
            most = round(WIDEST_NAME * side)
            pixels, _ = self._fitting(name.split(), most, LEAST_TEXT)
        self._digit.setMinimumWidth(least)
        self._digit.setMaximumWidth(most)
        self._digit.setStyleSheet(f"font-size: {pixels}px")

    def _fitting(self, parts: list[str], width: int, least: int) -> tuple[int, int]:
        """Return how many pixels a letter may have for parts of a name to fit into a width, and what they take."""
        font = QFont(self._digit.font())
        font.setPixelSize(100)
        longest = max(map(QFontMetrics(font).horizontalAdvance, parts), default=1) / 0.95
        pixels = max(by_text(least), min(round(NUMBER_TEXT * self._room), int(100 * width / longest)))
        return pixels, min(width, round(longest * pixels / 100))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write a number as large as there is room for."""
        super().resizeEvent(event)
        if self._is_number:
            self._fit_answer()

    def _head(self) -> QHBoxLayout:
        self._words = QWidget()
        said = self._sureness, self._runner_up, self._verdict, self._note
        offer = row_of(self._offer, STRETCH)
        column_of(STRETCH, *said, offer, STRETCH, spacing=2, inside=self._words)
        return row_of(self._digit, (self._words, 1), (self._seen, 0, Qt.AlignmentFlag.AlignTop), spacing=SPACING)

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
        self._digit.setVisible(not number.is_page)  # its digits stand below, row by row
        least = min(number.digits, key=lambda digit: digit.confidence)
        doubted = least.confidence < refuse_below
        self._show_doubt(f"The {least.digit} is doubtful: see its bars." if doubted else "", is_number=True)
        self._fit_answer()
        count = len(number.digits)
        page = f"{count} digits in {counted(number.rows, 'row')}"
        self._sureness.setText(page if number.is_page else f"A number of {count} digits")
        least_sure = f"Least sure: {least.digit}, {percent(least.confidence)}"
        self._runner_up.setText(least_sure if is_current else OUTDATED)
        self._say("This looks like a page. Sheets reads pages, cell by cell." if number.is_page else "", "muted")
        self._tell_digit()
        self._seen.hide()
        self.number.set_digits(number.digits)
        self._stack.setCurrentWidget(self._number_room)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Show an answer, or an example of one."""
        waiting = self.example if self._task.is_digits else self.invitation
        self._whole.setCurrentWidget(waiting if prediction is None else self._answer)
        self.number.set_digits(())
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

    def offer_sheets(self, text: str, tip: str) -> None:
        """Offer what shows Sheets, under these words; nothing without any."""
        self._offer.setText(text)
        self._offer.setToolTip(tip)
        self._offer.setAccessibleDescription(tip)
        self._offer.setVisible(bool(text))

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
