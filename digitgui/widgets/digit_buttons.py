"""A row of ten small buttons, which ask which digit it was."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from digitgui.widgets.building import STRETCH, button, label, repolish, row_of
from digitgui.wording import a_digit


class DigitButtons(QWidget):
    """Asks the mouse what a drawing was meant to be, as the digit keys ask the keyboard.

    The digit that the network takes it for stands out. Nothing can be chosen until `show_answer` says that
    one digit is drawn.

    Signals
    -------
    chosen(int)
    """

    chosen = Signal(int)

    def __init__(self, text: str = "It was") -> None:
        super().__init__()
        self._chips = [self._chip(digit) for digit in range(10)]
        row_of(label(text, "muted"), *self._chips, STRETCH, inside=self, spacing=3)
        self.show_answer(None, is_one_digit=False)

    def show_answer(self, digit: int | None, *, is_one_digit: bool) -> None:
        """Let a digit be chosen if one digit is drawn, and mark the one that the network answers, if any."""
        self.setEnabled(is_one_digit)
        for number, chip in enumerate(self._chips):
            is_answer = is_one_digit and number == digit
            if chip.property("answer") != is_answer:
                chip.setProperty("answer", is_answer)
                chip.setAccessibleDescription("The answer of the network" if is_answer else "")
                repolish(chip)

    def _chip(self, digit: int) -> QPushButton:
        tip = f"Keep the drawing in My digits as {a_digit(digit)}"
        chip = button(str(digit), tip, lambda: self.chosen.emit(digit), shortcut=str(digit), look="chip")
        chip.setAccessibleName(f"It was {a_digit(digit)}")
        return chip
