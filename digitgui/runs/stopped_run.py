"""A run that stopped before its last epoch, as its checkpoint tells of it."""

from dataclasses import dataclass

from digitgui.runs.curves import RunCurves
from model.errors import CorruptError
from model.runs.checkpoints import Checkpoint, load_checkpoint
from model.runs.run_record import RunRecord
from model.runs.run_store import RunStore


@dataclass(frozen=True, slots=True)
class StoppedRun:
    """What may be continued, and from where.

    Attributes
    ----------
    run : str
        Its name in the store.
    name : str
    epochs_done : int
    curves : RunCurves
        Up to its last whole epoch.
    """

    run: str
    name: str
    epochs_done: int
    curves: RunCurves

    @property
    def sentence(self) -> str:
        """Say where it stopped."""
        return stopped_at(self.name, self.epochs_done, self.curves.epochs)


def stopped_at(name: str, epochs_done: int, epochs: int) -> str:
    """Say where a run stopped: ``Run “lenet, 0.02” stopped at epoch 5 of 20``."""
    return f"Run “{name}” stopped at epoch {epochs_done} of {epochs}"


def read_stopped(store: RunStore, run: str) -> StoppedRun:
    """Read what is known of a run that may be continued.

    Raises
    ------
    ModelFileError
        If its checkpoint cannot be read.
    """
    begun = load_checkpoint(store.checkpoint_file(run))
    state, name = begun.state, read_record(store, run, begun).name
    steps_per_epoch = state.steps_done // max(1, state.epochs_done)
    return StoppedRun(run, name, state.epochs_done, RunCurves(begun.history, steps_per_epoch, state.config.epochs))


def read_record(store: RunStore, run: str, begun: Checkpoint) -> RunRecord:
    """Read the record of a run that has a checkpoint; make one where it is damaged, or was never written."""
    try:
        return store.read(run)
    except CorruptError:
        return RunRecord(run, begun.network.card.name, {"settings": begun.state.config.as_dict()})
