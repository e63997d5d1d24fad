"""A scrolling grid of pictures that draws only what is visible."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from digitgui.looks.class_looks import class_color, elided
from digitgui.looks.gray_images import gray_image, squared, tiled
from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.accessible_roles import Role, tell
from digitgui.wording import pictures
from model.large_arrays import release
from model.network.arrays import ImageArray, IndexArray
from model.network.task import DIGITS, Task

CELL_SIDES = (24, 32, 48, 64, 96)
"""Sides that a picture in the grid can have, in pixels of the window."""
USUAL_SIDE = 48
SELECTION = QColor("#6BA1FF")
"""Is seen on black in both themes."""


class ImageGrid(QAbstractScrollArea):
    """Shows some of the pictures of a data set.

    One picture is the current one; others can be selected with it by Ctrl and Shift.

    Signals
    -------
    selected(int)
        The index, in the data set, of the picture that was clicked or reached by the arrow keys.
    selection_changed()
        Other pictures are selected.
    """

    accessible_role = Role.Graphic

    selected = Signal(int)
    selection_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._images: ImageArray = np.zeros((0, 28, 28), np.uint8)
        self._shown: IndexArray = np.zeros(0, np.intp)
        self._position = -1
        self._anchor = -1  # where a selection by Shift begins
        self._chosen: frozenset[int] = frozenset()  # positions
        self._badges: Mapping[int, int] = {}
        self._task = DIGITS
        self._faint: frozenset[int] = frozenset()
        self._ticked: frozenset[int] = frozenset()
        self._usual_side = self._side = USUAL_SIDE
        self._room = 1.0
        self._rows: tuple[int, int | None] | None = None
        self._least_columns = 1
        self._waits = False
        self._empty_text = "No pictures of this kind"
        self._theme = LIGHT
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(4 * USUAL_SIDE, 2 * USUAL_SIDE)
        self.setAccessibleName("Pictures of the data set")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        """Ask for a comfortable rectangle."""
        return QSize(12 * USUAL_SIDE, 8 * USUAL_SIDE)

    @property
    def shown(self) -> IndexArray:
        """Indices of the pictures that the grid holds, in its order."""
        return self._shown

    @property
    def position(self) -> int:
        """Where in the grid the current picture is; -1 for none."""
        return self._position

    @property
    def current(self) -> int | None:
        """Index, in the data set, of the current picture."""
        return int(self._shown[self._position]) if self._position >= 0 else None

    @property
    def selection(self) -> list[int]:
        """Indices, in the data set, of all selected pictures, in the order of the grid."""
        positions = np.sort(np.fromiter(self._chosen, np.intp))
        return self._shown[positions].tolist()

    @property
    def selected_count(self) -> int:
        """How many pictures are selected."""
        return len(self._chosen)

    def set_images(self, images: ImageArray, shown: IndexArray, *, empty_text: str = "") -> None:
        """Show the pictures ``images[shown]``; ``images`` is uint8, (n, height, width) or in colour."""
        self._images, self._shown = images, shown
        self._position = self._anchor = -1
        self._chosen = frozenset()
        self._empty_text = empty_text or "No pictures of this kind"
        self._tell()
        self._fit_scroll_bar()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """Say this where there are no pictures."""
        self._empty_text = text
        self._tell()
        self.viewport().update()

    def set_task(self, task: Task) -> None:
        """Name the classes in marks as a task does."""
        self._task = task

    def set_marks(self, badges: Mapping[int, int], faint: frozenset[int], ticked: frozenset[int]) -> None:
        """Write a class on some pictures, by index in the data set, let others look faint, and tick others."""
        self._badges, self._faint, self._ticked = badges, faint, ticked
        self.viewport().update()

    def set_side(self, side: int) -> None:
        """Show the pictures with this side in a usual window; the current one stays in sight."""
        self._usual_side = side
        self._fit()

    def keep_rows(self, least: int, most: int | None = None) -> None:
        """Be at least so many rows high, and at most so many."""
        self._rows = least, most
        self._fit()

    def keep_columns(self, columns: int) -> None:
        """Show so many pictures in a row at the least: smaller ones where there is no room for that."""
        self._least_columns = columns
        self._fit()

    def wait_for_return(self) -> None:
        """Let the arrow keys only look, and Return choose: what is chosen here brings other pictures."""
        self._waits = True

    def set_room(self, room: float) -> None:
        """Show larger pictures where there is room."""
        self._room = room
        self._fit()

    def _fit(self) -> None:
        widest = self.viewport().width() // self._least_columns
        self._side = max(1, min(round(self._usual_side * self._room), widest))
        if self._rows:
            least, most = self._rows
            self.setMinimumHeight(least * self._side)
            if most:
                self.setMaximumHeight(most * self._side)
        self._fit_scroll_bar()
        if self._position >= 0:
            self._scroll_to(self._position)
        self.viewport().update()

    def select(self, position: int) -> None:
        """Select the picture at a position of the grid alone, and scroll to it."""
        self._move_to(position, extend=False, toggle=False)

    def _move_to(self, position: int, *, extend: bool, toggle: bool) -> None:
        if len(self._shown) == 0:
            return
        position = min(max(0, position), len(self._shown) - 1)
        if extend and self._anchor >= 0:
            first, last = sorted((self._anchor, position))
            self._chosen = frozenset(range(first, last + 1))
        elif toggle:
            self._chosen = (self._chosen ^ {position}) or frozenset({position})
            self._anchor = position
        else:
            self._chosen = frozenset({position})
            self._anchor = position
        self._position = position
        self._tell()
        self._scroll_to(position)
        self.viewport().update()
        self.selection_changed.emit()
        if not self._waits:
            self.selected.emit(int(self._shown[position]))

    def _tell(self) -> None:
        count = len(self._shown)
        here = f"picture {self._position + 1:,} of {count:,}" if self._position >= 0 else pictures(count)
        tell(self, here if count else self._empty_text)

    def _scroll_to(self, position: int) -> None:
        top = position // self._columns() * self._side
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top)
        elif top + self._side > bar.value() + self.viewport().height():
            bar.setValue(top + self._side - self.viewport().height())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the visible rows as one picture, then the selection and the focus."""
        with QPainter(self.viewport()) as painter:
            self._paint(painter)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.accent), 4))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.viewport().rect())

    def _paint(self, painter: QPainter) -> None:
        viewport, columns, side = self.viewport(), self._columns(), self._side
        is_empty = len(self._shown) == 0
        painter.fillRect(viewport.rect(), QColor(self._theme.field))
        if is_empty:
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(viewport.rect().adjusted(16, 0, -16, 0), int(flags), self._empty_text)
            return
        offset = self.verticalScrollBar().value()
        painter.fillRect(0, 0, viewport.width(), -(-len(self._shown) // columns) * side - offset, QColor("black"))
        first_row = offset // side
        rows = viewport.height() // side + 2
        first = first_row * columns
        visible = self._shown[first : first + rows * columns]
        if len(visible):
            picture = gray_image(tiled(squared(self._images[visible]), columns))
            release(self._images)
            height = -(-len(visible) // columns) * side
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRect(self._margin(), first_row * side - offset, columns * side, height), picture)
        self._paint_marks(painter, first, visible)
        painter.setPen(QPen(SELECTION, 2))
        for position in self._chosen:
            if first <= position < first + len(visible):
                painter.drawRect(self._cell(position).adjusted(1, 1, -1, -1))

    def _paint_marks(self, painter: QPainter, first: int, visible: IndexArray) -> None:
        """Cover what is left out with a veil and a line; write corrected labels, and ticks, into a corner."""
        if not (self._badges or self._faint or self._ticked):
            return
        font = QFont(self.font())
        corner_side = max(14, self._side // 4)
        font.setPixelSize(corner_side - 3)
        font.setBold(True)
        painter.setFont(font)
        for position, index in enumerate(visible.tolist(), start=first):
            cell = self._cell(position)
            if index in self._faint:
                painter.fillRect(cell, QColor(0, 0, 0, 170))
                painter.setPen(QPen(QColor("#E5484D"), 2))
                painter.drawLine(cell.topLeft(), cell.bottomRight())
            corner = QRect(cell.right() - corner_side, cell.top() + 1, corner_side, corner_side)
            if index in self._badges:
                self._paint_badge(painter, corner, self._badges[index])
            elif index in self._ticked:
                painter.setPen(QPen(QColor("#4CC38A"), 2))
                painter.drawPolyline([corner.center() + QPoint(x, y) for x, y in ((-4, 0), (-1, 3), (4, -4))])

    def _paint_badge(self, painter: QPainter, corner: QRect, label: int) -> None:
        """Write the name of a class, as much of it as the width of the picture allows."""
        metrics = painter.fontMetrics()
        name = elided(metrics, self._task.class_names[label], self._side - 6)
        corner.setLeft(
            corner.right() + 1 - max(corner.width(), min(metrics.horizontalAdvance(name) + 5, self._side - 1))
        )
        painter.fillRect(corner, QColor(class_color(label)))
        painter.setPen(QColor("#000000"))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the picture under the mouse; with Ctrl besides others, with Shift all up to it."""
        column = (event.position().toPoint().x() - self._margin()) // self._side
        row = (event.position().toPoint().y() + self.verticalScrollBar().value()) // self._side
        position = row * self._columns() + column
        if 0 <= column < self._columns() and position < len(self._shown):
            keys = event.modifiers()
            self._move_to(
                position,
                extend=bool(keys & Qt.KeyboardModifier.ShiftModifier),
                toggle=bool(keys & Qt.KeyboardModifier.ControlModifier),
            )
            self._choose_waiting()

    def _choose_waiting(self) -> None:
        if self._waits and self.current is not None:
            self.selected.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, pages, Home and End, with Shift to select; Ctrl+A selects all."""
        if event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._chosen = frozenset(range(len(self._shown)))
            self.viewport().update()
            self.selection_changed.emit()
            return
        if self._waits and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose_waiting()
            return
        page = max(1, self.viewport().height() // self._side) * self._columns()
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns(),
            Qt.Key.Key_Down: self._columns(),
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._shown),
            Qt.Key.Key_End: len(self._shown),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._move_to(0 if self._position < 0 else self._position + move, extend=extend, toggle=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the pictures out anew."""
        self._fit()
        super().resizeEvent(event)

    def _cell(self, position: int) -> QRect:
        row, column = divmod(position, self._columns())
        top = row * self._side - self.verticalScrollBar().value()
        return QRect(self._margin() + column * self._side, top, self._side, self._side)

    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._side)

    def _margin(self) -> int:
        return (self.viewport().width() - self._columns() * self._side) // 2

    def _fit_scroll_bar(self) -> None:
        rows = -(-len(self._shown) // self._columns())
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._side)
        bar.setRange(0, max(0, rows * self._side - self.viewport().height()))
