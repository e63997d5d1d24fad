"""The terms of a sum as lines of a table: grids of numbers with signs between them, and what they add up to."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray

__all__ = ["Grid", "Line", "cell_text", "exponent_of", "power", "single_text", "total_text", "tsv_rows"]

SMALLEST_FIXED, LARGEST_FIXED = 0.1, 1000.0
"""Where the largest of some numbers lies between these, all are written as they are; else with a power of ten."""
SMALLEST_PLAIN = 0.001
"""From here on a single number, or a total, is written without a power of ten."""
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Numbers in rows and columns.

    Attributes
    ----------
    numbers : ndarray, shape (rows, columns)
    caption : str
        What they are.
    largest : float
        The distance from zero that has the strongest colour, and that decides how all are written: that of all
        grids of the table with this caption.
    inside : ndarray of bool, shape (rows, columns), optional
        False where there is no number, but the padding of a map.
    marked : ndarray of bool, shape (rows, columns), optional
        The cells that are framed.
    target : callable, optional
        Tells what a cell, by row and column, stands for, so that it can be chosen; None for nothing.
    """

    numbers: FloatArray
    caption: str = ""
    largest: float = 1.0
    inside: npt.NDArray[np.bool_] | None = None
    marked: npt.NDArray[np.bool_] | None = None
    target: Callable[[int, int], Hashable | None] | None = None

    @property
    def exponent(self) -> int:
        """The power of ten that its numbers are written with; a single number has its own."""
        return 0 if self.is_single else exponent_of(self.largest)

    @property
    def is_single(self) -> bool:
        """Whether it is one number."""
        return self.shape == (1, 1)

    def texts(self) -> list[list[str]]:
        """Write its numbers."""
        if self.is_single:
            return [[single_text(float(self.numbers[0, 0]))]]
        exponent = self.exponent
        return [[cell_text(number, exponent) for number in row] for row in self.numbers.tolist()]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.numbers.shape[0], self.numbers.shape[1]

    def is_inside(self, row: int, column: int) -> bool:
        """Whether there is a number."""
        return self.inside is None or bool(self.inside[row, column])

    def target_of(self, row: int, column: int) -> Hashable | None:
        """Return what a cell stands for, if anything."""
        return self.target(row, column) if self.target else None


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """One term, or the sum of all.

    Attributes
    ----------
    name : str
    parts : tuple of Grid or str
        Grids, and the signs between them.
    total : float, optional
        What it adds to the sum.
    note : str
        What is to be said of a line without parts.
    is_sum : bool
        Whether it stands below a rule, in strong letters.
    is_rest : bool
        Whether it stands for terms that are not shown.
    """

    name: str
    parts: tuple[Grid | str, ...] = ()
    total: float | None = None
    note: str = ""
    is_sum: bool = False
    is_rest: bool = False

    @property
    def label(self) -> str:
        """Name and note together."""
        return f"{self.name}   {self.note}" if self.note else self.name

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The grids among the parts."""
        return tuple(part for part in self.parts if isinstance(part, Grid))


def exponent_of(largest: float) -> int:
    """Choose the power of ten that numbers up to this one are written with; 0 where they need none."""
    if not math.isfinite(largest) or largest == 0 or SMALLEST_FIXED <= largest < LARGEST_FIXED:
        return 0
    return math.floor(math.log10(largest))


def cell_text(number: float, exponent: int) -> str:
    """Write a number into a cell: two decimals, fewer where it is large."""
    scaled = _scaled(number, exponent)
    size = abs(scaled)
    return _signed(_fixed(scaled, 2 if size < 9.995 else 1 if size < 99.95 else 0))


def single_text(number: float) -> str:
    """Write a number that has a cell of its own: four digits, with a power of ten only below 0.001."""
    is_small = 0 < abs(number) < SMALLEST_PLAIN
    return _signed(f"{number:.3e}" if is_small else f"{number + 0.0:.4g}")


def total_text(number: float, largest: float) -> str:
    """Write a term so that terms below one another can be added up: with its sign, and all with the same decimals.

    Parameters
    ----------
    number : float
    largest : float
        The distance from zero of the largest of these terms, which has four digits that tell something.
    """
    if 0 < largest < SMALLEST_PLAIN or LARGEST_FIXED <= largest < math.inf:
        exponent = math.floor(math.log10(largest))
        text = _fixed(_scaled(number, exponent), 3, sign="+")
        return _signed(f"{text}e{exponent:+03d}" if any(digit in text for digit in "123456789") else text)
    decimals = 3 - math.floor(math.log10(largest)) if 0 < largest < 1 else 3
    return _signed(_fixed(number, decimals, sign="+"))


def power(exponent: int) -> str:
    """Write a power of ten, as a factor; nothing for 0."""
    return f"×10{str(exponent).translate(SUPERSCRIPTS)}" if exponent else ""


def tsv_rows(lines: Iterable[Line]) -> list[Sequence[str]]:
    """Write all numbers out, a row of cells for each row of a grid, as a spreadsheet takes them."""
    found: list[Sequence[str]] = []
    for line in lines:
        height = max((grid.shape[0] for grid in line.grids), default=1)
        for row in range(height):
            cells = [line.name if row == 0 else ""]
            for part in line.parts:
                cells += _cells(part, row)
            if row == 0:
                cells += [line.note] if line.note else []
                cells += [] if line.total is None else [f"{line.total:.9g}"]
            found.append(cells)
    return found


def _cells(part: Grid | str, row: int) -> list[str]:
    if isinstance(part, str):
        return [part if row == 0 else ""]
    if row >= part.shape[0]:
        return [""] * part.shape[1]
    return [f"{number:.9g}" for number in part.numbers[row].tolist()]


def _scaled(number: float, exponent: int) -> float:
    return number / 10.0**exponent + 0.0  # and no minus before zero


def _fixed(number: float, decimals: int, sign: str = "-") -> str:
    """Write a number with so many decimals; of zeros alone, without a sign."""
    text = f"{number:{sign}.{decimals}f}"
    return text if any(letter not in "+-0." for letter in text) else text.lstrip("+-")


def _signed(text: str) -> str:
    return text.replace("-", "−", 1) if text.startswith("-") else text
