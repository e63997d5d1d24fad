"""Digits written one after the other as they are asked for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.drawings.guided_writing import COUNTS, REST_MILLISECONDS, ROUNDS, WAITING
from digitgui.frame.main_window import MainWindow
from digitgui.pages.hand.my_hand_page import MyHandPage


@pytest.fixture
def page(window: MainWindow) -> MyHandPage:
    window.show_page("hand")
    return window.hand_page


def button_named(page: MyHandPage, text: str) -> QPushButton:
    return next(button for button in page.findChildren(QPushButton) if button.text() == text)


def labels_of(window: MainWindow) -> list[int]:
    return window.session.personal.halves.labels.tolist()


def test_a_digit_is_taken_when_the_pen_has_rested(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    guide = window.session.guide
    assert (guide.digit, len(guide.waiting)) == (0, 10 * ROUNDS)
    draw(page.canvas)
    assert labels_of(window) == []  # a second stroke may come
    qtbot.waitUntil(lambda: guide.digit == 1, timeout=3 * REST_MILLISECONDS)
    assert labels_of(window) == [0]
    assert guide.counts[0] == 1
    assert window.session.drawing.is_empty


def test_keys_accept_and_take_back_and_a_brought_back_digit_waits(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    guide, session = window.session.guide, window.session
    guide.start()
    draw(page.canvas)
    QTest.keyClick(page.canvas, Qt.Key.Key_Space)
    draw(page.canvas, ((0.5, 0.2), (0.5, 0.8)))
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [0, 1]
    QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert labels_of(window) == [0]
    assert (guide.digit, guide.counts[1]) == (1, 0)
    assert len(session.drawing.strokes) == 1  # to look at, to add to, or to clear
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == [0]
    draw(page.canvas, ((0.3, 0.8), (0.7, 0.8)))
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [0, 1]


def test_skipping_stopping_and_the_end(page: MyHandPage, window: MainWindow, draw) -> None:
    guide = window.session.guide
    guide.start()
    guide.skip()
    assert (guide.digit, guide.counts) == (1, (0,) * 10)
    guide.take_back()
    assert guide.digit == 0
    QTest.keyClick(page.canvas, Qt.Key.Key_Space)  # an empty canvas is no digit
    assert guide.digit == 0
    for _ in range(10 * ROUNDS):
        guide.skip()
    assert guide.is_active
    assert guide.digit is None
    guide.stop()
    assert not guide.is_active
    draw(page.canvas)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == []


def test_keys_draw_where_nothing_is_asked_for(page: MyHandPage, window: MainWindow) -> None:
    guide, drawing, canvas = window.session.guide, window.session.drawing, page.canvas

    def line() -> None:
        QTest.keyClick(canvas, Qt.Key.Key_Space)
        QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(canvas, Qt.Key.Key_Return)
        QTest.keyClick(canvas, Qt.Key.Key_Right)

    def draw_two_lines() -> None:
        canvas.setFocus()
        line()
        line()
        assert len(drawing.strokes) == 2

    draw_two_lines()
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert canvas.erasing
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    guide.start()
    line()  # the same keys, until something is drawn: then they accept it
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert labels_of(window) == [0]
    for _ in guide.waiting:
        guide.skip()
    draw_two_lines()  # after the last digit, before the guide is stopped
    guide.stop()
    drawing.clear()
    draw_two_lines()
    assert labels_of(window) == [0]


def test_taking_back_ends_where_the_guide_began(page: MyHandPage, window: MainWindow, draw) -> None:
    session = window.session
    draw(page.canvas)
    QTest.keyClick(window, Qt.Key.Key_7)
    draw(page.canvas)  # the start removes it
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    draw(page.canvas, ((0.5, 0.2), (0.5, 0.8)))
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [7, 0]
    for _ in range(6):
        QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert labels_of(window) == [7]
    assert session.guide.digit == 0
    assert session.drawing.is_empty
    session.undo_stack.undo()  # the menu's goes further
    assert len(session.drawing.strokes) == 1


def test_what_was_done_elsewhere_is_not_taken_back(
    page: MyHandPage, window: MainWindow, make_window, draw
) -> None:
    session, guide, stack = window.session, window.session.guide, window.session.undo_stack
    take_back = button_named(page, "Take back")
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    assert not take_back.isEnabled()
    draw(page.canvas)
    assert take_back.isEnabled()
    guide.accept()
    assert take_back.isEnabled()
    own = int(session.data.dataset.labels[5])
    session.data.relabel([5], (own + 1) % 10)
    assert not take_back.isEnabled()
    QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert session.data.dataset.labels[5] != own
    guide.skip()
    QTest.mouseClick(take_back, Qt.MouseButton.LeftButton)
    assert guide.digit == 1
    assert not take_back.isEnabled()
    stack.undo()
    QTest.mouseClick(take_back, Qt.MouseButton.LeftButton)
    assert (labels_of(window), guide.digit) == ([], 0)


def test_nothing_but_the_round_is_taken_back_after_a_restart(
    page: MyHandPage, window: MainWindow, make_window
) -> None:
    window.session.guide.start()
    window.close()
    again = make_window()
    session, canvas = again.session, again.hand_page.canvas
    own = int(session.data.dataset.labels[5])
    session.data.relabel([5], (own + 1) % 10)
    again.show_page("hand")
    assert not button_named(again.hand_page, "Take back").isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert session.data.dataset.labels[5] != own


def test_undoing_an_earlier_round_leaves_this_one_alone(page: MyHandPage, window: MainWindow, draw) -> None:
    guide, stack = window.session.guide, window.session.undo_stack
    start = page.findChild(QPushButton, "guideStart")
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    for points in (((0.3, 0.3), (0.7, 0.7)), ((0.5, 0.2), (0.5, 0.8))):
        draw(page.canvas, points)
        QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    guide.stop()
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    guide.skip()
    stack.undo()
    stack.undo()
    assert labels_of(window) == [0]  # the picture of the earlier round goes all the same
    assert (guide.digit, len(guide.waiting), guide.counts) == (0, 10 * ROUNDS, (0,) * 10)
    for _ in range(2):
        stack.redo()
    assert labels_of(window) == [0, 1]
    assert (guide.digit, len(guide.waiting), guide.counts) == (1, 10 * ROUNDS - 1, (0,) * 10)


def test_nothing_is_taken_on_another_page(page: MyHandPage, window: MainWindow, draw, qtbot: QtBot) -> None:
    window.session.guide.start()
    draw(page.canvas)
    window.show_page("draw")
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == []


@pytest.mark.parametrize("place", ["draw", "train"])
def test_what_is_drawn_on_another_page_is_not_what_was_asked_for(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot, place: int
) -> None:
    guide = window.session.guide
    guide.start()
    window.show_page(place)
    draw(window.draw_page.canvas if place == "draw" else window.dock.canvas)
    qtbot.wait(REST_MILLISECONDS + 200)
    window.show_page("hand")
    qtbot.wait(REST_MILLISECONDS + 200)  # it is seen now, but was not drawn here
    assert (labels_of(window), guide.digit) == ([], 0)
    assert len(window.session.drawing.strokes) == 1
    draw(page.canvas)
    qtbot.waitUntil(lambda: guide.digit == 1, timeout=3 * REST_MILLISECONDS)
    assert labels_of(window) == [0]


def test_a_stroke_that_ends_by_leaving_a_page_is_not_taken_on_the_next(
    page: MyHandPage, window: MainWindow, qtbot: QtBot
) -> None:
    window.session.guide.start()
    window.show_page("draw")
    QTest.mousePress(window.draw_page.canvas, Qt.MouseButton.LeftButton)
    window.show_page("hand")
    assert window.session.drawing.live is None
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == []


def test_what_cannot_be_kept_does_not_count_and_says_why(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    session, guide = window.session, window.session.guide
    guide.start()
    draw(page.canvas)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    draw(page.canvas)  # the same once more, where a 1 was asked for
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert (labels_of(window), guide.digit, guide.counts[:2]) == ([0], 1, (1, 0))
    assert "already, added as a 0" in window.banner.text
    session.drawing.clear()
    for x in (0.3, 0.7):
        draw(page.canvas, ((x, 0.2), (x, 0.8)))
    qtbot.waitUntil(lambda: "the number 11" in window.banner.text, timeout=10_000)  # when the pen has rested
    assert (labels_of(window), guide.digit) == ([0], 1)


def test_a_round_goes_on_at_the_next_start(page: MyHandPage, window: MainWindow, make_window, draw) -> None:
    guide = window.session.guide
    guide.start()
    draw(page.canvas)
    guide.accept()
    guide.skip()
    assert (guide.digit, guide.counts[0]) == (2, 1)
    window.close()
    again = make_window()
    guide = again.session.guide
    assert (guide.digit, len(guide.waiting), guide.counts) == (2, 10 * ROUNDS - 2, (1, *[0] * 9))
    guide.stop()
    again.close()
    assert not make_window().session.guide.is_active


@pytest.mark.parametrize(("waiting", "counts"), [("many", "1"), ("51", "0000000000"), ("-1", ""), ("0", "55")])
def test_a_damaged_memory_of_a_round_is_none(make_window, settings, waiting: str, counts: str) -> None:
    settings.set(WAITING, waiting)
    settings.set(COUNTS, counts)
    guide = make_window().session.guide
    assert (guide.is_active, guide.waiting, guide.counts) == (False, (), (0,) * 10)


def test_a_sample_that_is_read_otherwise_is_kept_and_told(page: MyHandPage, window: MainWindow, draw) -> None:
    session, guide = window.session, window.session.guide
    guide.start()
    draw(page.canvas)  # a seven, where a nought was asked for
    read = session.answering.prediction.digit
    guide.accept()
    assert labels_of(window) == [0]
    assert f"Kept as 0; the network reads {read}" in window.banner.text
    QTest.mouseClick(window.banner.findChild(QPushButton, "bannerUndo"), Qt.MouseButton.LeftButton)
    assert labels_of(window) == []
    assert guide.digit == 0
    assert not session.drawing.is_empty
    for _ in range(read):
        session.drawing.clear()
        guide.skip()
    draw(page.canvas)
    guide.accept()
    assert labels_of(window) == [read]
    assert not window.banner.isVisible()
