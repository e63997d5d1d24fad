"""A row of ten small buttons, which ask which digit it was."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.building import STRETCH, button, label, repolish, row_of
from digitgui.wording import a_digit


class DigitButtons(QWidget):
    """Asks the mouse what a drawing was meant to be, as the digit keys ask the keyboard.

    The digit that the network takes it for is filled. Nothing can be chosen until `show_answer` says that one
    digit is drawn. All ten are one stop of the Tab key; within it, the arrow keys move.

    Parameters
    ----------
    text : str
        Stands before them.
    tip : str
        What a press does, with ``{}`` for the digit.
    marked : str
        What the filled one is, for those who do not see it.

    Signals
    -------
    chosen(int)
    """

    chosen = Signal(int)

    def __init__(
        self,
        text: str = "It was",
        tip: str = "Add the drawing to My digits as {}",
        marked: str = "The answer of the network",
    ) -> None:
        super().__init__()
        self._text, self._tip, self._marked = text, tip, marked
        self._chips = [self._chip(digit) for digit in range(10)]
        row_of(label(text, "muted"), *self._chips, STRETCH, inside=self, spacing=3)
        for chip in self._chips:
            chip.installEventFilter(self)
        self._take_stop(0)
        self.show_answer(None, is_one_digit=False)

    def show_answer(self, digit: int | None, *, is_one_digit: bool) -> None:
        """Let a digit be chosen if one digit is drawn, and mark the one that the network answers, if any."""
        self.setEnabled(is_one_digit)
        for number, chip in enumerate(self._chips):
            is_answer = is_one_digit and number == digit
            if chip.property("answer") != is_answer:
                chip.setProperty("answer", is_answer)
                chip.setAccessibleDescription(self._marked if is_answer else "")
                repolish(chip)
        if digit is not None and not any(chip.hasFocus() for chip in self._chips):
            self._take_stop(digit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move from digit to digit by the arrow keys, Home and End."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self._chips:
            number = self._chips.index(watched)
            ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: 9}
            if event.key() in ARROWS:
                number = min(9, max(0, number + sum(ARROWS[Qt.Key(event.key())])))
            elif event.key() in ends:
                number = ends[Qt.Key(event.key())]
            else:
                return super().eventFilter(watched, event)
            self._take_stop(number)
            self._chips[number].setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _take_stop(self, number: int) -> None:
        """Let the Tab key lead to this digit, and to no other."""
        for digit, chip in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus if digit == number else Qt.FocusPolicy.NoFocus)

    def _chip(self, digit: int) -> QPushButton:
        tip = self._tip.format(a_digit(digit))
        chip = button(str(digit), tip, lambda: self.chosen.emit(digit), shortcut=str(digit), look="chip")
        chip.setAccessibleName(f"{self._text} {a_digit(digit)}")
        return chip
