"""Where the corrections of a data set are kept, and how they get there."""

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject

from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.teller import Teller
from model import Dataset
from model.readers.edit_files import edits_beside, save_edits
from model.readers.sources import has_path


class EditStore(Teller):
    """Writes corrections to a file beside the source, or to the program's own folder where that cannot be."""

    def __init__(self, folder: Path, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._tasks = folder / "edits", tasks
        self._unsaved: dict[Path, Dataset] = {}

    def file_of(self, source: str) -> Path:
        """Tell where the corrections of a source lie, or will: a file that is there already counts first."""
        if not has_path(source):
            return self._folder / f"{source}.edits.json"
        own = self._folder / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}.edits.json"
        beside = edits_beside(source)
        if beside.exists() or own.exists():
            return beside if beside.exists() else own
        return beside if os.access(beside.parent, os.W_OK) else own

    def save(self, dataset: Dataset) -> None:
        """Write the corrections of a data set in the background; of several states only the last."""
        self._unsaved[self.file_of(dataset.source)] = dataset
        self._tasks.start(self._write, lambda _done: None, self._report)

    def _write(self) -> None:
        while self._unsaved:
            file, dataset = self._unsaved.popitem()
            file.parent.mkdir(parents=True, exist_ok=True)
            save_edits(dataset, file)

    def _report(self, error: Exception) -> None:
        self.failed.emit(f"The corrections cannot be kept: {sentence_of(error)}")
