"""The user's own set of pictures, gathered from wherever they were seen."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.background import BackgroundTasks
from digitgui.wording import sentence_of
from model import Dataset
from model.arrays import ImageArray, LabelArray
from model.duplicates import picture_digests
from model.errors import DataFormatError
from model.npz_files import load_npz, save_npz

__all__ = ["PersonalSet"]

NAME = "My digits"
MOST_AT_ONCE = 1000


class PersonalSet(QObject):
    """Labelled pictures in an .npz of the program's own folder, kept from one start to the next.

    Attributes
    ----------
    path : Path
        The file, which opens as a data set; there is none as long as the set is empty.
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of uint8, shape (n,)

    Signals
    -------
    changed()
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, folder: Path, undo_stack: QUndoStack, tasks: BackgroundTasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = folder / "my-digits.npz"
        self._undo_stack, self._tasks = undo_stack, tasks
        self.images: ImageArray = np.zeros((0, 28, 28), np.uint8)
        self.labels: LabelArray = np.zeros(0, np.uint8)
        self._unsaved: list[tuple[ImageArray, LabelArray]] = []
        self._problem = ""
        if self.path.exists():
            self._read()

    def __len__(self) -> int:
        return len(self.images)

    def add(self, images: ImageArray, labels: LabelArray) -> int:
        """Add the pictures that are not there yet, which can be undone; return how many."""
        if self._problem:
            self.failed.emit(self._problem)
            return 0
        if len(images) > MOST_AT_ONCE:
            self.failed.emit(
                f"My digits are for your own hand: choose at most {MOST_AT_ONCE:,} pictures at once, not"
                f" {len(images):,}."
            )
            return 0
        there = set(picture_digests(self.images))
        new = [index for index, digest in enumerate(picture_digests(images)) if digest not in there]
        if new:
            after = np.concatenate([self.images, images[new]]), np.concatenate([self.labels, labels[new]])
            number = "a picture" if len(new) == 1 else f"{len(new):,} pictures"
            self._undo_stack.push(_Addition(self, after, f"adding {number} to my digits"))
        return len(new)

    def take(self, images: ImageArray, labels: LabelArray) -> None:
        """Hold these pictures, and write them soon."""
        self.images, self.labels = images, labels
        self._unsaved = [(images, labels)]
        self._tasks.start(self._save, lambda _done: None, self._report)
        self.changed.emit()

    def _read(self) -> None:
        """Read what is kept; what is damaged is put aside, so that nothing is lost and a new set can begin."""
        try:
            kept = load_npz(self.path, ink="bright")
            self.images, self.labels = kept.images, kept.labels
        except (DataFormatError, OSError) as error:
            text = f"My digits cannot be read: {sentence_of(error)}"
            aside = unused_path(self.path.with_suffix(".damaged.npz"))
            try:
                if isinstance(error, OSError):
                    raise
                self.path.replace(aside)
                text += f"; the file is called {aside.name} now, and a new set begins"
            except OSError:
                self._problem = text
            QTimer.singleShot(0, lambda: self.failed.emit(text))

    def _save(self) -> None:
        if not self._unsaved:  # a later state has been written already
            return
        images, labels = self._unsaved.pop()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if len(images):
            save_npz(Dataset(images, labels, NAME, str(self.path)), self.path)
        else:
            self.path.unlink(missing_ok=True)

    def _report(self, error: Exception) -> None:
        self.failed.emit(f"My digits cannot be kept: {sentence_of(error)}")


def unused_path(path: Path) -> Path:
    """Find a name that no file has yet, by counting."""
    number = 1
    result = path
    while result.exists():
        number += 1
        result = path.with_stem(f"{path.stem} {number}")
    return result


class _Addition(QUndoCommand):
    """From one set to a larger one."""

    def __init__(self, personal: PersonalSet, after: tuple[ImageArray, LabelArray], text: str) -> None:
        super().__init__(text)
        self._personal, self._before, self._after = personal, (personal.images, personal.labels), after

    def redo(self) -> None:
        self._personal.take(*self._after)

    def undo(self) -> None:
        self._personal.take(*self._before)
