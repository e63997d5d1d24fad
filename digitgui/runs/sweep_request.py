"""What a person asks of a sweep in the window: values as they are written, and what follows from them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.errors import ConfigError
from model.network.initializers import INITIALIZERS
from model.network.schedules import SCHEDULES
from model.sweeps.journal_experiment import JOURNAL_SETTINGS
from model.sweeps.search_space import Choices, Range, rungs
from model.sweeps.sweep_grid import choices_for, journal_plan, plan_from
from model.sweeps.sweep_plan import SweepPlan
from model.training.settings import SETTING_OF, SETTINGS, Choice, Number, Switch
from model.training.training_config import TrainingConfig

MOST_RUNS = 1000
"""More than a person waits for, and compares."""
RANGE = re.compile(r"(\S+)\s+to\s+(\S+?)(\s*\(\s*log\s*\))?")
SAMPLES = {
    "lr": "0.001, 0.005, 0.01",
    "arch": "journal-8, journal-16, journal-24",
    "batch-size": "8, 32, 128",
    "epochs": "5, 10, 20",
    "optimizer": "sgd, momentum, adam",
    "augment": "none, journal, handwriting",
    "seed": "0, 1, 2",
    "schedule": ", ".join(list(SCHEDULES)[:3]),
    "patience": "0, 3",
    "label-smoothing": "0, 0.1",
    "l1": "0, 0.0001",
    "l2": "0, 0.0001, 0.001",
    "weight-decay": "0, 0.01, 0.1",
    "clip-norm": "0, 1, 5",
    "standardize": "no, yes",
    "initializer": ", ".join(INITIALIZERS),
    "limit": "500, 1000, 2000",
}
"""What may be tried of each setting, by its option, in the order of the Train page."""


def known_values(option: str) -> str:
    """Say in one sentence what may be written for an option."""
    setting = SETTINGS[SETTING_OF[option]]
    if isinstance(setting, Choice):
        return f"Names, separated by commas: {', '.join(setting.names)}"
    if isinstance(setting, Switch):
        return "yes, no, or both, separated by a comma"
    return "Numbers, separated by commas; or a range to sample from: 0.001 to 0.1, or 0.001 to 0.1 (log)"


def values_from(option: str, text: str) -> Sequence[Any] | Range:
    """Read what a person has written for an option: values with commas or semicolons, or ``0.001 to 0.1 (log)``.

    Where a comma may be a decimal one or part two values, the option says which: 0 is no learning rate, so 0,01 is
    a hundredth.

    Raises
    ------
    ConfigError
        If it is nothing, something that the option cannot be, or two things that it may be.
    """
    range_ = RANGE.fullmatch(text.strip())
    if range_:
        low, high = _value(range_[1]), _value(range_[2])
        return choices_for(option, {"from": low, "to": high, "log": bool(range_[3])})
    readings = _readings(option, text)
    if not any(readings):
        raise ConfigError("write at least one value")
    found: list[Sequence[Any] | Range] = []
    for words in readings:
        try:
            found.append(_values(option, words))
        except ConfigError as error:
            problem = error
    if len(found) > 1:
        raise ConfigError(
            f"{text.strip()} may be one value or several: write decimals with a point, and separate values with"
            " semicolons, or with a comma and a space"
        )
    if not found:
        raise problem
    return found[0]


def _readings(option: str, text: str) -> list[list[str]]:
    """Part values at semicolons, beside which a comma is a decimal one, or else at commas.

    A comma with a digit behind it may be either, unless every value has one and others part them: 0,01, 0,05.
    """
    setting = SETTINGS[SETTING_OF[option]]
    readings = [text.split(";" if ";" in text else ",")]
    if ";" not in text and isinstance(setting, Number) and not setting.is_whole and re.search(r",\d", text):
        with_decimals = re.split(r",(?!\d)", text)
        are_sure = len(with_decimals) > 1 and all(re.search(r",\d", word) for word in with_decimals)
        readings = [with_decimals] if are_sure else [*readings, with_decimals]
    return [[word.strip() for word in words if word.strip()] for words in readings]


def _values(option: str, words: list[str]) -> Sequence[Any] | Range:
    setting = SETTINGS[SETTING_OF[option]]
    for word in words:
        if isinstance(setting, Choice) and word not in setting.names:
            raise ConfigError(f"expected names from {', '.join(setting.names)}, found {word}")
    return choices_for(option, [_value(word) for word in words])


def _value(word: str) -> Any:
    """Take a number for a number, yes and no for what they mean, and everything else for a name."""
    if word.casefold() in ("yes", "no"):
        return word.casefold() == "yes"
    with_point = word if "." in word else word.replace(",", ".")
    for kind in (int, float):
        try:
            return kind(with_point)
        except ValueError:
            pass
    return word


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """A sweep over some settings.

    Parameters
    ----------
    choices : mapping
        By the options of `model.training.settings.SETTING_OF`.
    fixed : dict
        All other settings, by the names of `model.training.settings.SETTINGS`.
    count : int
        How many combinations are drawn; 0 for every one.
    folds : int
    halving : bool

    Raises
    ------
    ConfigError
        If it cannot be carried out.
    """

    choices: Choices
    fixed: dict[str, Any]
    count: int = 0
    folds: int = 0
    halving: bool = False

    def __post_init__(self) -> None:
        if self.halving and "epochs" in self.choices:
            raise ConfigError("successive halving sets the epochs itself: remove epochs")
        lists = {name: values for name, values in self.choices.items() if not isinstance(values, Range)}
        ranges = [name for name in self.choices if name not in lists]
        if ranges and not self.count:
            raise ConfigError("a range cannot be tried in full: list values, or choose random combinations")
        if self.runs > MOST_RUNS:
            raise ConfigError(f"that would be {self.runs:,} runs, and {MOST_RUNS:,} is the most: try fewer values")

    @property
    def combinations(self) -> int:
        """How many there are, or are drawn."""
        lists = [len(values) for values in self.choices.values() if not isinstance(values, Range)]
        if len(lists) < len(self.choices):
            return self.count
        return min(self.count or math.prod(lists), math.prod(lists))

    @property
    def runs(self) -> int:
        """How many runs it takes; some fewer if the same is drawn twice."""
        rounds = rungs(self.combinations, self.fixed["epochs"]) if self.halving else []
        return (sum(rung.candidates for rung in rounds) or self.combinations) * max(1, self.folds)

    def in_words(self) -> str:
        """Tell what will be done."""
        count = _counted(self.combinations, "combination")
        told = f"{count} drawn at random" if self.count else count
        if self.halving:
            rounds = rungs(self.combinations, self.fixed["epochs"])
            rest = [f"the best {rung.candidates} for {rung.epochs}" for rung in rounds[1:]]
            told += ": " + ", ".join([f"all for {_counted(rounds[0].epochs, 'epoch')}", *rest])
        return told + (f", each measured on {self.folds} folds in turn" if self.folds else "")

    def plan(self) -> SweepPlan:
        """Make the plan; drawing at random imports scikit-learn, which is for another process.

        Raises
        ------
        ConfigError
            If a combination cannot be trained.
        """
        return plan_from(self.choices, self.fixed, count=self.count, folds=self.folds, halving=self.halving)


@dataclass(frozen=True, slots=True)
class JournalRequest:
    """The journal's experiment."""

    def plan(self) -> SweepPlan:
        """Make the plan."""
        return journal_plan(TrainingConfig().as_dict() | JOURNAL_SETTINGS)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
