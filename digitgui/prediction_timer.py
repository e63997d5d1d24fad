"""Lets the network answer while the pen moves, but no more often than one can see."""

from PySide6.QtCore import QObject, QTimer

from digitgui.session import Session

__all__ = ["PredictionTimer"]

INTERVAL_MILLISECONDS = 8


class PredictionTimer(QObject):
    """Asks for a prediction soon after the drawing has changed; many changes at once cost one answer."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MILLISECONDS)
        self._timer.timeout.connect(session.predict)
        session.drawing.changed.connect(self._soon)
        session.drawing.stroke_ended.connect(self._timer.stop)  # answered at once by the session

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
