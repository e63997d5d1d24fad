"""The end of the window: every thread ends, and nothing is lost without a word."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from digitgui.session import Session
from digitgui.wording import sentence_of
from model.errors import ModelError

__all__ = ["shut_down"]

Button = QMessageBox.StandardButton
MOST_NAMED = 8
END_SECONDS = 0.5
"""What still computes then is left to end by itself: nothing of it is wanted any more."""


def shut_down(window: QWidget, session: Session) -> bool:
    """End every thread; ask what becomes of what cannot be saved.

    Returns
    -------
    bool
        False if the window is to stay open.
    """
    if not session.keep_everything():
        return False
    while session.safekeeping.waiting:
        answer = _ask(window, session.safekeeping.waiting)
        if answer == Button.Retry:
            session.keep_everything()
        elif answer == Button.Save:
            _save_elsewhere(window, session)
        elif answer == Button.Discard:
            session.safekeeping.give_up()
        else:
            return False
    session.end_threads(END_SECONDS)
    return True


def _ask(window: QWidget, waiting: dict[str, str]) -> Button:
    """Ask about what waits; a button of its own saves it in another folder."""
    named = [f"•  {what}" for what in waiting][:MOST_NAMED]
    others = [f"•  and {len(waiting) - MOST_NAMED} others"] * (len(waiting) > MOST_NAMED)
    reasons = "\n".join(dict.fromkeys(reason for reason in waiting.values() if reason))
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("digitgui")
    box.setText("Not everything could be saved. Close anyway?")
    box.setInformativeText("\n".join([*named, *others, "", reasons]))
    box.setStandardButtons(Button.Retry | Button.Save | Button.Discard | Button.Cancel)
    box.button(Button.Retry).setText("Try again")
    box.button(Button.Save).setText("Save elsewhere…")
    box.button(Button.Discard).setText("Close without saving")
    box.setDefaultButton(Button.Cancel)
    return Button(box.exec())


def _save_elsewhere(window: QWidget, session: Session) -> None:
    folder = QFileDialog.getExistingDirectory(window, "Choose a folder to save in")
    if folder:
        try:
            session.safekeeping.write_elsewhere(Path(folder))
        except (ModelError, OSError) as error:
            session.failed.emit(sentence_of(error))  # and the question comes again
