"""Questions before the numbers: off until asked for, one after the other, with a reason, and then the view."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from digitgui.pages.inspect.question_gate import QuestionGate
from model.inspection.trace import Unit


@pytest.fixture
def view() -> QLabel:
    return QLabel("the numbers")


@pytest.fixture
def gate(window, qtbot, view) -> QuestionGate:
    window.show_page("inspect")
    gate = QuestionGate(window.session, view)
    window.inspect_page.stack.addWidget(gate)
    window.inspect_page.stack.setCurrentWidget(gate)
    qtbot.waitUntil(lambda: window.session.inspection.trace is not None, timeout=5000)
    return gate


def press(qtbot, gate: QuestionGate) -> None:
    box = gate.wanted
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def answers(gate: QuestionGate) -> list[QPushButton]:
    buttons = gate.question.findChildren(QPushButton)
    return [one for one in buttons if one.isVisible() and one is not gate.question.go_on]


def test_nothing_is_asked_unless_it_is_wanted(gate: QuestionGate, window, view) -> None:
    window.session.inspection.pin(Unit("pool1", (0, 3, 3)))
    assert view.isVisible()
    assert not gate.question.isVisible()


def test_each_question_is_answered_before_the_numbers_are_seen(gate: QuestionGate, window, view, qtbot) -> None:
    press(qtbot, gate)
    assert window.settings.flag("inspect/asks_first", False)
    window.session.inspection.pin(Unit("pool1", (0, 3, 3)))
    for step in ("Next question", "Show the numbers"):
        assert not view.isVisible()
        assert not gate.question.go_on.isVisible()
        right = gate.question._question.right
        qtbot.waitUntil(lambda: bool(answers(gate)), timeout=1000)
        qtbot.mouseClick(answers(gate)[right], Qt.MouseButton.LeftButton)
        assert "Right" in gate.question._verdict.text()
        assert gate.question._reason.isVisible()
        assert gate.question.go_on.text() == step
        qtbot.mouseClick(gate.question.go_on, Qt.MouseButton.LeftButton)
    assert view.isVisible()


def test_a_wrong_answer_names_the_right_one(gate: QuestionGate, window, qtbot) -> None:
    gate.wanted.setChecked(True)
    window.session.inspection.pin(Unit("input", (0, 3, 3)))
    question = gate.question._question
    wrong = (question.right + 1) % len(question.answers)
    qtbot.waitUntil(lambda: bool(answers(gate)), timeout=1000)
    qtbot.mouseClick(answers(gate)[wrong], Qt.MouseButton.LeftButton)
    assert question.answers[question.right] in gate.question._verdict.text()
    assert not any(one.isEnabled() for one in answers(gate))


def test_switched_off_the_numbers_are_there_at_once(gate: QuestionGate, window, view, qtbot) -> None:
    gate.wanted.setChecked(True)
    window.session.inspection.pin(Unit("input", (0, 3, 3)))
    assert not view.isVisible()
    press(qtbot, gate)
    assert view.isVisible()


def test_it_asks_at_once_and_nothing_tells_the_answer(window, qtbot) -> None:
    window.show_page("inspect")
    page, inspection = window.inspect_page, window.session.inspection
    qtbot.waitUntil(lambda: inspection.trace is not None, timeout=5000)
    page.tabs.button(1).click()
    gate = page.gate
    inspection.pin(Unit("conv1", (3, 9, 9)))
    told = page._told.text()
    assert ": " in told.removeprefix("Pinned: ")
    gate.wanted.setChecked(True)
    assert gate.question.isVisible()
    assert page._told.text() == "Pinned: conv1, map 3, row 9, column 9"
    lines = gate.question.given.lines
    assert [len(line.grids) for line in lines] == [2, 0]
    assert [line.name for line in lines] == ["picture", "bias"]
    seen, kernel = lines[0].grids
    value = float((seen.numbers * kernel.numbers).sum()) + lines[1].total
    assert value == pytest.approx(inspection.trace.value(inspection.unit), abs=1e-5)
    page.tabs.button(0).click()
    assert page._told.text() == told
    page.tabs.button(1).click()
    assert page._told.text() != told
    gate.wanted.setChecked(False)
    assert page._told.text() == told
