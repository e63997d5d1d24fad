"""The curves of several runs in one picture: read, zoomed, smoothed, exported."""

import csv
import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import press, texts
from helpers.mouse import turn_wheel
from helpers.stored_runs import CONFIGS, described
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.looks.theme import DIGIT_COLORS, RUN_COLORS
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.runs.run_columns import NAME
from model.runs.run_record import RunRecord


@pytest.fixture
def page(runs_page: RunsPage, stored, qtbot: QtBot) -> RunsPage:
    runs_page.list.view.select_runs([record.id for record in stored[:2]], stored[0].id)
    qtbot.waitUntil(lambda: is_drawn(runs_page, stored[:2]), timeout=5000)
    return runs_page


def is_drawn(page: RunsPage, records: list[RunRecord]) -> bool:
    """Tell whether exactly these are drawn, and all of them."""
    plot = page.curves.plot
    return {curves.run for curves in page.curves.curves} == {record.id for record in records} and set(
        plot._items
    ) == {record.id for record in records}


def lines(page: RunsPage) -> list[np.ndarray]:
    """Heights of all lines that are drawn in the plot of the loss."""
    items = [item for item in page.curves.plot.loss.listDataItems() if item.opts["pen"] is not None]
    return [item.getData()[1] for item in items if item.getData()[1] is not None]


def place_of(plot, epoch: float, height: float | None = None) -> QPoint:
    """Find where an epoch lies in the plot of the loss, in pixels of the picture."""
    box = plot.loss.getViewBox()
    middle = sum(box.viewRange()[1]) / 2 if height is None else height
    from PySide6.QtCore import QPointF

    return plot.mapFromScene(box.mapViewToScene(QPointF(epoch, middle)))


def move(plot, place: QPoint, qtbot: QtBot) -> None:
    """Move the mouse as a hand does; the plot looks at it at most so often."""
    qtbot.wait(30)
    QTest.mouseMove(plot.viewport(), place)
    qtbot.wait(30)


def test_validation_points_of_the_chosen_runs_are_drawn_as_recorded(page: RunsPage, stored) -> None:
    drawn = lines(page)
    for record in stored[:2]:
        losses = [epoch.validation_loss for epoch in record.history.epochs]
        assert any(len(line) == len(losses) and np.allclose(line, losses) for line in drawn)


def test_all_curves_of_epochs_stand_where_the_crosshair_reads_them(page: RunsPage, stored) -> None:
    plot = page.curves.plot
    for record in stored[:2]:
        items, epochs = plot._items[record.id], [done.epoch for done in record.history.epochs]
        for item in (*items._accuracy, items._loss[2]):
            assert item.getData()[0].tolist() == epochs
        assert items._loss[1].getData()[0][-1] == epochs[-1]


def test_the_line_under_the_mouse_reads_all_curves_at_its_epoch(page: RunsPage, stored, qtbot) -> None:
    plot = page.curves.plot
    move(plot, place_of(plot, 1.6), qtbot)
    read = plot.readout.text()
    assert plot.readout.isVisible()
    assert "Epoch 2" in read
    for record in stored[:2]:
        done = record.history.epochs[1]
        assert record.name in read
        assert f"{done.train_loss:.4f}" in read
        assert f"{done.validation_loss:.4f}" in read
        assert f"{100 * done.validation_accuracy:.2f} %" in read
    move(plot, place_of(plot, 3), qtbot)
    assert "Epoch 3" in plot.readout.text()
    assert plot.readout.text().count("–") == 4  # the run of two epochs has no third one
    assert plot.window().rect().contains(plot.readout.geometry())
    QTest.mouseMove(page.list.view.viewport(), QPoint(5, 5))
    qtbot.waitUntil(lambda: not plot.readout.isVisible(), timeout=2000)


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("has_keys", [False, True])
def test_the_figures_go_when_a_menu_opens_and_stay_away(page: RunsPage, has_keys: bool, qtbot) -> None:
    plot = page.curves.plot
    viewport = plot.viewport()
    (plot if has_keys else page.list.view).setFocus(Qt.FocusReason.TabFocusReason)
    place = place_of(plot, 1.6)
    move(plot, place, qtbot)
    assert plot.readout.isVisible()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    seen: list[bool] = []  # before the menu takes the mouse away, which it does not on every desktop

    class Watch(QObject):
        def eventFilter(self, _part: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.ContextMenu:
                seen.append(plot.readout.isVisible())
            return False

    watch = Watch()
    page.installEventFilter(watch)
    QApplication.sendEvent(viewport, event)
    page.removeEventFilter(watch)
    assert seen == [False]
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert not plot.readout.isVisible()
    plot.scene().sigMouseMoved.emit(plot.mapToScene(place))  # late news of a move before
    assert not plot.readout.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert plot.hasFocus() == has_keys
    assert not plot.readout.isVisible()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.readout.isVisible()


def test_the_figures_leave_small_plots_visible(page: RunsPage, qtbot) -> None:
    plot = page.curves.plot
    assert plot.height() < 300
    move(plot, place_of(plot, 1.6), qtbot)
    area = QRect(plot.mapTo(plot.window(), QPoint()), plot.size())
    covered = area & plot.readout.geometry()
    assert covered.width() * covered.height() < 0.15 * area.width() * area.height()


def test_both_plots_stay_inside_when_the_page_becomes_narrower(page: RunsPage, qtbot) -> None:
    plot, frame = page.curves.plot, page.parentWidget()
    for width in (1800, 1000):
        frame.resize(width, 740)
        page.resize(width, 740)
    qtbot.wait(50)
    assert plot.accuracy.sceneBoundingRect().right() <= plot.width()


def test_arrow_keys_read_epoch_by_epoch(page: RunsPage, stored, qtbot) -> None:
    plot = page.curves.plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert "Epoch 3" in plot.readout.text()  # the last one of the longer run
    for key, epoch in ((Qt.Key.Key_Left, 2), (Qt.Key.Key_Left, 1), (Qt.Key.Key_Left, 1), (Qt.Key.Key_Right, 2)):
        QTest.keyClick(plot, key)
        assert f"Epoch {epoch}" in plot.readout.text()
    assert f"{stored[0].history.epochs[1].validation_loss:.4f}" in plot.readout.text()
    assert plot.window().rect().contains(plot.readout.geometry())
    assert plot.readout.isVisible()
    page.list.view.setFocus()
    assert not plot.readout.isVisible()


def test_long_names_of_two_folds_differ_beside_the_figures_and_in_the_table(page: RunsPage, stored, qtbot) -> None:
    plot, view, start = page.curves.plot, page.list.view, "journal-8, 0.02, adam, batch 64, handwriting, seed 2"
    names = [f"{start}, fold {fold}" for fold in (1, 2)]
    for record, name in zip(stored, names, strict=False):
        page._session.runs.rename(record.id, name)
    qtbot.waitUntil(lambda: {run.name for run in page.curves.curves} == set(names), timeout=2000)
    move(plot, place_of(plot, 2), qtbot)
    for name in names:
        assert name not in plot.readout.text()
        assert f"journal-8, 0.02, adam, bat…{name[-13:]}" in plot.readout.text()
    assert plot.readout.width() < 0.8 * plot.width()
    assert view.columnWidth(NAME) < view.fontMetrics().horizontalAdvance(names[0])
    cells = []
    for fold in (3, 4):
        page._session.runs.rename(stored[0].id, f"{start}, fold {fold}")
        index = view.model().index(view.model().row_of(stored[0].id), NAME)
        qtbot.waitUntil(lambda: index.data() == f"{start}, fold {fold}", timeout=2000)  # noqa: B023
        cells.append(view.viewport().grab(view.visualRect(index)).toImage())
    assert cells[0] != cells[1]


def test_names_cannot_bring_their_own_html(page: RunsPage, stored, qtbot) -> None:
    page._session.runs.rename(stored[0].id, "<b>bold</b>")
    plot = page.curves.plot
    qtbot.waitUntil(lambda: page.curves.curves[1].name == "<b>bold</b>", timeout=5000)
    move(plot, place_of(plot, 1), qtbot)
    assert "&lt;b&gt;bold" in plot.readout.text()
    assert "&lt;b&gt;bold" in plot._legend.text


def test_the_wheel_and_a_rectangle_zoom_and_a_double_click_shows_everything_again(page, stored, qtbot) -> None:
    plot = page.curves.plot
    qtbot.wait(50)
    whole = plot.loss.viewRange()[0]
    turn_wheel(plot.viewport(), place_of(plot, 1.5), 3)
    near = plot.loss.viewRange()[0]
    assert near[1] - near[0] < 0.9 * (whole[1] - whole[0])
    assert plot.accuracy.viewRange()[0] == pytest.approx(near, abs=0.05)
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(plot, 1.5))
    qtbot.waitUntil(lambda: plot.loss.viewRange()[0] == pytest.approx(whole, abs=0.05), timeout=2000)
    first, last = place_of(plot, 1), place_of(plot, 2) + QPoint(0, 40)
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=first)
    for step in (0.3, 0.6, 1.0):
        move(plot, first + (last - first) * step, qtbot)
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=last)
    assert plot.loss.viewRange()[0] == pytest.approx([1, 2], abs=0.15)
    press(page.curves, "Reset")
    qtbot.waitUntil(lambda: plot.loss.viewRange()[0] == pytest.approx(whole, abs=0.05), timeout=2000)


def test_whatever_is_selected_is_seen_from_its_first_epoch_to_its_last(page: RunsPage, stored, qtbot) -> None:
    plot, view = page.curves.plot, page.list.view
    longest = {record.id: len(record.history.epochs) for record in stored}
    short, long, other = stored[2].id, stored[1].id, stored[0].id
    for runs in ([short], [short, long, other], [other], [long, other], [long]):
        view.select_runs(runs, runs[0])
        last = max(longest[run] for run in runs)
        qtbot.waitUntil(lambda runs=runs: set(plot._items) == set(runs), timeout=2000)
        qtbot.wait(50)
        for one in (plot.loss, plot.accuracy):
            left, right = one.viewRange()[0]
            assert -0.2 * last < left <= 0, runs
            assert last <= right < 1.2 * last, runs


def test_only_whole_epochs_are_marked(page: RunsPage, qtbot) -> None:
    axis = page.curves.plot.loss.getAxis("bottom")
    for low, high in ((0.9, 2.1), (0.0, 20.0), (3.2, 3.9)):
        marks = [mark for _, level in axis.tickValues(low, high, 300) for mark in level]
        assert marks == [round(mark) for mark in marks]
        assert len(marks) == len(set(marks))


def test_the_zoom_stays_while_a_run_grows(page: RunsPage, stored, qtbot) -> None:
    plot, store = page.curves.plot, page._session.trainings.store
    turn_wheel(plot.viewport(), place_of(plot, 1.5), 3)
    near = plot.loss.viewRange()
    longer = described(CONFIGS[0][0], replace(CONFIGS[0][1], epochs=4))
    store.write(replace(stored[0], description=longer))
    page._session.runs.refresh()
    qtbot.waitUntil(lambda: len(page.curves.curves[1].epochs) == 4, timeout=5000)
    qtbot.waitUntil(lambda: any(len(line) == 4 for line in lines(page)), timeout=5000)
    assert plot.loss.viewRange() == near


def test_the_logarithmic_scale_changes_the_loss_alone(page: RunsPage, stored, qtbot) -> None:
    press(page.curves, "Log scale")
    losses = [epoch.validation_loss for epoch in stored[0].history.epochs]
    qtbot.waitUntil(lambda: any(np.allclose(line, np.log10(losses)) for line in lines(page) if len(line) == 2))
    accuracies = [item.getData()[1] for item in page.curves.plot.accuracy.listDataItems()]
    assert all(line.min() >= 0 and line.max() <= 1 for line in accuracies if line is not None)
    press(page.curves, "Log scale")
    qtbot.waitUntil(lambda: any(np.allclose(line, losses) for line in lines(page) if len(line) == 2))


def test_smoothing_levels_the_thin_line_and_leaves_the_rest(page: RunsPage, stored, qtbot) -> None:
    def is_settled() -> bool:
        return not page.curves.plot._next.isActive()  # one run is drawn in each turn of the event loop

    page.curves.smoothing.setValue(0)
    qtbot.waitUntil(is_settled)
    before = lines(page)
    page.curves.smoothing.setFocus()
    QTest.keyClick(page.curves.smoothing, Qt.Key.Key_End)
    qtbot.waitUntil(is_settled)
    changed = [not np.array_equal(old, new) for old, new in zip(before, lines(page), strict=True)]
    assert changed == [
        False,
        False,
        False,
        False,
        True,
        False,
    ]  # raw, smoothed and held out; of three points, and of six
    assert np.abs(np.diff(lines(page)[4])).sum() < np.abs(np.diff(before[4])).sum()


def test_a_run_keeps_its_colour_as_long_as_it_is_shown(page: RunsPage, stored, qtbot) -> None:
    view = page.list.view
    before = dict(page._colors)
    row = [record.id for record in page.list.table.records].index(stored[1].id)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(page.list.table.index(row, 0)).center()
    )
    assert view.selected_runs == [record.id for record in (stored[1], stored[0])]
    view.go_to(stored[3].id)
    qtbot.waitUntil(lambda: is_drawn(page, [stored[1], stored[3]]), timeout=5000)
    assert page._colors[stored[1].id] == before[stored[1].id]
    QTest.keyClick(view, Qt.Key.Key_Space)
    view.go_to(stored[2].id)
    qtbot.waitUntil(lambda: is_drawn(page, stored[1:]), timeout=5000)
    assert len(set(page._colors.values())) == 3


def test_colours_stay_when_a_run_is_deleted_and_taken_back(page: RunsPage, stored, qtbot) -> None:
    view, session = page.list.view, page._session
    view.select_runs([record.id for record in stored[:3]], stored[0].id)
    before = dict(page._colors)
    assert len(before) == 3
    session.runs.delete([stored[1].id])
    assert page._colors == {run: color for run, color in before.items() if run != stored[1].id}
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: session.runs.record(stored[1].id) is not None, timeout=5000)
    view.select_runs([stored[1].id], stored[1].id)
    view.select_runs([record.id for record in stored[:3]], stored[0].id)
    assert page._colors == before


def test_the_lines_of_training_can_be_hidden(page: RunsPage, stored, qtbot) -> None:
    plot = page.curves.plot
    press(page.curves, "Training")
    page.list.view.select_runs([record.id for record in stored[1:3]], stored[1].id)
    qtbot.waitUntil(lambda: is_drawn(page, stored[1:3]), timeout=5000)
    for items in plot._items.values():
        assert [item.isVisible() for item in (*items._loss, *items._accuracy)] == [False, False, True] * 2
    assert "thin" not in plot._legend.text
    press(page.curves, "Training")
    assert all(item.isVisible() for items in plot._items.values() for item in (*items._loss, *items._accuracy))


def test_there_are_ten_colours_of_runs_and_none_is_that_of_a_digit() -> None:
    assert len(set(RUN_COLORS)) == 10
    assert not set(RUN_COLORS) & set(DIGIT_COLORS)


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_what_is_exported_can_be_read(page: RunsPage, stored, tmp_path: Path, monkeypatch, suffix) -> None:
    target = tmp_path / f"curves.{suffix}"
    monkeypatch.setattr(file_dialogs, "ask_figure_target", lambda *_: target)
    press(page.curves, "Export…")
    if suffix == "png":
        picture = np.array(Image.open(target).convert("RGB")).reshape(-1, 3)
        assert len(picture) > 500_000
        for color in page._colors.values():
            wanted = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
            assert (np.abs(picture.astype(int) - wanted).max(axis=1) < 4).sum() > 50
    elif suffix == "svg":
        root = ET.fromstring(target.read_text(encoding="utf-8"))
        words = " ".join(root.itertext())
        assert root.tag.endswith("svg")
        assert "Epoch" in words
        assert all(record.arch in words for record in stored[:2])
    else:
        with target.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["epoch"] for row in rows if row["run"] == stored[1].name] == ["1", "2", "3"]
        done = stored[0].history.epochs[-1]
        last = [row for row in rows if row["run"] == stored[0].name][-1]
        assert last["validation loss"] == f"{done.validation_loss:.6g}"
        assert last["training accuracy (%)"] == f"{100 * done.train_accuracy:.2f}"


def test_where_nothing_can_be_written_the_page_says_so(page: RunsPage, tmp_path, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(file_dialogs, "ask_figure_target", lambda *_: tmp_path / "no" / "curves.csv")
    with qtbot.waitSignal(page._session.failed) as failed:
        press(page.curves, "Export…")
    assert "cannot be written" in failed.args[0]


def test_without_a_selection_the_page_says_what_to_do(page: RunsPage, qtbot) -> None:
    page.list.view.clearSelection()
    qtbot.waitUntil(lambda: not page.curves.curves, timeout=2000)
    assert "Select runs in the table" in texts(page.curves)


def test_figures_of_the_logarithmic_scale_do_not_print_over_one_another(page: RunsPage, qtbot) -> None:
    plot = page.curves.plot
    axis = plot.loss.getAxis("left")
    press(page.curves, "Log scale")
    qtbot.wait(50)
    for low, high in ((0.05, 2.3), (0.09, 1.2), (0.31, 0.38), (0.3, 0.72), (1e-6, 3.0), (1e-6, 1e-5)):
        plot.loss.setYRange(np.log10(low), np.log10(high), padding=0)
        qtbot.wait(20)
        plot.grab()
        spans = sorted((rect.top(), rect.bottom()) for rect, _, text in axis_texts(axis) if text)
        assert len(spans) >= 2, (low, high)
        assert all(bottom <= top + 1 for (_, bottom), (top, _) in itertools.pairwise(spans)), (low, high)


def axis_texts(axis) -> list[tuple]:
    """Return where an axis prints which figures."""
    from PySide6.QtGui import QPainter, QPixmap

    pixmap = QPixmap(8, 8)
    with QPainter(pixmap) as painter:
        return axis.generateDrawSpecs(painter)[2]
