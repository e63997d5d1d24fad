"""What a screen reader says by itself: the answer to the drawing, and what the banner shows."""

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.wording import percent

__all__ = ["EVERY_SECONDS", "Announcer", "answer_in_words"]

EVERY_SECONDS = 1.0
"""No two answers are said within that time; the last one always is."""


class Announcer(QObject):
    """Announces answers, errors and notices to assistive technology.

    Parameters
    ----------
    window : QWidget
        For which it speaks.
    session : Session
    """

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._said, self._said_at = answer_in_words(session), -EVERY_SECONDS
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._say_answer)
        session.answering.changed.connect(self._see_answer)
        session.failed.connect(lambda text: self._say(text, QAccessible.AnnouncementPoliteness.Assertive))
        for signal in (session.noticed, session.offered, session.undo_offered):
            signal.connect(lambda text, *_: self._say(text))

    def _see_answer(self) -> None:
        if not self._timer.isActive():
            left = self._said_at + EVERY_SECONDS - time.monotonic()
            self._timer.start(max(0, round(1000 * left)))

    def _say_answer(self) -> None:
        """Say the answer there is by now, unless it was said already."""
        if self._session.drawing.live is not None:  # with the pen down it may be any answer a moment later
            self._timer.start(round(1000 * EVERY_SECONDS))
            return
        words = answer_in_words(self._session)
        if words != self._said:
            self._said, self._said_at = words, time.monotonic()
            self._say(words)

    def _say(
        self,
        words: str,
        politeness: QAccessible.AnnouncementPoliteness = QAccessible.AnnouncementPoliteness.Polite,
    ) -> None:
        event = QAccessibleAnnouncementEvent(self._window, words)
        event.setPoliteness(politeness)
        QAccessible.updateAccessibility(event)


def answer_in_words(session: Session) -> str:
    """Say what the network answers: digit, how sure it is, and whether that is doubtful."""
    answering = session.answering
    prediction, number = answering.prediction, answering.number
    if prediction is None:
        return "No drawing"
    if number and number.is_page:
        return f"{len(number.digits)} digits: this looks like a page"
    if number:
        return f"Number: {number.text}"
    name, sure = prediction.class_names[prediction.digit], percent(prediction.probabilities[prediction.digit])
    return f"Answer: {name}, {sure} sure" + (f". {prediction.doubt}" if prediction.doubt else "")
