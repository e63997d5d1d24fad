"""Choosing a class: a chip for each of a few, a box to type into for many."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QCompleter, QLabel, QPushButton, QWidget

from digitgui.looks.class_looks import class_icon, patch_size
from digitgui.widgets.building import button, capitalised
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.scrolling import leave_wheel
from model.network.task import DIGITS, Task
from model.wording import of_classes, speaks_of_digits

ALL = 1000
"""In the place of a class: all of them. There are at most 200."""
MOST_CHIPS = 12
LONGEST_CHIP = 16
"""Letters of a name on a chip."""


class ClassChoice(QWidget):
    """Lets one class be chosen, or all.

    Parameters
    ----------
    tip : str
        What is done with the pictures of a class, before its name: ``Show the pictures labelled``.
    tip_for_all : str
        What all is for.
    choose : callable
        Is called when the user has chosen.
    has_colors : bool
        Whether the colours of the classes are shown.
    """

    def __init__(
        self, tip: str, tip_for_all: str, choose: Callable[[], object], *, has_colors: bool = False
    ) -> None:
        super().__init__()
        self._tip, self._tip_for_all, self._choose, self._has_colors = tip, tip_for_all, choose, has_colors
        self._names: tuple[str, ...] = ()
        self._row = FlowLayout(spacing=3)
        self.setLayout(self._row)
        self.group = QButtonGroup(self)
        self.box: NameBox | None = None
        self.set_names(DIGITS.class_names)

    @property
    def chosen(self) -> int:
        """The class that is chosen, or `ALL`."""
        return self.box.chosen if self.box else self.group.checkedId()

    def choose(self, number: int) -> None:
        """Choose a class, or `ALL`; the callable is not called."""
        if self.box:
            self.box.choose(number)
        else:
            self.group.button(number).setChecked(True)

    def set_names(self, names: tuple[str, ...]) -> None:
        """Offer classes with these names; all are chosen at first."""
        if names == self._names:
            return
        self._names = names
        for one in self.group.buttons():
            self.group.removeButton(one)
        _empty(self._row)
        self.box = None
        if len(names) > MOST_CHIPS:
            self.box = NameBox(names, self._choose, everything="All classes", has_colors=self._has_colors)
            self.box.setToolTip(f"{self._tip} a class: choose it, or type its name")
            self._row.addWidget(self.box)
            return
        is_of_digits = speaks_of_digits(names)
        self._add(ALL, "All", self._tip_for_all if is_of_digits else of_classes(self._tip_for_all))
        for number, name in enumerate(names):
            self._add(number, name, f"{self._tip} {name}")
        self.group.button(ALL).setChecked(True)

    def _add(self, number: int, name: str, tip: str) -> None:
        one = name_chip(name, tip, self._choose)
        one.setCheckable(True)
        self.group.addButton(one, number)
        if self._has_colors and number != ALL:
            one.setIcon(class_icon(number))
            one.setIconSize(patch_size())
        self._row.addWidget(one)


class ClassButtons(QWidget):
    """Says which class pictures are: a press is an action, and nothing stays chosen.

    Parameters
    ----------
    caption : QLabel
        What stands before them.

    Signals
    -------
    pressed(int)
        A class.
    """

    pressed = Signal(int)

    def __init__(self, caption: QLabel) -> None:
        super().__init__()
        self.caption, self._task = caption, DIGITS
        self._row = FlowLayout(spacing=3)
        self.setLayout(self._row)
        self._fill()

    def set_task(self, task: Task) -> None:
        """Offer the classes of a task."""
        if task.class_names != self._task.class_names:
            self._task = task
            self._fill()

    def _fill(self) -> None:
        task = self._task
        _empty(self._row, self.caption)
        self._row.addWidget(self.caption)
        if task.count > MOST_CHIPS:
            box = NameBox(task.class_names, lambda: None, everything="Choose, or type a name", has_colors=False)
            box.setToolTip("Give the selected pictures another label")

            def give(_row: int) -> None:
                if box.chosen != ALL:
                    self.pressed.emit(box.chosen)
                    box.choose(ALL)

            box.activated.connect(give)
            self._row.addWidget(box)
            return
        for number, name in enumerate(task.class_names):
            key = f" (key {name})" if task.are_characters else ""
            tip = f"Give the selected pictures the label {name}{key}"
            self._row.addWidget(name_chip(name, tip, lambda number=number: self.pressed.emit(number)))  # type: ignore[misc]


class NameBox(QComboBox):
    """A list of all classes, into which a part of a name can be typed.

    Parameters
    ----------
    names : tuple of str
    choose : callable
        Is called when the user has chosen.
    everything : str
        What stands first, for none of them.
    has_colors : bool
    """

    def __init__(
        self, names: tuple[str, ...], choose: Callable[[], object], *, everything: str, has_colors: bool
    ) -> None:
        super().__init__()
        self.addItem(everything)
        for number, name in enumerate(names):
            if has_colors:
                self.addItem(class_icon(number), name)
            else:
                self.addItem(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.setIconSize(patch_size())
        self.setMaxVisibleItems(20)
        self.setAccessibleName(capitalised(everything))
        leave_wheel(self)
        self.activated.connect(lambda _row: choose())
        field = self.lineEdit()
        assert field
        field.editingFinished.connect(self._read)

    @property
    def chosen(self) -> int:
        """The class that is chosen, or `ALL`."""
        return self.currentIndex() - 1 if self.currentIndex() > 0 else ALL

    def choose(self, number: int) -> None:
        """Choose a class, or `ALL`; the callable is not called."""
        with QSignalBlocker(self):
            self.setCurrentIndex(0 if number == ALL else number + 1)

    def _read(self) -> None:
        """Show again what is chosen where something else was typed."""
        text = self.itemText(self.currentIndex())
        if self.currentText() != text:
            self.setEditText(text)


def name_chip(name: str, tip: str, on_click: Callable[[], object]) -> QPushButton:
    """Make a chip with the name of a class, shortened if it is long."""
    return button(shortened(name).replace("&", "&&"), tip, on_click, look="chip")


def shortened(name: str) -> str:
    """Leave out the middle of a long name."""
    half = LONGEST_CHIP // 2
    return name if len(name) <= LONGEST_CHIP else f"{name[: half - 1]}…{name[-half:]}"


def _empty(row: FlowLayout, kept: QWidget | None = None) -> None:
    while item := row.takeAt(0):
        widget = item.widget()
        if widget is not None and widget is not kept:
            widget.hide()
            widget.deleteLater()
