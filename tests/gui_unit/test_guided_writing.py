"""Digits written one after the other as they are asked for."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.drawings.guided_writing import REST_MILLISECONDS, ROUNDS
from digitgui.frame.main_window import MainWindow
from digitgui.pages.hand.my_hand_page import MyHandPage

ZERO = [(0.5 + 0.18 * math.sin(turn / 4), 0.5 - 0.28 * math.cos(turn / 4)) for turn in range(26)]
ONE = [(0.5, 0.2), (0.5, 0.8)]
FIVE = [(0.65, 0.2), (0.38, 0.2), (0.36, 0.45), (0.55, 0.42), (0.66, 0.58), (0.56, 0.76), (0.36, 0.76)]


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
    draw(page.canvas, ZERO)
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
    draw(page.canvas, ZERO)
    QTest.keyClick(page.canvas, Qt.Key.Key_Space)
    draw(page.canvas, ONE)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [0, 1]
    QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert labels_of(window) == [0]
    assert (guide.digit, guide.counts[1]) == (1, 0)
    assert len(session.drawing.strokes) == 1  # to look at, to add to, or to clear
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == [0]
    draw(page.canvas, ((0.5, 0.3), (0.5, 0.7)))
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
    for _ in range(2):  # a line is read as no 0
        QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert labels_of(window) == [0]
    for _ in guide.waiting:
        guide.skip()
    drawing.clear()
    draw_two_lines()  # after the last digit, before the guide is stopped
    guide.stop()
    drawing.clear()
    draw_two_lines()
    assert labels_of(window) == [0]


def test_taking_back_ends_where_the_guide_began(page: MyHandPage, window: MainWindow, draw) -> None:
    session = window.session
    draw(page.canvas)
    QTest.keyClick(window, Qt.Key.Key_7)
    draw(page.canvas)  # the start sets it aside
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    draw(page.canvas, ZERO)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [7, 0]
    for _ in range(6):
        QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert labels_of(window) == [7]
    assert session.guide.digit == 0
    assert session.drawing.is_empty
    session.undo_stack.undo()  # the menu's goes further: it undoes what has been set aside
    session.guide.stop()
    assert session.drawing.is_empty
    session.undo_stack.redo()
    assert len(session.drawing.strokes) == 1


def test_what_was_done_elsewhere_is_not_taken_back(
    page: MyHandPage, window: MainWindow, make_window, draw
) -> None:
    session, guide, stack = window.session, window.session.guide, window.session.undo_stack
    take_back = button_named(page, "Take back")
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    assert not take_back.isEnabled()
    draw(page.canvas, ZERO)
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


def test_undoing_an_earlier_round_leaves_this_one_alone(page: MyHandPage, window: MainWindow, draw) -> None:
    guide, stack = window.session.guide, window.session.undo_stack
    start = page.findChild(QPushButton, "guideStart")
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    for points in (ZERO, ONE):
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
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot, place: str
) -> None:
    guide, drawing = window.session.guide, window.session.drawing
    draw(page.canvas, FIVE)
    (five,) = drawing.strokes
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    assert drawing.is_empty
    draw(page.canvas, ZERO[:8])
    window.show_page(place)
    assert drawing.strokes == [five]
    draw(window.draw_page.canvas if place == "draw" else window.dock.canvas)
    qtbot.wait(REST_MILLISECONDS + 200)
    window.show_page("hand")
    assert len(drawing.strokes) == 1  # what was begun of the digit
    qtbot.wait(REST_MILLISECONDS + 200)  # it waits until the pen is used again
    assert (labels_of(window), guide.digit) == ([], 0)
    QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert len(drawing.strokes) == 1  # the last step was made on another page
    draw(page.canvas, ZERO[7:])
    qtbot.waitUntil(lambda: guide.digit == 1, timeout=3 * REST_MILLISECONDS)
    assert labels_of(window) == [0]
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert len(drawing.strokes) == 2
    assert drawing.strokes[0] is five


def test_escape_ends_guided_writing_and_brings_the_drawing_back(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    session = window.session
    draw(page.canvas)
    QTest.mouseClick(page.findChild(QPushButton, "guideStart"), Qt.MouseButton.LeftButton)
    draw(page.canvas, ZERO)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    draw(page.canvas, ONE)
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert not session.guide.is_active
    assert page.findChild(QPushButton, "guideStart").isVisible()
    assert len(session.drawing.strokes) == 1
    assert session.answering.prediction.digit == 7
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == [0]
    session.undo_stack.undo()  # of the sheet that was put away
    assert len(session.drawing.strokes) == 1


def test_escape_with_the_pen_of_the_keyboard_down_leaves_the_drawing_as_it_was(
    page: MyHandPage, window: MainWindow
) -> None:
    window.session.guide.start()
    page.canvas.setFocus()
    QTest.keyClick(page.canvas, Qt.Key.Key_Space)
    QTest.keyClick(page.canvas, Qt.Key.Key_Down)
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert not window.session.guide.is_active
    assert window.session.drawing.is_empty
    QTest.keyClick(page.canvas, Qt.Key.Key_Down)
    assert window.session.drawing.is_empty


def test_a_stroke_that_ends_by_leaving_a_page_is_not_taken_on_the_next(
    page: MyHandPage, window: MainWindow, qtbot: QtBot
) -> None:
    window.session.guide.start()
    window.show_page("draw")
    QTest.mousePress(window.draw_page.canvas, Qt.MouseButton.LeftButton)
    window.show_page("hand")
    assert window.session.drawing.live is None
    assert window.session.drawing.is_empty
    qtbot.wait(REST_MILLISECONDS + 200)
    assert labels_of(window) == []


def test_what_cannot_be_kept_does_not_count_and_says_why(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    session, guide = window.session, window.session.guide
    guide.start()
    draw(page.canvas, ZERO)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    draw(page.canvas, ZERO)  # the same once more, where a 1 was asked for
    for _ in range(2):
        QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert (labels_of(window), guide.digit, guide.counts[:2]) == ([0], 1, (1, 0))
    assert "already has this picture, as a 0" in window.banner.text
    session.drawing.clear()
    for x in (0.3, 0.7):
        draw(page.canvas, ((x, 0.2), (x, 0.8)))
    qtbot.waitUntil(lambda: "the number 11" in window.banner.text, timeout=10_000)  # when the pen has rested
    assert (labels_of(window), guide.digit) == ([0], 1)


def test_a_round_ends_with_the_program_and_the_drawing_is_there_again(
    page: MyHandPage, window: MainWindow, make_window, draw
) -> None:
    draw(page.canvas)
    guide = window.session.guide
    guide.start()
    draw(page.canvas, ZERO)
    guide.accept()
    draw(page.canvas, ONE)
    window.close()
    again = make_window()
    assert not again.session.guide.is_active
    assert labels_of(again) == [0]
    assert len(again.session.drawing.strokes) == 1
    assert again.session.answering.prediction.digit == 7


def test_a_digit_that_is_read_otherwise_is_kept_when_that_is_said_twice(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    session, guide = window.session, window.session.guide
    guide.start()
    draw(page.canvas)  # a seven, where a nought was asked for
    qtbot.waitUntil(lambda: guide.read_instead == 7, timeout=3 * REST_MILLISECONDS)
    assert (labels_of(window), guide.digit) == ([], 0)
    assert page._title.text() == "Is this a 0?"
    assert "The network reads a 7" in page._words.text()
    QTest.keyClick(window, Qt.Key.Key_Delete)  # and written anew
    assert page._title.text() == "Write a 0"
    draw(page.canvas, ZERO)
    QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [0]
    draw(page.canvas)
    for _ in range(2):
        assert labels_of(window) == [0]
        QTest.keyClick(page.canvas, Qt.Key.Key_Return)
    assert labels_of(window) == [0, 1]
    assert (guide.digit, guide.read_instead) == (2, None)
    assert not window.banner.isVisible()
    QTest.keyClick(page.canvas, Qt.Key.Key_Backspace)
    assert labels_of(window) == [0]
    assert not session.drawing.is_empty
