"""The doctor: what a training shows, what helps, and how strong its steps are, layer by layer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from digitgui.pages.train.layers_table import LayersTable
from digitgui.widgets.building import button, capitalised, card_of, column_of, label
from digitgui.widgets.scrolling import ScrollColumn
from model.training.diagnosis import Course, Finding, Symptom, diagnose
from model.training.settings import SETTING_NAMES
from model.training.training_events import LayersMeasured

MOST_FINDINGS = 3
WELL = "Nothing unusual so far."
BEFORE = "While a network learns, the doctor tells here what goes wrong and what helps."
OF_DATA = (Symptom.CLASSES_MISSING, Symptom.NOT_LEARNING)
"""What no setting mends: the Data page is where to look."""


class DoctorCard(QFrame):
    """The gravest findings, each with its remedy, above the measurements.

    Signals
    -------
    wanted(Finding)
        Its remedy is to be applied.
    data_wanted()
        The data are to be looked at.
    """

    wanted = Signal(object)
    data_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._verdict = label(BEFORE, wrap=True)
        self.findings = [_FindingRow() for _ in range(MOST_FINDINGS)]
        self.table = LayersTable()
        self._measured = label(name="muted", wrap=True)
        for row in self.findings:
            row.wanted.connect(self._want)
        content = column_of(self._verdict, *self.findings, self.table, self._measured, spacing=12)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        card = card_of((ScrollColumn(inside), 1))
        column_of((card, 1), inside=self)
        self.show_course(None, runs=False)

    def show_course(self, course: Course | None, *, runs: bool) -> int:
        """Show what is to be said of a run; return how many findings there are.

        Parameters
        ----------
        course : Course or None
            None as long as there is no run.
        runs : bool
            Whether it goes on, so that its learning rate can still be changed.
        """
        found = diagnose(course)[:MOST_FINDINGS] if course else []
        begun = course is not None and course.history.images_seen > 0
        self._verdict.setText(WELL if begun else BEFORE)
        self._verdict.setVisible(not found)
        for number, row in enumerate(self.findings):
            row.show_finding(found[number] if number < len(found) else None, runs=runs)
        measured = course.measured if course else ()
        self.table.show_measured(measured)
        self._measured.setText(_caption(measured))
        self._measured.setVisible(bool(measured))
        return len(found)

    def _want(self, finding: Finding) -> None:
        if finding.symptom in OF_DATA:
            self.data_wanted.emit()
        else:
            self.wanted.emit(finding)


class _FindingRow(QWidget):
    """One finding, and the button that applies its remedy."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._finding: Finding | None = None
        self.head = label(name="strong", wrap=True)
        self.sees = label(wrap=True)
        self.remedy = label(name="muted", wrap=True)
        self.apply = button("Apply and train anew", "Set this, and begin a fresh training", self._ask)
        left = Qt.AlignmentFlag.AlignLeft
        column_of(self.head, self.sees, self.remedy, (self.apply, 0, left), inside=self, spacing=4)

    def show_finding(self, finding: Finding | None, *, runs: bool) -> None:
        """Show another finding, or none."""
        self._finding = finding
        self.setVisible(finding is not None)
        if finding is None:
            return
        self.head.setText(f"⚠ {capitalised(str(finding.symptom))}")
        self.sees.setText(finding.sees)
        self.remedy.setText(finding.remedy)
        self.apply.setVisible(bool(finding.changes) or finding.symptom in OF_DATA)
        changes = ", ".join(f"{SETTING_NAMES[name]} {value}" for name, value in finding.changes.items())
        if finding.symptom in OF_DATA:
            text, tip = "Show the data", "Go to the Data page"
        elif goes_on(finding) and runs:
            text, tip = "Apply now", f"{changes}: this training goes on with it"
        else:
            text, tip = "Apply and train anew", f"{changes}: begin a fresh training with it"
        if self.apply.text() != text:
            self.apply.setText(text)
        self.apply.setToolTip(tip)
        self.apply.setAccessibleDescription(tip)

    def _ask(self) -> None:
        if self._finding:
            self.wanted.emit(self._finding)


def goes_on(finding: Finding) -> bool:
    """Whether a run that goes on can take the remedy: of the settings, only the learning rate may change."""
    return not finding.anew and set(finding.changes) == {"learning_rate"}


def _caption(measured: Sequence[LayersMeasured]) -> str:
    if not measured:
        return ""
    last = measured[-1]
    return (
        f"Measured in step {last.step:,}; dead units on {last.pictures} pictures that it does not learn from. The"
        " thick part of each line is the usual range; steps below it (▾) are common late in a training."
    )
