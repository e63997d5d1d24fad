"""What assistive technology is told of widgets that paint themselves."""

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

__all__ = ["Role", "tell", "tell_roles"]

Role = QAccessible.Role
TOLD = "told"


@cache  # Qt would ask as often as it was told to
def tell_roles() -> None:
    """Let Qt ask each class that has an ``accessible_role`` what it is; to Qt, what paints itself is anything."""
    QAccessible.installFactory(_interface_of)


def _interface_of(_name: str, what: QObject) -> QAccessibleInterface | None:
    role = getattr(type(what), "accessible_role", None)
    return QAccessibleWidget(what, role) if role is not None and isinstance(what, QWidget) else None


def tell(what: QWidget, words: str) -> None:
    """Say what a widget shows now, unless the page around it has said more."""
    if what.accessibleDescription() in ("", what.property(TOLD)):
        what.setAccessibleDescription(words)
    what.setProperty(TOLD, words)
