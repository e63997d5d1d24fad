"""Reads the cells of a sheet: the ink of each becomes a text, with how sure that is and what else it could be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.handwriting.number_readings import NumberReading, readings_of
from model.handwriting.segmentation import Reader
from model.sheets.cell_ink import CellInk
from model.sheets.certainty import SIGNS, evidence_of, probability_of, unlike_their_column
from model.sheets.column_forms import ColumnForm
from model.sheets.form_search import Choice, fit_table

__all__ = ["LINE_OF_DOUBT", "CellReading", "read_cells", "text_of"]

LINE_OF_DOUBT = 0.9
"""A cell whose text is less probable is doubtful: chosen on the curve in docs/sheets.md."""
AT_ONCE = 120
"""Cells that are read together."""
DITTO = '"'
CROSSED_OUT, UNREADABLE = "crossed out", "cannot be read"

Table = list[list["CellReading"]]


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


@dataclass(frozen=True, slots=True)
class _Guess:
    """What a cell may say, the likeliest first, before it is known how sure that is."""

    ink: CellInk
    readings: list[NumberReading]
    texts: list[str]


def read_cells(
    network: Reader,
    inks: Sequence[Sequence[CellInk]],
    forms: Mapping[int, ColumnForm] | None = None,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> Table:
    """Read the cells of a table.

    Parameters
    ----------
    network : Reader
    inks : sequence of sequences of CellInk
        Row by row.
    forms : mapping of int to ColumnForm, optional
        What is known of columns, by their number from 0.
    on_progress : callable, optional
        Is called with the share that is done; what it raises ends the reading.

    Returns
    -------
    list of list of CellReading
    """
    every = [ink for row in inks for ink in row]
    guesses: list[_Guess] = []
    for begin in range(0, len(every), AT_ONCE):
        part = every[begin : begin + AT_ONCE]
        found = readings_of(network, [ink.gray for ink in part])
        guesses += [_guess(ink, readings) for ink, readings in zip(part, found, strict=True)]
        on_progress(len(guesses) / len(every))
    ends = np.cumsum([len(row) for row in inks])
    table = [guesses[end - len(row) : end] for row, end in zip(inks, ends, strict=True)]
    unlike = [unlike_their_column([guess.texts[0] for guess in column]) for column in zip(*table, strict=True)]
    cells = [
        [_cell(guess, unlike=unlike[column][row]) for column, guess in enumerate(line)]
        for row, line in enumerate(table)
    ]
    return _with_forms(cells, forms or {})


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
        confidence = 0.0 if is_unread else SIGNS[ink.parted > 0]
        return CellReading(guess.texts[0], confidence, _why(ink, confidence, unlike=False, is_unread=is_unread))
    confidence = probability_of(evidence_of(ink, guess.readings, unlike=unlike))
    scores = np.array([reading.score for reading in guess.readings[1:]])
    shares = np.exp(scores - scores.max(initial=-np.inf)) if len(scores) else scores
    others = tuple(
        (text, float(share))
        for text, share in zip(guess.texts[1:], shares * (1 - confidence) / max(shares.sum(), 1.0), strict=True)
    )
    why = _why(ink, confidence, unlike=unlike, is_unread=False)
    return CellReading(guess.texts[0], confidence, why, others)


def _why(ink: CellInk, confidence: float, *, unlike: bool, is_unread: bool) -> str:
    if ink.is_crossed_out:
        return CROSSED_OUT
    if is_unread:
        return UNREADABLE
    if confidence >= LINE_OF_DOUBT:
        return ""
    if unlike:
        return "other decimals than its column"
    if ink.parted:
        return "reaches over the border of a cell"
    return f"{confidence:.0%} sure"


def _with_forms(cells: Table, forms: Mapping[int, ColumnForm]) -> Table:
    """Choose among the readings by the forms of the columns."""
    if not forms:
        return cells
    choices = [[Choice(((cell.text, cell.confidence), *cell.others)) for cell in row] for row in cells]
    fitted = fit_table(choices, forms)
    return [
        [_refitted(*three) for three in zip(*rows, strict=True)]
        for rows in zip(cells, choices, fitted, strict=True)
    ]


def _refitted(cell: CellReading, before: Choice, after: Choice) -> CellReading:
    if after == before or cell.why in {CROSSED_OUT, UNREADABLE}:
        return cell
    (text, confidence), *others = after.readings
    sure = "" if confidence >= LINE_OF_DOUBT else f"{confidence:.0%} sure"
    return CellReading(text, confidence, after.broken or sure, tuple(others))
