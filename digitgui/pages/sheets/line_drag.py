"""A corner or a line of a table while it is dragged over the scan."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from digitgui.documents.sheet_layout import AXES, COLUMN, ROW

if TYPE_CHECKING:
    from model.sheets.layout import Layout
    from model.sheets.layout_edits import EditedLayout
    from model.sheets.perspective import Points

__all__ = ["Drag", "corner_drag", "line_at", "line_drag"]


@dataclass(frozen=True, slots=True, eq=False)
class Drag:
    """Something of a layout on its way.

    Attributes
    ----------
    text : str
        What is dragged.
    begin : QPointF
        Where it was taken hold of, in pixels of the scan.
    layout : Layout
        As it was.
    line : (int, int) or None
        Axis and number of a line, where it is one.
    make : callable
        Returns the layout for how far it has been dragged; None where that is impossible.
    edit : EditedLayout or None
        What has come of it; None before it has moved.
    way : QPointF
        How far it has been dragged.
    """

    text: str
    begin: QPointF
    layout: "Layout"
    make: "Callable[[Points], EditedLayout | None]"
    line: tuple[int, int] | None = None
    edit: "EditedLayout | None" = None
    way: QPointF = field(default_factory=QPointF)

    @property
    def now(self) -> "Layout":
        """The layout as it is by now."""
        return self.edit.layout if self.edit is not None else self.layout

    def moved_to(self, place: QPointF) -> "Drag":
        """Return the drag with the mouse at another place of the scan."""
        way = place - self.begin
        return replace(self, edit=self.make(np.array([way.x(), way.y()])) or self.edit, way=way)

    def moved_by(self, step: QPointF) -> "Drag":
        """Return the drag a step further."""
        return self.moved_to(self.begin + self.way + step)


def corner_drag(layout: "Layout", corner: int, begin: QPointF) -> Drag:
    """Take hold of a corner of the table: clockwise, from the upper left one; all cells follow."""
    from model.sheets.layout_edits import with_all_moved  # noqa: PLC0415  OpenCV takes a moment
    from model.sheets.outline import outline_of, with_outline  # noqa: PLC0415

    def make(by: "Points") -> "EditedLayout | None":
        corners = outline_of(layout)
        corners[corner] += by
        after = with_outline(layout, corners)
        return with_all_moved(layout, after.nodes) if after is not None else None

    return Drag("the outline of the table", begin, layout, make)


def line_drag(layout: "Layout", axis: int, line: int, begin: QPointF) -> Drag:
    """Take hold of a line; it stops before the next one."""
    from model.sheets.layout_edits import with_line_moved  # noqa: PLC0415

    text = f"moving a line between {AXES[axis]}s"
    return Drag(text, begin, layout, lambda by: with_line_moved(layout, axis, line, by), (axis, line))


def line_at(layout: "Layout", place: QPointF, reach: float) -> tuple[int, int] | None:
    """Return axis and number of the line that is within reach of a place, all in pixels of the scan."""
    point = np.array([place.x(), place.y()])
    away = {}
    for axis in (ROW, COLUMN):
        lines = layout.nodes.swapaxes(0, axis)
        ends, ways = lines[:, :-1], np.diff(lines, axis=1)
        lengths = np.maximum((ways**2).sum(axis=2), 1e-9)
        shares = np.clip(((point - ends) * ways).sum(axis=2) / lengths, 0, 1)
        distances = np.linalg.norm(ends + shares[:, :, np.newaxis] * ways - point, axis=2).min(axis=1)
        line = int(distances.argmin())
        away[axis, line] = float(distances[line])
    nearest = min(away, key=lambda one: away[one])
    return nearest if away[nearest] <= reach else None
