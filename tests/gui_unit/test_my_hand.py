"""My hand: drawings kept by what they were meant to be, digits written as asked for, and the network taught."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from digitgui.documents.personal_set import Halves
from digitgui.frame.main_window import MainWindow
from digitgui.frame.window_parts import SMALLEST, USUAL
from digitgui.pages.hand.my_hand_page import MyHandPage
from digitgui.widgets.digit_buttons import DigitButtons
from model.readers.npz_files import load_npz
from model.readers.sources import open_data
from resources import BUNDLED_DIGITS

SEVEN = ((0.28, 0.25), (0.5, 0.24), (0.7, 0.22), (0.62, 0.4), (0.52, 0.6), (0.46, 0.8))


@pytest.fixture
def page(window: MainWindow) -> MyHandPage:
    window.show_page("hand")
    return window.hand_page


def labels_of(window: MainWindow) -> list[int]:
    return window.session.personal.halves.labels.tolist()


# it was a 7


def test_a_digit_key_keeps_the_drawing_and_one_undo_brings_it_back(window: MainWindow, draw) -> None:
    session = window.session
    draw(window.draw_page.canvas)
    seen = session.answering.prediction.picture.copy()
    QTest.keyClick(window.draw_page.canvas, Qt.Key.Key_7)
    assert labels_of(window) == [7]
    np.testing.assert_array_equal(session.personal.halves.images[0], seen)
    assert session.drawing.is_empty
    assert session.answering.prediction is None
    assert "Added to My digits as a 7" in window.banner.text
    QTest.mouseClick(window.banner.findChild(QPushButton, "bannerUndo"), Qt.MouseButton.LeftButton)
    assert labels_of(window) == []
    assert len(session.drawing.strokes) == 1
    assert session.answering.prediction is not None
    session.undo_stack.redo()
    assert labels_of(window) == [7]
    assert session.drawing.is_empty


def test_a_digit_key_in_the_middle_of_a_stroke_waits_for_its_end(window: MainWindow, qtbot: QtBot) -> None:
    canvas, session = window.draw_page.canvas, window.session
    places = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in SEVEN]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:3]:
        QTest.mouseMove(canvas, place)
    QTest.keyClick(canvas, Qt.Key.Key_7)
    for place in places[3:]:
        QTest.mouseMove(canvas, place)
    assert labels_of(window) == []
    assert len(session.drawing.live.points) == len(SEVEN)
    whole = session.answering.prediction.picture
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    qtbot.waitUntil(lambda: labels_of(window) == [7], timeout=10_000)
    np.testing.assert_array_equal(session.personal.halves.images[0], whole)
    assert session.drawing.is_empty


def test_a_digit_key_before_a_number_has_been_read_keeps_no_digit(window: MainWindow, draw, qtbot: QtBot) -> None:
    canvas, session = window.draw_page.canvas, window.session
    for right in (0.0, 0.5):
        draw(canvas, [(0.1 + 0.4 * x + right, y) for x, y in SEVEN])
    assert session.answering.number is None  # it is still being read
    QTest.keyClick(canvas, Qt.Key.Key_7)
    qtbot.waitUntil(lambda: "the number 77" in window.banner.text, timeout=10_000)
    assert labels_of(window) == []
    assert len(session.drawing.strokes) == 2


def test_a_digit_begun_right_after_the_key_is_another_one(window: MainWindow, draw) -> None:
    canvas, session = window.draw_page.canvas, window.session
    draw(canvas, [(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)])
    draw(canvas, [(0.4, 0.5), (0.7, 0.5)])  # a bar: two strokes may be a number, which is being found out
    QTest.keyClick(canvas, Qt.Key.Key_7)
    draw(canvas, [(0.5, 0.2), (0.5, 0.8)])
    assert labels_of(window) == [7]
    assert len(session.drawing.strokes) == 1


def test_what_waits_to_be_kept_goes_with_the_drawing(window: MainWindow, draw) -> None:
    canvas, session = window.draw_page.canvas, window.session
    for right in (0.0, 0.5):
        draw(canvas, [(0.1 + 0.4 * x + right, y) for x, y in SEVEN])
    QTest.keyClick(canvas, Qt.Key.Key_7)
    session.drawing.clear()
    QTest.qWait(50)
    draw(canvas)
    QTest.qWait(50)
    assert labels_of(window) == []


def test_a_stroke_of_the_eraser_on_an_empty_canvas_says_why_nothing_happens(window: MainWindow, draw) -> None:
    QTest.keyClick(window, Qt.Key.Key_E)
    draw(window.draw_page.canvas)
    assert window.banner.text == "There is nothing to erase yet. Press E to switch the eraser off."
    QTest.keyClick(window, Qt.Key.Key_E)
    draw(window.draw_page.canvas, mouse_button=Qt.MouseButton.RightButton)
    assert window.banner.text == "There is nothing to erase yet. Draw with the left button."


def test_the_keypad_and_the_dock_do_the_same(window: MainWindow, draw) -> None:
    window.show_page("train")
    draw(window.dock.canvas)
    window.dock.canvas.setFocus()
    QTest.keyClick(window.dock.canvas, Qt.Key.Key_1, Qt.KeyboardModifier.KeypadModifier)
    assert labels_of(window) == [1]


def test_digits_typed_elsewhere_are_not_taken(window: MainWindow, draw) -> None:
    draw(window.draw_page.canvas)
    window.show_page("train")
    box = window.train_page.findChild(QSpinBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_7)
    assert box.value() == 7
    QTest.keyClick(window.train_page, Qt.Key.Key_3)
    window.show_page("data")
    window.data_page.grid.setFocus()
    QTest.keyClick(window.data_page.grid, Qt.Key.Key_3)
    assert labels_of(window) == []
    window.show_page("draw")
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert labels_of(window) == []


def test_an_empty_canvas_keeps_nothing_and_says_so(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_4)
    assert labels_of(window) == []
    assert "Draw a digit first" in window.banner.text
    assert not window.session.undo_stack.canUndo()


def test_the_same_drawing_is_kept_once(window: MainWindow, draw, qtbot: QtBot) -> None:
    canvas = window.draw_page.canvas
    size = canvas.size()
    for _ in range(2):
        window.banner.hide()
        qtbot.waitUntil(lambda: canvas.size() == size)  # or the pixels of the stroke would be others
        draw(canvas)
        QTest.keyClick(window, Qt.Key.Key_7)
    assert labels_of(window) == [7]
    assert "already has this picture, as a 7" in window.banner.text
    assert len(window.session.drawing.strokes) == 1  # it stays, since it has gone nowhere


def test_the_button_to_undo_goes_when_something_else_would_be_undone(window: MainWindow, draw) -> None:
    draw(window.draw_page.canvas)
    QTest.keyClick(window, Qt.Key.Key_7)
    undo = window.banner.findChild(QPushButton, "bannerUndo")
    assert undo.isVisible()
    draw(window.draw_page.canvas)
    assert not undo.isVisible()


@pytest.mark.parametrize("size", [SMALLEST, USUAL])
def test_a_notice_covers_none_of_the_buttons(page: MyHandPage, window: MainWindow, size: QSize) -> None:
    window.resize(size)
    window.session.guide.start()
    window.banner.show_notice("Kept as 5; the network reads 3. Undo it if your pen has slipped.", lambda: None)
    assert window.banner.isVisible()
    covered = QRect(window.banner.mapTo(window, QPoint()), window.banner.size())
    for button in page.findChildren(QPushButton):
        if button.isVisible():
            place = QRect(button.mapTo(window, QPoint()), button.size())
            assert not covered.intersects(place), button.text()


def test_ten_small_buttons_do_it_by_mouse(page: MyHandPage, window: MainWindow, draw) -> None:
    draw(page.canvas)
    chips = page.findChild(DigitButtons).findChildren(QPushButton)
    assert [chip.text() for chip in chips] == list("0123456789")
    QTest.mouseClick(chips[2], Qt.MouseButton.LeftButton)
    assert labels_of(window) == [2]


@pytest.mark.parametrize("name", ["draw", "hand"])
def test_the_buttons_wait_for_a_drawing_and_mark_the_answer(name: str, window: MainWindow, draw) -> None:
    window.show_page(name)
    page = window.draw_page if name == "draw" else window.hand_page
    chips = page.findChild(DigitButtons).findChildren(QPushButton)
    assert not any(chip.isEnabled() for chip in chips)
    draw(page.canvas)
    assert all(chip.isEnabled() for chip in chips)
    assert [chip.text() for chip in chips if chip.property("answer")] == [
        str(window.session.answering.prediction.digit)
    ]
    QTest.mouseClick(chips[7], Qt.MouseButton.LeftButton)
    assert labels_of(window) == [7]
    assert not any(chip.isEnabled() or chip.property("answer") for chip in chips)


def test_the_ten_buttons_are_one_stop_and_arrows_move_within(page: MyHandPage, window: MainWindow, draw) -> None:
    draw(page.canvas)
    chips = page.findChild(DigitButtons).findChildren(QPushButton)
    answer = window.session.answering.prediction.digit
    assert [chip.text() for chip in chips if chip.focusPolicy() == Qt.FocusPolicy.TabFocus] == [str(answer)]
    chips[answer].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chips[answer], Qt.Key.Key_Home)
    for number in range(3):
        assert window.focusWidget() is chips[number]
        QTest.keyClick(chips[number], Qt.Key.Key_Right)
    QTest.keyClick(chips[3], Qt.Key.Key_Left)
    QTest.keyClick(chips[2], Qt.Key.Key_Space)
    assert labels_of(window) == [2]


def test_the_focus_looks_different_from_the_answer(page: MyHandPage, window: MainWindow, draw) -> None:
    draw(page.canvas)
    chips = page.findChild(DigitButtons).findChildren(QPushButton)
    answer = window.session.answering.prediction.digit
    other = chips[(answer + 1) % 10]

    def edge_and_ground(chip: QPushButton) -> tuple[str, str]:
        image = chip.grab().toImage()
        return image.pixelColor(image.width() // 2, 0).name(), image.pixelColor(image.width() // 2, 4).name()

    marked = edge_and_ground(chips[answer])
    other.setFocus(Qt.FocusReason.TabFocusReason)
    focused = edge_and_ground(other)
    assert focused[0] != marked[0]  # a ring
    assert focused[1] != marked[1]  # and no filling


def test_my_hand_says_what_the_network_reads(page: MyHandPage, window: MainWindow, draw, qtbot: QtBot) -> None:
    reads = page.findChild(QLabel, "handAnswer")
    assert reads.text() == ""
    draw(page.canvas)
    prediction = window.session.answering.prediction
    sure = f"{100 * prediction.probabilities.max():.1f} %"
    assert reads.text().replace("?", "") == f"reads {prediction.digit}\n{sure}"
    window.session.drawing.clear()
    for right in (0.0, 0.5):
        draw(page.canvas, [(0.1 + 0.4 * x + right, y) for x, y in SEVEN])
    qtbot.waitUntil(lambda: reads.text() == "reads 77", timeout=10_000)


@pytest.mark.parametrize("name", ["draw", "hand"])
def test_a_number_is_kept_as_no_one_digit(name: str, window: MainWindow, draw, qtbot: QtBot) -> None:
    window.show_page(name)
    page = window.draw_page if name == "draw" else window.hand_page
    for right in (0.0, 0.5):
        draw(page.canvas, [(0.1 + 0.4 * x + right, y) for x, y in SEVEN])
    qtbot.waitUntil(lambda: window.session.answering.number is not None, timeout=10_000)
    assert not page.findChild(DigitButtons).isEnabled()
    QTest.keyClick(page.canvas, Qt.Key.Key_7)
    assert labels_of(window) == []
    assert "the number 77" in window.banner.text
    assert len(window.session.drawing.strokes) == 2
    window.session.undo_stack.undo()
    qtbot.waitUntil(page.findChild(DigitButtons).isEnabled, timeout=10_000)
    QTest.keyClick(page.canvas, Qt.Key.Key_7)
    assert labels_of(window) == [7]


# the two halves


def test_halves_stay_balanced_whatever_is_added(rng_images) -> None:
    halves = Halves()
    rng = np.random.default_rng(0)
    for _ in range(12):
        labels = rng.integers(0, 10, rng.integers(1, 9)).astype(np.uint8)
        before = {image.tobytes() for image in halves.images[: halves.test_start]}
        halves = halves.with_added(rng_images(len(labels)), labels)
        after = {image.tobytes() for image in halves.images[: halves.test_start]}
        assert before <= after  # whoever is taught stays taught
        taught = np.bincount(halves.labels[: halves.test_start], minlength=10)
        measures = np.bincount(halves.labels[halves.test_start :], minlength=10)
        assert ((taught - measures >= 0) & (taught - measures <= 1)).all()


def test_halves_are_kept_in_a_file_that_others_read(filled: MainWindow, make_window) -> None:
    personal = filled.session.personal
    start = personal.halves.test_start
    filled.session.tasks.finish()
    with np.load(personal.path) as archive:
        assert len(archive["x_train"]) == start
        assert len(archive["x_test"]) == 60 - start
    assert open_data(str(personal.path)).official_test_start == start
    filled.close()
    again = make_window().session.personal.halves
    assert again.test_start == start
    np.testing.assert_array_equal(again.images, personal.halves.images)


def test_a_file_without_halves_opens_and_gets_them(make_window, settings, rng_images) -> None:
    settings.folder.mkdir(parents=True)
    labels = np.array([3, 3, 3, 5], np.uint8)
    np.savez(settings.folder / "my-digits.npz", images=rng_images(4), labels=labels)
    window = make_window()
    halves = window.session.personal.halves
    assert (halves.labels.tolist(), halves.test_start) == ([3, 3, 5, 3], 3)
    window.session.tasks.finish()
    assert load_npz(settings.folder / "my-digits.npz").official_test_start == 3


def test_corrections_on_the_data_page_count_here_too(filled: MainWindow, qtbot: QtBot) -> None:
    session, hand = filled.session, filled.session.hand
    filled.ways.browse_my_digits()
    qtbot.waitUntil(lambda: session.data.dataset.source == str(session.personal.path), timeout=20_000)
    own = int(session.data.dataset.labels[0])
    session.data.exclude([1])
    session.data.relabel([0], (own + 1) % 10)
    qtbot.waitUntil(lambda: hand.digits.labels[0] != own and 1 in hand.digits.edits.excluded, timeout=5000)
    filled.show_page("hand")
    session.keeper.keep(3)  # nothing is drawn, so nothing changes
    assert len(hand.digits.included) == 59
    bundled = load_npz(BUNDLED_DIGITS)
    session.personal.add(bundled.images[100:101], bundled.labels[100:101])
    qtbot.waitUntil(lambda: len(session.data.dataset) == 61, timeout=5000)  # what is open there shows it at once
    assert len(session.data.dataset.included) == 60


def test_corrections_can_be_undone_though_digits_are_added(filled: MainWindow, qtbot: QtBot) -> None:
    session, bundled = filled.session, load_npz(BUNDLED_DIGITS)
    filled.ways.browse_my_digits()
    qtbot.waitUntil(lambda: session.data.dataset.source == str(session.personal.path), timeout=20_000)
    grid = filled.data_page.browser.grid
    grid.select(59)
    grid.setFocus()
    picture = session.data.dataset.images[59]
    QTest.keyClick(grid, Qt.Key.Key_X)
    session.personal.add(bundled.images[100:110], bundled.labels[100:110])
    qtbot.waitUntil(lambda: len(session.data.dataset) == 70, timeout=20_000)
    (place,) = session.data.dataset.edits.excluded
    assert place > 59  # some have been added before it
    np.testing.assert_array_equal(session.data.dataset.images[place], picture)
    grid.select(0)
    QTest.keyClick(grid, Qt.Key.Key_X)
    QTest.keyClick(filled, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.data.dataset.edits.excluded == {place}
    QTest.keyClick(filled, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(session.data.dataset) == 60, timeout=20_000)
    assert session.data.dataset.edits.excluded == {59}
    QTest.keyClick(filled, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.data.dataset.edits
