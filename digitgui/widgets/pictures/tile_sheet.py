"""Maps or kernels large enough to be looked at one by one, with their numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.accessible_roles import Role, tell
from digitgui.widgets.pictures.pin_moves import moved
from digitgui.widgets.pictures.signed_colors import Scale, colored, packed
from digitgui.widgets.pictures.strip_painting import fonts_of, paint_box, paint_cross
from digitgui.widgets.pictures.tiling import Place, Tiling, whole_cells
from model.network.arrays import FloatArray

__all__ = ["TileSheet", "Tiles"]

GAP = 6
EDGE = 4
MOST_SIDE = 240
"""Pixels of the side of a tile, where there is room for all."""
NO_TILING = Tiling(0, 1, 1, 1, 1, 1)


@dataclass(frozen=True, eq=False)
class Tiles:
    """What a sheet shows.

    Attributes
    ----------
    values : ndarray, shape (tiles, rows, columns)
    scale : Scale
        Of all of them.
    tell : callable
        Names the number at a place and tells its value.
    each : bool
        Whether each has a scale of its own.
    columns : int or None
        Tiles in a row, with the numbers of rows and columns written once; None for as many as fit, each with its
        number above it.
    side : int
        Pixels of a tile in a usual window, about.
    dead : tuple of int
        Tiles that are struck out.
    """

    values: FloatArray
    scale: Scale
    tell: Callable[[Place], str]
    each: bool = False
    columns: int | None = None
    side: int = 72
    dead: tuple[int, ...] = ()


class TileSheet(QAbstractScrollArea):
    """Shows tiles in rows, as many as fit side by side, and scrolls.

    Signals
    -------
    chosen(tuple)
        The tile, row and column that was clicked, or that keys led to.
    """

    accessible_role = Role.Graphic

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._theme, self._room = LIGHT, 1.0
        self._tiles: Tiles | None = None
        self._tiling = NO_TILING
        self._place: Place | None = None
        self._row: int | None = None
        self.setAccessibleName(name)
        tell(self, "empty")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setMinimumSize(160, 120)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def tiling(self) -> Tiling:
        """What lies where, from `origin` on."""
        return self._tiling

    @property
    def origin(self) -> QPoint:
        """Where the first tile begins in the viewport, as it is scrolled now."""
        heads = self._heads()
        return QPoint(
            heads.width() - self.horizontalScrollBar().value(), heads.height() - self.verticalScrollBar().value()
        )

    def show_tiles(self, tiles: Tiles | None, place: Place | None = None, row: int | None = None) -> None:
        """Show tiles, with a mark at a place, and around a row of them; or none."""
        before = self._tiling
        self._tiles, self._row = tiles, row
        self._arrange()
        is_other = place is not None and (place != self._place or before != self._tiling)
        self._place = place
        there = "empty" if tiles is None else f"{len(tiles.values):,} shown, none chosen"
        self.setAccessibleDescription(tiles.tell(place) if tiles and place else there)
        if is_other and place:
            self._bring_in_sight(self._tiling.cell(place[0]))
        elif row is not None and before != self._tiling:
            self._bring_in_sight(self._row_box(row))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def set_room(self, room: float) -> None:
        """Show larger tiles where there is room."""
        self._room = room
        self._arrange()

    def sizeHint(self) -> QSize:
        """Ask for a few tiles."""
        return QSize(320, 220)

    def _heads(self) -> QSize:
        """Pixels before the first tile, for the numbers of rows and columns."""
        if self._tiles is None or self._tiles.columns is None:
            return QSize(EDGE, EDGE)
        metrics = self._metrics()
        return QSize(metrics.horizontalAdvance("0000") + EDGE, metrics.height() + EDGE)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(fonts_of(self.font())[1])

    def _arrange(self) -> None:
        tiles = self._tiles
        if tiles is None:
            self._tiling = NO_TILING
        else:
            count, height, width = tiles.values.shape
            if tiles.columns is not None:
                cells = whole_cells(round(tiles.side * self._room), height, width)
                self._tiling = Tiling(count, height, width, tiles.columns, *cells)
            else:
                self._tiling = self._fitted(tiles)
        whole = self._tiling.size + self._heads() + QSize(EDGE, EDGE)
        size = self.viewport().size()
        for bar, length, seen in (
            (self.horizontalScrollBar(), whole.width(), size.width()),
            (self.verticalScrollBar(), whole.height(), size.height()),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(24)
            bar.setRange(0, max(0, length - seen))
        self.viewport().update()

    def _fitted(self, tiles: Tiles) -> Tiling:
        """Lay tiles out as large as all of them can be seen at once; where they cannot be, of their usual size."""
        count, height, width = tiles.values.shape
        caption, free = self._metrics().height(), self.viewport().size() - QSize(2 * EDGE, 2 * EDGE)

        def attempt(side: int) -> Tiling:
            cells = whole_cells(side, height, width)
            columns = max(1, min(count, (free.width() + GAP) // (cells[0] + GAP)))
            return Tiling(count, height, width, columns, *cells, GAP, caption)

        usual, longest = round(tiles.side * self._room), max(height, width)
        sides = range(round(MOST_SIDE * self._room) // longest * longest, usual, -longest)
        fitting = (one for one in map(attempt, sides) if _holds(free, one.size))
        return next(fitting, attempt(usual))

    def _bring_in_sight(self, box: QRectF) -> None:
        heads, size = self._heads(), self.viewport().size()
        for bar, low, high, before, seen in (
            (self.horizontalScrollBar(), box.left(), box.right(), heads.width(), size.width()),
            (
                self.verticalScrollBar(),
                box.top() - self._tiling.caption,
                box.bottom(),
                heads.height(),
                size.height(),
            ),
        ):
            bar.setValue(min(max(bar.value(), round(high) + before + EDGE - seen), round(low)))

    def _row_box(self, row: int) -> QRectF:
        first = self._tiling.cell(row * self._tiling.columns)
        return first.united(self._tiling.cell((row + 1) * self._tiling.columns - 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the tiles that are in sight, their numbers, and the marks."""
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.card))
            tiles, tiling = self._tiles, self._tiling
            if tiles is not None and tiling.count:
                painter.setFont(fonts_of(self.font())[1])
                self._paint_tiles(painter, tiles)
                if tiles.columns is not None:
                    self._paint_heads(painter)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._theme.accent), 4))
                painter.drawRect(self.viewport().rect())

    def _paint_tiles(self, painter: QPainter, tiles: Tiles) -> None:
        tiling, origin = self._tiling, QPointF(self.origin)
        pitch = tiling.cell_height + tiling.caption + tiling.gap
        first = max(0, int(-origin.y()) // pitch)
        last = min(tiling.rows, int(self.viewport().height() - origin.y()) // pitch + 1)
        numbers = range(first * tiling.columns, min(last * tiling.columns, tiling.count))
        if not numbers:
            return
        part = replace(tiling, count=len(numbers))
        ground = packed(self._theme.card)
        colors = colored(tiles.values[numbers.start : numbers.stop], tiles.scale, each=tiles.each)
        image = part.image(colors, ground, self.devicePixelRatioF())
        painter.drawImage(origin + QPointF(0, first * pitch), image)
        if tiling.caption:
            painter.setPen(QColor(self._theme.muted))
            above = origin - QPointF(0, painter.fontMetrics().descent())
            for number in numbers:
                painter.drawText(tiling.cell(number).topLeft() + above, str(number))
        for number in set(tiles.dead).intersection(numbers):
            paint_cross(painter, tiling.cell(number).translated(origin))
        if self._row is not None:
            paint_box(painter, self._row_box(self._row).translated(origin), self._theme.accent)
        if self._place is not None:
            number, row, column = self._place
            paint_box(painter, tiling.cell(number).translated(origin), self._theme.accent)
            if tiling.height * tiling.width > 1:
                box = tiling.box(number, range(row, row + 1), range(column, column + 1))
                paint_box(painter, box.translated(origin), self._theme.accent)

    def _paint_heads(self, painter: QPainter) -> None:
        """Write the numbers of rows on the left and of columns above: each, or every fifth."""
        tiling, origin, heads = self._tiling, self.origin, self._heads()
        size, metrics = self.viewport().size(), painter.fontMetrics()
        painter.fillRect(0, 0, size.width(), heads.height() - 1, QColor(self._theme.card))
        painter.fillRect(0, 0, heads.width() - 2, size.height(), QColor(self._theme.card))
        painter.setPen(QColor(self._theme.muted))
        step = 1 if tiling.cell_width >= metrics.horizontalAdvance("000") else 5
        for column in range(0, tiling.columns, step):
            x = origin.x() + tiling.cell(column).left()
            if x >= heads.width():
                painter.drawText(QPointF(x, metrics.ascent()), str(column))
        step = 1 if tiling.cell_height >= metrics.ascent() else 5
        for row in range(0, tiling.rows, step):
            cell = tiling.cell(row * tiling.columns).translated(origin)
            if cell.top() >= heads.height():
                place = QRectF(0, cell.top(), heads.width() - 6, cell.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row))

    def _place_at(self, point: QPointF) -> Place | None:
        heads = self._heads()
        if self._tiles is None or (
            self._tiles.columns is not None and (point.x() < heads.width() or point.y() < heads.height())
        ):
            return None
        return self._tiling.at(point - QPointF(self.origin))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the number under the mouse."""
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place:
            self.chosen.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose what the mouse is dragged over."""
        place = self._place_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and place:
            self.chosen.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep to itself what began here."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the mark; scroll where there is none."""
        place = moved(self._place, Qt.Key(event.key()), self._tiling) if self._place else None
        if place:
            self.chosen.emit(place)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        self.viewport().update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit as many tiles into a row as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the number under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            words = self._tiles.tell(place) if place and self._tiles else ""
            here = QRect(event.pos(), QSize(1, 1))  # the next number has its own
            QToolTip.showText(event.globalPos(), words, self.viewport(), here)
            return True
        return super().viewportEvent(event)


def _holds(free: QSize, size: QSize) -> bool:
    return size.width() <= free.width() and size.height() <= free.height()
