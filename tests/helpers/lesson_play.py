"""Steps through a lesson, as a learner does."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.lesson_player import LessonPlayer
from digitgui.frame.main_window import MainWindow

LONG = 400_000


def press(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def settled(player: LessonPlayer) -> bool:
    return player.lesson is not None and not player._is_beginning and player._set_up.is_ready


def play(window: MainWindow, folder: Path, qtbot: QtBot) -> LessonPlayer:
    """Open a lesson, and wait until its step is set up."""
    window.lessons.open(folder)
    player = window.lessons.player
    assert player
    qtbot.waitUntil(lambda: settled(player), timeout=20_000)
    return player


def go_on(player: LessonPlayer, qtbot: QtBot) -> None:
    """Answer the question of the step, wrongly first; then see that its goal is reached, and press Next."""
    assert player.lesson
    step = player.lesson.steps[player.number]
    assert [one.accessibleName() for one in player.dock.answers] == [answer.text for answer in step.answers]
    for button, answer in sorted(
        zip(player.dock.answers, step.answers, strict=True), key=lambda pair: pair[1].is_right
    ):
        press(button)
        assert player.dock.verdict.isVisible()
        assert ("✓" if answer.is_right else "✗") in player.dock.verdict.text()
    qtbot.waitUntil(lambda: player.is_reached, timeout=LONG)
    if step.goal:
        assert player.dock.goal.text() == f"✓ Done: {step.goal.words}"
    number = player.number
    press(player.dock.next)
    if number + 1 < len(player.lesson.steps if player.lesson else ()):
        qtbot.waitUntil(lambda: player.number == number + 1 and settled(player), timeout=20_000)


def waits(player: LessonPlayer, qtbot: QtBot) -> None:
    """See that the goal is not reached by itself."""
    qtbot.wait(500)
    assert not player.is_reached
    assert player.dock.goal.text().startswith("○ To do: ")
