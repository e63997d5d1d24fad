"""What a sweep is asked for on the command line: a grid file or the journal's experiment, and what runs share."""

import argparse
import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

from digitgui.command_line.train_command import NUMBERS, add_setting_options, augmentation, in_words_of_options
from model.data.augmentation import Pipeline
from model.errors import ConfigError, ModelFileError
from model.sweeps.journal_experiment import JOURNAL_ROWS, JOURNAL_SETTINGS
from model.sweeps.search_space import Choices, Range, every_combination, random_sample
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.sweeps.sweeping import QUESTION, read_question

__all__ = ["JOURNAL", "SETTING_OF", "choices_for", "journal_plan", "plan_from", "plan_of"]

JOURNAL = "journal"
"""Stands for the journal's experiment in place of a grid file."""

SETTING_OF = {option.removeprefix("--"): name for name, option in NUMBERS.items()} | {
    "arch": "arch",
    "optimizer": "optimizer",
    "schedule": "schedule",
    "initializer": "initializer",
    "augment": "augmentation",
    "standardize": "standardize",
    "limit": "limit",
}
"""Settings that may differ from run to run, by the option of `digitgui train`."""


def plan_of(options: argparse.Namespace) -> SweepPlan:
    """Read the grid, and make the plan of the sweep.

    Raises
    ------
    ConfigError
        If there is something wrong with either; the message names the option.
    """
    fixed = _fixed(options)
    if options.grid == JOURNAL:
        if options.random:
            raise ConfigError("--random needs a grid file: the journal's experiment has five combinations")
        _forbid(options, {"arch", "lr"})
        return journal_plan(fixed, folds=options.folds or 0, halving=options.halving)
    if Path(options.grid).name == QUESTION:
        return _asked_before(Path(options.grid), options)
    choices = _read_grid(Path(options.grid))
    drawn_by = {"seed"} if options.random else set()
    _forbid(options, choices.keys() - drawn_by)
    if options.halving and "epochs" in choices:
        raise ConfigError("--halving sets the epochs itself: take epochs out of the grid, and give --epochs")
    return plan_from(choices, fixed, count=options.random or 0, folds=options.folds or 0, halving=options.halving)


def _asked_before(file: Path, options: argparse.Namespace) -> SweepPlan:
    """Read what another sweep was asked, which says all but the data."""
    if options.random or options.halving or options.folds:
        raise ConfigError(f"--grid {file} says how it searches: leave --random, --halving and --folds out")
    _forbid(options, SETTING_OF.keys())
    try:
        plan, _ = read_question(file.parent)
    except ModelFileError as error:
        raise ConfigError(f"--grid {file}: {error}") from error
    return plan


def _forbid(options: argparse.Namespace, names: Set[str]) -> None:
    """Make sure that the line has none of the settings that the grid has, which would win without a word."""
    parser = argparse.ArgumentParser()
    add_setting_options(parser)
    usual = vars(parser.parse_args([])) | {"augment": None}
    given = []
    for option, setting in SETTING_OF.items():
        name = "augment" if option == "augment" else setting
        if option in names and getattr(options, name) != usual[name]:
            given.append(f"--{option}")
    if given:
        raise ConfigError(f"--grid {options.grid} says what to try: leave {' and '.join(given)} out")


def plan_from(
    choices: Choices, fixed: dict[str, Any], *, count: int = 0, folds: int = 0, halving: bool = False
) -> SweepPlan:
    """Plan a sweep.

    Parameters
    ----------
    choices : mapping
        By the options of `SETTING_OF`.
    fixed : dict
        What all runs share, by the names of `complete`.
    count : int
        How many combinations are drawn, by the seed of ``fixed``; 0 for every one.
    folds : int
    halving : bool

    Raises
    ------
    ConfigError
        If a combination cannot be trained; the message names it.
    """
    combinations = random_sample(choices, count, fixed["seed"]) if count else every_combination(choices)
    return _plan(combinations, fixed, folds, halving)


def journal_plan(fixed: dict[str, Any], *, folds: int = 0, halving: bool = False) -> SweepPlan:
    """Plan the journal's experiment; as `plan_from`."""
    combinations = [{"arch": row.arch, "lr": row.learning_rate} for row in JOURNAL_ROWS]
    return _plan(combinations, fixed, folds, halving)


def _plan(combinations: Sequence[dict[str, Any]], fixed: dict[str, Any], folds: int, halving: bool) -> SweepPlan:
    candidates = []
    for asked in combinations:
        settings = {SETTING_OF[option]: value for option, value in asked.items()}
        try:
            candidates.append(Candidate(asked, complete(fixed | settings)))
        except ConfigError as error:
            raise ConfigError(f"{_named(asked)}: {in_words_of_options(str(error))}") from error
    return SweepPlan(tuple(candidates), folds, halving)


def _fixed(options: argparse.Namespace) -> dict[str, Any]:
    """Take what all runs share out of the options; what the journal had, where nothing else is asked."""
    names = [*NUMBERS, "arch", "optimizer", "schedule", "initializer", "standardize"]
    fixed = {name: getattr(options, name) for name in names}
    usual = JOURNAL_SETTINGS if options.grid == JOURNAL else {}
    chosen = options.augment or usual.get("augmentation", "none")
    fixed["augmentation"] = chosen.as_dict() if isinstance(chosen, Pipeline) else chosen
    fixed["limit"] = options.limit or usual.get("limit")
    return fixed


def _read_grid(file: Path) -> dict[str, Sequence[Any] | Range]:
    try:
        grid = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_each_once)
    except OSError as error:
        raise ConfigError(f"--grid {file} cannot be read: {error.strerror or error}") from error
    except ConfigError as error:
        raise ConfigError(f"--grid {file}: {error}") from error
    except ValueError as error:
        raise ConfigError(f"--grid {file} is no JSON: {error}") from error
    if not isinstance(grid, dict) or not grid:
        raise ConfigError(f'--grid {file}: expected options with lists of values, as in {{"lr": [0.01, 0.05]}}')
    choices: dict[str, Sequence[Any] | Range] = {}
    for key, values in grid.items():
        option = key.removeprefix("--").replace("_", "-")
        if option in choices:
            raise ConfigError(f"--grid {file}: {option} stands there twice: give it one list")
        if option not in SETTING_OF:
            raise ConfigError(f"--grid {file}: there is no option {key!r}; there are {', '.join(SETTING_OF)}")
        try:
            choices[option] = choices_for(option, values)
        except ConfigError as error:
            raise ConfigError(f"--grid {file}: {option}: {in_words_of_options(str(error))}") from error
    return choices


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON, in which a name that stands there twice would hide its first values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError(f"{twice} stands there twice: give it one list")
    return found


def choices_for(option: str, values: Any) -> Sequence[Any] | Range:
    """Check what one option may be: a list of values, or a range as a grid file has it.

    Raises
    ------
    ConfigError
        If there is nothing to choose from, or something that the option cannot be.
    """
    return _range(option, values) if isinstance(values, dict) else _values(option, values)


def _values(option: str, values: Any) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise ConfigError(f"expected a list of values, at least one, found {json.dumps(values)}")
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ConfigError(f"{json.dumps(value)} stands there twice")
    return [_value(option, value) for value in values]


def _value(option: str, value: Any) -> Any:
    """Check one value by itself."""
    if option == "augment":
        try:
            chosen = augmentation(value) if isinstance(value, str) else Pipeline.from_dict(value)
        except argparse.ArgumentTypeError as error:
            raise ConfigError(str(error)) from error
        return chosen.as_dict() if isinstance(chosen, Pipeline) else chosen
    whose = {"optimizer": "adamw"} if option == "weight-decay" else {}
    complete({SETTING_OF[option]: value, **whose})
    return value


def _range(option: str, entry: dict[str, Any]) -> Range:
    """Read a range to draw from, as in ``{"from": 0.001, "to": 0.1, "log": true}``."""
    log = entry.get("log", False)
    if set(entry) - {"log"} != {"from", "to"} or not isinstance(log, bool):
        raise ConfigError(
            f'expected a range as in {{"from": 0.001, "to": 0.1, "log": true}}, found {json.dumps(entry)}'
        )
    for end in ("from", "to"):
        if isinstance(entry[end], bool) or not isinstance(entry[end], int | float):
            raise ConfigError(f"expected numbers in a range, found {json.dumps(entry[end])}")
        _value(option, entry[end])
    return Range(entry["from"], entry["to"], log)


def _named(asked: dict[str, Any]) -> str:
    return ", ".join(f"--{option} {value}" for option, value in asked.items())
