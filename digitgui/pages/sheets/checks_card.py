"""What the numbers of columns must look like, written by a person: with what nearly all readings suggest."""

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QWidget

from digitgui.documents.sheet_layout import SheetLayout
from digitgui.pages.sheets.focused_button import clicked_focused
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, set_look, show_text, switch
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.flow_layout import FlowLayout
from model.sheets.column_forms import ColumnForm
from model.sheets.form_words import in_words

__all__ = ["ChecksCard"]

NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
GAPS, WIDE_GAPS = re.compile(r"[;,\s]+"), re.compile(r"[;\s]+")
"""Between numbers; a comma belongs to its number where they stand apart otherwise."""
SPAN = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
NARROW = 6
"""Letters that a choice shows at the least."""
DECIMALS = {
    "": "any decimals",
    "0": "whole numbers",
    "1": "one decimal",
    "2": "two decimals",
    "3": "three decimals",
}
BEFORE = {"": "any in front", **{str(count): f"at most {count} in front" for count in range(1, 7)}}
ACROSS = {"": "any", "sum": "sum of columns", "mean": "mean of columns"}
DOWN = {
    "": "any",
    "rises": "each is one more than above",
    "sum": "the last row is the sum of the others",
    "mean": "the last row is the mean of the others",
}


class ChecksCard(QFrame):
    """Lets a person say what is known of columns.

    Signals
    -------
    closed()
        It is no longer wanted.
    """

    closed = Signal()

    def __init__(self, layout: SheetLayout) -> None:
        super().__init__()
        self.setObjectName("card")
        self._layout = layout
        self._form = ColumnForm()
        self._guess: ColumnForm | None = None
        self._switches: list[QCheckBox] = []
        self._columns = FlowLayout(spacing=6)
        self.decimals = _choice(DECIMALS, "Digits after the point")
        self.before = _choice(BEFORE, "Digits before the point")
        self.smallest, self.largest = _line("Smallest", "smallest"), _line("Largest", "largest")
        self.choices = _line("Only these", "any numbers, such as 0; 0.5; 1")
        self.across, self.down = (
            _choice(ACROSS, "What it is of its row"),
            _choice(DOWN, "What holds down the column"),
        )
        self.parts = _line("Columns that it is the sum or mean of", "such as 1-3, 5")
        self._guessed = label(name="muted", wrap=True)
        self.use = button(
            "Fill in", "Write into the fields what nearly all sure readings show", self._use, look="small"
        )
        self._problem = label(tone="warning", wrap=True)
        self.apply = button(
            "Use these checks", "Choose among the readings by them", self._apply, look="primary", name="check"
        )
        self.remove = button("No checks", "Take the checks of these columns away", self._remove)
        cancel = button("Cancel", "Leave the checks as they are", self.closed.emit)
        every = button("All columns", "Choose all columns", self._choose_all, look="small")
        self.across.chosen_changed.connect(lambda chosen: self.parts.setEnabled(bool(chosen)))
        column_of(
            row_of(label("Checks of columns", "cardTitle"), STRETCH, every),
            self._columns,
            self._fields(),
            row_of((self._guessed, 1), self.use, spacing=8),
            self._problem,
            row_of(self.apply, self.remove, cancel, STRETCH, spacing=8),
            STRETCH,
            inside=self,
            margin=16,
            spacing=8,
        )

    @property
    def columns(self) -> list[int]:
        """The columns that are chosen, from 0."""
        return [number for number, one in enumerate(self._switches) if one.isChecked()]

    def open_for(self, column: int) -> None:
        """Show what is known of a column."""
        layout = self._layout.layout
        if layout is None or column >= layout.columns:
            return
        for one in self._switches:
            self._columns.removeWidget(one)
            one.deleteLater()
        names = [name or str(number) for number, name in enumerate(layout.column_names, 1)]
        self._switches = [self._switch(name) for name in names]
        self._switches[column].setChecked(True)
        self._show(layout.forms.get(column, ColumnForm()))
        self.remove.setEnabled(column in layout.forms)
        show_text(self._problem, "")
        self._suggest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave no key to the page: Enter uses the checks, or clicks a button, and Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not clicked_focused(self):
                self._apply()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        event.accept()

    def _choose_all(self) -> None:
        for one in self._switches:
            one.setChecked(True)
        self._suggest()

    def _switch(self, name: str) -> QCheckBox:
        one = switch(name.replace("&", "&&"), f"Include column {name}", self._suggest)
        self._columns.addWidget(one)
        return one

    def _fields(self) -> QWidget:
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        rows: Sequence[tuple[str, Sequence[QWidget]]] = (
            ("Digits", (self.decimals, self.before)),
            ("Range", (self.smallest, self.largest)),
            ("Only these", (self.choices,)),
            ("In a row", (self.across, self.parts)),
            ("Down", (self.down,)),
        )
        for row, (words, fields) in enumerate(rows):
            grid.addWidget(label(words, "muted"), row, 0)
            for place, field in enumerate(fields, 1):
                grid.addWidget(field, row, place, 1, 1 if len(fields) > 1 else 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return whole

    # what is suggested

    def _suggest(self) -> None:
        self._guess = self._layout.likely_form(self.columns)
        if self._guess is None:
            self._guessed.setText(
                "Too few sure readings to suggest anything" if self.columns else "Choose columns"
            )
        else:
            self._guessed.setText(f"Nearly all sure readings: {in_words(self._guess)}")
        self.use.setVisible(self._guess is not None)
        self.apply.setEnabled(bool(self.columns))

    def _use(self) -> None:
        if self._guess is not None:
            self._show(self._guess)

    # what is written

    def _show(self, form: ColumnForm) -> None:
        self._form = form
        self.decimals.choose(_text(form.after))
        self.before.choose(_text(form.before))
        self.smallest.setText(_text(form.smallest))
        self.largest.setText(_text(form.largest))
        self.choices.setText(", ".join(form.choices))
        self.across.choose("sum" if form.sum_of else "mean" if form.mean_of else "")
        self.parts.setText(", ".join(str(column + 1) for column in form.sum_of or form.mean_of))
        self.parts.setEnabled(bool(self.across.chosen))
        self.down.choose("rises" if form.rises else form.last_row)
        for line in (self.smallest, self.largest, self.choices, self.parts):
            set_look(line, "wrong", value=False)

    def _read(self) -> ColumnForm:
        """Return what is written.

        Raises
        ------
        ValueError
            With the field that is wrong, and why.
        """
        smallest, largest = _number(self.smallest), _number(self.largest)
        if smallest is not None and largest is not None and smallest > largest:
            raise ValueError(self.largest, f"expected a largest number of {smallest:g} or more, found {largest:g}")
        across, down = self.across.chosen, self.down.chosen
        parts = self._parts() if across else ()
        return replace(  # what has no field here stays
            self._form,
            before=int(self.before.chosen) if self.before.chosen else None,
            after=int(self.decimals.chosen) if self.decimals.chosen else None,
            smallest=smallest,
            largest=largest,
            choices=_choices(self.choices),
            rises=down == "rises",
            sum_of=parts if across == "sum" else (),
            mean_of=parts if across == "mean" else (),
            last_row="sum" if down == "sum" else "mean" if down == "mean" else "",
        )

    def _parts(self) -> tuple[int, ...]:
        numbers: list[int] = []
        text = SPAN.sub(lambda span: " ".join(map(str, range(int(span[1]), int(span[2]) + 1))), self.parts.text())
        for word in filter(None, GAPS.split(text)):
            if not word.isdecimal() or not 1 <= int(word) <= len(self._switches):
                raise ValueError(self.parts, f"expected columns from 1 to {len(self._switches)}, found {word}")
            if int(word) - 1 in self.columns:
                raise ValueError(self.parts, f"expected other columns than {word} itself")
            numbers.append(int(word) - 1)
        if not numbers:
            raise ValueError(self.parts, "expected the columns that it is made of, such as 1-3")
        return tuple(dict.fromkeys(numbers))

    def _apply(self) -> None:
        for line in (self.smallest, self.largest, self.choices, self.parts):
            set_look(line, "wrong", value=False)
        try:
            form = self._read()
        except ValueError as error:
            line, words = error.args
            set_look(line, "wrong", value=True)
            show_text(self._problem, f"{line.accessibleName()}: {words}")
            line.setFocus()
            return
        self._layout.set_forms(self.columns, form)
        self.closed.emit()

    def _remove(self) -> None:
        self._layout.set_forms(self.columns, ColumnForm())
        self.closed.emit()


def _choice(names: dict[str, str], tip: str) -> ChoiceBox:
    box = ChoiceBox(dict.fromkeys(names, ""), tip, names)
    box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(NARROW)
    return box


def _line(name: str, hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    return line


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _number(line: QLineEdit) -> float | None:
    text = line.text().strip()
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise ValueError(line, f"expected a number such as -3.5, found {text}")
    return float(text.replace(",", ".").replace("−", "-"))


def _choices(line: QLineEdit) -> tuple[str, ...]:
    text = line.text().strip(" ;,")
    words = [word.strip(",") for word in (WIDE_GAPS if WIDE_GAPS.search(text) else GAPS).split(text)]
    words = [word.replace("−", "-").replace(",", ".") for word in words if word]
    wrong = next((word for word in words if not NUMBER.fullmatch(word)), None)
    if wrong is not None:
        raise ValueError(line, f"expected numbers such as 0, 5, 10, found {wrong}")
    return tuple(dict.fromkeys(words))
