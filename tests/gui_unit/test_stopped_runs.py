"""A run that stopped before its end, and a learning rate that was set by hand, are shown and named."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from helpers.data_page import press, texts
from helpers.stored_runs import CONFIGS, described
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.runs import stopped_run
from digitgui.runs.run_columns import COLUMNS, RATE
from digitgui.runs.run_wording import own_settings
from digitgui.work.training_worker import RunState
from model.readers.sources import open_data
from model.runs.run_record import RunRecord
from model.training.training_config import TrainingConfig

CONFIG = TrainingConfig(learning_rate=0.01, batch_size=8, epochs=200)
CHANGES = [
    {"step": 7, "learning_rate": 0.02, "epochs_done": 1.25},
    {"step": 9, "learning_rate": 0.002, "epochs_done": 1.5},
]
"""Of which the first is one that was only passed by."""


def with_rates(record: RunRecord) -> RunRecord:
    """Return a record of a run whose learning rate was changed by hand."""
    history = record.description["history"] | {"learning_rate_changes": CHANGES}
    return replace(record, description=record.description | {"history": history})


def trainer(make_window: Callable[[], MainWindow]) -> MainWindow:
    window = make_window()
    window.session.data.dataset = open_data("bundled").limited(400)
    window.session.data.changed.emit()
    window.show_page("train")
    return window


def train_a_while(window: MainWindow, qtbot: QtBot, epochs: int = 2) -> None:
    trainings = window.session.trainings
    qtbot.waitUntil(lambda: trainings.run.state is RunState.RUNNING, timeout=20_000)
    before = len(trainings.status.history.epochs)
    qtbot.waitUntil(lambda: len(trainings.status.history.epochs) >= before + epochs, timeout=60_000)


def set_rate(window: MainWindow, qtbot: QtBot, text: str) -> None:
    field = window.train_page.form.learning_rate
    field.selectAll()
    QTest.keyClicks(field.lineEdit(), text)
    QTest.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    changes = window.session.trainings.status.history.learning_rate_changes
    qtbot.waitUntil(lambda: bool(changes), timeout=10_000)


def marks(page) -> list[float]:
    return [done for done, _, _ in page.loss.marks.marks]


def test_a_run_that_the_end_of_the_program_stopped_is_named_with_its_curves(
    make_window, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr("model.runs.run_recorder.ENCODE_SECONDS", 0)
    window = trainer(make_window)
    window.session.trainings.start("journal-8", CONFIG)
    train_a_while(window, qtbot)
    set_rate(window, qtbot, "0.002")
    train_a_while(window, qtbot)
    window.close()

    window = trainer(make_window)
    page, trainings = window.train_page, window.session.trainings
    qtbot.waitUntil(lambda: trainings.stopped is not None and not trainings.stopped.problem, timeout=10_000)
    done = trainings.stopped.epochs_done
    qtbot.waitUntil(
        lambda: page._head.text() == f"Run “journal-8, 0.01, batch 8, seed 0” stopped at epoch {done} of 200"
    )
    qtbot.waitUntil(lambda: page._speed.text() == "Continue resumes from there.", timeout=2000)
    assert trainings.stopped.name in page.pause_button.toolTip()
    qtbot.waitUntil(
        lambda: page.loss._validation.getData()[0] is not None and page.loss._validation.getData()[0][-1] == done,
        timeout=2000,
    )
    x, _ = page.loss._raw.getData()
    assert len(x) > 3 * done, "no fine curve"
    assert 0 < x[-1] <= done
    (rate_set,) = marks(page)
    assert 2 <= rate_set <= done
    assert [rate for _, rate, _ in page.accuracy.marks.marks] == [0.002]
    right = page.loss.getPlotItem().viewRange()[0][1]
    assert right == pytest.approx(31, abs=1)

    QTest.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    train_a_while(window, qtbot, epochs=1)
    qtbot.waitUntil(lambda: len(page.loss._validation.getData()[0]) > done, timeout=2000)
    x, _ = page.loss._raw.getData()
    assert len(x[x <= 1]) > 3
    assert marks(page) == [rate_set]
    assert page.form.learning_rate.value() == 0.002
    trainings.run.stop()
    qtbot.waitUntil(lambda: not trainings.run.is_active, timeout=20_000)
    qtbot.waitUntil(lambda: "Continue resumes from there." in page._speed.text(), timeout=2000)
    whole = len(trainings.status.history.epochs)
    assert f"stopped at epoch {whole} of 200" in page._head.text()
    assert COLUMNS[RATE + 2].text(trainings.store.read(trainings.status.run)) == f"{whole} / 200"

    page.copy_command()
    assert "--lr 0.002" in QGuiApplication.clipboard().text()
    assert f"0.01, then 0.002 from epoch {int(rate_set) + 1}" in window.banner.text


def test_page_and_line_of_state_tell_the_same_epoch_at_any_time(make_window, qtbot) -> None:
    window = trainer(make_window)
    session, page, told = window.session, window.train_page, set()
    session.trainings.progressed.connect(lambda: told.add((page._head.text(), window.state_line._epoch.text())))
    session.trainings.start("journal-8", CONFIG)
    train_a_while(window, qtbot, epochs=5)
    session.trainings.run.stop()
    running = {(head, line) for head, line in told if head.startswith("Epoch")}
    assert running
    assert all(head in line.replace("<b>", "").replace("</b>", "") for head, line in running)
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=20_000)


def test_a_stopped_run_that_is_deleted_leaves_empty_plots(make_window, qtbot) -> None:
    window = trainer(make_window)
    window.session.trainings.start("journal-8", CONFIG)
    train_a_while(window, qtbot)
    window.close()
    window = trainer(make_window)
    page, trainings = window.train_page, window.session.trainings
    qtbot.waitUntil(lambda: "stopped at epoch" in page._head.text(), timeout=10_000)
    trainings.store.delete(trainings.continuable)
    trainings.runs_changed.emit()
    qtbot.waitUntil(lambda: page._head.text() == "No training yet", timeout=2000)
    assert page.loss._raw.getData()[0] is None or not len(page.loss._raw.getData()[0])


def test_corrections_are_compared_with_a_stopped_run_without_reading_it_and_continue_follows(
    make_window, qtbot, monkeypatch
) -> None:
    window = trainer(make_window)
    window.session.trainings.start("journal-8", CONFIG)
    train_a_while(window, qtbot)
    window.close()
    window = trainer(make_window)
    data, trainings = window.session.data, window.session.trainings
    qtbot.waitUntil(lambda: trainings.stopped is not None and not trainings.stopped.problem, timeout=10_000)
    reads: list[object] = []
    read = stopped_run.load_checkpoint
    monkeypatch.setattr(stopped_run, "load_checkpoint", lambda file: reads.append(file) or read(file))
    pause = window.findChild(QAction, "pause")
    assert pause.isEnabled()
    for index in range(5):
        data.relabel([index], (int(data.dataset.labels[index]) + 1) % 10)
    qtbot.waitUntil(lambda: bool(trainings.stopped.problem), timeout=10_000)
    assert not pause.isEnabled()
    for _ in range(5):
        window.session.undo_stack.undo()
    QTest.qWait(0)
    qtbot.waitUntil(lambda: not trainings.stopped.problem, timeout=10_000)
    assert pause.isEnabled()  # though its menu has not been opened: F6 does what it should
    assert not reads


def test_rates_set_by_hand_are_told_in_the_table_the_details_and_the_differences(
    runs_page: RunsPage, stored, qtbot
) -> None:
    session, first = runs_page._session, with_rates(stored[0])
    session.runs.store.write(first)
    session.runs.refresh()
    qtbot.waitUntil(lambda: bool(session.runs.record(first.id).rates_set), timeout=5000)
    table = runs_page.list.table
    index = table.index(table.row_of(first.id), RATE)
    assert index.data() == "0.005 → 0.002"
    words = "0.005, then 0.002 from epoch 2"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == f"{words}, set by hand"
    runs_page.list.view.select_runs([first.id, stored[2].id], first.id)
    qtbot.waitUntil(lambda: words in texts(runs_page.detail), timeout=2000)
    press(runs_page, "Differences")
    shown = runs_page.differences.table
    qtbot.waitUntil(shown.isVisible, timeout=2000)
    titles = [shown.horizontalHeaderItem(column).text() for column in range(shown.columnCount())]
    column = titles.index("Learning rate")
    assert {shown.item(row, column).text() for row in range(2)} == {words, "0.01"}
    press(runs_page, "Curves")
    plot = runs_page.curves.plot
    qtbot.waitUntil(lambda: first.id in plot._items, timeout=5000)
    color = next(run.color for run in plot._curves if run.run == first.id)
    assert [marks.marks for marks in plot.marks] == [[(1.5, 0.002, color)]] * 2
    picture = plot.grab().toImage()
    where = plot.loss.getViewBox().mapViewToScene(QPointF(1.5, plot.loss.getViewBox().viewRect().center().y()))
    columns = [picture.pixelColor(round(where.x()) + shift, round(where.y()) + 7).name() for shift in (-1, 0, 1)]
    assert color.lower() in columns
    runs_page.list.view.select_runs([stored[2].id], stored[2].id)
    qtbot.waitUntil(lambda: first.id not in plot._items, timeout=5000)
    assert [marks.marks for marks in plot.marks] == [[], []]


def test_of_a_change_without_its_epoch_the_step_tells_it() -> None:
    arch, config = CONFIGS[1]
    record = RunRecord("x", arch, described(arch, config))
    steps = -(-record.data["train_pictures"] // 32)
    changes = [{"step": steps * 2 + 1, "learning_rate": 0.002}]
    history = record.description["history"] | {"learning_rate_changes": changes}
    record = replace(record, description=record.description | {"history": history})
    assert record.rates_set == {2.0: 0.002}
    assert record.learning_rates == "0.05, then 0.002 from epoch 3"
    assert own_settings(record)["learning_rate"] == record.learning_rates
