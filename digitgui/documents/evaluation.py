"""How good the open network is on the open data."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.answers import Answers
from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.part_scores import scores_of_parts
from digitgui.documents.second_opinion import SecondOpinion
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks
from digitgui.work.separate_process import SeparateProcess
from model.data.dataset import PARTS, Part
from model.judging.scores import Scores

__all__ = ["EVERY_PART", "Evaluation"]

EVERY_PART: tuple[Part | Literal["all"], ...] = ("all", *PARTS)
PATIENCE_MILLISECONDS = 300
"""Corrections that follow one another so quickly are scored together."""


class Evaluation(QObject):
    """Scores the answers of the open network, when somebody asks for it.

    Scoring happens in another process: importing scikit-learn here would hold up the window for a second.

    Attributes
    ----------
    scores : dict of str to Scores
        Of each part that holds pictures, and of ``all``; empty before anybody has asked.
    probabilities : ndarray of float32, shape (n, 10), or None
        The answers that were scored.
    name : str
        What the network that gave them is called, or was when it was another one.
    second : SecondOpinion
        What another network makes of the same pictures.
    tasks : BackgroundTasks
        Answers what is asked about single pictures.

    Signals
    -------
    changed()
        There are other scores, they no longer hold, or they are being computed now.
    failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, model: ModelDocument, answers: Answers, data: DataDocument, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._answers, self._data = model, answers, data
        self._process = SeparateProcess(self)
        self._images = data.dataset.images
        self._is_wanted = self._is_watched = False
        self._is_outdated = False  # whether labels or parts have changed since
        self._given: npt.NDArray[np.float32] | None = None  # the answers that are being scored, or have been
        self._is_asking, self._asked = False, ""  # the name of the network that was asked last
        self._name = ""
        self.tasks = BackgroundTasks(self)
        self.second = SecondOpinion(data, self)
        self.scores: dict[str, Scores] = {}
        self.probabilities: npt.NDArray[np.float32] | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._score)
        self.second.failed.connect(self.failed)
        answers.changed.connect(self._see_answers)
        data.changed.connect(self._see_data)

    @property
    def name(self) -> str:
        """As described above; a network that has been saved meanwhile bears the name of its file."""
        return self._model.name if self.is_current else self._name

    @property
    def is_current(self) -> bool:
        """Whether the open network would still be scored so."""
        return self._answers.is_current and self.probabilities is self._answers.probabilities

    @property
    def is_busy(self) -> bool:
        """Whether the network is being asked, or its answers are being scored, for somebody who waits."""
        return self._is_wanted and (self._answers.share is not None or self.is_scoring)

    @property
    def is_scoring(self) -> bool:
        """Whether scores are to come."""
        return self._process.is_running or self._patience.isActive()

    def request(self) -> None:
        """Ask the network as it is now, and score what it answers."""
        self._is_wanted = True
        self._answers.request()
        if self._answers.share is None:
            self._score_new_answers()

    def set_watched(self, watched: bool) -> None:
        """Score what is known already, and follow corrections of the data, as long as somebody looks."""
        self._is_watched = watched
        if watched and self._answers.probabilities is not None:
            self._is_wanted = True
            self._score_new_answers()

    def cancel(self) -> None:
        """Ask and score no further; what was known before stays."""
        self._is_wanted = False
        self._is_outdated |= self.is_scoring  # perhaps for labels that have been corrected
        self._patience.stop()
        self._process.cancel()
        self._given = self.probabilities
        self._answers.cancel()
        self.changed.emit()

    def shut_down(self) -> None:
        """Return when threads and processes are gone."""
        self._patience.stop()
        self._process.shut_down()
        self.second.shut_down()
        self.tasks.shut_down()

    def _see_answers(self) -> None:
        asking = self._answers.share is not None
        if asking and not self._is_asking:
            self._asked = self._model.name
        self._is_asking = asking
        if self._is_wanted:
            self._score_new_answers()
        self.changed.emit()

    def _score_new_answers(self) -> None:
        known = self._answers.probabilities
        is_new = known is not self._given or self._is_outdated
        if known is not None and is_new and self._answers.share is None:
            self._given = known
            self._score()

    def _score(self) -> None:
        dataset, given = self._data.dataset, self._given
        if given is None:
            return
        self._patience.stop()
        self._is_outdated = False
        parts = {part: dataset.indices(part) for part in EVERY_PART}
        name = self._asked

        def done(scores: dict[str, Scores]) -> None:
            self.scores, self.probabilities, self._name = scores, given, name
            self.changed.emit()

        self._process.start(scores_of_parts, given, dataset.labels, parts, on_done=done, on_failed=self._fail)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._given = self.probabilities
        self._is_wanted = False
        self.failed.emit(f"The answers cannot be scored: {sentence_of(error)}")
        self.changed.emit()

    def _see_data(self) -> None:
        if self._data.dataset.images is not self._images:
            self._images = self._data.dataset.images
            self._patience.stop()
            self._process.cancel()
            self.scores, self.probabilities, self._given = {}, None, None
            self._is_wanted = self._is_outdated = False
            self.changed.emit()
        elif self._given is not None:  # other labels or other parts, the same answers
            self._is_outdated = True
            if self._is_watched:
                self._patience.start()
            self.changed.emit()
