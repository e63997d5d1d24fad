"""How good the open network is on the open data."""

from typing import Literal, cast

from PySide6.QtCore import QTimer

from digitgui.documents.answers import Answers, Probabilities
from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.part_scores import scores_of_parts
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from model.data.dataset import PARTS, Part
from model.judging.scores import Scores
from model.network.task import Task

EVERY_PART: tuple[Part | Literal["all"], ...] = ("all", *PARTS)
PATIENCE_MILLISECONDS = 300
"""Corrections that follow one another so quickly are scored together."""


class Evaluation(Computation[dict[str, Scores]]):
    """Scores the answers of the open network, when it is asked for.

    Scoring happens in another process: importing scikit-learn here would hold up the window for a second.
    """

    def __init__(self, model: ModelDocument, answers: Answers, data: DataDocument, activity: Activity) -> None:
        super().__init__(
            "Evaluating",
            SeparateProcess(activity),
            activity,
            failure="The network cannot be evaluated",
            can_cancel=True,
        )
        self._model, self._answers, self._data = model, answers, data
        self._is_wanted = self._is_watched = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._score)
        self.failed.connect(self._give_up)
        answers.changed.connect(self._see_answers)
        data.opened.connect(self._start_anew)
        data.changed.connect(self._see_corrections)

    @property
    def scores(self) -> dict[str, Scores]:
        """Of each part that holds pictures, and of ``all``; empty before it has been asked for."""
        return self.answer or {}

    @property
    def probabilities(self) -> Probabilities | None:
        """The answers that were scored, of shape (n, classes)."""
        return cast(Probabilities, self.basis[0]) if self.basis else None

    @property
    def name(self) -> str:
        """What the network that gave them is called, or was when it was another one."""
        if self.is_current:
            return self._model.name
        return cast(str, self.basis[1]) if self.basis else ""

    @property
    def task(self) -> Task:
        """What the network is about that gave them; as the data are if there are none."""
        return cast(Task, self.basis[3]) if self.basis else self._data.dataset.task

    @property
    def is_current(self) -> bool:
        """Whether the open network would still be scored so."""
        return self._answers.is_current and self.probabilities is self._answers.probabilities

    @property
    def is_busy(self) -> bool:
        """Whether the network is being asked, or its answers are being scored, because it was asked for."""
        return self._is_wanted and (self._answers.share is not None or self.is_scoring)

    @property
    def is_scoring(self) -> bool:
        """Whether scores are to come."""
        return self.is_under_way or self._patience.isActive()

    def request(self) -> None:
        """Ask the network as it is now, and score what it answers."""
        self._is_wanted = True
        self._answers.request()
        self._score()

    def set_watched(self, watched: bool) -> None:
        """Score what is known already, and follow corrections of the data, as long as they are seen."""
        self._is_watched = watched
        if watched and self._answers.probabilities is not None:
            self._is_wanted = True
            self._score()

    def cancel(self) -> None:
        """Ask and score no further; what was known before stays."""
        self._is_wanted = False
        self._patience.stop()
        self._answers.cancel()
        super().cancel()
        self.changed.emit()

    def _see_answers(self) -> None:
        if self._is_wanted:
            self._score()
        self.changed.emit()

    def _score(self) -> None:
        """Score the answers by labels and parts as they are now, unless others are to come or it has been done."""
        rows, dataset = self._answers.probabilities, self._data.dataset
        if rows is None or self._answers.share is not None:
            return
        self._patience.stop()
        parts = {part: dataset.indices(part) for part in EVERY_PART}
        task = self._answers.task
        basis = rows, self._answers.name, dataset, task
        self.ask(scores_of_parts, rows, dataset.labels, parts, task.class_names, basis=basis)

    def _give_up(self) -> None:
        self._is_wanted = False

    def _start_anew(self) -> None:
        self._patience.stop()
        self._is_wanted = False
        self.forget()

    def _see_corrections(self) -> None:
        """Score by other labels or other parts, with the same answers."""
        if self.scores or self.is_under_way:
            if self._is_watched:
                self._patience.start()
            self.changed.emit()
