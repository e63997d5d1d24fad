"""The sub-command ``report``: one HTML file that tells all about a run, a sweep or a model."""

import argparse
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from digitgui.command_line.terminal import check_target, say
from digitgui.command_line.train_again import command_of, sweep_again
from digitgui.installation.folders import data_folder, runs_folder
from digitgui.installation.shipped import DEFAULT, open_model
from model import Dataset, Network
from model.atomic_files import write_atomically
from model.data.splitting import SplitRule
from model.errors import DataFormatError, ModelError, ModelFileError
from model.readers.sources import BUNDLED, has_path, open_data
from model.reports.report import Opened, report_on_run
from model.reports.sweep_report import report_on_sweep
from model.runs.run_store import RECORD, RunRecord, RunStore
from model.sweeps.sweeping import QUESTION

__all__ = ["add_report_options", "report_on", "run_report", "write_report"]

UNKNOWN_DATA = {"split": asdict(SplitRule()), "edits": "", "extra": ""}
"""What models of the first versions do not tell of their data."""


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "run",
        metavar="RUN",
        help="the folder of a run or of a sweep, the name or the id of a run of yours, a model file, or default",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="an HTML file, written here")
    parser.add_argument("--data", metavar="SOURCE", help="where the data of the run lies now, if not where it was")


def run_report(options: argparse.Namespace) -> dict[str, Any]:
    """Write a report, and return what there is to know of it."""
    check_target(options.out)
    if options.out.resolve() == Path(options.run).resolve():
        raise ModelFileError(f"{options.out} is the model itself: give the report another name")
    told = write_report(options.run, options.out, options.data)
    say(f"written to {options.out}")
    return told


def write_report(run: str, out: Path, source: str | None = None) -> dict[str, Any]:
    """Write a report to a file, and return what there is to know of it; as `report_on`."""
    html, told = report_on(run, source)
    content = html.encode()
    write_atomically(out, content, durable=False)
    return {**told, "out": str(out), "bytes": len(content)}


def report_on(run: str, source: str | None = None) -> tuple[str, dict[str, Any]]:
    """Write a report as text; takes some seconds, of which imports are most.

    Parameters
    ----------
    run : str
        The folder of a run or of a sweep, the name or the id of a run that the program has kept, a model file, or
        ``default``.
    source : str, optional
        Where the data lies now, if not where the run has noted.

    Returns
    -------
    html : str
    told : dict
        What it is about: ``about`` (run, sweep or model), ``name``, and more.

    Raises
    ------
    ModelFileError
        If there is no such run, several have the name, or it cannot be read.
    """
    path = Path(run)
    if not path.exists() and run != DEFAULT:
        path = _own_run(run) or path
    if (path / RECORD).is_file():
        return _on_run(path.resolve(), source)
    if (path / QUESTION).is_file():
        return _on_sweep(path.resolve(), source)
    if run == DEFAULT or path.is_file():
        return _on_model(run, source)
    found = "a folder with neither" if path.is_dir() else "nothing of that name"
    raise ModelFileError(
        f"{run}: expected the folder of a run (it holds {RECORD}) or of a sweep ({QUESTION}), the name of a run of"
        f" yours, or a model file, found {found}"
    )


def _own_run(run: str) -> Path | None:
    """Find a run that the program has kept by its id, or by its name if no other is called so."""
    store = RunStore(runs_folder())
    if (store.folder_of(run) / RECORD).is_file():
        return store.folder_of(run)
    ids = [record.id for record in store.records()[0] if record.name == run]
    if len(ids) > 1:
        raise ModelFileError(f"{run}: {len(ids)} runs have this name: name one of them, {', '.join(ids)}")
    return store.folder_of(ids[0]) if ids else None


def _on_run(folder: Path, source: str | None) -> tuple[str, dict[str, Any]]:
    store = RunStore(folder.parent)
    record = store.read(folder.name)
    network, problem = _network_of(store, record)
    return _report(replace(record, source=source or record.source), network, problem), _told("run", record)


def _network_of(store: RunStore, record: RunRecord) -> tuple[Network | None, str]:
    """Open the network of a run, or say in a sentence why there is none."""
    network, problem = None, "There is no network of it: the run saved none."
    for file in (store.model_file(record.id), store.checkpoint_file(record.id)):
        if network is None and file.is_file():
            try:
                network, problem = open_model(file), ""
            except ModelError as error:
                problem = f"Its network cannot be opened: {error}."
    return network, problem


def _on_sweep(folder: Path, source: str | None) -> tuple[str, dict[str, Any]]:
    store = RunStore(folder)
    records, problems = store.records()
    if not records:
        raise ModelFileError(f"{folder.name}: expected a sweep with at least one run, found none that can be read")
    told = {"about": "sweep", "name": folder.name, "runs": len(records)}
    records = [replace(record, source=source or record.source) for record in records]

    def open_run(record: RunRecord) -> Opened:
        return _opened(record, *_network_of(store, record))

    again = sweep_again(folder, records[0])
    html = report_on_sweep(
        records, folder.name, command_of=command_of, open_run=open_run, again=again, problems=problems
    )
    return html, told


def _on_model(name: str, source: str | None) -> tuple[str, dict[str, Any]]:
    """Report on the run that a model file tells of."""
    network = open_model(name)
    known = network.card.provenance
    try:
        known = known | {"data": UNKNOWN_DATA | known["data"]}
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
            f"{name} tells of no run: it was trained by another program, or before runs were noted in models"
        ) from error
    return _report(record, network), _told("model", record)


def _limit(name: str) -> int | None:
    """Read from the name of a data set how many pictures were taken of it; see `Dataset.limited`."""
    found = re.search(r", ([\d,]+) of [\d,]+$", name)
    return int(found[1].replace(",", "")) if found else None


def _report(record: RunRecord, network: Network | None, problem: str = "") -> str:
    opened = _opened(record, network, problem)
    if opened.dataset:
        record = replace(record, source=opened.dataset.source)
    return report_on_run(record, network, opened.dataset, command=command_of(record), problem=opened.problem)


def _opened(record: RunRecord, network: Network | None, problem: str) -> Opened:
    """Put the data of a run beside its network."""
    try:
        return Opened(network, _data_of(record), problem)
    except ModelError as error:
        return Opened(network, None, f"{problem} The data cannot be opened: {error}.".strip())


def _data_of(record: RunRecord) -> Dataset:
    """Open the data of a run, cut and limited as it was."""
    try:
        rule = SplitRule(**record.data["split"])
    except TypeError as error:
        raise DataFormatError("it was cut in a way that this program does not know") from error
    source = record.source or BUNDLED
    corrections = data_folder() / "edits" / f"{source}.edits.json"  # the window's, of data without a path
    dataset = open_data(source)
    if record.data["edits"] and not has_path(source) and corrections.is_file():
        dataset = open_data(source, edits=corrections)
    dataset = dataset.with_split_rule(rule)
    if record.limit is not None:
        dataset = dataset.limited(record.limit, record.settings["seed"])
    if not record.source and dataset.fingerprint != record.data["sha256"]:
        raise DataFormatError("a model does not tell where they lie; --data may name them")
    return dataset


def _told(about: str, record: RunRecord) -> dict[str, Any]:
    accuracy = record.report["accuracy"] if record.report else None
    return {"about": about, "name": record.name, "state": record.state, "accuracy": accuracy}
