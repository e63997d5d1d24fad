"""A layout is used on other sheets while those are read, and while a person works on them; and is taken back."""

from pathlib import Path

from helpers.sheet_documents import Documents
from helpers.sheet_projects import small_sheet, store_project
from helpers.sheet_window import PATIENCE, wait_read
from pytestqt.qtbot import QtBot

from model.sheets.column_forms import ColumnForm
from model.sheets.project_files import PROJECT_NAME


def test_a_layout_that_arrives_takes_along_what_was_decided_and_typed_meanwhile(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    for number in range(2):
        small_sheet(seed=number).picture.save(scans / f"{number}.png")
    project, review, stack = documents.project, documents.review, documents.stack
    project.add([scans])
    wait_read(project, qtbot, 2)
    review.choose_sheet(1)
    documents.layout.rename(2, "mean")
    documents.layout.set_forms([2], ColumnForm(largest=9999))
    review.choose_sheet(0)
    documents.layout.set_header(1)
    documents.layout.rename(0, "07 h")
    documents.layout.use_for_others()
    review.choose_sheet(1)
    for cell, text in (((0, 0), "77"), ((3, 0), "99")):
        review.choose(cell)
        review.decide(text)
    documents.layout.leave_out([(0, 1), (3, 1)], left_out=True)
    review.choose((2, 1))
    review.type_sign("5")
    wait_read(project, qtbot, 2)  # what was read by the layout arrives
    told = "The layout is used on 1 sheet. 1 cell that you had decided is gone or read anew: Undo brings it back."
    assert documents.told[-1] == told
    assert (project.sheets[1].rows, review.cell, review.typed) == (3, (1, 1), "5")
    assert project.sheets[1].decided == {(2, 0): "99"}
    assert project.sheets[1].layout.column_names == ["07 h", "", "mean"]  # what is known there stays
    assert project.sheets[1].layout.forms == {2: ColumnForm(largest=9999)}
    qtbot.waitUntil(lambda: not project.sheets[1].needs_fit)
    review.drop_typed()
    stack.undo()
    assert project.sheets[1].layout.left_out == frozenset()
    stack.undo()
    assert (project.sheets[1].decided, review.cell) == ({}, (2, 0))
    stack.undo()
    assert documents.told[-1] == "Nothing has changed: 1.png has another layout by now."
    stack.redo()
    stack.redo()
    assert documents.kept(scans / PROJECT_NAME)["1.png"] == {(2, 0): "99"}
    stack.undo()
    stack.undo()
    stack.undo()  # of the layout
    assert (project.sheets[1].rows, project.sheets[1].decided) == (4, {})
    stack.redo()
    stack.redo()
    wait_read(project, qtbot, 2)
    assert project.sheets[1].rows == 3
    stack.redo()
    assert documents.kept(scans / PROJECT_NAME)["1.png"] == {(2, 0): "99"}


def test_what_is_typed_goes_with_its_cell_when_a_layout_is_taken_back(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    documents.project.add(store_project(scans, "first.png"))
    wait_read(documents.project, qtbot)
    review, stack = documents.review, documents.stack
    review.choose((0, 0))
    documents.layout.set_header(1)
    review.choose((2, 1))
    review.type_sign("5")
    stack.undo()
    assert documents.project.sheets[0].decided == {(3, 1): "5"}
    assert (review.cell, stack.canRedo(), stack.count()) == ((0, 0), True, 1)


def test_sheets_that_waited_are_read_where_the_layout_for_them_is_taken_back(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    for number in range(3):
        small_sheet(seed=number).picture.save(scans / f"{number}.png")
    project = documents.project
    project.add([scans])
    qtbot.waitUntil(lambda: len(project.read) == 1, timeout=PATIENCE)
    documents.layout.use_for_others()
    documents.stack.undo()
    wait_read(project, qtbot, 3)
    assert [sheet.rows for sheet in project.sheets] == [4, 4, 4]
    documents.layout.set_header(1)
    documents.layout.use_for_others()
    documents.stack.undo()
    wait_read(project, qtbot, 3)
    assert [sheet.rows for sheet in project.sheets] == [3, 4, 4]


def test_a_sheet_that_waits_is_read_by_itself_where_a_layout_is_not_found_on_it(
    documents: Documents, scans: Path, qtbot: QtBot
) -> None:
    small_sheet().picture.save(scans / "0.png")
    small_sheet(rows=9, columns=6).picture.save(scans / "1.png")
    project = documents.project
    project.add([scans])
    qtbot.waitUntil(lambda: len(project.read) == 1, timeout=PATIENCE)
    documents.layout.use_for_others()
    wait_read(project, qtbot, 2)
    assert [sheet.rows for sheet in project.sheets] == [4, 9]
    assert documents.told[-1].startswith("The layout is not found on 1.png: expected a sheet that the layout fits")
