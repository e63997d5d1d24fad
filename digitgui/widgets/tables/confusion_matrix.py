"""The confusion matrix: which digit is taken for which, and how often."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
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
from digitgui.widgets.tables.confusion_colors import cell_color, ink_on, strengths
from digitgui.wording import percent, pictures

Cell = tuple[int, int]
"""Label and answer."""
SMALLEST_CELL, USUAL_CELL = 26, 40
"""Pixels where text has 100 %."""
TEXT_SHARE, LARGEST_TEXT = 0.36, 40
"""Of a cell, how high its figure is, in pixels at most; text is never smaller than in a small window."""
HEAD_LINES = 1.45
"""Each of the two lines above the cells, and left of them, in heights of their letters."""


class Unit(StrEnum):
    """What the figures in the cells are."""

    COUNTS = "counts"
    ROWS = "row %"
    COLUMNS = "column %"


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
    """

    chosen = Signal(int, int)
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.int_] = np.zeros((10, 10), int)
        self._unit = Unit.COUNTS
        self._current: Cell = (0, 0)
        self._chosen: frozenset[Cell] = frozenset()
        self._shows_current = False  # what is chosen elsewhere ends it, so that nothing looks chosen that is not
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix: a row for each label, a column for each answer")
        self.setToolTip("Choose a cell to see its pictures: click it, or arrow keys and Return")

    def sizeHint(self) -> QSize:
        """Ask for comfortable cells."""
        side = self.minimumSizeHint().width() + 10 * by_text(USUAL_CELL - SMALLEST_CELL)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Make do with small cells."""
        side = round(2 * HEAD_LINES * by_text(USUAL_TEXT)) + 10 * by_text(SMALLEST_CELL)
        return QSize(side, side)

    @property
    def chosen_cells(self) -> frozenset[Cell]:
        """The cells whose pictures are to be seen."""
        return self._chosen

    def set_counts(self, counts: npt.NDArray[np.int_]) -> None:
        """Show counts, an array of shape (classes, classes): a row for each label, a column for each answer."""
        self._counts = counts
        if max(self._current) >= len(counts):
            self._current = (0, 0)
        self._describe()
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
        label, answer = cell
        count, of_label, of_answer = (
            int(part) for part in (self._counts[cell], self._counts[label].sum(), self._counts[:, answer].sum())
        )
        if not count:
            return f"Label {label}, answered {answer}: no pictures."
        return (
            f"Label {label}, answered {answer}: {pictures(count)}, {percent(count / of_label)} of those labelled"
            f" {label}, {percent(count / of_answer)} of those answered {answer}."
        )

    def cell_rect(self, cell: Cell) -> QRectF:
        """Where a cell lies, in pixels of the widget."""
        side = self._cell_side()
        return QRectF(self._left() + cell[1] * side, self._head() + cell[0] * side, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        cell = self._cell_at(event.position())
        if cell and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(cell)
            self.chosen.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell about the cell under the mouse."""
        cell = self._cell_at(event.position())
        self.pointed.emit(self.words(cell) if cell else self._resting_words())

    def leaveEvent(self, event: QEvent) -> None:
        """Tell about the current or the chosen cell again, or nothing."""
        self.pointed.emit(self._resting_words())
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrows; choose by Return or Space."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            across, down = ARROWS[key]
            row, column = self._current[0] + down, self._current[1] + across
            self._move_to((min(9, max(0, row)), min(9, max(0, column))))
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
            self._paint_heads(painter)
            painter.setFont(self._cell_font())
            found = strengths(_shown(self._counts, self._unit))
            for row in range(len(self._counts)):
                for column in range(len(self._counts)):
                    self._paint_cell(painter, (row, column), float(found[row, column]))
            self._paint_frames(painter)

    def _paint_heads(self, painter: QPainter) -> None:
        side, left, theme = self._cell_side(), self._left(), self._theme
        centre = Qt.AlignmentFlag.AlignCenter
        font = tabular(self.font())
        font.setPixelSize(self._head_text())
        head, line = self._head(), self._head() // 2
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(left, 0, len(self._counts) * side, line), centre, "Answer of the network")
        painter.save()
        painter.rotate(-90)
        painter.drawText(
            QRectF(-head - len(self._counts) * side, left - head, len(self._counts) * side, line), centre, "Label"
        )
        painter.restore()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        for digit in range(len(self._counts)):
            painter.drawText(QRectF(left + digit * side, line, side, head - line), centre, str(digit))
            painter.drawText(QRectF(left - head + line, head + digit * side, line, side), centre, str(digit))

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

    def _resting_words(self) -> str:
        """Say what holds while the mouse points nowhere: of the keys' cell, or of the single chosen one."""
        if self._shows_current:
            return self.words(self._current)
        return self.words(next(iter(self._chosen))) if len(self._chosen) == 1 else ""

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words(self._current))

    def _cell_side(self) -> int:
        return max(1, (min(self.width(), self.height()) - self._head() - 2) // len(self._counts))

    def _head_text(self) -> int:
        """How large the letters beside the cells are, in pixels: as elsewhere, or in keeping with the cells."""
        return max(by_text(USUAL_TEXT), min(LARGEST_TEXT // 2, min(self.width(), self.height()) // 36))

    def _head(self) -> int:
        """How many pixels there are above and to the left of the cells, for the digits and what they are."""
        return round(2 * HEAD_LINES * self._head_text())

    def _cell_font(self) -> QFont:
        """As large as the cells allow, for the longest figure in them."""
        side, font = self._cell_side(), tabular(self.font())
        font.setPixelSize(min(LARGEST_TEXT, max(round(TEXT_SHARE * side), by_text(11))))
        longest = max(
            (self.text((row, column)) for row in range(len(self._counts)) for column in range(len(self._counts))),
            key=len,
        )
        width = QFontMetrics(font).horizontalAdvance(longest)
        if width > side - 4:
            font.setPixelSize(max(7, int(font.pixelSize() * (side - 4) / width)))
        return font

    def _left(self) -> int:
        """Where the cells begin: heads and cells together stand in the middle."""
        return self._head() + max(0, self.width() - self._head() - len(self._counts) * self._cell_side()) // 2

    def _cell_at(self, place: QPointF) -> Cell | None:
        side = self._cell_side()
        row, column = int((place.y() - self._head()) // side), int((place.x() - self._left()) // side)
        return (row, column) if max(row, column) < len(self._counts) and min(row, column) >= 0 else None


def figure(counts: npt.NDArray[np.int_], cell: Cell, unit: Unit) -> str:
    """Write the figure of a cell: a count, or a share in percent without its sign."""
    if unit is Unit.COUNTS:
        return f"{counts[cell]:,}"
    share = _shown(counts, unit)[cell]
    if np.isnan(share):
        return "–"
    return "0" if share == 0 else "100" if share == 1 else f"{100 * share:.1f}"


def _shown(counts: npt.NDArray[np.int_], unit: Unit) -> npt.NDArray[np.float64]:
    """Return counts, or shares from 0 to 1; nan where there is nothing to share."""
    if unit is Unit.COUNTS:
        return counts.astype(np.float64)
    totals = counts.sum(axis=1 if unit is Unit.ROWS else 0, keepdims=True)
    return counts / np.where(totals, totals, np.nan)
