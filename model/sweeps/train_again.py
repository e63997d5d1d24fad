"""The command line that trains a network with the settings of a form or a run."""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from model.data.reading import CHOICES
from model.data.splitting import SplitRule
from model.network.architectures import Arch, name_of
from model.plain_values import read_known
from model.runs.epoch_weights import as_option, bound_of
from model.runs.run_record import RunRecord, layers_noted
from model.sweeps.sweeping import QUESTION
from model.training.settings import SETTINGS, Setting, Switch
from model.training.training_config import USUAL

__all__ = ["arch_option", "command_of", "sweep_again", "train_command"]


ALWAYS_TOLD = ("learning_rate", "batch_size", "epochs", "seed")


def command_of(record: RunRecord) -> str:
    """Write the command line that repeats a run, without default settings.

    Of its ``extra`` it takes ``initializer``, ``strokes``, ``refuse`` and ``sheets``, the files that it also
    learned from, ``fault``, and the bound of its epochs.
    ``SOURCE`` stands for data that were not recorded. Empty for a fold, which no command trains alone.
    """
    if record.extra.get("fold") is not None:
        return ""
    begun = (
        ["--init", record.begun_from]
        if record.begun_from
        else _arch_option(record.arch, record.extra.get("layers"))
    )
    further = []
    if record.extra.get("initializer", "he") != "he" and not record.begun_from:
        further += ["--initializer", record.extra["initializer"]]
    for name in ("strokes", "refuse", "sheets", "fault"):
        if name in record.extra:
            further += [f"--{name}", record.extra[name]]
    if record.limit is not None:
        further += ["--limit", str(record.limit)]
    rule = read_known(SplitRule, record.data["split"])
    further += [*as_option(bound_of(record.extra)), "--out", f"{record.arch}.safetensors"]
    read = record.data.get("read", {})
    return train_command(record.source or "SOURCE", rule, begun, record.settings, further, read)


def arch_option(arch: Arch) -> list[str]:
    """Name a network on the command line: one of one's own as the JSON of its layers."""
    return _arch_option(name_of(arch), layers_noted(arch).get("layers"))


def _arch_option(name: str, layers: Any) -> list[str]:
    if layers is None:
        return ["--arch", name]
    return ["--arch", json.dumps({"name": name, "layers": layers}, ensure_ascii=False)]


def train_command(
    source: str,
    rule: SplitRule,
    begun: Sequence[str],
    settings: Mapping[str, Any],
    further: Sequence[str] = (),
    read: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write a command line, quoted for the shell of this system, without default settings.

    Parameters
    ----------
    source : str
        As ``--data`` takes it.
    rule : SplitRule
    begun : sequence of str
        The option for the weights to begin with, ``--arch`` or ``--init``, and its value.
    settings : mapping
        As returned by `TrainingConfig.as_dict`.
    further : sequence of str
        Options beside the settings.
    read : mapping
        How the source is read, as returned by `Asked.choices`.
    """
    words = ["digitgui", "train", "--data", source, *_read(read), *_cut(rule), *begun]
    for name, setting in SETTINGS.items():
        value = settings.get(name, USUAL[name])
        if name in ALWAYS_TOLD or value != USUAL[name]:
            words += _option(setting, value)
    return _quoted([*words, *further])


def sweep_again(folder: Path, record: RunRecord) -> str:
    """Write the command line that repeats a sweep in a new folder.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    record : RunRecord
        One of its runs, which records the data.
    """
    rule = read_known(SplitRule, record.data["split"])
    asked = ["--grid", str(folder / QUESTION), "--out", f"{folder.name}-again"]
    return _quoted(
        [
            "digitgui",
            "sweep",
            "--data",
            record.source or "SOURCE",
            *_read(record.data.get("read", {})),
            *_cut(rule),
            *asked,
        ]
    )


def _quoted(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _option(setting: Setting, value: Any) -> list[str]:
    if isinstance(setting, Switch):
        return [f"--{setting.option}"]
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return [f"--{setting.option}", str(value)]


def _read(choices: Mapping[str, str]) -> list[str]:
    """Name how the data was read, where that was not detected."""
    return [word for name in CHOICES if name in choices for word in (f"--{name}", choices[name])]


def _cut(rule: SplitRule) -> list[str]:
    """Name how the data was split, where it was not the default."""
    seed = ["--split-seed", str(rule.seed)] if rule.seed != SplitRule().seed else []
    return seed + ["--stratify"] * rule.stratified + ["--mix-parts"] * (not rule.own_parts)
