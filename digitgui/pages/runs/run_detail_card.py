"""One run: what can be done with it, what came of it, how it was made, and what a person says of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QPlainTextEdit, QPushButton, QWidget

from digitgui.asking import file_dialogs
from digitgui.looks.sizes import by_text
from digitgui.runs.run_wording import begun_locally, names_apart, own_settings, setting_name, sweep_folder_of
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, capitalised, column_of, keep_width, label, row_of
from digitgui.widgets.facts import Facts
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.widgets.tables.number_table import NumberTable
from digitgui.widgets.tables.small_confusion import SmallConfusion
from digitgui.wording import duration, percent
from model.network.task import numbered
from model.runs.run_record import RUNNING, RunRecord
from model.wording import setting_text, speaks_of_digits

NOTE_LINES = 3
MOST_ROWS = 20
"""Of the classification report."""
LEAST_WIDTH = 268
"""Pixels at the least, inside the card."""


class RunDetailCard(QFrame):
    """Shows one run, or says how many are selected.

    Parameters
    ----------
    session : Session
    delete : callable
        Deletes the selected runs.
    """

    def __init__(self, session: Session, delete: Any) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._record: RunRecord | None = None
        self._name = label(name="strong", wrap=True)
        self._state = label(name="muted", wrap=True)
        self._facts = Facts()
        self.confusion = SmallConfusion()
        self._confusion_title = label("Confusion matrix", "cardTitle")
        self.digits = NumberTable(["Digit", "precision", "recall", "F1", "pictures"], 10)
        self._digits_title = label("Classification report", "cardTitle", wrap=True)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("Write a note about this run")
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.installEventFilter(self)
        self.report_button = button("Report…", "", self._report, look="small", name="reportOnRun")
        head = row_of((self._name, 1), (self.report_button, 0, Qt.AlignmentFlag.AlignTop))
        column_of(
            head, self._state, self._buttons(delete), (self._scrolled(), 1), inside=self, margin=16, spacing=8
        )
        keep_width(self, LEAST_WIDTH)
        session.trainings.run.state_changed.connect(lambda _state: self._enable())
        self.show_run(None, [])

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Keep room for some lines of the note."""
        self.note.setFixedHeight(NOTE_LINES * self.note.fontMetrics().lineSpacing() + by_text(24))

    def show_run(self, record: RunRecord | None, selected: Sequence[str]) -> None:
        """Show a run; what has been written about the one before is kept first."""
        before, self._record = self._record, record
        if before and (record is None or record.id != before.id):
            self._keep_note(before)
        self._selected = selected
        if record is not before:
            self._show(record, is_other=record is None or before is None or record.id != before.id)
        self._enable()

    def keep_note(self) -> None:
        """Keep what has been written so far."""
        if self._record:
            self._keep_note(self._record)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the note when the keyboard leaves it."""
        if watched is self.note and event.type() == QEvent.Type.FocusOut:
            self.keep_note()
        return super().eventFilter(watched, event)

    @property
    def is_written(self) -> bool:
        """Whether the keyboard is here, so that another run would take it away from a note."""
        return self.isAncestorOf(QApplication.focusWidget() or self)

    def _keep_note(self, record: RunRecord) -> None:
        if self.note.toPlainText() != record.notes.note:
            self._session.runs.set_note(record.id, self.note.toPlainText())

    def _buttons(self, delete: Any) -> QGridLayout:
        self.open_button = button("Open its network", "", self._open, name="openRun")
        self.continue_button = button("Continue", "", self._continue, name="continueRun")
        self.again_button = button("Train again", "", self._again, name="trainRunAgain")
        self.delete_button = button("Delete", "", delete, name="deleteRun")
        grid = QGridLayout()
        grid.setSpacing(8)
        chosen = (self.open_button, self.continue_button, self.again_button, self.delete_button)
        for number, one in enumerate(chosen):
            grid.addWidget(one, number // 2, number % 2)
        return grid

    def _scrolled(self) -> ScrollColumn:
        inside = QWidget()
        note = (label("Note", "cardTitle"), self.note)
        tables = (self._confusion_title, self.confusion, self._digits_title, self.digits)
        layout = column_of(*note, self._facts, *tables, STRETCH, inside=inside, spacing=8)
        layout.setContentsMargins(0, 4, 8, 0)
        return ScrollColumn(inside)

    def _show(self, record: RunRecord | None, *, is_other: bool) -> None:
        called = names_apart(self._session.runs.records) if record else {}
        self._name.setText(called.get(record.id, record.name) if record else "No run is selected")
        planted = " · a fault is planted in it, for a lesson" if record and "fault" in record.extra else ""
        told = f"{capitalised(record.state)} · started {begun_locally(record)}{planted}" if record else ""
        self._state.setText(told)
        self.note.setEnabled(record is not None)
        if is_other or not self.note.hasFocus():
            self.note.setPlainText(record.notes.note if record else "")
        self._facts.show_sections(_sections(record) if record else [])
        confusion = record.report["confusion"] if record and record.report else None
        for part in (self.confusion, self._confusion_title):
            part.setVisible(confusion is not None)
        if confusion is not None:
            names = names_in(record.report) if record and record.report else ()
            self.confusion.show_counts(np.array(confusion), names)
        self._show_digits(record.report if record and record.report else None)

    def _show_digits(self, report: dict[str, Any] | None) -> None:
        """Show a classification report, as `model.judging.scores.Scores.report` has it, if it was recorded."""
        names = names_in(report) if report else ()
        rows = report.get("digits", {}) if report else {}
        is_known = bool(names) and all(name in rows for name in names)
        for part in (self.digits, self._digits_title):
            part.setVisible(is_known)
        if not is_known:
            return
        title = "Classification report"
        if len(names) > MOST_ROWS:
            names = tuple(sorted(names, key=lambda name: rows[name]["f1-score"])[:MOST_ROWS])
            title = f"{title}: the {MOST_ROWS} classes with the lowest F1"
        self._digits_title.setText(title)
        head = "Digit" if speaks_of_digits(names) else "Class"
        self.digits.show_table([head, "precision", "recall", "F1", "pictures"], len(names))
        for number, name in enumerate(names):
            figures = [f"{rows[name][figure]:.3f}" for figure in ("precision", "recall", "f1-score")]
            self.digits.show_row(number, [name, *figures, f"{rows[name]['support']:,.0f}"])

    @property
    def folders(self) -> list[Path]:
        """What is reported on: the sweep whose runs are selected, or the runs; empty without any."""
        if len(self._selected) > 1:
            sweep = self._sweep
            return [Path(sweep)] if sweep else [self._session.runs.store.folder_of(run) for run in self._selected]
        return [self._session.runs.store.folder_of(self._record.id)] if self._record else []

    @property
    def _sweep(self) -> str:
        """The folder of the sweep that all selected runs belong to; empty if it is not one."""
        records = [self._session.runs.record(run) for run in self._selected]
        sweeps = {sweep_folder_of(record) for record in records if record}
        return sweeps.pop() if len(sweeps) == 1 else ""

    def _enable(self) -> None:
        record = self._record
        _allow(self.open_button, "Open the network of this run", self._why_not_open(record))
        tip = "Continue after its last whole epoch, as if it had never stopped"
        _allow(self.continue_button, tip, self._why_not_continue(record))
        tip = "Train a fresh network with the settings of this run"
        _allow(self.again_button, tip, self._why_not_train(record))
        _allow(self.delete_button, "Delete the selected runs (Delete)", "" if self._selected else NOTHING_SELECTED)

        of_what, button_text = "this run", "Report…"
        if len(self._selected) > 1:
            of_what = (
                "their sweep" if self._sweep else f"the {len(self._selected)} selected runs, which compares them"
            )
            button_text = "Report of the sweep…" if self._sweep else f"Report of {len(self._selected)} runs…"
        self.report_button.setText(button_text)
        tip = f"Save a report of {of_what} as HTML, to read or print in a browser"
        _allow(self.report_button, tip, self._why_not_report(record))

    def _why_not_report(self, record: RunRecord | None) -> str:
        if len(self._selected) > 1:
            return ""
        if record is None:
            return NOTHING_SELECTED
        return "It is running in a sweep" if record.sweep and record.state == RUNNING else ""

    def _why_not_open(self, record: RunRecord | None) -> str:
        if record is None:
            return NOTHING_SELECTED
        store = self._session.runs.store
        has_network = store.model_file(record.id).exists() or store.checkpoint_file(record.id).exists()
        return "" if has_network else "It has no network: it ended before one was kept"

    def _why_not_continue(self, record: RunRecord | None) -> str:
        if record is not None and record.state == RUNNING:
            return "It is running"
        if record is not None and not self._session.runs.store.checkpoint_file(record.id).exists():
            is_done = self._session.runs.store.model_file(record.id).exists()
            return "It is finished: there is nothing left to continue" if is_done else "It has no checkpoint"
        return self._why_not_train(record)

    def _why_not_train(self, record: RunRecord | None) -> str:
        if record is None:
            return NOTHING_SELECTED
        return "A network is being trained: stop it first" if self._session.trainings.run.is_active else ""

    def _open(self) -> None:
        if self._record:
            self._session.trainings.open_network(self._record.id)

    def _continue(self) -> None:
        if self._record:
            self._session.trainings.continue_(self._record.id)

    def _report(self) -> None:
        session, folders = self._session, self.folders
        if folders:
            name = self._name.text()
            if len(self._selected) > 1:
                name = folders[0].name if self._sweep else f"{len(folders)} runs"
            target = file_dialogs.ask_report_target(self, session.settings, name)
            if target:
                session.reports.write(folders, target)

    def _again(self) -> None:
        if self._record:
            self._session.trainings.start_again(self._record)


def names_in(report: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the classes in a final report, or their numbers where it has none."""
    classes = len(report["confusion"])
    rows = report.get("digits", {})
    names = tuple(key for key, row in rows.items() if isinstance(row, dict) and not key.endswith(" avg"))
    return names if len(names) == classes else numbered(classes)


NOTHING_SELECTED = "Select a run first"


def _sections(record: RunRecord) -> list[tuple[str, list[tuple[str, str]]]]:
    settings = [(setting_name(key), setting_text(value)) for key, value in own_settings(record).items()]
    made = [("Network", record.arch), *settings]
    told = [("Time", duration(record.seconds)), ("Written by", str(record.description.get("written_by", "–")))]
    told.append(("Environment", str(record.description.get("environment", "–"))))
    return [
        *_report(record),
        ("Non-default settings", made),
        ("Data", _data(record)),
        ("Origin", told),
    ]


def _report(record: RunRecord) -> list[tuple[str, list[tuple[str, str]]]]:
    report = record.report
    if report is None:
        return []
    facts = [(name, report[key]) for name, key in (("Accuracy", "accuracy"), ("Macro F1", "macro_f1"))]
    texts = [(name, "–" if figure is None else percent(figure)) for name, figure in facts]
    loss = report["loss"]
    texts.insert(1, ("Loss", "–" if loss is None else f"{loss:.4f}"))
    return [(f"Final report, {report['count']:,} {report['part']} pictures", texts)]


def _data(record: RunRecord) -> list[tuple[str, str]]:
    data = record.data
    facts = [("Name", str(data["name"])), ("Learned from", f"{data.get('train_pictures', 0):,} pictures")]
    if data.get("edits"):
        facts.append(("Corrections", str(data["edits"])))
    return [*facts, ("Fingerprint", str(data["sha256"])[:12])]


def _allow(chosen: QPushButton, tip: str, why_not: str) -> None:
    chosen.setEnabled(not why_not)
    chosen.setToolTip(why_not or tip)
    chosen.setAccessibleDescription(why_not or tip)
