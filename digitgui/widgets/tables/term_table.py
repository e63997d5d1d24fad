"""A table of terms that add up, each number on a ground that tells its sign and its size."""

import math
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import Theme, tabular
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.painted import Painted
from digitgui.widgets.pictures.heat_map import AGAINST, FOR
from digitgui.widgets.tables.cell_copy import copy_cells
from digitgui.widgets.tables.confusion_colors import ink_on
from digitgui.widgets.tables.term_layout import Layout, PlacedGrid, PlacedLine, lay_out
from digitgui.widgets.tables.term_lines import Grid, Line, total_text, tsv_rows

__all__ = ["TermTable"]

NARROWEST = 260
"""Pixels where text has 100 %."""
LEVELS = 64
"""Steps of the colour between zero and the largest number."""
SMALL = 11
"""Pixels of a letter in a cell, where text has 100 %."""
Place = tuple[int, int, int, int]
"""Line, grid in it, row and column."""


class TermTable(Painted):
    """Shows lines of terms; a cell that stands for something can be chosen.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    describe : callable
        Names what a cell stands for.

    Signals
    -------
    chosen(object)
        What the cell stands for that was clicked, or that had the keys when Return was pressed.
    """

    chosen = Signal(object)

    def __init__(self, name: str, describe: Callable[[Hashable], str]) -> None:
        super().__init__()
        self._describe_target = describe
        self._lines: Sequence[Line] = ()
        self._layouts: dict[int, Layout] = {}  # by width: layouts ask for several
        self._fonts: dict[tuple[bool, bool], QFont] = {}
        self._current: Place | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        before = self._laid_out().height if self._lines else -1
        self._lines = lines
        self._layouts.clear()
        if self._current is not None and self._grid_at(self._current) is None:
            self._current = self._first() if self.hasFocus() else None
        if self._laid_out().height != before:
            self.updateGeometry()
        self._tell()
        self.update()

    def set_room(self, room: float) -> None:
        """Take the size of the text as it is now."""
        self._forget_text()
        super().set_room(room)

    def words(self, place: tuple[int, int, int, int]) -> str:
        """Say what a cell holds: by line, grid in it, row and column."""
        line, grid = self._lines[place[0]], self._lines[place[0]].grids[place[1]]
        row, column = place[2:]
        if not grid.is_inside(row, column):
            return "outside the map: padding, 0"
        number, target = f"{grid.numbers[row, column]:.6g}", grid.target_of(row, column)
        if target is not None:
            return f"{self._describe_target(target)}: {number}"
        where = f", row {row}, column {column}" if grid.numbers.size > 1 else ""
        return f"{line.name}, {grid.caption}{where}: {number}"

    def cell_rect(self, place: tuple[int, int, int, int]) -> QRect:
        """Where a cell lies, in pixels of the widget."""
        line, grid, row, column = place
        return self._laid_out().lines[line].grids[grid].cell(row, column).toAlignedRect()

    def table_rows(self) -> list[list[str]]:
        """Return all numbers as lines of cells."""
        return [list(cells) for cells in tsv_rows(self._lines)]

    def copy(self) -> None:
        """Put all numbers into the clipboard, with tabs between them."""
        copy_cells(tsv_rows(self._lines))

    def hasHeightForWidth(self) -> bool:
        """Grids go on in the next row where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines, in pixels."""
        return self._laid_out(width).height + 4

    def sizeHint(self) -> QSize:
        """Ask for the height of all lines."""
        return QSize(by_text(NARROWEST), self.heightForWidth(max(self.width(), by_text(NARROWEST))))

    def minimumSizeHint(self) -> QSize:
        """Ask for no less."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the width is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Lay everything out anew where text has another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._forget_text()
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+C from the window, and say what is under the mouse."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.matches(QKeySequence.StandardKey.Copy):
                event.accept()
                return True
        elif isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(place) if place else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what the cell under the mouse stands for."""
        place = self._place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(place)
            self._choose(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be chosen."""
        place = self._place_at(event.position())
        can_be_chosen = place is not None and self._target_at(place) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_be_chosen else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrows, choose by Return, copy by Ctrl+C."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in ARROWS and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._move(*ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        if self._current is None:
            self._move(0, 0)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are seen."""
        layout, seen = self._laid_out(), QRectF(event.rect())
        with QPainter(self) as painter:
            for line in layout.lines:
                if line.bottom >= seen.top() and line.top <= seen.bottom():
                    self._paint_line(painter, line, layout, seen)
            if self.hasFocus():
                here = self.cell_rect(self._current) if self._current else self.rect()
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.drawRect(QRectF(here).adjusted(1, 1, -1, -1))

    def _paint_line(self, painter: QPainter, placed: PlacedLine, layout: Layout, seen: QRectF) -> None:
        theme, line = self._theme, placed.line
        strong, left = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if line.is_sum:
            painter.fillRect(QRectF(0, placed.top - 3, layout.right, 1), QColor(theme.line))
        painter.setFont(self._font(bold=line.is_sum))
        painter.setPen(QColor(theme.text if line.is_sum else theme.muted))
        head = placed.captions[0][1].height() if placed.captions else 0.0
        middle = QRectF(0, placed.top + head, self.width(), placed.height - head)
        if placed.grids:
            rects = [grid.rect for grid in placed.grids]
            middle.setBottom(max(rect.bottom() for rect in rects if rect.top() == rects[0].top()))
        painter.drawText(middle, left, line.label)
        if line.total is not None:
            painter.setFont(self._font(bold=True))
            painter.setPen(QColor(theme.accent if line.is_sum else theme.text))
            middle.setBottom(placed.bottom)
            lowest = placed.grids[-1].rect if placed.grids else middle
            place = QRectF(0, lowest.top(), layout.right, lowest.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | strong, total_text(line.total, layout.largest))
        painter.setFont(self._font())
        painter.setPen(QColor(theme.muted))
        for sign, rect in placed.signs:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, sign)
        painter.setFont(self._font(small=True))
        for caption, rect in placed.captions:
            painter.drawText(rect, left, caption)
        for grid in placed.grids:
            if grid.rect.intersects(seen):
                self._paint_grid(painter, grid)

    def _paint_grid(self, painter: QPainter, placed: PlacedGrid) -> None:
        grid, centre = placed.grid, Qt.AlignmentFlag.AlignCenter
        texts, levels = grid.texts(), _levels(grid)
        width, height = placed.width, placed.height
        gap = 1 if placed.has_numbers else 0
        for row, of_row in enumerate(levels):
            for column, level in enumerate(of_row):
                rect = QRectF(placed.left + column * width, placed.top + row * height, width - gap, height - gap)
                if not grid.is_inside(row, column):
                    painter.fillRect(rect, QColor(self._theme.field))
                    painter.setPen(QColor(self._theme.muted))
                    painter.drawText(rect, centre, "·")
                    continue
                ground, ink = _colors(self._theme, level)
                painter.fillRect(rect, ground)
                if placed.has_numbers:
                    painter.setPen(ink)
                    painter.drawText(rect, centre, texts[row][column])
        if grid.marked is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.text), 2))
            for row, column in np.argwhere(grid.marked).tolist():
                painter.drawRect(placed.cell(row, column).adjusted(1, 1, -2, -2))

    def _font(self, *, bold: bool = False, small: bool = False) -> QFont:
        found = self._fonts.get((bold, small))
        if found is None:
            found = self._fonts[bold, small] = tabular(self.font())
            found.setBold(bold)
            if small:
                found.setPixelSize(by_text(SMALL))
        return found

    def _forget_text(self) -> None:
        self._fonts.clear()
        self._layouts.clear()

    def _laid_out(self, width: int = 0) -> Layout:
        """Return the places of everything in the width that there is, or in another."""
        width = width or self.width()
        if width not in self._layouts:
            text, small = (QFontMetrics(font) for font in (self._font(bold=True), self._font(small=True)))
            self._layouts[width] = lay_out(self._lines, width, text, small)
        return self._layouts[width]

    def _grid_at(self, place: Place) -> Grid | None:
        """Return the grid of a place, if there is such a place now."""
        line, number, row, column = place
        if line >= len(self._lines) or number >= len(self._lines[line].grids):
            return None
        grid = self._lines[line].grids[number]
        return grid if row < grid.shape[0] and column < grid.shape[1] else None

    def _target_at(self, place: Place) -> Hashable | None:
        return self._lines[place[0]].grids[place[1]].target_of(place[2], place[3])

    def _place_at(self, point: QPointF) -> Place | None:
        for number, line in enumerate(self._laid_out().lines):
            if line.top <= point.y() <= line.bottom:
                for index, grid in enumerate(line.grids):
                    if grid.rect.contains(point):
                        row = int((point.y() - grid.top) // grid.height)
                        column = int((point.x() - grid.left) // grid.width)
                        rows, columns = grid.grid.shape
                        return number, index, min(row, rows - 1), min(column, columns - 1)
        return None

    def _choose(self, place: Place) -> None:
        target = self._target_at(place)
        if target is not None:
            self.chosen.emit(target)

    def _first(self) -> Place | None:
        """Return the first cell of all, if there is one."""
        lines = (number for number, line in enumerate(self._lines) if line.grids)
        return next(((number, 0, 0, 0) for number in lines), None)

    def _move(self, across: int, down: int) -> None:
        """Move the keys' cell through the grids of a line and on to the next; to the first if there is none."""
        if self._current is None:
            first = self._first()
            if first is not None:
                self._move_to(first)
            return
        line, grid, row, column = self._current
        if down:
            line, row = self._row_beside(line, grid, row + down)
            grid = min(grid, len(self._lines[line].grids) - 1)
        grids = self._lines[line].grids
        cells = [(number, place) for number, one in enumerate(grids) for place in range(one.shape[1])]
        at = cells.index((grid, min(column, grids[grid].shape[1] - 1))) + across
        grid, column = cells[min(max(at, 0), len(cells) - 1)]
        self._move_to((line, grid, min(row, grids[grid].shape[0] - 1), column))

    def _row_beside(self, line: int, grid: int, row: int) -> tuple[int, int]:
        """Return line and row of a row, which may be that before the first or after the last one of a grid."""
        rows = self._lines[line].grids[grid].shape[0]
        if 0 <= row < rows:
            return line, row
        others = range(line + 1, len(self._lines)) if row >= rows else range(line - 1, -1, -1)
        beside = next((number for number in others if self._lines[number].grids), None)
        if beside is None:
            return line, min(max(row, 0), rows - 1)
        grids = self._lines[beside].grids
        return beside, 0 if row >= rows else grids[min(grid, len(grids) - 1)].shape[0] - 1

    def _move_to(self, place: Place) -> None:
        self._current = place
        self._tell()
        self.update()
        outer = self.parentWidget()
        while outer is not None and not isinstance(outer, QScrollArea):
            outer = outer.parentWidget()
        content = outer.widget() if isinstance(outer, QScrollArea) else None
        if isinstance(outer, QScrollArea) and content is not None:
            middle = self.mapTo(content, self.cell_rect(place).center())
            outer.ensureVisible(middle.x(), middle.y(), 20, 30)

    def _tell(self) -> None:
        there = "arrow keys lead through the numbers"
        self.setAccessibleDescription(self.words(self._current) if self._current else there)


def _levels(grid: Grid) -> list[list[int]]:
    """Return how far each number is from zero, in steps of its colour; 0 where it is no number."""
    if not grid.largest or not math.isfinite(grid.largest):
        return np.zeros(grid.shape, int).tolist()
    shares = np.nan_to_num(grid.numbers / grid.largest, nan=0.0)
    return np.rint(LEVELS * shares.clip(-1, 1)).astype(int).tolist()


@lru_cache(maxsize=4 * LEVELS)
def _colors(theme: Theme, level: int) -> tuple[QColor, QColor]:
    """Return the ground of a number and its ink: orange above 0, blue below, the stronger the further from it."""
    ground, color = QColor(theme.card), FOR if level > 0 else AGAINST
    below, share = (ground.red(), ground.green(), ground.blue()), abs(level) / LEVELS
    mixed = (round(low + share * (high - low)) for low, high in zip(below, color.tolist(), strict=True))
    ground = QColor(*mixed)
    return ground, ink_on(ground)
