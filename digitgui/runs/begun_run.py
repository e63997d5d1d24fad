"""What a training begins with: another network, or a run that was stopped."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from digitgui.documents.data_difference import Known, difference, way_back
from model import Dataset, Network
from model.data.splitting import SplitRule
from model.errors import ConfigError, CorruptError, DataFormatError, ModelFileError
from model.judging.ensemble import AnyNetwork, Ensemble
from model.network.starting_point import start_from, words_of_start
from model.network.task import Task
from model.plain_values import read_known
from model.runs.checkpoints import Checkpoint, load_checkpoint
from model.runs.ensemble_files import save_reader
from model.runs.provenance import describe_data
from model.runs.run_record import RunRecord
from model.runs.run_store import RunStore

Begun: TypeAlias = tuple[Checkpoint, RunRecord, Dataset]
"""A run as far as it has come, and the data that it goes on with."""


def started_from(network: AnyNetwork, task: Task, seed: int) -> tuple[Network, str]:
    """Return what a training begins with that begins with another network, and say what is kept of that.

    Raises
    ------
    ModelError
        If it cannot be trained on such data.
    """
    if isinstance(network, Ensemble):
        raise ConfigError("an ensemble cannot be trained: open one of its networks, or begin with fresh weights")
    return start_from(network, task, seed), words_of_start(network, task)


def keep_begun(network: AnyNetwork, file: Path) -> None:
    """Write the network that a run begins with into the folder of the run, so that the run can be repeated."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_reader(network, file)


def read_begun(store: RunStore, run: str, dataset: Dataset) -> Begun:
    """Read a run that is to go on; takes a moment where a fingerprint is not known yet."""
    if store.is_going_on(run):
        raise ModelFileError("it is already running in another program")
    begun = load_checkpoint(store.checkpoint_file(run))
    record = read_record(store, run, begun)
    return begun, record, fitting_data(Learned.of(begun, record), dataset)


class Learned(NamedTuple):
    """Of which data a run has begun to learn.

    Attributes
    ----------
    record : RunRecord
    sha256, name : str
        Of the data, as its checkpoint has them.
    seed : int
    """

    record: RunRecord
    sha256: str
    name: str
    seed: int

    @classmethod
    def of(cls, begun: Checkpoint, record: RunRecord) -> "Learned":
        """Take it from a checkpoint, which is far larger."""
        return cls(record, begun.data_sha256, begun.data_name, begun.state.config.seed)


def fitting_data(learned: Learned, dataset: Dataset) -> Dataset:
    """Return data as a run had them split and limited.

    Raises
    ------
    DataFormatError
        If it did not learn from these data as they are.
    """
    record, seed = learned.record, learned.seed
    same = [one.limited(record.limit, seed) if record.limit else one for one in _cuts(dataset, record)]
    fitting = next((one for one in same if learned.sha256 == one.fingerprint), None)
    if fitting is None:
        raise DataFormatError(_not_the_same(learned, describe_data(same[0])))
    return fitting


def read_record(store: RunStore, run: str, begun: Checkpoint) -> RunRecord:
    """Read the record of a run that has a checkpoint; make one where it is damaged, or was never written."""
    try:
        return store.read(run)
    except CorruptError:
        return RunRecord(run, begun.network.card.name, {"settings": begun.state.config.as_dict()})


def _cuts(dataset: Dataset, record: RunRecord) -> Iterator[Dataset]:
    """Give data as they are split now, and as a run had them split: what is usual has changed since 0.1.0."""
    yield dataset
    split = record.description.get("data", {}).get("split")
    if split and read_known(SplitRule, split) != dataset.split_rule:
        yield dataset.with_split_rule(read_known(SplitRule, split))


def _not_the_same(learned: Learned, now: Known) -> str:
    """Say in which way the open data are not those that a run has begun to learn from, and what to do."""
    record = learned.record
    then = {"sha256": learned.sha256, "name": learned.name, **record.description.get("data", {})}
    how = difference(then, now) if "edits" in then else f"{learned.name} then, {now['name']} now"
    way = way_back(then, now) if "edits" in then else "Open the data as it was, or train again."
    what = "the data has changed since" if then["name"] == now["name"] else "it learned from other data"
    return f"Cannot continue {record.name}: {what} ({how}). {way}"
