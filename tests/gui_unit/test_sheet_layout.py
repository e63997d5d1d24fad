"""What was found on a sheet is put right by mouse and keys, kept as a layout, and used on other sheets."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.sheet_projects import ROWS, known_sheet, small_sheet
from helpers.sheet_window import (
    PATIENCE,
    choose,
    entries,
    menu_at,
    press,
    record,
    show_small_sheet,
    show_two_sheets,
    wait_read,
)
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.documents.sheet_layout import lost_in_words
from digitgui.frame.main_window import MainWindow
from digitgui.pages.sheets.sheets_page import SheetsPage
from model.sheets.column_forms import ColumnForm
from model.sheets.layout import load_layout
from model.sheets.layout_edits import edited, with_line_added, with_row_or_column_added, without_line
from model.sheets.project_files import PROJECT_NAME, load_project

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SheetsPage:
    return show_two_sheets(window, tmp_path, qtbot)


@pytest.fixture
def read(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SheetsPage:
    return show_small_sheet(window, tmp_path, qtbot)


def layout_entry(page: SheetsPage, text: str) -> QAction:
    """Return what stands so in the menu of the Layout button."""
    menu = page.layout_tools.button.menu()
    menu.aboutToShow.emit()
    return next(one for one in menu.actions() if one.text().replace("&", "").startswith(text))


def place_between(page: SheetsPage, row: int, column: int) -> QPoint:
    """Return a place in the view on the line to the right of a cell."""
    view = page.view
    return (view.place_of((row, column)) + view.place_of((row, column + 1))) / 2


def drag(page: SheetsPage, begin: QPoint, by: QPoint) -> None:
    where = page.view.viewport()
    QTest.mousePress(where, LEFT, pos=begin)
    QTest.mouseMove(where, begin + by / 2)
    QTest.mouseMove(where, begin + by)
    QTest.mouseRelease(where, LEFT, pos=begin + by)


# lines


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_row_too_many_and_a_column_too_few_are_put_right_by_right_clicks(
    read: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    project, view, table = window.session.sheets, read.view, read.table_card.view
    found = record(read)
    wrong = edited(found, without_line(found.layout, 1, 2))
    wrong = edited(wrong, with_row_or_column_added(wrong.layout, 0, at_end=True))
    project.put(0, wrong)
    wait_read(project, qtbot)
    assert (record(read).rows, record(read).columns) == (5, 2)
    assert not record(read).has_unread_cells
    window.session.sheet_review.choose((1, 0))
    press(read, "77", Qt.Key.Key_Return)
    head = table.verticalHeader()
    place = QPoint(5, head.sectionViewportPosition(4) + 5)
    choose(menu_at(head.viewport(), place), "Cut off this row")
    choose(menu_at(view.viewport(), view.place_of((2, 1))), "Split column 2 here")
    assert record(read).decided == {(1, 0): "77"}
    wait_read(project, qtbot)
    after = record(read)
    assert [row[1:] for row in after.texts] == [row[1:] for row in found.texts]
    assert after.text((1, 0)) == "77"
    assert after.reading((0, 0)) is found.reading((0, 0))  # not read again
    assert not after.has_unread_cells
    for _ in range(3):
        window.session.undo_stack.undo()
    assert (record(read).rows, record(read).columns, record(read).decided) == (5, 2, {})


def test_a_line_is_dragged_and_what_lies_beside_it_is_read_anew(
    read: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    project, view, before = window.session.sheets, read.view, record(read)
    begin = place_between(read, 1, 0)
    QTest.mouseMove(view.viewport(), begin)
    assert view.viewport().cursor().shape() is Qt.CursorShape.SplitHCursor
    drag(read, begin, QPoint(6, 40))
    moved = record(read).layout.nodes - before.layout.nodes
    assert (moved[:, 1, 0] > 4).all()
    assert np.abs(np.delete(moved, 1, axis=1)).max() == 0
    drag(read, place_between(read, 1, 0), QPoint(3, 0))  # while the first is being read
    wait_read(project, qtbot)
    after = record(read)
    assert not after.has_unread_cells
    assert all(after.reading((row, 2)) is before.reading((row, 2)) for row in range(4))
    window.session.undo_stack.undo()
    window.session.undo_stack.undo()
    assert record(read) is before
    window.session.sheet_review.choose((1, 1))
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(3):
        QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, alt))
    assert record(read) is before  # until Alt is let go
    QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, alt))
    lower = record(read).layout.nodes - before.layout.nodes
    assert (lower[2, :, 1] > 0).all()
    assert np.abs(np.delete(lower, 2, axis=0)).max() == 0
    window.session.undo_stack.undo()
    qtbot.waitUntil(window.isActiveWindow)
    line = place_between(read, 2, 1)
    for let_go in (view.clearFocus, lambda: QTest.mouseClick(view.viewport(), LEFT, pos=line)):
        window.session.sheet_review.choose((1, 1))
        view.setFocus()
        QTest.keyPress(view, Qt.Key.Key_Down, alt)
        QTest.mouseMove(view.viewport(), view.place_of((3, 2)))  # no button is pressed
        assert record(read) is before
        let_go()  # as after Alt and Tab, when no release comes
        assert 0 < (record(read).layout.nodes - before.layout.nodes)[2, :, 1].max() < 5
        window.session.undo_stack.undo()
        assert record(read) is before
    QTest.mouseClick(view.viewport(), LEFT, pos=place_between(read, 2, 0) - QPoint(1, 0))
    assert window.session.sheet_review.cell in {(2, 0), (2, 1)}  # a click on a line chooses a cell
    assert record(read) is before


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_menus_join_leave_out_and_mark_titles_by_mouse_and_keys(page: SheetsPage, window: MainWindow) -> None:
    view, review = page.view, window.session.sheet_review
    window.session.sheets.reading.cancel()
    choose(menu_at(view.viewport(), view.place_of((1, 1))), "Row 2", "Leave out this row")
    assert [record(page).text((1, column)) for column in range(3)] == [""] * 3
    assert (1, 2) not in record(page).doubtful
    choose(menu_at(page.table_card.view.viewport(), QPoint(20, 40)), "Row 2", "Take in this row")
    assert record(page).texts == [list(row) for row in ROWS]
    choose(menu_at(page.table_card.view.viewport(), QPoint(20, 40)), "Copy as table")
    pasted = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert [row[-3:] for row in pasted[1:]] == [list(row) for row in ROWS]
    review.choose((0, 1))
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view.viewport(), by_key)
    choose(QApplication.activePopupWidget(), "Column 2", "Leave out this column")
    assert [row[1] for row in record(page).texts] == [""] * 4
    window.session.undo_stack.undo()
    choose(menu_at(view.viewport(), view.place_of((1, 0))), "Row 2", "This row and those above are titles")
    header = page.layout_tools.header
    assert (record(page).rows, header.value()) == (2, 2)
    header.selectAll()
    QTest.keyClicks(header, "0")
    assert record(page).rows == 2
    QTest.keyClick(header, Qt.Key.Key_Return)
    assert record(page).rows == 4
    assert record(page).decided == {}  # Enter was for the field
    steps = window.session.undo_stack
    header.stepUp()
    header.stepUp()
    menu = menu_at(page.table_card.view.viewport(), QPoint(20, 10)).actions()
    row = next(one.menu() for one in menu if one.text() == "R&ow 1")
    assert not [text for text in entries(row) if "Cut off" in text or ("above" in text and "titles" not in text)]
    QApplication.activePopupWidget().close()
    nodes, down = record(page).layout.nodes, view.place_of((1, 1)) - view.place_of((0, 1))
    for line, text in (
        (0, "cutting off a row of titles"),
        (1, "joining rows of titles"),
        (2, "joining row 1 with"),
    ):
        menu = menu_at(view.viewport(), view.place_of((0, 1)) + down * (2 * line - 5) / 2)
        choose(menu, "Remove this line")
        assert steps.undoText().startswith(text)
        assert np.array_equal(record(page).layout.nodes, np.delete(nodes, line, axis=0))
        steps.undo()
    choose(menu_at(page.table_card.view.viewport(), QPoint(20, 40)), "Row 2", "Join with the row above")
    assert steps.undoText() == "joining rows 1 and 2"
    steps.undo()
    header.stepDown()
    header.stepDown()
    menu = menu_at(view.viewport(), place_between(page, 0, 0))
    assert "Remove this line" in entries(menu)
    menu.close()
    outer = menu_at(view.viewport(), (3 * view.place_of((0, 0)) - view.place_of((0, 1))) / 2)
    assert "Remove this line and the column beside it" in entries(outer)
    outer.close()


# checks


def test_a_column_is_named_by_a_double_click_and_the_name_goes_everywhere(
    page: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    head, review = page.table_card.view.header, window.session.sheet_review
    qtbot.waitUntil(window.isActiveWindow)
    for keep in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        place = QPoint(head.sectionViewportPosition(1) + 8, 8)
        QTest.mouseDClick(head.viewport(), LEFT, pos=place)
        line = window.focusWidget()
        QTest.keyClicks(line, "=10 h" if keep == Qt.Key.Key_Return else 90 * "0")
        assert len(line.text()) <= 80  # what a file may hold
        QTest.keyClick(line, Qt.Key.Key_PageDown)
        QTest.keyClick(line, keep)
    assert (review.typed, review.index) == (None, 0)
    assert record(page).layout.names == {1: "=10 h"}
    head.write_name(1)
    QTest.keyClick(line, Qt.Key.Key_Tab)  # to the next name
    QTest.keyClicks(line, "mean")
    QTest.keyClick(line, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert line.text() == "=10 h"
    QTest.keyClick(line, Qt.Key.Key_Tab)
    QTest.keyClick(line, Qt.Key.Key_Tab)  # there is no other
    assert (line.isVisible(), page.table_card.view.hasFocus()) == (False, True)
    assert record(page).layout.names == {1: "=10 h", 2: "mean"}
    window.session.undo_stack.undo()
    assert page.table_card.table.headerData(1, Qt.Orientation.Horizontal) == "=10 h"
    review.choose((1, 1))
    assert page.review_card._place.text() == "row 2, =10 h"
    page.table_card.copy.click()
    assert QGuiApplication.clipboard().text().startswith("1\t'=10 h\t3\n12\t3\t45\n")
    tables = window.session.sheet_tables
    for ending in ("csv", "json"):
        with qtbot.waitSignal(tables.noticed):
            tables.save(tmp_path / f"table.{ending}")
    assert (tmp_path / "table.csv").read_text().splitlines()[:2] == ["source,1,'=10 h,3", "first.png,12,3,45"]
    sheets = json.loads((tmp_path / "table.json").read_text())["sheets"]
    assert [(sheet["columns"], sheet["column_names"]) for sheet in sheets] == [
        (3, ["", "=10 h", ""]),
        (3, ["", "", ""]),
    ]
    window.session.tasks.finish()
    assert load_project(tmp_path / PROJECT_NAME)[0].layout.names == {1: "=10 h"}


# other sheets


def test_names_and_checks_are_used_on_all_sheets_by_one_click(
    page: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    review, layout, offer = window.session.sheet_review, window.session.sheet_layout, window.banner
    review.choose_sheet(1)
    layout.rename(2, "mean")
    review.choose_sheet(0)
    layout.set_forms([1], ColumnForm(largest=40))
    layout.rename(0, "07 h")
    assert offer.text == "Names and checks hold for this sheet only."
    button = offer.findChild(QAbstractButton, "bannerUndo")
    assert button.text() == "Use on all 2 sheets"
    QTest.mouseClick(button, LEFT)
    other = window.session.sheets.sheets[1].layout
    assert (other.column_names, other.forms) == (["07 h", "", "mean"], {1: ColumnForm(largest=40)})
    qtbot.waitUntil(lambda: not window.session.sheets.sheets[1].needs_fit)
    assert list(window.session.sheets.sheets[1].broken) == [(1, 1)]
    assert record(page).layout.column_names == ["07 h", "", ""]
    assert not button.isVisible()
    window.session.undo_stack.undo()
    other = window.session.sheets.sheets[1].layout
    assert (other.column_names, other.forms) == (["", "", "mean"], {})
    layout_entry(page, "Use names and checks").trigger()
    window.session.tasks.finish()
    assert load_project(tmp_path / PROJECT_NAME)[1].layout.column_names == ["07 h", "", "mean"]


def test_a_layout_is_used_for_other_sheets_and_said_where_it_is_not_found(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = small_sheet(rows=6, columns=4).picture
    first.save(tmp_path / "a.png")
    second = Image.new("L", (first.width + 50, first.height + 30), 240)
    second.paste(small_sheet(rows=6, columns=4, seed=2).picture, (50, 30))
    second.rotate(1.0, fillcolor=240).save(tmp_path / "b.png")
    small_sheet(rows=2, columns=2).picture.save(tmp_path / "c.png")
    window.show_page("sheets")
    page, project, review = window.sheets_page, window.session.sheets, window.session.sheet_review
    project.add([tmp_path])
    wait_read(project, qtbot, 3)
    before = list(project.sheets)
    review.choose_sheet(1)
    review.choose((2, 3))
    press(page, "55", Qt.Key.Key_Return)
    review.choose_sheet(0)
    layout = window.session.sheet_layout
    layout.rename(3, "sum")
    layout.set_forms([3], ColumnForm(after=0, largest=99))
    layout.remove_line(1, 1)
    layout.leave_out([(5, 0)], left_out=True)
    wait_read(project, qtbot)
    monkeypatch.setattr(file_dialogs, "ask_layout_target", lambda *_: tmp_path / "form.json")
    with qtbot.waitSignal(layout.noticed):
        layout_entry(page, "Save layout").trigger()
    saved = load_layout(tmp_path / "form.json")
    assert (saved.names, saved.columns, saved.left_out) == ({2: "sum"}, 3, {(5, 0)})
    with qtbot.waitSignal(project.failed, timeout=PATIENCE) as told:
        layout_entry(page, "Use for the other sheets").trigger()
    assert told.args[0].startswith("The layout is not found on c.png: ")
    assert told.args[0].endswith("What was found there before stays. It is used on 1 sheet.")
    other, small = project.sheets[1:]
    assert small is before[2]
    assert (other.rows, other.columns, other.layout.column_names) == (6, 3, ["", "", "sum"])
    assert other.decided == {(2, 2): "55"}  # where it was, though it is another column now
    assert other.reading((0, 2)).text == before[1].reading((0, 3)).text
    assert other.is_left_out((5, 0))
    assert other.layout.forms == saved.forms
    steps = window.session.undo_stack
    steps.undo()
    assert project.sheets[1].texts == before[1].with_decision((2, 3), "55").texts


def test_a_layout_is_opened_and_a_damaged_one_said(
    read: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, project, before = window.session.sheet_layout, window.session.sheets, record(read)
    saved = replace(edited(before, without_line(before.layout, 1, 2)).layout, names={1: "sum"})
    (tmp_path / "form.json").write_text(json.dumps(saved.as_dict()))
    (tmp_path / "damaged.json").write_text(json.dumps({**saved.as_dict(), "nodes": [[1]]}))
    open_layout = layout_entry(read, "Open layout")
    assert not layout_entry(read, "Use for the other sheets").isEnabled()
    monkeypatch.setattr(file_dialogs, "ask_layout", lambda *_: tmp_path / "damaged.json")
    with qtbot.waitSignal(layout.failed) as told:
        open_layout.trigger()
    assert told.args[0].startswith("damaged.json: expected the layout of a sheet")
    assert record(read) is before
    monkeypatch.setattr(file_dialogs, "ask_layout", lambda *_: tmp_path / "form.json")
    with qtbot.waitSignal(project.noticed, timeout=PATIENCE) as told:
        open_layout.trigger()
    assert told.args[0] == "The layout is used on 1 sheet."
    assert record(read).layout.column_names == ["", "sum"]
    assert record(read).reading((3, 0)) is before.reading((3, 0))
    window.session.undo_stack.undo()
    assert record(read) is before


def test_cells_that_were_not_read_before_the_end_are_read_at_the_next_start(
    read: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project, found = window.session.sheets, record(read)
    wrong = edited(found, without_line(found.layout, 1, 2))
    project.put(0, wrong)
    project.stop()
    assert project.sheets[0].has_unread_cells
    window.session.tasks.finish()
    file = tmp_path / PROJECT_NAME
    project.close()
    project.add([file])
    wait_read(project, qtbot)
    qtbot.waitUntil(lambda: not project.sheets[0].has_unread_cells, timeout=PATIENCE)
    assert [row[0] for row in project.sheets[0].texts] == [row[0] for row in found.texts]
    assert replace(project.sheets[0]).columns == 2


def test_what_a_change_takes_away_is_said(tmp_path: Path) -> None:
    before = known_sheet(tmp_path / "scan.png").with_decision((0, 1), "7")
    before = replace(before, layout=replace(before.layout, forms={2: ColumnForm(sum_of=(0, 1))}))
    split = with_line_added(before.layout, 1, 1)
    told = lost_in_words(before, edited(before, split), split)
    assert told == (
        "1 cell that you had decided is gone or read anew; checks of column 3 that no longer fit are gone:"
        " Undo brings them back."
    )
    added = with_row_or_column_added(before.layout, 0, at_end=True)
    assert lost_in_words(before, edited(before, added), added) == ""
