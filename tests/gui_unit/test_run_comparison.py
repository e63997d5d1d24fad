"""In what runs differ: the table of settings, parallel coordinates, and the words for both."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.data_page import press, texts
from helpers.stored_runs import CONFIGS, described, store_runs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from digitgui.main_window import RUNS_PAGE
from digitgui.pages.runs import RunsPage
from digitgui.parallel_axes import Parallels
from digitgui.run_reader import RunReader
from digitgui.run_wording import begun_locally, differences, held_out_accuracy, own_settings, value_text
from model.runs import RunRecord, RunStore


def run_of(number: int = 0, **settings: object) -> RunRecord:
    """Make a record whose settings are other than what was trained."""
    arch, config = CONFIGS[number]
    description = described(arch, config)
    return RunRecord(f"run {settings}", arch, dict(description, settings=description["settings"] | settings))


@pytest.fixture
def records(settings) -> list[RunRecord]:
    return store_runs(settings.folder)


@pytest.fixture
def page(records, make_window, qtbot: QtBot) -> RunsPage:
    window = make_window()
    window.show_page(RUNS_PAGE)
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(records), timeout=5000)
    return window.runs_page


def test_several_runs_show_the_settings_in_which_they_differ_and_no_others(page, records, qtbot) -> None:
    press(page, "Differences")
    qtbot.waitUntil(lambda: "Select several runs" in texts(page.differences), timeout=2000)
    page.list.view.select_runs([records[0].id, records[1].id])
    table = page.differences.table
    qtbot.waitUntil(table.isVisible, timeout=2000)
    heads = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
    assert heads == ["Network", "Learning rate", "Batch size", "Epochs", "Optimiser", "Accuracy"]
    row = [table.verticalHeaderItem(row).text() for row in range(2)].index(records[1].name)
    assert [table.item(row, column).text() for column in range(5)] == ["lenet", "0.05", "32", "3", "momentum"]


def test_runs_with_the_same_settings_are_told_so(page, records, qtbot) -> None:
    store = RunStore(page._session.run_store.folder)
    store.write(replace(records[0], id=store.new_id("again")))
    page._session.runs.refresh()
    qtbot.waitUntil(lambda: len(page._session.runs.records) == 5, timeout=5000)
    press(page, "Differences")
    same = [record.id for record in page._session.runs.records if record.settings == records[0].settings]
    page.list.view.select_runs(same)
    qtbot.waitUntil(lambda: "have the same settings" in texts(page.differences), timeout=2000)


def test_a_click_on_a_line_selects_its_run_in_the_table(page, records, qtbot) -> None:
    press(page, "Parallel coordinates")
    plot = page.parallel
    qtbot.waitUntil(lambda: len(plot._parallels.runs) == 4, timeout=2000)
    rate = [axis.title for axis in plot._parallels.axes].index("Learning rate")
    for record in (records[1], records[3]):
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.point_of(record.id, rate).toPoint())
        assert page.list.view.selected_runs == [record.id]
        assert page.list.view.current_run == record.id


def test_arrow_keys_go_from_run_to_run_by_accuracy(page, records, qtbot) -> None:
    press(page, "Parallel coordinates")
    qtbot.waitUntil(lambda: len(page.parallel._parallels.runs) == 4, timeout=2000)
    accuracies = {record.id: record.report["accuracy"] for record in records}
    worst = min(records, key=lambda record: accuracies[record.id])
    page.list.view.go_to(worst.id)
    qtbot.wait(30)
    reached = [accuracies[worst.id]]
    for _ in range(3):
        QTest.keyClick(page.parallel, Qt.Key.Key_Up)
        qtbot.wait(30)
        reached.append(accuracies[page.list.view.current_run])
    assert reached == sorted(accuracies.values())


def test_parallel_coordinates_show_what_the_filter_leaves(page, records, qtbot) -> None:
    press(page, "Parallel coordinates")
    page.list.filter.setText("journal-8")
    qtbot.waitUntil(lambda: set(page.parallel._parallels.runs) == {records[0].id, records[3].id}, timeout=2000)
    titles = [axis.title for axis in page.parallel._parallels.axes]
    assert titles == ["Learning rate", "Batch size", "Standardise", "Accuracy"]


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
    assert held_out_accuracy(empty) is None
    assert Parallels.of([run_of(seed=1), empty]).axes == []


def test_data_that_was_changed_in_between_counts_as_other_data() -> None:
    first, second = run_of(), run_of()
    second.description["data"] = second.data | {"sha256": "f" * 64}
    assert list(differences([first, second])) == ["data"]
    assert differences([first, first]) == {}


def test_settings_other_than_the_defaults_are_in_the_order_of_the_train_page() -> None:
    assert list(own_settings(run_of(3))) == ["learning_rate", "batch_size", "epochs", "standardize"]
    pipeline = {"name": "mine", "steps": [{"operation": "rotation"}]}
    assert [value_text(value) for value in (True, 0.001, 1e-6, None, "", pipeline)] == [
        *("yes", "0.001", "1e-06", "–", "–"),
        "mine (1 steps)",
    ]


def test_when_a_run_began_is_told_by_the_clock_of_this_place(monkeypatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert begun_locally(replace(run_of(), begun="2026-01-31T20:05:09+00:00")) == "2026-02-01 05:05"
    monkeypatch.undo()
    time.tzset()
    assert begun_locally(replace(run_of(), begun="some day")) == "some day"


def test_the_detail_shows_the_report_with_its_confusion_matrix(page, records) -> None:
    page.list.view.go_to(records[1].id)
    told = texts(page.detail)
    assert f"Final report, {records[1].report['count']} pictures of the {records[1].report['part']} part" in told
    assert f"{records[1].report['loss']:.4f}" in told
    assert records[1].data["sha256"][:12] in told
    wrong = int(np.array(records[1].report["confusion"]).sum() - np.trace(records[1].report["confusion"]))
    assert f"{wrong} of {records[1].report['count']} wrong" in page.detail.confusion.accessibleName()
    page.list.view.clearSelection()
    assert "No run is selected" in texts(page.detail)
    assert not page.detail.findChild(QPlainTextEdit).isEnabled()


def test_only_what_has_changed_is_read_again(tmp_path) -> None:
    store = RunStore(tmp_path / "runs")
    records = store_runs(tmp_path)
    reader = RunReader(store)
    first, _ = reader.read()
    store.write(replace(records[1], state="stopped"))
    second, _ = reader.read()
    assert [new is old for new, old in zip(second, first, strict=True)] == [True, False, True, True]
    assert second[1].state == "stopped"
    store.write(replace(records[1], state="running"))
    with store.claimed(records[1].id):
        assert reader.read()[0][1].state == "running"
    assert reader.read()[0][1].state == "interrupted"  # though its file is as it was
