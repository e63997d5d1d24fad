"""Two windows work on one project: of each cell, what was said last counts, and nothing of either is lost."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from model.sheets.cell import Cell
from model.sheets.layout import Layout
from model.sheets.same_cells import same_cells
from model.sheets.sheet_record import SheetRecord

__all__ = ["Page", "merged_sheets", "page_of"]

Page: TypeAlias = tuple[Path, int]
"""File and page: what a sheet is known by."""
Value = TypeVar("Value")
READING = "layout", "cells", "read_by", "problem", "fit"
"""What a reading brings, which belongs together."""
NEAR = 0.3
"""Of the smaller side of a cell: so far the corners of the same cell lie apart in two windows."""


def page_of(sheet: SheetRecord) -> Page:
    """Return what a sheet is known by."""
    return sheet.file, sheet.page


def merged_sheets(
    mine: Sequence[SheetRecord], before: Mapping[Page, SheetRecord], theirs: Iterable[SheetRecord]
) -> list[SheetRecord]:
    """Put together what this window knows and what another one has written.

    Parameters
    ----------
    mine : sequence of SheetRecord
        As they are to be written.
    before : mapping of (path, int) to SheetRecord
        As this window read or wrote them last.
    theirs : iterable of SheetRecord
        As they are in the file by now.

    Returns
    -------
    list of SheetRecord
        Mine in their order, each with what another window has changed in it, and then what only that one has.
    """
    left = {page_of(sheet): sheet for sheet in theirs}
    found = []
    for sheet in mine:
        page = page_of(sheet)
        other = left.pop(page, None)
        found.append(sheet if other is None else _merged(sheet, before.get(page, SheetRecord(*page)), other))
    return found + list(left.values())


def _merged(mine: SheetRecord, before: SheetRecord, theirs: SheetRecord) -> SheetRecord:
    """Take from another window what this one has not changed itself."""
    if mine is before:
        return theirs
    if theirs is before:
        return mine
    is_theirs = _is_same_reading(mine, before) or (theirs.is_read and not mine.is_read)
    result = replace(mine, **{name: getattr(theirs, name) for name in READING}) if is_theirs else mine
    if result.layout is None:
        return result
    decided, left_out = (
        _by_cell(*(_placed(of(sheet), sheet, result) for sheet in (mine, before, theirs)))
        for of in (_decided, _left_out)
    )
    layout = _with_columns(result.layout, mine.layout, before.layout, theirs.layout)
    if layout.left_out != frozenset(left_out):
        layout = replace(layout, left_out=frozenset(left_out))
    return replace(result, layout=layout, decided=decided)


def _is_same_reading(one: SheetRecord, other: SheetRecord) -> bool:
    """Tell whether nothing was read in between, and no border was moved; what is known of cells does not count."""
    if one.layout is None or other.layout is None:
        return one.layout is other.layout and one.problem == other.problem
    return _is_same_grid(one.layout, other.layout) and one.cells is other.cells


def _is_same_grid(one: Layout, other: Layout) -> bool:
    return one.nodes is other.nodes and one.header_rows == other.header_rows


def _with_columns(layout: Layout, *windows: Layout | None) -> Layout:
    """Return a layout with the names and forms of columns: of each what was changed last."""
    names = _of_columns(lambda one: one.names, layout, *windows)
    forms = _of_columns(lambda one: one.forms, layout, *windows)
    if names == layout.names and forms == layout.forms:
        return layout
    return replace(layout, names=names, forms=forms)


def _of_columns(
    what: Callable[[Layout], Mapping[int, Value]],
    layout: Layout,
    mine: Layout | None,
    before: Layout | None,
    theirs: Layout | None,
) -> Mapping[int, Value]:
    is_mine = mine is not None and (before is None or what(mine) != what(before))
    owner = mine if is_mine else theirs
    return what(owner) if owner is not None and owner.columns == layout.columns else what(layout)


def _by_cell(mine: Mapping[Cell, str], before: Mapping[Cell, str], theirs: Mapping[Cell, str]) -> dict[Cell, str]:
    """Return what is said of cells: as another window has it, where this one says nothing new."""
    changed = {cell for cell in mine.keys() | before.keys() if mine.get(cell) != before.get(cell)}
    found = {cell: text for cell, text in theirs.items() if cell not in changed}
    return found | {cell: mine[cell] for cell in changed if cell in mine}


def _decided(sheet: SheetRecord) -> Mapping[Cell, str]:
    return sheet.decided


def _left_out(sheet: SheetRecord) -> Mapping[Cell, str]:
    return dict.fromkeys(sheet.layout.left_out, "") if sheet.layout is not None else {}


def _placed(said: Mapping[Cell, str], sheet: SheetRecord, result: SheetRecord) -> Mapping[Cell, str]:
    """Return what is said of the cells of a sheet, by where they are in a result that may have other rows."""
    if sheet.layout is None or result.layout is None or not said or _is_same_grid(sheet.layout, result.layout):
        return said
    pairs = same_cells(result.layout, sheet.layout, NEAR)
    return {cell: said[old] for cell, old in pairs.items() if old in said}
