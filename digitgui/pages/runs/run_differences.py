"""In which settings the chosen runs differ."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QTableWidget, QTableWidgetItem, QWidget

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import tabular
from digitgui.runs.run_wording import accuracy_text, differences, names_apart, setting_name, validation_accuracy
from digitgui.widgets.building import label
from model.runs.run_record import RunRecord
from model.wording import setting_text

SWATCH = 10
PADDING = 24
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunDifferences(QWidget):
    """A row for each run, a column for each setting that is not the same in all of them; the accuracy last."""

    def __init__(self) -> None:
        super().__init__()
        self._message = label(name="muted", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = QTableWidget()
        self.table.setAccessibleName("Settings that differ")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the arrow keys bring what is out of sight
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setDefaultAlignment(RIGHT)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.table)

    def show_runs(self, records: Sequence[RunRecord], colors: Mapping[str, str]) -> None:
        """Compare runs."""
        found = differences(records) if len(records) > 1 else {}
        if any(record.rates_set for record in records) and len(records) > 1:
            found["learning_rate"] = [record.learning_rates for record in records]
        if not found:
            alike = "These runs have the same settings; they differ only by chance and by machine."
            self._message.setText(alike if len(records) > 1 else "Select several runs to compare their settings")
            self._pages.setCurrentWidget(self._message)
            return
        columns = {setting_name(key): [setting_text(value) for value in values] for key, values in found.items()}
        columns["Validation accuracy"] = [accuracy_text(validation_accuracy(record)) for record in records]
        columns["Test accuracy"] = [accuracy_text(record.test_accuracy) for record in records]
        self._fill(columns, records, colors)
        self._pages.setCurrentWidget(self.table)

    def _fill(
        self, columns: Mapping[str, Sequence[str]], records: Sequence[RunRecord], colors: Mapping[str, str]
    ) -> None:
        table, names = self.table, names_apart(records)
        table.setRowCount(len(records))
        table.setColumnCount(len(columns))
        table.setHorizontalHeaderLabels(list(columns))
        for row, record in enumerate(records):
            head = QTableWidgetItem(names[record.id])
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(QColor(colors[record.id]))
            head.setIcon(swatch)
            table.setVerticalHeaderItem(row, head)
        table.ensurePolished()
        font = tabular(table.font())
        metrics = QFontMetrics(font)
        for column, (title, texts) in enumerate(columns.items()):
            widest = max(map(metrics.horizontalAdvance, (title, *texts)))
            table.setColumnWidth(column, widest + by_text(PADDING))
            for row, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setTextAlignment(RIGHT)
                cell.setFont(font)
                table.setItem(row, column, cell)
