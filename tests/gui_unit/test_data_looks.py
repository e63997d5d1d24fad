"""What is found out about a data set in other processes: suspects, and maps."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.documents import data_looks
from digitgui.documents.browsing import Show
from digitgui.frame.main_window import MainWindow
from model.data.dataset import SplitRule
from model.data.duplicates import group_numbers
from model.judging.embedding import mean_images

pytestmark = pytest.mark.separate_processes


@pytest.fixture
def planted(window: MainWindow, tmp_path, qtbot: QtBot) -> MainWindow:
    """Open 600 digits of which ten have wrong labels, and two are there twice."""
    bundled = window.session.data.dataset
    labels = bundled.labels[:602].copy()
    images = bundled.images[:602].copy()
    labels[:10] = (labels[:10] + 3) % 10
    images[600:] = images[300:302]
    labels[600:] = labels[300:302]
    np.savez(tmp_path / "planted.npz", images=images, labels=labels)
    window.show_page("data")
    window.session.data.open(str(tmp_path / "planted.npz"), ask=False)
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 602, timeout=20_000)
    return window


def press(window: MainWindow, text: str) -> None:
    parts = window.data_page.findChildren(QPushButton)
    next(part for part in parts if part.text().lower() == text.lower() and part.isVisible()).click()


def test_planted_errors_are_among_the_first_suspects_and_the_list_can_be_worked_through(
    planted: MainWindow, qtbot: QtBot
) -> None:
    page, session = planted.data_page, planted.session
    press(planted, "Check labels")
    assert session.looks.is_searching
    assert "Checking labels" in "".join(part.text() for part in page.browser.findChildren(QLabel))
    qtbot.waitUntil(lambda: session.looks.suspects is not None, timeout=60_000)
    grid = page.browser.grid
    assert len(grid.shown) == 602
    assert len(set(grid.shown[:20]) & set(range(10))) >= 7
    first, second, third = (int(index) for index in grid.shown[:3])
    grid.setFocus()
    assert grid.current == first
    other = (int(session.data.dataset.labels[first]) + 1) % 10
    QTest.keyClick(grid, Qt.Key(Qt.Key.Key_0.value + other))
    assert session.data.dataset.labels[first] == other
    assert grid.current == second
    QTest.keyClick(grid, Qt.Key.Key_K)
    assert grid.current == third
    page.browser.show_suspects()  # what has been looked at comes last
    assert grid.shown[0] == third
    assert set(grid.shown[-2:]) == {first, second}
    qtbot.waitUntil(
        lambda: not session.looks.is_searching, timeout=60_000
    )  # anew, with the label that was corrected
    assert session.looks.suspects.labels[first] == other
    assert grid.shown[-1] == second


def test_repeated_pictures_stand_side_by_side_as_long_as_both_are_there(planted: MainWindow, qtbot: QtBot) -> None:
    browser, looks = planted.data_page.browser, planted.session.looks
    browser.show_box.choose(Show.REPEATED)
    browser.show_matching()
    qtbot.waitUntil(lambda: looks.repeats is not None, timeout=20_000)
    np.testing.assert_array_equal(browser.grid.shown, [300, 600, 301, 601])
    assert not looks.is_searching
    planted.session.data.exclude([600])
    browser.show_matching()
    np.testing.assert_array_equal(browser.grid.shown, [301, 601])


def test_repeated_pictures_are_looked_for_once(planted: MainWindow, monkeypatch, qtbot: QtBot) -> None:
    calls: list[int] = []
    monkeypatch.setattr(
        data_looks, "group_numbers", lambda images: calls.append(len(images)) or group_numbers(images)
    )
    looks = planted.session.looks
    looks.request_repeats()
    looks.request_repeats()
    qtbot.waitUntil(lambda: looks.repeats is not None, timeout=20_000)
    looks.tasks.finish()
    assert calls == [602]


def test_mean_pictures_of_data_that_were_closed_are_dropped(planted: MainWindow, tmp_path, qtbot: QtBot) -> None:
    session, looks = planted.session, planted.session.looks
    looks.request_features()
    qtbot.waitUntil(lambda: looks.means is not None, timeout=60_000)
    np.savez(
        tmp_path / "other.npz", images=session.data.dataset.images[:20], labels=session.data.dataset.labels[:20]
    )
    session.data.open(str(tmp_path / "other.npz"))
    qtbot.waitUntil(lambda: session.data.proposal is not None, timeout=20_000)
    is_free = threading.Event()
    looks.tasks.start(is_free.wait, lambda _done: None, lambda _error: None)  # as where a network is asked
    session.data.exclude([3])
    session.data.accept()
    assert looks.means is None
    looks.tasks.start(lambda: None, lambda _done: is_free.clear(), lambda _error: None)
    is_free.set()
    qtbot.waitUntil(lambda: not is_free.is_set(), timeout=20_000)  # all before it has been told
    qtbot.waitUntil(lambda: looks.means is not None, timeout=60_000)  # asked for by the page that shows the others
    np.testing.assert_array_equal(looks.means, mean_images(*session.data.dataset.part("all")))


def test_mean_pictures_follow_a_correction_that_comes_while_they_are_computed(
    planted: MainWindow, qtbot: QtBot
) -> None:
    data, looks, is_free = planted.session.data, planted.session.looks, threading.Event()
    looks.tasks.start(lambda: is_free.wait(10), lambda _done: None, lambda _error: None)
    looks.request_features()
    data.relabel([0], (int(data.dataset.labels[0]) + 1) % 10)
    is_free.set()
    means = mean_images(*data.dataset.part("all"))
    qtbot.waitUntil(lambda: np.array_equal(looks.means, means), timeout=20_000)


def test_mean_pictures_never_have_in_them_what_was_left_out(planted: MainWindow, qtbot: QtBot) -> None:
    data, looks = planted.session.data, planted.session.looks
    data.exclude(list(range(100)))
    looks.request_features()
    means = mean_images(*data.dataset.part("all"))
    qtbot.waitUntil(lambda: np.array_equal(looks.means, means), timeout=20_000)


def test_other_pictures_are_told_apart_from_corrections(planted: MainWindow, qtbot: QtBot) -> None:
    data, heard = planted.session.data, []
    data.opened.connect(lambda: heard.append("opened"))
    data.changed.connect(lambda: heard.append("changed"))
    data.relabel([0], (int(data.dataset.labels[0]) + 1) % 10)
    data.cut(SplitRule(seed=7))
    assert heard == ["changed", "changed"]
    data.open("bundled", ask=False)
    qtbot.waitUntil(lambda: len(data.dataset) == 5000, timeout=20_000)
    assert heard[2:] == ["opened", "changed"]


def test_the_search_can_be_cancelled_and_begun_again(planted: MainWindow, qtbot: QtBot) -> None:
    looks = planted.session.looks
    press(planted, "Check labels")
    qtbot.wait(300)
    press(planted, "Cancel")
    assert not looks.is_searching
    assert looks.suspects is None
    assert planted.data_page.browser.grid._empty_text.startswith("Press Check labels")
    press(planted, "Check labels")
    assert looks.is_searching


def test_other_data_ends_the_search(planted: MainWindow, qtbot: QtBot) -> None:
    press(planted, "Check labels")
    planted.session.data.open("bundled", ask=False)
    qtbot.waitUntil(lambda: len(planted.session.data.dataset) == 5000, timeout=20_000)
    assert not planted.session.looks.is_searching


def test_the_map_and_the_grid_go_together(planted: MainWindow, qtbot: QtBot) -> None:
    page, session = planted.data_page, planted.session
    page.show_tab(1)
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    chart, grid = page.map_card.map, page.browser.grid
    grid.select(77)
    assert chart.current == 77
    chart.region_chosen.emit(np.array([5, 9, 11]))
    np.testing.assert_array_equal(grid.shown, [5, 9, 11])
    chart.region_chosen.emit(np.zeros(0, np.intp))
    assert len(grid.shown) == 602
    chart.selected.emit(33)
    assert grid.current == 33
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))  # empty ground: nothing breaks
    assert len(grid.shown) == 602


def test_smaller_data_opens_while_its_map_is_in_sight(planted: MainWindow, tmp_path, qtbot: QtBot) -> None:
    page, session = planted.data_page, planted.session
    page.show_tab(1)
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    page.browser.grid.select(600)
    np.savez(tmp_path / "one.npz", images=session.data.dataset.images[:1], labels=session.data.dataset.labels[:1])
    session.data.open(str(tmp_path / "one.npz"))
    qtbot.waitUntil(lambda: session.data.proposal is not None, timeout=20_000)
    press(planted, "Use this data")
    assert len(page.browser.grid.shown) == 1
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    page.show_tab(0)
    assert len(page.picture.neighbours.shown) == 0


@pytest.mark.parametrize("tab_meanwhile", [0, 1])
def test_smaller_data_opens_after_a_part_was_chosen_on_the_map(
    planted: MainWindow, tmp_path, qtbot: QtBot, tab_meanwhile: int
) -> None:
    page, session = planted.data_page, planted.session
    page.show_tab(1)
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    page.browser.part_chips.button(0).click()
    page.show_tab(tab_meanwhile)
    images, labels = session.data.dataset.images[:50], session.data.dataset.labels[:50]
    np.savez(tmp_path / "few.npz", images=images, labels=labels)
    session.data.open(str(tmp_path / "few.npz"), ask=False)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 50, timeout=20_000)
    page.show_tab(1)
    page.browser.part_chips.button(1).click()
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    chart = page.map_card.map
    assert len(chart._points) == 50
    visible = np.sort(chart._points.indices[chart._points.visible])
    np.testing.assert_array_equal(visible, np.sort(session.data.dataset.split.validation))


def test_the_map_keeps_filter_and_zoom_when_a_label_is_corrected(planted: MainWindow, qtbot: QtBot) -> None:
    page, session = planted.data_page, planted.session
    page.show_tab(1)
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)
    chart = page.map_card.map
    page.browser.show_digit(3)
    wheel = QWheelEvent(
        *(QPointF(100, 100), QPointF(100, 100), QPoint(0, 0), QPoint(0, 360)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(chart, wheel)
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    before = chart.grab().toImage()
    page.browser.grid.select(0)
    page.relabel(4)
    session.undo_stack.undo()
    assert chart.grab().toImage() == before


def test_a_map_by_t_sne_comes_after_a_while(planted: MainWindow, qtbot: QtBot) -> None:
    page, looks = planted.data_page, planted.session.looks
    page.show_tab(1)
    qtbot.waitUntil(lambda: looks.features is not None, timeout=60_000)
    press(planted, "t-SNE")
    assert looks.is_mapping
    qtbot.waitUntil(lambda: looks.tsne is not None, timeout=90_000)
    places, indices = looks.tsne
    assert places.shape == (602, 2)
    np.testing.assert_array_equal(indices, np.arange(602))
    labels = planted.session.data.dataset.labels
    ones, others = places[labels == 1], places[labels != 1]
    assert np.linalg.norm(ones - np.median(ones, axis=0), axis=1).mean() < (
        np.linalg.norm(others - np.median(ones, axis=0), axis=1).mean()
    )
    press(planted, "PCA")
    press(planted, "t-SNE")
    assert not looks.is_mapping  # it is known
