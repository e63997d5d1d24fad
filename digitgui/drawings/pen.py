"""The pen that every canvas draws with."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from digitgui.settings import Settings


class Pen(QObject):
    """Width and eraser, the same on every canvas, and remembered.

    Signals
    -------
    percent_changed(int)
        Width in percent of the shorter side of the canvas.
    erasing_changed(bool)
    """

    percent_changed = Signal(int)
    erasing_changed = Signal(bool)

    MINIMUM_PERCENT: Final = 2
    MAXIMUM_PERCENT: Final = 15
    DEFAULT_PERCENT: Final = 8

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        limits = (self.MINIMUM_PERCENT, self.MAXIMUM_PERCENT)
        self.percent = round(settings.number("draw/pen_percent", self.DEFAULT_PERCENT, *limits))
        self.erasing = False

    @property
    def width(self) -> float:
        """As a share of the shorter side of the canvas."""
        return self.percent / 100

    def change(self, by: int) -> None:
        """Make the pen wider or, with a negative number, narrower."""
        self.set_percent(self.percent + by)

    def set_percent(self, percent: int) -> None:
        """Choose the width; it is kept within its limits."""
        percent = min(self.MAXIMUM_PERCENT, max(self.MINIMUM_PERCENT, percent))
        if percent != self.percent:
            self.percent = percent
            self._settings.set("draw/pen_percent", percent)
            self.percent_changed.emit(percent)

    def set_erasing(self, erasing: bool) -> None:
        """Choose between drawing and erasing."""
        if erasing != self.erasing:
            self.erasing = erasing
            self.erasing_changed.emit(erasing)
