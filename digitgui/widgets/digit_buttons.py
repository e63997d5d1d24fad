"""A row of ten small buttons, which ask which digit it was."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from digitgui.widgets.building import button, label

__all__ = ["DigitButtons"]


class DigitButtons(QWidget):
    """Asks the mouse what a drawing was meant to be, as the digit keys ask the keyboard.

    Signals
    -------
    chosen(int)
    """

    chosen = Signal(int)

    def __init__(self, text: str = "It was") -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(label(text, "muted"))
        for digit in range(10):
            layout.addWidget(self._chip(digit))
        layout.addStretch(1)

    def _chip(self, digit: int) -> QWidget:
        tip = f"Keep the drawing in My digits as a {digit}"
        chip = button(str(digit), tip, lambda: self.chosen.emit(digit), shortcut=str(digit), look="chip")
        chip.setAccessibleName(f"It was a {digit}")
        return chip
