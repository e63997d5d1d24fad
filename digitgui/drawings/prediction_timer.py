"""Lets the network answer while the pen moves, but no more often than one can see."""

from PySide6.QtCore import QObject, QTimer

from digitgui.session import Session

__all__ = ["PredictionTimer"]


class PredictionTimer(QObject):
    """Asks for a prediction when the movements that have arrived are all taken in; they share one answer."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(session.predict)
        session.drawing.changed.connect(self._soon)
        session.drawing.stroke_ended.connect(self._timer.stop)  # answered at once by the session

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
