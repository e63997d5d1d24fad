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
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(0, 1)
        for column, text in enumerate(head):
            layout.addWidget(_cell("muted", column, text), 0, column)
        self._cells = [
            [_cell("" if column else "muted", column) for column in range(len(head))] for _ in range(rows)
        ]
        for row, cells in enumerate(self._cells, start=1):
            for column, cell in enumerate(cells):
                layout.addWidget(cell, row, column)

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
