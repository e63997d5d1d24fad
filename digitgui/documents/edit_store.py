"""Where the corrections of a data set are kept, and how they get there."""

import contextlib
import hashlib
import os
import threading
from pathlib import Path
from typing import NamedTuple

from digitgui.work.safekeeping import Change, Safekeeping
from model import Dataset
from model.atomic_files import as_file_name, unused_path
from model.readers.edit_files import edits_beside, save_edits
from model.readers.sources import has_path

LOCK_SECONDS = 10


class _Unsaved(NamedTuple):
    """Corrections that are not written yet, and of which pictures."""

    file: Path
    dataset: Dataset
    indices: frozenset[int]


class EditStore:
    """Writes corrections to a file beside the source, or to the program's own folder where that cannot be.

    Other windows may correct the same data: of each picture, the file has what was said last.
    """

    def __init__(self, folder: Path, safekeeping: Safekeeping) -> None:
        self._folder, self._safekeeping = folder / "edits", safekeeping
        self._unsaved: dict[tuple[Path, int], _Unsaved] = {}
        self._lock = threading.Lock()

    def file_of(self, source: str) -> Path:
        """Tell where the corrections of a source lie, or will: a file that is there already counts first."""
        if not has_path(source):
            return self._folder / f"{source.replace(':', '-')}.edits.json"
        own = self._folder / f"{hashlib.sha256(os.fsencode(source)).hexdigest()[:16]}.edits.json"
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
        key = file, id(dataset.images)  # the same file, read anew, may have its pictures in other places
        with self._lock:
            if before := self._unsaved.get(key):
                indices |= before.indices
            unsaved = self._unsaved[key] = _Unsaved(file, dataset, indices)
        name = Path(dataset.source).name if has_path(dataset.source) else dataset.name

        def write() -> None:
            self._write(unsaved)
            with self._lock:  # or a newer one might come in between, and be forgotten
                if self._unsaved.get(key) is unsaved:
                    del self._unsaved[key]

        def write_into(folder: Path) -> None:
            save_edits(dataset, unused_path(folder / f"{as_file_name(name)}.edits.json"), indices)

        self._safekeeping.keep(key, Change(f"the corrections of {name}", write, write_into))

    def _write(self, unsaved: _Unsaved) -> None:
        import filelock  # noqa: PLC0415  a window that starts locks nothing

        file, dataset, indices = unsaved
        name = hashlib.sha256(os.fsencode(file)).hexdigest()[:16]  # beside the data it would be in the way
        lock = filelock.FileLock(self._folder / f"{name}.lock", timeout=LOCK_SECONDS)
        with contextlib.ExitStack() as locked:
            with contextlib.suppress(OSError):  # a folder that cannot be written is no reason to lose corrections
                self._folder.mkdir(parents=True, exist_ok=True)
                locked.enter_context(lock)
            save_edits(dataset, file, indices)
