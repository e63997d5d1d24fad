"""The sub-command ``sweep``: many trainings compared, here or on a Dask cluster."""

import argparse
import contextlib
import math
import signal
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from digitgui.command_line.output import say
from digitgui.command_line.sweep_options import JOURNAL, add_options
from digitgui.command_line.terminal import confusion_as_text, open_data_aloud, report_as_text
from model.runs.run_record import Figures, RunRecord
from model.sweeps.journal_experiment import JOURNAL_ROWS
from model.sweeps.sweep_workers import on_cluster, on_this_machine
from model.sweeps.sweeping import Engine, Sweep, SweepProgress, SweepResult
from model.training.training_events import FinishReason
from model.wording import duration, epochs, setting_text

__all__ = ["add_options", "run"]


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Carry out or continue a sweep, report on it, and return the result."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C: finished runs are kept
    dataset = open_data_aloud(options)
    sweep = Sweep(options.out, dataset, options.plan)
    count = len(options.plan.candidates)
    say(f"{count} {'combinations' if count > 1 else 'combination'} on {dataset.name}, in {options.out}")
    if options.plan.shared.strokes:
        say("first, the pen strokes are painted as pictures, once for each seed")
    started = time.perf_counter()
    try:
        with contextlib.closing(sweep.run(_engine(options))) as steps:
            for progress in steps:
                _tell(progress)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl+C: this is over in a moment
        say(f"stopped; finished runs are kept in {options.out}: run the same command to continue")
        raise
    results = sweep.results()
    best = max(results, key=lambda result: result.merit)
    if not options.json:
        _print(results, best, is_journal=options.grid == JOURNAL)
    return {
        "out": str(options.out),
        "data": {"name": dataset.name, "sha256": dataset.fingerprint},
        "measured_on": f"{options.folds} folds" if options.folds else "validation",
        "seconds": round(time.perf_counter() - started, 3),
        "runs": [_as_dict(result, options.grid == JOURNAL) for result in results],
        "best": _as_dict(best, options.grid == JOURNAL),
    }


def _engine(options: argparse.Namespace) -> Engine:
    if options.dask:
        return partial(on_cluster, address=options.dask, on_notice=say)
    from joblib import cpu_count  # noqa: PLC0415 - not when the window opens

    return partial(on_this_machine, workers=options.jobs or cpu_count())


def _tell(progress: SweepProgress) -> None:
    left = "" if not progress.seconds_left else f"; about {duration(progress.seconds_left)} left"
    if progress.record is None:
        if progress.done:
            say(f"{progress.done} of {progress.total} runs are done already")
        return
    record = progress.record
    fold = "" if record.extra["fold"] is None else f", fold {record.extra['fold'] + 1}"
    bad = "; its loss became infinite" if record.state == FinishReason.DIVERGED else ""
    say(
        f"run {progress.done} of {progress.total}: {_words(record.extra['asked'])}{fold},"
        f" {epochs(record.settings['epochs'])}: accuracy {_validation(record).accuracy:.2%}{bad};"
        f" {record.seconds:.1f} s{left}"
    )


def _print(results: Sequence[SweepResult], best: SweepResult, *, is_journal: bool) -> None:
    if is_journal:
        for result in results:
            _print_report(result)
    title = "validation accuracy" if best.spread is None else "mean accuracy over the folds"
    halved = any(result.rung != best.rung for result in results)
    print(f"{title}, the best (*) first{', later rounds before earlier ones' * halved}")
    for result in sorted(results, key=lambda result: result.merit, reverse=True):
        spread = "" if result.spread is None else f" ± {result.spread:.2%}"
        journal = f"   the journal: {_of_journal(result):.1%}" if is_journal else ""
        mark = " *" if result is best else ""
        length = epochs(result.records[0].settings["epochs"])
        test = "" if result.test_accuracy is None else f"   test: {result.test_accuracy:.2%}"
        print(f"  {result.accuracy:7.2%}{spread}{test}{journal}   {_words(result.asked)}, {length}{mark}")


def _print_report(result: SweepResult) -> None:
    for report in _reports(result):
        print(f"{_words(result.asked)}: test accuracy {report['accuracy']:.2%} of {report['count']} pictures\n")
        print(f"{report_as_text(report['digits'])}\n")
        names = list(report["digits"])[: len(report["confusion"])]  # what follows are accuracy and means
        print(f"{confusion_as_text(report['confusion'], names)}\n")


def _as_dict(result: SweepResult, is_journal: bool) -> dict[str, Any]:
    """Return the figures of a candidate, for JSON."""
    several = result.spread is not None
    reports = _reports(result)
    accuracies = [_validation(record).accuracy for record in result.records]
    folds = {"spread": result.spread, "folds": accuracies} if several else {}
    journal = {"journal_accuracy": _of_journal(result)} if is_journal else {}
    return {
        "settings": result.asked,
        "accuracy": result.accuracy,
        "loss": result.loss if math.isfinite(result.loss) else None,
        "test_accuracy": result.test_accuracy,
        **folds,
        **journal,
        "count": sum(record.extra["score"]["count"] for record in result.records),
        "epochs": result.records[0].settings["epochs"],
        "seconds": round(sum(record.seconds for record in result.records), 3),
        "reason": result.records[-1].state,
        "folders": [record.id for record in result.records],
        "reports": [{"confusion": report["confusion"], "report": report["digits"]} for report in reports],
    }


def _validation(record: RunRecord) -> Figures:
    assert record.validation is not None  # a run without figures is not done
    return record.validation


def _reports(result: SweepResult) -> list[dict[str, Any]]:
    return [record.report for record in result.records if record.report]


def _of_journal(result: SweepResult) -> float:
    return JOURNAL_ROWS[result.candidate].accuracy


def _words(asked: dict[str, Any]) -> str:
    return ", ".join(
        f"{option} {'all' if value is None else setting_text(value)}"  # only a limit may be None
        for option, value in asked.items()
    )
