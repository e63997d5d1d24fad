"""The user's own set of pictures, gathered from wherever they were seen."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.undo_step import UndoStep
from digitgui.wording import sentence_of
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from model import Dataset
from model.atomic_files import unused_path
from model.data.duplicates import picture_digests
from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.readers.npz_files import AS_WRITTEN, load_npz, save_npz

__all__ = ["FILE_NAME", "Halves", "PersonalSet", "read_halves"]

FILE_NAME = "my-digits.npz"
NAME = "My digits"
MOST_AT_ONCE = 1000
LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Labelled pictures, each of which belongs for good to the half that is taught or to the half that measures.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
        First those that are taught.
    labels : ndarray of uint8, shape (n,)
    test_start : int
        Index of the first picture that measures.
    """

    images: ImageArray = field(default_factory=lambda: np.zeros((0, 28, 28), np.uint8))
    labels: LabelArray = field(default_factory=lambda: np.zeros(0, np.uint8))
    test_start: int = 0

    def with_added(self, images: ImageArray, labels: LabelArray) -> "Halves":
        """Add pictures, each to the half that has fewer of its digit; the first of a digit is taught."""
        balance = np.bincount(self.labels[: self.test_start], minlength=10)
        balance = balance - np.bincount(self.labels[self.test_start :], minlength=10)
        measures = np.zeros(len(labels), bool)
        for index, label in enumerate(labels):
            measures[index] = balance[label] > 0
            balance[label] += -1 if measures[index] else 1
        return self._with(images, labels, measures)

    def with_others(self, others: "Halves", known: set[bytes]) -> "Halves":
        """Add those pictures of others whose digests are not known; each stays in its half."""
        new = np.array([digest not in known for digest in picture_digests(others.images)], bool)
        measures = np.arange(len(new)) >= others.test_start
        return self._with(others.images[new], others.labels[new], measures[new])

    def _with(self, images: ImageArray, labels: LabelArray, measures: npt.NDArray[np.bool_]) -> "Halves":
        start = self.test_start
        return Halves(
            np.concatenate([self.images[:start], images[~measures], self.images[start:], images[measures]]),
            np.concatenate([self.labels[:start], labels[~measures], self.labels[start:], labels[measures]]),
            start + int((~measures).sum()),
        )


class PersonalSet(Teller):
    """Labelled pictures in an .npz of the program's own folder, kept from one start to the next.

    The file has the four arrays of Keras, ``x_train`` to ``y_test``: opened as a data set, it has its own parts.
    Other windows may write to it too: what they have added stays there.

    Attributes
    ----------
    path : Path
        The file, which opens as a data set; there is none as long as the set is empty.
    halves : Halves
        The pictures, with the labels that they were added with.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(
        self, folder: Path, undo_stack: QUndoStack, safekeeping: Safekeeping, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = folder / FILE_NAME
        self._undo_stack, self._safekeeping = undo_stack, safekeeping
        self.halves = Halves()
        self._added: set[bytes] = set()  # digests of what this window has added, and may take away again
        self._problem = ""
        if self.path.exists():
            self._read()

    def __len__(self) -> int:
        return len(self.halves.images)

    def add(self, images: ImageArray, labels: LabelArray) -> int:
        """Add the pictures that are not there yet, which can be undone; return how many."""
        if not self.is_usable():
            return 0
        if len(images) > MOST_AT_ONCE:
            self.failed.emit(
                f"My digits is for your own handwriting: add at most {MOST_AT_ONCE:,} pictures at once, not"
                f" {len(images):,}."
            )
            return 0
        there = set(picture_digests(self.halves.images))
        digests = picture_digests(images)
        new = [index for index, digest in enumerate(digests) if digest not in there]
        self._added.update(digests[index] for index in new)
        if new:
            number = "a picture" if len(new) == 1 else f"{len(new):,} pictures"
            after = self.halves.with_added(images[new], labels[new])
            do, take_back = partial(self.take, after), partial(self.take, self.halves)
            self._undo_stack.push(UndoStep(f"adding {number} to my digits", do, take_back))
        return len(new)

    def label_of(self, image: ImageArray) -> int | None:
        """Return the label that a picture was added with, uint8 of shape (28, 28); None if it is not there."""
        there = np.flatnonzero((self.halves.images == image).all(axis=(1, 2)))
        return int(self.halves.labels[there[0]]) if len(there) else None

    def is_usable(self) -> bool:
        """Tell whether pictures can be added, and the user if not."""
        if self._problem:
            self.failed.emit(self._problem)
        return not self._problem

    def take(self, halves: Halves) -> None:
        """Hold these pictures, and write them soon."""
        self.halves = halves
        change = Change("My digits", lambda: self._save(halves), lambda folder: _save_into(folder, halves))
        self._safekeeping.keep(self.path, change)
        self.changed.emit()

    def _read(self) -> None:
        """Read what is kept; what is damaged is put aside, so that nothing is lost and a new set can begin."""
        try:
            self.halves, has_halves = read_halves(self.path)
            if not has_halves:
                self.take(self.halves)
        except (DataFormatError, OSError) as error:
            text = f"My digits cannot be read: {sentence_of(error)}"
            try:
                if isinstance(error, OSError):
                    raise
                text += f". The file is now called {self._put_aside().name}, and a new set begins"
            except OSError:
                self._problem = text
            QTimer.singleShot(0, lambda: self.failed.emit(text))

    def _put_aside(self) -> Path:
        return self.path.replace(unused_path(self.path.with_suffix(".damaged.npz")))

    def _save(self, halves: Halves) -> None:
        import filelock  # noqa: PLC0415  a window that starts locks nothing

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS):
            known = self._added.union(picture_digests(halves.images))
            try:
                halves = halves.with_others(read_halves(self.path)[0], known)
            except FileNotFoundError:
                pass
            except DataFormatError:  # damaged since it was read
                self._put_aside()
            if len(halves.images):
                save_npz(_as_dataset(halves, self.path), self.path, private=True)
            else:
                self.path.unlink(missing_ok=True)


def _as_dataset(halves: Halves, path: Path) -> Dataset:
    return Dataset(halves.images, halves.labels, NAME, str(path), halves.test_start)


def _save_into(folder: Path, halves: Halves) -> None:
    path = unused_path(folder / FILE_NAME)
    save_npz(_as_dataset(halves, path), path)


def read_halves(file: Path) -> tuple[Halves, bool]:
    """Read the halves from a file, and whether it has them: one of a time before there were any gets them.

    Raises
    ------
    DataFormatError
        If it is damaged.
    OSError
        If it cannot be read.
    """
    kept = load_npz(file, asked=AS_WRITTEN)
    start = kept.official_test_start
    if start is None:
        return Halves().with_added(kept.images, kept.labels), False
    return Halves(kept.images, kept.labels, start), True
