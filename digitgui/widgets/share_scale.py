"""A share on a logarithmic scale, beside the range that is usual."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from digitgui.looks.sizes import by_text
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.painted import Painted

LEAST = 1e-6
"""The left end; the right one is 1."""
TRACK, MARK, LEAST_WIDTH = 4, 10, 36
"""Pixels of height, of the diameter of the mark, and of width that makes it worth showing; at text of 100 %."""


class ShareScale(Painted):
    """Shows where a share lies between a millionth and one.

    Parameters
    ----------
    usual : (float, float)
        What is drawn as the usual range.
    """

    accessible_role = Role.Chart

    def __init__(self, usual: tuple[float, float]) -> None:
        super().__init__()
        self._usual = usual
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, text: str) -> None:
        """Mark another share; ``text`` says the same in words."""
        self._share = share
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a short line."""
        return QSize(by_text(90), by_text(18))

    def minimumSizeHint(self) -> QSize:
        """Be left out where there is no room: the share stands beside it in figures."""
        return QSize(0, by_text(18))

    def place(self, share: float) -> float:
        """Return where a share lies, in pixels from the left."""
        half = by_text(MARK) / 2
        part = 1 - math.log(min(max(share, LEAST), 1.0)) / math.log(LEAST)
        return half + part * (self.width() - 2 * half)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the track, the usual range on it, and the mark."""
        if self.width() < by_text(LEAST_WIDTH):
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            height, middle, mark = by_text(TRACK), self.height() / 2, by_text(MARK)
            low, high = map(self.place, self._usual)
            top = middle - height / 2
            painter.fillRect(QRectF(0, top, self.width(), height), QColor(self._theme.track))
            usual = QRectF(low, middle - height, high - low, 2 * height)
            painter.fillRect(usual, QColor(self._theme.muted))
            painter.setBrush(QColor(self._theme.accent))
            painter.setPen(QColor(self._theme.card))
            painter.drawEllipse(QRectF(self.place(self._share) - mark / 2, middle - mark / 2, mark, mark))
