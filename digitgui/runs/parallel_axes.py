"""Where runs lie on the axes of parallel coordinates: one axis for each setting that differs, and the accuracy."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitgui.runs.run_wording import differences, names_apart, setting_name, validation_accuracy
from digitgui.wording import percent
from model.runs.run_record import RunRecord
from model.wording import setting_text

FEW_VALUES = 9
"""So many different numbers, or fewer, stand at equal distances, so that all of them can be read."""
WIDE = 30.0
"""Numbers above 0 that reach this many times as far as the smallest are spread out by their logarithms."""
NOT_AXES = ("data", "begun_from")


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes
    ----------
    title : str
    ticks : list of (float, str)
        Heights from 0, below, to 1, and what stands there.
    heights : ndarray of float64, shape (runs,)
        Where each run crosses it; nan where it does not.
    texts : list of str
        What each run has there.
    """

    title: str
    ticks: list[tuple[float, str]]
    heights: npt.NDArray[np.float64]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Parallels:
    """Runs as lines.

    Attributes
    ----------
    runs, names : list of str
        Those that have an accuracy.
    axes : list of Axis
        The last one is the accuracy; none where no setting differs.
    """

    runs: list[str]
    names: list[str]
    axes: list[Axis]

    @classmethod
    def of(cls, records: Sequence[RunRecord]) -> "Parallels":
        """Lay runs out along the settings in which they differ."""
        with_accuracy = [(record, validation_accuracy(record)) for record in records]
        chosen = [(record, accuracy) for record, accuracy in with_accuracy if accuracy is not None]
        found = [record for record, _ in chosen]
        axes = [
            _axis(setting_name(key), values) for key, values in differences(found).items() if key not in NOT_AXES
        ]
        if axes:
            axes.append(_continuous("Validation accuracy", [accuracy for _, accuracy in chosen], percent))
        names = names_apart(found)
        return cls([record.id for record in found], [names[record.id] for record in found], axes)


def _axis(title: str, values: Sequence[Any]) -> Axis:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    if numbers and len(set(values)) > FEW_VALUES:
        return _continuous(title, values, setting_text)
    texts = [setting_text(value) for value in values]
    order = sorted(set(values)) if numbers else sorted(set(texts), key=_as_people_count)
    steps = [setting_text(value) for value in order]
    places = {text: number / max(1, len(steps) - 1) for number, text in enumerate(steps)}
    ticks = [(place, text) for text, place in places.items()]
    return Axis(title, ticks, np.array([places[text] for text in texts]), texts)


def _as_people_count(text: str) -> list[tuple[int, str]]:
    """Let journal-8 come before journal-16."""
    parts = re.findall(r"\d+|\D+", text)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _continuous(title: str, values: Sequence[float], text: Any) -> Axis:
    numbers = np.array(values, np.float64)
    low, high, texts = float(numbers.min()), float(numbers.max()), [f"{value:.6g}" for value in values]
    if low == high:
        return Axis(title, [(0.5, text(low))], np.full(len(numbers), 0.5), texts)
    if low > 0 and high / low > WIDE:
        heights = np.log(numbers / low) / math.log(high / low)
        middle = math.sqrt(low * high)
    else:
        heights, middle = (numbers - low) / (high - low), (low + high) / 2
    return Axis(title, [(0.0, text(low)), (0.5, text(middle)), (1.0, text(high))], heights, texts)
