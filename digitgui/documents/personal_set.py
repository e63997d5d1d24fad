"""The user's own set of pictures, gathered from wherever they were seen."""

import hashlib
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
from model.atomic_files import as_file_name, unused_path
from model.data.duplicates import picture_digests
from model.errors import DataFormatError
from model.network.arrays import ImageArray, LabelArray
from model.network.task import DIGITS, MOST_CLASSES, Task
from model.readers.npz_files import AS_WRITTEN, load_npz, save_npz
from model.readers.own_archives import load_own_archive

__all__ = ["FILE_NAME", "Halves", "PersonalSet", "files_in", "read_halves"]

FILE_NAME = "my-digits.npz"
FOLDER = "my-hand"
"""In the program's own, of a file for each task other than digits."""
NAME, OTHER_NAME = "My digits", "My pictures"
MOST_AT_ONCE = 1000
LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Labelled pictures, each of which belongs for good to the half that is taught or to the half that measures.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
        First those that are taught. Pictures of another task have its shape.
    labels : ndarray of uint8, shape (n,)
    test_start : int
        Index of the first picture that measures.
    """

    images: ImageArray = field(default_factory=lambda: np.zeros((0, 28, 28), np.uint8))
    labels: LabelArray = field(default_factory=lambda: np.zeros(0, np.uint8))
    test_start: int = 0

    def with_added(self, images: ImageArray, labels: LabelArray) -> "Halves":
        """Add pictures, each to the half that has fewer of its digit; the first of a digit is taught."""
        most = MOST_CLASSES
        balance = np.bincount(self.labels[: self.test_start], minlength=most)
        balance = balance - np.bincount(self.labels[self.test_start :], minlength=most)
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
    Other windows may write to it too: what they have added stays there. Each task has a set and a file of its own;
    the others stay as they are until theirs is turned to again.

    Attributes
    ----------
    task : Task
        What the pictures are about: at first, digits.
    path : Path
        The file, which opens as a data set; there is none as long as the set is empty.

    Signals
    -------
    changed()
    turned()
        Another task has its turn; `changed` follows.
    """

    changed = Signal()
    turned = Signal()

    def __init__(
        self, folder: Path, undo_stack: QUndoStack, safekeeping: Safekeeping, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._undo_stack, self._safekeeping = folder, undo_stack, safekeeping
        self._added: set[bytes] = set()  # digests of what this window has added, and may take away again
        self._sets: dict[Path, Halves] = {}
        self._problems: dict[Path, str] = {}
        self.task, self.path = DIGITS, folder / FILE_NAME
        self._begin()

    def __len__(self) -> int:
        return len(self.halves.images)

    @property
    def halves(self) -> Halves:
        """The pictures of the task."""
        return self._sets[self.path]

    @property
    def title(self) -> str:
        """What the set is called."""
        return NAME if self.task.is_digits else OTHER_NAME

    def turn_to(self, task: Task) -> None:
        """Hold the pictures of a task: what is kept of it, and what will be added."""
        if task != self.task:
            self.task, self.path = task, self._folder / file_of(task)
            if self.path not in self._sets:
                self._begin()
            self.turned.emit()
            self.changed.emit()

    def takes(self, task: Task) -> bool:
        """Tell whether pictures of a task belong here: they are of the same one, and drawn."""
        return task == self.task and task.preparation == "ink"

    def _begin(self) -> None:
        height_and_width = self.task.array_shape
        self._sets[self.path] = Halves(np.zeros((0, *height_and_width), np.uint8))
        if self.path.exists():
            self._read()

    def add(self, images: ImageArray, labels: LabelArray) -> int:
        """Add the pictures that are not there yet, which can be undone; return how many."""
        if not self.is_usable():
            return 0
        if len(images) > MOST_AT_ONCE:
            self.failed.emit(
                f"{self.title} is for your own handwriting: add at most {MOST_AT_ONCE:,} pictures at once, not"
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
            do, take_back = (partial(self.take, one, self.task) for one in (after, self.halves))
            self._undo_stack.push(UndoStep(f"adding {number} to {self.title.lower()}", do, take_back))
        return len(new)

    def label_of(self, image: ImageArray) -> int | None:
        """Return the label that a picture was added with; None if it is not there."""
        images = self.halves.images
        there = np.flatnonzero((images == image).all(axis=tuple(range(1, images.ndim))))
        return int(self.halves.labels[there[0]]) if len(there) else None

    def is_usable(self) -> bool:
        """Tell whether pictures can be added, and the user if not."""
        problem = self._problems.get(self.path, "")
        if problem:
            self.failed.emit(problem)
        return not problem

    def take(self, halves: Halves, task: Task | None = None) -> None:
        """Hold these pictures, of this task or another one, and write them soon."""
        task = task or self.task
        path = self._folder / file_of(task)
        self._sets[path] = halves
        name = NAME if task.is_digits else OTHER_NAME
        change = Change(
            name if task.is_digits else f"{name} ({task.words_of_classes()})",
            lambda: self._save(halves, path, task),
            lambda folder: _save_into(folder, halves, task),
        )
        self._safekeeping.keep(path, change)
        if path == self.path:
            self.changed.emit()

    def _read(self) -> None:
        """Read what is kept; what is damaged is put aside, so that nothing is lost and a new set can begin."""
        try:
            found, has_halves = read_halves(self.path, self.task)
            self._sets[self.path] = found
            if not has_halves:
                self.take(found)
        except (DataFormatError, OSError) as error:
            text = f"{self.title} cannot be read: {sentence_of(error)}"
            try:
                if isinstance(error, OSError):
                    raise
                text += f". The file is now called {_put_aside(self.path).name}, and a new set begins"
            except OSError:
                self._problems[self.path] = text
            QTimer.singleShot(0, lambda: self.failed.emit(text))

    def _save(self, halves: Halves, path: Path, task: Task) -> None:
        import filelock  # noqa: PLC0415  a window that starts locks nothing

        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            known = self._added.union(picture_digests(halves.images))
            try:
                halves = halves.with_others(read_halves(path, task)[0], known)
            except FileNotFoundError:
                pass
            except DataFormatError:  # damaged since it was read
                _put_aside(path)
            if len(halves.images):
                save_npz(_as_dataset(halves, path, task), path, private=True)
            else:
                path.unlink(missing_ok=True)


def files_in(folder: Path) -> list[Path]:
    """List where the user's own pictures lie in the program's folder, of whatever task."""
    return [folder / FILE_NAME, *sorted((folder / FOLDER).glob("*.npz"))]


def file_of(task: Task) -> str:
    """Name the file of a task, in the program's folder; digits have theirs as ever."""
    if task.is_digits:
        return FILE_NAME
    digest = hashlib.sha256(task.to_json().encode()).hexdigest()[:12]
    return f"{FOLDER}/{as_file_name(task.class_names[0])[:20]}-{task.count}-{digest}.npz"


def _put_aside(path: Path) -> Path:
    return path.replace(unused_path(path.with_suffix(".damaged.npz")))


def _as_dataset(halves: Halves, path: Path, task: Task) -> Dataset:
    name = NAME if task.is_digits else OTHER_NAME
    return Dataset(halves.images, halves.labels, name, str(path), halves.test_start, task=task)


def _save_into(folder: Path, halves: Halves, task: Task) -> None:
    path = unused_path(folder / Path(file_of(task)).name)
    save_npz(_as_dataset(halves, path, task), path)


def read_halves(file: Path, task: Task = DIGITS) -> tuple[Halves, bool]:
    """Read the halves from a file, and whether it has them: one of a time before there were any gets them.

    Raises
    ------
    DataFormatError
        If it is damaged, or of another task.
    OSError
        If it cannot be read.
    """
    kept = load_npz(file, asked=AS_WRITTEN) if task.is_digits else load_own_archive(file)
    is_of_task = kept.task.problem_of(task) is None if task.is_digits else kept.task == task
    if not is_of_task:
        raise DataFormatError(f"{file.name}: expected {task.sentence()}, found {kept.task.sentence()}")
    start = kept.official_test_start
    if start is None:
        empty = Halves(kept.images[:0], kept.labels[:0])
        return empty.with_added(kept.images, kept.labels), False
    return Halves(kept.images, kept.labels, start), True
