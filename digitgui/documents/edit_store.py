"""Where the corrections of a data set are kept, and how they get there."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import filelock
from PySide6.QtCore import QObject

from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.teller import Teller
from model import Dataset
from model.readers.edit_files import edits_beside, save_edits
from model.readers.sources import has_path

LOCK_SECONDS = 10


class _Unsaved(NamedTuple):
    """Corrections that are not written yet, and of which pictures."""

    file: Path
    dataset: Dataset
    indices: frozenset[int]


class EditStore(Teller):
    """Writes corrections to a file beside the source, or to the program's own folder where that cannot be.

    Other windows may correct the same data: of each picture, the file has what was said last.
    """

    def __init__(self, folder: Path, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._tasks = folder / "edits", tasks
        self._unsaved: list[_Unsaved] = []

    def file_of(self, source: str) -> Path:
        """Tell where the corrections of a source lie, or will: a file that is there already counts first."""
        if not has_path(source):
            return self._folder / f"{source}.edits.json"
        own = self._folder / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}.edits.json"
        beside = edits_beside(source)
        if beside.exists() or own.exists():
            return beside if beside.exists() else own
        return beside if os.access(beside.parent, os.W_OK) else own

    def save(self, dataset: Dataset, indices: frozenset[int]) -> None:
        """Write what has been corrected in a data set in the background; of several states only the last.

        Parameters
        ----------
        dataset : Dataset
        indices : frozenset of int
            The pictures of which the corrections have changed since the last time.
        """
        file = self.file_of(dataset.source)
        last = self._unsaved[-1] if self._unsaved else None
        if last and last.file == file and last.dataset.images is dataset.images:
            self._unsaved[-1] = _Unsaved(file, dataset, last.indices | indices)
        else:  # other data, or the same with its pictures in other places
            self._unsaved.append(_Unsaved(file, dataset, indices))
        self._tasks.start(self._write, lambda _done: None, self._report)

    def _write(self) -> None:
        while self._unsaved:
            file, dataset, indices = self._unsaved.pop(0)
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = hashlib.sha256(os.fsencode(file)).hexdigest()[:16]  # beside the data it would be in the way
            with filelock.FileLock(self._folder / f"{lock}.lock", timeout=LOCK_SECONDS):
                save_edits(dataset, file, indices)

    def _report(self, error: Exception) -> None:
        self.failed.emit(f"The corrections cannot be kept: {sentence_of(error)}")
