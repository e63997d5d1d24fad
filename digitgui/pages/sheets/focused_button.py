"""Enter on a button that has the focus."""

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

__all__ = ["clicked_focused"]


def clicked_focused(inside: QWidget) -> bool:
    """Click the button of a widget that has the focus; tell whether one has.

    Where Enter means something for a whole page, a button that was reached by Tab still does what it says.
    """
    focused = QApplication.focusWidget()
    if not isinstance(focused, QAbstractButton) or not inside.isAncestorOf(focused):
        return False
    focused.click()
    return True
