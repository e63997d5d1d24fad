"""One setting that a sweep varies: which, and the values that it tries."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from digitgui.runs.run_wording import setting_name
from digitgui.runs.sweep_request import SAMPLES, known_values, values_from
from digitgui.widgets.building import button, set_look
from digitgui.widgets.choice_box import ChoiceBox
from model.errors import ConfigError
from model.sweeps.search_space import Range
from model.training.settings import SETTING_OF


class VariedSetting(QWidget):
    """A row of a form; where its values are wrong they are marked, and the row does not grow.

    Attributes
    ----------
    problem : str
        What is wrong with the values; empty if nothing is.

    Signals
    -------
    changed()
    removed(VariedSetting)
        A person wants it gone.
    """

    changed = Signal()
    removed = Signal(object)

    def __init__(self, option: str) -> None:
        super().__init__()
        names = {option: setting_name(SETTING_OF[option]) for option in SAMPLES}
        self.setting = ChoiceBox(dict.fromkeys(SAMPLES, ""), "Setting to vary", names)
        self.setting.choose(option)
        self.values = QLineEdit(SAMPLES[option])
        self.values.setAccessibleName("Values to try")
        self.problem = ""
        self._remove = button("Remove", "Stop varying this setting", lambda: self.removed.emit(self))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.addWidget(self.setting, 0, 0)
        grid.addWidget(self.values, 0, 1)
        grid.addWidget(self._remove, 0, 2)
        grid.setColumnStretch(1, 1)
        self.setting.chosen_changed.connect(self._take_setting)
        self.values.textChanged.connect(self.changed)
        self._explain()

    @property
    def option(self) -> str:
        """Which setting it is, by its option."""
        return self.setting.chosen

    def read(self, taken: Sequence[str]) -> Sequence[Any] | Range | None:
        """Return the values, or mark them as wrong and note why in `problem`; None then.

        Parameters
        ----------
        taken : sequence of str
            Options that other rows vary already.
        """
        try:
            if self.option in taken:
                raise ConfigError("is already varied above", SETTING_OF[self.option])
            values = values_from(self.option, self.values.text())
        except ConfigError as error:
            text = error.called(setting_name(SETTING_OF[self.option]))
            self._note(f"{text[:1].upper()}{text[1:]}.")
            return None
        self._note("")
        return values

    def set_removable(self, removable: bool) -> None:
        """Let it be removed, or not, where it is the last."""
        self._remove.setEnabled(removable)

    def _take_setting(self) -> None:
        self.values.setText(SAMPLES[self.option])
        self._explain()
        self.changed.emit()

    def _note(self, problem: str) -> None:
        self.problem = problem
        set_look(self.values, "wrong", bool(problem))
        self._explain()

    def _explain(self) -> None:
        told = known_values(self.option)
        self.values.setPlaceholderText(told)
        self.values.setToolTip(self.problem or told)
        self.values.setAccessibleDescription(self.problem or told)
