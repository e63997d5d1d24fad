"""Sheets are read again by another network, and what is beside the scans is understood or left alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from helpers.evaluate_page import spoil
from helpers.sheet_projects import ROWS, small_sheet, store_project
from helpers.sheet_window import PATIENCE, press, wait_read
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model.sheets.project_files import PROJECT_NAME, load_project


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


def test_after_reading_again_the_first_doubtful_cell_is_there_unless_a_person_is_at_another(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.show_page("sheets")
    project, review = window.session.sheets, window.session.sheet_review
    for name in ("first.png", "second.png"):
        small_sheet().picture.save(tmp_path / name)
    project.add([tmp_path])
    wait_read(project, qtbot, 2)
    assert not project.sheets[0].doubtful
    window.session.model.replace(spoil(window.session.model.network, strength=1.5), name="other")
    again = window.findChild(QAbstractButton, "readAgain")
    for moves, there in ((False, None), (True, (1, (2, 1)))):
        review.choose_sheet(1)
        review.choose((1, 1))
        with qtbot.waitSignal(project.noticed, timeout=PATIENCE):
            again.click()
            if moves:
                review.choose((2, 1))
        wait_read(project, qtbot, 2)
        first = project.sheets[0].doubtful[0]
        assert (review.index, review.cell) == (there or (0, first))
        window.session.model.name = "a third"
        window.session.model.changed.emit()
    review.type_sign("7")
    with qtbot.waitSignal(project.noticed, timeout=PATIENCE):
        again.click()
    assert (review.index, review.cell, review.typed) == (1, (2, 1), "7")


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


def test_two_windows_correct_one_project_and_nothing_is_lost(
    make_window: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    scans = store_project(tmp_path, "first.png", "second.png")
    windows = [make_window(), make_window()]
    for window in windows:
        window.session.sheets.add(scans)
        wait_read(window.session.sheets, qtbot, 2)
    one, other = (window.session.sheet_review for window in windows)

    def kept() -> list[list[list[str]]]:
        for window in windows:
            window.session.tasks.finish()
        return [sheet.texts for sheet in load_project(tmp_path / PROJECT_NAME)]

    for review, cell, text in ((one, (0, 0), "1"), (other, (2, 2), "2"), (one, (3, 1), "3"), (other, (0, 1), "4")):
        review.choose(cell)
        review.decide(text)
        kept()  # each knows nothing of what the other has written
    first, second = kept()
    assert (first[0][0], first[2][2], first[3][1], first[0][1]) == ("1", "2", "3", "4")
    windows[0].session.undo_stack.undo()
    assert kept()[0][3][1] == ROWS[3][1]
    assert kept()[0][0][1] == "4"
    assert second == [list(row) for row in ROWS]


def test_a_project_that_cannot_be_written_waits_and_is_written_when_it_can_be(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.session.sheets.add(store_project(tmp_path, "first.png"))
    wait_read(window.session.sheets, qtbot)
    window.session.tasks.finish()
    path, aside = tmp_path / PROJECT_NAME, tmp_path / "aside.json"
    path.rename(aside)
    path.mkdir()  # a folder is in the way: no user may write there, not even root
    review, keeper = window.session.sheet_review, window.session.safekeeping
    review.choose((0, 0))
    with qtbot.waitSignal(keeper.failed) as told:
        review.decide("7")
    assert "Not saved yet: the sheets of" in told.args[0]
    path.rmdir()
    aside.rename(path)
    with qtbot.waitSignal(keeper.noticed):
        keeper.try_again()
    assert load_project(path)[0].text((0, 0)) == "7"
    assert not keeper.waiting


def test_scans_that_were_changed_or_deleted_are_told_of_and_the_table_stays(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    scans = store_project(tmp_path, "first.png", "second.png", "third.png")
    small_sheet().picture.save(scans[1])
    scans[2].unlink()
    window.show_page("sheets")
    project, shown = window.session.sheets, window.session.sheet_scan
    (tmp_path / "more").mkdir()
    project.add([tmp_path / "more" / ".." / "first.png"])
    wait_read(project, qtbot, 3)
    assert [sheet.file for sheet in project.sheets] == scans  # the first one is not there twice
    qtbot.waitUntil(lambda: shown.scan is not None)
    again = window.findChild(QAbstractButton, "readAgain")

    def says(words: str) -> bool:
        return any(words in one.text() for one in window.sheets_page.findChildren(QLabel) if one.isVisible())

    project.sheets[:] = [replace(sheet, read_by=window.session.model.name) for sheet in project.sheets]
    window.session.sheet_review.choose_sheet(1)
    qtbot.waitUntil(lambda: says("the scan has changed since it was read"))
    assert again.isVisible()
    window.session.sheet_review.choose_sheet(2)
    qtbot.waitUntil(lambda: "no such file" in shown.problem)
    assert not again.isVisible()
    assert window.sheets_page.table_card.table.rowCount() == len(ROWS)
    window.session.sheet_review.choose_sheet(1)
    again.click()
    wait_read(project, qtbot, 3)
    assert project.sheets[1].texts == small_sheet().texts
    assert project.sheets[2].texts == [list(row) for row in ROWS]
    assert "third.png cannot be read again" in window.banner.text
