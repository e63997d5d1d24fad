"""The form of a column in words, and the form that nearly all of its readings have."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil, floor, log10

import numpy as np

from model.sheets.column_forms import ColumnForm

__all__ = ["in_words", "likely_form"]

FEWEST = 8
"""Numbers in a column that tell its form."""
NEARLY_ALL = 0.95
FAR = 3.0
"""Times what lies between the quarters: numbers that far from them are taken for misread."""
STEPS = 1, 2, 5, 10
COUNTS = "no", "one", "two", "three", "four", "five"


def in_words(form: ColumnForm, name_of: Callable[[int], str] = lambda column: str(column + 1)) -> str:
    """Say what is known of a column: ``5 to 35, one decimal``.

    Parameters
    ----------
    form : ColumnForm
    name_of : callable
        Returns what a column is called by its number from 0.
    """
    parts = [f"one of {', '.join(form.choices)}"] if form.choices else []
    parts += [_range(form)] if (form.smallest, form.largest) != (None, None) else []
    if form.after is not None:
        count = COUNTS[form.after] if form.after < len(COUNTS) else f"{form.after}"
        parts.append("whole numbers" if not form.after else f"{count} decimal{'s' * (form.after > 1)}")
    if form.before is not None:
        parts.append(f"at most {form.before} digit{'s' * (form.before != 1)} before the point")
    if form.rises:
        parts.append("rising by one")
    for word, columns in (("sum", form.sum_of), ("mean", form.mean_of)):
        if columns:
            parts.append(f"{word} of {', '.join(map(name_of, columns))}")
    if form.last_row:
        parts.append(f"{form.last_row} in the last row")
    for word, rows in (("sums", form.sum_rows), ("means", form.mean_rows)):
        if rows:
            parts.append(f"{word} in {_rows(rows)}")
    return ", ".join(parts)


def _rows(rows: Sequence[int]) -> str:
    return f"row{'s' * (len(rows) > 1)} {', '.join(str(row + 1) for row in rows)}"


def _range(form: ColumnForm) -> str:
    if form.smallest is None:
        return f"{form.largest:g} or less"
    return f"{form.smallest:g} or more" if form.largest is None else f"{form.smallest:g} to {form.largest:g}"


def likely_form(columns: Sequence[Sequence[str]]) -> ColumnForm | None:
    """Find the form that nearly all texts of some columns have; None if they are too few, or have none.

    Parameters
    ----------
    columns : sequence of sequences of str
        What was read surely, or decided, in each column from its first row on; empty where it was not.
    """
    texts = [text for column in columns for text in column if any(sign.isdigit() for sign in text)]
    numbers = [float(text) for text in texts]
    if len(numbers) < FEWEST:
        return None
    if all(_rises(column) for column in columns):
        return ColumnForm(after=0, rises=True)
    decimals, count = Counter(len(text.partition(".")[2]) for text in texts).most_common(1)[0]
    after = decimals if count >= NEARLY_ALL * len(texts) else None
    low, high = np.percentile(numbers, [25, 75])
    reach = FAR * max(high - low, 1.0)
    usual = [number for number in numbers if low - reach <= number <= high + reach]
    if len(usual) < NEARLY_ALL * len(numbers):
        return ColumnForm(after=after) if after is not None else None
    smallest, largest = _rounded(min(usual), max(usual))
    return ColumnForm(after=after, smallest=smallest, largest=largest)


def _rises(column: Sequence[str]) -> bool:
    starts = Counter(int(text) - row for row, text in enumerate(column) if text.isdecimal())
    return bool(starts) and starts.most_common(1)[0][1] >= max(0.9 * starts.total(), FEWEST)


def _rounded(smallest: float, largest: float) -> tuple[float, float]:
    """Widen a range to round numbers: 5.3 to 33.1 becomes 5 to 35."""
    tenth = max(largest - smallest, 1.0) / 10
    power = 10.0 ** floor(log10(tenth))
    step = next(step * power for step in STEPS if step * power >= tenth)
    return round(floor(smallest / step) * step, 6), round(ceil(largest / step) * step, 6)
