"""Teaching the open network the user's hand, in the background, and what becomes of it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.personal_set import PersonalSet
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.turns import Task, Turns, Wish
from model import Dataset, Network
from model.errors import CancelledError, ModelError
from model.readers.sources import BUNDLED, open_data
from model.runs.provenance import describe_teaching
from model.training.teaching import TeachingConfig, own_halves
from model.training.teaching_report import TeachingReport, teach_and_report

__all__ = ["LEAST_DIGITS", "HandTeaching", "Lesson"]

LEAST_DIGITS = 10
"""Fewer say nothing of a hand, and leave hardly any to measure by."""

FIRST_ESTIMATE = 0.05
"""Share of the work after which the time that is left can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What came of teaching.

    Attributes
    ----------
    network : Network
        The taught one.
    name : str
        Of the network that it was made of.
    report : TeachingReport
    """

    network: Network
    name: str
    report: TeachingReport


class HandTeaching(QObject):
    """Knows the user's digits as they have been corrected, and teaches a copy of the open network.

    Attributes
    ----------
    digits : Dataset or None
        My digits as they are taught: with the corrections made on the Data page. None if there are none.
    share : float or None
        How much of a teaching is done; None if none is going on.
    lesson : Lesson or None
        What came of the last one, until it is kept or discarded.

    Signals
    -------
    digits_changed()
    changed()
        A teaching has begun, ended, or what came of it was kept or discarded.
    progressed()
    kept(str), failed(str)
        One sentence that the user should read; what the first tells of can be undone.
    """

    digits_changed = Signal()
    changed = Signal()
    progressed = Signal()
    kept = Signal(str)
    failed = Signal(str)
    _advanced = Signal(object, float)

    def __init__(
        self,
        model: ModelDocument,
        personal: PersonalSet,
        undo_stack: QUndoStack,
        files: BackgroundTasks,
        turns: Turns,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._personal, self._undo_stack = model, personal, undo_stack
        self._turns = turns
        self._files, self._tasks = files, BackgroundTasks(self)  # files: where my digits are written too
        self._cancelled = threading.Event()
        self._started = 0.0
        self.digits: Dataset | None = None
        self.share: float | None = None
        self.lesson: Lesson | None = None
        turns.watch(Task.TEACHING, lambda: self.share is not None)
        personal.changed.connect(self.read_digits)
        self._advanced.connect(self._advance)
        if len(personal):
            self.read_digits()

    @property
    def seconds_left(self) -> float | None:
        """How long the teaching will go on, about; None where that is not known."""
        if self.share is None or self.share < FIRST_ESTIMATE:
            return None
        return (time.perf_counter() - self._started) * (1 - self.share) / self.share

    @property
    def lack(self) -> str:
        """What my digits lack for a teaching, in a sentence; empty if they are enough."""
        labels = [] if self.digits is None else self.digits.labels[self.digits.included].tolist()
        if len(labels) < LEAST_DIGITS:
            return f"Write at least {LEAST_DIGITS} digits to be taught; there are {len(labels) or 'none'} so far."
        if len(set(labels)) == 1:
            return (
                f"All your digits are a {labels[0]}: write others too, or the network would learn only that one."
            )
        return ""

    def read_digits(self) -> None:
        """Read my digits with their corrections, once what is being written has been written."""

        def done(digits: Dataset | None) -> None:
            self.digits = digits
            self.digits_changed.emit()

        self._files.start(self._open_digits, done, self._report)

    def teach(self) -> None:
        """Teach a copy of the open network in the background, if there are digits enough."""
        if self.share is not None or self._turns.refuses(Wish.TEACH):
            return
        if self.digits is None or self.lack:
            self.failed.emit(self.lack)
            return
        network, name, digits = self._model.network.copy(), self._model.name, self.digits
        cancelled = threading.Event()
        self._cancelled, self._started = cancelled, time.perf_counter()
        self.share, self.lesson = 0.0, None

        def tell(share: float) -> None:
            if cancelled.is_set() or self._tasks.cancelled.is_set():
                raise CancelledError("the teaching was cancelled")
            self._advanced.emit(cancelled, share)

        def done(lesson: Lesson) -> None:
            if not cancelled.is_set():
                self.share, self.lesson = None, lesson
                self.changed.emit()

        def failed(error: Exception) -> None:
            if not cancelled.is_set():
                self.share = None
                self.failed.emit(f"The network cannot be taught: {sentence_of(error)}")
                self.changed.emit()

        self._tasks.start(lambda: _lesson(network, name, digits, tell), done, failed)
        self.changed.emit()

    def cancel(self) -> None:
        """End the teaching; the open network has not changed."""
        if self.share is not None:
            self._cancelled.set()
            self.share = None
            self.changed.emit()

    def keep(self) -> None:
        """Let the taught network be the open one; can be undone."""
        lesson = self.lesson
        if lesson is None or self._turns.refuses(Wish.OPEN_TAUGHT):
            return
        try:
            self._model.keep_unsaved()  # what fails here would fail in the middle of a command
        except ModelError as error:
            self.failed.emit(sentence_of(error))
            return
        self.lesson = None
        self._undo_stack.push(_Replacement(self._model, lesson, self.failed.emit))
        self.kept.emit("The taught network is open now.")
        self.changed.emit()

    def keep_aside(self) -> None:
        """Keep a taught network that nobody has decided about among the unsaved ones.

        Raises
        ------
        ModelFileError
            If it cannot be written.
        """
        if self.lesson:
            self._model.keep_aside(self.lesson.network, _name_of_taught(self.lesson.name))
            self.lesson = None

    def discard(self) -> None:
        """Drop the taught network."""
        self.lesson = None
        self.changed.emit()

    def shut_down(self) -> None:
        """Return when the thread is gone."""
        self._cancelled.set()
        self._tasks.shut_down()

    def _open_digits(self) -> Dataset | None:
        path = self._personal.path
        return open_data(str(path)) if path.exists() else None

    def _advance(self, cancelled: threading.Event, share: float) -> None:
        if cancelled is self._cancelled and self.share is not None:
            self.share = share
            self.progressed.emit()

    def _report(self, error: Exception) -> None:
        self.failed.emit(f"My digits cannot be read: {sentence_of(error)}")


def _lesson(network: Network, name: str, digits: Dataset, tell: Callable[[float], None]) -> Lesson:
    """Teach to the end; ``tell`` may raise."""
    config = TeachingConfig()
    steps = teach_and_report(network, digits, open_data(BUNDLED), config)
    try:
        while True:
            tell(next(steps).share)
    except StopIteration as end:
        taught, report = end.value
    finally:
        steps.close()
    count = len(own_halves(digits)[0][0])
    taught.card.provenance = describe_teaching(network, name, digits, count, config, report)
    return Lesson(taught, name, report)


class _Replacement(QUndoCommand):
    """From the open network to the taught one; the former is held until this is forgotten."""

    def __init__(self, model: ModelDocument, lesson: Lesson, fail: Callable[[str], object]) -> None:
        super().__init__("keeping the taught network")
        self._model, self._lesson, self._fail = model, lesson, fail
        self._before = (model.network, model.name, model.path, model.is_dirty)

    def redo(self) -> None:
        if self._model.network is self._before[0]:
            self._replace(self._lesson.network, _name_of_taught(self._lesson.name), None, is_dirty=True)

    def undo(self) -> None:
        if self._model.network is self._lesson.network:  # else another has been opened or trained since
            network, name, path, is_dirty = self._before
            self._replace(network, name, path, is_dirty=is_dirty)

    def _replace(self, network: Network, name: str, path: Path | None, *, is_dirty: bool) -> None:
        try:
            self._model.replace(network, name=name, path=path, is_dirty=is_dirty)
        except ModelError as error:  # must not leave a method that Qt calls
            self._fail(f"The open network stays: {sentence_of(error)}")


def _name_of_taught(name: str) -> str:
    return name if name.endswith(" my hand") else f"{name} my hand"
