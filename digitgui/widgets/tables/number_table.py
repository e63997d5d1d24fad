"""A small table of numbers with a head and a name for each row."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from digitgui.looks.theme import tabular
from digitgui.widgets.building import label, set_look


class NumberTable(QWidget):
    """Shows texts in rows and columns; the first row and the first column name the others.

    Parameters
    ----------
    head : sequence of str
        What stands over each column; nothing over the first.
    rows : int
    """

    def __init__(self, head: Sequence[str], rows: int) -> None:
        super().__init__()
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(4)
        self._layout.setColumnStretch(0, 1)
        self._head: list[QLabel] = []
        self._cells: list[list[QLabel]] = []
        self.show_table(head, rows)

    def table_rows(self) -> list[list[str]]:
        """Return all texts as lines of cells, the head first."""
        return [[cell.text() for cell in line] for line in (self._head, *self._cells)]

    def show_table(self, head: Sequence[str], rows: int) -> None:
        """Have another head, and so many rows."""
        while len(self._cells) > rows:
            for cell in self._cells.pop():
                cell.hide()
                cell.deleteLater()
        if not self._head:
            self._head = [_cell("muted", column) for column in range(len(head))]
            self._place(0, self._head)
        for cell, text in zip(self._head, head, strict=True):
            cell.setText(text)
        while len(self._cells) < rows:
            self._cells.append([_cell("" if column else "muted", column) for column in range(len(head))])
            self._place(len(self._cells), self._cells[-1])

    def _place(self, row: int, cells: Sequence[QLabel]) -> None:
        for column, cell in enumerate(cells):
            self._layout.addWidget(cell, row, column)

    def show_row(self, row: int, texts: Sequence[str], tone: str = "") -> None:
        """Fill one row; ``tone`` colours its last text: ``good``, ``warning``, or nothing."""
        cells = self._cells[row]
        for cell, text in zip(cells, texts, strict=True):
            cell.setText(text)
        set_look(cells[-1], "tone", tone)


def _cell(name: str, column: int, text: str = "") -> QLabel:
    cell = label(text, name)
    if column:
        cell.setAlignment(Qt.AlignmentFlag.AlignRight)
        cell.setFont(tabular(cell.font()))
    return cell
