"""The Runs page: every training so far, side by side."""

import os.path
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from digitgui.asking import file_dialogs
from digitgui.looks.theme import RUN_COLORS
from digitgui.pages.figure_menu import add_figure_actions
from digitgui.pages.page import Page, Surroundings
from digitgui.pages.runs.run_curves_card import RunCurvesCard
from digitgui.pages.runs.run_detail_card import RunDetailCard
from digitgui.pages.runs.run_differences import RunDifferences
from digitgui.pages.runs.run_list_card import RunListCard
from digitgui.pages.runs.sweep_form import SweepForm
from digitgui.pages.runs.sweep_progress_card import SweepProgressCard
from digitgui.pages.runs.sweep_results_card import SweepResultsCard
from digitgui.runs.parallel_axes import Parallels
from digitgui.runs.run_wording import sweep_folder_of
from digitgui.runs.sweeps import CORES
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, card_of, chips, column_of, label, row_of, stack_of
from digitgui.widgets.later import Later
from digitgui.widgets.plots.parallel_plot import ParallelPlot
from digitgui.wording import with_journal
from model import Dataset
from model.runs.provenance import describe_data
from model.runs.run_record import RUNNING, RunRecord

TABS = (
    ("Curves", "Loss and accuracy of the selected runs, and of those whose curves are kept in view"),
    ("Differences", "Settings in which the selected runs differ"),
    ("Parallel coordinates", "All runs in the table as lines, from their settings to their accuracy"),
    ("Sweep", "Results of the sweep that the selected run belongs to"),
)
CURVES, SWEEP = 0, 3
LOOK_MILLISECONDS = 2000
"""Other programs train too: the store is looked at this often while the page is shown."""
SIDE_WIDTH = 330
READING, EMPTY, FILLED, ASKING = 0, 1, 2, 3


class RunsPage(Page):
    """Find a run, compare it with others, and go on from it."""

    keys = (
        ("Rename", "F2"),
        ("Show or hide curves", "Space, or click the dot"),
        ("Pin to the top / unpin", "click the star"),
        ("Copy the rows", "Ctrl+C"),
        ("Delete", "Delete"),
        ("Choose the columns", "right-click the header"),
        ("Read the curves epoch by epoch", "left, right"),
        ("Zoom the curves, see all", "wheel or drag a frame, double-click"),
        ("Go to a better or worse run in parallel coordinates", "up, down"),
    )

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._document = session.runs
        self._kept: list[str] = []
        self._colors: dict[str, str] = {}
        self._shown: list[RunRecord] = []
        self._marked_for: Dataset | None = None
        self._going: Path | None = None
        self._followed: set[str] | None = None  # the runs of the sweep that goes on, as long as a person lets them
        self._wanted_sweep: Path | None = None  # its runs are still being read
        self._last_colors: dict[str, str] = {}
        self._newest = ""  # the run that the page has selected by itself
        self._laid_out: list[RunRecord] | None = None  # what the parallel coordinates show
        self.list = RunListCard(session.runs, session.settings)
        self.curves = RunCurvesCard(session)
        self.differences = RunDifferences()
        self.parallel = ParallelPlot()
        self.results = SweepResultsCard(session)
        self._form = Later(self._new_form)
        self.progress = SweepProgressCard(session)
        self.detail = RunDetailCard(session, self.delete_selected)
        until_read = QWidget()
        self._stack = stack_of(until_read, self._empty(), self._filled(), self._form)
        column_of(self._sweep_row(), self.progress, (self._stack, 1), inside=self, margin=16, spacing=12)

        view = self.list.view
        self._look = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look.timeout.connect(session.runs.refresh)
        self._side_timer = QTimer(self, singleShot=True, interval=0)
        self._side_timer.timeout.connect(self._show_side)
        session.runs.changed.connect(self._show_runs)
        session.runs.changed.connect(self._show_wanted_sweep)
        session.sweeps.changed.connect(self._see_sweep)
        session.data.changed.connect(self._mark_data)
        view.selection_changed.connect(self._show_selection)
        view.used.connect(self._leave_selection)
        view.keep_wanted.connect(self.keep)
        view.pin_wanted.connect(self.pin)
        view.delete_wanted.connect(session.runs.delete)
        view.menu_opened.connect(lambda menu: add_figure_actions(menu, view, session))
        self.list.shown_changed.connect(self._show_side_soon)
        self.parallel.chosen.connect(view.go_to)
        self.parallel.chosen.connect(self._leave_selection)
        self.results.chosen.connect(self.select)
        self.results.curves_wanted.connect(lambda: self.show_tab(CURVES))
        self._see_sweep()
        if session.runs.has_read:
            self._show_runs()

    @property
    def subject(self) -> list[Path]:
        """The folder of the sweep that is shown, or else what the card of the run reports on."""
        is_sweep = self.tabs.button(SWEEP).isChecked() and self.results.folder
        return [Path(self.results.folder)] if is_sweep else self.detail.folders

    def showEvent(self, event: QShowEvent) -> None:
        """Read what has come since, and go on doing so."""
        super().showEvent(event)
        self._mark_data()
        self._document.refresh()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the note, and look no more."""
        super().hideEvent(event)
        self._look.stop()
        self.detail.keep_note()

    def keep(self, runs: list[str]) -> None:
        """Keep the curves of runs in the picture, or no longer if all of them are kept."""
        if set(runs) <= set(self._kept):
            self._kept = [run for run in self._kept if run not in runs]
        else:
            self._kept += [run for run in runs if run not in self._kept]
        self._show_selection()

    def pin(self, runs: list[str]) -> None:
        """Pin runs, or unpin them if all of them are pinned."""
        chosen = [record for record in self._document.records if record.id in runs]
        self._document.pin(runs, not all(record.notes.pinned for record in chosen))

    def delete_selected(self) -> None:
        """Delete the selected runs."""
        self._document.delete(self.list.view.selected_runs)

    def select(self, runs: list[str]) -> None:
        """Select runs, and exactly these, in the table; its filter gives way where it hides one."""
        there = {record.id for record in self.list.table.records}
        if runs and not there.issuperset(runs):
            self.list.show_sweep(os.path.dirname(runs[0]))  # noqa: PTH120  as `sweep_folder_of`
        self._kept = []
        self._leave_selection()
        self.list.view.select_runs(runs, runs[0] if runs else "")

    # sweeps

    @property
    def form(self) -> SweepForm:
        """The form of a new sweep."""
        return self._form.part

    def _new_form(self) -> SweepForm:
        form = SweepForm(self._session, self._surroundings)
        form.closed.connect(self.close_form)
        return form

    def ask_for_sweep(self) -> None:
        """Show the form of a new sweep, in the place of the runs."""
        self._stack.setCurrentIndex(ASKING)
        self.form.setFocus()

    def close_form(self) -> None:
        """Show the runs again."""
        self._stack.setCurrentIndex(READING)
        self._show_runs()

    def start_journal(self) -> None:
        """Begin the journal's experiment."""
        if self._session.sweeps.start_journal(CORES):
            self.close_form()

    def show_sweep(self, folder: Path) -> None:
        """Show what a sweep has found, and select the best of it."""
        self.close_form()
        self.list.show_sweep(str(folder))
        records = [record for record in self._document.records if sweep_folder_of(record) == str(folder)]
        self.results.show_sweep(str(folder), records, "")
        if self.results.best:
            self._leave_selection()
            self.list.view.go_to(self.results.best.records[0].id)
        self.show_tab(SWEEP)

    def _open_sweep(self) -> None:
        folder = file_dialogs.ask_sweep_folder(self, self._session.settings)
        if folder and self._session.sweeps.add_folder(folder):
            self._wanted_sweep = folder.absolute()
            self._show_wanted_sweep()

    def _show_wanted_sweep(self) -> None:
        """Show the sweep that was opened, as soon as its runs have been read."""
        folder = self._wanted_sweep
        if folder and any(sweep_folder_of(record) == str(folder) for record in self._document.records):
            self._wanted_sweep = None
            self.show_sweep(folder)

    def _see_sweep(self) -> None:
        """Let the filter hide nothing of a sweep that begins."""
        going, before = self._session.sweeps.going, self._going
        self._going = going
        if going and going != before:
            self.list.clear_filter()
            self._followed = set(self.list.view.selected_runs)

    def _follow_sweep(self) -> None:
        """Show the curves of the runs of a sweep as they begin, until a person selects others or writes a note."""
        going, view = self._session.sweeps.going, self.list.view
        if going is None or self._followed is None:
            return
        of_it = [record for record in self._document.records if sweep_folder_of(record) == str(going)]
        newest = sorted(of_it, key=lambda record: (record.state != RUNNING, -of_it.index(record)))
        runs = [record.id for record in newest[: len(RUN_COLORS)]]
        if set(view.selected_runs) != self._followed or self.detail.is_written:
            self._followed = None
        elif runs and set(runs) != self._followed:
            if not self._followed & set(runs):
                self.show_tab(CURVES)
            view.select_runs(runs, runs[0])
            self._followed = set(view.selected_runs)

    def show_tab(self, number: int) -> None:
        """Show one of the views below the table."""
        self.tabs.button(number).setChecked(True)
        self._side.setCurrentIndex(number)
        self._session.settings.set("runs/tab", number)
        self._show_selection()

    # showing

    def main_parts(self) -> Sequence[QWidget]:
        """Return the runs, or what leads to the first."""
        return self.list.view, self._begin

    def _mark_data(self) -> None:
        """Compare the runs with the data that is open, which takes a moment for its checksum."""
        dataset = self._session.data.dataset
        if self.isVisible() and dataset is not self._marked_for:
            self._marked_for = dataset
            self._session.tasks.start(
                lambda: describe_data(dataset),
                self.list.set_open_data,
                self._session.report,
            )

    def _show_runs(self) -> None:
        self.list.refresh()
        self._follow_sweep()
        has_runs = bool(self._document.records)
        self._select_newest()
        was_reading = self._stack.currentIndex() == READING
        if self._stack.currentIndex() != ASKING:
            self._stack.setCurrentIndex(FILLED if has_runs else EMPTY)
        if was_reading and self.isVisible():
            self.hand_keys_on()
        self._show_selection()

    def _select_newest(self) -> None:
        """Select the newest run in the table, unless a person has selected others or is writing a note."""
        view, there = self.list.view, {record.id for record in self.list.table.records}
        is_left = view.selected_runs == [self._newest] and not self.detail.is_written
        if there and self._followed is None and (is_left or not view.current_run):
            newest = next(record.id for record in reversed(self._document.records) if record.id in there)
            if newest != view.current_run:
                self._newest = newest
                view.go_to(newest)

    def _leave_selection(self) -> None:
        """Take the selection as that of a person, be it the newest run: the next run leaves it as it is."""
        self._newest = ""

    def _show_selection(self) -> None:
        view = self.list.view
        selected, current = view.selected_runs, view.current_run
        self._kept = [run for run in self._kept if self._document.record(run)]
        chosen = [
            record for run in dict.fromkeys([*self._kept, *selected]) if (record := self._document.record(run))
        ]
        self._shown = chosen[: len(RUN_COLORS)]
        self._choose_colors([record.id for record in self._shown])
        self.list.table.set_colors(self._colors, self._kept)
        self.detail.show_run(self._document.record(current) if current in selected else None, selected)
        self._show_side_soon()

    def _choose_colors(self, runs: list[str]) -> None:
        """Let each run keep its colour as long as it is shown, and have it again after that if it is free."""
        colors = {run: color for run, color in self._colors.items() if run in runs}
        for run in sorted(runs, key=lambda run: run not in self._last_colors):
            free = [color for color in RUN_COLORS if color not in colors.values()]
            before = self._last_colors.get(run)
            colors.setdefault(run, before if before in free else free[0] if free else "")
        self._colors = colors
        self._last_colors |= colors

    def _show_side_soon(self) -> None:
        """Wait until all events have come that one action has brought."""
        self._side_timer.start()

    def _show_side(self) -> None:
        """Fill the view that is on top; the others are filled when they are."""
        side = self._side.currentWidget()
        if side is self.curves:
            self.curves.show_runs(self._shown, self._colors)
        elif side is self.differences:
            self.differences.show_runs(self._shown, self._colors)
        elif side is self.results:
            self._show_results()
        else:
            if self._laid_out != self.list.table.records:
                self._laid_out = self.list.table.records
                self.parallel.show_parallels(Parallels.of(self._laid_out))
            self.parallel.emphasise(set(self._colors))

    def _show_results(self) -> None:
        current = self._document.record(self.list.view.current_run)
        folder = sweep_folder_of(current) if current else ""
        records = [record for record in self._document.records if sweep_folder_of(record) == folder]
        self.results.show_sweep(folder, records, current.id if current else "")

    # building

    def _sweep_row(self) -> QHBoxLayout:
        return row_of(
            label("Runs", "heading"),
            16,
            button("New sweep…", "Compare many trainings", self.ask_for_sweep, name="newSweep"),
            button(
                "The journal's experiment",
                with_journal("Train the journal's five networks on the open data, and compare with its results."),
                self.start_journal,
                name="journalSweep",
            ),
            button(
                "Open sweep folder…",
                "Show the runs of a sweep made on the command line",
                self._open_sweep,
                name="openSweep",
            ),
            STRETCH,
            self.list.count,
            spacing=8,
        )

    def _empty(self) -> QWidget:
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setSpacing(12)
        layout.addStretch(1)
        for text, name in (
            ("Your first run will appear here", "heading"),
            (
                "Every training is kept with its settings, curves and network, to compare or continue.",
                "muted",
            ),
        ):
            words = label(text, name, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(words)
        go = partial(self._surroundings.page_wanted.emit, "train")
        self._begin = button("Go to Train", "Show the Train page", go, look="primary", name="goToTrain")
        layout.addWidget(self._begin, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return whole

    def _filled(self) -> QWidget:
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.list)
        left.addWidget(self._side_card())
        left.setSizes([330, 390])
        left.setStretchFactor(0, 2)
        left.setStretchFactor(1, 3)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.addWidget(left)
        whole.addWidget(self.detail)
        whole.setStretchFactor(0, 1)
        whole.setSizes([1000, SIDE_WIDTH])
        for splitter in (left, whole):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(16)
        return whole

    def _side_card(self) -> QFrame:
        self.tabs = chips(self, TABS, self.show_tab, look="tab")
        self._side = stack_of(self.curves, self.differences, self.parallel, self.results)
        row = row_of(*self.tabs.buttons(), STRETCH, spacing=3)
        frame = card_of(row, (self._side, 1), spacing=8)
        chosen = round(self._session.settings.number("runs/tab", 0, 0, len(TABS) - 1))
        self.tabs.button(chosen).setChecked(True)
        self._side.setCurrentIndex(chosen)
        return frame
