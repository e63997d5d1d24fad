"""Room for a part of a page that is built when it is first seen: the page itself is seen sooner."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from digitgui.looks.sizes import size_parts
from digitgui.looks.theme import Theme, color_parts
from digitgui.widgets.building import column_of
from digitgui.work.overrides import guard_event_handlers

__all__ = ["Later"]

Part = TypeVar("Part", bound=QWidget)


class Later(QWidget, Generic[Part]):
    """Holds a part, which takes theme and room of the page when it is built.

    Parameters
    ----------
    build : callable
        Makes the part; it may import what nothing else needs.
    """

    def __init__(self, build: Callable[[], Part]) -> None:
        super().__init__()
        self._build = build
        self._part: Part | None = None
        self._theme: Theme | None = None
        self._room = 1.0
        self._layout = column_of(inside=self)

    @property
    def part(self) -> Part:
        """What is held, which is built now if it has not been seen yet."""
        if self._part is None:
            self._part = self._build()
            guard_event_handlers()  # those that have just been imported
            self._layout.addWidget(self._part)
            self._part.show()  # now, and not when the layout comes to it
            if self._theme is not None:
                color_parts(self, self._theme)
            size_parts(self, self._room)
        return self._part

    @property
    def is_built(self) -> bool:
        """Whether it is there."""
        return self._part is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme; what is there hears of it by itself."""
        self._theme = theme

    def set_room(self, room: float) -> None:
        """Take the size for a room; what is there hears of it by itself."""
        self._room = room

    def showEvent(self, event: QShowEvent) -> None:
        """Build what is seen."""
        super().showEvent(event)
        _ = self.part
