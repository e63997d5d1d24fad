"""Reads the cells of a sheet: the ink of each becomes a text, with how sure that is and what else it could be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.handwriting.number_readings import NumberReading, readings_of
from model.handwriting.segmentation import Reader
from model.sheets.cell import DITTO, Cell, CellReading
from model.sheets.cell_ink import CellInk
from model.sheets.certainty import SIGNS, evidence_of, probability_of, unlike_their_column

__all__ = [
    "CROSSED_OUT",
    "CUT_OFF",
    "LINE_OF_DOUBT",
    "TWO_LINES",
    "UNREADABLE",
    "CellReading",
    "read_cells",
    "text_of",
]

LINE_OF_DOUBT = 0.9
"""A cell whose text is less probable is doubtful: chosen on the curve in docs/sheets.md."""
AT_ONCE = 120
"""Cells that are read together."""
FEWEST_OTHERS, UNLIKELY = 5, 1e-4
"""Next best readings that are kept of each cell; more are, if they are not so unlikely beside the best."""
CROSSED_OUT, UNREADABLE = "crossed out", "cannot be read"
TWO_LINES, CUT_OFF = "two lines of digits in the cell", "at the edge of the picture, may be cut off"
AT_MOST = 0.5
"""Probability that what is read is what should be, where more is written."""

Table = list[list[CellReading]]


@dataclass(frozen=True, slots=True)
class _Guess:
    """What a cell may say, the likeliest first, before it is known how sure that is."""

    ink: CellInk
    readings: list[NumberReading]
    texts: list[str]


def read_cells(
    network: Reader,
    inks: Sequence[Sequence[CellInk]],
    known: Mapping[Cell, CellReading] | None = None,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> Table:
    """Read the cells of a table.

    Parameters
    ----------
    network : Reader
    inks : sequence of sequences of CellInk
        Row by row.
    known : mapping of (int, int) to CellReading, optional
        Cells that need not be read, by row and column from 0.
    on_progress : callable, optional
        Is called with the share that is done; what it raises ends the reading.

    Returns
    -------
    list of list of CellReading
    """
    known = known or {}
    places = [(row, column) for row, line in enumerate(inks) for column in range(len(line))]
    wanted = [place for place in places if place not in known]
    guesses: dict[Cell, _Guess] = {}
    for begin in range(0, len(wanted), AT_ONCE):
        part = wanted[begin : begin + AT_ONCE]
        found = readings_of(network, [inks[row][column].gray for row, column in part])
        for place, readings in zip(part, found, strict=True):
            guesses[place] = _guess(inks[place[0]][place[1]], readings)
        on_progress(len(guesses) / len(wanted))
    texts = [
        [known[place].text if place in known else guesses[place].texts[0] for place in line]
        for line in ([(row, column) for column in range(len(line))] for row, line in enumerate(inks))
    ]
    unlike = [unlike_their_column(column) for column in zip(*texts, strict=True)]
    return [
        [
            known[row, column]
            if (row, column) in known
            else _cell(guesses[row, column], unlike=unlike[column][row])
            for column in range(len(line))
        ]
        for row, line in enumerate(inks)
    ]


def _guess(ink: CellInk, readings: list[NumberReading]) -> _Guess:
    if readings:
        return _Guess(ink, readings, [text_of(ink, reading) for reading in readings])
    return _Guess(ink, [], [DITTO if ink.is_ditto else "-" if ink.minus else ""])


def text_of(ink: CellInk, reading: NumberReading) -> str:
    """Write a reading with its sign and point."""
    middles = [(digit.left + digit.right) / 2 for digit in reading.digits]
    before = len(middles) if ink.point is None else sum(middle <= ink.point for middle in middles)
    digits = reading.text
    text = f"{digits[:before]}.{digits[before:]}" if 0 < before < len(digits) else digits
    return f"-{text}" if ink.minus else text


def _cell(guess: _Guess, *, unlike: bool) -> CellReading:
    ink = guess.ink
    if not guess.readings:
        is_unread = bool(ink.gray.any())
        confidence = 0.0 if is_unread else _bounded(ink, SIGNS[ink.parted > 0])
        return CellReading(guess.texts[0], confidence, _why(ink, confidence, unlike=False, is_unread=is_unread))
    confidence = _bounded(ink, probability_of(evidence_of(ink, guess.readings, unlike=unlike)))
    shares = _shares_of_others(guess.readings, confidence)
    others = tuple(
        (text, share)
        for place, (text, share) in enumerate(zip(guess.texts[1:], shares, strict=True))
        if place < FEWEST_OTHERS or share > UNLIKELY * confidence
    )
    why = _why(ink, confidence, unlike=unlike, is_unread=False)
    return CellReading(guess.texts[0], confidence, why, others)


def _bounded(ink: CellInk, confidence: float) -> float:
    return min(confidence, AT_MOST) if ink.has_second_line or ink.is_cut_off else confidence


def _shares_of_others(readings: list[NumberReading], confidence: float) -> list[float]:
    """Return the probabilities of the next best readings: beside the best, at most as much as their scores say."""
    behind = np.exp(np.array([reading.score - readings[0].score for reading in readings[1:]]))
    shares = behind * min(confidence, (1 - confidence) / max(behind.sum(), 1e-9))
    return [float(share) for share in shares]


def _why(ink: CellInk, confidence: float, *, unlike: bool, is_unread: bool) -> str:
    reasons = (
        (ink.is_crossed_out, CROSSED_OUT),
        (is_unread, UNREADABLE),
        (ink.has_second_line, TWO_LINES),
        (ink.is_cut_off, CUT_OFF),
        (confidence >= LINE_OF_DOUBT, ""),
        (unlike, "other decimals than its column"),
        (ink.parted > 0, "reaches over the border of a cell"),
    )
    return next((why for holds, why in reasons if holds), f"{100 * confidence:.0f} % sure")
