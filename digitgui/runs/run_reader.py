"""Reads a store of runs again and again, but of each run only what has changed since."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from model.errors import ModelFileError
from model.runs.run_record import RUNNING, RunRecord
from model.runs.run_store import DELETED, NOTES, RECORD, RunStore
from model.sweeps.running_runs import read_running

Stamp = tuple[int, int, int]
BREATH_SECONDS = 0.0002
"""After every run that is read, other threads get their turn: the window's would wait too long otherwise."""


class RunReader:
    """Keeps what it has read, with the time when its files were written.

    A run that was going on is always read again: its program may have ended without a word. So is one that could
    not be read, which may have been for a moment. Runs of a sweep that goes on are read as far as they have come.

    Parameters
    ----------
    store : RunStore
    other_folders : callable
        Tells which other folders hold runs; these go by their whole paths.
    """

    def __init__(self, store: RunStore, other_folders: Callable[[], Sequence[Path]] = tuple) -> None:
        self._store, self._other_folders = store, other_folders
        self._known: dict[str, tuple[Stamp, RunRecord | str]] = {}
        self._running: dict[str, RunRecord] = {}

    def read(self) -> tuple[list[RunRecord], list[str]]:
        """Read what is new or other than before.

        Returns
        -------
        records : list of RunRecord
            The oldest first; the same objects as before where nothing has changed.
        problems : list of str
            One sentence for each that cannot be read.
        """
        runs = [folder.name for folder in _runs_in(self._store.folder)]
        sweeps = self._other_folders()
        running = [record for folder in sweeps for record in read_running(folder)]  # first: they may end meanwhile
        runs += [str(run) for folder in sweeps for run in _runs_in(folder)]
        self._known = {run: self._read(run) for run in runs}
        self._running = {run.id: self._same(run) for run in running if run.id not in self._known}
        found = [*(entry for _, entry in self._known.values()), *self._running.values()]
        records = sorted((entry for entry in found if isinstance(entry, RunRecord)), key=lambda run: run.begun)
        return records, [problem for problem in map(_problem, found) if problem]

    def _same(self, running: RunRecord) -> RunRecord:
        """Return the object that was read before, where it says the same."""
        running = replace(running, notes=self._store.notes(running.id))
        before = self._running.get(running.id)
        return before if before == running else running

    def _read(self, run: str) -> tuple[Stamp, RunRecord | str]:
        stamp, before = self._stamp(run), self._known.get(run)
        if before and before[0] == stamp and not _is_running(before[1]) and not _problem(before[1]):
            return before
        try:
            record = self._store.read(run)
        except ModelFileError as error:
            return stamp, str(error)
        finally:
            time.sleep(BREATH_SECONDS)
        return stamp, before[1] if before and before[1] == record else record

    def _stamp(self, run: str) -> Stamp:
        stamps = []
        for name in (RECORD, NOTES):
            try:
                found = (self._store.folder_of(run) / name).stat()
            except OSError:  # no notes, or deleted a moment ago
                stamps += [0, 0]
            else:
                stamps += [found.st_mtime_ns, found.st_size]
        return stamps[0], stamps[1], stamps[2] + stamps[3]


def _runs_in(folder: Path) -> list[Path]:
    runs = sorted(file.parent for file in folder.glob(f"*/{RECORD}"))
    return [run for run in runs if run.name != DELETED]


def _is_running(entry: RunRecord | str) -> bool:
    return isinstance(entry, RunRecord) and entry.state == RUNNING


def _problem(entry: RunRecord | str) -> str:
    """Return why a run, or what is noted of it, cannot be read; empty if it can."""
    return entry.notes.problem if isinstance(entry, RunRecord) else entry
