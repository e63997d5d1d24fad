"""Shift+F10, which asks for a menu on every desktop; Qt hears of it on Windows alone."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["ask_for_menu", "is_for_menu"]


def is_for_menu(event: QKeyEvent) -> bool:
    """Whether these keys ask for the menu of what has the keyboard, and nothing has heard of that."""
    is_key = event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return is_key and QGuiApplication.platformName() != "windows"


def ask_for_menu(focused: QWidget) -> None:
    """Ask for the menu as the Menu key does, at the cursor."""
    cursor = focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    place = (cursor if isinstance(cursor, QRect) else focused.rect()).center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(focused, QContextMenuEvent(reason, place, focused.mapToGlobal(place)))
