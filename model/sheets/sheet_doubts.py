"""What speaks against the readings of a whole sheet: digits that are too small, and writing that is no numbers."""

from collections.abc import Sequence
from dataclasses import replace

from model.errors import DataFormatError
from model.sheets.cell import CellReading

__all__ = ["check_numbers", "doubted"]

SMALLEST_DIGITS = 12.0
"""Pixels: lower ones are often misread, and surely."""
LONGEST = 12
"""Digits in a number: longer ones are lines of letters."""
HARDLY = 0.05
"""Probability of these."""
FEWEST, HOPELESS = 5, 0.25
"""Written cells, at least, whose mean probability tells that they hold no numbers."""


def doubted(cells: Sequence[Sequence[CellReading]], digit_height: float) -> list[list[CellReading]]:
    """Doubt what cannot be right, whatever the network is sure of.

    Parameters
    ----------
    cells : sequence of sequences of CellReading
        Row by row.
    digit_height : float
        Of a usual digit, in pixels.
    """
    return [[_doubted(cell, digit_height) for cell in row] for row in cells]


def check_numbers(cells: Sequence[Sequence[CellReading]]) -> None:
    """Make sure that what was taken for a table holds numbers.

    Raises
    ------
    DataFormatError
        If hardly any of them is probable.
    """
    written = [cell.confidence for row in cells for cell in row if cell.text or not cell.confidence]
    if len(written) >= FEWEST and sum(written) < HOPELESS * len(written):
        raise DataFormatError("expected a table of numbers, found writing that cannot be read as numbers")


def _doubted(cell: CellReading, digit_height: float) -> CellReading:
    digits = sum(sign.isdigit() for sign in cell.text)
    if digits > LONGEST:
        return replace(cell, confidence=min(cell.confidence, HARDLY), why=f"no number has {digits:,} digits")
    if digits and digit_height < SMALLEST_DIGITS and not cell.why:
        return replace(cell, why=f"only {digit_height:.0f} pixels tall: scan it larger")
    return cell
