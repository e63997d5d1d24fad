"""Sheets are looked through, decided and kept, by mouse and keys."""

import json
from pathlib import Path

import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.sheet_projects import ROWS, small_sheet
from helpers.sheet_window import press, show_two_sheets, wait_read
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.sheets.cell_table import ALL, CORRECTED, DOUBTFUL
from digitgui.pages.sheets.sheets_page import SheetsPage
from model.sheets.project_files import PROJECT_NAME, load_project


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SheetsPage:
    return show_two_sheets(window, tmp_path, qtbot)


def kept(tmp_path: Path, window: MainWindow) -> list[list[list[str]]]:
    window.session.tasks.finish()
    return [sheet.texts for sheet in load_project(tmp_path / PROJECT_NAME)]


def test_keys_go_through_the_doubtful_cells(
    page: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    review = window.session.sheet_review
    assert review.cell == (0, 1)  # the first doubtful one
    assert page.review_card.reading.text() == "3"
    press(page, "8.5")
    assert page.review_card.reading.text() == "8.5|"
    assert review.record.text((0, 1)) == "3"  # not before Return
    press(page, Qt.Key.Key_Return)
    assert review.record.text((0, 1)) == "8.5"
    assert review.cell == (1, 2)
    press(page, Qt.Key.Key_Return)  # confirms it
    assert review.record.decided[1, 2] == ROWS[1][2]
    assert review.cell == (3, 0)
    press(page, Qt.Key.Key_Escape)  # leaves it open, and goes on to the next sheet
    assert window.session.sheets.sheets[0].doubtful == [(3, 0)]
    assert (review.index, review.cell) == (1, (0, 1))
    press(page, Qt.Key.Key_PageUp)
    assert (review.index, review.cell) == (0, (3, 0))
    assert kept(tmp_path, window)[0][0] == ["12", "8.5", "45"]
    review.choose((0, 0))
    press(page, Qt.Key.Key_Return)  # confirms what is sure, too
    assert (review.record.decided[0, 0], review.record.corrected, review.cell) == ("12", [(0, 1)], (3, 0))
    assert window.session.sheet_teaching.count == 3
    small_sheet().picture.resize((30, 30)).save(tmp_path / "no table.png")
    window.session.sheets.add([tmp_path / "no table.png"])
    wait_read(window.session.sheets, qtbot, 3)
    review.choose_sheet(2)
    press(page, Qt.Key.Key_Escape, Qt.Key.Key_Return)
    assert review.index == 2  # there is nothing to leave open, nor to keep


def test_backspace_and_delete_change_what_is_typed_and_escape_drops_it(
    page: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    review = window.session.sheet_review
    press(page, "12x3-", Qt.Key.Key_Backspace)
    assert review.typed == "12"
    press(page, Qt.Key.Key_Escape)
    assert review.typed is None
    assert review.cell == (0, 1)
    review.choose((0, 0))
    press(page, Qt.Key.Key_Backspace)
    assert review.typed == "1"
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    press(page, Qt.Key.Key_Delete)
    assert review.typed == ""
    press(page, Qt.Key.Key_Return)
    assert review.record.text((0, 0)) == ""
    assert review.record.is_corrected((0, 0))


def test_what_is_typed_is_kept_by_going_elsewhere_and_can_be_undone(
    page: SheetsPage, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    review, view, table = window.session.sheet_review, page.view, page.table_card.view
    qtbot.waitUntil(window.isActiveWindow)
    table.setFocus()
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(table, Qt.Key.Key_8, control)
    assert review.typed is None
    QTest.keyClick(table, Qt.Key.Key_8, shift)  # as on French keyboards
    press(page, Qt.Key.Key_Right, on=table)
    assert (review.record.text((0, 1)), review.cell, review.typed) == ("8", (0, 2), None)
    QTest.keyClick(table, Qt.Key.Key_QuoteDbl, shift)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of((2, 0)))
    assert (review.record.text((0, 2)), review.cell) == ('"', (2, 0))
    press(page, "77", Qt.Key.Key_PageDown)
    assert (review.index, review.typed) == (1, None)
    assert kept(tmp_path, window)[0] == [["12", "8", '"'], ["6", "78", "9"], ["77", "", "7"], ["5", "6", "81"]]
    for _ in range(3):
        window.session.undo_stack.undo()
    assert review.record.texts == [list(row) for row in ROWS]
    window.session.undo_stack.redo()
    assert review.cell == (0, 1)
    review.choose((3, 2))
    press(page, "4")
    QTest.keyClick(table, Qt.Key.Key_Z, control)  # drops what is typed, and nothing else
    assert (review.typed, review.record.text((0, 1))) == (None, "8")
    press(page, "4")
    window.session.undo_stack.undo()  # from the menu: what is typed elsewhere stays
    assert (review.cell, review.record.texts[3], review.record.text((0, 1))) == ((0, 1), ["5", "6", "4"], "3")
    press(page, "1")
    page.table_card.copy.click()
    assert QGuiApplication.clipboard().text().startswith("12\t1\t45\n")


def test_a_decision_is_undone_and_redone_where_it_was_made(
    page: SheetsPage, window: MainWindow, tmp_path: Path
) -> None:
    review, stack = window.session.sheet_review, window.session.undo_stack
    press(page, "7", Qt.Key.Key_Return, Qt.Key.Key_PageDown)
    assert review.index == 1
    assert "row 1, column 2" in stack.undoText()
    stack.undo()
    assert (review.index, review.cell) == (0, (0, 1))
    assert review.record.is_doubtful((0, 1))
    assert kept(tmp_path, window)[0] == [list(row) for row in ROWS]
    stack.redo()
    assert kept(tmp_path, window)[0][0][1] == "7"


def test_another_reading_is_taken_by_its_button_by_enter_on_it_and_by_alt(
    page: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    review, stack = window.session.sheet_review, window.session.undo_stack
    (other,) = [one for one in page.review_card.findChildren(QAbstractButton) if one.text() == "31"]
    assert "30.0 %" in other.toolTip()
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert review.record.text((0, 1)) == "31"
    assert review.cell == (1, 2)
    stack.undo()
    qtbot.waitUntil(window.isActiveWindow)
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Return)
    assert (review.record.text((0, 1)), review.cell) == ("31", (1, 2))
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)  # and goes on as always
    assert (review.record.decided[1, 2], review.cell) == (ROWS[1][2], (3, 0))
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(page.view, Qt.Key.Key_3, alt)  # there are two
    QTest.keyClick(page.table_card.view, Qt.Key.Key_2, alt)
    assert (window.session.sheets.sheets[0].decided[3, 0], review.index, review.typed) == ("4", 1, None)
    assert "Alt+2" in page.review_card._others[1].toolTip()


def test_scan_table_and_review_show_the_same_cell(page: SheetsPage, window: MainWindow) -> None:
    view, table, review = page.view, page.table_card.view, window.session.sheet_review
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of((2, 0)))
    assert review.cell == (2, 0)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, 0)
    assert page.review_card.reading.text() == "10"
    place = table.visualRect(table.model().index(1, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert review.cell == (1, 1)
    press(page, Qt.Key.Key_Right, Qt.Key.Key_Down, on=table)
    assert review.cell == (2, 2)
    press(page, "4", on=view)
    assert review.typed == "4"


def test_rows_with_doubtful_and_with_corrected_cells_can_be_shown_alone(
    page: SheetsPage, window: MainWindow
) -> None:
    view, kinds = page.table_card.view, page.table_card.kinds

    def shown() -> list[int]:
        return [row for row in range(4) if not view.isRowHidden(row)]

    kinds.button(DOUBTFUL).click()
    assert shown() == [0, 1, 3]
    press(page, "9", Qt.Key.Key_Return)
    assert shown() == [1, 3]
    kinds.button(CORRECTED).click()
    assert shown() == [0]
    kinds.button(ALL).click()
    assert shown() == [0, 1, 2, 3]
    words = view.model().data(view.model().index(1, 2), Qt.ItemDataRole.ToolTipRole)
    assert words == "doubtful: 60 % sure"


def test_a_cell_can_be_left_out_and_taken_in_again(page: SheetsPage, window: MainWindow) -> None:
    review = window.session.sheet_review
    page.review_card.out.click()
    assert review.record.text((0, 1)) == ""
    assert (0, 1) not in review.record.doubtful
    assert page.review_card.out.text() == "Take in"
    page.review_card.out.click()
    assert review.record.text((0, 1)) == "3"
    window.session.undo_stack.undo()
    assert review.record.is_left_out((0, 1))


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_sheet_is_removed_by_right_clicks_and_its_scan_stays(
    page: SheetsPage, window: MainWindow, tmp_path: Path
) -> None:
    review, project, view = window.session.sheet_review, window.session.sheets, page.view
    place = QPoint(3, 3)  # on no cell and no line
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = [one for one in view.findChildren(QMenu, "layoutMenu") if one.isVisible()]
    (remove,) = [one for one in menu.actions() if one.text() and one.isVisible()]
    remove.trigger()
    menu.close()
    assert [sheet.file.name for sheet in project.sheets] == ["second.png"]
    assert review.record.file.name == page._title.text() == "second.png"
    (remove,) = [one for one in page._title.actions() if one.isVisible()]
    remove.trigger()
    assert not page._title.isVisible()
    assert kept(tmp_path, window) == []
    window.session.undo_stack.undo()
    window.session.undo_stack.undo()
    assert [sheet.file.name for sheet in project.sheets] == ["first.png", "second.png"]
    assert page._title.isVisible()


def test_the_first_row_becomes_a_header_with_its_decisions_and_comes_back(
    page: SheetsPage, window: MainWindow
) -> None:
    review = window.session.sheet_review
    review.choose((1, 0))
    press(page, "66", Qt.Key.Key_Return)
    page.layout_tools.header.stepUp()
    assert review.record.rows == 3
    assert review.record.text((0, 0)) == "66"
    assert review.record.layout.header_rows == 1
    window.session.undo_stack.undo()
    assert review.record.rows == 4
    assert review.record.text((1, 0)) == "66"
    assert page.layout_tools.header.value() == 0


def test_a_corner_of_the_table_is_dragged_and_the_cells_are_read_anew(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    small_sheet().picture.save(tmp_path / "scan.png")
    window.show_page("sheets")
    project, view = window.session.sheets, window.sheets_page.view
    project.add([tmp_path])
    wait_read(project, qtbot)
    qtbot.waitUntil(lambda: window.session.sheet_scan.scan is not None)
    before = project.sheets[0]
    left = Qt.MouseButton.LeftButton
    end = view.corner_places[2]
    QTest.mousePress(view.viewport(), left, pos=end)
    QTest.mouseMove(view.viewport(), end - QPoint(2, 1))
    QTest.mouseMove(view.viewport(), end - QPoint(4, 2))
    QTest.mouseRelease(view.viewport(), left, pos=end - QPoint(4, 2))
    assert project.reading.is_under_way
    wait_read(project, qtbot)
    after = project.sheets[0]
    assert after is not before
    nodes, moved = before.layout.nodes, after.layout.nodes
    assert abs(moved[0, 0] - nodes[0, 0]).max() < 1
    assert ((nodes[-1, -1] - moved[-1, -1]) > 1).all()
    assert (view.corner_places[2] - (end - QPoint(4, 2))).manhattanLength() <= 4
    assert (after.rows, after.columns) == (4, 3)
    window.session.undo_stack.undo()
    assert project.sheets[0] is before


def test_the_wheel_with_ctrl_makes_the_scan_larger_around_the_mouse(page: SheetsPage) -> None:
    view = page.view
    place = view.place_of((1, 1))
    assert view.cell_at(QPointF(place)) == (1, 1)
    control = Qt.KeyboardModifier.ControlModifier
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        control,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = view.place_of((1, 2)).x() - view.place_of((1, 1)).x()
    QApplication.sendEvent(view.viewport(), event)
    assert view.place_of((1, 2)).x() - view.place_of((1, 1)).x() > 2 * before
    assert view.cell_at(QPointF(place)) == (1, 1)
    view.fit()
    assert view.place_of((1, 2)).x() - view.place_of((1, 1)).x() == pytest.approx(before, abs=1)


def test_the_chosen_cell_is_seen_on_the_scan_and_large(page: SheetsPage, window: MainWindow) -> None:
    view = page.view
    before = view.grab().toImage()
    large = page.review_card.view.grab().toImage()
    window.session.sheet_review.choose((2, 1))
    assert view.grab().toImage() != before
    assert large.pixelColor(large.rect().center()).lightness() > 200  # paper
    view.enlarge(8)
    window.session.sheet_review.choose((3, 2))
    assert view.viewport().rect().contains(view.place_of((3, 2)))


@pytest.mark.parametrize("larger_text", [0, 2])
def test_nothing_is_cut_off_in_a_small_window(
    page: SheetsPage, window: MainWindow, qtbot: QtBot, larger_text: int
) -> None:
    window.resize(1008, 592)
    window.themes.enlarge_text(larger_text)
    press(page, "-12345678.5", Qt.Key.Key_Return, "12")
    qtbot.wait(50)
    qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))
    card, table = page.table_card, page.table_card.view
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance("? -12345678.5")
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()))
    assert table.geometry().bottom() < card._note.geometry().top()
    area = next(one for one in window.findChildren(QScrollArea) if one.widget() is page)
    assert not area.horizontalScrollBar().isVisible()
    assert (page.minimumSizeHint().height() > area.viewport().height()) == bool(larger_text)


def test_every_part_has_a_name_and_the_keyboard_reaches_the_table_and_the_scan(
    page: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    reached = set()
    for _ in range(40):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        reached.add(window.focusWidget())
    assert {page.view, page.table_card.view, page.review_card.keep, page.save} <= reached
    for one in reached:
        if page.isAncestorOf(one):
            assert one.accessibleName() or one.text()


# what comes of it


def test_the_table_is_copied_with_tabs(page: SheetsPage) -> None:
    press(page, "8", Qt.Key.Key_Return)
    page.table_card.copy.click()
    table = "12\t8\t45\n6\t78\t9\n10\t\t7\n5\t6\t81\n"
    assert QGuiApplication.clipboard().text() == table
    QGuiApplication.clipboard().setText("other")
    QTest.keyClick(page.table_card.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == table


def test_tables_are_saved_as_csv_tsv_and_json(
    page: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, str]] = []

    def cancel(dialog: QFileDialog) -> int:
        asked.append((Path(dialog.directory().path()), dialog.windowTitle()))
        return 0

    monkeypatch.setattr(QFileDialog, "exec", cancel)
    page.save.menu().aboutToShow.emit()
    action = page.save.menu().actions()[0]
    assert action.text() == "&Table of all 2 sheets…"
    action.trigger()
    assert asked == [(tmp_path, "Save 2 sheets as one table")]  # beside the scans
    press(page, "8", Qt.Key.Key_Return)
    tables = window.session.sheet_tables
    for ending in ("csv", "tsv", "json"):
        with qtbot.waitSignal(tables.noticed) as told:
            tables.save(tmp_path / f"table.{ending}")
        assert told.args == [f"Saved table.{ending}; 5 cells are still doubtful."]
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert lines[0] == "first.png,12,8,45"  # several sheets: the first column says which
    assert lines[4] == "second.png,12,3,45"
    assert (tmp_path / "table.tsv").read_text().startswith("first.png\t12\t8\t45\n")
    sheets = json.loads((tmp_path / "table.json").read_text())["sheets"]
    assert [(sheet["rows"], sheet["columns"]) for sheet in sheets] == [(4, 3), (4, 3)]
    cells = sheets[0]["cells"]
    assert (cells[1]["text"], cells[1]["decided_by"], cells[1]["doubtful"]) == ("8", "person", False)
    assert (cells[5]["decided_by"], cells[5]["doubtful"], cells[5]["why"]) == ("network", True, "60 % sure")
    assert cells[5]["box"] == [180, 80, 240, 120]
