"""Training in a thread of its own: events out, wishes in."""

import copy
import logging
import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from model import Dataset, Network
from model.errors import ModelError
from model.network.arrays import FloatArray
from model.runs.checkpoints import Checkpoint
from model.runs.provenance import describe_run
from model.runs.run_recorder import RunRecorder
from model.training.history import History
from model.training.measurements import Gauge
from model.training.training import TrainingState, finish, train
from model.training.training_config import TrainingConfig
from model.training.training_events import FinishReason, RunFinished, TrainingEvent

LOGGER = logging.getLogger("digitgui")
FLUSH_SECONDS = 0.05
"""Events travel to the window this often, however many there are."""
SNAPSHOT_SECONDS = 0.2
"""The weights travel to the window this often, so that drawings are answered by the network of now."""
SHUTDOWN_MILLISECONDS = 30_000


@dataclass(frozen=True, slots=True)
class Progress:
    """What has happened since the last report.

    Attributes
    ----------
    events : tuple of TrainingEvent
    busy_seconds : float
        Time spent computing since the beginning, without pauses.
    weights : dict or None
        As in `Network.weights`, as they were right after the last of ``events``.
    input_scaling : (float, float)
        Mean and deviation that the network standardises its input with.
    """

    events: tuple[TrainingEvent, ...]
    busy_seconds: float
    weights: dict[str, FloatArray] | None
    input_scaling: tuple[float, float]


class RunState(StrEnum):
    """What a run is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class _Worker(QObject):
    """Iterates over `train` in another thread. `pause`, `resume` and `stop` may be called from any thread."""

    told = Signal(int, str, object)  # the number of the run, which signal of `TrainingRun`, and what it tells

    def __init__(self, run_id: int, begun: Checkpoint, dataset: Dataset, recorder: RunRecorder) -> None:
        super().__init__()
        self._run_id = run_id
        self._run = replace(begun, history=copy.deepcopy(begun.history))
        self._network, self._state, self._dataset = begun.network, begun.state, dataset
        self._recorder = recorder
        self._may_go = threading.Event()
        self._may_go.set()
        self._stop = threading.Event()
        self._discard = threading.Event()
        self._pending: list[TrainingEvent] = []
        self._busy_seconds = begun.seconds
        self._last_flush = self._last_snapshot = 0.0

    def pause(self) -> None:
        self._may_go.clear()

    def resume(self) -> None:
        self._may_go.set()

    def stop(self) -> None:
        self._stop.set()
        self._may_go.set()

    def change_learning_rate(self, learning_rate: float) -> None:
        self._state.learning_rate = learning_rate

    def discard(self) -> None:
        """Stop without the report at the end, which will not be read."""
        self._discard.set()
        self.stop()

    @Slot()
    def run(self) -> None:
        try:
            _ = self._dataset.fingerprint  # remembered by the data set, so that the window need not compute it
            with self._recorder.following(
                self._run,
                self._dataset,
                lambda: self._tell("recorded"),
                lambda sentence: self._tell("unrecorded", sentence),
            ):
                last = self._iterate()
                if last is not None:
                    self._end(last)
        except Exception as error:  # whatever it is, the window must hear of it
            if not isinstance(error, ModelError):
                LOGGER.exception("a training failed")
            self._tell("failed", error)
        else:
            self._flush(with_weights=True)
            if last is not None:
                self._tell("finished", last)

    def _iterate(self) -> RunFinished | None:
        """Train to the end, or until it is ended; return what came of it, or None if that is not wanted."""
        events = train(self._network, self._dataset, state=self._state)
        try:
            started = time.perf_counter()
            for event in events:
                now = time.perf_counter()
                self._busy_seconds += now - started
                self._pending.append(event)
                self._run.history.add(event)
                self._recorder.take(event, self._busy_seconds)
                if isinstance(event, RunFinished):
                    return event
                if now - self._last_flush > FLUSH_SECONDS:
                    self._flush()
                if not self._may_go.is_set():
                    self._flush(with_weights=True)
                    self._may_go.wait()
                if self._stop.is_set():
                    break
                started = time.perf_counter()
        finally:
            events.close()
        if self._discard.is_set():
            return None
        return finish(self._network, self._dataset, FinishReason.STOPPED, self._state)

    def _end(self, last: RunFinished) -> None:
        history, config = self._run.history, self._state.config
        self._network.card.provenance = describe_run(self._dataset, config, history, last, self._busy_seconds)
        self._recorder.end(last.reason)

    def _flush(self, *, with_weights: bool = False) -> None:
        self._last_flush = time.perf_counter()
        weights = None
        if with_weights or self._last_flush - self._last_snapshot > SNAPSHOT_SECONDS:
            self._last_snapshot = self._last_flush
            weights = self._network.weights()
        scaling = (self._network.input_mean, self._network.input_deviation)
        self._tell("progressed", Progress(tuple(self._pending), self._busy_seconds, weights, scaling))
        self._pending.clear()

    def _tell(self, news: str, *content: object) -> None:
        self.told.emit(self._run_id, news, content)


class TrainingRun(QObject):
    """One training at a time, seen from the window's thread.

    Signals
    -------
    state_changed(RunState)
    progressed(Progress)
    finished(RunFinished)
        The run is over and its thread gone.
    failed(Exception)
        The run ended by an error, and its thread is gone.
    recorded()
        Its record on disk is other than before.
    unrecorded(str)
        It cannot be written to disk, and goes on: one sentence.
    """

    state_changed = Signal(object)
    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    recorded = Signal()
    unrecorded = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState.IDLE
        self._thread: QThread | None = None
        self._worker: _Worker | None = None
        self._run_id = 0

    @property
    def is_active(self) -> bool:
        """Whether a run is going on, paused or about to stop."""
        return self.state is not RunState.IDLE

    def start(
        self,
        network: Network,
        dataset: Dataset,
        config: TrainingConfig,
        recorder: RunRecorder,
        gauge: Gauge | None = None,
    ) -> None:
        """Begin to train ``network``, which belongs to the run until it is over.

        Parameters
        ----------
        network : Network
        dataset : Dataset
        config : TrainingConfig
        recorder : RunRecorder
            Writes down what happens, and so lets the run be continued.
        gauge : Gauge, optional
            Measures steps from inside, now and then.
        """
        state = TrainingState(network, config)
        state.gauge = gauge
        self.go_on(Checkpoint(network, state, History(), "", "", 0.0), dataset, recorder)

    def go_on(self, begun: Checkpoint, dataset: Dataset, recorder: RunRecorder) -> None:
        """Go on with a run as if it had never stopped; ``dataset`` must be the one it was stopped on."""
        assert not self.is_active
        self._run_id += 1
        thread, worker = QThread(self), _Worker(self._run_id, begun, dataset, recorder)
        thread.setObjectName("training")
        worker.moveToThread(thread)
        thread.started.connect(worker.run)
        worker.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._thread, self._worker = thread, worker
        self._become(RunState.RUNNING)
        thread.start()

    def pause(self) -> None:
        """Stop asking for the next batch, once the one at work is done."""
        if self._worker and self.state is RunState.RUNNING:
            self._worker.pause()
            self._become(RunState.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self._worker and self.state is RunState.PAUSED:
            self._worker.resume()
            self._become(RunState.RUNNING)

    def stop(self) -> None:
        """End the run after the batch at work; what was learned is kept, and `finished` follows."""
        if self._worker and self.state in (RunState.RUNNING, RunState.PAUSED):
            self._worker.stop()
            self._become(RunState.STOPPING)

    def change_learning_rate(self, learning_rate: float) -> None:
        """Let the run take its next steps with another learning rate."""
        if self._worker and self.is_active:
            self._worker.change_learning_rate(learning_rate)

    def shut_down(self) -> bool:
        """End the run without a report and wait for its thread; False if it did not end in half a minute."""
        if self._worker is None or self._thread is None:
            return True
        self._worker.discard()
        self._thread.quit()
        ended = self._thread.wait(SHUTDOWN_MILLISECONDS)
        if ended:
            self._drop_thread()
        return ended

    @Slot(int, str, object)
    def _hear(self, run_id: int, news: str, content: tuple[object, ...]) -> None:
        if run_id != self._run_id or not self._worker:
            return  # of a run that was shut down
        if news in {"finished", "failed"}:
            self._drop_thread()
        getattr(self, news).emit(*content)

    def _drop_thread(self) -> None:
        assert self._thread
        thread = self._thread
        thread.quit()
        thread.wait()
        thread.deleteLater()
        self._thread = self._worker = None
        self._become(RunState.IDLE)

    def _become(self, state: RunState) -> None:
        self.state = state
        self.state_changed.emit(state)
