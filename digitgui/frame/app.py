"""Starts the window: builds everything, once, top to bottom."""

import gc
import logging
import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer
from PySide6.QtWidgets import QApplication

from digitgui import __version__
from digitgui.frame.log import report_surprises
from digitgui.frame.main_window import MainWindow
from digitgui.frame.opened_files import OpenedFiles
from digitgui.installation.memory import give_memory_back
from digitgui.looks.theme import app_icon
from digitgui.settings import Settings
from digitgui.work.garbage import GarbageCollection

__all__ = ["run"]

PULSE_MILLISECONDS = 500


def run(path: Path | None = None, lesson: Path | None = None) -> int:
    """Open the window and return the exit status when it is closed.

    Parameters
    ----------
    path : Path, optional
        A file or folder that is opened at once.
    lesson : Path, optional
        Folder of a lesson that begins at once.
    """
    give_memory_back()
    QCoreApplication.setApplicationName("digitgui")
    QCoreApplication.setApplicationVersion(__version__)
    QLocale.setDefault(QLocale.c())  # the program speaks English: numbers have a point wherever they stand
    application = QApplication(sys.argv[:1])
    # every movement of the mouse is a point of a stroke: none may be left out because others have come since
    application.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application.setApplicationDisplayName("digitgui")
    application.setDesktopFileName("digitgui")
    application.setWindowIcon(app_icon())

    settings = Settings()
    window = MainWindow(settings, hurries=True)
    report_surprises(window.session, settings)
    window.show()
    gc.freeze()  # or every large collection goes through the whole window again, which takes a tenth of a second
    GarbageCollection(application)
    if lesson:
        window.lessons.open(lesson)
    window.get_ready()
    if sys.platform == "darwin":  # only there: it sees every event of the program
        OpenedFiles(application, window.arrivals)
    if path:
        window.arrivals.open_file(path)
    if not (path or lesson):
        window.guide.offer_tour()
    _close_when_asked_to_end(application, window)
    status = application.exec()
    if not window.session.has_ended:
        logging.shutdown()
        os._exit(status)  # everything is on the disk, and what still computes would hold up the end
    return status


def _close_when_asked_to_end(application: QApplication, window: MainWindow) -> None:
    """Take the end of the computer's session, and Ctrl+C, as the closing of the window: nothing is lost."""

    def ask(*_: object) -> None:  # an exception instead might be raised anywhere, in an override of Qt's too
        QTimer.singleShot(0, window.close)

    for kind in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(kind) is not signal.SIG_IGN:  # as for what a shell runs in the background
            signal.signal(kind, ask)
    pulse = QTimer(application, interval=PULSE_MILLISECONDS)
    pulse.timeout.connect(lambda: None)  # Python looks for signals only where it runs
    pulse.start()
