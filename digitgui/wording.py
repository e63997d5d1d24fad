"""Numbers in words that people use: those of `model.wording`, and what the window alone says."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.data.dataset import Part
from model.network.task import Task
from model.wording import a_digit, counted, duration, of_classes, percent, pictures

__all__ = [
    "JOURNAL",
    "PART_NAMES",
    "SMALLEST_PLAIN",
    "a_class",
    "a_digit",
    "counted",
    "duration",
    "percent",
    "pictures",
    "sentence_of",
    "single_text",
    "true_minus",
    "unit_name",
    "with_journal",
    "worded",
]

PART_NAMES: Mapping[Part, str] = {"train": "training", "validation": "validation", "test": "test"}
"""What the window calls the parts of a data set, in their order."""
JOURNAL = "The journal is a student's account of a CNN in NumPy, from which this program grew."

SMALLEST_PLAIN = 0.001
"""From here on a number is written without a power of ten."""


def with_journal(text: str, name: str = "") -> str:
    """Explain the journal at the end of a text that names it, or that is about something of this name."""
    if "journal" not in f"{name} {text}".lower():
        return text
    return f"{text.rstrip('.')}. {JOURNAL}" if text else JOURNAL


def worded(text: str, task: Task) -> str:
    """Say of classes what a text says of digits, where a task is about others."""
    return text if task.speaks_of_digits else of_classes(text)


def a_class(label: int | np.integer[Any], task: Task) -> str:
    """Name a class in a sentence: ``a 7`` where it is a digit, else its name."""
    return a_digit(int(label)) if task.speaks_of_digits else task.class_names[label]


def sentence_of(error: Exception) -> str:
    """Write what went wrong, without the numbers that systems put before it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def short_number(number: int) -> str:
    """Write a count in up to four digits: ``9,248``, ``226 k``, ``7.23 M``."""
    if number < 10_000:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1e3:.0f} k"
    return f"{number / 1e6:.3g} M" if number < 999_500_000 else f"{number / 1e9:.3g} G"


def unit_name(layer: str, index: tuple[int, ...]) -> str:
    """Name a number of a network: ``conv1, map 3, row 4, column 5``, or ``dense1, unit 7``, all counted from 0."""
    if len(index) == 1:
        return f"{layer}, unit {index[0]}"
    number, row, column = index
    return f"{layer}, map {number}, row {row}, column {column}"


def single_text(number: float) -> str:
    """Write a number that stands alone: four digits, with a power of ten only below 0.001."""
    is_small = 0 < abs(number) < SMALLEST_PLAIN
    return true_minus(f"{number:.3e}" if is_small else f"{number + 0.0:.4g}")


def true_minus(text: str) -> str:
    """Put a minus in the place of the hyphen before a number."""
    return text.replace("-", "−", 1) if text.startswith("-") else text
