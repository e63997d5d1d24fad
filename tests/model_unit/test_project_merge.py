"""Two windows write one project: nothing of either is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.sheet_projects import known_sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from model.sheets.cell import CellReading
from model.sheets.column_forms import ColumnForm
from model.sheets.project_merge import merged_sheets, page_of
from model.sheets.sheet_record import SheetRecord


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> SheetRecord:
    return known_sheet(tmp_path_factory.mktemp("scans") / "scan.png")


def merged(mine: SheetRecord, before: SheetRecord, theirs: SheetRecord) -> SheetRecord:
    (found,) = merged_sheets([mine], {page_of(before): before}, [theirs])
    return found


cells = st.tuples(st.integers(0, 3), st.integers(0, 2))
said = st.dictionaries(cells, st.sampled_from(["1", "22", ""]), max_size=6)
left = st.frozensets(cells, max_size=3)


@settings(deadline=None)
@given(said, said, said, left, left, left)
def test_of_each_cell_what_either_window_changed_is_kept(
    sheet: SheetRecord,
    before: dict,
    mine: dict,
    theirs: dict,
    out_before: frozenset,
    out_mine: frozenset,
    out_theirs: frozenset,
) -> None:
    assert sheet.layout is not None

    def known(decided: dict, left_out: frozenset) -> SheetRecord:
        return replace(sheet, decided=decided, layout=replace(sheet.layout, left_out=left_out))

    found = merged(known(mine, out_mine), known(before, out_before), known(theirs, out_theirs))
    for cell in sheet.places():
        changed_here = mine.get(cell) != before.get(cell)
        assert found.decided.get(cell) == (mine if changed_here else theirs).get(cell)
        changed_here = (cell in out_mine) != (cell in out_before)
        assert found.is_left_out(cell) == (cell in (out_mine if changed_here else out_theirs))


def test_what_the_other_window_read_or_added_is_taken(sheet: SheetRecord, tmp_path: Path) -> None:
    unread = SheetRecord(sheet.file)
    assert merged(replace(unread), unread, sheet).texts == sheet.texts
    assert merged(replace(unread, problem="no such file"), unread, sheet).is_read
    mine, other = SheetRecord(tmp_path / "mine.png"), SheetRecord(tmp_path / "other.png")
    assert merged_sheets([mine], {}, [other]) == [mine, other]


def test_decisions_stay_in_their_rows_when_the_other_window_has_made_the_first_row_titles(
    sheet: SheetRecord,
) -> None:
    assert sheet.layout is not None
    titled = replace(sheet, cells=sheet.cells[1:], layout=replace(sheet.layout, header_rows=1))
    found = merged(sheet.with_decision((2, 1), "5"), sheet, titled.with_decision((0, 0), "66"))
    assert found.rows == 3
    assert dict(found.decided) == {(1, 1): "5", (0, 0): "66"}


def test_names_and_forms_of_columns_are_kept_from_either_window(sheet: SheetRecord) -> None:
    assert sheet.layout is not None
    named = replace(sheet, layout=replace(sheet.layout, names={0: "day"}))
    formed = replace(sheet, layout=replace(sheet.layout, forms={1: ColumnForm(smallest=0.0)}))
    for found in (merged(named, sheet, formed), merged(formed, sheet, named)):
        assert found.layout is not None
        assert found.layout.names == {0: "day"}
        assert found.layout.forms == {1: ColumnForm(smallest=0.0)}


def test_a_sheet_that_was_read_again_keeps_what_the_other_window_decided(sheet: SheetRecord) -> None:
    again = replace(sheet, cells=[[CellReading("9", 1.0)] * 3 for _ in range(4)], read_by="other")
    found = merged(again, sheet, sheet.with_decision((3, 2), "4"))
    assert found.read_by == "other"
    assert found.texts[3] == ["9", "9", "4"]


def test_what_nobody_has_changed_stays_the_same_object(sheet: SheetRecord) -> None:
    corrected = sheet.with_decision((0, 0), "1")
    assert merged(sheet, sheet, corrected) is corrected
    assert merged(corrected, sheet, sheet) is corrected
