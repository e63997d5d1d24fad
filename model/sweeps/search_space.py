"""Which settings a sweep tries: every combination, a random sample of them, and fewer and fewer for longer."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from model.errors import ConfigError

__all__ = [
    "HALVING_FACTOR",
    "MOST_COMBINATIONS",
    "Choices",
    "Range",
    "Rung",
    "every_combination",
    "random_sample",
    "rungs",
]

HALVING_FACTOR = 3
"""Each rung of successive halving keeps a third and trains it three times as long, as scikit-learn does."""

MOST_COMBINATIONS = 10_000
"""More are never planned: counted before they are made, for they might fill the memory."""

DRAWS = 100
"""Up to this many times as many as asked are drawn from ranges: rounding or few whole numbers cause repeats."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers to draw from.

    Parameters
    ----------
    low, high : float
        Both may be drawn; if both are whole numbers, so is what is drawn.
    log : bool
        Draw evenly among orders of magnitude, not among numbers.

    Raises
    ------
    ConfigError
        If there is nothing between them, or ``log`` is set for a range that begins at 0 or below.
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ConfigError(f"a range must go from a smaller to a larger number, got {self.low} to {self.high}")
        if self.log and self.low <= 0:
            raise ConfigError(f"a range over orders of magnitude must begin above 0, got {self.low}")

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are drawn."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def count(self) -> float:
        """How many different numbers may be drawn; infinity for fractions."""
        return self.high - self.low + 1 if self.is_whole else math.inf

    def distribution(self) -> Any:
        """Return what scikit-learn's ``ParameterSampler`` draws from."""
        from scipy import stats  # noqa: PLC0415 - takes a second to import

        if self.log:
            return stats.loguniform(self.low, self.high)
        if self.is_whole:
            return stats.randint(int(self.low), int(self.high) + 1)
        return stats.uniform(self.low, self.high - self.low)

    def rounded(self, number: float) -> float:
        """Round what was drawn to four digits, or to a whole number."""
        if self.is_whole:
            return round(number)
        return min(max(float(f"{number:.4g}"), self.low), self.high)


Choices: TypeAlias = Mapping[str, Sequence[Any] | Range]
"""Values to choose from, by the name of the setting."""


def every_combination(choices: Choices) -> list[dict[str, Any]]:
    """Combine every value with every other; the last setting changes fastest.

    Raises
    ------
    ConfigError
        If there is a range, which cannot be listed completely, or there are more than `MOST_COMBINATIONS`.
    """
    lists: dict[str, Sequence[Any]] = {}
    for name, values in choices.items():
        if isinstance(values, Range):
            raise ConfigError(f"{name} is a range: ask for a number of random combinations, or list its values")
        lists[name] = values
    _check_count(math.prod(map(len, lists.values())))
    return [dict(zip(lists, combination, strict=True)) for combination in itertools.product(*lists.values())]


def random_sample(choices: Choices, count: int, seed: int) -> list[dict[str, Any]]:
    """Draw different combinations: ``count`` of them, or all if there are fewer.

    Parameters
    ----------
    choices : mapping
    count : int
        At least 1.
    seed : int
        Chooses them; the same gives the same.

    Raises
    ------
    ConfigError
        If these are more than `MOST_COMBINATIONS`.
    """
    from sklearn.model_selection import ParameterSampler  # noqa: PLC0415 - takes a second to import

    there_are = math.prod(v.count if isinstance(v, Range) else len(v) for v in choices.values())
    _check_count(min(count, there_are))
    if count >= there_are:
        return every_combination({name: _all(values) for name, values in choices.items()})
    space = {
        name: values.distribution() if isinstance(values, Range) else list(values)
        for name, values in choices.items()
    }
    draws = DRAWS * count if any(isinstance(values, Range) for values in choices.values()) else count
    sample: dict[str, dict[str, Any]] = {}  # by its values: ranges of whole numbers, and rounding, may repeat one
    for drawn in ParameterSampler(space, draws, random_state=seed):
        combination = {name: _plain(choices[name], drawn[name]) for name in choices}
        sample.setdefault(repr(combination), combination)
        if len(sample) == count:
            break
    return list(sample.values())


def _check_count(count: float) -> None:
    if count > MOST_COMBINATIONS:
        raise ConfigError(
            f"expected at most {MOST_COMBINATIONS:,} combinations, found {count:,.0f}: list fewer values, or ask"
            " for a random sample of them"
        )


def _all(values: Sequence[Any] | Range) -> Sequence[Any]:
    return range(int(values.low), int(values.high) + 1) if isinstance(values, Range) else values


def _plain(values: Sequence[Any] | Range, drawn: Any) -> Any:
    return values.rounded(drawn) if isinstance(values, Range) else drawn


@dataclass(frozen=True, slots=True)
class Rung:
    """One round of successive halving.

    Attributes
    ----------
    candidates : int
        How many of the best take part.
    epochs : int
        How long each trains, from the beginning.
    """

    candidates: int
    epochs: int


def rungs(candidates: int, epochs: int) -> list[Rung]:
    """Plan successive halving with epochs as the resource.

    How many rungs there are, and how many go on, is as in scikit-learn's ``HalvingGridSearchCV``. It begins with
    the least and multiplies, which may stop short of the most; here the last rung has what was asked for, and each
    before it a third of the next, rounded down. Where powers of three divide, both are the same.

    Parameters
    ----------
    candidates : int
        How many combinations there are.
    epochs : int
        How long those of the last rung train.

    References
    ----------
    K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and hyperparameter optimization, AISTATS
    2016.
    """
    needed = 1 + _whole_log(candidates)
    shortest = max(1, epochs // HALVING_FACTOR ** (needed - 1))
    count = min(needed, 1 + _whole_log(epochs // shortest))
    plan, left = [], candidates
    for rung in range(count):
        plan.append(Rung(left, epochs // HALVING_FACTOR ** (count - 1 - rung)))
        left = math.ceil(left / HALVING_FACTOR)
    return plan


def _whole_log(number: int) -> int:
    """Return the largest power of the factor that is not above ``number``."""
    power = 0
    while HALVING_FACTOR ** (power + 1) <= number:
        power += 1
    return power
