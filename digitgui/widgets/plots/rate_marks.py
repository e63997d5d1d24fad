"""Marks in a plot where a learning rate was set by hand."""

from collections.abc import Sequence
from typing import TypeAlias

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitgui.looks.sizes import by_text

Mark: TypeAlias = tuple[float, float, str]
"""How many epochs had been done, the rate that was set then, and a colour."""
HIGH, LOW = 0.94, 0.06
"""Where a rate stands, as a share of the height: beside curves that fall, and beside those that rise."""
FONT_PIXELS = 11
"""Where text has 100 %."""
DISTANCE = 4


class RateMarks(pg.GraphicsObject):  # type: ignore[misc]
    """Thin upright lines, each with its rate beside it; one item for all of them, which stays in its plot.

    Parameters
    ----------
    plot : PlotItem
    height : float
        `HIGH` or `LOW`.

    Attributes
    ----------
    marks : list of Mark
    """

    def __init__(self, plot: pg.PlotItem, height: float) -> None:
        super().__init__()
        self._height = height
        self.marks: list[Mark] = []
        self.setZValue(-0.5)
        plot.addItem(self, ignoreBounds=True)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show these, and no others."""
        if list(marks) != self.marks:
            self.marks = list(marks)
            self.update()

    def boundingRect(self) -> QRectF:
        """Cover all that is seen of the plot."""
        view = self.getViewBox()
        return QRectF() if view is None else QRectF(view.viewRect())

    def viewRangeChanged(self) -> None:
        """Follow the zoom."""
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint in pixels, in which a line is thin and a letter upright at any zoom."""
        seen, to_pixels = self.boundingRect(), painter.transform()
        painter.save()
        painter.resetTransform()
        font = painter.font()
        font.setPixelSize(by_text(FONT_PIXELS))
        painter.setFont(font)
        for done, rate, color in self.marks:
            if seen.left() <= done <= seen.right():
                ends = (to_pixels.map(QPointF(done, y)) for y in (seen.top(), seen.bottom()))
                low, high = sorted(ends, key=QPointF.y, reverse=True)
                painter.setPen(QColor(color))
                painter.drawLine(low, high)
                y = low.y() + self._height * (high.y() - low.y()) + by_text(FONT_PIXELS) / 3
                painter.drawText(QPointF(low.x() + DISTANCE, y), f"{rate:g}")
        painter.restore()
