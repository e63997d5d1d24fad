"""How far a run has come."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from digitgui.runs.curves import RunCurves
from model import Dataset, Network
from model.training.diagnosis import Course
from model.training.history import History
from model.training.training_config import TrainingConfig
from model.training.training_events import LayersMeasured, RunFinished

MEASUREMENTS_KEPT = 10


@dataclass(slots=True)
class RunStatus:
    """How far a run has come.

    Attributes
    ----------
    config : TrainingConfig
    dataset : Dataset
    network : Network
        The one that took the weights of the run in the window.
    history : History
    curves : RunCurves
    total_images : int
        Pictures that the whole run will see; 0 until it has begun.
    busy_seconds : float
        Time spent computing, without pauses.
    finished : RunFinished or None
    has_failed : bool
        Whether an error ended it.
    measured : deque of LayersMeasured
        The latest measurements.
    run, name : str
        How the store of runs, and how a person, calls it.
    """

    config: TrainingConfig
    dataset: Dataset
    network: Network
    history: History
    curves: RunCurves = field(init=False)
    total_images: int = 0
    busy_seconds: float = 0.0
    finished: RunFinished | None = None
    has_failed: bool = False
    measured: deque[LayersMeasured] = field(default_factory=lambda: deque(maxlen=MEASUREMENTS_KEPT))
    run: str = ""
    name: str = ""
    _missing: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._missing = np.flatnonzero(self.dataset.label_counts("train") == 0).tolist()
        self.curves = RunCurves(self.history)

    def is_of(self, network: object) -> bool:
        """Whether this run trained the network that is open."""
        return network is self.network

    @property
    def course(self) -> Course:
        """What the doctor looks at."""
        reason = self.finished.reason if self.finished else None
        return Course(self.config, self.history, list(self.measured), self._missing, reason, self.dataset.task)

    @property
    def epoch(self) -> int:
        """The epoch at work, counted from 1."""
        return min(len(self.history.epochs) + 1, self.config.epochs)

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        return self.history.images_seen / self.total_images if self.total_images else 0.0

    @property
    def images_per_second(self) -> float:
        """Mean speed so far; 0 before anything is done."""
        return self.history.images_seen / self.busy_seconds if self.busy_seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the speed so far; None before that is known."""
        if not self.images_per_second:
            return None
        return (self.total_images - self.history.images_seen) / self.images_per_second
