"""A run that stopped before its last epoch, as its checkpoint tells of it."""

from dataclasses import dataclass, replace

from digitgui.runs.begun_run import Learned, fitting_data, read_record
from digitgui.runs.curves import RunCurves
from model import Dataset
from model.errors import DataFormatError
from model.runs.checkpoints import load_checkpoint
from model.runs.run_store import RunStore


@dataclass(frozen=True, slots=True)
class StoppedRun:
    """What may be continued, and from where.

    Attributes
    ----------
    run : str
        Its name in the store.
    learned : Learned
        Of which data.
    epochs_done : int
    curves : RunCurves
        Up to its last whole epoch.
    problem : str
        Why it cannot go on with the open data, in sentences; empty if it can.
    """

    run: str
    learned: Learned
    epochs_done: int
    curves: RunCurves
    problem: str = ""

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.learned.record.name

    @property
    def sentence(self) -> str:
        """Say where it stopped."""
        return stopped_at(self.name, self.epochs_done, self.curves.epochs)


def stopped_at(name: str, epochs_done: int, epochs: int) -> str:
    """Say where a run stopped: ``Run “lenet, 0.02” stopped at epoch 5 of 20``."""
    return f"Run “{name}” stopped at epoch {epochs_done} of {epochs}"


def read_stopped(store: RunStore, run: str, dataset: Dataset) -> StoppedRun:
    """Read what is known of a run that may be continued, and whether it can be on these data.

    Raises
    ------
    ModelFileError
        If its checkpoint cannot be read.
    """
    begun = load_checkpoint(store.checkpoint_file(run))
    state, record = begun.state, read_record(store, run, begun)
    steps_per_epoch = state.steps_done // max(1, state.epochs_done)
    curves = RunCurves(begun.history, steps_per_epoch, state.config.epochs)
    return compared(StoppedRun(run, Learned.of(begun, record), state.epochs_done, curves), dataset)


def compared(stopped: StoppedRun, dataset: Dataset) -> StoppedRun:
    """Find out whether a run can go on with these data; its checkpoint is not read for that."""
    problem = ""
    try:
        fitting_data(stopped.learned, dataset)
    except DataFormatError as error:
        problem = str(error)
    return replace(stopped, problem=problem)
