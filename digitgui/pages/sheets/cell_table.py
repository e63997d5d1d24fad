"""The table of a sheet: its numbers, as Qt's views ask for them, and how they are painted."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme, tabular
from digitgui.pages.sheets.column_header import ColumnHeader
from model.sheets.form_words import in_words
from model.sheets.sheet_record import Cell, SheetRecord

__all__ = ["ALL", "CHANGED", "CORRECTED", "DOUBTFUL", "CellTable", "CellTableView"]

ALL, DOUBTFUL, CORRECTED, CHANGED = range(4)
"""Which cells are shown."""
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
NO_CELLS: Mapping[Cell, str] = MappingProxyType({})
ROW_HEIGHT, LEAST_WIDTH, LEFT, RIGHT = 28, 56, 6, 8
"""Pixels where text has 100 %."""
SIGN = "?"
"""Beside a doubtful cell."""
CORRECTED_SIGN = "✎"


class CellTable(QAbstractTableModel):
    """The texts of a sheet, with what a person should know of each."""

    def __init__(self) -> None:
        super().__init__()
        self.record: SheetRecord | None = None
        self.changed: Mapping[Cell, str] = {}

    def show_record(self, record: SheetRecord | None, changed: Mapping[Cell, str] = NO_CELLS) -> None:
        """Show a sheet, and what its cells held that have changed by teaching."""
        self.changed = changed
        before = (self.record.rows, self.record.columns) if self.record is not None else (0, 0)
        after = (record.rows, record.columns) if record is not None else (0, 0)
        if before == after:
            self.record = record
            if record is not None and record.rows:
                self.dataChanged.emit(self.index(0, 0), self.index(record.rows - 1, record.columns - 1))
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, record.columns - 1)
            return
        self.beginResetModel()
        self.record = record
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many rows there are."""
        return self.record.rows if self.record is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """How many columns there are."""
        return self.record.columns if self.record is not None and not parent.isValid() else 0

    @property
    def texts(self) -> list[list[str]]:
        """What stands in the cells, row by row."""
        return self.record.texts if self.record is not None else []

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Tell what is in a cell."""
        if self.record is None or not index.isValid():
            return None
        cell = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.record.text(cell)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            before = self.changed.get(cell)
            was = f"read as {before or 'blank'} before" if before is not None else ""
            return "; ".join(filter(None, (_words(self.record, cell), was)))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Number rows and columns from 1; a column may have a name."""
        layout = self.record.layout if self.record is not None else None
        name = ""
        if orientation is Qt.Orientation.Horizontal and layout is not None:
            name = layout.names.get(section, "")
            if role == Qt.ItemDataRole.EditRole:
                return name
            if role == Qt.ItemDataRole.ToolTipRole:
                form = layout.forms.get(section)
                checks = f"; checks: {in_words(form)}" if form is not None else ""
                return f"{f'{name}, ' if name else ''}column {section + 1}{checks}. Double-click to rename it."
        return name or str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None


class CellTableView(QTableView):
    """Shows a `CellTable`; all keys but Tab and that for copying are left to the page.

    Signals
    -------
    copied()
        A person wants to copy the table.
    chosen(int, int)
        Row and column of the cell that a person went to.
    """

    chosen = Signal(int, int)
    copied = Signal()

    def __init__(self, table: CellTable) -> None:
        super().__init__()
        self._table, self._kind = table, ALL
        self.header = ColumnHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(table)
        self.setObjectName("sheetTable")
        self.setAccessibleName("Table")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self._cells = _CellDelegate(table, lambda: self._kind)
        self.setItemDelegate(self._cells)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for head in (self.header, self.verticalHeader()):
            head.setSectionsClickable(False)
            head.setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.modelReset.connect(self._fit)
        self.set_room(1)

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Make rows as high, and columns as wide, as the text asks for."""
        height = by_text(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFixedHeight(height)
        self._fit_columns()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Ask for two rows; have less rather than push away what is below."""
        return QSize(by_text(LEAST_WIDTH), 3 * by_text(ROW_HEIGHT))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._cells.theme = theme
        self.viewport().update()

    def show_kind(self, kind: int) -> None:
        """Show all rows, or those with doubtful, corrected or changed cells only; other cells are faint."""
        self._kind = kind
        self._fit()
        self._fit_columns()
        self.viewport().update()

    def show_cell(self, cell: Cell | None) -> None:
        """Show which cell is chosen."""
        index = self._table.index(*cell) if cell is not None else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
            if index.isValid():
                self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which cell a person went to."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(current.row(), current.column())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the chosen cell in sight."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all other keys to the page: they mean the same wherever one is on it."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            event.ignore()

    def _fit_columns(self) -> None:
        """Leave room for the longest text, and a sign before it."""
        longest = max((len(text) for line in self._table.texts for text in line), default=0)
        width = by_text(LEFT + RIGHT) + self.fontMetrics().horizontalAdvance(SIGN + longest * "0")
        self.header.setMinimumSectionSize(max(by_text(LEAST_WIDTH), width))

    def _fit(self) -> None:
        """Hide the rows that are not asked for."""
        record = self._table.record
        if record is None:
            return
        cells = {
            DOUBTFUL: record.doubtful,
            CORRECTED: record.corrected,
            CHANGED: self._table.changed,
        }.get(self._kind)
        shown = None if cells is None else {row for row, _ in cells}
        for row in range(record.rows):
            hidden = shown is not None and row not in shown
            if self.isRowHidden(row) != hidden:
                self.setRowHidden(row, hidden)


class _CellDelegate(QStyledItemDelegate):
    """Paints a cell: doubtful ones on another ground, with a question mark; the chosen one with a frame."""

    def __init__(self, table: CellTable, kind: Callable[[], int]) -> None:
        super().__init__()
        self._table, self._kind = table, kind
        self.theme = LIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        record = self._table.record
        if record is None:
            return
        cell, place = (index.row(), index.column()), QRect(option.rect)
        doubtful, corrected = record.is_doubtful(cell), record.is_corrected(cell)
        is_asked = {
            ALL: True,
            DOUBTFUL: doubtful,
            CORRECTED: corrected,
            CHANGED: cell in self._table.changed,
        }[self._kind()]
        theme = self.theme
        painter.save()
        painter.setPen(QColor(theme.line))
        painter.drawRect(place.adjusted(-1, -1, -1, -1))
        if doubtful:
            painter.fillRect(place.adjusted(0, 0, -1, -1), QColor(theme.card))  # also where it is chosen
            ground = QColor(theme.warning)
            ground.setAlpha(48)
            painter.fillRect(place.adjusted(0, 0, -1, -1), ground)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(place.adjusted(1, 1, -2, -2))
        room = place.adjusted(by_text(LEFT), 0, -by_text(RIGHT), 0)
        sign = SIGN if doubtful else CORRECTED_SIGN if corrected else ""
        painter.setPen(QColor(theme.warning if doubtful else theme.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, sign)
        painter.setFont(tabular(option.font))
        painter.setPen(QColor(theme.text if is_asked else theme.muted))
        painter.drawText(
            room,
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            "×" if record.is_left_out(cell) else record.text(cell),
        )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Ask for the height of a row."""
        return QSize(by_text(LEAST_WIDTH), option.fontMetrics.height())


def _words(record: SheetRecord, cell: Cell) -> str:
    if record.is_left_out(cell):
        return "left out"
    if record.is_corrected(cell):
        return f"corrected; the network reads {record.reading(cell).text or 'blank'}"
    if cell in record.decided:
        return "confirmed"
    return f"doubtful: {record.reading(cell).why}" if record.is_doubtful(cell) else ""
