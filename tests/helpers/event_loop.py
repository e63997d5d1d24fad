"""How long the window's thread is held up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

__all__ = ["Lateness", "watch_event_loop"]

INTERVAL_MILLISECONDS = 4


class Lateness:
    """Collects how late a timer of 4 ms comes, in milliseconds."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._last = time.perf_counter()

    def tick(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, 1000 * (now - self._last) - INTERVAL_MILLISECONDS)
        self._last = now


@contextmanager
def watch_event_loop() -> Iterator[Lateness]:
    """Watch the event loop while something goes on; read `Lateness.worst` afterwards."""
    lateness = Lateness()
    timer = QTimer(interval=INTERVAL_MILLISECONDS)
    timer.timeout.connect(lateness.tick)
    timer.start()
    yield lateness
    lateness.tick()
    timer.stop()
