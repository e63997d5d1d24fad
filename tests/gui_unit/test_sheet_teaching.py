"""The cells that one decides teach the network the hand of the sheets, which are then read again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.event_loop import watch_event_loop
from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet
from helpers.runs import same_weights
from helpers.sheet_projects import known_sheet
from helpers.sheet_window import PATIENCE, press, wait_read
from helpers.strokes import FOOTED_SEVEN, character
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.documents.sheet_lesson import Changes, changes_between
from digitgui.documents.sheet_teaching import LEAST_CELLS
from digitgui.frame.main_window import MainWindow
from digitgui.pages.sheets.cell_table import CHANGED
from digitgui.pages.sheets.sheets_page import SheetsPage
from digitgui.pages.sheets.teach_line import TeachLine
from model import load_network, open_data
from model.handwriting.hands import paint
from model.network.arrays import ImageArray
from model.readers.sources import BUNDLED
from model.sheets.cell import LEFT_OUT, CellReading
from model.sheets.project_files import PROJECT_NAME, load_project
from model.sheets.sheet_record import Cell, SheetRecord

PLAN = SheetPlan(rows=12, columns=4, cell=(110, 60), digits=(1, 2), blank=0.0)


def sheet_by_a_person_whose_seven_stands_on_a_foot() -> MadeSheet:
    digits = open_data(BUNDLED)
    usual = hand_of_pictures(digits.images, digits.labels)
    return make_sheet(
        PLAN, lambda digit, rng: footed_seven(rng) if digit == 7 else usual(digit, rng), np.random.default_rng(4)
    )


def footed_seven(rng: np.random.Generator) -> ImageArray:
    picture = paint(character(FOOTED_SEVEN, rng))
    rows, columns = np.flatnonzero(picture.max(axis=1) > 40), np.flatnonzero(picture.max(axis=0) > 40)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.fixture
def sheet(tmp_path: Path) -> MadeSheet:
    made = sheet_by_a_person_whose_seven_stands_on_a_foot()
    made.picture.save(tmp_path / "scan.png")
    return made


@pytest.fixture
def open_sheet(sheet: MadeSheet, tmp_path: Path, qtbot: QtBot) -> Callable[[MainWindow], SheetsPage]:
    def open_in(window: MainWindow) -> SheetsPage:
        window.show_page("sheets")
        window.session.sheets.add([tmp_path / "scan.png"])
        wait_read(window.session.sheets, qtbot)
        return window.sheets_page

    return open_in


def decide(page: SheetsPage, sheet: MadeSheet, count: int, first: int = 0) -> None:
    """Go through cells from the first on, and type what they hold."""
    review = page.table_card._review
    for number in range(first, count):
        cell = divmod(number, PLAN.columns)
        review.choose(cell)
        press(page, sheet.texts[cell[0]][cell[1]], Qt.Key.Key_Return)


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def teach(line: TeachLine, qtbot: QtBot) -> None:
    click(line.start)
    assert line.cancel.isVisible()
    qtbot.waitUntil(line.keep.isVisible, timeout=2 * PATIENCE)


def test_what_has_changed_is_told_of_cells_that_were_not_decided(tmp_path: Path) -> None:
    before = known_sheet(tmp_path / "scan.png").with_decision((1, 0), "7").with_left_out((3, 2), left_out=True)
    sure, unsure = CellReading("9", 0.99), CellReading("9", 0.5, "50 % sure")
    after = before.with_new_readings([[sure, sure, unsure]] + [[sure] * 3] * 3, "taught")
    assert changes_between(before, after) == Changes(changed=9, settled=3, doubted=1)  # one was a 9 before
    told = [str(one) for one in (Changes(), Changes(1), Changes(0, 2), Changes(1200, 2, 1) + Changes(1, 0, 3))]
    assert told == [
        "no cell changed",
        "1 cell changed",
        "no cell changed, 2 no longer doubtful",
        "1,201 cells changed, 2 no longer doubtful, 4 newly doubtful",
    ]


def assert_rows_that_changed_are_shown_alone(page: SheetsPage, before: SheetRecord, differs: list[Cell]) -> None:
    view = page.table_card.view
    click(page.table_card.kinds.button(CHANGED))
    shown = {number for number in range(PLAN.rows) if not view.isRowHidden(number)}
    assert shown == {cell[0] for cell in differs}
    tip = view.model().data(view.model().index(*differs[0]), Qt.ItemDataRole.ToolTipRole)
    assert tip.endswith(f"read as {before.text(differs[0]) or 'blank'} before")


def assert_one_can_go_back_or_keep(window: MainWindow, before: SheetRecord, rest: list[Cell]) -> None:
    """Decide a cell, go back to the readings of before, take that back, keep the network, take that back."""
    session, line = window.session, window.sheets_page.table_card.teach_line
    project, page = session.sheets, window.sheets_page
    assert session.model.name == "default"  # until the user says so
    taught = session.sheet_teaching.offer.lesson.network
    session.sheet_review.choose(rest[0])
    press(page, "5", Qt.Key.Key_Return)
    click(line.back)
    assert all(project.sheets[0].text(cell) == before.text(cell) for cell in rest[1:])
    assert project.sheets[0].text(rest[0]) == "5"
    assert (project.sheets[0].read_by, line.keep.isVisible()) == ("default", False)
    session.undo_stack.undo()
    assert line.keep.isVisible()
    click(line.keep)
    assert session.model.network is taught
    assert session.model.name == project.sheets[0].read_by
    assert not line.keep.isVisible()
    window.show_page("train")
    assert not window.banner.isVisible()  # it tells of what was left
    window.show_page("sheets")
    session.undo_stack.undo()
    click(line.keep)
    assert [step.text() for step in window.banner.step_buttons] == ["Draw with it", "Save", "Undo"]
    click(window.banner.findChild(QPushButton, "bannerUndo"))
    assert session.model.name == "default"
    assert line.keep.isVisible()
    session.tasks.finish()
    there = session.model.unsaved()
    project.close()  # with the offer open: the taught network is not lost
    assert not line.keep.isVisible()
    (aside,) = set(session.model.unsaved()) - set(there)
    assert same_weights(load_network(aside), taught)


def test_decided_cells_teach_the_network_and_the_others_are_read_again(
    window: MainWindow,
    sheet: MadeSheet,
    open_sheet: Callable[[MainWindow], SheetsPage],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    page, session = open_sheet(window), window.session
    line, project = page.table_card.teach_line, session.sheets
    assert not line.isVisible()
    decide(page, sheet, LEAST_CELLS - 1)
    assert len(project.sheets[0].decided) == LEAST_CELLS - 1  # also those that the network had read rightly
    assert len(project.sheets[0].corrected) < LEAST_CELLS / 2
    assert line.words.text() == f"{LEAST_CELLS - 1} of {LEAST_CELLS} cells confirmed or corrected"
    assert not line.start.isEnabled()
    decide(page, sheet, 32, first=LEAST_CELLS - 1)
    row, column = out = PLAN.rows - 1, PLAN.columns - 1
    session.sheet_layout.leave_out([out], left_out=True)
    before = project.sheets[0]
    rest = [cell for cell in before.places() if cell not in before.decided and cell != out]

    def wrong() -> int:
        return sum(project.sheets[0].text(cell) != sheet.texts[cell[0]][cell[1]] for cell in rest)

    misread = wrong()
    assert misread >= 2
    with watch_event_loop() as lateness:
        teach(line, qtbot)
    assert lateness.worst < 500  # on a machine that may be busy
    after = project.sheets[0]
    assert wrong() < misread / 2
    assert after.decided == before.decided
    assert after.corrected == before.corrected
    assert after.cells[row][column] != LEFT_OUT  # it may be taken in at any time
    changed = sum(before.text(cell) != after.text(cell) for cell in rest)
    assert f"{changed} cells changed" in line.words.text()
    assert_rows_that_changed_are_shown_alone(page, before, [c for c in rest if before.text(c) != after.text(c)])
    window.resize(1008, 592)
    qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))
    report = session.sheet_teaching.offer.lesson.report
    assert 6 <= report.hand_after.count <= 16  # of every fourth decided cell
    assert f"Of {report.hand_after.count} digits held back" in line.words.text()
    session.tasks.finish()
    (kept,) = load_project(tmp_path / PROJECT_NAME)
    assert kept.texts == after.texts
    assert kept.read_by == f"default taught by {tmp_path.name}"

    session.undo_stack.undo()
    assert project.sheets[0].cells == before.cells
    assert line.start.isVisible()
    view = page.table_card.view
    assert not page.table_card.kinds.button(CHANGED).isVisible()
    assert not any(view.isRowHidden(number) for number in range(PLAN.rows))
    session.undo_stack.redo()
    assert project.sheets[0].texts == after.texts

    assert_one_can_go_back_or_keep(window, before, rest)


def test_nothing_changes_where_teaching_is_cancelled_or_the_window_closed(
    make_window: Callable[[], MainWindow],
    sheet: MadeSheet,
    open_sheet: Callable[[MainWindow], SheetsPage],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window = make_window()
    page = open_sheet(window)
    teaching = window.session.sheet_teaching
    decide(page, sheet, 32)
    before = window.session.sheets.sheets[0]
    line = page.table_card.teach_line
    click(line.start)
    qtbot.waitUntil(lambda: (teaching.share or 0) > 0.1, timeout=PATIENCE)
    click(line.cancel)
    assert (line.start.isVisible(), line.cancel.isVisible()) == (True, False)
    click(line.start)
    window.session.hand.teach()
    assert "The network is being taught" in window.banner.text
    window.close()
    (kept,) = load_project(tmp_path / PROJECT_NAME)
    assert kept.texts == before.texts
    assert kept.decided == before.decided
    again = make_window()
    again.show_page("sheets")
    wait_read(again.session.sheets, qtbot)
    assert again.sheets_page.table_card.teach_line.start.isEnabled()


def test_digits_of_decided_cells_become_a_data_set(
    window: MainWindow,
    sheet: MadeSheet,
    open_sheet: Callable[[MainWindow], SheetsPage],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = open_sheet(window)
    table, digits = page.save.menu().actions()
    page.save.menu().aboutToShow.emit()
    assert (table.isEnabled(), digits.isEnabled()) == (True, False)
    decide(page, sheet, 8)
    page.save.menu().aboutToShow.emit()
    target = tmp_path / "digits.npz"
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: True)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: [str(target)])
    with qtbot.waitSignal(window.session.sheet_digits.saved, timeout=PATIENCE) as told:
        digits.trigger()
    wanted = "".join(sheet.texts[number // 4][number % 4] for number in range(8))
    assert told.args == [f"Saved {len(wanted)} digits as {target}"]
    found = open_data(str(target))
    assert sorted(found.labels.tolist()) == sorted(map(int, wanted))
    assert found.has_own_test_part is False
    answers = window.session.model.network.logits(found.images).argmax(axis=1)
    assert (answers == found.labels)[found.labels != 7].mean() > 0.8
