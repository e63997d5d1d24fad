"""Browsing and correcting a data set."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from digitgui.answers import UNSURE
from digitgui.browsing import Order, Show
from digitgui.main_window import MainWindow
from digitgui.pages.data import DataPage
from model.dataset import PARTS
from model.edit_files import edits_beside, load_edits


@pytest.fixture
def page(window: MainWindow) -> DataPage:
    window.show_page(1)
    return window.data_page


@pytest.fixture
def small(make_window: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """Open a window with 300 of the bundled digits as a file of the user's."""
    window = make_window()
    window.show_page(1)
    bundled = window.session.dataset
    np.savez(tmp_path / "mine.npz", images=bundled.images[:300], labels=bundled.labels[:300])
    window.session.data.open(str(tmp_path / "mine.npz"), ask=False)
    qtbot.waitUntil(lambda: len(window.session.dataset) == 300, timeout=20_000)
    window.data_page.browser.grid.setFocus()
    return window


def texts(page: QWidget) -> str:
    return "\n".join(part.text() for part in page.findChildren(QLabel))


def press(page: QWidget, text: str) -> None:
    next(part for part in page.findChildren(QPushButton) if part.text() == text).click()


def choose(box: QComboBox, text: str) -> None:
    """Choose as a person does, which tells the page."""
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def key(window: MainWindow, which: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.data_page.browser.grid, which, keys)


def undo(window: MainWindow) -> None:
    window.session.undo_stack.undo()


def wait_for_answers(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.answers.is_current, timeout=30_000)


# seeing


def test_all_bundled_pictures_are_there_with_their_parts(page: DataPage) -> None:
    assert np.array_equal(page.browser.grid.shown, np.arange(5000))
    assert "MNIST 5,000" in texts(page)
    assert "train 4,250 · validation 375 · test 375" in texts(page)


def test_a_digit_can_be_filtered(page: DataPage, window: MainWindow) -> None:
    press(page.browser, "3")
    labels, grid = window.session.dataset.labels, page.browser.grid
    assert len(grid.shown) == 500
    assert set(labels[grid.shown]) == {3}
    press(page.browser, "all")
    assert len(grid.shown) == 5000


def test_a_bar_of_the_histogram_filters_too(page: DataPage, window: MainWindow) -> None:
    bars = page.browser.histogram
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.width() * 0.75), 50))
    assert set(window.session.dataset.labels[page.browser.grid.shown]) == {7}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_can_be_shown_and_counted_alone(page: DataPage, window: MainWindow, part) -> None:
    press(page.browser, part)
    np.testing.assert_array_equal(page.browser.grid.shown, np.sort(window.session.dataset.split.part(part)))
    counts = window.session.dataset.label_counts(part)
    assert ", ".join(f"{digit}: {count}" for digit, count in enumerate(counts)) in (
        page.browser.histogram.accessibleDescription()
    )


def test_wrong_and_unsure_pictures_are_those_that_the_network_gets_wrong(small: MainWindow, qtbot: QtBot) -> None:
    browser, data = small.data_page.browser, small.session.dataset
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
    model.take_weights(model.network.weights(), (0.0, 1.0))
    qtbot.waitUntil(lambda: answers.share is None, timeout=20_000)
    assert answers.probabilities is not None
    assert not answers.is_current
    assert len(small.data_page.browser.grid.shown) == 300
    assert "earlier network" in texts(small.data_page.browser)


def test_the_selected_picture_is_described(page: DataPage, window: MainWindow) -> None:
    grid = page.browser.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, 60))
    index = grid._columns() + (80 - grid._margin()) // 48
    assert f"picture {index}" in texts(page)
    assert f"label {window.session.dataset.labels[index]}" in texts(page)


def test_other_weights_give_another_answer_for_the_selected_picture(page: DataPage, window: MainWindow) -> None:
    page.browser.grid.select(0)
    before = texts(page)
    weights = window.session.model.network.weights()
    window.session.model.take_weights({name: value * 0 for name, value in weights.items()}, (0.0, 1.0))
    assert texts(page) != before
    assert "10.0 %" in texts(page)


def test_going_to_a_picture_drops_the_filters_that_hide_it(page: DataPage, window: MainWindow) -> None:
    press(page.browser, "3")
    labels = window.session.dataset.labels
    hidden = int(np.flatnonzero(labels == 4)[10])
    page.browser.index_box.setValue(hidden)
    page.browser.index_box.editingFinished.emit()
    assert page.browser.grid.current == hidden
    assert len(page.browser.grid.shown) == 5000


def test_neighbours_and_means_come_and_a_neighbour_can_be_chosen(small: MainWindow, qtbot: QtBot) -> None:
    card, grid = small.data_page.picture, small.data_page.browser.grid
    grid.select(5)
    qtbot.waitUntil(lambda: len(card.neighbours.shown) > 0, timeout=30_000)
    data = small.session.dataset
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


@pytest.mark.parametrize("side", [24, 48, 96])
def test_what_the_grid_paints_is_the_data(page: DataPage, window: MainWindow, side) -> None:
    grid = page.browser.grid
    grid.set_side(side)
    grid.select(40)
    grid.verticalScrollBar().setValue(0)
    image = grid.viewport().grab().toImage()
    margin = grid._margin()
    picture = window.session.dataset.images[0].astype(int)
    for row, column in ((14, 14), (7, 14), (20, 10), (14, 8)):
        x, y = margin + round((column + 0.5) * side / 28), round((row + 0.5) * side / 28)
        shown = image.pixelColor(x, y).lightness()
        near = picture[row - 1 : row + 2, column - 1 : column + 2]
        assert near.min() - 3 <= shown <= near.max() + 3


# correcting


def test_a_digit_key_relabels_goes_on_and_can_be_undone(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    session, grid = small.session, small.data_page.browser.grid
    own = int(session.dataset.labels[7])
    other = (own + 1) % 10
    grid.select(7)
    key(small, Qt.Key(Qt.Key.Key_0.value + other))
    assert session.dataset.labels[7] == other
    assert grid.current == 8
    beside = edits_beside(tmp_path / "mine.npz")
    qtbot.waitUntil(beside.exists, timeout=5000)
    assert session.undo_stack.undoText() == f"relabelling picture 7 as {other}"
    undo(small)
    assert session.dataset.labels[7] == own
    session.undo_stack.redo()
    assert session.dataset.labels[7] == other
    grid.select(7)
    key(small, Qt.Key(Qt.Key.Key_0.value + own))  # its own label again is no correction
    assert not session.dataset.edits


def test_several_pictures_are_relabelled_at_once(small: MainWindow) -> None:
    grid = small.data_page.browser.grid
    grid.select(0)
    key(small, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    key(small, Qt.Key.Key_5)
    assert set(small.session.dataset.labels[:2]) == {5}
    assert grid.selection == [0, 1]
    undo(small)
    assert not small.session.dataset.edits


def test_pictures_can_be_left_out_and_taken_in(small: MainWindow) -> None:
    page, session = small.data_page, small.session
    page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    assert session.dataset.edits.excluded == {3}
    assert all(3 not in session.dataset.split.part(part) for part in PARTS)
    assert "1 picture left out" in texts(page)
    choose(page.browser.show_box, Show.EXCLUDED)
    np.testing.assert_array_equal(page.browser.grid.shown, [3])
    assert "left out" in texts(page.picture)
    press(page.picture, "Take in")
    assert not session.dataset.edits


def test_a_label_that_is_kept_is_no_longer_suspect(small: MainWindow) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_K)
    assert small.session.dataset.edits.kept == {3}
    key(small, Qt.Key.Key_S)
    assert small.data_page.browser.grid.current == 5
    assert small.session.dataset.edits.kept == {3}


def test_undo_is_one_for_the_whole_window(small: MainWindow, draw) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    small.show_page(0)
    draw(small.draw_page.canvas)
    undo(small)
    assert small.session.drawing.is_empty
    assert small.session.dataset.edits.excluded == {3}
    undo(small)
    assert not small.session.dataset.edits


def test_other_data_is_never_changed_by_an_earlier_undo(small: MainWindow, draw, qtbot: QtBot) -> None:
    session = small.session
    draw(small.draw_page.canvas)
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    session.open_data("bundled")
    qtbot.waitUntil(lambda: len(session.dataset) == 5000, timeout=20_000)
    assert session.undo_stack.undoText() == "stroke"
    undo(small)
    assert session.drawing.is_empty
    assert not session.dataset.edits


def test_corrections_are_there_again_at_the_next_start(
    small: MainWindow, make_window, tmp_path: Path, qtbot: QtBot
) -> None:
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    small.data_page.browser.grid.select(9)
    label = (int(small.session.dataset.labels[9]) + 1) % 10
    key(small, Qt.Key(Qt.Key.Key_0.value + label))
    small.close()
    content = (tmp_path / "mine.npz").read_bytes()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.dataset) == 300, timeout=20_000)
    assert again.session.dataset.edits.excluded == {3}
    assert again.session.dataset.labels[9] == label
    assert (tmp_path / "mine.npz").read_bytes() == content


def test_corrections_of_the_bundled_digits_lie_in_the_folder_of_the_program(
    page: DataPage, window: MainWindow, make_window, qtbot: QtBot
) -> None:
    page.browser.grid.setFocus()
    page.browser.grid.select(3)
    key(window, Qt.Key.Key_X)
    window.close()
    file = window.settings.folder / "edits" / "bundled.edits.json"
    assert json.loads(file.read_text())["pictures"][0]["index"] == 3
    again = make_window()
    qtbot.waitUntil(lambda: again.session.dataset.edits.excluded == {3}, timeout=20_000)


def test_corrections_are_kept_though_other_data_is_opened_at_once(
    small: MainWindow, tmp_path, qtbot: QtBot
) -> None:
    data = small.session.data
    data.open("bundled")
    qtbot.waitUntil(lambda: data.proposal is not None, timeout=20_000)
    data.exclude([3])
    data.accept()
    qtbot.waitUntil(edits_beside(tmp_path / "mine.npz").exists, timeout=5000)
    assert load_edits(edits_beside(tmp_path / "mine.npz")).entries[0]["index"] == 3


def test_where_nothing_may_be_written_beside_corrections_lie_with_the_program(
    small: MainWindow, tmp_path: Path, monkeypatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("digitgui.edit_store.os.access", lambda *_: False)
    small.data_page.browser.grid.select(3)
    key(small, Qt.Key.Key_X)
    folder = small.settings.folder / "edits"
    qtbot.waitUntil(lambda: folder.exists() and any(folder.iterdir()), timeout=5000)
    assert not edits_beside(tmp_path / "mine.npz").exists()
    (file,) = folder.iterdir()
    assert load_edits(file).entries[0]["index"] == 3


def test_pictures_are_added_to_the_users_own_set_once_and_it_opens(
    small: MainWindow, make_window, qtbot: QtBot
) -> None:
    session, grid = small.session, small.data_page.browser.grid
    notices: list[str] = []
    session.noticed.connect(notices.append)
    grid.select(3)
    key(small, Qt.Key.Key_M)
    grid.select(3)
    key(small, Qt.Key.Key_M)
    assert len(session.personal) == 1
    assert "1 added" in notices[0]
    assert "already" in notices[1]
    grid.select(4)
    key(small, Qt.Key.Key_M)
    undo(small)
    assert len(session.personal) == 1
    image = session.dataset.images[3]
    small.close()
    again = make_window()
    assert len(again.session.personal) == 1
    again.session.open_data(str(again.session.personal.path))
    qtbot.waitUntil(lambda: again.session.data.proposal is not None, timeout=20_000)
    again.session.data.accept()
    np.testing.assert_array_equal(again.session.dataset.images[0], image)


def test_a_copy_never_takes_the_place_of_the_source(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    content = (tmp_path / "mine.npz").read_bytes()
    with qtbot.waitSignal(small.session.failed) as failed:
        small.session.data.save_copy(tmp_path / "mine.npz")
    assert "mine.npz" in failed.args[0]
    small.session.tasks.finish()
    assert (tmp_path / "mine.npz").read_bytes() == content


def test_a_damaged_set_of_ones_own_is_put_aside_and_told(make_window, settings, qtbot: QtBot) -> None:
    settings.folder.mkdir(parents=True)
    for content in (b"damaged", b"damaged too"):
        (settings.folder / "my-digits.npz").write_bytes(content)
        window = make_window()
        qtbot.waitUntil(lambda window=window: "my-digits" in window.banner.text, timeout=5000)
        assert len(window.session.personal) == 0
        window.close()
    kept = sorted(file.read_bytes() for file in settings.folder.glob("my-digits.damaged*"))
    assert kept == [b"damaged", b"damaged too"]


def test_a_copy_holds_what_was_corrected(small: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    small.data_page.browser.grid.select(0)
    key(small, Qt.Key.Key_X)
    small.session.data.save_copy(tmp_path / "copy.npz")
    qtbot.waitUntil((tmp_path / "copy.npz").exists, timeout=5000)
    with np.load(tmp_path / "copy.npz") as copy:
        assert len(copy["images"]) == 299


def test_the_data_set_can_be_cut_in_another_way_which_is_remembered(small: MainWindow, make_window, qtbot) -> None:
    from digitgui.pages.split_menu import SplitMenu

    menu = small.data_page.findChild(SplitMenu)
    before = small.session.dataset.split.test
    menu.seed.setValue(7)
    assert set(small.session.dataset.split.test) != set(before)
    menu.stratified.setChecked(True)
    rule = small.session.dataset.split_rule
    assert (rule.seed, rule.stratified, rule.own_parts) == (7, True, True)
    assert "--split-seed 7 --stratify" in small.train_page.form.command("x", rule)
    small.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.dataset) == 300, timeout=20_000)
    assert again.session.dataset.split_rule == rule


def test_augmented_versions_follow_the_selected_picture_and_are_rolled_anew(page: DataPage) -> None:
    page.show_tab(2)
    lab = page.augmentation
    page.browser.grid.select(5)
    first = lab.preview.grab().toImage()
    press(lab, "Re-roll")
    second = lab.preview.grab().toImage()
    assert second != first
    page.browser.grid.select(6)
    assert lab.preview.grab().toImage() != second
