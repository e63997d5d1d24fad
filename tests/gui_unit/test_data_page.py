"""Browsing a data set."""

import gc
from weakref import ref

import numpy as np
import pytest
from helpers.data_page import choose, press, texts, wait_for_answers
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.documents.answers import UNSURE
from digitgui.documents.browsing import Order, Show
from digitgui.frame.main_window import MainWindow
from digitgui.pages.data.data_page import DataPage
from digitgui.wording import PART_NAMES
from model.data.dataset import PARTS
from model.network.architectures import build


@pytest.fixture
def page(window: MainWindow) -> DataPage:
    window.show_page("data")
    return window.data_page


def test_all_bundled_pictures_are_there_with_their_parts(page: DataPage) -> None:
    assert np.array_equal(page.browser.grid.shown, np.arange(5000))
    assert "MNIST 5,000" in texts(page)
    assert "training 4,250 · validation 375 · test 375" in texts(page)


def test_a_digit_can_be_filtered(page: DataPage, window: MainWindow) -> None:
    press(page.browser, "3")
    labels, grid = window.session.data.dataset.labels, page.browser.grid
    assert len(grid.shown) == 500
    assert set(labels[grid.shown]) == {3}
    press(page.browser, "all")
    assert len(grid.shown) == 5000


def test_a_bar_of_the_histogram_filters_too(page: DataPage, window: MainWindow) -> None:
    bars = page.browser.histogram
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.width() * 0.75), 50))
    assert set(window.session.data.dataset.labels[page.browser.grid.shown]) == {7}


def test_a_part_can_be_shown_and_counted_alone(page: DataPage, window: MainWindow) -> None:
    dataset = window.session.data.dataset
    for part in PARTS:
        press(page.browser, PART_NAMES[part])
        np.testing.assert_array_equal(page.browser.grid.shown, np.sort(dataset.split.part(part)))
        counts = dataset.label_counts(part)
        assert ", ".join(f"{digit}: {count}" for digit, count in enumerate(counts)) in (
            page.browser.histogram.accessibleDescription()
        )


def test_wrong_and_unsure_pictures_are_those_that_the_network_gets_wrong(small: MainWindow, qtbot: QtBot) -> None:
    browser, data = small.data_page.browser, small.session.data.dataset
    weights = small.session.model.network.weights()
    small.session.model.take_weights({name: value * 0.3 for name, value in weights.items()}, (0.0, 1.0))
    probabilities = small.session.model.network.predict_proba(data.images)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != data.labels)
    unsure = np.flatnonzero(probabilities.max(axis=1) < UNSURE)
    assert len(wrong)
    choose(browser.show_box, Show.WRONG)
    wait_for_answers(small, qtbot)
    np.testing.assert_array_equal(browser.grid.shown, wrong)
    choose(browser.show_box, Show.UNSURE)
    np.testing.assert_array_equal(browser.grid.shown, unsure)
    choose(browser.show_box, Show.EVERYTHING)
    choose(browser.order_box, Order.LOSS)
    losses = -np.log(probabilities[np.arange(300), data.labels])
    assert (np.diff(losses[browser.grid.shown]) <= 1e-6).all()
    choose(browser.order_box, Order.CONFIDENCE)
    assert (np.diff(probabilities.max(axis=1)[browser.grid.shown]) >= -1e-6).all()


@pytest.mark.parametrize("show", [Show.WRONG, Show.UNSURE])
def test_answers_to_other_pictures_than_the_open_ones_count_for_nothing(
    small: MainWindow, qtbot: QtBot, show: Show
) -> None:
    """While others are opened, one listener may show what another has not forgotten yet."""
    session = small.session
    choose(small.data_page.browser.show_box, show)
    wait_for_answers(small, qtbot)
    session.looks.request_repeats()
    session.looks.request_features()
    qtbot.waitUntil(lambda: session.looks.repeats is not None and session.looks.features is not None)
    session.data.dataset = session.data.dataset.limited(60)
    small.data_page.browser._fill(small.data_page.browser.view())
    assert session.answers.probabilities is session.looks.repeats is session.looks.features is None


def test_answers_of_an_earlier_network_are_told_and_can_be_asked_for_anew(small: MainWindow, qtbot: QtBot) -> None:
    browser, model = small.data_page.browser, small.session.model
    choose(browser.order_box, Order.LOSS)
    wait_for_answers(small, qtbot)
    assert "earlier network" not in texts(browser)
    before = small.session.answers.losses()
    model.take_weights({name: value * 0 for name, value in model.network.weights().items()}, (0.0, 1.0))
    assert "earlier network" in texts(browser)
    assert browser.grid.shown[0] == before.argmax()
    press(browser, "Update")
    wait_for_answers(small, qtbot)
    assert "earlier network" not in texts(browser)
    np.testing.assert_array_equal(browser.grid.shown, np.arange(300))  # all losses are equal now
    np.testing.assert_allclose(small.session.answers.losses(), np.log(10), rtol=1e-5)
    assert not np.allclose(before, np.log(10))


def test_answers_are_finished_though_the_network_learns_meanwhile(small: MainWindow, qtbot: QtBot) -> None:
    answers, model = small.session.answers, small.session.model
    choose(small.data_page.browser.order_box, Order.LOSS)
    assert answers.share is not None
    model.take_weights(model.network.weights(), (0.0, 1.0001))
    qtbot.waitUntil(lambda: answers.share is None, timeout=20_000)
    assert answers.probabilities is not None
    assert not answers.is_current
    assert len(small.data_page.browser.grid.shown) == 300
    assert "earlier network" in texts(small.data_page.browser)


def test_the_selected_picture_is_described(page: DataPage, window: MainWindow) -> None:
    grid = page.browser.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, 60))
    index = grid._columns() + (80 - grid._margin()) // 48
    assert f"Picture {index}" in texts(page)
    assert f"Label {window.session.data.dataset.labels[index]}" in texts(page)


def test_other_weights_give_another_answer_for_the_selected_picture(page: DataPage, window: MainWindow) -> None:
    page.browser.grid.select(0)
    before = texts(page)
    weights = window.session.model.network.weights()
    window.session.model.take_weights({name: value * 0 for name, value in weights.items()}, (0.0, 1.0))
    assert texts(page) != before
    assert "10.0 %" in texts(page)


def test_going_to_a_picture_drops_the_filters_that_hide_it(page: DataPage, window: MainWindow) -> None:
    press(page.browser, "3")
    labels = window.session.data.dataset.labels
    hidden = int(np.flatnonzero(labels == 4)[10])
    page.browser.index_box.setValue(hidden)
    page.browser.index_box.editingFinished.emit()
    assert page.browser.grid.current == hidden
    assert len(page.browser.grid.shown) == 5000


def test_neighbours_and_means_come_and_a_neighbour_can_be_chosen(small: MainWindow, qtbot: QtBot) -> None:
    card, grid = small.data_page.picture, small.data_page.browser.grid
    grid.select(5)
    qtbot.waitUntil(lambda: len(card.neighbours.shown) > 0, timeout=30_000)
    data = small.session.data.dataset
    distances = ((data.images.astype(float) - data.images[5]) ** 2).sum(axis=(1, 2))
    distances[5] = np.inf
    assert set(card.neighbours.shown[:3]) & set(np.argsort(distances)[:5])
    first = int(card.neighbours.shown[0])
    QTest.mouseClick(card.neighbours.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 20))
    assert grid.current == first
    expected = data.images[data.labels == 1].mean(axis=0)
    np.testing.assert_allclose(small.session.looks.means[1], expected, atol=0.51)
    QTest.mouseClick(
        card.means.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(card.means._margin() + 36 + 9, 9)
    )
    assert set(data.labels[grid.shown]) == {1}


def test_arrow_keys_move_through_the_grid(page: DataPage) -> None:
    grid, chosen = page.browser.grid, []
    grid.select(0)
    grid.selected.connect(chosen.append)
    columns = grid._columns()
    for which in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End):
        QTest.keyClick(grid, which)
    assert chosen == [1, columns + 1, columns, 0, 4999]
    bar = grid.verticalScrollBar()
    assert bar.value() == bar.maximum()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert chosen[-1] == 0
    assert bar.value() == 0


def test_several_pictures_can_be_selected(page: DataPage) -> None:
    grid = page.browser.grid
    grid.select(3)
    QTest.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selection == [3, 4, 5]
    place = QPoint(grid._margin() + 20, 20)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert grid.selection == [0, 3, 4, 5]
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert grid.selection == [3, 4, 5]
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert grid.selection == [0]
    press(page.browser, "8")
    QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(grid.selection) == 500


def test_what_the_grid_paints_is_the_data(page: DataPage, window: MainWindow) -> None:
    grid, picture = page.browser.grid, window.session.data.dataset.images[0].astype(int)
    for side in (24, 48, 96):
        grid.set_side(side)
        grid.select(40)
        grid.verticalScrollBar().setValue(0)
        image = grid.viewport().grab().toImage()
        margin = grid._margin()
        for row, column in ((14, 14), (7, 14), (20, 10), (14, 8)):
            x, y = margin + round((column + 0.5) * side / 28), round((row + 0.5) * side / 28)
            shown = image.pixelColor(x, y).lightness()
            near = picture[row - 1 : row + 2, column - 1 : column + 2]
            assert near.min() - 3 <= shown <= near.max() + 3


def test_what_was_measured_holds_again_with_its_network_and_keeps_no_data_in_memory(
    small: MainWindow, qtbot: QtBot
) -> None:
    lab, session = small.data_page.augmentation, small.session
    measurement = lab.measurement
    network, other = session.model.network, build("journal-8")
    small.data_page.show_tab(2)
    press(lab, "Measure")
    session.model.replace(other, name="other")
    assert measurement.is_outdated
    session.model.replace(network, name="small")  # while it is being measured
    qtbot.waitUntil(lambda: not measurement.is_running, timeout=60_000)
    assert not measurement.is_outdated
    session.model.replace(other, name="other")
    assert measurement.is_outdated
    session.model.replace(network, name="small")
    assert not measurement.is_outdated
    session.data.relabel([0], 1)
    assert measurement.is_outdated

    press(lab, "Measure")
    measured = ref(session.data.dataset)
    session.data.open("bundled", ask=False)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 5000 and not measurement.is_running, timeout=60_000)
    session.tasks.finish()

    def is_gone() -> bool:
        gc.collect()
        return measured() is None

    qtbot.waitUntil(is_gone, timeout=10_000)
