"""Files that macOS hands over by an event, where other systems name them when they start the program."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFileOpenEvent

from digitgui.frame.arrivals import Arrivals

__all__ = ["OpenedFiles"]


class OpenedFiles(QObject):
    """Opens them in the window, as long as the program runs.

    Parameters
    ----------
    application : QCoreApplication
    arrivals : Arrivals
    """

    def __init__(self, application: QCoreApplication, arrivals: Arrivals) -> None:
        super().__init__(application)
        self._arrivals = arrivals
        application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the files that are meant for the whole program."""
        if not isinstance(event, QFileOpenEvent):
            return False
        self._arrivals.open_file(Path(event.file()))
        return True
