"""Classes that are one character are typed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from model.network.task import Task

PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ShiftModifier)


def typed_label(event: QKeyEvent, task: Task) -> int | None:
    """Return the class whose name is the character that was typed; None if there is none.

    A letter is taken for its other case where only that is a class.
    """
    text = event.text()
    if event.modifiers() not in PLAIN or len(text) != 1 or not task.are_characters:
        return None
    for name in (text, text.swapcase()):
        if name in task.class_names:
            return task.class_names.index(name)
    return None
