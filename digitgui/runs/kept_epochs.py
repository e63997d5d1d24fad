"""The kept epochs of a run, as they are read, asked and measured in other threads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model import Dataset, Network
from model.errors import ModelFileError
from model.inspection.time_machine import answers_over, confusion, some_of
from model.network.arrays import FloatArray, ImageArray, IndexArray, Shape
from model.network.one_blas_thread import one_blas_thread
from model.runs.epoch_weights import EpochWeights, first_to_go
from model.runs.run_store import RunStore
from model.wording import pictures

MOST_BYTES = 200_000_000
"""Of weights in memory: all that a run keeps by default. A run that keeps more is shown with fewer epochs."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptEpoch:
    """What training has made of a network until the end of an epoch.

    Attributes
    ----------
    epoch : int
    written : int
        When its file was written, in nanoseconds.
    weights : dict
        As returned by `Network.weights`.
    scaling : (float, float)
        Mean and deviation that the network standardises its input with.
    """

    epoch: int
    written: int
    weights: dict[str, FloatArray]
    scaling: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The epochs of one run, in order.

    Attributes
    ----------
    run, name : str
        How the store calls it, and what its networks are called: by the user's name, or by the architecture.
    planned : int
        How many epochs it was to have.
    data : mapping
        Of its record: name and fingerprint (``sha256``) of what it learned from.
    kept : tuple of KeptEpoch
        At least one.
    problem : str
        Which epochs cannot be shown, and why, in a sentence; empty if all can.
    bare : Network
        One of its networks: only copies of it are changed.
    """

    run: str
    name: str
    planned: int
    data: Mapping[str, Any]
    kept: tuple[KeptEpoch, ...]
    problem: str
    bare: Network

    @property
    def epochs(self) -> list[int]:
        """Their numbers; 0 is before the training."""
        return [one.epoch for one in self.kept]

    def network(self, epoch: int) -> Network:
        """Make the network as it was after an epoch."""
        kept = next(one for one in self.kept if one.epoch == epoch)
        return _dressed(self.bare.copy(), kept)

    @one_blas_thread()
    def answers(self, picture: ImageArray) -> "Answers":
        """Ask every epoch for a picture."""
        network = self.bare.copy()
        rows = answers_over((_dressed(network, one) for one in self.kept), picture)
        return Answers(self.run, self.epochs, rows)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a run answered to one picture after each epoch: probabilities, shape (epochs, classes)."""

    run: str
    epochs: list[int]
    probabilities: npt.NDArray[np.float32]

    def at(self, epoch: int) -> npt.NDArray[np.float32] | None:
        """Return the probabilities after an epoch; None if it was not asked."""
        return self.probabilities[self.epochs.index(epoch)] if epoch in self.epochs else None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a run confused after each epoch.

    Attributes
    ----------
    run : str
    counts : dict of KeptEpoch to ndarray
        Confusion matrices, int of shape (classes, classes), in the order of the epochs; empty where the data have
        no validation part.
    told : str
        Which pictures these are, in a sentence.
    dataset : Dataset
    """

    run: str
    counts: dict[KeptEpoch, IndexArray]
    told: str
    dataset: Dataset

    @property
    def epochs(self) -> list[int]:
        """Which were measured."""
        return [one.epoch for one in self.counts]

    @property
    def confusions(self) -> IndexArray:
        """All matrices, shape (epochs, classes, classes)."""
        return np.stack(list(self.counts.values()))

    def at(self, epoch: int) -> IndexArray | None:
        """Return the matrix after an epoch; None if it was not measured."""
        return next((counts for one, counts in self.counts.items() if one.epoch == epoch), None)


def read_past(store: RunStore, wanted: str, before: Past | None) -> tuple[list[str], Past | None]:
    """Read a run, or the newest one if that has kept no epochs.

    Parameters
    ----------
    store : RunStore
    wanted : str
    before : Past or None
        What was read before: nothing that has not changed is read again.

    Returns
    -------
    runs : list of str
        All that have kept epochs, the newest first.
    past : Past or None
        The same object as ``before`` if nothing has changed; None if there is no run with kept epochs.

    Raises
    ------
    ModelFileError
        If none of its epochs can be read.
    """
    runs = [run for run in reversed(store.runs_with_epochs()) if EpochWeights(store.epochs_folder(run)).epochs()]
    if not runs:
        return [], None
    run = wanted if wanted in runs else runs[0]
    same_run = before if before and before.run == run else None
    kept, problems = _read_epochs(EpochWeights(store.epochs_folder(run)), same_run)
    if not kept:
        raise ModelFileError(problems[0] if problems else f"the epochs of the run {run} were removed: look again")
    problem = _sentence(problems)
    if same_run and list(same_run.kept) == kept and same_run.problem == problem:
        return runs, same_run
    bare = same_run.bare if same_run else EpochWeights(store.epochs_folder(run)).load(kept[0].epoch)
    return runs, Past(run, *_described(store, run, kept[-1].epoch), tuple(kept), problem, bare)


def _read_epochs(weights: EpochWeights, before: Past | None) -> tuple[list[KeptEpoch], list[str]]:
    """Read what has changed; return all that can be shown, and why others cannot."""
    known = {(one.epoch, one.written): one for one in before.kept} if before else {}
    kept: list[KeptEpoch] = []
    problems = []
    for epoch in _that_fit(weights):
        try:
            written = weights.file(epoch).stat().st_mtime_ns
            one = known.get((epoch, written)) or _read_epoch(weights, epoch, written)
            if kept and _shapes(one) != _shapes(kept[0]):
                raise ModelFileError(f"epoch {epoch} cannot be shown: its file holds another network")
        except (ModelFileError, OSError) as error:
            if weights.file(epoch).exists():  # or it was thinned out a moment ago
                problems.append(str(error))
        else:
            kept.append(one)
    return kept, problems


def _read_epoch(weights: EpochWeights, epoch: int, written: int) -> KeptEpoch:
    network = weights.load(epoch)
    return KeptEpoch(epoch, written, network.weights(), (network.input_mean, network.input_deviation))


def _that_fit(weights: EpochWeights) -> list[int]:
    """List the kept epochs that fit into memory together, thinned out as on disk."""
    epochs = weights.epochs()
    room = MOST_BYTES // max(1, weights.file(epochs[-1]).stat().st_size) if epochs else 0
    while len(epochs) > max(2, room):
        epochs.remove(first_to_go(epochs, None))
    return epochs


def _shapes(one: KeptEpoch) -> dict[str, Shape]:
    return {name: array.shape for name, array in one.weights.items()}


def _described(store: RunStore, run: str, last: int) -> tuple[str, int, Mapping[str, Any]]:
    """Return name, planned epochs and data of a run, as far as its record can be read."""
    try:
        record = store.read(run)
    except ModelFileError:
        return run, last, {}
    return record.notes.name or record.arch, int(record.settings["epochs"]), record.data


def _sentence(problems: list[str]) -> str:
    """Say why epochs cannot be shown; of many, the first."""
    if not problems:
        return ""
    others = f" Neither can {len(problems) - 1} others." if len(problems) > 1 else ""
    return f"{problems[0][:1].upper()}{problems[0][1:]}.{others}"


def _dressed(network: Network, kept: KeptEpoch) -> Network:
    """Give a network the weights of an epoch; return it."""
    network.set_weights(kept.weights)
    network.input_mean, network.input_deviation = kept.scaling
    return network


@one_blas_thread()
def measure(
    past: Past, dataset: Dataset, before: Measured | None, on_progress: Callable[[float], object]
) -> Measured:
    """Count what every epoch confuses in at most 1,000 validation pictures; what is known is not counted again."""
    images, labels = some_of(*dataset.part("validation"))
    told = f"{dataset.name} has no validation pictures to measure the epochs on."
    counts: dict[KeptEpoch, IndexArray] = {}
    if not len(images):
        return Measured(past.run, counts, told, dataset)
    known = before.counts if before and before.dataset is dataset else {}
    network = past.bare.copy()
    for number, one in enumerate(past.kept):
        on_progress(number / len(past.kept))
        counts[one] = known[one] if one in known else confusion(_dressed(network, one), images, labels)
    told = f"Measured on {pictures(len(images))} of the validation part of {dataset.name}."
    if past.data and past.data["sha256"] != dataset.fingerprint:
        is_same_name = past.data["name"] == dataset.name
        told += " The data has changed since." if is_same_name else f" The run learned from {past.data['name']}."
    return Measured(past.run, counts, told, dataset)
