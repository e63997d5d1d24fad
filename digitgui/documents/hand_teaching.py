"""Teaching the open network the user's hand, in the background, and what becomes of it."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.data_document import DataDocument
from digitgui.documents.lesson import NO_ENSEMBLE, Lesson, give_lesson
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.personal_set import PersonalSet
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.turns import Task, Turns, Wish
from model import Dataset
from model.judging.belonging import misfit_of
from model.judging.ensemble import Ensemble
from model.readers.npz_files import AS_WRITTEN
from model.readers.sources import open_data

NO_BASE = (
    "Teaching repeats pictures of others, so that nothing is forgotten: open the data that this network learned"
    " from, or others of {}, on the Data page."
)
LEAST_DIGITS = 10
"""Fewer say nothing about handwriting, and leave hardly any to measure by."""


class HandTeaching(Computation[Lesson]):
    """Knows the user's digits as they have been corrected, and teaches a copy of the open network.

    Signals
    -------
    digits_changed()
    kept(str)
        One sentence that the user should read; what it tells of can be undone.
    """

    digits_changed = Signal()
    kept = Signal(str)

    def __init__(
        self,
        model: ModelDocument,
        data: DataDocument,
        personal: PersonalSet,
        undo_stack: QUndoStack,
        files: BackgroundTasks,
        turns: Turns,
        activity: Activity,
    ) -> None:
        super().__init__(
            "Teaching your handwriting",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The network cannot be taught",
            tells=True,
            can_cancel=True,
        )
        self._model, self._data, self._personal, self._undo_stack = model, data, personal, undo_stack
        self._turns = turns
        turns.watch(Task.TEACHING, lambda: self.is_under_way)
        # in the thread that writes my digits, so that what is being written has been written
        self._reading = Computation[Dataset | None](
            "Reading your digits", InThread(files), activity, failure="My digits cannot be read"
        )
        self._known: dict[Path, Dataset | None] = {}  # by the file of each task that has had its turn
        self._reading.done.connect(self._take_read)
        self._reading.failed.connect(self.digits_changed)
        self._reading.failed.connect(self.failed)
        personal.turned.connect(self._turn)
        personal.changed.connect(self.read_digits)
        data.changed.connect(self._see_data)
        if len(personal):
            self.read_digits()

    @property
    def digits(self) -> Dataset | None:
        """My digits as they are taught: with the corrections made on the Data page. None if there are none.

        Nor are there any where they could not be read: those of before are not what is in the file.
        """
        return None if self._reading.problem else self._reading.answer

    @property
    def lesson(self) -> Lesson | None:
        """What came of the last teaching, until it is kept or discarded."""
        return self.answer

    @property
    def lack(self) -> str:
        """What my digits lack for a teaching, in a sentence; empty if they are enough."""
        if self._reading.problem:
            return self._reading.problem
        if isinstance(self._model.network, Ensemble):
            return NO_ENSEMBLE
        count, task = sum(self.counts), self._personal.task
        if count < LEAST_DIGITS:
            are = f"is {count}" if count == 1 else f"are {count or 'none'}"
            what = "digits" if task.is_digits else "of them"
            return f"Write at least {LEAST_DIGITS} {what} before teaching; so far there {are}."
        if not task.is_digits and self._base() is None:
            return NO_BASE.format(task.words_of_classes())
        return ""

    def _base(self) -> Dataset | None:
        """The open data where they can be replayed: of the network's task, and not the user's own."""
        dataset = self._data.dataset
        is_own = dataset.source == str(self._personal.path)
        return None if is_own or misfit_of(self._model.network, dataset) else dataset

    @property
    def counts(self) -> tuple[int, ...]:
        """How many of my digits, or other classes, there are of each; without those that were left out."""
        labels = np.zeros(0, np.uint8) if self.digits is None else self.digits.labels[self.digits.included]
        return tuple(np.bincount(labels, minlength=self._personal.task.count).tolist())

    def read_digits(self) -> None:
        """Read my digits with their corrections, once what is being written has been written."""
        self._reading.ask_anew(_opened, self._personal.path)

    def known(self, path: Path) -> Dataset | None:
        """Return what is in the file of a task, as it was read last."""
        return self.digits if path == self._personal.path else self._known.get(path)

    def take_corrected(self, digits: Dataset, path: Path) -> None:
        """Know of a correction that is being written to the file of a task."""
        self._known[path] = digits
        if path == self._personal.path:
            self._reading.put(digits)
            self.digits_changed.emit()

    def _take_read(self, digits: Dataset | None) -> None:
        self._known[self._personal.path] = digits
        self.digits_changed.emit()

    def _turn(self) -> None:
        """Know of no pictures but those of the task."""
        known = self._known.get(self._personal.path)
        if known is None:
            self._reading.forget()
        else:
            self._reading.put(known)
        self.digits_changed.emit()

    def _see_data(self) -> None:
        """Tell that what is replayed is there, or no longer."""
        if not self._personal.task.is_digits:
            self.digits_changed.emit()

    def teach(self) -> None:
        """Teach a copy of the open network in the background, if there are digits enough."""
        if self.is_under_way or self._turns.refuses(Wish.TEACH):
            return
        if self.digits is None or self.lack:
            self.failed.emit(self.lack)
            return
        self.forget()
        network = self._model.network
        assert not isinstance(network, Ensemble)  # it would lack something
        base = None if self._personal.task.is_digits else self._base()
        give = partial(give_lesson, base=base)
        self.ask(give, network.copy(), self._model.name, "my hand", self.digits)

    def keep(self) -> None:
        """Let the taught network be the open one; can be undone."""
        lesson = self.lesson
        if lesson is None or self._turns.refuses(Wish.OPEN_TAUGHT):
            return
        if lesson.use(self._model, self._undo_stack, self.failed.emit):
            self.forget()
            self.kept.emit("Now using the taught network.")

    def keep_aside(self) -> None:
        """Keep a taught network that is neither kept nor discarded among the unsaved ones; raise as a lesson."""
        if self.lesson:
            self.lesson.keep_aside(self._model)
            self.forget()

    def save_into(self, folder: Path) -> None:
        """Write a taught network that is neither kept nor discarded into a folder; raise as a lesson."""
        if self.lesson:
            self.lesson.save_into(folder)

    def discard(self) -> None:
        """Drop the taught network."""
        self.forget()


def _opened(path: Path) -> Dataset | None:
    return open_data(str(path), **asdict(AS_WRITTEN)) if path.exists() else None
