"""The outline of a table while one of its corners is dragged."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["OutlineDrag"]


@dataclass(frozen=True, slots=True, eq=False)
class OutlineDrag:
    """A corner of the table on its way.

    Attributes
    ----------
    corner : int
        Clockwise, from the upper left one.
    layout : Layout
        As it was.
    after : Layout or None
        As it is by now; None before the corner has moved.
    """

    corner: int
    layout: "Layout"
    after: "Layout | None"

    def moved_to(self, place: QPointF) -> "OutlineDrag":
        """Return the drag with the corner at a place of the scan; as before if the sides would cross there."""
        from model.sheets.outline import outline_of, with_outline  # noqa: PLC0415  OpenCV takes a moment

        corners = outline_of(self.layout)
        corners[self.corner] = place.x(), place.y()
        return replace(self, after=with_outline(self.layout, corners) or self.after)
