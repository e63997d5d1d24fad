"""A row of small buttons, which ask which class it was."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.building import STRETCH, button, label, repolish, row_of
from digitgui.widgets.class_choice import ALL, MOST_CHIPS, NameBox, shortened
from digitgui.wording import a_class
from model.network.task import DIGITS, Task


class DigitButtons(QWidget):
    """Asks the mouse what a drawing was meant to be, as the digit keys ask the keyboard.

    There is a button for each class, or a list to type into where there are many. The class that the network takes
    the drawing for is filled. Nothing can be chosen until `show_answer` says that one digit, or another character,
    is drawn. All buttons are one stop of the Tab key; within it, the arrow keys move.

    Parameters
    ----------
    text : str
        Stands before them.
    tip : str
        What a press does, with ``{}`` for the class.
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
        self._task = DIGITS
        self._chips: list[QPushButton] = []
        self._box: NameBox | None = None
        self._row = row_of(label(text, "muted"), STRETCH, inside=self, spacing=3)
        self._fill()

    def set_task(self, task: Task) -> None:
        """Offer the classes of a task."""
        if task.class_names != self._task.class_names:
            self._task = task
            self._fill()

    def _fill(self) -> None:
        for old in (*self._chips, *filter(None, [self._box])):
            old.hide()
            old.deleteLater()
        self._chips, self._box = [], None
        if self._task.count > MOST_CHIPS:
            self._box = self._new_box()
            self._row.insertWidget(1, self._box)
        else:
            self._chips = [self._chip(number) for number in range(self._task.count)]
            for place, chip in enumerate(self._chips, 1):
                self._row.insertWidget(place, chip)
                chip.installEventFilter(self)
            self._take_stop(0)
        self.show_answer(None, is_one_digit=False)

    def _new_box(self) -> NameBox:
        box = NameBox(self._task.class_names, lambda: None, everything="Choose, or type a name", has_colors=False)
        box.setAccessibleName(self._text)

        def choose(_row: int) -> None:
            if box.chosen != ALL:
                self.chosen.emit(box.chosen)

        box.activated.connect(choose)
        return box

    def show_answer(self, digit: int | None, *, is_one_digit: bool) -> None:
        """Let a class be chosen if one picture is drawn, and mark the one that the network answers, if any."""
        self.setEnabled(is_one_digit)
        if self._box:
            self._box.choose(ALL if digit is None or not is_one_digit else digit)
            return
        for number, chip in enumerate(self._chips):
            is_answer = is_one_digit and number == digit
            if chip.property("answer") != is_answer:
                chip.setProperty("answer", is_answer)
                chip.setAccessibleDescription(self._marked if is_answer else "")
                repolish(chip)
        if digit is not None and not any(chip.hasFocus() for chip in self._chips):
            self._take_stop(digit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move from class to class by the arrow keys, Home and End."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self._chips:
            number = self._chips.index(watched)
            ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._chips) - 1}
            if event.key() in ARROWS:
                number = min(len(self._chips) - 1, max(0, number + sum(ARROWS[Qt.Key(event.key())])))
            elif event.key() in ends:
                number = ends[Qt.Key(event.key())]
            else:
                return super().eventFilter(watched, event)
            self._take_stop(number)
            self._chips[number].setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _take_stop(self, number: int) -> None:
        """Let the Tab key lead to this class, and to no other."""
        for digit, chip in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus if digit == number else Qt.FocusPolicy.NoFocus)

    def _chip(self, digit: int) -> QPushButton:
        name, what = self._task.class_names[digit], a_class(digit, self._task)
        key = name if self._task.are_characters else ""
        text = shortened(name).replace("&", "&&")
        tip = self._tip.format(what)
        chip = button(text, tip, lambda: self.chosen.emit(digit), shortcut=key, look="chip")
        chip.setAccessibleName(f"{self._text} {what}")
        return chip
