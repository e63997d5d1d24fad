"""What ends a replay before its time."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from digitgui.drawings.replay import Replay
from digitgui.widgets.ink.canvas import Canvas

PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.TabletPress, QEvent.Type.TouchBegin)


class ReplayEnd(QObject):
    """Ends a replay at a press on anything, or at Escape, as long as it goes on.

    Parameters
    ----------
    replay : Replay
    button : QWidget
        The one thing that may be pressed: it ends the replay itself.
    """

    def __init__(self, replay: Replay, button: QWidget) -> None:
        super().__init__(button)
        self._replay, self._button = replay, button
        replay.running_changed.connect(self._listen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End the replay; a press on a canvas does nothing else."""
        if not isinstance(watched, QWidget) or watched is self._button:
            return False
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() in PRESSES or (escapes and event.type() == QEvent.Type.KeyPress):
            self._replay.stop()
            return escapes or isinstance(watched, Canvas)
        return False

    def _listen(self, is_running: bool) -> None:
        application = QCoreApplication.instance()
        assert application
        if is_running:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)
