"""Checks that the record of a run has the form that this program writes, so that all others can rely on it."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from itertools import chain
from typing import Any

from model.data.reading import CHOICES
from model.data.splitting import SplitRule
from model.errors import CorruptError
from model.plain_values import read_known
from model.runs.epoch_weights import bound_of
from model.runs.run_record import RunNotes, RunRecord
from model.training.history import epoch_figures
from model.training.training_config import USUAL
from model.training.training_events import EpochDone, LearningRateChanged

__all__ = ["MOST_BYTES", "check_notes", "check_plain", "check_record"]

MOST_BYTES = 40_000_000
"""Of a record, or of the plan of a sweep: 100,000 epochs take 23 MB."""
LARGEST: dict[type, float] = {int: 2**53, float: 1e39}
"""Larger whole numbers are not read alike by all programs (RFC 8259, section 6). No float32 is larger than 3.4e38,
and the loss of a run may come near that before it diverges."""
DEEPEST = 30
"""Records of this program are nested six levels deep."""
TEXTS = ("arch", "state", "begun", "begun_from", "source", "sweep")
NEEDED = ("learning_rate", "batch_size", "epochs", "seed", "optimizer", "augmentation")
"""The settings in the name of a run."""
FIGURES = ("precision", "recall", "f1-score", "support")


def check_plain(content: Any) -> None:
    """Check that what was read from JSON can be shown and computed with.

    Raises
    ------
    ValueError
        If it is nested too deeply, or holds a number that is infinite or too large.
    """
    level = [content]
    for _ in range(DEEPEST):
        for kind, largest in LARGEST.items():
            numbers: list[Any] = [entry for entry in level if type(entry) is kind]
            if not all(-largest <= number <= largest for number in numbers):  # which nan is not either
                raise ValueError("a number that is infinite or too large")
        lists = [entry for entry in level if type(entry) is list]
        values = [entry.values() for entry in level if type(entry) is dict]
        level = [*chain.from_iterable(lists), *chain.from_iterable(values)]
        if not level:
            return
    raise ValueError("too deeply nested")


def check_record(record: RunRecord) -> None:
    """Check the types of everything that this version knows about a run.

    What only a later version knows may be anything that `check_plain` accepts.

    Raises
    ------
    KeyError
        If something is missing.
    TypeError, ValueError
        If something is of another type, or outside its limits.
    """
    for name in TEXTS:
        _expect(name, getattr(record, name), str)
    _expect("limit", record.limit, int, type(None))
    described = record.description
    _expect("settings", described["settings"], dict)
    _check_settings(described["settings"])
    for name in ("name", "sha256"):
        _expect(f"data {name}", described["data"][name], str)
    _expect("pictures", described["data"].get("train_pictures", 0), int)
    _check_reading(described["data"])
    _expect("seconds", described["seconds"], int, float)
    _check_history(described["history"])
    if described["report"] is not None:
        _check_report(described["report"])
    bound_of(record.extra)
    _check_place_in_sweep(record.extra)


def check_notes(notes: RunNotes) -> None:
    """Check the types of the user's notes on a run, or raise `CorruptError`."""
    try:
        _expect("name", notes.name, str)
        _expect("note", notes.note, str)
        _expect("pinned", notes.pinned, bool)
    except TypeError as error:
        raise CorruptError(f"notes that are damaged ({error})") from error


def _check_settings(settings: Mapping[str, Any]) -> None:
    for name in NEEDED:
        _ = settings[name]
    for name in settings.keys() & USUAL.keys():
        usual, value = USUAL[name], settings[name]
        if name == "augmentation" and isinstance(value, dict):
            _expect("name of the augmentation", value["name"], str)
        elif isinstance(usual, bool | str):
            _expect(name, value, type(usual))
        else:
            _expect(name, value, int, float, *([type(None)] if usual is None else []))


def _check_reading(data: Mapping[str, Any]) -> None:
    """Check how the data were split and read, which a command repeats."""
    rule = read_known(SplitRule, data.get("split", {}))
    _expect("split", rule.seed, int)
    for switch in (rule.stratified, rule.own_parts):
        _expect("split", switch, bool)
    _expect("read", data.get("read", {}), dict)
    for name in CHOICES:
        _expect("read", data.get("read", {}).get(name, ""), str)


def _check_history(history: Mapping[str, Any]) -> None:
    _numbers("step losses", history["train_loss_per_100_steps"])
    for kind, event in (("epochs", EpochDone), ("learning_rate_changes", LearningRateChanged)):
        _expect(kind, history[kind], list)
        for saved in history[kind]:
            _expect(kind, saved, dict)
        entries = [epoch_figures(saved) for saved in history[kind]]
        for field_ in fields(event):  # field by field, since there may be 100,000 epochs
            if field_.default is MISSING:
                found = {type(entry[field_.name]) for entry in entries}
            else:  # earlier versions did without
                found = {type(entry[field_.name]) for entry in entries if field_.name in entry}
            if not found <= ({int} if field_.name in ("epoch", "step") else {int, float, type(None)}):
                raise TypeError(f"{kind}: {field_.name} is of another type")


def _check_report(report: Mapping[str, Any]) -> None:
    _expect("part", report["part"], str)
    _expect("count", report["count"], int)
    for name in ("accuracy", "macro_f1"):
        _expect(name, report[name], int, float)
    _expect("loss", report["loss"], int, float, type(None))
    if not 0 <= report["accuracy"] <= 1:
        raise ValueError(f"an accuracy of {report['accuracy']}")
    confusion = report["confusion"]
    if not confusion or any(len(row) != len(confusion) for row in confusion):
        raise ValueError("a confusion matrix that is not square")
    for count in chain.from_iterable(confusion):
        _expect("confusion", count, int)
        if count < 0:
            raise ValueError(f"{count} pictures in the confusion matrix")
    for name, row in report.get("digits", {}).items():
        if name != "accuracy":
            for figure in FIGURES:
                _expect(name, row[figure], int, float)


def _check_place_in_sweep(extra: Mapping[str, Any]) -> None:
    for name in ("initializer", "strokes", "refuse", "sheets"):
        _expect(name, extra.get(name, ""), str)
    _expect("layers", extra.get("layers"), list, type(None))
    _expect("fold", extra.get("fold"), int, type(None))
    _expect("rung", extra.get("rung", 0), int)
    if "score" in extra:
        _expect("score", extra["score"]["accuracy"], int, float)
        _expect("score", extra["score"]["loss"], int, float, type(None))


def _numbers(name: str, values: Any) -> None:
    """Expect a list of numbers, or None where JSON has no number for a figure."""
    _expect(name, values, list)
    for value in values:
        _expect(name, value, int, float, type(None))


def _expect(name: str, value: Any, *kinds: type) -> None:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise TypeError(f"{name}: {str(value)[:20]}")
