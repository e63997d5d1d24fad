"""A scan with the cells that were found on it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar

from digitgui.documents.sheet_layout import COLUMN, ROW
from digitgui.documents.sheet_scan import Scan
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme
from digitgui.pages.sheets.cell_marks import CellMarks
from digitgui.pages.sheets.line_drag import Drag, corner_drag, line_at, line_drag
from digitgui.widgets.accessible_roles import Role
from digitgui.widgets.arrow_keys import ARROWS
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetView"]

STEP = 1.25
MOST = 8.0
"""How much larger than as wide as the view a scan can be."""
LEAST_SIZE = QSize(300, 240)
HANDLE = 9
REACH, STILL = 4, 3
"""Pixels: of the handle of a corner; from a line, where one takes hold of it; that the mouse may tremble."""


class SheetView(QAbstractScrollArea):
    """Shows a scan as wide as there is room, or larger, with its cells; a click chooses one.

    Doubtful cells have a frame, and the chosen one a strong frame. The wheel with Ctrl makes the scan larger. The
    four corners of the table and all of its lines can be dragged.

    Signals
    -------
    chosen(int, int)
        Row and column of a cell that was clicked.
    dragged(str, EditedLayout)
        A corner or a line of the table has been dragged: what it was, and where the cells are by now.
    menu_wanted(QPoint, QPointF)
        A person asks what can be done at a place: on the screen, and in pixels of the scan.
    """

    accessible_role = Role.Graphic

    chosen = Signal(int, int)
    dragged = Signal(str, object)
    menu_wanted = Signal(QPoint, QPointF)

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
        self._layout: Layout | None = None
        self._marks = CellMarks(None)
        self._doubtful: frozenset[Cell] = frozenset()
        self._cell: Cell | None = None
        self._words = ""
        self._zoom = 1.0
        self._can_drag = False
        self._drag: Drag | None = None
        self.viewport().setMouseTracking(True)

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
        layout = record.layout if record is not None else None
        if layout is not self._layout or layout is None:
            self._layout, self._drag = layout, None
            self._marks = CellMarks(layout)
        self._doubtful = frozenset(record.doubtful) if record is not None else frozenset()
        self.viewport().update()

    def show_cell(self, cell: Cell | None) -> None:
        """Show which cell is chosen, and bring it into sight."""
        if cell == self._cell:
            return
        self._cell = cell
        if cell in self._marks.polygons:
            box = self._marks.polygons[cell].boundingRect()
            scale = self._scale
            place = QRectF(box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale)
            _bring(self.horizontalScrollBar(), place.left(), place.right(), self.viewport().width())
            _bring(self.verticalScrollBar(), place.top(), place.bottom(), self.viewport().height())
        self.viewport().update()

    def allow_drags(self, *, allowed: bool) -> None:
        """Let corners and lines of the table be dragged, or not."""
        if allowed != self._can_drag:
            self._can_drag, self._drag = allowed, None
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
        return self._marks.cell_at(self.place_on_scan(place))

    def place_on_scan(self, place: QPointF) -> QPointF:
        """Return what pixel of the scan a place of the view is."""
        return (place + self._offset) / self._scale

    def line_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return axis and number of the line that one can take hold of at a place of the view."""
        return self.line_near(self.place_on_scan(place)) if self._can_drag else None

    def line_near(self, place: QPointF) -> tuple[int, int] | None:
        """Return axis and number of the line at a place of the scan."""
        if self._layout is None or self._scan is None:
            return None
        return line_at(self._layout, place, by_text(REACH) / self._scale)

    def cell_on_scan(self, place: QPointF) -> Cell | None:
        """Return the cell at a place of the scan."""
        return self._marks.cell_at(place)

    def place_of(self, cell: Cell) -> QPoint:
        """Return where the middle of a cell is in the view."""
        middle = self._marks.polygons[cell].boundingRect().center() * self._scale - self._offset
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
        """Take hold of a corner or a line, or choose the cell."""
        self._end_drag()  # of the keyboard
        place, layout = event.position(), self._layout
        if event.button() is not Qt.MouseButton.LeftButton or layout is None:
            super().mousePressEvent(event)
            return
        corner, line, begin = self._corner_at(place), self.line_at(place), self.place_on_scan(place)
        if corner is not None:
            self._drag = corner_drag(layout, corner, begin)
        elif line is not None:
            self._drag = line_drag(layout, *line, begin)
        else:
            self._choose_at(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a corner or a line, and show where one can."""
        place = event.position()
        if self._drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_cursor(place)
            return
        here = self.place_on_scan(place)
        if self._drag.edit is not None or (here - self._drag.begin).manhattanLength() * self._scale >= STILL:
            self._show_drag(self._drag.moved_to(here))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of a corner or a line; where none was moved, choose the cell."""
        if self._drag is None:
            super().mouseReleaseEvent(event)
        elif not self._end_drag():
            self._choose_at(event.position())

    def _show_drag(self, drag: Drag) -> None:
        self._drag, self._marks = drag, CellMarks(drag.now)
        self.viewport().update()

    def _end_drag(self) -> bool:
        """Tell what has been dragged, if it has moved."""
        drag, self._drag = self._drag, None
        if drag is None or drag.edit is None:
            return False
        self.dragged.emit(drag.text, drag.edit)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu, by the mouse where it is, by a key for the chosen cell."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        is_on_cell = by_key and self._cell in self._marks.polygons
        place = self.place_of(self._cell) if is_on_cell and self._cell is not None else event.pos()
        self._choose_at(QPointF(place))
        self.menu_wanted.emit(self.viewport().mapToGlobal(place), self.place_on_scan(QPointF(place)))

    def _choose_at(self, place: QPointF) -> None:
        cell = self.cell_at(place)
        if cell is not None:
            self.chosen.emit(*cell)

    def _show_cursor(self, place: QPointF) -> None:
        line = self.line_at(place)
        if self._corner_at(place) is not None:
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
        elif line is not None:
            is_across = line[0] == ROW
            self.viewport().setCursor(Qt.CursorShape.SplitVCursor if is_across else Qt.CursorShape.SplitHCursor)
        else:
            self.viewport().unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line to the right of the chosen cell, or below it, with Alt; leave other keys to the page."""
        step = ARROWS.get(Qt.Key(event.key())) if event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if step is None or self._layout is None or self._cell is None or not self._can_drag:
            event.ignore()
            return
        axis = ROW if step[1] else COLUMN
        line = self._cell[axis] + 1 + (self._layout.header_rows if axis == ROW else 0)
        if self._drag is None or self._drag.line != (axis, line):
            self._end_drag()
            self._drag = line_drag(self._layout, axis, line, QPointF())
        self._show_drag(self._drag.moved_by(QPointF(*step) / self._scale))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave a line where it has been moved when Alt is let go."""
        if event.key() == Qt.Key.Key_Alt and self._drag is not None:
            self._end_drag()
        else:
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the scan."""
        super().resizeEvent(event)
        self._fit_bars()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring, and leave a line where it is: Alt may be let go elsewhere, as after Alt and Tab."""
        super().focusOutEvent(event)
        self._end_drag()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is seen of the scan, and the cells over it."""
        painter = QPainter(self.viewport())
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, on=True
        )
        painter.fillRect(event.rect(), QColor(self._theme.field if self._scan is None else self._theme.card))
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
        self._marks.paint(
            painter,
            seen,
            self._theme,
            left_out=self._layout.left_out if self._layout is not None else frozenset(),
            doubtful=self._doubtful,
            chosen=self._cell,
        )
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
        layout = self._drag.now if self._drag else self._layout
        if layout is None or self._scan is None or not self._can_drag:
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


def _bring(bar: QScrollBar, begin: float, end: float, room: int) -> None:
    """Scroll so far that what lies between these places is seen, with something around it."""
    margin = min(room / 4, 60.0)
    if end + margin > bar.value() + room:
        bar.setValue(round(end + margin - room))
    if begin - margin < bar.value():
        bar.setValue(round(begin - margin))
