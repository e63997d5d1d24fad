"""Narrow bars beside a small picture."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from digitgui.looks.class_looks import class_color
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted
from model.network.task import DIGITS, Task

BAR_WIDTH = 5
GAP = 2
PITCH = BAR_WIDTH + GAP
"""In pixels of a usual window, as the height."""
MOST_BARS = 10
NAMED = 3
"""Of many classes, so many are named in words: the most probable ones."""


class SmallBars(Painted):
    """Shows the probability of each class as a bar that grows upwards; of more than ten, the largest, in order."""

    accessible_role = Role.Chart

    def __init__(self, height: int) -> None:
        super().__init__()
        self._probabilities: npt.NDArray[np.float32] | None = None
        self._task = DIGITS
        self._height = height
        self.setAccessibleName("Probability of each class")
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room."""
        self.setFixedSize(round((MOST_BARS * PITCH - GAP) * room), round(self._height * room))

    def set_task(self, task: Task) -> None:
        """Show the classes of a task; there are no probabilities of them yet."""
        if task != self._task:
            self._task = task
            self.set_probabilities(None)

    def set_probabilities(self, probabilities: npt.NDArray[np.float32] | None) -> None:
        """Show a probability for each class, or none."""
        fits = probabilities is not None and len(probabilities) == self._task.count
        self._probabilities = probabilities if fits else None  # the answer of a network that was open before
        text = "" if self._probabilities is None else self._words(self._probabilities)
        self.setToolTip(text)
        self.setAccessibleDescription(text or "There is no answer")
        self.update()

    def _words(self, probabilities: npt.NDArray[np.float32]) -> str:
        names = self._task.class_names
        chosen = range(len(names)) if len(names) <= MOST_BARS else _largest(probabilities)[:NAMED]
        return ", ".join(f"{names[one]}: {probabilities[one]:.1%}" for one in chosen)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint a track and a bar for each class; nothing where there is no answer."""
        if self._probabilities is None:
            return
        shown = sorted(_largest(self._probabilities)[:MOST_BARS])
        with QPainter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            scale = self.width() / (MOST_BARS * PITCH - GAP)
            for place, number in enumerate(shown):
                track = QRectF(place * PITCH * scale, 0, BAR_WIDTH * scale, self.height())
                thin = track.width() / 3
                painter.fillRect(track.adjusted(thin, 0, -thin, 0), QColor(self._theme.track))
                height = max(1.0, track.height() * float(np.nan_to_num(self._probabilities[number])))
                painter.fillRect(track.adjusted(0, track.height() - height, 0, 0), QColor(class_color(number)))


def _largest(probabilities: npt.NDArray[np.float32]) -> list[int]:
    """Return the classes, the most probable first."""
    order: list[int] = np.argsort(-np.nan_to_num(probabilities), kind="stable").tolist()
    return order
