"""Makes reports from disk: of the folder of a run or a sweep, or of a model file that records its run."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias

from model.atomic_files import write_atomically
from model.data.dataset import Dataset
from model.data.edits import Edits
from model.data.reading import CHOICES
from model.data.splitting import SplitRule
from model.errors import DataFormatError, ModelError, ModelFileError
from model.network.network import Network
from model.readers.sources import BUNDLED, has_path, open_data
from model.reports.report import OnShare, Opened, no_share, report_on_run
from model.reports.sweep_report import report_on_sweep
from model.runs.run_record import RunRecord
from model.runs.run_store import RECORD, RunStore
from model.runs.storage import load_network
from model.sweeps.sweeping import QUESTION
from model.sweeps.train_again import command_of, sweep_again
from model.training.training_config import TrainingConfig

__all__ = [
    "Report",
    "holds_run_or_sweep",
    "report_on_folder",
    "report_on_folders",
    "report_on_model",
    "write_report",
]

UNKNOWN_DATA = {"split": asdict(SplitRule()), "edits": "", "extra": ""}
"""Facts about the data that models of the first versions do not record."""

READ, ANSWERED = 0.6, 0.9
"""Share of a report that is done when its data are read, and when the network has answered them: about."""

Report: TypeAlias = tuple[str, dict[str, Any]]
"""An HTML page, and facts about it: ``about`` (run, sweep or model), ``name``, and more."""


def write_report(report: Report, out: Path) -> dict[str, Any]:
    """Write a report to a file, and return the facts about it.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    html, told = report
    content = html.encode()
    write_atomically(out, content, durable=False)
    return {**told, "out": str(out), "bytes": len(content)}


def holds_run_or_sweep(folder: Path) -> bool:
    """Return whether `report_on_folder` has something to report on."""
    return (folder / RECORD).is_file() or (folder / QUESTION).is_file()


def report_on_folder(
    folder: Path, edits: Path, source: str | None = None, *, on_progress: OnShare = no_share
) -> Report:
    """Write a report as text; takes some seconds, of which imports are most.

    Parameters
    ----------
    folder : Path
        Of a run or of a sweep.
    edits : Path
        Where the window keeps the corrections of data that have no path.
    source : str, optional
        Where the data are now, if not where the run recorded.
    on_progress : callable
        Is given the share that is done, from 0 to 1.

    Raises
    ------
    ModelFileError
        If what the folder holds cannot be read.
    """
    on = _on_run if (folder / RECORD).is_file() else _on_sweep
    return on(folder.resolve(), edits, source, on_progress)


def report_on_folders(folders: Sequence[Path], edits: Path, *, on_progress: OnShare = no_share) -> Report:
    """Write a report as `report_on_folder` does; of the folders of several runs, one that compares them."""
    if len(folders) == 1:
        return report_on_folder(folders[0], edits, on_progress=on_progress)
    # by their folders, since runs of two sweeps may have one id
    found = [replace(RunStore(folder.parent).read(folder.name), id=str(folder)) for folder in folders]
    usual = TrainingConfig().as_dict()  # so was what an earlier version did not know
    records = [
        replace(record, description=record.description | {"settings": usual | record.settings}) for record in found
    ]

    def open_run(record: RunRecord) -> Opened:
        folder = Path(record.id)
        network = _network_of(RunStore(folder.parent), replace(record, id=folder.name))
        return _opened(record, edits, *network, on_progress)

    name, problems = f"{len(records)} runs", []
    if len({record.data["sha256"] for record in records}) > 1:
        problems.append("The runs learned from different data: their accuracies are not of the same pictures.")
    html = report_on_sweep(
        records, name, is_sweep=False, command_of=command_of, open_run=open_run, problems=problems
    )
    return html, {"about": "runs", "name": name, "runs": len(records)}


def _on_run(folder: Path, edits: Path, source: str | None, on_progress: OnShare) -> Report:
    store = RunStore(folder.parent)
    record = store.read(folder.name)
    network, problem = _network_of(store, record)
    record = replace(record, source=source or record.source)
    return _report(record, edits, network, on_progress, problem), _told("run", record)


def _network_of(store: RunStore, record: RunRecord) -> tuple[Network | None, str]:
    """Open the network of a run, or say in a sentence why there is none."""
    network, problem = None, "There is no network: the run saved none."
    for file in (store.model_file(record.id), store.checkpoint_file(record.id)):
        if network is None and file.is_file():
            try:
                network, problem = load_network(file), ""
            except ModelError as error:
                problem = f"Its network cannot be opened: {error}."
    return network, problem


def _on_sweep(folder: Path, edits: Path, source: str | None, on_progress: OnShare) -> Report:
    store = RunStore(folder)
    records, problems = store.records()
    if not records:
        raise ModelFileError(f"{folder.name}: expected a sweep with at least one run, found none that can be read")
    told = {"about": "sweep", "name": folder.name, "runs": len(records)}
    records = [replace(record, source=source or record.source) for record in records]

    def open_run(record: RunRecord) -> Opened:
        return _opened(record, edits, *_network_of(store, record), on_progress)

    again = sweep_again(folder, records[0])
    html = report_on_sweep(
        records, folder.name, command_of=command_of, open_run=open_run, again=again, problems=problems
    )
    return html, told


def report_on_model(
    name: str, network: Network, edits: Path, source: str | None = None, *, on_progress: OnShare = no_share
) -> Report:
    """Write a report on the run that a model records; as `report_on_folder`.

    Parameters
    ----------
    name : str
        Its name for the user.
    network : Network
    edits : Path
    source : str, optional
    on_progress : callable

    Raises
    ------
    ModelFileError
        If it records none.
    """
    known = network.card.provenance
    try:
        known = {"report": None} | known | {"data": UNKNOWN_DATA | known["data"]}
        record = RunRecord(
            Path(name).stem,
            network.card.name,
            known,
            known["reason"],
            known["trained"],
            known.get("init", ""),
            _limit(known["data"]["name"]),
            source or "",
            extra={"initializer": network.initializer},
        )
        _ = record.name, record.data["sha256"], record.report, record.history, record.seconds
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            f"{name} records no run: it was trained by another program, or before model files recorded their runs"
        ) from error
    return _report(record, edits, network, on_progress), _told("model", record)


def _limit(name: str) -> int | None:
    """Read from the name of a data set how many of its pictures were used; see `Dataset.limited`."""
    found = re.search(r", ([\d,]+) of [\d,]+$", name)
    return int(found[1].replace(",", "")) if found else None


def _report(
    record: RunRecord, edits: Path, network: Network | None, on_progress: OnShare, problem: str = ""
) -> str:
    opened = _opened(record, edits, network, problem, on_progress)
    if opened.dataset:
        record = replace(record, source=opened.dataset.source)
    command, problem = command_of(record), opened.problem

    def tell(share: float) -> None:
        on_progress(READ + (ANSWERED - READ) * share)

    return report_on_run(record, network, opened.dataset, command=command, problem=problem, on_progress=tell)


def _opened(record: RunRecord, edits: Path, network: Network | None, problem: str, on_progress: OnShare) -> Opened:
    """Put the data of a run beside its network."""
    try:
        return Opened(network, _data_of(record, edits, on_progress), problem)
    except ModelError as error:
        return Opened(network, None, f"{problem} The data cannot be opened: {error}.".strip())


def _data_of(record: RunRecord, edits: Path, on_progress: OnShare) -> Dataset:
    """Open the data of a run, split and limited as in the run."""
    try:
        rule = SplitRule(**record.data["split"])
    except TypeError as error:
        raise DataFormatError("it was split in a way that this program does not know") from error
    source = record.source or BUNDLED
    corrections = edits / f"{source}.edits.json"
    how = {name: value for name, value in record.data.get("read", {}).items() if name in CHOICES}

    def tell(done: int, total: int) -> None:
        on_progress(READ * done / total if total else 0.0)

    dataset = open_data(source, **how, on_progress=tell)
    on_progress(READ)
    if record.data["edits"] and not has_path(source) and corrections.is_file():
        dataset = open_data(source, edits=corrections, **how)
    now, before = (_as_in_run(one, record, rule) for one in (dataset, dataset.edited(Edits())))
    is_before = bool(dataset.edits) and before.fingerprint == record.data["sha256"]
    dataset = before if is_before else now  # what has been corrected since then is no reason to show no pictures
    if not record.source and dataset.fingerprint != record.data["sha256"]:
        raise DataFormatError("a model file does not record where they are; name them with --data")
    return dataset


def _as_in_run(dataset: Dataset, record: RunRecord, rule: SplitRule) -> Dataset:
    dataset = dataset.with_split_rule(rule)
    return dataset if record.limit is None else dataset.limited(record.limit, record.settings["seed"])


def _told(about: str, record: RunRecord) -> dict[str, Any]:
    accuracy = record.report["accuracy"] if record.report else None
    return {"about": about, "name": record.name, "state": record.state, "accuracy": accuracy}
