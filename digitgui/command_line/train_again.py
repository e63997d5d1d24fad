"""The command line that trains a network as a form asks for it, or as a run did."""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from digitgui.command_line.train_command import NUMBERS
from model.data.splitting import SplitRule
from model.runs.run_store import RunRecord
from model.sweeps.sweeping import QUESTION
from model.training.training import TrainingConfig

__all__ = ["command_of", "sweep_again", "train_command"]


def command_of(record: RunRecord) -> str:
    """Write the command line that does what a run did, without what is usual anyway.

    Of its ``extra`` it takes ``initializer``, and ``strokes`` and ``refuse``, the files that it also learned from.
    Where nobody has noted the data, ``SOURCE`` stands for it. Empty for a fold, which no command trains alone.
    """
    if record.extra.get("fold") is not None:
        return ""
    begun = ["--init", record.begun_from] if record.begun_from else ["--arch", record.arch]
    further = []
    if record.extra.get("initializer", "he") != "he" and not record.begun_from:
        further += ["--initializer", record.extra["initializer"]]
    for name in ("strokes", "refuse"):
        if name in record.extra:
            further += [f"--{name}", record.extra[name]]
    if record.limit is not None:
        further += ["--limit", str(record.limit)]
    rule = SplitRule(**record.data["split"])
    return train_command(
        record.source or "SOURCE", rule, begun, record.settings, [*further, "--out", f"{record.arch}.safetensors"]
    )


def train_command(
    source: str, rule: SplitRule, begun: Sequence[str], settings: Mapping[str, Any], further: Sequence[str] = ()
) -> str:
    """Write a command line, quoted for the shell of this system, without what is usual anyway.

    Parameters
    ----------
    source : str
        As ``--data`` takes it.
    rule : SplitRule
    begun : sequence of str
        The option for the weights to begin with, ``--arch`` or ``--init``, and its value.
    settings : mapping
        As of `TrainingConfig.as_dict`.
    further : sequence of str
        Options beside the settings.
    """
    words = ["digitgui", "train", "--data", source, *_cut(rule), *begun]
    for name, option in NUMBERS.items():
        if name in ("epochs", "learning_rate", "batch_size", "seed") or settings[name] != _USUAL[name]:
            words += [option, repr(settings[name])]
    return _quoted([*words, *_choices(settings), *further])


def sweep_again(folder: Path, record: RunRecord) -> str:
    """Write the command line that asks once more what a sweep was asked, in a new folder.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    record : RunRecord
        One of its runs, which knows the data.
    """
    rule = SplitRule(**record.data["split"])
    asked = ["--grid", str(folder / QUESTION), "--out", f"{folder.name}-again"]
    return _quoted(["digitgui", "sweep", "--data", record.source or "SOURCE", *_cut(rule), *asked])


def _quoted(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


_USUAL = TrainingConfig().as_dict()


def _choices(settings: Mapping[str, Any]) -> list[str]:
    """Name what is chosen from a list."""
    words = []
    for name, option in (("optimizer", "--optimizer"), ("schedule", "--schedule"), ("augmentation", "--augment")):
        chosen = settings[name]
        if chosen != _USUAL[name]:
            words += [option, chosen if isinstance(chosen, str) else json.dumps(chosen, ensure_ascii=False)]
    return words + ["--standardize"] * bool(settings["standardize"])


def _cut(rule: SplitRule) -> list[str]:
    """Name how the data was cut, where it was not as usual."""
    seed = ["--split-seed", str(rule.seed)] if rule.seed != SplitRule().seed else []
    return seed + ["--stratify"] * rule.stratified + ["--mix-parts"] * (not rule.own_parts)
