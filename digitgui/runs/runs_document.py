"""The runs as a document: read in the background, named, pinned, deleted and taken back."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.undo_step import UndoStep
from digitgui.runs.run_reader import RunReader
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from model.atomic_files import as_file_name, unused_path, write_atomically
from model.errors import ModelFileError
from model.runs.run_record import RUNNING, RunNotes, RunRecord
from model.runs.run_store import RunStore

REFRESH_MILLISECONDS = 100


class RunsDocument(Teller):
    """What has been trained so far, and what a person says of it.

    The store is read and written in one other thread, in the order in which that was asked for; what a person
    changes is shown at once.

    Attributes
    ----------
    store : RunStore
        A run of a sweep goes by the whole path of its folder there.
    has_read : bool
        Whether the store has been read at least once.

    Signals
    -------
    changed()
        There are other records.
    deleted(str)
        What has been deleted, in a sentence.
    bin_changed()
        Runs have been deleted, or taken back, on disk.
    """

    changed = Signal()
    deleted = Signal(str)
    bin_changed = Signal()

    def __init__(
        self,
        store: RunStore,
        sweep_folders: Callable[[], Sequence[Path]],
        undo_stack: QUndoStack,
        writing: BackgroundTasks,
        safekeeping: Safekeeping,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store, self._sweep_folders = store, sweep_folders
        self._records: dict[str, RunRecord] = {}
        self._safekeeping = safekeeping
        self._unwritten: dict[str, RunNotes] = {}
        self.has_read = False
        self._undo_stack = undo_stack
        self._writing, self._tasks = writing, BackgroundTasks(self)
        self._reader = RunReader(store, sweep_folders)
        self._reading = Computation[tuple[list[RunRecord], list[str]]](
            "Reading the runs", InThread(self._tasks), activity, failure="The runs cannot be read"
        )
        self._reading.done.connect(self._take)
        self._reading.failed.connect(self.failed)
        self._told: set[str] = set()
        self._deleted: set[str] = set()  # here, and not taken back: what lies in the bin besides is of others
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._soon.timeout.connect(self._read)

    @property
    def records(self) -> list[RunRecord]:
        """All runs, the oldest first."""
        return list(self._records.values())

    def record(self, run: str) -> RunRecord | None:
        """Return a run by its name in the store; None if it is not there."""
        return self._records.get(run)

    def refresh(self) -> None:
        """Read soon what has changed in the store; many calls in a moment are one."""
        if not self._soon.isActive() and not self._tasks.cancelled.is_set():  # or the program has ended
            self._soon.start()

    # what a person changes

    def rename(self, run: str, name: str) -> None:
        """Call a run something else; nothing brings its own name back."""
        self._note([run], "renaming a run", lambda notes: replace(notes, name=name.strip()))

    def set_note(self, run: str, note: str) -> None:
        """Write something about a run."""
        self._note([run], "changing the note of a run", lambda notes: replace(notes, note=note))

    def pin(self, runs: Sequence[str], pinned: bool) -> None:
        """Let runs stand above the others, or no longer."""
        text = f"{'pinning' if pinned else 'unpinning'} {_count(runs)}"
        self._note(runs, text, lambda notes: replace(notes, pinned=pinned))

    def delete(self, runs: Sequence[str]) -> None:
        """Delete runs; they can be taken back until the window is closed."""
        there = [run for run in runs if run in self._records]
        of_a_sweep = [self._records[run] for run in there if self._is_going_on_in_a_sweep(run)]
        if of_a_sweep:
            self.failed.emit(f"{of_a_sweep[0].name} is running: cancel its sweep before you delete it.")
        elif there:
            text = f"deleting {_count(there)}"
            step = UndoStep(text, partial(self.take_away, there), partial(self.bring_back, there))
            self._undo_stack.push(step)
            self.deleted.emit(f"{_count(there)} deleted.")

    def _is_going_on_in_a_sweep(self, run: str) -> bool:
        record = self._records[run]
        return bool(record.sweep) and record.state == RUNNING

    def _note(self, runs: Sequence[str], text: str, change: Callable[[RunNotes], RunNotes]) -> None:
        before = {run: self._records[run].notes for run in runs if run in self._records}
        after = {run: change(notes) for run, notes in before.items()}
        if after != before:
            step = UndoStep(text, partial(self.take_notes, after), partial(self.take_notes, before))
            self._undo_stack.push(step)

    # what the commands do

    def take_notes(self, notes: Mapping[str, RunNotes]) -> None:
        """Show other notes, and write them."""
        for run, own in notes.items():
            if run in self._records:
                self._records[run] = replace(self._records[run], notes=own)

        for run, own in notes.items():
            self._keep_notes(run, own)
        self._reading.cancel()  # what was read before is not shown after it
        self.refresh()
        self.changed.emit()

    def _keep_notes(self, run: str, notes: RunNotes) -> None:
        self._unwritten[run] = notes
        record = self._records.get(run)
        is_running = record is not None and record.state == RUNNING  # in a sweep it has no folder yet

        def write() -> None:
            if is_running or self.store.folder_of(run).exists():  # or another program has deleted it
                self.store.write_notes(run, notes)
            if self._unwritten.get(run) is notes:
                del self._unwritten[run]

        def write_into(folder: Path) -> None:
            target = unused_path(folder / f"notes of {as_file_name(Path(run).name)}.json")
            write_atomically(target, json.dumps(asdict(notes), indent=1).encode())

        name = self._records[run].name if run in self._records else run
        self._safekeeping.keep(("notes", run), Change(f"the notes of {name}", write, write_into))

    def take_away(self, runs: Sequence[str]) -> None:
        """Show runs no more, and put their folders aside."""
        for run in runs:
            self._records.pop(run, None)
        self._deleted.update(runs)
        self._do(lambda: _each(runs, self.store.delete), self.bin_changed.emit)
        self.changed.emit()

    def bring_back(self, runs: Sequence[str]) -> None:
        """Take the folders of deleted runs back."""
        self._deleted.difference_update(runs)

        def restore() -> None:
            _each([run for run in runs if not self.store.folder_of(run).exists()], self.store.restore)

        self._do(restore, self.bin_changed.emit)

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Give up for good what was deleted here, and wait for the thread as `BackgroundTasks.shut_down` does."""
        self._soon.stop()
        self._writing.finish()
        folders = {run: self.store.folder_of(run) for run in self._deleted}
        for store in (self.store, *map(RunStore, self._sweep_folders())):
            store.empty_bin({folder.name for folder in folders.values() if folder.parent == store.folder})
        return self._tasks.shut_down(deadline)

    # inside

    def _do(self, work: Callable[[], None], on_done: Callable[[], object] = lambda: None) -> None:
        def done(_nothing: None) -> None:
            on_done()
            self.refresh()

        self._reading.cancel()  # what was read before is not shown after it
        self._writing.start(work, done, self._fail)

    def _fail(self, error: Exception) -> None:
        self.report(error)
        self.refresh()

    def _read(self) -> None:
        if self._reading.is_under_way:
            self._reading.outdate()
        else:
            self._reading.ask_anew(self._reader.read)

    def _take(self, found: tuple[list[RunRecord], list[str]]) -> None:
        if not self._reading.is_current:
            self.refresh()
        records, problems = found
        unwritten = dict(self._unwritten)
        records = [replace(one, notes=unwritten[one.id]) if one.id in unwritten else one for one in records]
        before, self._records = self._records, {record.id: record for record in records}
        if not self.has_read or self._records != before:  # a comparison that is quick where objects are the same
            self.has_read = True
            self.changed.emit()
        self._tell(problems)

    def _tell(self, problems: list[str]) -> None:
        """Tell of what cannot be read, once."""
        new = [problem for problem in problems if problem not in self._told]
        self._told.update(new)
        if new:
            others = f" So are {len(new) - 1} others." if len(new) > 1 else ""
            self.failed.emit(f"{new[0][:1].upper()}{new[0][1:]}.{others}")


def _each(runs: Sequence[str], do: Callable[[str], None]) -> None:
    """Do it to every run, also after one where it fails."""
    failures = []
    for run in runs:
        try:
            do(run)
        except ModelFileError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _count(runs: Sequence[str]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs):,} runs"
