"""What a new sweep is asked: what it varies, how, and how it is called."""

import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QVBoxLayout, QWidget

from digitgui.pages.page import Surroundings
from digitgui.pages.runs.varied_setting import VariedSetting
from digitgui.runs.run_wording import setting_name
from digitgui.runs.sweep_request import SAMPLES, SweepRequest
from digitgui.runs.sweeps import CORES
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, card_of, column_of, label, row_of, show_text
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.facts import Facts
from digitgui.widgets.number_fields import WholeField
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.wording import sentence_of
from model.errors import ConfigError
from model.training.settings import SETTING_NAMES, SETTING_OF
from model.wording import setting_text

EVERY, RANDOM, HALVING = "every", "random", "halving"
METHODS = {
    EVERY: "Every value of every setting with every other",
    RANDOM: "A random sample; ranges allowed",
    HALVING: "All briefly, the best third for three times as long, and so on up to all epochs",
}
METHOD_NAMES = {EVERY: "Every combination", RANDOM: "Random combinations", HALVING: "Successive halving"}
MOST_FOLDS = 10
MOST_SETTINGS = 6
NAME = re.compile(r"[\w()+,-][\w .()+,-]{0,59}")


class SweepForm(QWidget):
    """A page of controls; what is wrong is told beside them, and nothing begins before it is right.

    Parameters
    ----------
    session : Session
    surroundings : Surroundings
        Whose settings of the Train page hold for all that is not varied.

    Signals
    -------
    closed()
        The sweep has begun, or will not.
    """

    closed = Signal()

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__()
        self._session, self._surroundings = session, surroundings
        self._request: SweepRequest | None = None
        self.rows: list[VariedSetting] = []
        self.method = ChoiceBox(METHODS, "Which combinations are trained", METHOD_NAMES)
        self.count = WholeField(1, 500, "How many combinations are drawn")
        self.count.setValue(12)
        tip = "Cross-validation: this many runs per combination, each measured on another fold"
        self.folds = WholeField(1, MOST_FOLDS, tip)
        self.folds.setSpecialValueText("Off")
        self.workers = WholeField(1, CORES, f"Runs at the same time; there are {CORES} processor cores here")
        self.workers.setValue(CORES)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the sweep")
        self._name_problem = label(wrap=True, tone="warning")
        self._runs = label(name="figure")
        self._words = label(name="muted", wrap=True)
        self._problem = label(wrap=True, tone="warning")
        self._facts = Facts()
        row_of((self._asked_card(), 3), (self._told_card(), 2), inside=self, spacing=16)
        for option in ("lr", "arch"):
            self.add_setting(option)
        self.name.textChanged.connect(self._read)
        self.method.chosen_changed.connect(self._read)
        for box in (self.count, self.folds, self.workers):
            box.valueChanged.connect(self._read)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the settings of the Train page, and a name that is free."""
        super().showEvent(event)
        self.name.setText(self._session.sweeps.free_name(self.name.text() or "sweep"))
        self._read()

    def add_setting(self, option: str = "") -> None:
        """Vary one more setting: the first that is not varied yet if none is named."""
        varied = [row.option for row in self.rows]
        row = VariedSetting(option or next(name for name in SAMPLES if name not in varied))
        self.rows.append(row)
        self._rows_layout.addWidget(row)
        row.changed.connect(self._read)
        row.removed.connect(self._remove)
        self._read()

    def start(self) -> None:
        """Begin the sweep."""
        sweeps, name = self._session.sweeps, self.name.text().strip()
        fields = {"Combinations": self.count, "Folds": self.folds, "Runs at a time": self.workers}
        for title, field in fields.items():
            if field.isVisible() and not field.commit():
                field.setFocus()
                self._show_problems([f"{title}: {field.expected}."])
                return
        if self._request and sweeps.start(name, self._request, self.workers.value()):
            self.closed.emit()

    def _remove(self, row: VariedSetting) -> None:
        self.rows.remove(row)
        self._rows_layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._read()

    def _read(self) -> None:
        """Read what stands there, and tell what follows, or what is wrong."""
        choices: dict[str, Any] = {}
        has_problem = False
        for row in self.rows:
            values = row.read(list(choices))
            has_problem |= values is None
            if values is not None:
                choices[row.option] = values
            row.set_removable(len(self.rows) > 1)
        self._add.setEnabled(len(self.rows) < MOST_SETTINGS)
        self._form.setRowVisible(self.count, self.method.chosen == RANDOM)
        name_problem = self._why_not_name()
        show_text(self._name_problem, name_problem)
        self._request, problem = (None, "") if has_problem else self._asked(choices)
        self._tell()
        own = f"{problem[:1].upper()}{problem[1:]}." if problem else ""
        self._show_problems([*(row.problem for row in self.rows), own])
        is_right = self._request is not None and not name_problem
        self.start_button.setEnabled(is_right)
        tip = "Start in the background" if is_right else "Correct the form first"
        self.start_button.setToolTip(tip)

    def _asked(self, choices: dict[str, Any]) -> tuple[SweepRequest | None, str]:
        """Put it together; or return what is wrong with it."""
        method, folds = self.method.chosen, self.folds.value()
        try:
            request = SweepRequest(
                choices,
                self._surroundings.training_settings(),
                count=self.count.value() if method == RANDOM else 0,
                folds=folds if folds > 1 else 0,
                halving=method == HALVING,
            )
            if method != RANDOM:  # which draws in the other process
                request.plan()
        except ConfigError as error:
            return None, sentence_of(error)
        return request, ""

    def _why_not_name(self) -> str:
        name = self.name.text().strip()
        if not NAME.fullmatch(name) or name.endswith("."):
            return "Use letters, digits, spaces and - _ . , + ( ) in the name: a folder gets it."
        if self._session.sweeps.is_taken(name):
            return "There is already a sweep of this name: choose another."
        return ""

    def _show_problems(self, problems: list[str]) -> None:
        """Say what is wrong, where it moves no field."""
        show_text(self._problem, "\n".join(filter(None, problems)))

    def _tell(self) -> None:
        request, usual = self._request, self._surroundings.training_settings()
        self._runs.setText("–" if request is None else "1 run" if request.runs == 1 else f"{request.runs:,} runs")
        self._words.setText(request.in_words() if request else "")
        varied = {SETTING_OF[row.option] for row in self.rows}
        fixed = [name for name in SETTING_NAMES if name in usual and name not in varied]
        dataset = self._session.data.dataset
        folds = self.folds.value()
        compared = "its validation part" if folds == 1 else f"{folds} folds of it, in turn"
        self._facts.show_sections(
            [
                (
                    "Data (as it is now)",
                    [("Learns from", dataset.name), ("Compared by", compared), ("Reported on", "its test part")],
                ),
                (
                    "All other settings (from the Train page)",
                    [(setting_name(name), setting_text(usual[name])) for name in fixed],
                ),
            ]
        )

    # building

    def _asked_card(self) -> QFrame:
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(8)
        self._add = button("Add a setting", "Vary one more setting", self.add_setting, look="small")
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setVerticalSpacing(8)
        name = QWidget()
        column_of(self.name, self._name_problem, inside=name, spacing=4)
        for text, control in (
            ("Try", self.method),
            ("Combinations", self.count),
            ("Folds", self.folds),
            ("Runs at a time", self.workers),
            ("Name", name),
        ):
            caption = label(text, "muted")
            caption.setMinimumHeight(32)
            control.setAccessibleName(text)
            self._form.addRow(caption, control)
        return card_of(
            label("New sweep", "heading"),
            label("Settings to vary, and the values to try", "cardTitle"),
            self._rows_layout,
            (self._add, 0, Qt.AlignmentFlag.AlignLeft),
            self._form,
            STRETCH,
            spacing=12,
        )

    def _told_card(self) -> QFrame:
        self.start_button = button("Start sweep", "", self.start, look="primary", name="startSweep")
        cancel = button("Close", "Back to the runs", self.closed.emit, name="closeSweepForm")
        row = row_of(self.start_button, cancel, STRETCH, spacing=8)
        return card_of(
            label("It will take", "cardTitle"),
            self._runs,
            row,
            self._words,
            self._problem,
            8,
            (ScrollColumn(self._facts), 1),
            spacing=8,
        )
