"""Sweeps in the window: real ones, of four short trainings, in a process of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.data_page import press, texts
from helpers.stored_runs import described
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.frame.main_window import MainWindow
from digitgui.runs.run_columns import COLUMNS
from model.runs.run_record import RunRecord
from model.sweeps.sweep_grid import journal_plan
from model.sweeps.sweeping import Sweep, read_question
from model.training.training import TrainingConfig

on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
SWEEP_COLUMN = next(number for number, column in enumerate(COLUMNS) if column.title == "Sweep")
START_SECONDS = 30_000
"""A process that imports everything, on a busy machine."""


def ask(window: MainWindow, *, epochs: int = 1, workers: int = 2, name: str = "rates and seeds") -> None:
    """Fill in the form for two learning rates and two seeds, and start."""
    train = window.train_page.form
    train.arch.setCurrentText("journal-8")
    train.epochs.setValue(epochs)
    train.batch_size.setValue(8)
    window.show_page("runs")
    press(window.runs_page, "New sweep…")
    form = window.runs_page.form
    for row, option, values in zip(form.rows, ("lr", "seed"), ("0.01, 0.05", "0, 1"), strict=True):
        row.setting.setCurrentIndex(row.setting.findData(option))
        row.values.clear()
        QTest.keyClicks(row.values, values)
    form.workers.setValue(workers)
    form.name.clear()
    QTest.keyClicks(form.name, name)
    assert "4 runs" in texts(form)
    QTest.mouseClick(form.start_button, Qt.MouseButton.LeftButton)
    assert window.session.sweeps.going


def wait_for_runs(window: MainWindow, count: int, qtbot: QtBot) -> None:
    """Wait until so many are done."""
    runs = window.session.runs
    qtbot.waitUntil(lambda: sum(bool(run.report) for run in runs.records) >= count, timeout=START_SECONDS)


def wait_for_end(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.sweeps.going is None, timeout=START_SECONDS)


def written(folder: Path) -> dict[str, int]:
    """Return when the record of each run was written."""
    return {file.parent.name: file.stat().st_mtime_ns for file in folder.glob("*/run.json")}


def children_of(parents: set[int]) -> set[int]:
    """Return the processes that these have begun, and those that they have begun in turn."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
        if parent in parents:
            found.add(int(stat.parent.name))
    return found | children_of(found) if found else found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_runs_of_a_sweep_appear_and_are_runs_like_others(small: MainWindow, qtbot) -> None:
    page, runs = small.runs_page, small.session.runs
    page.list.filter.setText("nothing is called so")
    ask(small)
    assert not page.list.filter.text()
    assert "no run finished yet" in page.progress.text
    assert "Sweep <b>rates and seeds</b> · starting" in small.state_line._epoch.text()
    wait_for_runs(small, 1, qtbot)
    wait_for_end(small, qtbot)
    assert "“rates and seeds” is done: the best run has" in small.banner.text
    wait_for_runs(small, 4, qtbot)
    press(small.banner, "Show")
    table = page.list.table
    assert [table.index(row, SWEEP_COLUMN).data() for row in range(4)] == ["rates and seeds"] * 4
    qtbot.waitUntil(lambda: len(page.results.results) == 4, timeout=5000)
    results = page.results
    accuracies = [result.accuracy for result in results.results]
    assert accuracies == sorted(accuracies, reverse=True)
    assert [results.table.item(row, 0).text() for row in range(4)] == ["★", "", "", ""]
    assert not results.resume_button.isVisible()

    chosen = runs.record(page.list.view.current_run)
    assert chosen in results.results[0].records
    assert chosen.data["sha256"] == small.session.data.dataset.fingerprint
    runs.pin([chosen.id], True)
    runs.set_note(chosen.id, "the best of them")
    folder = Path(chosen.id)
    assert folder.parent == small.session.sweeps.folder / "rates and seeds"
    qtbot.waitUntil(lambda: '"the best of them"' in _text_of(folder / "notes.json"), timeout=5000)
    page.detail.open_button.click()
    qtbot.waitUntil(lambda: small.session.model.name == chosen.name, timeout=10_000)
    page.detail.delete_button.click()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=5000)
    small.session.undo_stack.undo()
    qtbot.waitUntil(lambda: folder.exists() and len(runs.records) == 4, timeout=5000)


def _text_of(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def test_a_click_on_a_combination_selects_its_runs_and_a_button_shows_all_curves(small, qtbot) -> None:
    ask(small)
    wait_for_end(small, qtbot)
    wait_for_runs(small, 4, qtbot)
    page = small.runs_page
    small.ways.show_sweep(small.session.sweeps.folder / "rates and seeds")
    qtbot.waitUntil(lambda: len(page.results.results) == 4, timeout=5000)
    table = page.results.table
    place = table.visualRect(table.model().index(2, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.list.view.selected_runs == [record.id for record in page.results.results[2].records]
    page.list.filter.setText("nothing is called so")
    page.findChild(QPushButton, "sweepCurves").click()
    assert len(page.list.view.selected_runs) == 4
    qtbot.waitUntil(lambda: len(page.curves.curves) == 4, timeout=5000)
    assert page.curves.isVisible()


def test_cancelling_keeps_what_is_finished_and_resuming_repeats_nothing(small, make_window, qtbot) -> None:
    ask(small, epochs=40, workers=1)  # long enough to be cancelled before the last, however busy the machine is
    folder = small.session.sweeps.going
    page = small.runs_page
    wait_for_runs(small, 1, qtbot)
    page.progress.cancel_button.click()
    kept = written(folder)
    assert 1 <= len(kept) < 4
    assert "kept" in small.banner.text
    assert page.progress.resume_button.isVisible()
    small.close()

    window = make_window()  # as if the program had been killed
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 300, timeout=20_000)
    window.show_page("runs")
    progress = window.runs_page.progress
    qtbot.waitUntil(progress.isVisible, timeout=5000)
    assert f"{len(kept)} of 4 runs" in progress.text
    progress.resume_button.click()
    wait_for_end(window, qtbot)
    assert not progress.isVisible()
    now = written(folder)
    assert len(now) == 4
    assert {run: now[run] for run in kept} == kept


def test_a_sweep_of_other_data_is_not_gone_on_with(small, tmp_path, qtbot) -> None:
    sweeps, session = small.session.sweeps, small.session
    Sweep(tmp_path / "other", session.data.dataset.limited(200), journal_plan({}))
    sweeps.go_on(tmp_path / "other", 1)
    wait_for_end(small, qtbot)
    assert " first" in small.banner.text


@on_linux
def test_closing_the_window_ends_every_process_of_a_sweep(small, qtbot) -> None:
    before = children_of({os.getpid()})
    ask(small, epochs=50)
    folder = small.session.sweeps.going

    def workers() -> set[int]:
        return children_of({os.getpid()}) - before

    qtbot.waitUntil(lambda: len(workers()) >= 3, timeout=START_SECONDS)  # itself, and one a run
    there = workers()
    started = time.monotonic()
    small.close()
    assert time.monotonic() - started < 3
    qtbot.waitUntil(lambda: not any(map(is_alive, there)), timeout=5000)
    assert read_question(folder)[0].total == 4


def test_the_journals_experiment_begins_with_one_click(small, qtbot) -> None:
    small.show_page("runs")
    press(small.runs_page, "The journal's experiment")
    sweeps = small.session.sweeps
    file = sweeps.folder / "journal" / "sweep.json"
    qtbot.waitUntil(file.exists, timeout=START_SECONDS)
    plan, _ = read_question(file.parent)
    settings = [candidate.settings for candidate in plan.candidates]
    asked = [(one["arch"], one["learning_rate"]) for one in settings]
    filters = [("journal-8", 0.001), ("journal-16", 0.001), ("journal-24", 0.001)]
    assert asked == [*filters, ("journal-24", 0.005), ("journal-24", 0.01)]
    assert {(one["epochs"], one["batch_size"], one["augmentation"]) for one in settings} == {(20, 1, "journal")}
    press(small.runs_page, "Cancel")
    assert sweeps.going is None


def test_a_folder_of_the_command_line_is_shown_and_remembered(
    small, make_window, tmp_path, monkeypatch, qtbot
) -> None:
    folder = tmp_path / "elsewhere" / "five"
    plan = journal_plan({"limit": 300})
    sweep = Sweep(folder, small.session.data.dataset, plan)
    config = TrainingConfig(epochs=2, batch_size=1, learning_rate=0.005)
    for task in plan.tasks(0, range(5)):
        record = RunRecord(
            task.run, task.settings["arch"], described("journal-8", config), "completed", sweep="five"
        )
        sweep.store.write(record)
    monkeypatch.setattr(file_dialogs, "ask_sweep_folder", lambda *_: folder)
    small.show_page("runs")
    small.runs_page.list.filter.setText("nothing is called so")
    press(small.runs_page, "Open sweep folder…")
    wait_for_runs(small, 5, qtbot)
    qtbot.waitUntil(lambda: len(small.runs_page.list.table.records) == 5, timeout=5000)
    assert not small.runs_page.list.filter.text()
    small.close()
    window = make_window()
    wait_for_runs(window, 5, qtbot)
    window.ways.show_sweep(folder)
    results = window.runs_page.results
    qtbot.waitUntil(lambda: len(results.results) == 5, timeout=5000)
    titles = [results.table.horizontalHeaderItem(column).text() for column in range(results.table.columnCount())]
    journal = titles.index("The journal")
    told = [results.table.item(row, journal).text() for row in range(5)]
    assert told == ["86.6 %", "87.0 %", "88.3 %", "88.3 %", "88.7 %"]
    assert window.runs_page.detail.digits.isVisible()


def test_a_folder_without_a_sweep_is_refused_in_a_sentence(small, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(file_dialogs, "ask_sweep_folder", lambda *_: tmp_path)
    press(small.runs_page, "Open sweep folder…")
    assert "expected the folder of a sweep" in small.banner.text


def test_a_sweep_and_a_training_do_not_go_on_together(small, qtbot) -> None:
    ask(small, epochs=50)
    small.train_page.start()
    assert not small.session.trainings.run.is_active
    assert "A sweep is running" in small.banner.text
    small.session.sweeps.cancel()
    small.train_page.form.epochs.setValue(100)
    small.train_page.start()
    press(small.runs_page, "The journal's experiment")
    assert small.session.sweeps.going is None
    assert "stop the training before you start a sweep" in small.banner.text
    small.session.trainings.run.stop()
    qtbot.waitUntil(lambda: not small.session.trainings.run.is_active, timeout=10_000)


def test_the_window_itself_loads_neither_scikit_learn_nor_joblib(tmp_path) -> None:
    script = tmp_path / "script.py"
    script.write_text(WINDOW_ALONE)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [sys.executable, script, tmp_path],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("set()\n", "", 0)


WINDOW_ALONE = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from digitgui.runs.sweep_request import SweepRequest

application = QApplication([])
window = MainWindow(Settings(Path(sys.argv[1])))
window.show_page("evaluate")
window.show()
usual = window.train_page.form.usual() | {"arch": "journal-8", "batch_size": 32, "epochs": 1, "limit": 200}
window.session.sweeps.start("two", SweepRequest({"seed": [0, 1]}, usual), 1)
while window.session.sweeps.going or len(window.session.runs.records) < 2:
    QTest.qWait(20)
window.ways.show_sweep(window.session.sweeps.folder / "two")
while not window.runs_page.results.results:
    QTest.qWait(20)
form = window.train_page.form
form.epochs.setValue(1)
form.batch_size.setValue(128)
window.train_page.start()
while window.session.trainings.status is None or window.session.trainings.status.finished is None:
    QTest.qWait(20)
assert window.session.trainings.status.finished.report.count
print({"sklearn", "joblib"} & set(sys.modules))
window.close()
"""
