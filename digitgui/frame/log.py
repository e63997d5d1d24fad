"""The log: what went wrong in the window, for the one who is asked to mend it."""

import logging
import platform
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion

from digitgui import __version__
from digitgui.installation.folders import LOG_NAME
from digitgui.session import Session
from digitgui.settings import Settings

__all__ = ["report_surprises"]

LOG_BYTES = 200_000
LOGGER = logging.getLogger("digitgui")
LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def report_surprises(session: Session, settings: Settings) -> None:
    """Write an unexpected error to the log and show one sentence; the program goes on."""
    folder = settings.folder
    log_file = folder / LOG_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError as error:
        why = error.strerror or error
        session.failed.emit(f"Settings cannot be saved: {folder} is not writable ({why}).")
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        python, system = platform.python_version(), platform.system()
        LOGGER.info("digitgui %s begins: Python %s, Qt %s, %s", __version__, python, qVersion(), system)

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        LOGGER.error("unexpected error", exc_info=(kind, error, trace))
        session.failed.emit(f"Something unexpected went wrong ({error}); the details are in {log_file}")

    sys.excepthook = report
    qInstallMessageHandler(_note_message_of_qt)


def _note_message_of_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Write what Qt warns of to the log, and to standard error as Qt does by itself."""
    if kind in LEVELS:
        LOGGER.log(LEVELS[kind], "Qt: %s", text)
    if sys.stderr:  # there is none where Windows opens a program without a terminal
        print(text, file=sys.stderr)  # noqa: T201
