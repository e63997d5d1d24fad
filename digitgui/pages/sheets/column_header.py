"""The names of columns above a table: a double click writes another one."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView

from digitgui.looks.sizes import by_text

__all__ = ["ColumnHeader"]

LEAST = 120
"""Pixels for a name that is written, where text has 100 %."""


class ColumnHeader(QHeaderView):
    """The header of a table whose columns can be named.

    Signals
    -------
    pressed(int)
        A person chose this column.
    renamed(int, str)
        A person wrote this name for a column.
    """

    pressed = Signal(int)
    renamed = Signal(int, str)

    def __init__(self, view: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._table = view
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._line = _NameLine(self, view)
        self._column = -1
        self._line.kept.connect(self._keep)
        self._line.left.connect(self._go)

    def write_name(self, column: int) -> None:
        """Let a person write the name of a column."""
        from model.sheets.layout import LONGEST_NAME  # noqa: PLC0415  OpenCV takes a moment

        model = self.model()
        name = str(model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.EditRole) or "")
        self._column = column
        width = max(self.sectionSize(column), by_text(LEAST))
        left = min(self.sectionViewportPosition(column), self.viewport().width() - width)
        self._line.setGeometry(max(0, left), 0, width, self.height())
        self._line.setMaxLength(LONGEST_NAME)
        self._line.setText(name)
        self._line.setPlaceholderText(f"Column {column + 1}")
        self._line.selectAll()
        self._line.show()
        self._line.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the column."""
        super().mousePressEvent(event)
        column = self.logicalIndexAt(event.position().toPoint())
        if column >= 0:
            self.pressed.emit(column)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Write the name of the column."""
        column = self.logicalIndexAt(event.position().toPoint())
        if column >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self.write_name(column)

    def _go(self, step: int) -> None:
        """Write the name of the column beside, if there is one."""
        column = self._column + step
        if 0 <= column < self.count():
            self._table.scrollTo(self._table.model().index(max(0, self._table.currentIndex().row()), column))
            self.write_name(column)

    def _keep(self, name: str) -> None:
        self.renamed.emit(self._column, name)


class _NameLine(QLineEdit):
    """Where a name is written: Enter, Tab or a click elsewhere keeps it, Escape does not."""

    kept = Signal(str)
    left = Signal(int)  # by Tab: 1, or with Shift: -1

    def __init__(self, header: QHeaderView, table: QTableView) -> None:
        super().__init__(header.viewport())
        self._table = table
        self.setObjectName("columnName")
        self.setAccessibleName("Name of the column")
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave no key to the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._end(keep=False)
        else:
            super().keyPressEvent(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Go by Tab to the next name, or to the one before."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._end(keep=True)
                self.left.emit(step)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what is written."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._end(keep=True)

    def _end(self, *, keep: bool) -> None:
        if self.isVisible():
            self.hide()
            if keep:
                self.kept.emit(self.text())
            self._table.setFocus()
