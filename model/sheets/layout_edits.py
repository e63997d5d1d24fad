"""Lines of a layout put right by hand: moved, added, taken away; and which rows and columns are still the same.

Lines run across the table (axis 0, between rows) or down (axis 1, between columns). They are counted from 0, with
the outer ones and with those of header rows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from model.sheets.cell import LEFT_OUT, NOT_READ, Cell, CellReading
from model.sheets.column_forms import ColumnForm
from model.sheets.layout import Layout
from model.sheets.perspective import Points
from model.sheets.sheet_record import SheetRecord

__all__ = [
    "EditedLayout",
    "edited",
    "lost_checks",
    "with_all_moved",
    "with_header_rows",
    "with_line_added",
    "with_line_moved",
    "with_row_or_column_added",
    "with_unread",
    "without_line",
]

LEAST = 0.12
"""Of what lies between two lines, that stays of a row or column when a line is moved towards another."""

PLACES = "sum_of", "mean_of", "sum_rows", "mean_rows"
"""Of a form, what names columns or rows."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class EditedLayout:
    """A layout that has been put right.

    Attributes
    ----------
    layout : Layout
    rows, columns : tuple of (int or None)
        Which row, without header rows, and which column each one was; None for one that is new.
    """

    layout: Layout
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]


def with_all_moved(layout: Layout, nodes: Points) -> EditedLayout:
    """Have all crossings elsewhere, as many as before."""
    return _edited(layout, 0, nodes, list(range(len(nodes) - 1)), layout.header_rows)


def with_line_moved(layout: Layout, axis: int, line: int, by: Points) -> EditedLayout:
    """Move a line across itself; it stops before the next one.

    Parameters
    ----------
    layout : Layout
    axis, line : int
    by : ndarray of float64, shape (2,)
        How far it is dragged, in pixels of the picture; along itself it does not move.
    """
    lines = layout.nodes.swapaxes(0, axis)
    count = len(lines)
    before, after = lines[max(0, line - 1)], lines[min(count - 1, line + 1)]
    ways = (after - before) / np.linalg.norm(after - before, axis=1, keepdims=True)
    amount = float(np.dot(by, ways.mean(axis=0)))
    if line > 0:
        amount = max(amount, -(1 - LEAST) * float(np.linalg.norm(lines[line] - before, axis=1).min()))
    if line < count - 1:
        amount = min(amount, (1 - LEAST) * float(np.linalg.norm(after - lines[line], axis=1).min()))
    moved = lines.copy()
    moved[line] += amount * ways
    return _edited(layout, axis, moved, list(range(count - 1)), layout.header_rows)


def with_line_added(layout: Layout, axis: int, index: int, share: float = 0.5) -> EditedLayout:
    """Split a row or a column in two.

    Parameters
    ----------
    layout : Layout
    axis, index : int
        Row, counted with header rows, or column.
    share : float
        Of it, that the first part gets: from 0 to 1.
    """
    share = min(max(share, LEAST), 1 - LEAST)
    lines = layout.nodes.swapaxes(0, axis)
    parted = np.insert(lines, index + 1, (1 - share) * lines[index] + share * lines[index + 1], axis=0)
    origins = [*range(index), None, None, *range(index + 1, len(lines) - 1)]
    more = axis == 0 and index < layout.header_rows
    return _edited(layout, axis, parted, origins, layout.header_rows + more)


def without_line(layout: Layout, axis: int, line: int) -> EditedLayout | None:
    """Take a line away: what is beside it is joined, and without an outer line the row or column is cut off.

    Returns
    -------
    EditedLayout or None
        None if no row or no column of numbers would be left.
    """
    lines = layout.nodes.swapaxes(0, axis)
    origins: list[int | None] = list(range(len(lines) - 1))
    if line in (0, len(lines) - 1):
        del origins[min(line, len(origins) - 1)]
    else:
        origins[line - 1 : line + 1] = [None]
    header = layout.header_rows - (axis == 0 and line < layout.header_rows)
    if len(origins) <= (header if axis == 0 else 0):
        return None
    return _edited(layout, axis, np.delete(lines, line, axis=0), origins, header)


def with_row_or_column_added(layout: Layout, axis: int, *, at_end: bool) -> EditedLayout:
    """Add a row or a column outside, as large as the one beside it; a row before one of titles has titles too."""
    lines = layout.nodes.swapaxes(0, axis)
    last, next_one = (lines[-1], lines[-2]) if at_end else (lines[0], lines[1])
    line = (2 * last - next_one)[np.newaxis]
    larger = np.concatenate([lines, line] if at_end else [line, lines])
    same: list[int | None] = list(range(len(lines) - 1))
    more = axis == 0 and not at_end and layout.header_rows > 0
    return _edited(layout, axis, larger, [*same, None] if at_end else [None, *same], layout.header_rows + more)


def with_header_rows(layout: Layout, count: int) -> EditedLayout:
    """Say how many rows at the top hold titles."""
    return _edited(layout, 0, layout.nodes, list(range(len(layout.nodes) - 1)), count)


def edited(record: SheetRecord, edit: EditedLayout) -> SheetRecord:
    """Return a record with another layout.

    What a person decided stays with its row and column; cells that lie elsewhere now are to be read again.
    """
    assert record.layout is not None
    before, after = record.layout, edit.layout
    places = {
        (row, column): (old_row, old_column)
        for row, old_row in enumerate(edit.rows)
        for column, old_column in enumerate(edit.columns)
        if old_row is not None and old_column is not None
    }

    def reading(cell: Cell) -> CellReading:
        old = places.get(cell)
        is_same = old is not None and np.array_equal(before.corners(*old), after.corners(*cell))
        return record.cells[old[0]][old[1]] if old is not None and is_same else NOT_READ

    return replace(
        record,
        layout=after,
        cells=[[reading((row, column)) for column in range(after.columns)] for row in range(after.rows)],
        decided={cell: record.decided[old] for cell, old in places.items() if old in record.decided},
        fit=None,
    )


def lost_checks(before: Layout, edit: EditedLayout) -> list[int]:
    """Return the columns, as they were numbered before, whose checks are gone or say less than before."""

    def is_lost(column: int, form: ColumnForm) -> bool:
        if column not in edit.columns:
            return True
        now = edit.layout.forms.get(edit.columns.index(column), ColumnForm())
        return any(len(getattr(now, name)) < len(getattr(form, name)) for name in PLACES)

    return sorted(column for column, form in before.forms.items() if is_lost(column, form))


def with_unread(record: SheetRecord, cells: Collection[Cell]) -> SheetRecord:
    """Return a record of which those cells are to be read that nothing was read in because they were left out."""
    new = {cell for cell in cells if record.cells[cell[0]][cell[1]] == LEFT_OUT}
    if not new:
        return record
    return replace(
        record,
        cells=[
            [NOT_READ if (row, column) in new else reading for column, reading in enumerate(line)]
            for row, line in enumerate(record.cells)
        ],
    )


def _edited(layout: Layout, axis: int, lines: Points, origins: list[int | None], header_rows: int) -> EditedLayout:
    """Take everything that is known of rows and columns along to where they are now."""
    same: list[int | None] = list(range(layout.columns if axis == 0 else len(layout.nodes) - 1))
    rows, columns = (origins, same) if axis == 0 else (same, origins)
    kept = tuple(
        row - layout.header_rows if row is not None and row >= layout.header_rows else None
        for row in rows[header_rows:]
    )
    now_row = {old: row for row, old in enumerate(kept) if old is not None}
    now_column = {old: column for column, old in enumerate(columns) if old is not None}
    after = replace(
        layout,
        nodes=np.ascontiguousarray(lines.swapaxes(0, axis)),
        header_rows=header_rows,
        left_out=frozenset(
            (now_row[row], now_column[column])
            for row, column in layout.left_out
            if row in now_row and column in now_column
        ),
        found=layout.marks,
        names=_renumbered(layout.names, now_column),
        forms={
            column: moved
            for column, form in _renumbered(layout.forms, now_column).items()
            if (moved := _moved(form, now_row, now_column)) != ColumnForm()
        },
    )
    return EditedLayout(after, kept, tuple(columns))


def _renumbered(values: Mapping[int, Value], now: Mapping[int, int]) -> dict[int, Value]:
    return {now[old]: value for old, value in values.items() if old in now}


def _moved(form: ColumnForm, now_row: Mapping[int, int], now_column: Mapping[int, int]) -> ColumnForm:
    """Let sums be of the same columns, and in the same rows, as before; there is none of a column that is gone."""

    def columns(old: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(now_column[one] for one in old) if all(one in now_column for one in old) else ()

    def rows(old: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(now_row[one] for one in old if one in now_row)

    after = replace(
        form,
        sum_of=columns(form.sum_of),
        mean_of=columns(form.mean_of),
        sum_rows=rows(form.sum_rows),
        mean_rows=rows(form.mean_rows),
    )
    return form if after == form else after
