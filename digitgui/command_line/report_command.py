"""The sub-command ``report``: one HTML file about a run, a sweep or a model."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.command_line.terminal import check_target
from digitgui.installation.folders import edits_folder, runs_folder
from digitgui.installation.shipped import DEFAULT, open_model
from model.errors import ModelFileError
from model.reports.report_making import Report, holds_run_or_sweep, report_on_folder, report_on_model, write_report
from model.runs.run_store import RECORD, RunStore
from model.sweeps.sweeping import QUESTION


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "run",
        metavar="RUN",
        help="the folder of a run or a sweep, the name or id of one of your runs, a model file, or default",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="write the HTML file here")
    parser.add_argument("--data", metavar="SOURCE", help="the present place of the run's data, if it has moved")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write a report, and return the facts about it."""
    check_target(options.out)
    if options.out.resolve() == Path(options.run).resolve():
        raise ModelFileError(f"{options.out} is the network's own file: give the report another name")
    told = write_report(_report_on(options.run, options.data), options.out)
    say(f"written to {options.out}")
    return told


def _report_on(run: str, source: str | None) -> Report:
    """Report on what was named: a folder, a run that the program has kept, or a model."""
    path = Path(run)
    if not path.exists() and run != DEFAULT:
        path = _own_run(run) or path
    if holds_run_or_sweep(path):
        return report_on_folder(path, edits_folder(), source)
    if run == DEFAULT or path.is_file():
        return report_on_model(run, open_model(run), edits_folder(), source)
    found = "a folder with neither" if path.is_dir() else "nothing of that name"
    raise ModelFileError(
        f"{run}: expected the folder of a run (it holds {RECORD}) or of a sweep ({QUESTION}), the name of one of"
        f" your runs, or a model file, found {found}"
    )


def _own_run(run: str) -> Path | None:
    """Find a run that the program has kept by its id, or by its name if that is unique."""
    store = RunStore(runs_folder())
    if (store.folder_of(run) / RECORD).is_file():
        return store.folder_of(run)
    ids = [record.id for record in store.records()[0] if record.name == run]
    if len(ids) > 1:
        raise ModelFileError(f"{run}: {len(ids)} runs have this name: name one of them, {', '.join(ids)}")
    return store.folder_of(ids[0]) if ids else None
