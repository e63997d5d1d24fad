"""What speaks against the readings of a whole sheet: digits that are too small, and writing that is no numbers."""

from collections.abc import Sequence
from dataclasses import replace

from model.errors import DataFormatError
from model.sheets.cell import NO_NUMBERS, NOT_READ, CellReading
from model.sheets.cell_reading import CROSSED_OUT, CUT_OFF, TWO_LINES, UNREADABLE
from model.sheets.flat_paper import LONGEST_SIDE

__all__ = ["check_numbers", "doubted", "lasts"]

SMALLEST_DIGITS = 12.0
"""Pixels: lower ones are often misread, and surely."""
LONGEST = 12
"""Digits in a number: longer ones are lines of letters."""
HARDLY = 0.05
"""Probability of these."""
FEWEST, HOPELESS = 5, 0.25
"""Written cells, at least, whose mean probability tells that they hold no numbers."""

TOO_SMALL, TOO_LONG = "only ", "no number has "
LASTING = CROSSED_OUT, UNREADABLE, TWO_LINES, CUT_OFF, NOT_READ.why, TOO_SMALL, TOO_LONG
"""How doubts begin that stay, whatever the form of a column says."""


def lasts(why: str) -> bool:
    """Tell whether a doubt stays where the form of the column speaks for the text."""
    return why.startswith(LASTING)


def doubted(cells: Sequence[Sequence[CellReading]], digit_height: float, side: int) -> list[list[CellReading]]:
    """Doubt what cannot be right, whatever the network is sure of.

    Parameters
    ----------
    cells : sequence of sequences of CellReading
        Row by row.
    digit_height : float
        Of a usual digit, in pixels of the flat paper.
    side : int
        The longer one of the flat paper, in pixels.
    """
    too_small = ""
    if digit_height < SMALLEST_DIGITS:
        helps = digit_height * LONGEST_SIDE >= SMALLEST_DIGITS * side  # larger pictures are made smaller
        advice = "scan it larger" if helps else "scan the paper in parts"
        too_small = f"{TOO_SMALL}{digit_height:.0f} pixels tall: {advice}"
    return [[_doubted(cell, too_small) for cell in row] for row in cells]


def check_numbers(cells: Sequence[Sequence[CellReading]]) -> None:
    """Make sure that what was taken for a table holds numbers.

    Raises
    ------
    DataFormatError
        If hardly any of them is probable.
    """
    written = [cell.confidence for row in cells for cell in row if cell.text or not cell.confidence]
    if len(written) >= FEWEST and sum(written) < HOPELESS * len(written):
        raise DataFormatError(NO_NUMBERS)


def _doubted(cell: CellReading, too_small: str) -> CellReading:
    digits = sum(sign.isdigit() for sign in cell.text)
    if digits > LONGEST:
        return replace(cell, confidence=min(cell.confidence, HARDLY), why=f"{TOO_LONG}{digits:,} digits")
    if digits and too_small and not lasts(cell.why):
        return replace(cell, why=too_small)
    return cell
