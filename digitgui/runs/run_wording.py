"""What is known of a run, in words and figures that people use."""

import datetime
import os.path
from collections.abc import Iterable, Sequence
from typing import Any

from digitgui.wording import percent
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunRecord
from model.training.settings import SETTING_NAMES
from model.training.training_config import USUAL
from model.training.training_events import FinishReason
from model.wording import epochs, setting_text

STATE_GROUPS = {
    "done": (FinishReason.COMPLETED, FinishReason.STOPPED_EARLY),
    "stopped": (FinishReason.STOPPED, INTERRUPTED),
    "running": (RUNNING,),
    "failed": (FAILED, FinishReason.DIVERGED),
}
"""The states of runs, as a person looks for them."""


def setting_name(key: str) -> str:
    """Write what a setting is called."""
    return SETTING_NAMES.get(key, key)


def settings_of(record: RunRecord) -> dict[str, Any]:
    """Return everything that was asked for, by name."""
    others = {"limit": record.limit, "begun_from": record.begun_from, "data": record.data["name"]}
    return {"arch": record.arch, **record.settings, **others}


def _in_order(names: Iterable[str]) -> list[str]:
    """Put names of settings into the order of the Train page."""
    places = {name: place for place, name in enumerate(SETTING_NAMES)}
    return sorted(names, key=lambda name: places.get(name, len(places)))


def own_settings(record: RunRecord) -> dict[str, Any]:
    """Return the settings that are not the defaults; the learning rate in words where it was changed by hand."""
    defaults = USUAL | {"begun_from": ""}
    asked = settings_of(record)
    if record.rates_set:
        asked["learning_rate"] = record.learning_rates
    others = {key for key in asked if key not in ("arch", "data") and asked[key] != defaults.get(key)}
    return {key: asked[key] for key in _in_order(others)}


def differences(records: Sequence[RunRecord]) -> dict[str, list[Any]]:
    """Return the settings that are not the same in all runs, each with its value in every run.

    Data of one name that was changed in between counts as other data.
    """
    asked = [settings_of(record) for record in records]
    names = _in_order({key for settings in asked for key in settings})
    columns = {key: [settings.get(key) for settings in asked] for key in names}
    if len({record.data["sha256"] for record in records}) > len(set(columns.get("data", []))):
        columns["data"] = [f"{record.data['name']} ({record.data['sha256'][:6]})" for record in records]
    return {key: column for key, column in columns.items() if any(value != column[0] for value in column)}


def names_apart(records: Iterable[RunRecord]) -> dict[str, str]:
    """Return what runs are called, by their ids: those of one name with the data and settings that differ."""
    alike: dict[str, list[RunRecord]] = {}
    for record in records:
        alike.setdefault(record.name, []).append(record)
    names = {}
    for name, group in alike.items():
        prints = {record.data["sha256"] for record in group}
        data_names = {(record.data["name"], record.data["sha256"]) for record in group}
        with_print = len({data_name for data_name, _ in data_names}) < len(prints)
        for record in group:
            of = f" ({record.data['sha256'][:6]})" if with_print else ""
            names[record.id] = f"{name} · {record.data['name']}{of}" if len(prints) > 1 else name
        for key, values in differences(group).items() if len(group) > 1 else ():
            for record, value in zip(group, values, strict=True):
                names[record.id] += _what_sets_apart(key, value)
    return names


def _what_sets_apart(key: str, value: Any) -> str:
    """Write the value of a setting for a name; nothing of what that tells already, or a path would."""
    if key in ("data", "limit"):
        return ""
    if key == "arch":
        return f" · {value}"
    if key == "begun_from":
        return " · begun with another network" * bool(value)
    if key == "epochs":
        return f" · {epochs(value)}"
    return f" · {setting_name(key).lower()} {setting_text(value)}"


def sweep_folder_of(record: RunRecord) -> str:
    """Return the folder of the sweep that a run belongs to; empty for none."""
    return os.path.dirname(record.id)  # noqa: PTH120  for a thousand runs at once


def begun_locally(record: RunRecord) -> str:
    """Write when a run began, by the clock of this place."""
    try:
        return datetime.datetime.fromisoformat(record.begun).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return record.begun


def validation_accuracy(record: RunRecord) -> float | None:
    """By which runs are compared, from 0 to 1; None before the first epoch is done."""
    return None if record.validation is None else record.validation.accuracy


def validation_loss(record: RunRecord) -> float | None:
    """In nats; None before the first epoch is done, or if it is infinite."""
    return None if record.validation is None else record.validation.loss


def accuracy_text(accuracy: float | None) -> str:
    """Write an accuracy, from 0 to 1, or a dash for none."""
    return "–" if accuracy is None else percent(accuracy)
