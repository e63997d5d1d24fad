"""A drawing that is drawn once more."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.drawings.replay import LONGEST_PAUSE, schedule
from digitgui.drawings.strokes import Stroke
from digitgui.frame.main_window import MainWindow

SEVEN = ((-0.22, -0.25), (0.0, -0.26), (0.2, -0.28), (0.12, -0.1), (0.02, 0.1), (-0.04, 0.3))


def stroke(began: float, *times: float) -> Stroke:
    result = Stroke(0.08, False, began=began)
    for time_, (x, y) in zip(times, SEVEN, strict=False):
        result.add(QPointF(x, y), 1.0, time_)
    return result


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """Draw a seven that took 0.4 seconds, and a bar through it after a long pause."""
    bar = Stroke(0.08, False, began=60_000)
    for step in range(5):
        bar.add(QPointF(-0.1 + 0.07 * step, 0.0), 1.0, 40.0 * step)
    window.session.drawing.replace([stroke(0, 0, 80, 160, 240, 320, 400), bar])
    return window


def wait_until_over(window: MainWindow, qtbot: QtBot) -> float:
    began = time.monotonic()
    qtbot.waitUntil(lambda: not window.session.drawing.is_replayed, timeout=9_000)
    return time.monotonic() - began


def test_the_drawing_grows_with_its_own_timing_and_is_answered_on_the_way(drawn: MainWindow, qtbot: QtBot) -> None:
    drawing, ink, answers = drawn.session.drawing, [], []
    whole, entries = drawing.to_gray(), drawing.undo_stack.count()
    drawing.changed.connect(lambda: ink.append(float(drawing.to_gray().sum())))
    drawn.session.answering.changed.connect(lambda: answers.append(drawn.session.answering.prediction))
    QTest.keyClick(drawn, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert drawing.is_replayed
    assert not drawing.to_gray().any()
    seconds = wait_until_over(drawn, qtbot)
    assert 1.0 < seconds < 2.5  # 0.4 s, half a second of the pause, 0.16 s
    assert ink == sorted(ink)
    assert len(set(ink)) > 6
    assert len(answers) > 4
    assert np.array_equal(drawing.to_gray(), whole)
    assert drawn.session.answering.prediction is not None
    assert drawing.undo_stack.count() == entries
    assert len(drawing.strokes) == 2


def test_long_pauses_are_shortened() -> None:
    due = schedule([stroke(0, 0, 100, 30_000), stroke(90_000, 0, 50), stroke(90_060, 0)])
    assert due[0].tolist() == [0, 100, 100 + LONGEST_PAUSE]
    assert due[1].tolist() == [100 + 2 * LONGEST_PAUSE, 150 + 2 * LONGEST_PAUSE]
    assert due[2].tolist() == [160 + 2 * LONGEST_PAUSE]


def test_a_long_drawing_takes_six_seconds(window: MainWindow) -> None:
    replay = window.session.replay
    window.session.drawing.replace([stroke(1000 * n, *range(0, 600, 100)) for n in range(60)])
    replay.start()
    assert replay._schedule[-1][-1] / replay._speed == pytest.approx(6000)
    replay.stop()


@pytest.mark.parametrize("way", ["press on the canvas", "press elsewhere", "Escape", "Ctrl+R twice"])
def test_a_press_or_escape_shows_the_whole_drawing(drawn: MainWindow, qtbot: QtBot, way: str) -> None:
    drawing = drawn.session.drawing
    whole = drawing.to_gray()
    drawn.session.replay.start()
    qtbot.wait(60)
    assert drawing.is_replayed
    if way == "Escape":
        QTest.keyClick(drawn.draw_page.canvas, Qt.Key.Key_Escape)
    elif way == "Ctrl+R twice":
        drawn.session.replay.start()
        assert not drawing.to_gray().any()
        drawn.session.replay.stop()
    else:
        target = drawn.draw_page.canvas if "canvas" in way else drawn.statusBar()
        QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert not drawing.is_replayed
    assert np.array_equal(drawing.to_gray(), whole)
    assert len(drawing.strokes) == 2
    qtbot.wait(50)
    assert np.array_equal(drawing.to_gray(), whole)


def test_the_button_stops_the_replay_that_it_has_begun(drawn: MainWindow, qtbot: QtBot) -> None:
    drawing, button = drawn.session.drawing, drawn.draw_page.findChild(QPushButton, "replayButton")
    whole, width = drawing.to_gray(), button.width()
    assert button.text() == "Replay"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.wait(60)
    assert (button.text(), drawing.is_replayed, button.width()) == ("Stop", True, width)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (button.text(), drawing.is_replayed) == ("Replay", False)
    assert np.array_equal(drawing.to_gray(), whole)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_until_over(drawn, qtbot)
    assert button.text() == "Replay"


def test_undo_during_a_replay_is_an_ordinary_undo(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.session.drawing.begin_stroke(QPointF(0, 0), width=0.1)
    drawn.session.drawing.end_stroke()
    drawn.session.replay.start()
    qtbot.wait(30)
    QTest.keyClick(drawn, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(drawn.session.drawing.strokes) == 2
    assert not drawn.session.drawing.is_replayed
    qtbot.wait(50)
    assert not drawn.session.drawing.is_replayed


def test_strokes_of_the_mouse_keep_their_time(window: MainWindow) -> None:
    canvas, left = window.draw_page.canvas, Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=QPoint(50, 50))
    QTest.qWait(60)
    QTest.mouseMove(canvas, QPoint(90, 90))
    QTest.mouseRelease(canvas, left, pos=QPoint(90, 90))
    (only,) = window.session.drawing.strokes
    assert only.times[0] == pytest.approx(0, abs=5)
    assert 50 < only.times[1] < 500


def test_there_is_nothing_to_replay_in_an_empty_drawing(window: MainWindow) -> None:
    window.session.replay.start()
    assert not window.session.drawing.is_replayed


def test_a_picture_stays_under_the_replay(drawn: MainWindow) -> None:
    drawn.session.drawing.set_picture(np.full((20, 20), 90, np.uint8))
    drawn.session.replay.start()
    assert (drawn.session.drawing.to_gray() == 90).all()
    drawn.session.replay.stop()


def test_closing_the_window_ends_a_replay(drawn: MainWindow) -> None:
    drawn.session.replay.start()
    assert drawn.close()
    assert not drawn.session.drawing.is_replayed
