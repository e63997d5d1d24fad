"""What the documents of sheets do, without a window: scans come, go, and are changed while others are read."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from helpers.sheet_documents import Documents
from helpers.sheet_projects import ROWS, small_sheet, store_project
from helpers.sheet_window import wait_read
from PIL import Image
from pytestqt.qtbot import QtBot

from digitgui.documents import sheet_store
from digitgui.documents.lesson import Lesson
from digitgui.documents.sheet_lesson import Changes, SheetLesson
from digitgui.documents.sheet_work import key_of
from model import Network
from model.network.arrays import ImageArray
from model.sheets import project_files, scan_files
from model.sheets.cell import LEFT_OUT, CellReading
from model.sheets.project_files import PROJECT_NAME, load_project, save_project
from model.sheets.scan_files import read_page
from model.sheets.sheet_record import SheetRecord
from model.training.teaching_report import Score, TeachingReport


def test_closing_while_scans_are_opened_leaves_the_file_as_it_is(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    project = documents.project
    project.add(store_project(scans, "first.png", "second.png"))
    wait_read(project, qtbot, 2)
    documents.review.choose((0, 0))
    documents.review.decide("8")
    before = documents.kept(scans / PROJECT_NAME)
    assert before == {"first.png": {(0, 0): "8"}, "second.png": {}}
    shutil.copy(scans / "first.png", scans / "new.png")
    project.add([scans / "new.png"])
    project.add([scans])  # waits for that
    project.close()
    assert not project.opening.is_under_way
    documents.activity.tasks.finish()
    qtbot.wait(100)
    assert documents.names == []
    assert documents.kept(scans / PROJECT_NAME) == before


def test_all_that_is_dropped_is_opened_and_nothing_twice(documents: Documents, scans: Path, qtbot: QtBot) -> None:
    for name in "abc":
        (scans / name).mkdir()
        Image.new("L", (60, 60), 240).save(scans / name / f"{name}.png")
    project = documents.project
    for name in "abc":
        project.add([scans / name, scans / name / f"{name}.png"])
    (scans / "empty").mkdir()
    project.add([scans / "empty"])  # what fails holds up nothing
    project.add([scans / "a"])
    wait_read(project, qtbot, 3)
    assert documents.names == ["a.png", "b.png", "c.png"]
    documents.tasks.finish()
    assert len(load_project(scans / "a" / PROJECT_NAME)) == 3


def test_another_project_takes_the_place_of_the_open_one_once_it_has_been_read(
    documents: Documents, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    project = documents.project
    project.add(store_project(scans, "first.png"))
    wait_read(project, qtbot)
    (scans / "other.json").write_text("{}")
    with qtbot.waitSignal(project.failed):
        project.add([scans / "other.json"])
    assert documents.names == ["first.png"]
    more = tmp_path / "more"
    more.mkdir()
    store_project(more, "second.png")
    written = (more / PROJECT_NAME).stat().st_mtime_ns
    project.add([more / PROJECT_NAME, scans / PROJECT_NAME])
    qtbot.waitUntil(lambda: project.path == more / PROJECT_NAME)
    assert documents.names == ["second.png"]
    assert f"Only {PROJECT_NAME} is opened" in documents.told[-1]
    documents.tasks.finish()
    assert (more / PROJECT_NAME).stat().st_mtime_ns == written  # it had nothing new


def test_odd_scans_end_the_reading_of_no_other(
    documents: Documents, scans: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_one(file: Path, page: int) -> ImageArray:
        if file.name == "2.png":
            raise ArithmeticError("an error that no one has met yet")
        return read_page(file, page)

    monkeypatch.setattr(scan_files, "read_page", fail_at_one)
    small_sheet().picture.resize((3000, 12)).save(scans / "1.png")
    for name in ("0.png", "2.png", "3.png"):
        small_sheet().picture.save(scans / name)
    documents.project.add([scans])
    wait_read(documents.project, qtbot, 4)
    assert [sheet.is_read for sheet in documents.project.sheets] == [True, False, False, True]
    assert "3,000 × 12" in documents.project.sheets[1].problem
    assert "an error that no one has met yet" in documents.project.sheets[2].problem
    assert not documents.project.unread


def test_what_is_read_again_is_told_each_time_and_not_after_a_stop(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    for number in range(2):
        small_sheet(seed=number).picture.save(scans / f"{number}.png")
    project = documents.project
    project.add([scans])
    wait_read(project, qtbot, 2)
    told = "Read 2 sheets again with default: no cell is read differently."
    for times in (1, 2):
        project.read_again()
        wait_read(project, qtbot, 2)
        assert documents.told.count(told) == times
    project.read_again()
    project.stop()
    documents.layout.add_line(0, 0)  # new cells are read, and nothing else
    wait_read(project, qtbot, 2)
    assert not project.unread
    assert "again" not in " ".join(documents.told[2:])


def test_a_reading_for_another_reason_moves_nobody_to_another_sheet(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    for number in range(2):
        small_sheet(seed=number).picture.save(scans / f"{number}.png")
    project, review = documents.project, documents.review
    project.add([scans])
    wait_read(project, qtbot, 2)
    review.choose_sheet(1)
    there = review.cell
    review.read_again()
    wait_read(project, qtbot, 2)
    assert (review.index, project.sheets[0].doubtful != []) == (0, True), "all begins anew"
    review.choose_sheet(1)
    review.read_again()
    project.stop()
    with qtbot.waitSignal(project.read_anew):
        project.read_again()
    assert (review.index, review.cell) == (1, there)


def lesson_of(documents: Documents, count: int) -> SheetLesson:
    """Return what comes of a teaching that has read the first sheets again, and that read a 9 in every cell."""
    sheets = documents.project.sheets
    none = Score(np.zeros(10, np.int64), np.zeros(10, np.int64))
    report = TeachingReport(none, none, none, none, hand_is_held_out=False)
    network = documents.model.network
    assert isinstance(network, Network)
    read = {}
    for sheet in sheets[:count]:
        nine = [
            [LEFT_OUT if sheet.is_left_out((row, column)) else CellReading("9", 0.99) for column in range(3)]
            for row in range(4)
        ]
        read[key_of(sheet)] = sheet.with_new_readings(nine, "taught")
    return SheetLesson(Lesson(network, "default", "taught", report), read, Changes(9), len(sheets) - count)


def test_what_a_lesson_reads_takes_no_reading_and_no_step_to_redo_from_a_person(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    project, review, stack, teaching = documents.project, documents.review, documents.stack, documents.teaching
    project.add(store_project(scans, "first.png", "second.png"))
    wait_read(project, qtbot, 2)
    documents.layout.leave_out([(0, 0)], left_out=True)
    teaching.done.emit(lesson_of(documents, 1))
    assert project.sheets[0].texts == [["", "9", "9"]] + [["9"] * 3] * 3
    assert project.sheets[1].texts == [list(row) for row in ROWS]
    assert "9 cells changed; 1 sheet could not be read again." in str(teaching.offer)
    stack.undo()
    assert project.sheets[0].texts == [["", *ROWS[0][1:]], *map(list, ROWS[1:])]
    late = lesson_of(documents, 2)
    documents.layout.leave_out([(0, 0)], left_out=False)  # while the lesson is under way
    review.choose((1, 1))
    review.decide("5")
    stack.undo()
    teaching.done.emit(late)
    assert project.sheets[0].texts == [[ROWS[0][0], "9", "9"]] + [["9"] * 3] * 3
    assert stack.canRedo()
    stack.redo()
    assert project.sheets[0].text((1, 1)) == "5"
    teaching.go_back()
    assert project.sheets[0].texts == [list(ROWS[0]), ["6", "5", "9"], *map(list, ROWS[2:])]
    assert teaching.offer is None


def test_a_scan_is_read_once_also_where_that_fails(
    documents: Documents, scans: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(file: Path, page: int) -> ImageArray:
        read.append(file.name)
        return read_page(file, page)

    monkeypatch.setattr(scan_files, "read_page", noted)
    project, review, scan = documents.project, documents.review, documents.scan
    files = store_project(scans, "first.png", "second.png")
    files[1].unlink()
    review.changed.connect(scan.request)  # as the page does
    review.sheet_chosen.connect(scan.request)

    def decide_some() -> None:
        for column in range(3):
            review.choose((2, column))
            review.decide("7")

    project.add(files[:1])
    wait_read(project, qtbot, 2)
    decide_some()  # while it is read
    qtbot.waitUntil(lambda: scan.scan is not None)
    decide_some()
    assert read == ["first.png"]
    review.choose_sheet(1)
    qtbot.waitUntil(lambda: "no such file" in scan.problem)
    decide_some()
    qtbot.wait(50)
    assert "no such file" in scan.problem
    assert read == ["first.png", "second.png"]
    small_sheet().picture.save(files[1])
    project.read_again()
    wait_read(project, qtbot, 2)
    qtbot.waitUntil(lambda: scan.scan is not None)  # it is there again


def test_a_large_project_is_not_written_for_each_decision_and_nothing_is_lost_at_the_end(
    documents: Documents, scans: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def noted(path: Path, sheets: Sequence[SheetRecord]) -> None:
        save_project(path, sheets)
        written.append(len(sheets[0].decided))

    monkeypatch.setattr(project_files, "save_project", noted)
    monkeypatch.setattr(sheet_store, "REST_MILLISECONDS", 300)
    documents.project.add(store_project(scans, "first.png"))
    wait_read(documents.project, qtbot)

    def decide(row: int) -> None:
        for column in range(3):
            documents.review.choose((row, column))
            documents.review.decide("7")
            qtbot.wait(20)
            documents.tasks.finish()

    decide(0)
    assert written == [1, 2, 3]  # a small one is written at once
    monkeypatch.setattr(sheet_store, "LARGE", 100)
    decide(1)
    assert written == [1, 2, 3]
    qtbot.waitUntil(lambda: written == [1, 2, 3, 6])
    decide(2)
    assert list(documents.keeper.waiting)
    documents.keeper.try_again()  # as the window does when it closes
    assert len(documents.kept(scans / PROJECT_NAME)["first.png"]) == 9
    qtbot.wait(400)
    assert written == [1, 2, 3, 6, 9]


def test_the_sheet_that_was_looked_at_is_shown_after_a_restart(
    documents: Documents, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    documents.project.add(store_project(scans, "a.png", "b.png", "c.png")[:1])
    wait_read(documents.project, qtbot, 3)
    documents.review.choose_sheet(1)
    documents.tasks.finish()
    later = Documents(tmp_path / "program")
    later.project.restore()
    wait_read(later.project, qtbot, 3)
    assert (later.review.index, later.review.record.file.name) == (1, "b.png")
    later.review.take_out()
    later.tasks.finish()
    later.project.close()
    later.project.add([scans / PROJECT_NAME])  # the one that was looked at is not there any more
    wait_read(later.project, qtbot, 2)
    assert (later.review.index, later.names) == (0, ["a.png", "c.png"])
    later.stack.clear()
    later.activity.shut_down()
    later.tasks.shut_down()


def test_a_sheet_is_removed_for_good_and_comes_back_by_undo(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    project, review, stack, file = documents.project, documents.review, documents.stack, scans / PROJECT_NAME
    project.add(store_project(scans, "a.png", "b.png", "c.png")[:1])
    wait_read(project, qtbot, 3)
    review.choose_sheet(1)
    review.type_sign("8")
    review.take_out()
    assert (documents.names, review.record.file.name) == (["a.png", "c.png"], "c.png")
    assert list(documents.kept(file)) == ["a.png", "c.png"]
    stack.undo()
    assert (review.index, review.record.file.name) == (1, "b.png")
    assert documents.kept(file) == {"a.png": {}, "b.png": {(0, 1): "8"}, "c.png": {}}
    stack.redo()
    review.take_out()
    review.take_out()
    assert (documents.names, review.record) == ([], None)
    assert documents.kept(file) == {}
    assert (scans / "a.png").exists()
    with qtbot.waitSignal(project.noticed) as told:
        project.add([file])
    assert told.args == [f"{PROJECT_NAME} holds no sheets."]
    stack.undo()
    assert documents.names == ["a.png"]
    others = scans / "others"
    others.mkdir()
    review.take_out()
    project.add(store_project(others, "d.png"))
    wait_read(project, qtbot, 1)
    stack.undo()  # of another project
    assert (documents.names, project.path) == (["d.png"], others / PROJECT_NAME)
