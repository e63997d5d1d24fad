"""A table of texts that scrolls: a head, and rows of which a few may be marked."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableWidget, QTableWidgetItem

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme, tabular
from digitgui.widgets.building import capitalised
from digitgui.widgets.tables.cell_copy import copy_cells

ROW_HEIGHT = 24


class TextTable(QTableWidget):
    """Shows rows of texts, numbers on the right. Ctrl+C copies the selected cells, or all if only one is.

    Parameters
    ----------
    name : str
        What assistive technology calls it.
    left : int
        So many columns begin on the left; the others hold numbers.
    """

    def __init__(self, name: str, *, left: int = 1) -> None:
        super().__init__()
        self._left, self._theme, self._marked = left, LIGHT, frozenset[int]()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        self.set_room(1.0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._color()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Make rows as high as the text asks for."""
        self.setFont(tabular(QApplication.font()))
        self.verticalHeader().setDefaultSectionSize(by_text(ROW_HEIGHT))

    def show_rows(self, rows: Sequence[Sequence[str]], marked: Collection[int] = ()) -> None:
        """Show other texts; the first row is the head.

        Parameters
        ----------
        rows : sequence of sequence of str
        marked : collection of int
            Rows below the head, from 0, that stand out.
        """
        head, *others = rows
        self.setColumnCount(len(head))
        self.setRowCount(len(others))
        for column, text in enumerate(head):
            self.setHorizontalHeaderItem(column, self._item(capitalised(text), column))
        for row, texts in enumerate(others):
            for column, text in enumerate(texts):
                self.setItem(row, column, self._item(text, column))
        self._marked = frozenset(marked)
        self._color()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by Ctrl+C; leave letters and digits to the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.text().isalnum():
            event.ignore()  # Qt would look for a cell that begins like this
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected cells, or everything with its head, into the clipboard."""
        ranges = self.selectedRanges()
        rows, columns = range(self.rowCount()), range(self.columnCount())
        if ranges and (ranges[0].rowCount() > 1 or ranges[0].columnCount() > 1):
            rows = range(ranges[0].topRow(), ranges[0].bottomRow() + 1)
            columns = range(ranges[0].leftColumn(), ranges[0].rightColumn() + 1)
        head = [self.horizontalHeaderItem(column) for column in columns]
        lines = [head, *([self.item(row, column) for column in columns] for row in rows)]
        copy_cells([[item.text() if item else "" for item in line] for line in lines])

    def minimumSizeHint(self) -> QSize:
        """Make do with three rows."""
        return QSize(by_text(240), by_text(4 * ROW_HEIGHT))

    def _item(self, text: str, column: int) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        side = Qt.AlignmentFlag.AlignLeft if column < self._left else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _color(self) -> None:
        for row in range(self.rowCount()):
            color = QColor(self._theme.bad if row in self._marked else self._theme.text)
            for column in range(self.columnCount()):
                item = self.item(row, column)
                if item is not None:
                    item.setForeground(color)
