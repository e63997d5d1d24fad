"""Lines of a layout are moved, added and taken away, and what is known of rows and columns goes along."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.sheet_projects import ROWS, known_sheet

from model.errors import DataFormatError
from model.sheets.cell import LEFT_OUT, NOT_READ
from model.sheets.column_forms import ColumnForm
from model.sheets.layout import Layout, load_layout, save_layout
from model.sheets.layout_edits import (
    EditedLayout,
    edited,
    lost_checks,
    with_header_rows,
    with_line_added,
    with_line_moved,
    with_row_or_column_added,
    with_unread,
    without_line,
)
from model.sheets.same_cells import same_cells
from model.sheets.sheet_record import SheetRecord

ROW, COLUMN = 0, 1


@pytest.fixture
def sheet(tmp_path: Path) -> SheetRecord:
    """Make a sheet of 4 × 3 cells with decisions, names, checks and a cell left out."""
    record = known_sheet(tmp_path / "scan.png").with_decision((0, 0), "7").with_decision((1, 2), "8")
    layout = replace(
        record.layout,
        names={0: "07 h", 1: "10 h", 2: "sum"},
        forms={0: ColumnForm(after=0, sum_rows=(3,)), 2: ColumnForm(sum_of=(0, 1))},
        left_out=frozenset({(3, 2)}),
    )
    return replace(record, layout=layout)


def unread(record: SheetRecord) -> set[tuple[int, int]]:
    return {cell for cell in record.places() if record.reading(cell) == NOT_READ}


def test_a_column_that_is_split_lets_all_others_keep_what_they_have(sheet: SheetRecord) -> None:
    after = edited(sheet, with_line_added(sheet.layout, COLUMN, 1, 0.25))
    assert (after.rows, after.columns) == (4, 4)
    assert unread(after) == {(row, column) for row in range(4) for column in (1, 2)}
    assert after.decided == {(0, 0): "7", (1, 3): "8"}
    assert [after.text((row, 0)) for row in range(4)] == ["7", "6", "10", "5"]
    assert [after.reading((row, 3)).text for row in range(3)] == [row[2] for row in ROWS[:3]]
    assert after.layout.column_names == ["07 h", "", "", "sum"]
    assert after.layout.forms == {
        0: ColumnForm(after=0, sum_rows=(3,))
    }  # the sum of two columns is not that of one
    assert after.layout.left_out == {(3, 3)}
    assert (after.layout.nodes[:, 2, 0] == 120 + 15).all()
    back = edited(after, without_line(after.layout, COLUMN, 2))
    assert (back.layout.nodes == sheet.layout.nodes).all()
    assert back.decided == sheet.decided
    assert unread(back) == {(row, 1) for row in range(4)}


@pytest.mark.parametrize(
    ("edit", "forms", "lost"),
    [
        (
            lambda layout: with_line_added(layout, COLUMN, 1),
            {0: ColumnForm(after=0, sum_rows=(3,)), 3: ColumnForm(smallest=0)},
            [2],
        ),
        (lambda layout: without_line(layout, COLUMN, 1), {1: ColumnForm(smallest=0)}, [0, 2]),
        (lambda layout: without_line(layout, COLUMN, 3), {0: ColumnForm(after=0, sum_rows=(3,))}, [2]),
        (
            lambda layout: without_line(layout, ROW, 4),
            {0: ColumnForm(after=0), 2: ColumnForm(smallest=0, sum_of=(0, 1))},
            [0],
        ),
        (
            lambda layout: with_row_or_column_added(layout, COLUMN, at_end=False),
            {1: ColumnForm(after=0, sum_rows=(3,)), 3: ColumnForm(smallest=0, sum_of=(1, 2))},
            [],
        ),
    ],
)
def test_a_sum_goes_with_a_column_of_it_and_that_is_known(
    sheet: SheetRecord,
    edit: Callable[[Layout], EditedLayout],
    forms: dict[int, ColumnForm],
    lost: list[int],
) -> None:
    layout = replace(sheet.layout, forms=sheet.layout.forms | {2: ColumnForm(smallest=0, sum_of=(0, 1))})
    after = edit(layout)
    assert after.layout.forms == forms
    assert lost_checks(layout, after) == lost


def test_rows_that_are_joined_are_read_anew_and_an_outer_line_takes_its_row(sheet: SheetRecord) -> None:
    joined = edited(sheet, without_line(sheet.layout, ROW, 1))
    assert joined.rows == 3
    assert unread(joined) == {(0, column) for column in range(3)}
    assert joined.decided == {}  # both stood in the rows that are one now
    cut = edited(sheet, without_line(sheet.layout, ROW, 0))
    assert cut.texts == [["6", "78", "8"], *map(list, ROWS[2:3]), ["5", "6", ""]]
    assert unread(cut) == set()
    assert edited(sheet, without_line(sheet.layout, COLUMN, 3)).layout.left_out == frozenset()
    grown = edited(sheet, with_row_or_column_added(sheet.layout, ROW, at_end=False))
    assert grown.decided == {(1, 0): "7", (2, 2): "8"}
    assert grown.layout.forms[0].sum_rows == (4,)
    assert unread(grown) == {(0, column) for column in range(3)}
    assert (grown.layout.nodes[0, :, 1] == 0).all()


def test_sums_of_blocks_stay_in_their_rows(sheet: SheetRecord) -> None:
    known = replace(sheet.layout, forms={1: ColumnForm(after=0, sum_rows=(1, 3), mean_rows=(2,))})
    grown = with_row_or_column_added(known, ROW, at_end=False).layout
    assert grown.forms[1] == ColumnForm(after=0, sum_rows=(2, 4), mean_rows=(3,))


def test_the_last_row_of_numbers_stays(sheet: SheetRecord) -> None:
    layout = with_header_rows(sheet.layout, 3).layout
    assert without_line(layout, ROW, 4) is None
    assert without_line(layout, ROW, 1).layout.header_rows == 2
    one = Layout(sheet.layout.nodes[:, :2], sheet.layout.size)
    assert without_line(one, COLUMN, 0) is None


@pytest.mark.parametrize("by", [(9.0, 0.0), (9.0, 500.0), (-9.0, 3.0)])
def test_a_line_moves_across_itself_and_keeps_decisions(sheet: SheetRecord, by: tuple[float, float]) -> None:
    after = edited(sheet, with_line_moved(sheet.layout, COLUMN, 1, np.array(by)))
    assert (after.layout.nodes[:, 1] == sheet.layout.nodes[:, 1] + [by[0], 0]).all()
    assert after.decided == sheet.decided
    assert unread(after) == {(row, column) for row in range(4) for column in (0, 1)}
    assert after.layout.marks is sheet.layout.nodes  # by which the form is found again


@pytest.mark.parametrize(("axis", "line"), [(ROW, 2), (COLUMN, 1)])
def test_a_line_stops_before_the_next_one(sheet: SheetRecord, axis: int, line: int) -> None:
    for far in (-9999.0, 9999.0):
        nodes = with_line_moved(sheet.layout, axis, line, np.array([far, far])).layout.nodes
        assert (np.diff(nodes[:, :, 1 - axis], axis=axis) > 2).all()


def test_header_rows_shift_what_is_known_and_come_back_unread(sheet: SheetRecord) -> None:
    titled = edited(sheet, with_header_rows(sheet.layout, 1))
    assert titled.decided == {(0, 2): "8"}
    assert titled.layout.left_out == {(2, 2)}
    assert unread(titled) == set()
    parted = edited(titled, with_line_added(titled.layout, ROW, 0))
    assert (parted.layout.header_rows, parted.rows) == (2, 3)
    back = edited(titled, with_header_rows(titled.layout, 0))
    assert unread(back) == {(0, column) for column in range(3)}


def test_a_cell_that_is_taken_in_is_read_if_it_never_was(sheet: SheetRecord) -> None:
    cells = [list(row) for row in sheet.cells]
    cells[0][0] = LEFT_OUT
    record = replace(sheet, cells=cells, decided={})
    assert unread(with_unread(record, [(0, 0), (0, 1)])) == {(0, 0)}


def test_cells_at_the_same_place_are_paired_and_no_others(sheet: SheetRecord) -> None:
    larger = with_line_added(sheet.layout, COLUMN, 1).layout
    pairs = same_cells(larger, sheet.layout, 0.03)
    assert pairs == {(row, new): (row, old) for row in range(4) for new, old in ((0, 0), (3, 2))}
    assert same_cells(sheet.layout, replace(larger, nodes=larger.nodes + 15), 0.03) == {}


def test_names_and_checks_go_through_a_file(sheet: SheetRecord, tmp_path: Path) -> None:
    save_layout(tmp_path / "form.json", sheet.layout)
    read = load_layout(tmp_path / "form.json")
    assert (read.names, read.forms, read.left_out) == (
        sheet.layout.names,
        sheet.layout.forms,
        sheet.layout.left_out,
    )
    for damage in (
        {"names": ["a"]},
        {"names": {"0": 3}},
        {"names": {"7": "beyond"}},
        {"forms": {"7": {}}},
        {"forms": {"0": {"smallest": float("nan")}}},
        {"forms": {"0": {"sum_of": [9]}}},
    ):
        content = {**sheet.layout.as_dict(), **damage}
        (tmp_path / "damaged.json").write_text(json.dumps(content))
        with pytest.raises(DataFormatError, match=r"damaged\.json: expected"):
            load_layout(tmp_path / "damaged.json")
