"""Sweeps as a document: begun, cancelled, gone on with, and the folders in which they lie."""

import contextlib
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.runs.sweep_pace import SweepPace
from digitgui.runs.sweep_process import begin_sweep, go_on_with_sweep
from digitgui.runs.sweep_request import JournalRequest, SweepRequest
from digitgui.settings import Settings
from digitgui.wording import percent, sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.separate_process import SeparateProcess
from digitgui.work.teller import Teller
from digitgui.work.turns import Task, Turns, Wish
from model.errors import ModelFileError
from model.runs.run_record import RunRecord
from model.runs.run_store import RECORD
from model.sweeps.running_runs import read_running
from model.sweeps.sweep_plan import SweepPlan
from model.sweeps.sweep_question import QUESTION, can_go_on, read_question
from model.sweeps.sweeping import SweepProgress, SweepResult

ADDED_KEY = "sweeps/added"
JOURNAL_NAME = "journal"
LOOK_MILLISECONDS = 1000
"""How far the runs of a sweep have come is read this often."""
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""So many runs go on at the same time, if nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A sweep that was cancelled, or whose program was killed.

    Attributes
    ----------
    folder : Path
    done, total : int
        Runs.
    """

    folder: Path
    done: int
    total: int


class Sweeps(Teller):
    """One sweep at a time, of the open data, in a process that may be killed at any moment.

    Attributes
    ----------
    folder : Path
        Where new ones lie.
    going : Path or None
        The folder of the one that is going on.
    pace : SweepPace
        How far that has come.
    unfinished : Unfinished or None
        What may be gone on with: the one that has just ended before its time, or one that was found at the start.

    Signals
    -------
    changed()
        One begins, or has ended; another folder was added, or taken off.
    progressed()
    run_done()
        There is one run more, or another folder of them, or one less.
    finished(Path, str)
        A sweep is done: its folder, and a sentence.
    """

    changed = Signal()
    progressed = Signal()
    run_done = Signal()
    finished = Signal(object, str)

    def __init__(
        self,
        settings: Settings,
        data: DataDocument,
        tasks: BackgroundTasks,
        turns: Turns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._data, self._tasks, self._turns = settings, data, tasks, turns
        self.folder = settings.folder.absolute() / "sweeps"
        self._added = tuple(Path(line) for line in settings.text(ADDED_KEY).split("\n") if line)
        self._process = SeparateProcess(self)
        self._plans: dict[Path, SweepPlan] = {}
        self.going: Path | None = None
        self.pace = SweepPace()
        self.unfinished: Unfinished | None = None
        self._look = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look.timeout.connect(self._look_at_runs)
        turns.watch(Task.SWEEP, lambda: self.going is not None)
        tasks.start(self._look_for_unfinished, self._offer, self.report)

    # which there are

    def folders(self) -> list[Path]:
        """List the folders of all sweeps; may be called in any thread."""
        own = sorted(file.parent for file in self.folder.glob(f"*/{QUESTION}"))
        return [
            *own,
            *(folder for folder in self._added if folder not in own and os.path.isfile(folder / QUESTION)),  # noqa: PTH113
        ]

    def add_folder(self, folder: Path) -> bool:
        """Show the runs of a sweep that lies elsewhere, from now on; False if there is none."""
        folder = folder.absolute()
        try:
            read_question(folder)
        except ModelFileError as error:
            self.report(error)
            return False
        if folder not in self.folders():
            self._added += (folder,)
            self._settings.set(ADDED_KEY, "\n".join(map(str, self._added)))
        self.run_done.emit()
        self.changed.emit()
        return True

    def is_added(self, folder: Path) -> bool:
        """Whether a sweep lies elsewhere, and was put on the list."""
        return folder in self._added

    def take_off(self, folder: Path) -> None:
        """Show the runs of a sweep that lies elsewhere no longer; its files stay as they are."""
        if self.is_added(folder) and folder != self.going:
            self._added = tuple(one for one in self._added if one != folder)
            self._settings.set(ADDED_KEY, "\n".join(map(str, self._added)))
            self._plans.pop(folder, None)
            self.run_done.emit()
            self.changed.emit()
            self.noticed.emit(f"Sweep “{folder.name}” was removed from the list. Its files stay in {folder}.")

    def plan(self, folder: Path) -> SweepPlan | None:
        """Return what a sweep was asked; None if that cannot be read."""
        if folder not in self._plans:
            try:
                self._plans[folder], _ = read_question(folder)
            except ModelFileError:
                return None
        return self._plans[folder]

    def free_name(self, name: str) -> str:
        """Return a name like this one that no sweep has yet."""
        number, free = 1, name
        while self.is_taken(free):
            number += 1
            free = f"{name}-{number}"
        return free

    def is_taken(self, name: str) -> bool:
        """Whether a sweep has this name."""
        return os.path.exists(self.folder / name)  # noqa: PTH110  not of a name that is too long for any file

    # the one that is going on

    def start(self, name: str, request: SweepRequest | JournalRequest, workers: int) -> bool:
        """Begin a sweep over the open data; False if something else has to end first."""
        return self._begin(self.folder / name, begin_sweep, request, workers)

    def start_journal(self, workers: int) -> bool:
        """Begin the journal's experiment on the open data; as `start`."""
        return self.start(self.free_name(JOURNAL_NAME), JournalRequest(), workers)

    def go_on(self, folder: Path, workers: int) -> bool:
        """Carry out what is not done yet; as `start`."""
        return self._begin(folder, go_on_with_sweep, workers)

    def cancel(self) -> None:
        """End the sweep; what is finished is kept."""
        if self.going:
            self._process.cancel()
            self._end()
            if self.unfinished:
                done, total = self.unfinished.done, self.unfinished.total
                self.noticed.emit(f"Sweep cancelled. {done} of {total} runs are done and kept.")

    def forget_unfinished(self) -> None:
        """Offer no more to go on."""
        self.unfinished = None
        self.changed.emit()

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Kill the process, and wait for it as `SeparateProcess.shut_down` does."""
        self.going = None
        self._look.stop()
        return self._process.shut_down(deadline)

    # inside

    def _begin(self, folder: Path, function: Callable[..., object], *arguments: object) -> bool:
        if self.going or self._turns.refuses(Wish.SWEEP):
            return False
        self.going, self.pace, self.unfinished = folder, SweepPace(), None
        self._look.start()
        self._process.start(
            function,
            folder,
            self._data.dataset,
            *arguments,
            on_done=self._take_best,
            on_failed=self._fail,
            on_progress=self._take_progress,
        )
        self.changed.emit()
        return True

    def _take_progress(self, progress: SweepProgress) -> None:
        self.pace.see_progress(progress)
        self.progressed.emit()
        self.run_done.emit()

    def _look_at_runs(self) -> None:
        """See how far the runs have come that are going on."""
        folder = self.going
        if folder:
            self._tasks.start(lambda: read_running(folder), partial(self._take_running, self.pace), self.report)

    def _take_running(self, pace: SweepPace, running: list[RunRecord]) -> None:
        others = [run.id for run in pace.running] != [run.id for run in running]
        pace.see_running(running)
        if pace is self.pace and self.going:
            self.progressed.emit()
            if others:
                self.run_done.emit()

    def _take_best(self, best: SweepResult) -> None:
        folder = self.going
        assert folder
        self._end(is_done=True)
        self.finished.emit(
            folder, f"Sweep “{folder.name}” is done: the best run has {percent(best.accuracy)} right."
        )

    def _fail(self, error: Exception) -> None:
        name = self.going.name if self.going else ""
        self._end()
        self.failed.emit(f"Sweep “{name}” failed: {sentence_of(error)}")

    def _end(self, *, is_done: bool = False) -> None:
        folder, progress = self.going, self.pace.progress
        self.going, self.pace = None, SweepPace()
        self._look.stop()
        if folder and progress and not is_done:
            self.unfinished = Unfinished(folder, progress.done, progress.total)
        self.run_done.emit()
        self.changed.emit()

    def _look_for_unfinished(self) -> Unfinished | None:
        """Find the newest sweep of the window's own that lacks runs."""
        files = sorted(self.folder.glob(f"*/{QUESTION}"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files:
            with contextlib.suppress(ModelFileError):  # one that is damaged hides no other
                plan, _ = read_question(file.parent)
                done = len(list(file.parent.glob(f"*/{RECORD}")))
                if done < plan.total and can_go_on(file.parent):
                    return Unfinished(file.parent, done, plan.total)
        return None

    def _offer(self, unfinished: Unfinished | None) -> None:
        if unfinished and not self.going:
            self.unfinished = unfinished
            self.changed.emit()
