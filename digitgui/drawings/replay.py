"""A drawing, drawn once more before one's eyes."""

import time

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from digitgui.drawings.drawing import Drawing
from digitgui.drawings.strokes import Stroke

LONGEST_SECONDS = 6
LONGEST_PAUSE = 500
"""Milliseconds without any movement, between strokes or in one of them, that are replayed as such."""
FRAME_MILLISECONDS = 16


class Replay(QObject):
    """Shows the strokes of a drawing again as they came, without changing anything.

    It takes as long as the drawing took, but no more than six seconds.

    Signals
    -------
    running_changed(bool)
        It has begun, or ended.
    """

    running_changed = Signal(bool)

    def __init__(self, drawing: Drawing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._timer = QTimer(self, interval=FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._advance)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._strokes: list[Stroke] = []
        self._schedule: list[np.ndarray] = []
        self._began = self._speed = 0.0
        self._complete: list[Stroke] = []
        self._partial: Stroke | None = None

    @property
    def is_running(self) -> bool:
        """Whether strokes are being drawn once more."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin from the first stroke; nothing happens where there is none."""
        self.stop()
        self._drawing.end_stroke()
        if not self._drawing.strokes:
            return
        self._strokes = self._drawing.strokes
        self._schedule = schedule(self._strokes)
        self._speed = max(1.0, self._schedule[-1][-1] / (1000 * LONGEST_SECONDS))
        self._complete, self._partial = [], None
        self._began = time.monotonic()
        self._drawing.show_part([], None)
        self._timer.start()
        self.running_changed.emit(True)

    def stop(self) -> None:
        """Show the whole drawing at once."""
        if self._timer.isActive():
            self._timer.stop()
            self._drawing.show_all()
            self.running_changed.emit(False)

    def _advance(self) -> None:
        now = 1000 * self._speed * (time.monotonic() - self._began)
        if not self._drawing.is_replayed or now >= self._schedule[-1][-1]:
            self.stop()
            return
        while self._schedule[len(self._complete)][-1] <= now:
            self._complete.append(self._up_to(now))
            self._partial = None
        self._partial = self._up_to(now)
        self._drawing.show_part(list(self._complete), self._partial if self._partial.points else None)

    def _up_to(self, now: float) -> Stroke:
        """Take the stroke after those that are complete as far as it had come."""
        number = len(self._complete)
        whole = self._strokes[number]
        part = self._partial or Stroke(whole.width, whole.erases)
        for index in range(len(part.points), int(np.searchsorted(self._schedule[number], now, side="right"))):
            part.add(whole.points[index], whole.pressures[index], whole.times[index])
        return part


def schedule(strokes: list[Stroke]) -> list[np.ndarray]:
    """Compute when each point of each stroke is due, in milliseconds, with long pauses shortened."""
    result: list[np.ndarray] = []
    due = ended = 0.0
    for stroke in strokes:
        if result:
            due += min(max(0.0, stroke.began - ended), LONGEST_PAUSE)
        gaps = np.minimum(np.diff(stroke.times, prepend=stroke.times[0]), LONGEST_PAUSE)
        result.append(due + np.cumsum(gaps))
        due, ended = float(result[-1][-1]), stroke.began + stroke.times[-1]
    return result
