"""What a sweep varies: a grid of settings by their options, from a file or from the window's form."""

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.bounds import read_text
from model.damaged_files import told_as
from model.data.augmentation import Pipeline, augmentation_from
from model.errors import ConfigError
from model.network.architectures import architecture_from, architecture_of, as_plain
from model.sweeps.journal_experiment import JOURNAL_ROWS
from model.sweeps.search_space import MOST_COMBINATIONS, Choices, Range, every_combination, random_sample
from model.sweeps.shared_files import SharedFiles
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.training.settings import SETTING_OF, with_option

__all__ = ["choices_for", "journal_plan", "plan_from", "read_grid"]

NO_FILES = SharedFiles()
MOST_BYTES = 1_000_000
"""Of a file with a grid."""


def plan_from(
    choices: Choices,
    fixed: dict[str, Any],
    *,
    count: int = 0,
    folds: int = 0,
    halving: bool = False,
    shared: SharedFiles = NO_FILES,
) -> SweepPlan:
    """Plan a sweep.

    Parameters
    ----------
    choices : mapping
        By the options of `model.training.settings.SETTING_OF`.
    fixed : dict
        What all runs share, by the names of `model.training.settings.SETTINGS`.
    count : int
        How many combinations are drawn, by the seed of ``fixed``; 0 for every one.
    folds : int
    halving : bool
    shared : SharedFiles

    Raises
    ------
    ConfigError
        If a combination cannot be trained; the message names it.
    """
    combinations = random_sample(choices, count, fixed["seed"]) if count else every_combination(choices)
    return _plan(combinations, fixed, folds, halving, shared)


def journal_plan(
    fixed: dict[str, Any], *, folds: int = 0, halving: bool = False, shared: SharedFiles = NO_FILES
) -> SweepPlan:
    """Plan the journal's experiment; as `plan_from`."""
    combinations = [{"arch": row.arch, "lr": row.learning_rate} for row in JOURNAL_ROWS]
    return _plan(combinations, fixed, folds, halving, shared)


def _plan(
    combinations: Sequence[dict[str, Any]], fixed: dict[str, Any], folds: int, halving: bool, shared: SharedFiles
) -> SweepPlan:
    candidates = []
    for asked in combinations:
        settings = {SETTING_OF[option]: value for option, value in asked.items()}
        try:
            candidates.append(Candidate(asked, complete(fixed | settings)))
        except ConfigError as error:
            named = ", ".join(f"--{option} {value}" for option, value in asked.items())
            raise ConfigError(f"{named}: {with_option(error)}") from error
    return SweepPlan(tuple(candidates), folds, halving, shared)


def read_grid(file: Path) -> dict[str, Sequence[Any] | Range]:
    """Read which values a file lists for which options.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds something else.
    """
    try:
        with told_as(ConfigError, f"{file}: {{error}}"):
            return _choices_in(_json_in(file))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}") from error


def _json_in(file: Path) -> Any:
    try:
        return json.loads(read_text(file, MOST_BYTES), object_pairs_hook=_each_once)
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"it is not JSON: {error}") from error


def _choices_in(grid: Any) -> dict[str, Sequence[Any] | Range]:
    if not isinstance(grid, dict) or not grid:
        raise ConfigError('expected options with lists of values, as in {"lr": [0.01, 0.05]}')
    choices: dict[str, Sequence[Any] | Range] = {}
    for key, values in grid.items():
        option = key.removeprefix("--").replace("_", "-")
        if option in choices:
            raise ConfigError(f"{option} occurs twice: give it one list")
        if option not in SETTING_OF:
            raise ConfigError(f"there is no option {key[:40]!r}; there are {', '.join(SETTING_OF)}")
        try:
            choices[option] = choices_for(option, values)
        except ConfigError as error:
            raise ConfigError(f"{option}: {with_option(error)}") from error
    return choices


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON, in which a name that occurs twice would hide its first values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ConfigError(f"{twice} occurs twice: give it one list")
    return found


def choices_for(option: str, values: Any) -> Sequence[Any] | Range:
    """Check the choices for one option: a list of values, or a range as in a grid file.

    Raises
    ------
    ConfigError
        If there is nothing to choose from, or a value that the option does not allow.
    """
    return _range(option, values) if isinstance(values, dict) else _values(option, values)


def _values(option: str, values: Any) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise ConfigError(f"expected a list of values, at least one, found {_short(values)}")
    if len(values) > MOST_COMBINATIONS:
        raise ConfigError(f"expected at most {MOST_COMBINATIONS:,} values, found {len(values):,}: list fewer")
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ConfigError(f"{_short(value)} occurs twice")
    return [_value(option, value) for value in values]


def _short(value: Any) -> str:
    return textwrap.shorten(json.dumps(value), 200)


def _value(option: str, value: Any) -> Any:
    """Check one value by itself."""
    if option == "augment":
        chosen = augmentation_from(value) if isinstance(value, str) else Pipeline.from_dict(value)
        return chosen.as_dict() if isinstance(chosen, Pipeline) else chosen
    if option == "arch":
        is_file = isinstance(value, str) and value.endswith(".json")
        return as_plain(architecture_from(value) if is_file else architecture_of(value))
    whose = {"optimizer": "adamw"} if option == "weight-decay" else {}
    complete({SETTING_OF[option]: value, **whose})
    return value


def _range(option: str, entry: dict[str, Any]) -> Range:
    """Read a range to draw from, as in ``{"from": 0.001, "to": 0.1, "log": true}``."""
    log = entry.get("log", False)
    if set(entry) - {"log"} != {"from", "to"} or not isinstance(log, bool):
        raise ConfigError(
            f'expected a range as in {{"from": 0.001, "to": 0.1, "log": true}}, found {_short(entry)}'
        )
    for end in ("from", "to"):
        if isinstance(entry[end], bool) or not isinstance(entry[end], int | float):
            raise ConfigError(f"expected numbers in a range, found {_short(entry[end])}")
        _value(option, entry[end])
    return Range(entry["from"], entry["to"], log)
