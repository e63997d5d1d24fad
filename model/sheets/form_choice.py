"""Chooses among the readings of a table by the forms of its columns, with what a person decided."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from model.sheets.cell import Cell, CellReading
from model.sheets.cell_reading import CROSSED_OUT, LINE_OF_DOUBT, UNREADABLE
from model.sheets.column_forms import NOTHING, ColumnForm
from model.sheets.form_search import Choice, fit_table
from model.sheets.sheet_doubts import lasts
from model.sheets.sheet_record import FormFit, SheetRecord

__all__ = ["fit_cells", "fitted"]

NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
NO_NUMBER = "no number"
UNCHECKED = CROSSED_OUT, UNREADABLE
"""No form chooses among the readings of these cells: their text stays until a person decides."""


def fitted(record: SheetRecord) -> SheetRecord:
    """Return a record whose cells are chosen by the forms of its columns."""
    if record.layout is None or not record.needs_fit:
        return record
    forms, left_out = record.layout.forms, record.layout.left_out
    fit = fit_cells(record.cells, forms, record.decided, left_out) if forms else None
    return replace(record, fit=replace(fit, basis=record.basis_of_fit) if fit else None)


def fit_cells(
    cells: Sequence[Sequence[CellReading]],
    forms: Mapping[int, ColumnForm],
    decided: Mapping[Cell, str] | None = None,
    left_out: Collection[Cell] = (),
) -> FormFit:
    """Choose among the readings of a table.

    Parameters
    ----------
    cells : sequence of sequences of CellReading
        As the network read them, row by row.
    forms : mapping of int to ColumnForm
        By the number of their column, from 0.
    decided : mapping of (int, int) to str, optional
        What a person says: it is never exchanged, and other cells may follow from it.
    left_out : collection of (int, int), optional
        Cells that hold nothing to read.
    """
    decided = decided or {}
    before = [
        [
            _choice(reading, decided.get((row, column)), is_out=(row, column) in left_out)
            for column, reading in line
        ]
        for row, line in enumerate(map(enumerate, cells))
    ]
    after = fit_table(before, forms)
    chosen: dict[Cell, CellReading] = {}
    broken: dict[Cell, str] = {}
    for row, line in enumerate(cells):
        for column, reading in enumerate(line):
            cell, choice = (row, column), after[row][column]
            text = decided.get(cell, "")
            stays = reading.why in UNCHECKED and cell not in decided and cell not in left_out
            told = choice.broken
            if stays and not told and column in forms:
                told = _broken_by(forms[column], reading.text, row, len(cells))
            if told or _is_no_number(text):
                broken[cell] = told or NO_NUMBER
            if cell not in decided and cell not in left_out and choice != before[row][column]:
                chosen[cell] = _chosen(reading, choice)
    return FormFit(chosen, broken)


def _broken_by(form: ColumnForm, text: str, row: int, rows: int) -> str:
    """Say how a text that stays breaks the form of its column."""
    if _is_no_number(text):
        return NO_NUMBER
    is_sum = row in form.sum_rows or (form.last_row == "sum" and row == rows - 1)
    return (form.of_sums if is_sum else form).broken_by(text)


def _choice(reading: CellReading, decided: str | None, *, is_out: bool) -> Choice:
    if is_out:
        return Choice((("", 1.0),))
    if decided is not None and _is_no_number(decided):
        return Choice((("", 0.0),))  # something stands there, and it is not known how much
    if decided is not None:
        return Choice(((decided, 1.0),))
    return Choice(((reading.text, reading.confidence), *reading.others))


def _is_no_number(text: str) -> bool:
    return text not in NOTHING and not NUMBER.fullmatch(text)


def _chosen(reading: CellReading, choice: Choice) -> CellReading:
    if reading.why in UNCHECKED:
        return reading
    (text, confidence), *others = choice.readings
    sure = "" if confidence >= LINE_OF_DOUBT else f"{100 * confidence:.0f} % sure"
    lasting = reading.why if lasts(reading.why) else ""
    return CellReading(text, confidence, choice.broken or lasting or sure, tuple(others))
