"""A sheet that could not be read says why, and is read again once another network is open."""

from pathlib import Path

import pytest
from helpers.sheet_projects import small_sheet
from helpers.sheet_window import PATIENCE, choose, entries, menu_at, wait_read
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.palette_entries import best_first, entries_of, more_of
from digitgui.installation.shipped import DEFAULT, open_reader
from digitgui.pages.sheets.sheets_page import SheetsPage
from model.network.layers import Dense, Flatten
from model.network.network import Network
from model.sheets.project_files import PROJECT_NAME, load_project

HINT = "open the default network and read again"


def show_unread(window: MainWindow, folder: Path, qtbot: QtBot) -> SheetsPage:
    """Have a good sheet read by a network that has never learned anything."""
    window.session.model.replace(Network([Flatten(), Dense(10)]), name="weak")
    small_sheet().picture.save(folder / "scan.png")
    window.show_page("sheets")
    window.session.sheets.add([folder / "scan.png"])
    wait_read(window.session.sheets, qtbot)
    qtbot.waitUntil(lambda: window.session.sheet_scan.scan is not None)
    (sheet,) = window.session.sheets.sheets
    assert not sheet.is_read
    return window.sheets_page


def test_a_network_that_reads_too_few_digits_is_named_and_one_click_reads_with_the_default(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    page, project = show_unread(window, tmp_path, qtbot), window.session.sheets
    line = page.trouble
    assert line.isVisible()
    assert line.words.text().startswith("Could not be read with weak: expected a table of numbers")
    assert HINT in line.words.text()
    assert not window.findChild(QAbstractButton, "readAgain").isVisible()  # it is beside the words
    found = best_first([*entries_of(window), *more_of(window)], "read again")
    assert [entry.text for entry in found[:2]] == ["Read again", "Open default and read again"]
    window.resize(1008, 592)
    qtbot.waitUntil(lambda: line.default.mapTo(page, line.default.rect().bottomRight()).x() < page.width())
    line.default.click()
    qtbot.waitUntil(lambda: bool(project.read), timeout=PATIENCE)
    (sheet,) = project.sheets
    assert (sheet.rows, sheet.columns, sheet.read_by, sheet.problem) == (4, 3, DEFAULT, "")
    assert not line.isVisible()
    window.session.tasks.finish()
    assert load_project(tmp_path / PROJECT_NAME)[0].rows == 4
    window.session.model.replace(Network([Flatten(), Dense(10)]), name="weak")
    window.session.open_model(DEFAULT)
    qtbot.waitUntil(lambda: window.session.model.is_shipped)
    assert not project.reading.is_under_way  # only the button reads, and once


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_sheet_that_could_not_be_read_is_read_again_wherever_that_is_asked(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    page, project, model = show_unread(window, tmp_path, qtbot), window.session.sheets, window.session.model
    line, again = page.trouble, window.findChild(QAbstractButton, "readAgain")
    model.replace(open_reader(DEFAULT), name="good")
    assert "with weak: " in line.words.text()
    assert HINT not in line.words.text()  # the open network has not been tried
    assert not line.default.isVisible()
    assert page._title.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    assert next(one.text().replace("&", "") for one in page._title.actions() if one.isVisible()) == "Read again"
    assert "Read again" in entries(page.layout_tools.button.menu())
    Image.new("L", small_sheet().picture.size, 255).save(tmp_path / "blank.png")
    project.add([tmp_path / "blank.png"])
    wait_read(project, qtbot, 2)
    choose(menu_at(page.view.viewport(), QPoint(60, 60)), "Read again")
    wait_read(project, qtbot, 2)
    assert [sheet.rows for sheet in project.sheets] == [4, 0]
    assert not line.isVisible()
    assert again.isVisible()  # for the blank one
    window.session.sheet_review.choose_sheet(1)
    assert "with good: expected a table of numbers" in line.words.text()
    assert HINT not in line.words.text()  # no network reads blank paper
    assert not again.isVisible()
    small_sheet().picture.save(tmp_path / "blank.png")  # scanned anew
    line.again.click()
    assert not line.again.isEnabled()
    wait_read(project, qtbot, 2)
    assert [sheet.rows for sheet in project.sheets] == [4, 4]
    assert (line.isVisible(), again.isVisible(), page.layout_tools.read_again.isVisible()) == (False, False, False)
