"""Garbage is collected on the window's thread, and on no other."""

import gc
import time

from PySide6.QtCore import QObject, QTimer

__all__ = ["GarbageCollection"]

LOOK_MILLISECONDS = 250
WHOLE_SECONDS = 5
SHARE_OF_TIME = 0.02
"""All that lives is looked through after so many seconds, or so seldom that it takes no more of the window's
time."""


class GarbageCollection(QObject):
    """Collects garbage from a timer, in place of Python.

    Python does so wherever the next object is made. In another thread that may free a forgotten menu or dialog,
    which Qt allows in the window's thread only: it ended the program, about once in 10,000 actions.

    Parameters
    ----------
    parent : QObject
        With whose end this ends; `stop` ends it earlier.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._next_whole = 0.0
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        """Collect what is young, and now and then everything, if anything has been made since."""
        if gc.get_count()[0] <= gc.get_threshold()[0]:
            return
        now = time.monotonic()
        is_whole = now >= self._next_whole
        begun = time.thread_time()
        gc.collect(2 if is_whole else 1)
        if is_whole:
            self._next_whole = now + max(WHOLE_SECONDS, (time.thread_time() - begun) / SHARE_OF_TIME)
