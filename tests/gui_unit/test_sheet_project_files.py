"""Sheets are read again by another network, and what is beside the scans is understood or left alone."""

from pathlib import Path

from helpers.sheet_projects import small_sheet
from helpers.sheet_window import PATIENCE, press, wait_read
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model.sheets.project_files import PROJECT_NAME


def test_sheets_are_read_again_by_another_network_and_decisions_stay(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    small_sheet().picture.save(tmp_path / "scan.png")
    window.show_page("sheets")
    project = window.session.sheets
    project.add([tmp_path])
    wait_read(project, qtbot)
    again = window.findChild(QAbstractButton, "readAgain")
    assert not again.isVisible()
    window.session.sheet_review.choose((0, 0))
    press(window.sheets_page, "9999", Qt.Key.Key_Return)
    window.session.model.name = "other"
    window.session.model.changed.emit()
    assert again.isVisible()
    with qtbot.waitSignal(project.noticed, timeout=PATIENCE) as told:
        again.click()
    assert told.args == ["Read the sheet again with other: no cell is read differently."]
    assert project.sheets[0].text((0, 0)) == "9999"
    assert project.sheets[0].read_by == "other"


def test_a_damaged_project_is_put_aside_and_the_scans_are_read_anew(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    small_sheet().picture.save(tmp_path / "scan.png")
    (tmp_path / PROJECT_NAME).write_text('{"format": 1, "sheets": [{}]}')
    window.show_page("sheets")
    window.session.sheets.add([tmp_path])
    wait_read(window.session.sheets, qtbot)
    assert PROJECT_NAME in window.banner.text
    assert (tmp_path / f"{PROJECT_NAME}.not-understood").read_text() == '{"format": 1, "sheets": [{}]}'
    assert window.session.sheets.sheets[0].rows == 4


def test_a_project_of_a_later_version_is_left_alone(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    small_sheet().picture.save(tmp_path / "scan.png")
    (tmp_path / PROJECT_NAME).write_text('{"format": 99}')
    window.show_page("sheets")
    with qtbot.waitSignal(window.session.sheets.failed) as told:
        window.session.sheets.add([tmp_path])
    assert "later version" in told.args[0]
    assert not window.session.sheets.sheets
    assert (tmp_path / PROJECT_NAME).read_text() == '{"format": 99}'
