"""The epochs of a run: which there are, which one is looked at, and what was answered and confused after each."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.inspection import Inspection
from digitgui.documents.model_document import ModelDocument
from digitgui.runs.kept_epochs import Answers, Measured, Past, measure, read_past
from digitgui.runs.trainings import Trainings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from model.network.arrays import ImageArray
from model.network.network import Network

PACE_MILLISECONDS = 500
"""While a network is trained, its new epochs are read no more often."""


class TimeMachine(Teller):
    """Shows a run as it was after each epoch; computes when a view that is seen asks for it.

    All weights are kept in memory, and every epoch is asked at once, so that moving from one to another computes
    nothing.

    Signals
    -------
    changed()
        There are other runs or epochs, or other inputs: what is seen calls `request`.
    answered()
        What the epochs answer, or confuse, is other than before.
    moved()
        Another epoch is looked at.
    """

    changed = Signal()
    answered = Signal()
    moved = Signal()

    def __init__(
        self,
        trainings: Trainings,
        inspection: Inspection,
        model: ModelDocument,
        data: DataDocument,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._trainings, self._inspection, self._model, self._data = trainings, inspection, model, data
        self._open = model.network
        self._chosen = ""
        self._seen: Past | None = None
        self._progress: tuple[str, int, bool] | None = None  # of the training, when it was last looked at
        self._picture: ImageArray | None = None
        self._epoch: int | None = None  # None: the last one, also when there are more
        self.is_looking = False
        self._shown: Network | None = None  # the epoch's, as long as no copy of it has been changed
        quick = BackgroundTasks(activity)
        self._reading = Computation[tuple[list[str], Past | None]](
            "Reading the epochs of a run", InThread(quick), activity, failure="The run cannot be shown"
        )
        self._answering = Computation[Answers]("", InThread(quick), activity, failure="The epochs cannot be asked")
        self._fetching = Computation[Network]("", InThread(quick), activity, failure="The epoch cannot be shown")
        self._measuring = Computation[Measured](
            "Measuring the epochs of a run",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The epochs cannot be measured",
            tells=True,
        )
        self._reading.done.connect(self._see_past)
        self._fetching.done.connect(self._show)
        self._answering.changed.connect(self.answered)
        self._measuring.changed.connect(self.answered)
        for one in (self._reading, self._answering, self._fetching, self._measuring):
            one.failed.connect(self._fail)
        inspection.changed.connect(self._see_inspection)
        for change in (data.changed, data.opened):
            change.connect(self._see_data)
        model.changed.connect(self._see_model)
        trainings.runs_changed.connect(self._see_runs)
        trainings.progressed.connect(self._see_progress)
        self._soon = QTimer(self, singleShot=True, interval=PACE_MILLISECONDS)
        self._soon.timeout.connect(self._see_runs)

    # what is known

    @property
    def runs(self) -> list[str]:
        """All runs that have kept epochs, the newest first."""
        return self._reading.answer[0] if self._reading.answer else []

    @property
    def past(self) -> Past | None:
        """The run that is shown; None if there is none, or before it has been read."""
        return self._reading.answer[1] if self._reading.answer else None

    @property
    def has_read(self) -> bool:
        """Whether it is known which runs there are."""
        return self._reading.answer is not None or bool(self._reading.problem)

    @property
    def problem(self) -> str:
        """Why the run, or some of its epochs, cannot be shown, in a sentence; empty if they can."""
        return self._reading.problem or (self.past.problem if self.past else "")

    @property
    def epoch(self) -> int:
        """Which one is looked at; 0 if there is none."""
        if self.past is None:
            return 0
        epochs, wanted = self.past.epochs, self._epoch
        return epochs[-1] if wanted is None else min(epochs, key=lambda epoch: abs(epoch - wanted))

    @property
    def answers(self) -> Answers | None:
        """What the epochs answer to the picture that is inspected; None while that is not known."""
        found, past = self._answering.answer, self.past
        is_of_it = found is not None and past is not None and found.run == past.run
        return found if is_of_it and self._inspection.picture is not None else None

    @property
    def measured(self) -> Measured | None:
        """What the epochs confuse; None while it is not known."""
        found, past = self._measuring.answer, self.past
        return found if found and past and found.run == past.run else None

    # what can be done

    def choose(self, run: str) -> None:
        """Show another run, from its last epoch."""
        if run != self._chosen:
            self._chosen, self._epoch = run, None
            self._reading.outdate()
            self.changed.emit()

    def go_to(self, epoch: int) -> None:
        """Look at the network as it was after an epoch, here and in all other views of Inspect."""
        assert self.past is not None
        self._epoch = None if epoch == self.past.epochs[-1] else epoch
        self.is_looking = True
        self.moved.emit()
        self._fetch()

    def leave(self) -> None:
        """Look at the open network again."""
        if self.is_looking:
            self._stop_looking()
            self._inspection.look_at(None)

    def request(self) -> None:
        """Compute what is not known; a view that is seen calls this at every `changed`."""
        if self._reading.is_under_way:
            if self._reading.is_outdated:
                self._reading.afterwards(self.request)
        elif not self._reading.holds:
            self._reading.ask_anew(read_past, self._trainings.store, self._wanted, self.past)
        self._request_answers()
        self._request_measures()

    # inside

    @property
    def _wanted(self) -> str:
        """The run that was chosen, or else the training that is on, or was last."""
        status = self._trainings.status
        return self._chosen or (status.run if status else "")

    def _request_answers(self) -> None:
        past, picture = self.past, self._inspection.picture
        if self._answering.is_under_way:
            if self._answering.is_outdated:
                self._answering.afterwards(self._request_answers)
        elif past is not None and picture is not None and not self._answering.holds:
            self._answering.ask_anew(Past.answers, past, picture.copy())

    def _request_measures(self) -> None:
        if self._measuring.is_under_way:
            if self._measuring.is_outdated:
                self._measuring.afterwards(self._request_measures)
        elif self.past is not None and not self._measuring.holds:
            self._measuring.ask_anew(measure, self.past, self._data.dataset, self._measuring.answer)

    @property
    def _is_shown(self) -> bool:
        """Whether the network of an epoch is looked into, and no copy that a step or an operation has changed."""
        return self.is_looking and self._inspection.network is self._shown

    def _stop_looking(self) -> None:
        self.is_looking, self._shown = False, None
        self._fetching.cancel()
        self.moved.emit()

    def _see_past(self, found: tuple[list[str], Past | None]) -> None:
        if found[1] is not self._seen:
            self._seen = found[1]
            self._answering.outdate()
            self._measuring.outdate()
            if self._is_shown or self._fetching.is_under_way:  # else a copy that was changed would be lost
                self._fetch()
        self.changed.emit()

    def _see_inspection(self) -> None:
        """Ask the epochs for another picture, if it is one: the network that is looked at does not matter."""
        picture = self._inspection.picture
        if picture is None or self._picture is None or not np.array_equal(picture, self._picture):
            self._picture = None if picture is None else picture.copy()
            self._answering.outdate()
            self.changed.emit()

    def _see_data(self) -> None:
        self._measuring.outdate()
        self.changed.emit()

    def _see_runs(self) -> None:
        self._reading.outdate()
        self.changed.emit()

    def _see_progress(self) -> None:
        """Read the epochs of the training that is on, some time after it has come to another one."""
        status = self._trainings.status
        progress = (status.run, len(status.history.epochs), status.history.images_seen > 0) if status else None
        if progress != self._progress:
            self._progress = progress
            if not self._soon.isActive():
                self._soon.start()

    def _see_model(self) -> None:
        """Look at the network that has been opened, and not at the past of another."""
        if self._model.network is not self._open:
            self._open = self._model.network
            self._chosen, self._epoch = "", None
            self._reading.outdate()
            if self._is_shown:
                self.leave()
            elif self.is_looking:
                self._stop_looking()
            self.changed.emit()

    def _fetch(self) -> None:
        """Make the network of the epoch; while one is being made, once that is done."""
        if self._fetching.is_under_way:
            self._fetching.afterwards(self._fetch)
        elif self.past is not None and self.is_looking:
            self._fetching.ask_anew(self.past.network, self.epoch, basis=(self.past.name, self.epoch))

    def _show(self, network: Network) -> None:
        name, epoch = self._fetching.basis
        if self.is_looking:
            self._shown = network
            when = f"after epoch {epoch}" if epoch else "before training"
            self._inspection.look_at(network, f"{name} {when}")

    def _fail(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.changed.emit()
