"""How far a sweep has come, and how long the rest will take."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from model.runs.run_record import RunRecord
from model.sweeps.sweep_plan import Task

__all__ = ["Clock", "SweepProgress"]


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far a sweep has come.

    Attributes
    ----------
    record : RunRecord or None
        The run just finished; None at the beginning, and for a round that began earlier.
    done, total : int
        Runs.
    seconds_left : float or None
        Estimate for the others from the time of those done; None before the first.
    epochs_done, epochs_left, epochs : int
        Of the runs finished since the program began or continued the sweep, of the remaining ones, and of all.
    """

    record: RunRecord | None
    done: int
    total: int
    seconds_left: float | None
    epochs_done: int = 0
    epochs_left: int = 0
    epochs: int = 0


class Clock:
    """Counts runs and epochs, and estimates the time left."""

    def __init__(self, runs: int, epochs: int) -> None:
        self._total, self._epochs, self._epochs_left = runs, epochs, epochs
        self._done = self._epochs_done = 0
        self._started = time.perf_counter()

    def skip(self, tasks: Sequence[Task]) -> None:
        """Count runs that were done before."""
        self._done += len(tasks)
        self._epochs_left -= sum(task.settings["epochs"] for task in tasks)

    def count(self, task: Task) -> None:
        """Count runs that are done now."""
        self.skip([task])
        self._epochs_done += task.settings["epochs"]

    def progress(self, record: RunRecord | None) -> SweepProgress:
        """Return the progress, after a run or before the first."""
        seconds = time.perf_counter() - self._started
        left = seconds / self._epochs_done * self._epochs_left if self._epochs_done else None
        epochs = self._epochs_done, self._epochs_left, self._epochs
        return SweepProgress(record, self._done, self._total, left, *epochs)
