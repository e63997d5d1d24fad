"""The Data page as a person uses it: what can be read on it, and what can be pressed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow

__all__ = ["choose", "key", "press", "texts", "undo", "wait_for_answers"]


def texts(page: QWidget) -> str:
    return "\n".join(part.text() for part in page.findChildren(QLabel))


def press(page: QWidget, text: str) -> None:
    next(part for part in page.findChildren(QAbstractButton) if part.text().lower() == text.lower()).click()


def choose(box: QComboBox, text: str) -> None:
    """Choose as a person does, which tells the page."""
    box.setCurrentIndex(box.findText(text, Qt.MatchFlag.MatchFixedString))  # of any case
    box.activated.emit(box.currentIndex())


def key(window: MainWindow, which: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.data_page.browser.grid, which, keys)


def undo(window: MainWindow) -> None:
    window.session.undo_stack.undo()


def wait_for_answers(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.answers.is_current, timeout=30_000)
