"""The lesson on the Train page leads from the curves over the evidence to the cause, and says what is right."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.train.fault_card import HIDDEN, RUN, FaultCard
from digitgui.pages.train.train_page import FAULT
from model.training.fault_lab import CURVES, VIEWS, curves_of
from model.training.faults import FAULTS


@pytest.fixture
def card(window: MainWindow, qtbot: QtBot) -> Iterator[FaultCard]:
    """Show the lesson, as the menu does."""
    menu = next(one for one in window.menuBar().actions() if one.text() == "Net&work").menu()
    next(one for one in menu.actions() if one.text() == "&Find the fault…").trigger()
    assert window.train_page.fault.isVisible()
    assert window.train_page.tabs.checkedId() == FAULT
    yield window.train_page.fault
    window.train_page.fault._gathering.cancel()


def begin(card: FaultCard, qtbot: QtBot, which: str) -> None:
    card.which.choose(which)
    with qtbot.waitSignal(card._gathering.done, timeout=120_000):
        QTest.mouseClick(card.start, Qt.MouseButton.LeftButton)
    qtbot.wait(50)


def answer(where: QWidget, text: str) -> None:
    button = next(one for one in where.findChildren(QPushButton) if one.text() == text)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)


def look(card: FaultCard, view: str) -> None:
    QTest.mouseClick(card.views.button(list(VIEWS).index(view)), Qt.MouseButton.LeftButton)


def said(card: FaultCard, number: int) -> str:
    return card.verdicts[number].text() if card.verdicts[number].isVisibleTo(card) else ""


def test_from_the_curves_over_the_evidence_to_the_cause(card: FaultCard, qtbot: QtBot) -> None:
    first, second, third = card.questions
    assert not any(question.isVisibleTo(card) for question in card.questions)
    begin(card, qtbot, "relu-mask")
    assert card.plot.isVisibleTo(card)
    assert [question.isVisibleTo(card) for question in card.questions] == [True, False, False]

    answer(first, CURVES["gap"])
    assert said(card, 0).startswith("✗ Look again: with the fault, training goes from 1.3")
    assert not second.isVisibleTo(card)
    answer(first, CURVES["usual"])
    assert said(card, 0) == "✓ Right. Which view shows why?"

    look(card, "steps")
    assert [cell.text() for cell in card.evidence.tables["steps"]._cells[0]] == ["conv1.kernel", *["1.00"] * 3]
    answer(second, "It shows here")
    assert said(card, 1) == "✗ No: here every parameter moves by learning rate × gradient."
    assert not third.isVisibleTo(card)
    look(card, "gradients")
    assert said(card, 1) == ""
    rows = [[cell.text() for cell in row] for row in card.evidence.tables["gradients"]._cells]
    assert rows[2][1] == rows[2][2]  # dense1.weight
    assert rows[0][1] != rows[0][2]  # conv1.kernel
    assert rows[5] == ["relu1 at −1", "1.000", "0.000"]
    answer(second, "It shows here")
    assert said(card, 1).startswith("✓ Right")

    answer(third, FAULTS["scaled-225"].cause)
    assert said(card, 2).startswith("✗ Not this one, which would show under Input: the largest number")
    answer(third, FAULTS["pool-ties"].cause)
    assert said(card, 2).startswith("✗ Not this one, which would look otherwise here: of a gradient of 1")
    answer(third, FAULTS["relu-mask"].cause)
    assert said(card, 2) == f"✓ Right. {FAULTS['relu-mask'].sign}"


def test_pictures_are_shown_as_the_network_gets_them(card: FaultCard, qtbot: QtBot) -> None:
    begin(card, qtbot, "inverted")
    answer(card.questions[0], CURVES["gap"])
    images, labels = card._gathering.answer.pictures["train"]
    assert images.mean() > 127
    shown = card.evidence.pictures
    assert [one.text() for one in shown.labels["train"]] == [str(label) for label in labels]
    assert shown.pictures["train"][0]._image.pixelColor(0, 0).red() == 255
    assert shown.pictures["validation"][0]._image.pixelColor(0, 0).red() == 0
    answer(card.questions[1], "It shows here")
    answer(card.questions[2], FAULTS["inverted"].cause)
    assert said(card, 2).startswith("✓ Right")


def test_beginning_again_hides_another_fault_and_all_answers(
    card: FaultCard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(card, qtbot, HIDDEN)
    first = card.fault
    assert first in FAULTS
    assert card.start.text() == "Begin again"
    evidence = card._gathering.answer
    answer(card.questions[0], CURVES[curves_of(evidence)])
    monkeypatch.setattr(card._gathering, "ask_anew", lambda *_, **__: None)
    seen = set()
    for _ in range(30):
        card.begin()
        assert card.fault != first
        first = card.fault
        seen.add(first)
        assert not any(question.isVisibleTo(card) for question in card.questions)
        assert said(card, 0) == ""
    assert len(seen) > 4


def test_a_prepared_run_hands_its_fault_to_the_lesson(
    card: FaultCard, window: MainWindow, stored, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    store = window.session.trainings.store
    prepared = replace(stored[0], extra={"fault": "no-bias"})
    store.write(prepared)
    window.session.trainings.runs_changed.emit()
    qtbot.waitUntil(lambda: card.which.findData(RUN + prepared.id) > 0, timeout=10_000)
    assert "no-bias" not in card.which.itemText(card.which.findData(RUN + prepared.id))
    monkeypatch.setattr(card._gathering, "ask_anew", lambda *_, **__: None)
    card.which.choose(RUN + prepared.id)
    card.begin()
    assert card.fault == "no-bias"
    window.session.runs.delete([prepared.id])
    qtbot.waitUntil(lambda: card.which.findData(RUN + prepared.id) < 0, timeout=10_000)


def test_it_fits_into_the_smallest_window(card: FaultCard, window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 640)
    begin(card, qtbot, "kept-gradients")
    answer(card.questions[0], CURVES["jumps"])
    for view in VIEWS:
        look(card, view)
        qtbot.wait(50)
        assert_nothing_is_cut_off(window.train_page)
    look(card, "steps")
    answer(card.questions[1], "It shows here")
    qtbot.wait(50)
    assert_nothing_is_cut_off(window.train_page)
    assert window.train_page.minimumSizeHint().width() <= 650
