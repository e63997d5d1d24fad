"""Training in a thread of its own: events out, wishes in."""

import contextlib
import copy
import logging
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from model import Dataset, Network
from model.arrays import FloatArray
from model.checkpoints import Checkpoint, encode_checkpoint
from model.errors import ModelError
from model.history import History
from model.storage import write_atomically
from model.training import (
    EpochDone,
    FinishReason,
    RunFinished,
    RunStarted,
    TrainingConfig,
    TrainingEvent,
    TrainingState,
    finish,
    train,
)

__all__ = ["Progress", "RunState", "TrainingRun"]

LOGGER = logging.getLogger("digitgui")
FLUSH_SECONDS = 0.05
"""Events travel to the window this often, however many there are."""
SNAPSHOT_SECONDS = 0.2
"""The weights travel to the window this often, so that drawings are answered by the network of now."""
ENCODE_SECONDS = 0.5
"""The run is remembered at most this often, when an epoch is done."""
CHECKPOINT_SECONDS = 10
"""The run of the last whole epoch is written to disk at most this often, and when it ends."""
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
        As of `Network.weights`, as they were right after the last of ``events``.
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

    progressed = Signal(int, object)
    finished = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, run_id: int, begun: Checkpoint, dataset: Dataset, keep_at: Path | None) -> None:
        super().__init__()
        self._run_id = run_id
        self._network, self._state, self._dataset = begun.network, begun.state, dataset
        self._history = copy.deepcopy(begun.history)
        self._keep_at = keep_at
        self._last_epoch = b""  # the run as it was when an epoch was last done
        self._last_encoded = 0.0
        self._last_kept = time.perf_counter()
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
        """Stop without the report at the end, which nobody is going to read."""
        self._discard.set()
        self.stop()

    @Slot()
    def run(self) -> None:
        try:
            last = self._iterate()
        except Exception as error:  # whatever it is, the window must hear of it
            if not isinstance(error, ModelError):
                LOGGER.exception("a training failed")
            self.failed.emit(self._run_id, error)
        else:
            self._flush(with_weights=True)
            if last is not None:
                self.finished.emit(self._run_id, last)

    def _iterate(self) -> RunFinished | None:
        _ = self._dataset.fingerprint  # remembered by the data set, so that the window need not compute it
        events = train(self._network, self._dataset, state=self._state)
        try:
            started = time.perf_counter()
            for event in events:
                now = time.perf_counter()
                self._busy_seconds += now - started
                self._pending.append(event)
                self._history.add(event)
                if isinstance(event, RunFinished):
                    if event.reason is FinishReason.DIVERGED:  # it may go on with a smaller learning rate
                        self._write_checkpoint(self._last_epoch)
                    else:
                        self._forget_checkpoint()
                    return event
                if isinstance(event, RunStarted):
                    self._write_checkpoint(self._encoded())
                if isinstance(event, EpochDone):
                    self._remember_epoch()
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
        self._write_checkpoint(self._last_epoch)
        if self._discard.is_set():
            return None
        return finish(self._network, self._dataset, FinishReason.STOPPED, self._state)

    def _encoded(self) -> bytes:
        data = self._dataset.fingerprint, self._dataset.name
        return encode_checkpoint(Checkpoint(self._network, self._state, self._history, *data, self._busy_seconds))

    def _remember_epoch(self) -> None:
        now = time.perf_counter()
        if now - self._last_encoded < ENCODE_SECONDS:  # epochs as short as this are soon done again
            return
        self._last_epoch, self._last_encoded = self._encoded(), now
        if now - self._last_kept > CHECKPOINT_SECONDS:
            self._write_checkpoint(self._last_epoch)

    def _write_checkpoint(self, data: bytes) -> None:
        self._last_kept = time.perf_counter()
        if self._keep_at and data:
            try:
                self._keep_at.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._keep_at, data, durable=False)
            except (ModelError, OSError) as error:  # the training is worth more than its checkpoint
                LOGGER.warning("no checkpoint was written: %s", error)

    def _forget_checkpoint(self) -> None:
        if self._keep_at:
            with contextlib.suppress(OSError):
                self._keep_at.unlink()

    def _flush(self, *, with_weights: bool = False) -> None:
        self._last_flush = time.perf_counter()
        weights = None
        if with_weights or self._last_flush - self._last_snapshot > SNAPSHOT_SECONDS:
            self._last_snapshot = self._last_flush
            weights = self._network.weights()
        scaling = (self._network.input_mean, self._network.input_deviation)
        progress = Progress(tuple(self._pending), self._busy_seconds, weights, scaling)
        self.progressed.emit(self._run_id, progress)
        self._pending.clear()


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
    """

    state_changed = Signal(object)
    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

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
        self, network: Network, dataset: Dataset, config: TrainingConfig, keep_at: Path | None = None
    ) -> None:
        """Begin to train ``network``, which belongs to the run until it is over.

        Parameters
        ----------
        keep_at : path, optional
            Where the run is written whenever an epoch is done, so that it can be continued; removed when it is
            complete.
        """
        self.go_on(Checkpoint(network, TrainingState(network, config), History(), "", "", 0.0), dataset, keep_at)

    def go_on(self, begun: Checkpoint, dataset: Dataset, keep_at: Path | None = None) -> None:
        """Go on with a run as if it had never stopped; ``dataset`` must be the one it was stopped on."""
        assert not self.is_active
        self._run_id += 1
        thread, worker = QThread(self), _Worker(self._run_id, begun, dataset, keep_at)
        thread.setObjectName("training")
        worker.moveToThread(thread)
        thread.started.connect(worker.run)
        worker.progressed.connect(self._take_progress, Qt.ConnectionType.QueuedConnection)
        worker.finished.connect(self._take_finished, Qt.ConnectionType.QueuedConnection)
        worker.failed.connect(self._take_failed, Qt.ConnectionType.QueuedConnection)
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

    # Signals of a run that was shut down may still be on their way: they carry another number.

    @Slot(int, object)
    def _take_progress(self, run_id: int, progress: Progress) -> None:
        if run_id == self._run_id and self._worker:
            self.progressed.emit(progress)

    @Slot(int, object)
    def _take_finished(self, run_id: int, event: RunFinished) -> None:
        if run_id == self._run_id and self._worker:
            self._drop_thread()
            self.finished.emit(event)

    @Slot(int, object)
    def _take_failed(self, run_id: int, error: Exception) -> None:
        if run_id == self._run_id and self._worker:
            self._drop_thread()
            self.failed.emit(error)

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
