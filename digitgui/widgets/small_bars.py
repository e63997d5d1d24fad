"""Ten narrow bars beside a small picture."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from digitgui.looks.theme import DIGIT_COLORS
from digitgui.widgets.painted import Painted

BAR_WIDTH = 5
GAP = 2
PITCH = BAR_WIDTH + GAP
"""In pixels of a usual window, as the height."""


class SmallBars(Painted):
    """Shows the probability of each digit as a bar that grows upwards, in the order 0 to 9."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._probabilities: npt.NDArray[np.float32] | None = None
        self._height = height
        self.set_room(1.0)

    def set_room(self, room: float) -> None:
        """Become larger where there is room."""
        self.setFixedSize(round((10 * PITCH - GAP) * room), round(self._height * room))

    def set_probabilities(self, probabilities: npt.NDArray[np.float32] | None) -> None:
        """Show one probability for each class, or none."""
        self._probabilities = probabilities
        text = "" if probabilities is None else ", ".join(f"{i}: {p:.1%}" for i, p in enumerate(probabilities))
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint a track and a bar for each digit; nothing where there is no answer."""
        if self._probabilities is None:
            return
        with QPainter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            count = len(self._probabilities)
            scale = self.width() / (count * PITCH - GAP)
            for digit in range(count):
                track = QRectF(digit * PITCH * scale, 0, BAR_WIDTH * scale, self.height())
                thin = track.width() / 3
                painter.fillRect(track.adjusted(thin, 0, -thin, 0), QColor(self._theme.track))
                height = max(1.0, track.height() * float(np.nan_to_num(self._probabilities[digit])))
                painter.fillRect(
                    track.adjusted(0, track.height() - height, 0, 0), QColor(DIGIT_COLORS[digit % 10])
                )
