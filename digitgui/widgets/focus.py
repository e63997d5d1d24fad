"""Where the keyboard goes on when what had the focus is hidden or switched off."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["keeping_focus"]


@contextmanager
def keeping_focus(view: QWidget, *successors: QWidget) -> Iterator[None]:
    """Keep the focus within a view that hides or disables some of its parts.

    Qt would give it to whatever comes next, which may be anywhere in the window.

    Parameters
    ----------
    view : QWidget
    *successors : QWidget
        The first of them that is seen and can be used takes the focus, if the part that had it no longer can.
    """
    before = QApplication.focusWidget()
    yield
    if before is None or not view.isAncestorOf(before) or (before.isVisible() and before.isEnabled()):
        return
    for one in successors:
        if one.isVisible() and one.isEnabled():
            one.setFocus(Qt.FocusReason.OtherFocusReason)
            return
