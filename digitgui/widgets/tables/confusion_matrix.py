"""The confusion matrix: which class is taken for which, and how often."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from digitgui.looks.sizes import USUAL_TEXT, by_text
from digitgui.looks.theme import tabular
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.painted import Painted
from digitgui.widgets.tables.confusion_colors import cell_color, ink_on, matrix_image, strengths
from digitgui.widgets.tables.confusion_figures import Cell, Unit, figure, shown, words
from digitgui.widgets.tables.confusion_names import are_wide, paint_names
from model.network.task import DIGITS

__all__ = ["FEW", "Cell", "ConfusionMatrix", "Unit"]

SMALLEST_CELL, USUAL_CELL = 26, 40
"""Pixels where text has 100 %."""
TEXT_SHARE, LARGEST_TEXT = 0.36, 40
"""Of a cell, how high its figure is, in pixels at most; text is never smaller than in a small window."""
HEAD_LINES = 1.45
"""Each of the two lines above the cells, and left of them, in heights of their letters."""
LONGEST_NAME, NAME_SHARE = 96, 0.22
"""A name beside the cells takes so many pixels, where text has 100 %, or this share of the matrix, at the most."""
FEW = 10
"""With more classes, cells may be so small that they have no figures, and the matrix can be enlarged."""
SMALLEST_FIGURE, SMALLEST_NAME, SMALLEST_LETTERS = 16, 6, 7
"""Pixels of a cell that has a figure in it, of one that has its name beside it, and of the letters of that."""
LEAST_SIDE = 160


class ConfusionMatrix(Painted):
    """Shows a row for each label and a column for each answer; a cell can be chosen.

    Right answers, on the diagonal, have one colour and wrong ones another, each on a
    scale of its own, so that a few wrong answers are seen beside many right ones.

    Signals
    -------
    chosen(int, int)
        Label and answer of the cell that the user wants to see.
    pointed(str)
        What there is to say about the cell under the mouse, or that the arrow keys have reached.
    reached(QPoint)
        Where that cell is, in pixels of the widget.
    """

    chosen = Signal(int, int)
    pointed = Signal(str)
    reached = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.int_] = np.zeros((10, 10), int)
        self._names = DIGITS.class_names
        self._order: npt.NDArray[np.intp] = np.arange(10)  # the class in each row and column
        self._enlarged_side = 0  # of a cell; 0 where all fit
        self._unit = Unit.COUNTS
        self._current: Cell = (0, 0)
        self._chosen: frozenset[Cell] = frozenset()
        self._under_mouse: Cell | None = None
        self._shows_current = False  # what is chosen elsewhere ends it, so that nothing looks chosen that is not
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix: a row for each label, a column for each answer")
        self.setToolTip("Choose a cell to see its pictures: click it, or arrow keys and Return")

    def sizeHint(self) -> QSize:
        """Ask for comfortable cells."""
        least, more = self.minimumSizeHint(), FEW * by_text(USUAL_CELL - SMALLEST_CELL)
        return QSize(least.width() + more, least.height() + more)

    def minimumSizeHint(self) -> QSize:
        """Make do with small cells."""
        if len(self._counts) <= FEW:
            side = round(2 * HEAD_LINES * by_text(USUAL_TEXT)) + FEW * by_text(SMALLEST_CELL)
            return QSize(side, side)
        cells = len(self._counts) * self._enlarged_side
        return QSize(*(max(by_text(LEAST_SIDE), head + cells + 2) for head in (self._side_head(), self._head())))

    @property
    def classes(self) -> int:
        """How many there are."""
        return len(self._counts)

    @property
    def chosen_cells(self) -> frozenset[Cell]:
        """The cells whose pictures are to be seen."""
        return self._chosen

    def table_rows(self) -> list[list[str]]:
        """Return the counts, a line for each label, the head with the answers first."""
        head = ["label \\ answer", *self._names]
        return [
            head,
            *([name, *map(str, line)] for name, line in zip(self._names, self._counts.tolist(), strict=False)),
        ]

    def set_counts(self, counts: npt.NDArray[np.int_], names: tuple[str, ...] = DIGITS.class_names) -> None:
        """Show counts, an array of shape (classes, classes): a row for each label, a column for each answer."""
        if len(counts) != len(self._counts):
            self._order, self._current, self._chosen = np.arange(len(counts)), (0, 0), frozenset()
            self._under_mouse = None
        self._counts, self._names = counts, names
        self._describe()
        self.pointed.emit(self._words_now())  # what was told of a cell may no longer hold
        self.updateGeometry()
        self.update()

    def set_order(self, order: npt.NDArray[np.intp]) -> None:
        """Let rows and columns stand in another order: a permutation of the classes."""
        self._order = order
        self.update()

    def enlarge(self, side: int) -> None:
        """Make cells of at least so many pixels; of as many as fit for 0."""
        self._enlarged_side = side
        self.updateGeometry()
        self.update()

    def set_unit(self, unit: Unit) -> None:
        """Write counts, or shares of the row or of the column."""
        self._unit = unit
        self.update()

    def set_chosen(self, cells: frozenset[Cell]) -> None:
        """Frame these cells, and tell about a single one; the keys do not point at another."""
        self._chosen = cells
        self._shows_current = self.hasFocus() and cells == {self._current}
        self.pointed.emit(self._resting_words())
        self.update()

    def text(self, cell: Cell) -> str:
        """Return what is written in a cell."""
        return figure(self._counts, cell, self._unit)

    def words(self, cell: Cell) -> str:
        """Say in a sentence what a cell means."""
        return words(self._counts, cell, self._names)

    def cell_rect(self, cell: Cell) -> QRectF:
        """Where a cell lies, in pixels of the widget."""
        side = self._cell_side()
        row, column = (self._place(one) for one in cell)
        return QRectF(self._left() + column * side, self._head() + row * side, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        cell = self._cell_at(event.position())
        if cell and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(cell)
            self.chosen.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell about the cell under the mouse."""
        self._under_mouse = self._cell_at(event.position())
        self.pointed.emit(self._words_now())

    def leaveEvent(self, event: QEvent) -> None:
        """Tell about the current or the chosen cell again, or nothing."""
        self._under_mouse = None
        self.pointed.emit(self._resting_words())
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrows; choose by Return or Space."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            across, down = ARROWS[key]
            last = len(self._counts) - 1
            row, column = (
                min(last, max(0, self._place(one) + by))
                for one, by in zip(self._current, (down, across), strict=True)
            )
            self._move_to((int(self._order[row]), int(self._order[column])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        self._move_to(self._current)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        self._shows_current = False
        self.pointed.emit(self._resting_words())
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the heads, the cells, and the frames of those that are chosen or current."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            found = strengths(shown(self._counts, self._unit))
            if len(found) <= FEW:
                painter.setFont(self._cell_font())
                for cell in np.ndindex(*found.shape):
                    self._paint_cell(painter, cell, float(found[cell]))
            else:
                self._paint_many(painter, found)
            self._paint_frames(painter)
            self._paint_heads(painter)

    def _paint_many(self, painter: QPainter, found: npt.NDArray[np.float64]) -> None:
        """Paint all cells at once, and the figures of those that are seen, if they are large enough."""
        order, side = self._order, self._cell_side()
        grid = self._grid()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(grid, matrix_image(self._theme, found[np.ix_(order, order)]))
        if side < SMALLEST_FIGURE:
            return
        painter.setFont(self._cell_font())
        seen = QRectF(self.visibleRegion().boundingRect())
        for row, column in np.argwhere(self._counts > 0).tolist():
            rect = self.cell_rect((row, column))
            if rect.intersects(seen):
                ground = cell_color(self._theme, is_right=row == column, strength=float(found[row, column]))
                painter.setPen(ink_on(ground))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text((row, column)))

    def _paint_heads(self, painter: QPainter) -> None:
        """Paint what rows and columns are, always in sight, over the cells that are scrolled away."""
        side, theme, grid = self._cell_side(), self._theme, self._grid()
        centre = Qt.AlignmentFlag.AlignCenter
        head, beside, corner = self._head(), self._side_head(), self._corner()
        line = self._line()
        if corner.x() or corner.y():
            painter.fillRect(QRectF(corner.x(), corner.y(), self.width(), head), QColor(theme.card))
            painter.fillRect(QRectF(corner.x(), corner.y(), beside, self.height()), QColor(theme.card))
        font = tabular(self.font())
        font.setPixelSize(self._head_text())
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        left, top = corner.x() + grid.left() - beside, corner.y()
        painter.drawText(QRectF(left + beside, top, self._seen_width(), line), centre, "Answer of the network")
        painter.save()
        painter.rotate(-90)
        painter.drawText(
            QRectF(-top - head - self._seen_height(), left, self._seen_height(), line), centre, "Label"
        )
        painter.restore()
        if side < SMALLEST_NAME or self._has_no_names():
            return
        font.setBold(len(self._counts) <= FEW)
        font.setPixelSize(min(self._head_text(), max(side, SMALLEST_LETTERS)))
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        names = [self._names[number] for number in self._order.tolist()]
        paint_names(painter, names, grid, QRectF(left, top, beside, head), line)

    def _paint_cell(self, painter: QPainter, cell: Cell, strength: float) -> None:
        theme = self._theme
        ground = cell_color(theme, is_right=cell[0] == cell[1], strength=strength)
        rect = self.cell_rect(cell).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(ink_on(ground) if strength > 0 else QColor(theme.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text(cell))

    def _paint_frames(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.text), 2))
        for cell in self._chosen:
            if len(self._chosen) > 1 and not self._counts[cell]:
                continue  # all cells of a kind, of which only some hold pictures
            painter.drawRoundedRect(self.cell_rect(cell).adjusted(1, 1, -1, -1), 3, 3)
        if self._shows_current:
            painter.setPen(QPen(QColor(self._theme.accent), 3))
            painter.drawRoundedRect(self.cell_rect(self._current), 4, 4)

    def _move_to(self, cell: Cell) -> None:
        self._current, self._shows_current = cell, True
        self._describe()
        self.update()
        self.pointed.emit(self.words(cell))
        self.reached.emit(self.cell_rect(cell).center().toPoint())

    def _words_now(self) -> str:
        return self.words(self._under_mouse) if self._under_mouse else self._resting_words()

    def _resting_words(self) -> str:
        """Say what holds while the mouse points nowhere: of the keys' cell, or of the single chosen one."""
        if self._shows_current:
            return self.words(self._current)
        return self.words(next(iter(self._chosen))) if len(self._chosen) == 1 else ""

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words(self._current))

    def _place(self, number: int) -> int:
        """In which row and column a class stands."""
        return int(np.flatnonzero(self._order == number)[0])

    def _cell_side(self) -> int:
        room = min(self.width() - self._side_head(), self.height() - self._head()) - 2
        return max(1, self._enlarged_side, room // len(self._counts))

    def _head_text(self) -> int:
        """How large the letters beside the cells are, in pixels: as elsewhere, or in keeping with the cells."""
        if len(self._counts) > FEW:
            return by_text(USUAL_TEXT)
        return max(by_text(USUAL_TEXT), min(LARGEST_TEXT // 2, min(self.width(), self.height()) // 36))

    def _line(self) -> int:
        """How high the line is that says what the names are."""
        return round(2 * HEAD_LINES * self._head_text()) // 2

    def _has_no_names(self) -> bool:
        """Whether cells are so small that no names stand beside them."""
        room = min(self.width(), self.height()) - self._line()
        return len(self._counts) > FEW and max(self._enlarged_side, room // len(self._counts)) < SMALLEST_NAME

    def _names_room(self) -> int:
        """How many pixels the names take beside the cells."""
        if self._has_no_names():
            return 0
        if not are_wide(self._names):
            return round(2 * HEAD_LINES * self._head_text()) - self._line()
        font = tabular(self.font())
        font.setPixelSize(self._head_text())
        font.setBold(True)
        metrics = QFontMetrics(font)
        room = 0 if self._enlarged_side else round(NAME_SHARE * min(self.width(), self.height()))
        return min(max(by_text(LONGEST_NAME), room), max(map(metrics.horizontalAdvance, self._names)) + 8)

    def _head(self) -> int:
        """How many pixels there are above the cells, for the names and what they are."""
        return self._line() + self._names_room()

    def _side_head(self) -> int:
        """How many pixels there are to the left of the cells, for the same."""
        return self._head()

    def _grid(self) -> QRectF:
        """Where the cells lie."""
        side = self._cell_side() * len(self._counts)
        return QRectF(self._left(), self._head(), side, side)

    def _corner(self) -> QPoint:
        """The first pixel that is in sight, where the matrix is larger than its place."""
        return self.visibleRegion().boundingRect().topLeft() if self._enlarged_side else QPoint(0, 0)

    def _seen_width(self) -> float:
        seen = self.visibleRegion().boundingRect().width() - self._side_head() if self._enlarged_side else math.inf
        return min(seen, self._grid().width())

    def _seen_height(self) -> float:
        seen = self.visibleRegion().boundingRect().height() - self._head() if self._enlarged_side else math.inf
        return min(seen, self._grid().height())

    def _cell_font(self) -> QFont:
        """As large as the cells allow, for the longest figure in them."""
        side, font = self._cell_side(), tabular(self.font())
        font.setPixelSize(min(LARGEST_TEXT, max(round(TEXT_SHARE * side), by_text(11))))
        cells = np.ndindex(*self._counts.shape) if len(self._counts) <= FEW else self._longest_cells()
        longest = max(map(self.text, cells), key=len)
        width = QFontMetrics(font).horizontalAdvance(longest)
        if width > side - 4:
            font.setPixelSize(max(7, int(font.pixelSize() * (side - 4) / width)))
        return font

    def _longest_cells(self) -> list[Cell]:
        """Return cells of which one has the longest figure: the largest, and one that is shared out."""
        largest = np.unravel_index(self._counts.argmax(), self._counts.shape)
        return [(int(largest[0]), int(largest[1])), *map(tuple, np.argwhere(self._counts > 0)[:200].tolist())]

    def _left(self) -> int:
        """Where the cells begin: heads and cells together stand in the middle."""
        head = self._side_head()
        return head + max(0, self.width() - head - len(self._counts) * self._cell_side()) // 2

    def _cell_at(self, place: QPointF) -> Cell | None:
        corner, grid = QPointF(self._corner()), self._grid()
        if place.x() < corner.x() + self._side_head() or place.y() < corner.y() + self._head():
            return None
        if not grid.contains(place):
            return None
        side, last = self._cell_side(), len(self._counts) - 1
        row, column = int((place.y() - grid.top()) // side), int((place.x() - grid.left()) // side)
        return int(self._order[min(row, last)]), int(self._order[min(column, last)])
