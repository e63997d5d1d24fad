"""A scan with the cells that were found on it."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar

from digitgui.documents.sheet_scan import Scan
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme
from digitgui.pages.sheets.outline_drag import OutlineDrag
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetView"]

STEP = 1.25
MOST = 8.0
"""How much larger than as wide as the view a scan can be."""
LEAST_SIZE = QSize(300, 240)
DOUBTFUL_PEN, CHOSEN_PEN = 2.0, 3.0
FOUND_PEN = 1.0
HANDLE = 9
"""Pixels."""


class SheetView(QAbstractScrollArea):
    """Shows a scan as wide as there is room, or larger, with its cells; a click chooses one.

    Doubtful cells have a frame, and the chosen one a strong frame. The wheel with Ctrl makes the scan larger. The
    four corners of the table can be dragged.

    Signals
    -------
    chosen(int, int)
        Row and column of a cell that was clicked.
    outlined(Layout)
        A corner of the table has been dragged: where the cells are by now.
    """

    chosen = Signal(int, int)
    outlined = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sheetView")
        self.setAccessibleName("Scan with the cells that were found")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setMinimumSize(LEAST_SIZE)
        self._theme = LIGHT
        self._scan: Scan | None = None
        self._record: SheetRecord | None = None
        self._layout: Layout | None = None
        self._polygons: dict[Cell, QPolygonF] = {}
        self._borders: list[QPolygonF] = []  # of rows and columns: fewer to paint than the cells
        self._doubtful: frozenset[Cell] = frozenset()
        self._cell: Cell | None = None
        self._words = ""
        self._zoom = 1.0
        self._can_outline = False
        self._drag: OutlineDrag | None = None
        self.viewport().setMouseTracking(True)

    def minimumSizeHint(self) -> QSize:
        """Ask for enough to see some cells."""
        return LEAST_SIZE

    def sizeHint(self) -> QSize:
        """Take what there is."""
        return LEAST_SIZE

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def show_scan(self, scan: Scan | None, words: str) -> None:
        """Show a scan, or words if there is none."""
        if scan is not self._scan:
            self._scan, self._zoom = scan, 1.0
            self._fit_bars()
        self._words = words
        self.viewport().update()

    def show_cells(self, record: SheetRecord | None) -> None:
        """Show the cells of a sheet."""
        self._record = record
        layout = record.layout if record is not None else None
        if layout is not self._layout or layout is None:
            self._layout = layout
            self._take_places(layout)
        self._doubtful = frozenset(record.doubtful) if record is not None else frozenset()
        self.viewport().update()

    def show_cell(self, cell: Cell | None) -> None:
        """Show which cell is chosen, and bring it into sight."""
        if cell == self._cell:
            return
        self._cell = cell
        if cell in self._polygons:
            box = self._polygons[cell].boundingRect()
            scale = self._scale
            place = QRectF(box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale)
            _bring(self.horizontalScrollBar(), place.left(), place.right(), self.viewport().width())
            _bring(self.verticalScrollBar(), place.top(), place.bottom(), self.viewport().height())
        self.viewport().update()

    def allow_outline(self, *, allowed: bool) -> None:
        """Let the corners of the table be dragged, or not."""
        if allowed != self._can_outline:
            self._can_outline, self._drag = allowed, None
            self.viewport().update()

    def enlarge(self, factor: float, around: QPoint | None = None) -> None:
        """Make the scan larger or smaller, around a place of the view; its middle if none is given."""
        place = QPointF(around or self.viewport().rect().center())
        before = self._scale
        at = (place + self._offset) / before
        self._zoom = min(max(1.0, self._zoom * factor), MOST)
        self._fit_bars()
        offset = at * self._scale - place
        self.horizontalScrollBar().setValue(round(offset.x()))
        self.verticalScrollBar().setValue(round(offset.y()))
        self.viewport().update()

    def fit(self) -> None:
        """Make the scan as wide as the view."""
        self.enlarge(1 / self._zoom)

    def cell_at(self, place: QPointF) -> Cell | None:
        """Return the cell at a place of the view."""
        point = (place + self._offset) / self._scale
        return next(
            (
                cell
                for cell, polygon in self._polygons.items()
                if polygon.containsPoint(point, Qt.FillRule.OddEvenFill)
            ),
            None,
        )

    def place_of(self, cell: Cell) -> QPoint:
        """Return where the middle of a cell is in the view."""
        middle = self._polygons[cell].boundingRect().center() * self._scale - self._offset
        return middle.toPoint()

    # events

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Make the scan larger or smaller with Ctrl; scroll it otherwise."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._scan is not None:
            self.enlarge(STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
            event.accept()
        elif self.verticalScrollBar().maximum() or self.horizontalScrollBar().maximum():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a corner, or choose the cell."""
        corner = self._corner_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if corner is not None and self._layout is not None:
            self._drag = OutlineDrag(corner, self._layout, None)
            return
        cell = self.cell_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if cell is not None:
            self.chosen.emit(*cell)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a corner, and show where one can."""
        if self._drag is not None and self._record is not None:
            self._drag = self._drag.moved_to((event.position() + self._offset) / self._scale)
            if self._drag.after is not None:
                self._take_places(self._drag.after)
            self.viewport().update()
        elif self._corner_at(event.position()) is not None:
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.viewport().unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of a corner."""
        drag, self._drag = self._drag, None
        if drag is None:
            super().mouseReleaseEvent(event)
        elif drag.after is not None:
            self.outlined.emit(drag.after)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all keys to the page: they mean the same wherever one is on it."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the scan."""
        super().resizeEvent(event)
        self._fit_bars()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is seen of the scan, and the cells over it."""
        painter = QPainter(self.viewport())
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, on=True
        )
        painter.fillRect(event.rect(), QColor(self._theme.field))
        if self._scan is None:
            painter.setPen(QColor(self._theme.muted))
            room = self.viewport().rect().adjusted(16, 16, -16, -16)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
        else:
            self._paint_scan(painter, self._scan)
            self._paint_cells(painter)
            self._paint_corners(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_scan(self, painter: QPainter, scan: Scan) -> None:
        view, scale, offset = QRectF(self.viewport().rect()), self._scale, self._offset
        whole = QRectF(-offset.x(), -offset.y(), scan.width * scale, scan.height * scale)
        seen = whole & view
        level, size = scan.level_for(scale * self.devicePixelRatioF())
        factor = size / scale
        source = QRectF(
            (seen.x() - whole.x()) * factor,
            (seen.y() - whole.y()) * factor,
            seen.width() * factor,
            seen.height() * factor,
        )
        painter.drawImage(seen, level, source)

    def _paint_cells(self, painter: QPainter) -> None:
        offset, scale = self._offset, self._scale
        painter.translate(-offset)
        painter.scale(scale, scale)
        seen = QRectF(offset / scale, QRectF(self.viewport().rect()).size() / scale)
        found, doubtful, chosen = (QColor(color) for color in (self._theme.accent, LIGHT.warning, LIGHT.accent))
        found.setAlpha(90)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(found, FOUND_PEN))
        for border in self._borders:
            painter.drawPolyline(border)
        for cell in self._layout.left_out & self._polygons.keys() if self._layout is not None else ():
            corners = self._polygons[cell]
            painter.drawLine(corners.at(0), corners.at(2))
            painter.drawLine(corners.at(1), corners.at(3))
        painter.setPen(_pen(doubtful, DOUBTFUL_PEN))
        for cell in self._doubtful & self._polygons.keys():
            if self._polygons[cell].boundingRect().intersects(seen):
                painter.drawPolygon(self._polygons[cell])
        if self._cell in self._polygons:
            painter.setPen(_pen(chosen, CHOSEN_PEN))
            fill = QColor(chosen)
            fill.setAlpha(30)
            painter.setBrush(fill)
            painter.drawPolygon(self._polygons[self._cell])
        painter.resetTransform()

    def _paint_corners(self, painter: QPainter) -> None:
        side = by_text(HANDLE)
        painter.setPen(QPen(QColor(LIGHT.card), 1))
        painter.setBrush(QColor(LIGHT.accent))
        for place in self.corner_places:
            painter.drawRect(place.x() - side // 2, place.y() - side // 2, side, side)

    # where things are

    @property
    def corner_places(self) -> list[QPoint]:
        """Return where the corners of the table are in the view, if they can be dragged."""
        layout = self._drag.after or self._drag.layout if self._drag else self._layout
        if layout is None or self._scan is None or not self._can_outline:
            return []
        offset, scale = self._offset, self._scale
        nodes = layout.nodes
        ends = (nodes[0, 0], nodes[0, -1], nodes[-1, -1], nodes[-1, 0])
        return [(QPointF(x, y) * scale - offset).toPoint() for x, y in ends]

    def _corner_at(self, place: QPointF) -> int | None:
        """Return which corner of the table one can take hold of at a place of the view."""
        near = [(corner - place.toPoint()).manhattanLength() <= by_text(HANDLE) for corner in self.corner_places]
        return near.index(True) if any(near) else None

    @property
    def _scale(self) -> float:
        """Pixels of the view for one of the scan."""
        if self._scan is None:
            return 1.0
        # whether the scroll bar is there or not: it would come and go otherwise
        room = max(1, self.width() - self.verticalScrollBar().sizeHint().width())
        return self._zoom * room / self._scan.width

    @property
    def _offset(self) -> QPointF:
        """Where the upper left corner of the view is, in pixels of the view from that of the scan."""
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _take_places(self, layout: "Layout | None") -> None:
        """Know where the cells and their borders are on the scan."""
        if layout is None or self._record is None:
            self._polygons, self._borders = {}, []
            return
        self._polygons = _polygons(self._record, layout)
        nodes = layout.nodes[layout.header_rows :]
        lines = [*nodes.tolist(), *nodes.swapaxes(0, 1).tolist()]
        self._borders = [QPolygonF([QPointF(x, y) for x, y in line]) for line in lines]

    def _fit_bars(self) -> None:
        """Let the bars reach the whole scan."""
        if self._scan is None:
            size = QSize(0, 0)
        else:
            size = QSize(round(self._scan.width * self._scale), round(self._scan.height * self._scale))
        room = self.viewport().size()
        for bar, length, seen in (
            (self.horizontalScrollBar(), size.width(), room.width()),
            (self.verticalScrollBar(), size.height(), room.height()),
        ):
            bar.setRange(0, max(0, length - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(by_text(20))


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _bring(bar: QScrollBar, begin: float, end: float, room: int) -> None:
    """Scroll so far that what lies between these places is seen, with something around it."""
    margin = min(room / 4, 60.0)
    if end + margin > bar.value() + room:
        bar.setValue(round(end + margin - room))
    if begin - margin < bar.value():
        bar.setValue(round(begin - margin))


def _polygons(record: SheetRecord, layout: "Layout") -> dict[Cell, QPolygonF]:
    """Return the outline of each cell in pixels of the scan, from its upper left corner clockwise."""
    nodes = layout.nodes[layout.header_rows :]
    corners = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2).tolist()
    return {
        (row, column): QPolygonF([QPointF(x, y) for x, y in corners[row][column]])
        for row, column in record.places()
    }
