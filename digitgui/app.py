"""Starts the window: builds everything, once, top to bottom."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from digitgui import __version__
from digitgui.main_window import MainWindow
from digitgui.settings import Settings
from digitgui.theme import app_icon

__all__ = ["run"]

LOG_BYTES = 200_000


def run() -> int:
    """Open the window and return the exit status when it is closed."""
    QCoreApplication.setApplicationName("digitgui")
    QCoreApplication.setApplicationVersion(__version__)
    application = QApplication(sys.argv[:1])
    application.setApplicationDisplayName("digitgui")
    application.setDesktopFileName("digitgui")
    application.setWindowIcon(app_icon())

    settings = Settings()
    window = MainWindow(settings)
    _report_surprises(window, settings)
    window.show()
    return application.exec()


def _report_surprises(window: MainWindow, settings: Settings) -> None:
    """Write an unexpected error to the log and show one sentence; the program goes on."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    log_file = settings.folder / "digitgui.log"
    handler = RotatingFileHandler(log_file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("digitgui")
    logger.addHandler(handler)

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        logger.error("unexpected error", exc_info=(kind, error, trace))
        window.session.failed.emit(f"Something unexpected went wrong ({error}); the details are in {log_file}")

    sys.excepthook = report
