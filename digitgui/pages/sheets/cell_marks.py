"""What is drawn over a scan: lines, titles, and the cells that are doubtful, left out or chosen."""

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from digitgui.looks.theme import LIGHT, Theme
from model.sheets.sheet_record import Cell

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["CellMarks"]

DOUBTFUL_PEN, CHOSEN_PEN, FOUND_PEN = 2.0, 3.0, 1.0
TITLES = 36
"""How dense the ground of titles is, of 255."""


class CellMarks:
    """Knows where the cells of a layout are on the scan, and draws them.

    Attributes
    ----------
    polygons : dict of (int, int) to QPolygonF
        The outline of each cell in pixels of the scan, from its upper left corner clockwise.
    """

    def __init__(self, layout: "Layout | None") -> None:
        self.polygons: dict[Cell, QPolygonF] = {}
        self._lines: list[QPolygonF] = []  # of rows and columns: fewer to paint than the cells
        self._titles: QPolygonF | None = None
        if layout is None:
            return
        nodes = layout.nodes
        lines = [*nodes.tolist(), *nodes.swapaxes(0, 1).tolist()]
        self._lines = [QPolygonF([QPointF(x, y) for x, y in line]) for line in lines]
        if layout.header_rows:
            around = [*nodes[0].tolist(), *nodes[layout.header_rows, ::-1].tolist()]
            self._titles = QPolygonF([QPointF(x, y) for x, y in around])
        nodes = nodes[layout.header_rows :]
        corners = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2).tolist()
        self.polygons = {
            (row, column): QPolygonF([QPointF(x, y) for x, y in cell])
            for row, cells in enumerate(corners)
            for column, cell in enumerate(cells)
        }

    def cell_at(self, place: QPointF) -> Cell | None:
        """Return the cell at a place of the scan."""
        inside = (
            cell
            for cell, polygon in self.polygons.items()
            if polygon.containsPoint(place, Qt.FillRule.OddEvenFill)
        )
        return next(inside, None)

    def paint(
        self,
        painter: QPainter,
        seen: QRectF,
        theme: Theme,
        *,
        left_out: AbstractSet[Cell],
        doubtful: AbstractSet[Cell],
        chosen: Cell | None,
    ) -> None:
        """Draw what is seen, in pixels of the scan."""
        found, doubt, choice = (QColor(color) for color in (theme.accent, LIGHT.warning, LIGHT.accent))
        found.setAlpha(90)
        if self._titles is not None:
            ground = QColor(LIGHT.accent)
            ground.setAlpha(TITLES)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawPolygon(self._titles)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(found, FOUND_PEN))
        for line in self._lines:
            painter.drawPolyline(line)
        for cell in left_out & self.polygons.keys():
            corners = self.polygons[cell]
            painter.drawLine(corners.at(0), corners.at(2))
            painter.drawLine(corners.at(1), corners.at(3))
        painter.setPen(_pen(doubt, DOUBTFUL_PEN))
        for cell in doubtful & self.polygons.keys():
            if self.polygons[cell].boundingRect().intersects(seen):
                painter.drawPolygon(self.polygons[cell])
        if chosen in self.polygons:
            painter.setPen(_pen(choice, CHOSEN_PEN))
            choice.setAlpha(30)
            painter.setBrush(choice)
            painter.drawPolygon(self.polygons[chosen])


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
