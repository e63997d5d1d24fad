"""What is known of the numbers of a column before they are read: their form, range, choices and sums."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from model.errors import DataFormatError
from model.sheets.cell import DITTO

__all__ = ["ColumnForm", "forms_from_dict"]

NOTHING = "", "-", DITTO
"""What may stand in any column: a blank cell, a dash for nothing, ditto marks."""


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """The form of the numbers in a column; what is None or empty is not known.

    Attributes
    ----------
    before, after : int or None
        Most digits before the point, and digits after it; 0 after it for whole numbers.
    smallest, largest : float or None
    choices : tuple of str
        All that may stand here.
    rises : bool
        Whether each number is one more than the number in the row above.
    sum_of, mean_of : tuple of int
        Columns, from 0, whose sum or rounded mean stands in this one.
    last_row : str
        ``sum`` or ``mean`` if the last row holds that of the rows above.
    sum_rows, mean_rows : tuple of int
        Rows, from 0, that hold the sum or the rounded mean of the block above them: of the rows after the last
        such row. What is known of size does not hold for sums.

    Notes
    -----
    ``after`` says where the point is, also where people leave it out: if one digit follows the point, ``259`` on
    paper becomes ``25.9``, and so does ``2.59``, whose point is dirt.
    """

    before: int | None = None
    after: int | None = None
    smallest: float | None = None
    largest: float | None = None
    choices: tuple[str, ...] = ()
    rises: bool = False
    sum_of: tuple[int, ...] = ()
    mean_of: tuple[int, ...] = ()
    last_row: Literal["", "sum", "mean"] = ""
    sum_rows: tuple[int, ...] = ()
    mean_rows: tuple[int, ...] = ()

    @property
    def of_sums(self) -> "ColumnForm":
        """The form of a sum of the numbers of the column: no larger or smaller, and of more digits."""
        return replace(self, before=None, smallest=None, largest=None, choices=())

    def blocks(self, count: int) -> Iterator[tuple[list[int], list[int], list[int]]]:
        """Go through the blocks of a column of so many rows: their rows, and the rows of their sum and mean."""
        rows: list[int] = []
        ends: tuple[list[int], list[int]] = [], []
        for row in range(count + 1):
            is_end = row in self.sum_rows or row in self.mean_rows
            if (row == count or not is_end) and any(ends):
                yield rows, *ends
                rows, ends = [], ([], [])
            if is_end:
                ends[row in self.mean_rows].append(row)
            else:
                rows.append(row)

    def broken_by(self, text: str) -> str:
        """Say in a few words how a text breaks the form; empty if it does not."""
        if text in NOTHING:
            return ""
        if self.choices:
            worth = _worth(text)
            return "" if any(_worth(one) == worth for one in self.choices) else "none of the choices"
        return next(self._broken_by_number(text), "")

    def _broken_by_number(self, text: str) -> Iterator[str]:
        number, (whole, _, decimals) = Decimal(text), text.lstrip("-").partition(".")
        if self.after is not None and len(decimals) != self.after:
            yield f"{len(decimals)} digits after the point, not {self.after}" if self.after else "no whole number"
        if self.before is not None and len(whole) > self.before:
            yield f"{len(whole)} digits before the point, at most {self.before} expected"
        if self.smallest is not None and number < Decimal(str(self.smallest)):
            yield f"less than {self.smallest:g}"
        if self.largest is not None and number > Decimal(str(self.largest)):
            yield f"more than {self.largest:g}"

    def variants_of(self, text: str) -> list[str]:
        """Return what a text would be with a point, or a sign, that was missed or is none."""
        if text in NOTHING or self.choices:
            return []
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        found = []
        bare = digits.replace(".", "")
        if self.after is not None and len(bare) > self.after:
            found.append(f"{sign}{bare[: -self.after]}.{bare[-self.after :]}" if self.after else f"{sign}{bare}")
        if sign and self.smallest is not None and self.smallest >= 0:
            found += [one.removeprefix("-") for one in (text, *found)]
        return [one for one in found if one != text]

    def as_dict(self) -> dict[str, Any]:
        """Return what is known, for JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value is not None and value is not False and value not in ((), "")  # 0 is known
        }

    @classmethod
    def from_dict(cls, content: object, name: str) -> "ColumnForm":
        """Make a form again.

        Raises
        ------
        DataFormatError
            If this is none.
        """
        if not isinstance(content, dict) or not all(_fits(key, value) for key, value in content.items()):
            raise DataFormatError(
                f"{name}: expected the form of a column, such as {{'after': 1, 'smallest': -40}}"
            )
        known: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
        }
        return cls(**known)


def forms_from_dict(content: object, name: str) -> dict[int, ColumnForm]:
    """Read the forms of columns by their number, from 0, as JSON has them: with text for the number.

    Raises
    ------
    DataFormatError
        If these are none.
    """
    if not isinstance(content, dict) or not all(str(column).isdecimal() for column in content):
        raise DataFormatError(
            f"{name}: expected forms by the number of their column, such as {{'0': {{'after': 1}}}}"
        )
    return {int(column): ColumnForm.from_dict(form, name) for column, form in content.items()}


def _worth(text: str) -> Decimal | str:
    """Return the number that a text is, so that 5, 05 and 5.0 are the same; the text if it is none."""
    return Decimal(text) if text.removeprefix("-").replace(".", "", 1).isdecimal() else text


def _fits(name: object, value: object) -> bool:
    """Return whether JSON gave a value of the type that an attribute has."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    is_count = is_number and isinstance(value, int) and value >= 0
    many = value if isinstance(value, list) else [None]
    are_counts = all(isinstance(one, int) and one >= 0 for one in many)
    allowed = {
        "before": is_count,
        "after": is_count,
        "smallest": is_number,
        "largest": is_number,
        "choices": all(isinstance(one, str) for one in many),
        "rises": isinstance(value, bool),
        "sum_of": are_counts,
        "mean_of": are_counts,
        "sum_rows": are_counts,
        "mean_rows": are_counts,
        "last_row": value in {"", "sum", "mean"} if isinstance(value, str) else False,
    }
    return isinstance(name, str) and allowed.get(name, False)
