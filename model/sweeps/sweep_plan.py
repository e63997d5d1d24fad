"""What a sweep is asked to do: which settings it compares, on which pictures, and for how long each."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from model.data.dataset import Dataset
from model.errors import ConfigError, DataFormatError
from model.network.architectures import Arch, architecture_of, as_plain, name_of
from model.network.arrays import IndexArray
from model.network.network import Network
from model.sweeps.search_space import Rung, rungs
from model.sweeps.shared_files import SharedFiles
from model.sweeps.sweep_workers import Job
from model.training.settings import SETTINGS
from model.training.training_config import USUAL, TrainingConfig

__all__ = ["Candidate", "Parts", "SweepPlan", "Task", "complete", "parts_of"]

MOST_FOLDS = 20
WATCHED = 0.1
"""Share of the pictures outside a fold that is measured after every epoch."""
APART = ("arch", "initializer", "limit")
"""Settings that a `TrainingConfig` does not have."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One combination of settings.

    Attributes
    ----------
    asked : dict
        The settings in which it differs, by their options.
    settings : dict
        All that a run needs, as `complete` returns it.
    """

    asked: dict[str, Any]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a sweep.

    Attributes
    ----------
    candidate : int
        Number of its candidate, from 0.
    rung : int
        Round of successive halving, from 0.
    fold : int or None
        Which of the folds it is compared by, from 0; None for the validation part.
    settings : dict
        Those of its candidate, with the epochs of its rung.
    """

    candidate: int
    rung: int
    fold: int | None
    settings: dict[str, Any]

    @property
    def run(self) -> str:
        """Name of its folder: the same when the sweep is continued, so that nothing is done twice."""
        rung = f"rung-{self.rung + 1}-" if self.rung else ""
        fold = "" if self.fold is None else f"-fold-{self.fold + 1}"
        return f"{rung}{self.candidate + 1:04d}-{name_of(self.architecture)}{fold}"

    @property
    def architecture(self) -> Arch:
        """What its network is built of."""
        return architecture_of(self.settings["arch"])

    @property
    def config(self) -> TrainingConfig:
        """How it trains."""
        return TrainingConfig(**{name: value for name, value in self.settings.items() if name not in APART})

    def job(self, data: str, parts: "Parts", extra: str = "", network: Network | None = None) -> Job:
        """Return the parameters of `CNNClassifier`; ``extra`` and ``network`` as `Job` has them."""
        settings = {name: value for name, value in self.settings.items() if name not in ("seed", "limit")}
        settings["random_state"] = self.settings["seed"]
        return Job(
            self.run,
            settings,
            data,
            parts.train,
            parts.validation,
            parts.compared,
            parts.test,
            extra=extra,
            network=network,
        )


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What a sweep is asked to do.

    Parameters
    ----------
    candidates : sequence of Candidate
    folds : int
        Number of folds into which all pictures except the test part are split; each is used once for comparison.
        0 compares by the validation part.
    halving : bool
        Train all briefly, the best third longer, and so on; the settings hold the largest number of epochs.
    shared : SharedFiles
        Extra data and initial weights of all runs.

    Raises
    ------
    ConfigError
        If there is nothing to compare, or it cannot be compared in that way.
    """

    candidates: tuple[Candidate, ...]
    folds: int = 0
    halving: bool = False
    shared: SharedFiles = field(default_factory=SharedFiles)

    def __post_init__(self) -> None:
        if not self.candidates:
            raise ConfigError("a sweep needs at least one combination of settings")
        if self.folds and not 2 <= self.folds <= MOST_FOLDS:
            raise ConfigError(f"must be a whole number from 2 to {MOST_FOLDS}, got {self.folds}", "folds")
        if self.halving and len({candidate.settings["epochs"] for candidate in self.candidates}) > 1:
            raise ConfigError("halving sets the epochs itself: give one number of epochs, the largest for a run")

    @property
    def rungs(self) -> list[Rung]:
        """The rounds: one, or those of successive halving."""
        epochs = self.candidates[0].settings["epochs"]
        return rungs(len(self.candidates), epochs) if self.halving else [Rung(len(self.candidates), epochs)]

    @property
    def total(self) -> int:
        """How many runs it takes."""
        return sum(rung.candidates for rung in self.rungs) * max(1, self.folds)

    @property
    def total_epochs(self) -> int:
        """How many epochs they take together."""
        if self.halving:
            epochs = sum(rung.candidates * rung.epochs for rung in self.rungs)
        else:
            epochs = sum(candidate.settings["epochs"] for candidate in self.candidates)
        return epochs * max(1, self.folds)

    def tasks(self, rung: int, candidates: Sequence[int]) -> list[Task]:
        """Return the runs of a round for the remaining candidates."""
        epochs = {"epochs": self.rungs[rung].epochs} if self.halving else {}
        return [
            Task(candidate, rung, fold, self.candidates[candidate].settings | epochs)
            for candidate in candidates
            for fold in (range(self.folds) if self.folds else [None])
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON; raise `DataFormatError` if a shared file cannot be read."""
        asked = {"candidates": list(map(asdict, self.candidates)), "folds": self.folds, "halving": self.halving}
        return asked | ({"shared": self.shared.as_dict()} if self.shared.named else {})


def complete(settings: dict[str, Any]) -> dict[str, Any]:
    """Fill in the defaults of missing settings, in plain values.

    Parameters
    ----------
    settings : dict
        By the names of `model.training.settings.SETTINGS`.

    Raises
    ------
    ConfigError
        If a name is not known, or a value is outside its limits.
    """
    unknown = settings.keys() - USUAL.keys()
    if unknown:
        raise ConfigError(f"there is no setting {', '.join(sorted(unknown))}")
    asked = USUAL | settings
    apart = {name: asked.pop(name) for name in APART}
    apart["arch"] = as_plain(architecture_of(apart["arch"]))
    for name, value in apart.items():
        if name != "arch" and (name, value) != ("limit", None):
            SETTINGS[name].check(name, value)
    return apart | TrainingConfig(**asked).as_dict()


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The pictures of a run.

    Attributes
    ----------
    train, validation : ndarray of int
        Indices of the pictures to learn from, and of those measured after every epoch to choose the best one.
    compared : ndarray of int
        By which the runs of a sweep are compared: the validation part itself, or a fold.
    test : ndarray of int
        For the report at the end. Nothing is chosen by these.
    """

    train: IndexArray
    validation: IndexArray
    compared: IndexArray
    test: IndexArray


def parts_of(dataset: Dataset, folds: int, fold: int | None) -> Parts:
    """Return the pictures of a run: those that training has, or those of a fold.

    With folds, a tenth of the pictures outside the fold is measured after every epoch: an epoch chosen by the fold
    would make the run look better than it is.

    Raises
    ------
    DataFormatError
        If there are too few pictures to compare by.
    """
    split = dataset.split
    if fold is None:
        if not len(split.validation):
            raise DataFormatError(f"{dataset.name} has no validation part to compare runs by: take more pictures")
        return Parts(split.train, split.validation, split.validation, split.test)
    from sklearn.model_selection import StratifiedKFold, train_test_split  # noqa: PLC0415 - takes a second to import

    pool = np.setdiff1d(dataset.included, split.test)
    labels = dataset.labels[pool]
    fewest = min(count for count in np.bincount(labels) if count)
    if fewest < folds:
        raise DataFormatError(f"{dataset.name} has only {fewest} pictures of a digit, too few for {folds} folds")
    seed = dataset.split_rule.seed
    folded = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(pool, labels))
    others, compared = pool[folded[fold][0]], pool[folded[fold][1]]
    train, watched = train_test_split(others, test_size=WATCHED, random_state=seed)
    return Parts(train, watched, compared, split.test)
