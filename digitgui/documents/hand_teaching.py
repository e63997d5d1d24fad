"""Teaching the open network the user's hand, in the background, and what becomes of it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.personal_set import PersonalSet
from digitgui.documents.replacement import Replacement
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.turns import Task, Turns, Wish
from model import Dataset, Network, save_network
from model.atomic_files import as_file_name, unused_path
from model.errors import ModelError
from model.judging.ensemble import Ensemble
from model.readers.npz_files import AS_WRITTEN
from model.readers.sources import BUNDLED, open_data
from model.runs.provenance import describe_teaching
from model.runs.storage import SUFFIX
from model.training.teaching import TeachingConfig, own_halves
from model.training.teaching_report import TeachingReport, teach_and_report

LEAST_DIGITS = 10
"""Fewer say nothing about handwriting, and leave hardly any to measure by."""


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
        self._model, self._personal, self._undo_stack = model, personal, undo_stack
        self._turns = turns
        turns.watch(Task.TEACHING, lambda: self.is_under_way)
        # in the thread that writes my digits, so that what is being written has been written
        self._reading = Computation[Dataset | None](
            "Reading your digits", InThread(files), activity, failure="My digits cannot be read"
        )
        self._reading.done.connect(self.digits_changed)
        self._reading.failed.connect(self.digits_changed)
        self._reading.failed.connect(self.failed)
        personal.changed.connect(self.read_digits)
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
            return "An ensemble cannot be taught. Open one of its networks instead."
        count = sum(self.counts)
        if count < LEAST_DIGITS:
            return f"Write at least {LEAST_DIGITS} digits before teaching; there are {count or 'none'} so far."
        return ""

    @property
    def counts(self) -> tuple[int, ...]:
        """How many of my digits there are of each, ten numbers; without those that were left out."""
        labels = np.zeros(0, np.uint8) if self.digits is None else self.digits.labels[self.digits.included]
        return tuple(np.bincount(labels, minlength=10).tolist())

    def read_digits(self) -> None:
        """Read my digits with their corrections, once what is being written has been written."""
        self._reading.ask_anew(_opened, self._personal.path)

    def take_corrected(self, digits: Dataset) -> None:
        """Know of a correction that is being written."""
        self._reading.put(digits)
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
        self.ask(_lesson, network.copy(), self._model.name, self.digits)

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
        self.forget()
        name = _name_of_taught(lesson.name)
        self._undo_stack.push(
            Replacement("using the taught network", self._model, lesson.network, name, self.failed.emit)
        )
        self.kept.emit("Now using the taught network.")

    def keep_aside(self) -> None:
        """Keep a taught network that is neither kept nor discarded among the unsaved ones.

        Raises
        ------
        ModelFileError
            If it cannot be written.
        """
        if self.lesson:
            self._model.keep_aside(self.lesson.network, _name_of_taught(self.lesson.name))
            self.forget()

    def save_into(self, folder: Path) -> None:
        """Write a taught network that is neither kept nor discarded into a folder; raise as `keep_aside`."""
        if self.lesson:
            name = as_file_name(_name_of_taught(self.lesson.name))
            save_network(self.lesson.network, unused_path(folder / f"{name}{SUFFIX}"))

    def discard(self) -> None:
        """Drop the taught network."""
        self.forget()


def _opened(path: Path) -> Dataset | None:
    return open_data(str(path), **asdict(AS_WRITTEN)) if path.exists() else None


def _lesson(network: Network, name: str, digits: Dataset, on_progress: Callable[[float], object]) -> Lesson:
    """Teach to the end; ``on_progress`` may raise."""
    config = TeachingConfig()
    steps = teach_and_report(network, digits, open_data(BUNDLED), config)
    try:
        while True:
            on_progress(next(steps).share)
    except StopIteration as end:
        taught, report = end.value
    finally:
        steps.close()
    count = len(own_halves(digits)[0][0])
    taught.card.provenance = describe_teaching(network, name, digits, count, config, report)
    return Lesson(taught, name, report)


def _name_of_taught(name: str) -> str:
    return name if name.endswith(" my hand") else f"{name} my hand"
