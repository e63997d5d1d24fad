"""What a sweep has found: its combinations, and how good each is."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QTableWidget, QTableWidgetItem, QWidget

from digitgui.asking import file_dialogs
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import tabular
from digitgui.runs.run_wording import accuracy_text, setting_name
from digitgui.runs.sweeps import CORES
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, row_of, wrapped
from digitgui.wording import JOURNAL, duration, percent
from model.runs.run_record import RunRecord
from model.sweeps.journal_experiment import JOURNAL_ROWS
from model.sweeps.sweep_plan import SweepPlan
from model.sweeps.sweep_question import can_go_on
from model.sweeps.sweeping import SweepResult, is_done, results_of
from model.training.settings import SETTING_OF
from model.wording import setting_text

ROW_HEIGHT = 30
"""Pixels where text has 100 %."""
MOST_ROWS = 100
"""The best of them; a longer table would hold up the window while the sweep goes on."""
BEST = "★"
NOTHING, RESULTS = 0, 1


class SweepResultsCard(QWidget):
    """Shows the sweep of the current run, the best combination first; the journal's in the journal's order.

    Attributes
    ----------
    results : list of SweepResult
        As they are shown.
    best : SweepResult or None
        The best of them.

    Signals
    -------
    chosen(list of str)
        A person has chosen a combination, or all: the names of its runs.
    curves_wanted()
        Their curves are to be shown.
    """

    chosen = Signal(list)
    curves_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._folder = ""
        self._records: list[RunRecord] = []
        self.results: list[SweepResult] = []
        self.best: SweepResult | None = None
        self._head = label(name="strong", wrap=True)
        self.resume_button = button(
            "Resume",
            "Run what is missing; nothing is repeated",
            self._resume,
            look="small",
            name="resumeShown",
        )
        curves = button(
            "Show curves",
            "Show the curves of exactly these runs",
            self._show_curves,
            look="small",
            name="sweepCurves",
        )
        self.off_button = button(
            "Remove from list",
            "Remove this sweep from the list; its files stay",
            self._take_off,
            look="small",
            name="takeSweepOff",
        )
        report = button(
            "Report…",
            "Save a report of this sweep as HTML",
            self._report,
            look="small",
            name="reportOnSweep",
        )
        self.table = QTableWidget()
        self._set_up_table()
        self.set_room(1.0)
        empty = label("Select a run of a sweep to see its results", "muted")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = row_of((self._head, 1), self.resume_button, curves, report, self.off_button, spacing=8)
        shown = QWidget()
        column_of(row, (self.table, 1), inside=shown, spacing=8)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(shown)
        session.sweeps.changed.connect(self._allow_resuming)

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Make rows as high as the text asks for."""
        self.table.verticalHeader().setDefaultSectionSize(by_text(ROW_HEIGHT))

    def show_sweep(self, folder: str, records: Sequence[RunRecord], current: str) -> None:
        """Show what is known of a sweep.

        Parameters
        ----------
        folder : str
            Empty for none.
        records : sequence of RunRecord
            Its runs.
        current : str
            The run whose combination is marked.
        """
        plan = self._session.sweeps.plan(Path(folder)) if folder else None
        self._can_go_on = plan is not None and can_go_on(Path(folder))
        self._pages.setCurrentIndex(RESULTS if plan else NOTHING)
        if plan is None:
            self._folder, self._records, self.results, self.best = "", [], [], None
            return
        if folder != self._folder or list(records) != self._records:
            self._folder, self._records = folder, list(records)
            self._fill(plan)
        self._mark(current)

    def _fill(self, plan: SweepPlan) -> None:
        done = {Path(record.id).name: record for record in self._records if is_done(record)}
        results = results_of(plan, done)
        self.best = max(results, key=lambda result: result.merit, default=None)
        is_journal = _is_journal(plan)
        self.results = results if is_journal else sorted(results, key=lambda one: one.merit, reverse=True)
        self._done, self._total, self._name = len(done), plan.total, Path(self._folder).name
        rest = f"; the best {MOST_ROWS} of {len(results):,}" if len(results) > MOST_ROWS else ""
        self._head.setText(f"{self._name}: {len(done):,} of {plan.total:,} runs done{rest}")
        self._allow_resuming()
        self._fill_table(plan, is_journal=is_journal)

    def _fill_table(self, plan: SweepPlan, *, is_journal: bool) -> None:
        table, options = self.table, list(plan.candidates[0].asked)
        titles = ["", *(setting_name(SETTING_OF.get(option, option)) for option in options), "Validation"]
        titles += (
            ["Spread"] * bool(plan.folds) + ["Test"] + ["The journal"] * is_journal + ["Loss", "Epochs", "Time"]
        )
        usual = tabular(table.font())
        bold = QFont(usual)
        bold.setBold(True)
        shown = self.results[:MOST_ROWS]
        table.blockSignals(True)
        table.clear()
        table.setColumnCount(len(titles))
        table.setRowCount(len(shown))
        for column, title in enumerate(titles):
            item = _item(title, table.font(), is_number=column > len(options))
            item.setToolTip(wrapped(JOURNAL) if title == "The journal" else "")
            table.setHorizontalHeaderItem(column, item)
        for row, result in enumerate(shown):
            cells = _cells(result, options, has_folds=bool(plan.folds), is_journal=is_journal)
            font = bold if result is self.best else usual
            for column, text in enumerate([BEST if result is self.best else "", *cells]):
                table.setItem(row, column, _item(text, font, is_number=column > len(options)))
        table.resizeColumnsToContents()
        table.blockSignals(False)

    def _mark(self, current: str) -> None:
        """Mark the combination of a run, without taking it for a person's choice."""
        rows = [row for row, result in enumerate(self.results) if any(one.id == current for one in result.records)]
        self.table.blockSignals(True)
        if rows and rows[0] != self.table.currentRow():
            self.table.selectRow(rows[0])
        elif not rows:
            self.table.clearSelection()
        self.table.blockSignals(False)

    def _choose(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.results):
            self.chosen.emit([record.id for record in self.results[row].records])

    def _show_curves(self) -> None:
        self.chosen.emit([record.id for result in self.results for record in result.records])
        self.curves_wanted.emit()

    def _allow_resuming(self) -> None:
        sweeps = self._session.sweeps
        is_whole = not self._folder or self._done >= self._total or not self._can_go_on
        self.resume_button.setVisible(not is_whole and sweeps.going != Path(self._folder))
        self.resume_button.setEnabled(sweeps.going is None)
        self.off_button.setVisible(sweeps.is_added(Path(self._folder)))
        self.off_button.setEnabled(sweeps.going != Path(self._folder))

    def _resume(self) -> None:
        self._session.sweeps.go_on(Path(self._folder), CORES)

    @property
    def folder(self) -> str:
        """Of the sweep that is shown; empty if none is."""
        return self._folder

    def _take_off(self) -> None:
        self._session.sweeps.take_off(Path(self._folder))

    def _report(self) -> None:
        session = self._session
        target = file_dialogs.ask_report_target(self, session.settings, self._name)
        if target:
            session.reports.write([Path(self._folder)], target)

    def _set_up_table(self) -> None:
        table = self.table
        table.setAccessibleName("Results of the sweep")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setMinimumSectionSize(24)
        table.itemSelectionChanged.connect(self._choose)


def _is_journal(plan: SweepPlan) -> bool:
    asked = [candidate.asked for candidate in plan.candidates]
    return asked == [{"arch": row.arch, "lr": row.learning_rate} for row in JOURNAL_ROWS]


def _cells(result: SweepResult, options: Sequence[str], *, has_folds: bool, is_journal: bool) -> list[str]:
    texts = [setting_text(result.asked[option]) for option in options]
    texts.append(percent(result.accuracy))
    if has_folds:
        texts.append("–" if result.spread is None else f"± {percent(result.spread)}")
    texts.append(accuracy_text(result.test_accuracy))
    if is_journal:
        texts.append(percent(JOURNAL_ROWS[result.candidate].accuracy))
    seconds = sum(record.seconds for record in result.records)
    return [*texts, f"{result.loss:.4f}", str(result.records[0].settings["epochs"]), duration(seconds)]


def _item(text: str, font: QFont, *, is_number: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    item.setFont(font)
    return item
