"""A choice out of some values, each with a name that is read and a sentence that explains it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from digitgui.widgets.building import capitalised, wrapped
from digitgui.widgets.scrolling import leave_wheel


class ChoiceBox(QComboBox):
    """Knows what is chosen by its value, not by what is read.

    Parameters
    ----------
    choices : mapping of str to str
        Values, with a sentence for each, which may be empty.
    tip : str
        What is chosen here.
    names : mapping of str to str, optional
        What is read in the place of a value.

    Signals
    -------
    chosen_changed(str)
        Another value is chosen.
    """

    chosen_changed = Signal(str)

    def __init__(self, choices: Mapping[str, str], tip: str, names: Mapping[str, str] | None = None) -> None:
        super().__init__()
        for value, sentence in choices.items():
            self.addItem((names or {}).get(value, str(value)), str(value))
            self.explain(value, sentence)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        leave_wheel(self)
        self.currentIndexChanged.connect(self._tell)

    @property
    def chosen(self) -> str:
        """The value that is chosen."""
        return str(self.currentData())

    def choose(self, value: str) -> None:
        """Choose a value, if it is one of these."""
        row = self.findData(str(value))
        if row >= 0:
            self.setCurrentIndex(row)

    def explain(self, value: str, sentence: str) -> None:
        """Give a value another sentence."""
        told = sentence if "\n" in sentence else wrapped(sentence)
        self.setItemData(self.findData(str(value)), told or None, Qt.ItemDataRole.ToolTipRole)

    def _tell(self) -> None:
        self.chosen_changed.emit(self.chosen)


def word_choice(choices: Mapping[Any, str], tip: str) -> ChoiceBox:
    """Make a choice whose values are words to be read, with a sentence for each."""
    return ChoiceBox(choices, tip, {value: capitalised(str(value)) for value in choices})
