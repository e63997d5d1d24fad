"""A cell of a table: where it is, and what was read in it."""

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["DITTO", "LEFT_OUT", "NOT_READ", "NO_NUMBERS", "Cell", "CellReading"]

Cell: TypeAlias = tuple[int, int]
"""Row, without header rows, and column, both from 0."""
DITTO = '"'
"""Marks that say: the same as above."""


@dataclass(frozen=True, slots=True)
class CellReading:
    """What stands in a cell.

    Attributes
    ----------
    text : str
        The likeliest reading; empty for a blank cell, ``-`` for a dash, ``"`` for ditto marks.
    confidence : float
        The probability that it is right, from 0 to 1.
    why : str
        What speaks against it, in a few words; empty if the text stands.
    others : tuple of (str, float)
        The next best readings with their probabilities.
    """

    text: str
    confidence: float
    why: str = ""
    others: tuple[tuple[str, float], ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.why)


NO_NUMBERS = "expected a table of numbers, found writing that cannot be read as numbers"
"""Why a sheet has no table if hardly any of its numbers is probable."""
NOT_READ = CellReading("", 0.0, "not read yet")
LEFT_OUT = CellReading("", 1.0)
"""Nothing was read here, and nothing was to be read."""
