"""Checks of columns in the window: written, suggested, broken, taken back, and made before a table is saved."""

from pathlib import Path

import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.sheet_projects import ROWS
from helpers.sheet_window import choose, menu_at, press, record, show_small_sheet, show_two_sheets
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.sheets.sheets_page import SheetsPage
from model.sheets.column_forms import ColumnForm
from model.sheets.project_files import PROJECT_NAME, load_project

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SheetsPage:
    return show_two_sheets(window, tmp_path, qtbot)


@pytest.fixture
def read(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> SheetsPage:
    return show_small_sheet(window, tmp_path, qtbot)


def test_checks_are_written_doubt_what_breaks_them_and_are_taken_back(
    page: SheetsPage, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    review, line, card = window.session.sheet_review, page.table_card.checks, page.layout_tools.checks
    review.choose((1, 0))
    line.edit.click()
    assert card.isVisible()
    assert not page.review_card.isVisible()
    qtbot.waitUntil(window.isActiveWindow)
    card.largest.setFocus()
    QTest.keyClicks(card.largest, "x9")
    QTest.keyClick(card.largest, Qt.Key.Key_Return)
    assert card.isVisible()  # it is no number
    card.largest.clear()
    QTest.keyClicks(card.largest, "9,5")
    QTest.keyClick(card.largest, Qt.Key.Key_Return)
    assert not card.isVisible()
    assert review.typed is None  # the page took none of these keys
    qtbot.waitUntil(lambda: not record(page).needs_fit)
    assert record(page).layout.forms == {0: ColumnForm(largest=9.5)}
    assert line.words.text() == "9.5 or less"
    assert line.breaks.text() == "2 cells break them"
    line.breaks.click()
    assert review.cell == (0, 0)
    assert page.review_card.why.text() == "More than 9.5"
    press(page, "2", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line.breaks.text() == "1 cell breaks them")
    window.session.tasks.finish()
    assert load_project(tmp_path / PROJECT_NAME)[0].layout.forms == {0: ColumnForm(largest=9.5)}
    window.session.undo_stack.undo()
    window.session.undo_stack.undo()
    qtbot.waitUntil(lambda: not record(page).needs_fit)
    assert record(page).texts == [list(row) for row in ROWS]
    assert not line.breaks.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_several_columns_are_checked_at_once_and_escape_changes_nothing(
    page: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    head, card = page.table_card.view.header, page.layout_tools.checks
    place = QPoint(head.sectionViewportPosition(2) + 5, 5)
    choose(menu_at(head.viewport(), place), "Checks")
    assert card.columns == [2]
    card._switches[1].click()
    card.across.choose("sum")
    QTest.keyClicks(card.parts, "1-2")
    card.apply.click()
    assert "other columns than 2" in card._problem.text()
    card._switches[1].click()
    card.apply.click()
    assert record(page).layout.forms == {2: ColumnForm(sum_of=(0, 1))}
    qtbot.waitUntil(lambda: page.table_card.checks.words.text() == "sum of column 1, column 2")
    qtbot.waitUntil(lambda: not record(page).needs_fit)
    assert page.table_card.checks.breaks.text() == "4 cells break them"
    page.layout_tools.open_checks(2)
    card.parts.clear()
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert record(page).layout.forms == {2: ColumnForm(sum_of=(0, 1))}
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for text, forms in (("Cancel", {2: ColumnForm(sum_of=(0, 1))}), ("No checks", {})):
        page.layout_tools.open_checks(2)
        card._switches[0].setFocus()
        QTest.keyClick(card._switches[0], Qt.Key.Key_Return)
        assert card.columns == [0, 2]
        part = next(one for one in card.findChildren(QAbstractButton) if one.text() == text)
        part.setFocus()
        QTest.keyClick(part, Qt.Key.Key_Return)
        assert not card.isVisible()
        assert record(page).layout.forms == forms
    for written, shown in (("0,5; 1,0", "0.5, 1.0"), ("0,5 -5", "0.5, -5"), ("30,4", "30, 4"), ("", "")):
        page.layout_tools.open_checks(1)
        card.choices.clear()
        QTest.keyClicks(card.choices, written)
        QTest.keyClick(card.choices, Qt.Key.Key_Return)
        page.layout_tools.open_checks(1)
        assert card.choices.text() == shown
        QTest.keyClick(card.choices, Qt.Key.Key_Return)
        assert [form.choices for form in record(page).layout.forms.values()] == (
            [tuple(shown.split(", "))] * bool(shown)
        )
    page.layout_tools.open_checks(0)
    next(one for one in card.findChildren(QAbstractButton) if one.text() == "All columns").click()
    assert card._guessed.text() == "Nearly all sure readings: 0 to 90, whole numbers"
    card.use.click()
    assert (card.smallest.text(), card.largest.text()) == ("0", "90")
    assert record(page).layout.forms == {}  # before it is said
    card.apply.click()
    assert set(record(page).layout.forms) == {0, 1, 2}
    window.session.undo_stack.undo()
    assert record(page).layout.forms == {}


def test_nothing_of_the_checks_is_cut_off_in_a_small_window(
    page: SheetsPage, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1008, 592)
    area = next(one for one in window.findChildren(QScrollArea) if one.widget() is page)
    qtbot.waitUntil(lambda: not area.horizontalScrollBar().isVisible())
    page.layout_tools.open_checks(0)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))
    assert not area.horizontalScrollBar().isVisible()


def test_a_table_is_copied_and_saved_with_its_checks_made(
    page: SheetsPage, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    layout, tables = window.session.sheet_layout, window.session.sheet_tables
    layout.set_forms([1], ColumnForm(smallest=5))
    page.table_card.copy.click()
    with qtbot.waitSignal(tables.noticed) as told:
        tables.save(tmp_path / "table.csv")
    assert QGuiApplication.clipboard().text().startswith("12\t31\t45\n")
    assert (tmp_path / "table.csv").read_text().startswith("first.png,12,31,45\n")
    qtbot.waitUntil(lambda: not record(page).needs_fit)
    assert told.args == [f"Saved table.csv; {window.session.sheet_review.doubtful_left} cells are still doubtful."]


# names
