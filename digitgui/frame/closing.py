"""The end of the window: every thread ends, and nothing is lost without a word."""

from PySide6.QtWidgets import QMessageBox, QWidget

from digitgui.session import Session
from model.errors import ModelError

__all__ = ["shut_down"]


def shut_down(window: QWidget, session: Session) -> bool:
    """End every thread; where the network cannot be kept, ask whether to leave without it.

    Returns
    -------
    bool
        False if the window is to stay open.
    """
    try:
        if not session.keep_everything():
            return False
    except ModelError as error:
        question = f"The unsaved network cannot be kept: {error}.\n\nLeave without it?"
        answers = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
        answer = QMessageBox.warning(window, "digitgui", question, answers, QMessageBox.StandardButton.Cancel)
        if answer != QMessageBox.StandardButton.Discard:
            return False
    session.end_threads()
    return True
