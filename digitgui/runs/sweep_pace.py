"""How fast a sweep comes on: what is done, what is going on, and the time that is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from digitgui.wording import duration
from model.runs.run_record import RunRecord
from model.sweeps.sweeping import SweepProgress


@dataclass(slots=True)
class SweepPace:
    """Counts the epochs of finished runs and of those that go on, which also tell the speed.

    Attributes
    ----------
    progress : SweepProgress or None
        What the sweep has told last; None until it has begun.
    running : sequence of RunRecord
        The runs that are going on, as far as they have come.
    """

    progress: SweepProgress | None = None
    running: Sequence[RunRecord] = ()
    _epochs_per_second: float = field(default=0.0, repr=False)  # of one run
    _at_once: int = field(default=0, repr=False)

    def see_progress(self, progress: SweepProgress) -> None:
        """Take in that a run is done, which is not going on any more."""
        self.progress = progress
        if progress.record is not None:
            self.running = [run for run in self.running if Path(run.id).name != progress.record.id]

    def see_running(self, running: Sequence[RunRecord]) -> None:
        """Take in what is going on."""
        self.running = running
        speeds = [_epochs(run) / run.seconds for run in running if run.seconds and _epochs(run)]
        if speeds:
            self._epochs_per_second = fmean(speeds)
        self._at_once = max(self._at_once, len(running))

    @property
    def share(self) -> float:
        """How much is done, 0 to 1, by epochs."""
        progress = self.progress
        if progress is None or not progress.epochs:
            return 0.0
        return 1 - max(0.0, progress.epochs_left - self._epochs_running) / progress.epochs

    @property
    def seconds_left(self) -> float | None:
        """What the rest will take at this pace; None where that is not known yet."""
        progress = self.progress
        if progress is None or not self._epochs_per_second:
            return None if progress is None else progress.seconds_left
        at_once = max(1, min(self._at_once, progress.total - progress.done))
        return max(0.0, progress.epochs_left - self._epochs_running) / (self._epochs_per_second * at_once)

    @property
    def in_words(self) -> str:
        """Tell it in one line: ``1 of 4 runs · 2 running · 14 s left``."""
        if self.progress is None:
            return "starting, no run finished yet"
        running = f"{len(self.running)} running" if self.running else "starting" if not self.progress.done else ""
        left = self.seconds_left
        parts = [
            f"{self.progress.done:,} of {self.progress.total:,} runs",
            running,
            "" if left is None else f"{duration(left)} left",
        ]
        return " · ".join(filter(None, parts))

    @property
    def _epochs_running(self) -> float:
        return sum(map(_epochs, self.running))


def _epochs(run: RunRecord) -> float:
    """Return how many epochs a run has done, with the part of the one that is going on."""
    seen: int = run.description["history"].get("images_seen", 0)
    return seen / max(1, run.data["train_pictures"])
