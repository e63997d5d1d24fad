"""Trainings of the window: begun, continued, begun again; what they teach the open network; their runs on disk."""

import contextlib
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from digitgui.documents.data_document import DataDocument
from digitgui.documents.model_document import ModelDocument
from digitgui.installation.shipped import open_reader
from digitgui.runs.begun_run import Begun, keep_begun, read_begun, started_from
from digitgui.runs.run_status import RunStatus
from digitgui.runs.stopped_run import StoppedRun
from digitgui.runs.stopped_watch import StoppedWatch
from digitgui.wording import percent, sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.teller import Teller
from digitgui.work.training_worker import Progress, RunState, TrainingRun
from digitgui.work.turns import Task, Turns, Wish
from model import Network, build
from model.errors import ConfigError, CorruptError, DataFormatError, ModelError, ModelFileError, VersionError
from model.judging.ensemble import AnyNetwork
from model.network.architectures import Arch
from model.runs.epoch_weights import USUAL_MEGABYTES, bound_of, noted
from model.runs.provenance import describe_run
from model.runs.run_record import RunRecord, layers_noted
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.runs.storage import SUFFIX
from model.training.history import History
from model.training.measurements import Gauge, sample_of
from model.training.training_config import TrainingConfig
from model.training.training_events import (
    FinishReason,
    LayersMeasured,
    LearningRateChanged,
    RunFinished,
    RunStarted,
)

KEEP_SECONDS = 20
"""A network that is being trained is kept on disk this often."""


class Trainings(Teller):
    """One training at a time, of the open data; its network is the open one; its run is kept in a store.

    Attributes
    ----------
    run : TrainingRun
        The training, if any is going on.
    status : RunStatus or None
        Of this run, or the last one.
    store : RunStore
        All runs, of earlier days and of other programs too.
    since : str
        What begins with this name, or a later one, alone may be continued; all runs if it is empty.
    continuable : str
        The newest run that may be continued, as far as is known here; empty if there is none.
    stopped : StoppedRun or None
        The same run, once its checkpoint has been read.

    Signals
    -------
    progressed()
        `status` has grown, or `stopped` is another.
    stopped_changed()
        `stopped` is another; `progressed` comes with it.
    settings_taken(str or Architecture, TrainingConfig)
        A run with settings of its own begins, or goes on: its network, and these settings.
    runs_changed()
        A run in the store is other than before; code that changes one there emits it.
    """

    progressed = Signal()
    stopped_changed = Signal()
    settings_taken = Signal(object, object)
    runs_changed = Signal()

    def __init__(
        self,
        folder: Path,
        model: ModelDocument,
        data: DataDocument,
        tasks: BackgroundTasks,
        turns: Turns,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._data, self._tasks, self._turns = model, data, tasks, turns
        self.store = RunStore(folder / "runs")
        self.run = TrainingRun(self)
        self.status: RunStatus | None = None
        self.continuable = self.since = ""
        self.stopped: StoppedRun | None = None
        self._of_later_versions: set[str] = set()
        self._watch = StoppedWatch(self.store, data, tasks, self)
        self._watch.changed.connect(self._show_stopped)
        self._kept_at = 0.0
        self._reading = Computation[Begun]("", InThread(tasks), activity, can_cancel=True)
        self._reading.done.connect(self._continue)
        self._reading.failed.connect(self._fail_continuing)
        earlier = folder / f"unfinished{SUFFIX}"  # where there was room for one run only
        if earlier.exists():
            with contextlib.suppress(ModelFileError):
                self.store.adopt_checkpoint(earlier)
        self.look_for_continuable()
        self.run.state_changed.connect(self._take_state)
        self.run.progressed.connect(self._take_progress)
        self.run.finished.connect(self._take_finished)
        self.run.failed.connect(self._take_failure)
        self.run.recorded.connect(self.runs_changed)
        self.run.unrecorded.connect(self.failed)
        self.runs_changed.connect(self.look_for_continuable)
        turns.watch(Task.TRAINING, lambda: self.run.is_active)

    def start(
        self,
        arch: Arch,
        config: TrainingConfig,
        keep_epochs: int = USUAL_MEGABYTES,
        begun_with: AnyNetwork | None = None,
    ) -> None:
        """Train a network on the open data; an unsaved one that is open is set aside first.

        Parameters
        ----------
        arch : str or Architecture
            Of a fresh network.
        config : TrainingConfig
        keep_epochs : int
            How many MB of networks of its epochs are kept.
        begun_with : Network, optional
            The one whose layers and weights it begins with, instead of a fresh one.
        """
        if self.run.is_active or self._turns.refuses(Wish.TRAIN):
            return
        dataset = self._data.dataset
        try:
            if begun_with is None:
                network, words = build(arch, config.seed, dataset.task), ""
            else:
                network, words = started_from(begun_with, dataset.task, config.seed)
        except ModelError as error:
            self.failed.emit(sentence_of(error))
            return
        shown = self._show_network(network)
        if shown:
            name = network.card.name
            extra = {**({} if begun_with else layers_noted(arch)), **noted(keep_epochs)}
            record = RunRecord(self.store.new_id(name), name, {"settings": config.as_dict()}, extra=extra)
            if begun_with:
                record = self._keep_begun(record, begun_with)
                self.noticed.emit(f"This training {words}.")
            self.status = RunStatus(config, dataset, shown, History(), run=record.id, name=record.name)
            gauge = Gauge(sample_of(dataset))
            self.run.start(network, dataset, config, RunRecorder(self.store, record), gauge)
            self.progressed.emit()

    def _keep_begun(self, record: RunRecord, network: AnyNetwork) -> RunRecord:
        """Keep the network that a run begins with in its folder, so that the run can be repeated."""
        file, copy = self.store.begun_file(record.id), network.copy()
        self._tasks.start(lambda: keep_begun(copy, file), lambda _none: None, self.report)
        return replace(record, begun_from=str(file.absolute()))

    def start_again(self, record: RunRecord) -> None:
        """Train with the settings of an earlier run, from the beginning, on the open data."""
        if self._turns.refuses(Wish.TRAIN_AGAIN):
            return
        try:
            config = TrainingConfig(**record.settings)
            arch: Arch = record.arch if record.begun_from else record.architecture
        except (ModelError, TypeError) as error:
            self.failed.emit(f"{record.name} cannot be trained again: {sentence_of(error)}")
            return
        if self._turns.refuses(Wish.TRAIN):
            return
        if record.begun_from:
            self._tasks.start(
                lambda: open_reader(record.begun_from),
                lambda network: self._start_again(record, arch, config, network),
                lambda error: self.failed.emit(f"{record.name} cannot be trained again: {sentence_of(error)}"),
            )
        else:
            self._start_again(record, arch, config, None)

    def _start_again(
        self, record: RunRecord, arch: Arch, config: TrainingConfig, begun_with: AnyNetwork | None
    ) -> None:
        self.settings_taken.emit(arch, config)
        dataset = self._data.dataset
        self.start(arch, config, bound_of(record.extra), begun_with)

        def tell(fingerprint: str) -> None:
            if fingerprint != record.data["sha256"]:
                self.noticed.emit(
                    f"{record.name} learned from {record.data['name']} as it was then. This training uses"
                    f" {dataset.name} as it is now, which is different."
                )

        self._tasks.start(lambda: dataset.fingerprint, tell, self.report)

    # continuing

    def look_for_continuable(self) -> None:
        """Find out which run may be continued, once and not at every question."""
        if not self.run.is_active:
            newest = self.store.continuable(self._of_later_versions)
            self.continuable = newest if newest > self.since else ""
            self._watch.watch(self.continuable)

    def _show_stopped(self) -> None:
        self.stopped = self._watch.stopped
        self.progressed.emit()
        self.stopped_changed.emit()

    @property
    def can_continue(self) -> bool:
        """Whether a run of the open data was ended before its last epoch, by hand or by the end of the program."""
        fits = self.stopped is None or not self.stopped.problem
        return not self.run.is_active and bool(self.continuable) and fits

    def continue_(self, run: str = "") -> None:
        """Go on with a run that was ended before its last epoch, after the last whole epoch of it.

        Parameters
        ----------
        run : str, optional
            Its name in the store; the newest one that may be continued if not given.
        """
        run = run or self.continuable
        if self.run.is_active or not run:
            return
        self._reading.title = f"Reading {Path(run).name}"
        self._reading.ask_anew(read_begun, self.store, run, self._data.dataset, basis=(run,))

    def _continue(self, found: Begun) -> None:
        begun, record, dataset = found
        self._reading.forget()
        if self.run.is_active or self._turns.refuses(Wish.TRAIN):
            return
        if dataset.split_rule != self._data.dataset.split_rule:
            self._data.cut(dataset.split_rule)
            self.noticed.emit(f"The data is split again as it was for {record.name}.")
        before = self.status
        is_shown = before is not None and before.run == record.id
        if before and is_shown and before.history.learning_rate_changes:
            # one that was made in the epoch that was cut off holds too
            begun.state.learning_rate = before.history.learning_rate_changes[-1].learning_rate
        shown = self._show_network(begun.network, continues=is_shown)
        if shown:
            config, history = begun.state.config, begun.history
            self.status = RunStatus(
                config,
                dataset,
                shown,
                history,
                busy_seconds=begun.seconds,
                run=record.id,
                name=record.name,
            )
            begun.state.gauge = Gauge(sample_of(dataset))
            # first of all, or a control that loses the focus would hand its old value to the run
            arch: Arch = begun.network.card.name
            with contextlib.suppress(ConfigError):
                arch = record.architecture
            self.settings_taken.emit(arch, replace(config, learning_rate=begun.state.learning_rate))
            self.run.go_on(begun, dataset, RunRecorder(self.store, record))
            self.progressed.emit()

    def _fail_continuing(self, sentence: str) -> None:
        """Say why; what cannot be understood makes room for the run before it, and what may yet be read stays."""
        error, run = self._reading.error, cast(str, self._reading.asked[0])
        text = f"The run cannot be continued: {sentence}"
        if isinstance(error, DataFormatError):
            text = sentence
        elif type(error) is CorruptError:
            try:
                kept = self.store.set_checkpoint_aside(run)
                text += f". The file is kept as {kept}: train again, or open it with the program that wrote it."
            except ModelFileError as problem:
                text += f"; {problem}"
            self.runs_changed.emit()
        else:
            text += f". Its file was not changed: {self.store.checkpoint_file(run)}"
            if isinstance(error, VersionError):
                self._of_later_versions.add(run)
                self.look_for_continuable()
                text += ". Continue now resumes the run before it." if self.continuable else "."
            else:
                text += ". Try Continue again."
        self.failed.emit(text)
        self.progressed.emit()

    # the network of a run

    def open_network(self, run: str) -> None:
        """Open the network of a run, or of its checkpoint if it has not come to an end."""
        if self._turns.refuses(Wish.OPEN):
            return

        def read() -> tuple[RunRecord, Path]:
            files = (self.store.model_file(run), self.store.checkpoint_file(run))
            record = self.store.read(run)
            found = next((file for file in files if file.exists()), None)
            if found is None:
                raise ModelFileError(f"{record.name} has no network: it stopped before the end of its first epoch")
            return record, found

        self._tasks.start(
            read,
            lambda found: self._model.open(str(found[1]), name=found[0].name),
            self.report,
        )

    def describe(self) -> None:
        """Write into the open network where it comes from, if it comes from the run that is shown."""
        status = self.status
        if status is not None and status.is_of(self._model.network):
            self._model.describe(
                describe_run(status.dataset, status.config, status.history, status.finished, status.busy_seconds)
            )

    def _show_network(self, network: Network, *, continues: bool = False) -> Network | None:
        """Open a copy of a network that is about to be trained; None if the open one cannot be set aside.

        A network that the same run has trained before, and that has not been saved since, is the copy already.
        """
        status = self.status
        if continues and status and status.is_of(self._model.network) and self._model.path is None:
            self._model.take_weights(network.weights(), (network.input_mean, network.input_deviation))
            return status.network
        shown = network.copy()
        try:
            self._model.replace(shown, name=network.card.name)
        except ModelError as error:
            self.report(error)
            return None
        return shown

    # what the run tells

    def _take_state(self, state: RunState) -> None:
        if state is RunState.IDLE:
            self.runs_changed.emit()  # nothing claims it any more

    def _take_progress(self, progress: Progress) -> None:
        status = self.status
        assert status
        for event in progress.events:
            status.history.add(event)
            if isinstance(event, LayersMeasured):
                status.measured.append(event)
            if isinstance(event, RunStarted):
                status.total_images = event.images_per_epoch * event.epochs
                status.curves.begin(event)
            if isinstance(event, LearningRateChanged):
                self.noticed.emit(f"Learning rate {event.learning_rate:g} from epoch {status.epoch} on.")
        status.busy_seconds = progress.busy_seconds
        if progress.weights is not None:
            self._model.take_weights(progress.weights, progress.input_scaling)
            self._keep_now_and_then()
        self.progressed.emit()

    def _keep_now_and_then(self) -> None:
        """Keep what has been learned, so that a power cut costs half a minute of it."""
        if time.monotonic() - self._kept_at > KEEP_SECONDS:
            self._kept_at = time.monotonic()
            self._model.keep_soon()

    def _take_finished(self, event: RunFinished) -> None:
        status = self.status
        assert status
        status.finished = event
        self.describe()
        self._model.keep_soon()
        self.progressed.emit()
        if event.reason is FinishReason.DIVERGED:
            self.failed.emit(
                f"The loss became infinite in epoch {status.epoch}, so training stopped with the last good"
                " weights. Try a smaller learning rate."
            )
        elif event.report is not None and not event.has_learned:
            self.failed.emit(
                f"The network has not learned much: {percent(event.report.accuracy)} right is hardly better than"
                " guessing. Try more epochs, more pictures, or another learning rate."
            )

    def _take_failure(self, error: Exception) -> None:
        assert self.status
        self.status.has_failed = True
        self.failed.emit(f"Training failed: {sentence_of(error)}")
        self.progressed.emit()
