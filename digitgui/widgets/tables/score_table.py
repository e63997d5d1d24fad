"""The figures of each class in a table, with their averages below."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableWidget, QTableWidgetItem

from digitgui.looks.sizes import by_text, text_scale
from digitgui.looks.theme import tabular
from digitgui.widgets.building import capitalised, wrapped
from digitgui.widgets.tables.cell_copy import copy_cells
from model.judging.scores import Averages, DigitScores, Scores, meanings_for
from model.wording import speaks_of_digits

COLUMNS = {
    "digit": "digit",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "specificity": "specificity",
    "roc_auc": "ROC-AUC",
    "pr_auc": "PR-AUC",
    "support": "support",
}
"""Names of the figures, in the model and over the columns."""
AVERAGES = ("macro", "weighted")
LEAST_NAME, LONGEST_NAME = 80, 140
"""Pixels of names, where text has 100 %, that there is room for in any case, and at the most."""
ROW_HEIGHT, GAP = 23, 6
"""Pixels where text has 100 %; the second, at the least, between the heads of two columns."""


class ScoreTable(QTableWidget):
    """Shows a row for each class, which a click on a head sorts, and the averages, which stay below.

    Ctrl+C copies the selected cells, or everything if only one is selected, with tabs between them.

    Parameters
    ----------
    meanings : mapping of str to str
        One sentence for each figure, and for ``macro`` and ``weighted``.

    Signals
    -------
    pointed(str)
        What the figure under the mouse means, or the current one.
    """

    pointed = Signal(str)

    def __init__(self, meanings: Mapping[str, str]) -> None:
        super().__init__(10 + len(AVERAGES), len(COLUMNS))
        self._meanings = meanings
        self._scores: Scores | None = None
        self._order = ("digit", False)  # by which figure, and whether the largest comes first
        self.setObjectName("scoreTable")
        self.setAccessibleName("Figures of each digit")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setMouseTracking(True)
        self.setFont(tabular(self.font()))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._build_head()
        self.cellEntered.connect(self._point_to)
        self.currentCellChanged.connect(lambda row, column, *_: self._point_to(row, column))

    def set_room(self, room: float) -> None:
        """Make rows as high as the text asks for, and fill what room there is."""
        self.setFont(tabular(QApplication.font()))
        self.verticalHeader().setDefaultSectionSize(round(ROW_HEIGHT * max(room, text_scale())))
        self._fill()

    def _build_head(self) -> None:
        for column, (key, title) in enumerate(COLUMNS.items()):
            item = QTableWidgetItem(capitalised(title))
            item.setToolTip(wrapped(self._meanings.get(key, "Sort by digit")))
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(20)
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(False)
        head.sectionClicked.connect(self.sort_by)

    def show_scores(self, scores: Scores) -> None:
        """Show other figures, in the same order."""
        self._scores = scores
        self._meanings = meanings_for(scores.class_names)
        self.setRowCount(len(scores.digits) + len(AVERAGES))
        self.setAccessibleName(f"Figures of each {self._word()}")
        for column, (key, title) in enumerate(COLUMNS.items()):
            head = self.horizontalHeaderItem(column)
            assert head
            head.setText(capitalised(title if column else self._word()))
            head.setToolTip(wrapped(self._meanings.get(key, f"Sort by {self._word()}")))
        self._fill()

    def sort_by(self, column: int) -> None:
        """Sort the classes by a column, and the other way round if they are already."""
        key = list(COLUMNS)[column]
        before, falls = self._order
        self._order = (key, not falls if key == before else False)
        self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by Ctrl+C; leave letters and digits to the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.text().isalnum():
            event.ignore()  # Qt would look for a cell that begins like this
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Ask for room for all columns."""
        width = sum(self._needed()) + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def _word(self) -> str:
        """What the classes are called."""
        return "class" if self._scores and not speaks_of_digits(self._scores.class_names) else "digit"

    def _fit_columns(self) -> None:
        """Give each column room for its head and its cells, and share out the rest."""
        needed = self._needed()
        free = max(0, self.viewport().width() - sum(needed))
        wanted = min(free, max(0, min(self.sizeHintForColumn(0), by_text(LONGEST_NAME)) - needed[0]))
        rest = (free - wanted) // len(needed)
        for column, width in enumerate(needed):
            self.setColumnWidth(column, width + rest + (0 if column else wanted))

    def _needed(self) -> list[int]:
        metrics = self.horizontalHeader().fontMetrics()
        heads = [metrics.horizontalAdvance(capitalised(title)) + by_text(GAP) for title in COLUMNS.values()]
        widths = [max(width, self.sizeHintForColumn(column)) for column, width in enumerate(heads)]
        return [min(widths[0], max(heads[0], by_text(LEAST_NAME))), *widths[1:]]

    def copy(self) -> None:
        """Put what is selected, or everything, into the clipboard as lines of cells with tabs between them."""
        ranges = self.selectedRanges()
        area = ranges[0] if ranges else None
        rows, columns = range(self.rowCount()), range(self.columnCount())
        if area and area.rowCount() * area.columnCount() > 1:
            rows = range(area.topRow(), area.bottomRow() + 1)
            columns = range(area.leftColumn(), area.rightColumn() + 1)
        titles = [self._word(), *list(COLUMNS.values())[1:]]
        lines = [[titles[column] for column in columns]]
        lines += [[self._text(row, column) for column in columns] for row in rows]
        copy_cells(lines)

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return item.text() if item else ""

    def _fill(self) -> None:
        scores = self._scores
        if scores is None:
            return
        key, falls = self._order
        known = [one for one in scores.digits if not math.isnan(getattr(one, key))]
        digits = sorted(known, key=lambda one: getattr(one, key), reverse=falls)
        digits += [one for one in scores.digits if math.isnan(getattr(one, key))]
        rows = [_texts(one, one.name, one.support) for one in digits]
        rows += [_texts(getattr(scores, name), name, scores.count) for name in AVERAGES]
        self.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self.setItem(row, column, self._cell(column, text))
        self._fit_columns()
        self.updateGeometry()
        head = self.horizontalHeader()
        head.setSortIndicatorShown(True)
        head.setSortIndicator(
            list(COLUMNS).index(key), Qt.SortOrder.DescendingOrder if falls else Qt.SortOrder.AscendingOrder
        )

    def _cell(self, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setToolTip(text if column == 0 and len(text) > 2 else "")
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        font = self.font()
        font.setBold(column == 0)
        item.setFont(font)
        return item

    def _point_to(self, row: int, column: int) -> None:
        if row < 0 or column < 0:
            return
        of_average = row - (self.rowCount() - len(AVERAGES))
        of_row = self._meanings[AVERAGES[of_average]] if of_average >= 0 else ""
        parts = (self._meanings.get(list(COLUMNS)[column], ""), of_row)
        self.pointed.emit(" ".join(filter(None, parts)))


def _texts(one: DigitScores | Averages, name: str, support: int) -> Sequence[str]:
    """Write a row; what cannot be computed is a dash."""
    figures = [getattr(one, key) for key in list(COLUMNS)[1:-1]]
    return [name, *("–" if math.isnan(figure) else f"{figure:.3f}" for figure in figures), f"{support:,}"]
