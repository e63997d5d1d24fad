"""In what runs differ: the table of settings, parallel coordinates, and the words for both."""

import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.data_page import press, texts
from helpers.stored_runs import CONFIGS, described, store_runs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from digitgui.runs.parallel_axes import Parallels
from digitgui.runs.run_reader import RunReader
from digitgui.runs.run_wording import begun_locally, differences, own_settings, validation_accuracy
from model.runs.run_record import RunRecord
from model.runs.run_store import RunStore
from model.wording import setting_text


def run_of(number: int = 0, **settings: object) -> RunRecord:
    """Make a record whose settings are other than what was trained."""
    arch, config = CONFIGS[number]
    description = described(arch, config)
    return RunRecord(f"run {settings}", arch, dict(description, settings=description["settings"] | settings))


def test_several_runs_show_the_settings_in_which_they_differ_and_no_others(runs_page, stored, qtbot) -> None:
    press(runs_page, "Differences")
    qtbot.waitUntil(lambda: "Select several runs" in texts(runs_page.differences), timeout=2000)
    runs_page.list.view.select_runs([stored[0].id, stored[1].id])
    table = runs_page.differences.table
    qtbot.waitUntil(table.isVisible, timeout=2000)
    heads = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
    assert heads == [
        "Network",
        "Learning rate",
        "Batch size",
        "Epochs",
        "Optimiser",
        "Validation accuracy",
        "Test accuracy",
    ]
    row = [table.verticalHeaderItem(row).text() for row in range(2)].index(stored[1].name)
    assert [table.item(row, column).text() for column in range(5)] == ["lenet", "0.05", "32", "3", "momentum"]


def test_what_is_out_of_sight_is_reached_by_the_arrow_keys(runs_page, stored, qtbot) -> None:
    runs_page.show_tab(1)
    runs_page.list.view.select_runs([record.id for record in stored])
    table = runs_page.differences.table
    qtbot.waitUntil(lambda: table.isVisible() and table.rowCount() == len(stored), timeout=2000)
    table.setFixedWidth(460)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0, timeout=2000)
    assert table.focusPolicy() & Qt.FocusPolicy.TabFocus

    def reached() -> bool:
        for key in (Qt.Key.Key_Left, *[Qt.Key.Key_Right] * 3):  # columns may still be growing: go back, then on
            QTest.keyClick(table, key)
        return bool(table.horizontalScrollBar().value() == table.horizontalScrollBar().maximum())

    qtbot.waitUntil(reached, timeout=2000)


def test_runs_with_the_same_settings_are_told_so(runs_page, stored, qtbot) -> None:
    store = RunStore(runs_page._session.trainings.store.folder)
    store.write(replace(stored[0], id=store.new_id("again")))
    runs_page._session.runs.refresh()
    qtbot.waitUntil(lambda: len(runs_page._session.runs.records) == 5, timeout=5000)
    press(runs_page, "Differences")
    same = [record.id for record in runs_page._session.runs.records if record.settings == stored[0].settings]
    runs_page.list.view.select_runs(same)
    qtbot.waitUntil(lambda: "have the same settings" in texts(runs_page.differences), timeout=2000)


def test_a_click_on_a_line_selects_its_run_in_the_table(runs_page, stored, qtbot) -> None:
    press(runs_page, "Parallel coordinates")
    plot = runs_page.parallel
    qtbot.waitUntil(lambda: len(plot._parallels.runs) == 4, timeout=2000)
    rate = [axis.title for axis in plot._parallels.axes].index("Learning rate")
    for record in (stored[1], stored[3]):
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.point_of(record.id, rate).toPoint())
        assert runs_page.list.view.selected_runs == [record.id]
        assert runs_page.list.view.current_run == record.id


def test_arrow_keys_go_from_run_to_run_by_accuracy(runs_page, stored, qtbot) -> None:
    press(runs_page, "Parallel coordinates")
    qtbot.waitUntil(lambda: len(runs_page.parallel._parallels.runs) == 4, timeout=2000)
    accuracies = {record.id: record.validation.accuracy for record in stored}
    worst = min(stored, key=lambda record: accuracies[record.id])
    runs_page.list.view.go_to(worst.id)
    qtbot.wait(30)
    reached = [accuracies[worst.id]]
    for _ in range(3):
        QTest.keyClick(runs_page.parallel, Qt.Key.Key_Up)
        qtbot.wait(30)
        reached.append(accuracies[runs_page.list.view.current_run])
    assert reached == sorted(accuracies.values())


def test_parallel_coordinates_show_what_the_filter_leaves(runs_page, stored, qtbot) -> None:
    press(runs_page, "Parallel coordinates")
    runs_page.list.filter.setText("journal-8")
    qtbot.waitUntil(lambda: set(runs_page.parallel._parallels.runs) == {stored[0].id, stored[3].id}, timeout=2000)
    titles = [axis.title for axis in runs_page.parallel._parallels.axes]
    assert titles == ["Learning rate", "Batch size", "Standardise", "Validation accuracy"]


def test_axes_have_words_in_the_order_of_people_and_few_numbers_at_equal_distances() -> None:
    runs = [run_of(2, learning_rate=0.5), run_of(0, learning_rate=0.001), run_of(1, learning_rate=0.01)]
    network, rate = Parallels.of(runs).axes[:2]
    assert [text for _, text in network.ticks] == ["journal-8", "journal-16", "lenet"]
    assert network.heights.tolist() == [0.5, 0.0, 1.0]
    assert rate.ticks == [(0.0, "0.001"), (0.5, "0.01"), (1.0, "0.5")]
    assert rate.heights.tolist() == [1.0, 0.0, 0.5]


def test_many_numbers_that_reach_far_are_spread_by_their_logarithms() -> None:
    rates = np.geomspace(1e-4, 1.0, 13)
    axis = Parallels.of([run_of(learning_rate=float(rate)) for rate in rates]).axes[0]
    np.testing.assert_allclose(axis.heights, np.linspace(0, 1, 13), atol=1e-9)
    near = Parallels.of([run_of(seed=seed) for seed in range(11)]).axes[0]
    np.testing.assert_allclose(near.heights, np.linspace(0, 1, 11))


def test_runs_without_an_accuracy_have_no_line() -> None:
    empty = run_of(seed=5)
    empty.description["report"] = None
    empty.description["history"] = {"train_loss_per_100_steps": [], "epochs": [], "learning_rate_changes": []}
    assert validation_accuracy(empty) is None
    assert Parallels.of([run_of(seed=1), empty]).axes == []


def test_data_that_was_changed_in_between_counts_as_other_data() -> None:
    first, second = run_of(), run_of()
    second.description["data"] = second.data | {"sha256": "f" * 64}
    assert list(differences([first, second])) == ["data"]
    assert differences([first, first]) == {}


def test_settings_other_than_the_defaults_are_in_the_order_of_the_train_page() -> None:
    assert list(own_settings(run_of(3))) == ["learning_rate", "batch_size", "epochs", "standardize"]
    pipeline = {"name": "mine", "steps": [{"operation": "rotation"}]}
    assert [setting_text(value) for value in (True, 0.001, 1e-6, None, "", pipeline)] == [
        *("yes", "0.001", "1e-06", "–", "–"),
        "mine (1 step)",
    ]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="tzset")
def test_when_a_run_began_is_told_by_the_clock_of_this_place(monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert begun_locally(replace(run_of(), begun="2026-01-31T20:05:09+00:00")) == "2026-02-01 05:05"
    monkeypatch.undo()
    time.tzset()
    assert begun_locally(replace(run_of(), begun="some day")) == "some day"


def test_the_detail_shows_the_report_with_its_confusion_matrix(runs_page, stored) -> None:
    runs_page.list.view.go_to(stored[1].id)
    told = texts(runs_page.detail)
    assert f"Final report, {stored[1].report['count']} test pictures" in told
    assert f"{stored[1].report['loss']:.4f}" in told
    assert stored[1].data["sha256"][:12] in told
    wrong = int(np.array(stored[1].report["confusion"]).sum() - np.trace(stored[1].report["confusion"]))
    assert f"{wrong} of {stored[1].report['count']} wrong" in runs_page.detail.confusion.accessibleName()
    runs_page.list.view.clearSelection()
    assert "No run is selected" in texts(runs_page.detail)
    assert not runs_page.detail.findChild(QPlainTextEdit).isEnabled()


def test_only_what_has_changed_is_read_again(tmp_path) -> None:
    store = RunStore(tmp_path / "runs")
    stored = store_runs(tmp_path)
    reader = RunReader(store)
    first, _ = reader.read()
    store.write(replace(stored[1], state="stopped"))
    second, _ = reader.read()
    assert [new is old for new, old in zip(second, first, strict=True)] == [True, False, True, True]
    assert second[1].state == "stopped"
    store.write(replace(stored[1], state="running"))
    with store.claimed(stored[1].id):
        assert reader.read()[0][1].state == "running"
    assert reader.read()[0][1].state == "interrupted"  # though its file is as it was
