"""In which settings the chosen runs differ."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QTableWidget, QTableWidgetItem, QWidget

from digitgui.run_wording import accuracy_text, differences, setting_name, value_text
from digitgui.theme import tabular
from digitgui.widgets.building import label
from model.runs import RunRecord

__all__ = ["RunDifferences"]

SWATCH = 10


class RunDifferences(QWidget):
    """A row for each setting that is not the same in all runs, a column for each run; the accuracy below."""

    def __init__(self) -> None:
        super().__init__()
        self._message = label(name="muted", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = QTableWidget()
        self.table.setAccessibleName("Settings that differ")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is nothing to do here by keyboard
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.table)

    def show_runs(self, records: Sequence[RunRecord], colors: Mapping[str, str]) -> None:
        """Compare runs."""
        found = differences(records) if len(records) > 1 else {}
        if not found:
            alike = "These runs have the same settings; they differ by chance and by machine only."
            self._message.setText(alike if len(records) > 1 else "Select several runs to compare their settings")
            self._pages.setCurrentWidget(self._message)
            return
        rows = {setting_name(key): [value_text(value) for value in values] for key, values in found.items()}
        rows["Accuracy"] = [accuracy_text(record) for record in records]
        self._fill(rows, records, colors)
        self._pages.setCurrentWidget(self.table)

    def _fill(
        self, rows: Mapping[str, Sequence[str]], records: Sequence[RunRecord], colors: Mapping[str, str]
    ) -> None:
        table = self.table
        table.setRowCount(len(rows))
        table.setColumnCount(len(records))
        table.setVerticalHeaderLabels(list(rows))
        for column, record in enumerate(records):
            head = QTableWidgetItem(record.name)
            head.setToolTip(record.name)
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(QColor(colors[record.id]))
            head.setIcon(swatch)
            head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setHorizontalHeaderItem(column, head)
            table.setColumnWidth(column, 170)
        font = tabular(table.font())
        for row, texts in enumerate(rows.values()):
            for column, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                cell.setFont(font)
                table.setItem(row, column, cell)
