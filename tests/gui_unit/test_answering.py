"""The answer to the drawing: what it costs, and that it is never that of an earlier drawing, network or step."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.drawings import number_reading
from digitgui.drawings.answering import Answering
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.prediction import answer
from digitgui.drawings.read_number import OUTDATED
from digitgui.frame.main_window import MainWindow
from digitgui.pages.draw.xray_card import PACE_MILLISECONDS
from digitgui.session import Session
from model import Network, build

STEPS, STYLE, DOUBT = 0, 1, 2
POINTS = 40
SEVEN = [(-0.1, -0.2), (0.1, -0.2), (0.05, 0.0), (0.0, 0.2)]
Draw = Callable[..., None]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the pictures of every forward pass in the window's thread."""
    counted: list[int] = []
    real = Network.predict_proba

    def predict_proba(network: Network, images: np.ndarray) -> np.ndarray:
        if threading.current_thread() is threading.main_thread():
            counted.append(len(images))
        return real(network, images)

    monkeypatch.setattr(Network, "predict_proba", predict_proba)
    return counted


def stroke(canvas: QWidget, qtbot: QtBot) -> float:
    """Draw with the mouse, point by point; return how many seconds the pen was down."""
    began = time.monotonic()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 30))
    for point in range(1, POINTS):
        QTest.mouseMove(canvas, QPoint(40 + 2 * point, 30 + 3 * point))
        qtbot.wait(1)
    seconds = time.monotonic() - began
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40 + 2 * POINTS, 30 + 3 * POINTS))
    qtbot.wait(20)
    return seconds


def draw_strokes(drawing: Drawing, *places: float) -> None:
    for x in places:
        drawing.begin_stroke(QPointF(SEVEN[0][0] + x, SEVEN[0][1]), width=0.05)
        for right, down in SEVEN[1:]:
            drawing.extend_stroke(QPointF(right + x, down))
        drawing.end_stroke()


def shown_steps(window: MainWindow) -> list[str]:
    return [part.text() for part in window.draw_page.xray.findChildren(QLabel, "stepAnswer")]


def assert_is_present(session: Session) -> None:
    """Compare the answer with one that is computed from nothing."""
    fresh = answer(session.drawing, session.model.network, session.answering.steps)
    prediction = session.answering.prediction
    assert fresh is not None
    assert prediction is not None
    np.testing.assert_array_equal(prediction.picture, fresh.picture)
    np.testing.assert_array_equal(prediction.probabilities, fresh.probabilities)
    assert prediction.doubt == fresh.doubt


# what it costs


@pytest.mark.parametrize("tab", [STYLE, DOUBT])
def test_a_movement_costs_one_picture_where_the_steps_are_hidden(
    window: MainWindow, qtbot: QtBot, passes: list[int], tab: int
) -> None:
    window.draw_page.tabs.button(tab).click()
    stroke(window.draw_page.canvas, qtbot)
    assert set(passes) == {1}
    assert 5 < len(passes) <= POINTS + 2


def test_a_movement_in_the_dock_costs_one_picture(window: MainWindow, qtbot: QtBot, passes: list[int]) -> None:
    window.show_page("train")
    stroke(window.dock.canvas, qtbot)
    assert set(passes) == {1}


def test_the_steps_are_answered_at_a_bounded_rate_where_they_are_seen(
    window: MainWindow, qtbot: QtBot, passes: list[int]
) -> None:
    seconds = stroke(window.draw_page.canvas, qtbot)
    assert set(passes) == {1, 4}
    assert 1 < passes.count(4) <= 1000 * seconds / PACE_MILLISECONDS + 3
    assert passes.count(1) <= POINTS + 2
    probabilities = window.session.answering.step_probabilities
    assert probabilities is not None
    assert [text[0] for text in shown_steps(window)] == [str(row.argmax()) for row in probabilities]


def test_nothing_is_answered_beside_an_empty_canvas(window: MainWindow, qtbot: QtBot, passes: list[int]) -> None:
    told: list[int] = []
    window.session.answering.changed.connect(lambda: told.append(1))
    model = window.session.model
    model.take_weights(model.network.weights(), (0.0, 1.0))
    qtbot.wait(20)
    assert (told, passes) == ([], [])


def test_hidden_steps_catch_up_when_they_are_shown(window: MainWindow, qtbot: QtBot, draw: Draw) -> None:
    draw(window.draw_page.canvas)
    window.draw_page.tabs.button(STYLE).click()
    before = shown_steps(window)
    window.session.model.replace(build("journal-8", 3), name="fresh")
    assert shown_steps(window) == before
    window.draw_page.tabs.button(STEPS).click()
    assert shown_steps(window) != before
    window.show_page("train")
    window.session.drawing.clear()
    window.show_page("draw")
    assert set(shown_steps(window)) == {""}


# that it is the present one


def test_the_answer_is_present_in_the_middle_of_a_movement(window: MainWindow) -> None:
    session = window.session
    session.drawing.begin_stroke(QPointF(-0.1, -0.2), width=0.08)
    for right, down in SEVEN[1:]:
        session.drawing.extend_stroke(QPointF(right, down))
        assert_is_present(session)  # although nobody has been told yet


def change_weights(session: Session) -> None:
    weights = {name: 1.01 * values for name, values in session.model.network.weights().items()}
    session.model.take_weights(weights, (0.2, 0.3))


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.model.replace(build("journal-8", 3), name="fresh"),
        change_weights,
        lambda session: session.model.set_refuse_below(1.0),
        lambda session: session.answering.set_steps(replace(session.answering.steps, crop=False)),
        lambda session: session.drawing.set_picture(np.full((20, 20), 90, np.uint8)),
        lambda session: draw_strokes(session.drawing, 0.2),
        lambda session: session.undo_stack.undo(),
    ],
    ids=["network", "weights", "line of doubt", "steps", "picture", "stroke", "undo"],
)
def test_whatever_changes_is_answered_at_once(
    window: MainWindow, draw: Draw, change: Callable[[Session], object]
) -> None:
    session = window.session
    draw(window.draw_page.canvas, [(0.2, 0.2), (0.8, 0.8)])
    draw(window.draw_page.canvas)
    before = session.answering.prediction
    told: list[object] = []
    session.answering.changed.connect(lambda: told.append(session.answering.prediction))
    change(session)
    assert told
    assert told[-1] is session.answering.prediction is not before
    assert_is_present(session)
    bars = window.draw_page.answer.bars.probabilities
    np.testing.assert_array_equal(bars, session.answering.prediction.probabilities)


def read_number(window: MainWindow, qtbot: QtBot) -> Answering:
    answering = window.session.answering
    draw_strokes(window.session.drawing, -0.2, 0.2)
    qtbot.waitUntil(lambda: answering.number is not None, timeout=10_000)
    return answering


@pytest.mark.parametrize("change", ["stroke", "network"])
def test_a_number_that_is_not_read_again_yet_says_so(window: MainWindow, qtbot: QtBot, change: str) -> None:
    answering = read_number(window, qtbot)
    words = window.draw_page.answer.findChildren(QLabel)
    assert answering.number_is_current
    assert not any(OUTDATED in part.text() for part in words)
    if change == "stroke":
        window.session.drawing.begin_stroke(QPointF(0.4, 0.0), width=0.05)
        qtbot.wait(20)
    else:
        window.session.model.replace(window.session.model.network.copy(), name="a twin")
    assert not answering.number_is_current
    assert any(OUTDATED in part.text() for part in words)
    window.session.drawing.end_stroke()
    qtbot.waitUntil(lambda: answering.number_is_current, timeout=10_000)
    assert not any(OUTDATED in part.text() for part in words)


def test_another_network_may_find_a_number_where_the_one_before_found_none(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(number_reading, "read_number", lambda *_: [])
        draw_strokes(window.session.drawing, -0.2, 0.2)
        qtbot.wait(100)
        assert window.session.answering.number is None
    window.session.model.replace(window.session.model.network.copy(), name="a twin")
    qtbot.waitUntil(lambda: window.session.answering.number is not None, timeout=10_000)
