"""What a run and a sweep leave in their folders, and what reads it: names and folders are those of the program."""

import contextlib
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.readable import Readable
from helpers.stored_runs import store_runs
from model.errors import ModelFileError
from model.readers.sources import open_data
from model.runs.run_record import RunRecord
from model.runs.run_store import NOTES, RECORD, RunStore
from model.sweeps import running_runs
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.sweeps.sweep_question import QUESTION, can_go_on, compare, load_question, read_question
from model.sweeps.sweeping import Sweep, is_done, results_of
from model.sweeps.train_again import command_of

__all__ = ["READABLE_RECORDS"]

SCORE = {"count": 9, "accuracy": 0.5, "loss": 1.0}


@cache
def records() -> list[bytes]:
    with TemporaryDirectory() as folder:
        own = store_runs(Path(folder))
        extra = {"fold": 1, "rung": 0, "score": SCORE, "initializer": "he", "asked": {"lr": 0.01}}
        swept = store_runs(Path(folder), sweep="mine", extra=extra)
        store = RunStore(Path(folder) / "runs")
        return [store.record_file(record.id).read_bytes() for record in (*own[:2], *swept[:2])]


def used(record: RunRecord) -> None:
    """Ask for everything that lists, curves and commands ask for."""
    _ = record.name, record.data, record.report, record.validation, record.test_accuracy, record.history
    _ = record.rates_set, record.learning_rates, record.seconds, is_done(record), command_of(record)


def read_record(file: Path) -> None:
    used(RunStore(file.parent.parent).read(file.parent.name))


def read_notes(file: Path) -> None:
    RunStore(file.parent.parent).notes(file.parent.name)


def read_running(file: Path) -> None:
    record = running_runs._read(file.parent.parent, file)
    if record is not None:
        used(record)


def notes() -> list[bytes]:
    return [json.dumps({"format": 2, "name": "mine", "note": "it diverged", "pinned": True}).encode()]


@cache
def questions() -> list[bytes]:
    """Plan three sweeps: a grid, one by folds, one by halving."""
    data = open_data("bundled").limited(60)
    candidates = [
        Candidate({"lr": rate}, complete({"learning_rate": rate, "epochs": 9})) for rate in (0.01, 0.02, 0.05)
    ]
    found = []
    for plan in (
        SweepPlan(tuple(candidates)),
        SweepPlan(tuple(candidates), folds=3),
        SweepPlan(tuple(candidates), halving=True),
    ):
        with TemporaryDirectory() as folder:
            Sweep(Path(folder) / "sweep", data, plan)
            found.append((Path(folder) / "sweep" / QUESTION).read_bytes())
    return found


def read_sweep(file: Path) -> None:
    """Read a plan, and do with it what does not train."""
    folder = file.parent
    found = load_question(folder)
    plan, _ = read_question(folder)
    can_go_on(folder)
    _ = plan.rungs, plan.total, plan.total_epochs, results_of(plan, {})
    for rung, _ in enumerate(plan.rungs):
        _ = [(task.run, task.config) for task in plan.tasks(rung, range(len(plan.candidates)))]
    with contextlib.suppress(ModelFileError):  # it is another sweep
        compare(found, json.loads(questions()[0]), folder)


READABLE_RECORDS = {
    "run": Readable(RECORD, records, read_record, "json"),
    "notes": Readable(NOTES, notes, read_notes, "json"),
    "running run": Readable("running.json", records, read_running, "json"),
    "sweep": Readable(QUESTION, questions, read_sweep, "json"),
}
"""By what they are called."""
