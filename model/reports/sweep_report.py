"""A report on a sweep: which of its runs is the best, and how the settings affect it."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from model.judging.scores import MEANINGS, accuracy_interval
from model.network.architectures import ARCHITECTURES
from model.reports.report import STATES, Opened, curves_of, look
from model.reports.report_figures import (
    DIGIT_PAINTS,
    FAINT,
    OTHERS_MARK,
    RUN_COLORS,
    RUN_MARKS,
    Column,
    curves_picture,
    parallel_picture,
)
from model.reports.report_page import render
from model.reports.report_result import Result
from model.runs.run_record import RunRecord
from model.sweeps.journal_experiment import JOURNAL_PICTURES, JOURNAL_ROWS, JOURNAL_SETTINGS, JournalRow
from model.sweeps.sweeping import is_done
from model.training.settings import SETTING_NAMES
from model.wording import setting_text

__all__ = ["report_on_sweep"]

DETAILED = 30
"""The results of more runs than these are not shown in detail; a report on a run has its own."""
MARKS = 8
"""At most this many texts beside an axis can be read."""
REPEATED = ("seed", "fold")
"""What may differ between runs of one combination of settings."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Runs that differ only in their seed or in the split of the data, the best first.

    Attributes
    ----------
    settings : dict
        Of all of them.
    records : list of RunRecord
    """

    settings: dict[str, Any]
    records: list[RunRecord]

    @property
    def accuracies(self) -> list[float]:
        """Those by which the runs are compared, of all finished runs."""
        return [record.validation.accuracy for record in self.records if is_done(record) and record.validation]

    @property
    def mean(self) -> float | None:
        """Mean of these accuracies; None if no run is finished."""
        return statistics.fmean(self.accuracies) if self.accuracies else None

    @property
    def test_mean(self) -> float | None:
        """Mean accuracy on the test part, by which nothing is chosen; None if no run has been evaluated there."""
        tested = [record.test_accuracy for record in self.records if record.test_accuracy is not None]
        return statistics.fmean(tested) if tested else None

    @property
    def spread(self) -> float | None:
        """Standard deviation of the accuracies; None without two runs."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def merit(self) -> tuple[int, float, float]:
        """What the best has the most of: rounds of successive halving, accuracy, and, last, a small loss."""
        if self.mean is None:
            return -1, 0.0, 0.0
        losses = [record.validation.loss for record in self.records if is_done(record) and record.validation]
        loss = statistics.fmean(math.inf if one is None else one for one in losses)
        return max(record.extra.get("rung", 0) for record in self.records), self.mean, -loss


def report_on_sweep(
    records: Sequence[RunRecord],
    name: str,
    *,
    is_sweep: bool = True,
    command_of: Callable[[RunRecord], str] = lambda _: "",
    open_run: Callable[[RunRecord], Opened] = lambda _: Opened(None, None),
    again: str = "",
    problems: Sequence[str] = (),
) -> str:
    """Write a report on all runs of a sweep, or on chosen ones, from what they recorded.

    Parameters
    ----------
    records : sequence of RunRecord
        At least one.
    name : str
        Name of the sweep.
    is_sweep : bool
        Whether they are all the runs of a sweep; else they were chosen from all runs.
    command_of : callable
        Returns the command that trains a run again; an empty text for none.
    open_run : callable
        Opens network and data of a run, to show its wrong pictures; it is called for the best one.
    again : str
        The command that repeats the whole sweep; empty for none.
    problems : sequence of str
        A sentence for each run that cannot be read.

    Returns
    -------
    str
        An HTML page. The same runs give the same page.
    """
    ranked = sorted(records, key=lambda record: (-_accuracy(record), record.id))
    tried = _tried(ranked)
    searched = _searched(ranked)
    settings = _of_settings(tried, searched)
    best = tried[0].records[0]
    looked, unseen = look(best, open_run(best)) if best.report else (None, "")
    return render(
        "sweep.html",
        name=name,
        is_sweep=is_sweep,
        problems=problems,
        **_of_runs(ranked, searched),
        states=STATES,
        tried=tried,
        repeated=len(tried) < len(ranked),
        best_runs={record.id for record in tried[0].records if is_done(record)},
        is_done=is_done,
        **settings,
        **_of_single_runs(ranked, best, searched, in_full=bool(settings["journal"])),
        looked=looked,
        unseen=unseen,
        meanings=Result.noted(best.report).meanings if best.report else MEANINGS,
        command=command_of(best),
        again=again,
    )


def _of_runs(ranked: list[RunRecord], searched: dict[str, list[Any]]) -> dict[str, Any]:
    """Describe all runs, in their order, for their table and their curves."""
    return {
        "ranked": ranked,
        "intervals": [Result.noted(record.report).interval if record.report else None for record in ranked],
        "named": any(record.notes.name for record in ranked) or not searched,
        "searched": searched,
        "fixed": _fixed(ranked[0], searched),
        "values": [_settings(record) for record in ranked],
        "curves": _overlay(ranked),
        "lines": _lines(ranked, searched),
        "fingerprints": len({record.data["sha256"] for record in ranked}),
    }


def _of_settings(tried: list[Tried], searched: dict[str, list[Any]]) -> dict[str, Any]:
    """Describe how the settings that differ affect the runs, and what the journal found if it tried the same."""
    asked = [key for key in searched if key not in REPEATED]
    heat = _heat(tried, searched, asked)
    return {
        "asked": asked,
        "titles": SETTING_NAMES,
        "heat": heat,
        "parallel": None if heat else _parallel(tried, searched, asked),
        "journal": _journal(tried, asked),
        "journal_pictures": JOURNAL_PICTURES,
    }


def _of_single_runs(
    ranked: list[RunRecord], best: RunRecord, searched: dict[str, list[Any]], *, in_full: bool
) -> dict[str, Any]:
    """Describe runs one by one: all of them in full, or the best in full and the others briefly."""
    detailed = ranked if in_full else [best] if best.report else []
    return {
        "details": [_detail(number, record) for number, record in enumerate(detailed)],
        "others": [] if in_full else _others(ranked, best, searched),
        "detailed_at_most": math.inf if in_full else DETAILED,
    }


def _accuracy(record: RunRecord) -> float:
    return record.validation.accuracy if is_done(record) and record.validation else -1.0


def _settings(record: RunRecord) -> dict[str, Any]:
    """Take from a run what may differ between runs; a custom pipeline goes by its name."""
    settings = {
        key: value.get("name", "own") if isinstance(value, dict) else value
        for key, value in record.settings.items()
    }
    fold = record.extra.get("fold")
    return {
        "arch": record.arch,
        **settings,
        "initializer": record.extra.get("initializer", "he"),
        "limit": "all" if record.limit is None else record.limit,
        "fold": "none" if fold is None else fold + 1,
    }


def _tried(ranked: list[RunRecord]) -> list[Tried]:
    """Group the runs that only repeat one another, the best of the last round first."""
    found: dict[str, Tried] = {}
    for record in ranked:
        settings = {key: value for key, value in _settings(record).items() if key not in REPEATED}
        whole = settings | {"augmentation": record.settings.get("augmentation")}
        found.setdefault(repr(whole), Tried(settings, [])).records.append(record)
    return sorted(found.values(), key=lambda one: one.merit, reverse=True)


def _searched(records: list[RunRecord]) -> dict[str, list[Any]]:
    """Return the settings that differ between the runs, with their values in order."""
    all_settings = [_settings(record) for record in records]
    values = {key: {settings.get(key) for settings in all_settings} for key in all_settings[0]}
    return {key: sorted(found, key=_place) for key, found in values.items() if len(found) > 1}


def _fixed(record: RunRecord, searched: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the settings that all runs share; without folds, the fold is none."""
    return {key: value for key, value in _settings(record).items() if key not in ("fold", *searched)}


def _place(value: Any) -> tuple[float, str]:
    """Order numbers by size, networks as they are listed everywhere, and any other text by its letters."""
    if value is None:
        return -math.inf, ""
    if isinstance(value, str):
        return list(ARCHITECTURES).index(value) if value in ARCHITECTURES else math.inf, value
    return float(value), ""


def _overlay(ranked: list[RunRecord]) -> list[Any]:
    """Draw the validation curves of all runs that have any; the best ones in colours of their own."""
    paints = [*(DIGIT_PAINTS[digit] for digit in RUN_COLORS), *[FAINT] * len(ranked)]
    marks = [*RUN_MARKS, *[OTHERS_MARK] * len(ranked)]
    drawn = [one for one in zip(ranked, paints, marks, strict=False) if one[0].history.epochs]
    if not drawn:
        return []
    ordered, colors, shapes = zip(*drawn[::-1], strict=True)  # so that the best lie on top
    histories = [(record.name, record.history) for record in ordered]
    return [curves_picture(f"sweep-{what}", histories, what, colors, shapes) for what in ("loss", "accuracy")]


def _lines(ranked: list[RunRecord], searched: dict[str, list[Any]]) -> list[tuple[str, str, str]]:
    """List the lines of these curves for a legend: the mark, the colour in the style, and the run."""
    best = zip(RUN_MARKS, RUN_COLORS, ranked, strict=False)
    lines = [
        (mark, f"digit-{digit}", f"{rank}: {_label(record, searched)}")
        for rank, (mark, digit, record) in enumerate(best, start=1)
    ]
    return lines + [(OTHERS_MARK, "faint", "all others")] * (len(ranked) > len(lines))


def _label(record: RunRecord, searched: dict[str, list[Any]]) -> str:
    """Name a run by what sets it apart from the others, unless a person has named it."""
    values = _settings(record)
    apart = [
        values[key] if key == "arch" else f"{SETTING_NAMES.get(key, key).lower()} {setting_text(values[key])}"
        for key in searched
    ]
    return record.notes.name or ", ".join(apart) or record.name


def _heat(tried: list[Tried], searched: dict[str, list[Any]], names: list[str]) -> dict[str, Any] | None:
    """Lay out the mean accuracies over two settings; None if there are not two, or most were empty."""
    means = [one.mean for one in tried if one.mean is not None]
    if len(names) != 2 or not means or 2 * len(tried) < math.prod(len(searched[name]) for name in names):
        return None
    rows, columns = sorted(names, key=lambda key: len(searched[key]), reverse=True)
    found = {(one.settings[rows], one.settings[columns]): one.mean for one in tried}
    low, high = min(means), max(means)
    cells = [
        [(mean, 0.0 if mean is None else (mean - low) / ((high - low) or 1.0)) for mean in line]
        for line in ([found.get((y, x)) for x in searched[columns]] for y in searched[rows])
    ]
    return {"rows": rows, "columns": columns, "cells": cells}


def _parallel(tried: list[Tried], searched: dict[str, list[Any]], names: list[str]) -> Any:
    """Draw each combination through its settings to its accuracy; None if there are no two."""
    known = [one for one in tried if one.mean is not None]
    if not names or len(known) < 2:
        return None
    columns = []
    for key in names:
        values = searched[key]
        places = [values.index(one.settings[key]) / (len(values) - 1) for one in known]
        marked = values if len(values) <= MARKS else [values[0], values[-1]]
        marks = {values.index(value) / (len(values) - 1): setting_text(value) for value in marked}
        columns.append(Column(SETTING_NAMES.get(key, key), places, marks))
    means = [one.mean or 0.0 for one in known]
    low, high = min(means), max(means)
    ends = {0.0: f"{low:.1%}", 1.0: f"{high:.1%}"}
    columns.append(Column("Validation accuracy", [(mean - low) / ((high - low) or 1.0) for mean in means], ends))
    return parallel_picture("sweep-parallel", columns, best=0)


def _journal(tried: list[Tried], asked: list[str]) -> list[dict[str, Any]]:
    """Put the journal's own figures beside those of its experiment; nothing if this is another one."""
    theirs = {(row.arch, row.learning_rate): row for row in JOURNAL_ROWS}
    ours = {(one.settings["arch"], one.settings["learning_rate"]): one for one in tried}
    plainly = all(
        one.settings[key] == JOURNAL_SETTINGS[key] for one in tried for key in ("batch_size", "optimizer")
    )
    if not plainly or not ours.keys() <= theirs.keys() or not {*asked} <= {"arch", "learning_rate"}:
        return []
    return [_beside(row, ours.get(key)) for key, row in theirs.items()]


def _beside(row: JournalRow, ours: Tried | None) -> dict[str, Any]:
    single = ours.records[0].report if ours and len(ours.records) == 1 else None
    return {
        "theirs": row,
        "their_interval": accuracy_interval(row.right, JOURNAL_PICTURES),
        "ours": ours,
        "interval": Result.noted(single).interval if single else None,
    }


def _others(ranked: list[RunRecord], best: RunRecord, searched: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Take the results of all runs but the best one, with their ranks; nothing if they are too many to unfold."""
    if len(ranked) > DETAILED:
        return []
    return [
        {"rank": rank, "label": _label(record, searched), "result": Result.noted(record.report)}
        for rank, record in enumerate(ranked, start=1)
        if record.report and record is not best
    ]


def _detail(number: int, record: RunRecord) -> dict[str, Any]:
    return {
        "record": record,
        "result": Result.noted(record.report) if record.report else None,
        "curves": curves_of(f"detail-{number}", record.history),
    }
