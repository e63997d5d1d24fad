"""The table of runs: sorted, filtered, renamed, pinned, deleted and taken back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.data_page import press, texts
from helpers.runs_table import Shown, click_cell, click_head, column, press_key, shown
from helpers.stored_runs import store_runs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.session import Session
from digitgui.wording import percent
from model.runs.run_record import RunRecord
from model.runs.run_store import DELETED, RunStore


def test_without_a_run_the_page_says_what_will_appear_and_leads_to_where_it_begins(window, qtbot) -> None:
    window.show_page("runs")
    qtbot.waitUntil(lambda: window.session.runs.has_read, timeout=5000)
    assert "Your first run will appear here" in texts(window.runs_page)
    press(window.runs_page, "Go to Train")
    assert window.train_page.isVisible()


def test_the_newest_run_is_on_top_and_selected(runs: Shown, records) -> None:
    assert shown(runs) == ["journal-8", "journal-16", "lenet", "journal-8"]
    assert runs.runs_page.list.view.selected_runs == [records[-1].id]
    assert "0.5" in texts(runs.runs_page.detail)


def one_more(runs: Shown, qtbot: QtBot) -> str:
    """Let a training come to its end, and return its run."""
    store, description = runs.session.trainings.store, runs.session.runs.records[0].description
    record = RunRecord(store.new_id("deep"), "deep", description, state="completed")
    store.write(record)
    runs.session.runs.refresh()
    qtbot.waitUntil(lambda: runs.session.runs.record(record.id) is not None, timeout=5000)
    return record.id


def test_the_newest_stays_selected_until_a_person_selects_another(runs: Shown, records, qtbot) -> None:
    view = runs.runs_page.list.view
    click_head(runs, "Name")
    click_head(runs, "Name")  # so that the newest is the last
    newest = one_more(runs, qtbot)
    assert view.selected_runs == [newest]
    view.go_to(records[1].id)
    one_more(runs, qtbot)
    assert view.selected_runs == [records[1].id]


@pytest.mark.parametrize("way", ["click", "key", "palette", "plot"])
def test_the_newest_run_stays_selected_once_a_person_has_chosen_it(runs: Shown, way: str, qtbot) -> None:
    page, view = runs.runs_page, runs.runs_page.list.view
    QTest.keyClick(view, Qt.Key.Key_Control)  # as a shortcut begins, such as that of another page
    newest = one_more(runs, qtbot)
    assert view.selected_runs == [newest]
    if way == "click":
        click_cell(runs, 0, column("Network"))
    elif way == "key":
        QTest.keyClick(view, Qt.Key.Key_Home)
    elif way == "palette":
        page.select([newest])
    else:
        page.show_tab(2)
        qtbot.waitUntil(lambda: newest in page.parallel._parallels.runs)
        page.parallel.chosen.emit(newest)
    one_more(runs, qtbot)
    assert view.selected_runs == [newest]


def test_a_click_on_the_head_sorts_numbers_as_numbers(runs: Shown) -> None:
    click_head(runs, "Batch")
    assert shown(runs, "Batch") == ["1", "32", "32", "32"]
    click_head(runs, "Batch")
    assert shown(runs, "Batch") == ["32", "32", "32", "1"]
    click_head(runs, "Learning rate")
    assert shown(runs, "Learning rate") == ["0.005", "0.01", "0.05", "0.5"]


def test_the_selection_stays_with_its_runs_when_they_are_sorted(runs: Shown, records) -> None:
    runs.runs_page.list.view.go_to(records[1].id)
    click_head(runs, "Learning rate")
    assert runs.runs_page.list.view.selected_runs == [records[1].id]
    assert runs.runs_page.list.view.current_run == records[1].id


def test_a_run_without_figures_comes_last_whichever_way_it_is_sorted(runs: Shown, records, qtbot) -> None:
    store = runs.session.trainings.store
    empty = dict(records[0].description, report=None)
    empty["history"] = {"train_loss_per_100_steps": [], "epochs": [], "learning_rate_changes": []}
    store.write(RunRecord(store.new_id("deep"), "deep", empty, state="interrupted"))
    runs.session.runs.refresh()
    qtbot.waitUntil(lambda: len(shown(runs)) == 5, timeout=5000)
    for _ in range(2):
        click_head(runs, "Validation")
        assert shown(runs)[-1] == "deep"
        assert shown(runs, "Validation")[-1] == "–"


def test_words_and_states_filter(runs: Shown, records, qtbot) -> None:
    page = runs.runs_page
    QTest.keyClicks(page.list.filter, "momentum LENET")
    assert shown(runs) == ["lenet"]
    assert "1 of 4 runs" in texts(page)
    page.list.filter.clear()
    page.findChild(QPushButton, "failedRunsChip").click()
    assert shown(runs) == []
    page.findChild(QPushButton, "doneRunsChip").click()
    assert len(shown(runs)) == 4


def test_a_filter_moves_no_chip_and_says_when_it_finds_nothing(runs: Shown, records, qtbot) -> None:
    card = runs.runs_page.list
    qtbot.wait(20)
    before = [chip.x() for chip in card._groups.buttons()]
    assert not card._nothing.isVisible()
    card.filter.setText("nothing is called so")
    qtbot.waitUntil(card._nothing.isVisible, timeout=2000)
    assert "Change the filter" in texts(card)
    qtbot.wait(20)
    assert [chip.x() for chip in card._groups.buttons()] == before
    card.filter.clear()
    assert not card._nothing.isVisible()


def test_signs_are_explained_where_they_stand(runs: Shown, records) -> None:
    table = runs.runs_page.list.table
    table.set_records([records[0]], {records[0].id: "other labels"})
    row = table.row_of(records[0].id)
    tip = table.index(row, column("Data")).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "≠: other labels"
    tip = table.index(row, column("Test")).data(Qt.ItemDataRole.ToolTipRole)
    assert "not used for choosing" in tip


def test_a_run_shows_its_validation_accuracy_and_at_its_end_its_test_accuracy(runs: Shown, records) -> None:
    table = runs.runs_page.list.table
    growing = replace(records[0], description=records[0].description | {"report": None})
    told = []
    for record in (growing, records[0]):
        table.set_records([record], {})
        told.append([shown(runs, title)[0] for title in ("Validation", "Test")])
    assert told[0] == [percent(records[0].history.epochs[-1].validation_accuracy), "–"]
    assert told[1] == [told[0][0], percent(records[0].report["accuracy"])]


def test_a_filter_finds_sweeps_and_notes(settings, make_window, qtbot) -> None:
    records = store_runs(settings.folder, sweep="of the journal")
    window = make_window()
    window.session.runs.refresh()
    qtbot.waitUntil(lambda: len(window.session.runs.records) == 4, timeout=5000)
    window.session.runs.set_note(records[1].id, "the remarkable one")
    window.runs_page.list.filter.setText("remarkable journal")
    assert shown(window) == ["lenet"]


def test_f2_renames_and_undo_brings_the_name_back(runs: Shown, records, qtbot) -> None:
    store = runs.session.trainings.store
    runs.runs_page.list.view.go_to(records[1].id)
    press_key(runs, Qt.Key.Key_F2)
    editor = runs.runs_page.list.view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "My best")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "My best" in shown(runs, "Name"), timeout=5000)
    qtbot.waitUntil(lambda: store.read(records[1].id).name == "My best", timeout=5000)
    assert runs.session.undo_stack.undoText() == "renaming a run"
    runs.session.undo_stack.undo()
    assert records[1].name in shown(runs, "Name")
    qtbot.waitUntil(lambda: store.read(records[1].id).name == records[1].name, timeout=5000)


def test_a_name_that_is_being_written_survives_news_of_the_store(runs: Shown, records, qtbot) -> None:
    view, store = runs.runs_page.list.view, runs.session.trainings.store
    press_key(runs, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "half a na")
    store.write(RunRecord(store.new_id("deep"), "deep", records[0].description, state="completed"))
    runs.session.runs.refresh()
    qtbot.waitUntil(lambda: len(runs.session.runs.records) == 5, timeout=5000)
    qtbot.wait(150)
    assert view.is_editing
    QTest.keyClicks(editor, "me")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "half a name" in shown(runs, "Name") and "deep" in shown(runs), timeout=5000)


def test_pinned_runs_stay_on_top_whichever_way_it_is_sorted(runs: Shown, records, qtbot) -> None:
    row = [record.id for record in runs.runs_page.list.table.records].index(records[1].id)
    click_cell(runs, row, 1)
    for _ in range(2):
        assert shown(runs)[0] == "lenet"
        click_head(runs, "Learning rate")
    qtbot.waitUntil(lambda: runs.session.trainings.store.read(records[1].id).notes.pinned, timeout=5000)
    runs.session.undo_stack.undo()
    assert shown(runs)[0] != "lenet"


def test_delete_deletes_the_selected_runs_and_undo_brings_them_back(whole: MainWindow, records, qtbot) -> None:
    store, view = whole.session.trainings.store, whole.runs_page.list.view
    view.setFocus()
    view.select_runs([records[0].id, records[2].id], records[0].id)
    press_key(whole, Qt.Key.Key_Delete)
    assert len(shown(whole)) == 2
    assert "2 runs deleted" in whole.banner.text
    assert whole.banner.isVisible()
    qtbot.waitUntil(lambda: not store.folder_of(records[0].id).exists(), timeout=5000)
    whole.session.undo_stack.undo()
    assert not whole.banner.isVisible()
    qtbot.waitUntil(lambda: len(shown(whole)) == 4, timeout=5000)
    assert store.read(records[0].id) == records[0]


def test_the_bin_is_emptied_when_the_window_closes(whole: MainWindow, records) -> None:
    store = whole.session.trainings.store
    whole.session.runs.delete([records[0].id])
    whole.close()
    assert sorted(folder.name for folder in store.folder.iterdir()) == [record.id for record in records[1:]]


def test_a_window_that_closes_gives_up_only_what_was_deleted_in_it(runs: Shown, records, settings, qtbot) -> None:
    other = Session(settings)
    other.runs.refresh()
    qtbot.waitUntil(lambda: len(other.runs.records) == 4, timeout=5000)
    here, store = runs.session, runs.session.trainings.store
    here.runs.delete([records[0].id])
    other.runs.delete([records[1].id, records[2].id])
    other.undo_stack.undo()
    qtbot.waitUntil(lambda: other.runs.record(records[1].id) is not None, timeout=5000)
    other.runs.delete([records[1].id])
    other.end_threads()
    assert not (store.folder / DELETED / records[1].id).exists()
    here.undo_stack.undo()
    qtbot.waitUntil(lambda: store.folder_of(records[0].id).exists(), timeout=5000)
    assert [record.id for record in store.records()[0]] == [records[0].id, records[2].id, records[3].id]


def test_a_run_that_goes_on_elsewhere_is_not_deleted(whole: MainWindow, records, qtbot) -> None:
    store = RunStore(whole.session.trainings.store.folder)
    with store.claimed(records[0].id):
        whole.session.runs.delete([records[0].id])
        qtbot.waitUntil(lambda: "stop it before deleting it" in whole.banner.text, timeout=5000)
        qtbot.waitUntil(lambda: len(shown(whole)) == 4, timeout=5000)


def test_a_damaged_record_is_told_once_and_hides_no_other(settings, make_window, qtbot) -> None:
    records = store_runs(settings.folder)
    store = RunStore(settings.folder / "runs")
    (store.folder_of(records[0].id) / "run.json").write_text("{")
    window = make_window()
    told: list[str] = []
    window.session.failed.connect(told.append)
    window.show_page("runs")
    qtbot.waitUntil(lambda: len(shown(window)) == 3, timeout=5000)
    window.session.runs.refresh()
    qtbot.wait(400)
    assert len(told) == 1
    assert records[0].id in told[0]


def test_a_run_of_another_program_appears_by_itself(runs: Shown, records, qtbot) -> None:
    store = RunStore(runs.session.trainings.store.folder)
    store.write(RunRecord(store.new_id("deep"), "deep", records[0].description, state="completed"))
    qtbot.waitUntil(lambda: "deep" in shown(runs), timeout=5000)


def test_copying_gives_the_selected_rows_as_a_table(runs: Shown, records) -> None:
    runs.runs_page.list.view.select_runs([records[0].id, records[1].id])
    press_key(runs, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    assert [line[lines[0].index("Network")] for line in lines] == ["Network", "lenet", "journal-8"]


def test_data_that_is_not_open_is_marked_and_told_how_it_differs(runs: Shown, qtbot) -> None:
    qtbot.waitUntil(lambda: all(name.startswith("≠") for name in shown(runs, "Data")), timeout=10_000)
    table = runs.runs_page.list.table
    assert "4,250 now" in table.index(0, column("Data")).data(Qt.ItemDataRole.ToolTipRole)


def test_a_note_is_kept_when_another_run_is_selected(runs: Shown, records, qtbot) -> None:
    page = runs.runs_page
    page.list.view.go_to(records[1].id)
    QTest.keyClicks(page.detail.findChild(QPlainTextEdit), "with a note")
    page.list.view.go_to(records[0].id)
    assert page.detail.note.toPlainText() == ""
    qtbot.waitUntil(
        lambda: runs.session.trainings.store.read(records[1].id).notes.note == "with a note", timeout=5000
    )
    page.list.view.go_to(records[1].id)
    assert page.detail.note.toPlainText() == "with a note"


def test_the_buttons_tell_why_they_can_do_nothing(runs: Shown, records, qtbot) -> None:
    detail, store = runs.runs_page.detail, runs.session.trainings.store
    assert not detail.open_button.isEnabled()
    assert "no network" in detail.open_button.toolTip()
    assert "no checkpoint" in detail.continue_button.toolTip()
    assert detail.again_button.isEnabled()
    store.checkpoint_file(records[0].id).write_bytes(b"")
    runs.runs_page.list.view.go_to(records[0].id)
    assert detail.continue_button.isEnabled()
    assert detail.open_button.isEnabled()


def test_training_again_makes_a_run_that_appears_grows_and_can_be_opened(runs: Shown, records, qtbot) -> None:
    page, session = runs.runs_page, runs.session
    page.list.view.go_to(records[2].id)
    page.detail.again_button.click()
    qtbot.waitUntil(lambda: len(shown(runs)) == 5, timeout=20_000)
    qtbot.waitUntil(lambda: shown(runs, "State") == ["Completed"] * 5, timeout=60_000)
    new = page.list.table.records[0]
    assert (new.arch, new.settings) == (records[2].arch, records[2].settings)
    page.list.view.go_to(new.id)
    assert "nothing left" in page.detail.continue_button.toolTip()
    page.detail.open_button.click()
    qtbot.waitUntil(lambda: session.model.name == new.name, timeout=10_000)


def test_a_record_on_disk_is_plain_json_with_the_notes_beside_it(runs: Shown, records, qtbot) -> None:
    folder: Path = runs.session.trainings.store.folder_of(records[0].id)
    before = (folder / "run.json").read_bytes()
    runs.session.runs.pin([records[0].id], True)
    qtbot.waitUntil((folder / "notes.json").exists, timeout=5000)
    assert json.loads((folder / "notes.json").read_text())["pinned"] is True
    assert (folder / "run.json").read_bytes() == before


def test_the_page_has_its_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    assert window.runs_page.isVisible()


def test_a_note_that_is_being_written_when_the_window_closes_is_kept(whole: MainWindow, records) -> None:
    whole.runs_page.list.view.go_to(records[1].id)
    whole.runs_page.detail.note.setFocus()
    QTest.keyClicks(whole.runs_page.detail.note, "the last word")
    whole.close()
    assert whole.session.trainings.store.read(records[1].id).notes.note == "the last word"


def test_buttons_are_whole_in_the_smallest_window_and_say_what_they_do(whole, records, qtbot) -> None:
    whole.resize(1024, 700)
    page = whole.runs_page
    for tab in range(3):
        page.show_tab(tab)
        qtbot.wait(50)
        for part in page.findChildren(QPushButton):
            if part.isVisible():
                assert part.width() >= part.minimumSizeHint().width(), part.text()
                assert page.rect().contains(part.rect().translated(part.mapTo(page, QPoint(0, 0)))), part.text()
                assert part.toolTip(), part.text()
                stops = part.group().buttons() if part.group() else [part]  # arrow keys lead to the others
                assert any(stop.focusPolicy() & Qt.FocusPolicy.TabFocus for stop in stops), part.text()
