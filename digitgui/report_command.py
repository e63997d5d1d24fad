"""The sub-command ``report``: one HTML file that tells all about a run, a sweep or a model."""

import argparse
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitgui.shipped import DEFAULT, open_data, open_model
from digitgui.terminal import check_target, say
from digitgui.train_again import command_of
from model import Dataset, Network
from model.errors import DataFormatError, ModelError, ModelFileError
from model.report import report_on_run
from model.runs import RECORD, RunRecord, RunStore
from model.splitting import SplitRule
from model.storage import write_atomically
from model.sweep_report import report_on_sweep

__all__ = ["add_report_options", "run_report"]

SWEEP = "sweep.json"
UNKNOWN_DATA = {"source": "", "split": asdict(SplitRule()), "edits": "", "extra": ""}
"""What models of the first versions do not tell of their data."""


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "run", metavar="RUN", help="the folder of a run or of a sweep, or a model file, or default"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="an HTML file, written here")
    parser.add_argument("--data", metavar="SOURCE", help="where the data of the run lies now, if not where it was")


def run_report(options: argparse.Namespace) -> dict[str, Any]:
    """Write a report, and return what there is to know of it."""
    check_target(options.out)
    path = Path(options.run)
    if options.out.resolve() == path.resolve():
        raise ModelFileError(f"{options.out} is the model itself: give the report another name")
    if (path / RECORD).is_file():
        html, told = _on_run(path.resolve(), options.data)
    elif (path / SWEEP).is_file():
        html, told = _on_sweep(path.resolve())
    elif options.run == DEFAULT or path.is_file():
        html, told = _on_model(options.run, options.data)
    else:
        raise ModelFileError(
            f"{options.run}: expected the folder of a run (it holds {RECORD}) or of a sweep ({SWEEP}), or a model"
            f" file; found {'a folder with neither' if path.is_dir() else 'nothing of that name'}"
        )
    content = html.encode()
    write_atomically(options.out, content, durable=False)
    say(f"written to {options.out}")
    return {**told, "out": str(options.out), "bytes": len(content)}


def _on_run(folder: Path, source: str | None) -> tuple[str, dict[str, Any]]:
    store = RunStore(folder.parent)
    record = store.read(folder.name)
    network, problem = None, "There is no network of it: the run saved none."
    for file in (store.model_file(record.id), store.checkpoint_file(record.id)):
        if network is None and file.is_file():
            try:
                network, problem = open_model(file), ""
            except ModelError as error:
                problem = f"Its network cannot be opened: {error}."
    return _report(record, network, source, problem), _told("run", record)


def _on_sweep(folder: Path) -> tuple[str, dict[str, Any]]:
    records, problems = RunStore(folder).records()
    if not records:
        raise ModelFileError(f"{folder.name}: expected a sweep with at least one run, found none that can be read")
    told = {"about": "sweep", "name": folder.name, "runs": len(records)}
    return report_on_sweep(records, folder.name, command_of=command_of, problems=problems), told


def _on_model(name: str, source: str | None) -> tuple[str, dict[str, Any]]:
    """Report on the run that a model file tells of."""
    network = open_model(name)
    known = network.provenance
    try:
        known = known | {"data": UNKNOWN_DATA | known["data"]}
        record = RunRecord(
            Path(name).stem,
            network.name,
            known,
            known["reason"],
            known["trained"],
            known.get("init", ""),
            _limit(known["data"]["name"]),
            extra={"initializer": network.initializer},
        )
        _ = record.name, record.data["sha256"], record.report, record.history, record.seconds
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            f"{name} tells of no run: it was trained by another program, or before runs were noted in models"
        ) from error
    return _report(record, network, source, ""), _told("model", record)


def _limit(name: str) -> int | None:
    """Read from the name of a data set how many pictures were taken of it; see `Dataset.limited`."""
    found = re.search(r", ([\d,]+) of [\d,]+$", name)
    return int(found[1].replace(",", "")) if found else None


def _report(record: RunRecord, network: Network | None, source: str | None, problem: str) -> str:
    dataset = None
    try:
        dataset = _data_of(record, source or record.data["source"])
    except ModelError as error:
        problem = f"{problem} The data cannot be opened: {error}.".strip()
    return report_on_run(record, network, dataset, command=command_of(record), problem=problem)


def _data_of(record: RunRecord, source: str) -> Dataset:
    """Open the data of a run, cut and limited as it was."""
    if not source:
        raise DataFormatError("nobody has noted where they lie; --data may name them")
    try:
        rule = SplitRule(**record.data["split"])
    except TypeError as error:
        raise DataFormatError("it was cut in a way that this program does not know") from error
    dataset = open_data(source).with_split_rule(rule)
    return dataset if record.limit is None else dataset.limited(record.limit, record.settings["seed"])


def _told(about: str, record: RunRecord) -> dict[str, Any]:
    accuracy = record.report["accuracy"] if record.report else None
    return {"about": about, "name": record.name, "state": record.state, "accuracy": accuracy}
