"""Writes a run into a store while it is in progress; used by the loops over `model.training.training.train`."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from model.atomic_files import write_atomically
from model.data.dataset import Dataset
from model.errors import ModelError, ModelFileError
from model.network.arrays import FloatArray
from model.network.network import Network
from model.runs.checkpoints import Checkpoint, encode_checkpoint
from model.runs.epoch_weights import EpochWeights, bound_of
from model.runs.provenance import describe_run
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunRecord
from model.runs.run_store import RunStore
from model.runs.storage import save_network
from model.training.training_events import EpochDone, FinishReason, RunStarted, TrainingEvent

__all__ = ["RunRecorder"]

RECORD_SECONDS = 2
"""The record is written at most this often, when an epoch is done."""
ENCODE_SECONDS = 0.5
"""The state of the run is kept in memory at most this often, when an epoch is done."""
CHECKPOINT_SECONDS = 1
"""The run of the last whole epoch is written to disk at most this often, and when it ends: a program that is
killed loses an epoch, or two seconds, and no more."""


class RunRecorder:
    """Keeps the record, the checkpoint and the epochs of a run on disk, and its network when it is over.

    A record that cannot be written must not end the training: it is reported once, and nothing is raised.

    Parameters
    ----------
    store : RunStore
    record : RunRecord
        What is known before the run begins or continues; its description may be empty. Its ``extra`` may say, as
        ``keep_epochs``, how many MB of weights of epochs are kept; 0 for none.
    can_continue : bool
        False keeps no checkpoint, for runs that no later training could continue as they are.
    """

    def __init__(self, store: RunStore, record: RunRecord, *, can_continue: bool = True) -> None:
        self._store, self._record, self._can_continue = store, replace(record, state=RUNNING), can_continue
        self._is_claimed = self._has_complained = False
        self._seconds = 0.0
        self._last_epoch = self._kept = b""  # the run as it was after its last whole epoch, and as it is on disk
        self._epochs = EpochWeights(store.epochs_folder(record.id))
        self._megabytes = bound_of(record.extra)
        self._first: dict[str, FloatArray] | None = None  # the weights that it begins with
        self._best: EpochDone | None = None
        self._last_recorded = self._last_encoded = self._last_kept = 0.0

    @contextlib.contextmanager
    def following(
        self,
        run: Checkpoint,
        dataset: Dataset,
        on_written: Callable[[], object] = lambda: None,
        on_problem: Callable[[str], object] = lambda _sentence: None,
    ) -> Iterator[None]:
        """Claim the run while the ``with`` block runs; however it ends, the record says how.

        Parameters
        ----------
        run : Checkpoint
            Its network, state and history are read while they change.
        dataset : Dataset
        on_written : callable
            Called whenever the record has been written.
        on_problem : callable
            Called once, with a sentence, if something cannot be written.
        """
        self._run, self._dataset, self._seconds = run, dataset, run.seconds
        self._on_written, self._on_problem = on_written, on_problem
        self._record = replace(self._record, source=dataset.source)
        with contextlib.ExitStack() as claim:
            try:
                claim.enter_context(self._store.claimed(self._record.id))
                self._is_claimed = True
            except ModelFileError as error:
                self._complain(error)
            try:
                yield
            except Exception:
                self._leave(FAILED)
                raise
            finally:
                if self._record.state == RUNNING:
                    self._leave(INTERRUPTED)

    def take(self, event: TrainingEvent, seconds: float) -> None:
        """Write the changes after an event, if it is time; the history already contains it.

        Parameters
        ----------
        event : TrainingEvent
        seconds : float
            Time spent computing so far.
        """
        self._seconds = seconds
        now = time.perf_counter()
        if isinstance(event, RunStarted):
            self._try(lambda: self._store.model_file(self._record.id).unlink(missing_ok=True))  # of its first part
            self._remember()
            self._last_encoded = 0.0  # the first epoch is kept, however short it is
            self._write_checkpoint()
            self._write_record(RUNNING)
            self._first = self._run.network.weights()
            for epoch in self._run.history.epochs:
                self._see_epoch(epoch)
            return
        if self._first is not None:
            self._keep_first(self._first)
            self._first = None
        if isinstance(event, EpochDone):
            self._see_epoch(event)
            self._keep_epoch(event.epoch, self._run.network)
            if now - self._last_encoded > ENCODE_SECONDS:  # epochs as short as this are soon done again
                self._remember()
            if now - self._last_kept > CHECKPOINT_SECONDS:
                self._write_checkpoint()
            if now - self._last_recorded > RECORD_SECONDS:
                self._write_record(RUNNING)

    def end(self, reason: FinishReason) -> None:
        """Write the network, whose provenance must be complete by now, and why the run ended.

        A finished run no longer needs its checkpoint; any other may be continued.
        """
        network, run = self._run.network, self._record.id
        is_saved = self._try(lambda: save_network(network, self._store.model_file(run)))
        is_over = is_saved and reason in (FinishReason.COMPLETED, FinishReason.STOPPED_EARLY)
        if not is_over:
            self._write_checkpoint()
        self._record = replace(self._record, description=network.card.provenance)
        is_written = self._write(str(reason))
        if is_over and is_written:
            self._try(lambda: self._store.checkpoint_file(run).unlink(missing_ok=True))

    def _leave(self, state: str) -> None:
        self._write_checkpoint()
        self._write_record(state)

    def _remember(self) -> None:
        """Encode the run as it is, before its next step changes it."""
        dataset, self._last_encoded = self._dataset, time.perf_counter()

        def encode() -> None:
            now = replace(
                self._run, data_sha256=dataset.fingerprint, data_name=dataset.name, seconds=self._seconds
            )
            self._last_epoch = encode_checkpoint(now)

        self._try(encode)

    def _keep_first(self, weights: dict[str, FloatArray]) -> None:
        """Keep the network as it begins, once the training has told it how to scale its input."""
        done = self._run.state.epochs_done
        self._try(lambda: self._epochs.forget_after(done))
        if done not in self._epochs.epochs():
            first = self._run.network.copy()
            first.set_weights(weights)
            self._keep_epoch(done, first)

    def _keep_epoch(self, epoch: int, network: Network) -> None:
        best = self._best.epoch if self._best else None
        self._try(lambda: self._epochs.keep(epoch, network, best, self._megabytes))

    def _see_epoch(self, done: EpochDone) -> None:
        """Notice which epoch is the best so far; none is where there is no validation part."""
        if done.validation_loss < (self._best.validation_loss if self._best else math.inf):
            self._best = done

    def _write_checkpoint(self) -> None:
        self._last_kept = time.perf_counter()
        data = self._last_epoch
        if (
            self._can_continue
            and data is not self._kept
            and self._try(
                lambda: write_atomically(self._store.checkpoint_file(self._record.id), data, durable=False)
            )
        ):
            self._kept = data

    def _write_record(self, state: str) -> None:
        def describe() -> None:
            run = self._run
            description = describe_run(self._dataset, run.state.config, run.history, None, self._seconds)
            self._record = replace(self._record, description=description)

        if self._try(describe):
            self._write(state)

    def _write(self, state: str) -> bool:
        self._last_recorded = time.perf_counter()
        self._record = replace(self._record, state=state)
        is_written = self._try(lambda: self._store.write(self._record))
        if is_written:
            self._on_written()
        return is_written

    def _try(self, work: Callable[[], object]) -> bool:
        """Do what may fail, if the run is ours; return whether it was done."""
        if not self._is_claimed:
            return False
        try:
            work()
        except (ModelError, OSError) as error:
            self._complain(error)
            return False
        return True

    def _complain(self, error: Exception) -> None:
        if not self._has_complained:
            self._has_complained = True
            self._on_problem(f"This run is not recorded completely: {error}. The training continues.")
