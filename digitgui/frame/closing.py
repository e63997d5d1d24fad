"""The end of the window: every thread ends, and nothing is lost without a word."""

import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from digitgui.session import Session
from digitgui.wording import sentence_of
from model.errors import ModelError

__all__ = ["shut_down"]

Button = QMessageBox.StandardButton
MOST_NAMED = 8
FILE_SECONDS = 5.0
"""A file that the user asked for is waited for so long before they are asked."""
LOOK_MILLISECONDS = 20
END_SECONDS = 0.5
"""What still computes then is left to end by itself: nothing of it is wanted any more."""


def shut_down(window: QWidget, session: Session) -> bool:
    """End every thread; ask what becomes of what is not saved.

    Returns
    -------
    bool
        False if the window is to stay open.
    """
    at_work = session.writing
    if not _keep(session):
        return False
    while waiting := session.safekeeping.waiting | _unfinished(session):
        answer = _ask(window, waiting, can_save_elsewhere=bool(session.safekeeping.waiting))
        if answer == Button.Retry:
            if not _keep(session):
                return False
        elif answer == Button.Save:
            _save_elsewhere(window, session)
        elif answer == Button.Discard:
            session.safekeeping.give_up()
            at_work = []
            break
        else:
            return False
    if any(one.problem for one in at_work):  # which is in the banner: nothing is lost without a word
        return False
    session.end_threads(END_SECONDS)
    return True


def _keep(session: Session) -> bool:
    """Save what can be saved, and wait a while for files that the user asked for; False as `keep_everything`."""
    if not session.keep_everything():
        return False
    if session.writing:
        session.noticed.emit(f"Finishing before the window closes: {', '.join(_unfinished(session))}")
        _wait_for_files(session)
    return True


def _wait_for_files(session: Session) -> None:
    """Wait some seconds, with the window in sight, but deaf: everything else is saved already."""
    deadline = time.monotonic() + FILE_SECONDS
    loop, look = QEventLoop(), QTimer(interval=LOOK_MILLISECONDS)
    look.timeout.connect(lambda: loop.quit() if not session.writing or time.monotonic() > deadline else None)
    look.start()
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def _unfinished(session: Session) -> dict[str, str]:
    """Return what is being written, and what can be done about it."""
    return {
        one.title[:1].lower() + one.title[1:]: "“Try again” waits for what is still being written."
        for one in session.writing
    }


def _ask(window: QWidget, waiting: dict[str, str], *, can_save_elsewhere: bool) -> Button:
    """Ask about what waits; a button of its own saves it in another folder."""
    named = [f"•  {what}" for what in waiting][:MOST_NAMED]
    others = [f"•  and {len(waiting) - MOST_NAMED} others"] * (len(waiting) > MOST_NAMED)
    reasons = "\n".join(dict.fromkeys(reason for reason in waiting.values() if reason))
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("digitgui")
    box.setText("Not everything is saved. Close anyway?")
    box.setInformativeText("\n".join([*named, *others, "", reasons]))
    box.setStandardButtons(Button.Retry | Button.Discard | Button.Cancel)
    box.button(Button.Retry).setText("Try again")
    box.button(Button.Discard).setText("Close without saving")
    if can_save_elsewhere:
        box.addButton(Button.Save).setText("Save elsewhere…")
    box.setDefaultButton(Button.Cancel)
    return Button(box.exec())


def _save_elsewhere(window: QWidget, session: Session) -> None:
    folder = QFileDialog.getExistingDirectory(window, "Choose a folder to save in")
    if folder:
        try:
            session.safekeeping.write_elsewhere(Path(folder))
        except (ModelError, OSError) as error:
            session.failed.emit(sentence_of(error))  # and the question comes again
