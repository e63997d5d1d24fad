"""The table of runs on the screen: its keys, its header, its selection."""

from itertools import groupby

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, QTimerEvent, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme
from digitgui.runs.run_columns import BEGUN, COLUMNS, CURVE, NAME, PIN
from digitgui.runs.run_table import Index, RunTable
from digitgui.widgets.tables.cell_copy import copy_cells

FEWEST_ROWS = 4
"""In a low window the page scrolls rather than show fewer."""
ROW_HEIGHT, HEAD_PADDING = 30, 20
"""Pixels where text has 100 %; the second beside the title of a column."""
OWN_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Space)
MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
"""Which alone choose nothing: they begin a shortcut, too."""


class RunTableView(QTableView):
    """Shows a `RunTable`; a selection, and the place to which one has scrolled, survive its changes.

    F2 renames, Delete deletes, Space keeps the curves, Ctrl+C copies the selected rows. A right click on the head
    chooses the columns.

    Signals
    -------
    selection_changed()
        Other runs are selected, or the selected ones have moved.
    keep_wanted(list of str), pin_wanted(list of str), delete_wanted(list of str)
        What a person wants to happen to runs, named as in the store.
    menu_opened(QMenu)
        A person is about to choose what to do with the selected runs.
    used()
        A person has clicked a run, or pressed a key on it.
    layout_changed()
        Columns have another width, place or order.

    Attributes
    ----------
    own_widths : set of int
        The columns that a person has made wider or narrower; the others are as wide as the text asks for.
    """

    selection_changed = Signal()
    keep_wanted = Signal(list)
    pin_wanted = Signal(list)
    delete_wanted = Signal(list)
    menu_opened = Signal(object)
    used = Signal()
    layout_changed = Signal()

    def __init__(self, table: RunTable) -> None:
        super().__init__()
        self._table = table
        self.own_widths: set[int] = set()
        self._is_fitting = False
        self._before: tuple[list[str], str, int, int] = ([], "", 0, 0)
        self.setModel(table)
        self.setAccessibleName("Runs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # a name ends in what tells runs apart
        self._rows = _RowDelegate(self)
        self.setItemDelegate(self._rows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._set_up_header()
        table.modelAboutToBeReset.connect(self._remember_selection)
        table.modelReset.connect(self._restore_selection)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self.pressed.connect(self.used)

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Make rows as high, and columns as wide, as the text asks for; widths that a person chose stay."""
        header, height = self.horizontalHeader(), by_text(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(height)
        header.setFixedHeight(height)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setMinimumHeight(height * (1 + FEWEST_ROWS) + bar)
        self._is_fitting = True
        for number in set(range(len(COLUMNS))) - self.own_widths:
            header.resizeSection(number, self.usual_width(number))
        self._is_fitting = False

    def usual_width(self, number: int) -> int:
        """Return how wide a column is that a person has not changed, in pixels, in the present size of text."""
        column, measure = COLUMNS[number], self.horizontalHeader().fontMetrics()
        title = measure.horizontalAdvance(column.title) + by_text(HEAD_PADDING) if column.title else 0
        return max(by_text(column.width), title)

    def reset_columns(self) -> None:
        """Show all columns in their usual places and widths; the order of the runs stays."""
        header = self.horizontalHeader()
        for number in range(len(COLUMNS)):
            self.setColumnHidden(number, False)
            header.moveSection(header.visualIndex(number), number)
        self.own_widths.clear()
        self.set_room(1.0)
        self.horizontalScrollBar().setValue(0)
        self.layout_changed.emit()

    @property
    def selected_runs(self) -> list[str]:
        """The selected runs, from the top."""
        return [self._table.records[row].id for row in self._selected_rows()]

    def _selected_rows(self) -> list[int]:
        """List the rows; Qt's own list asks Python for the flags of every cell."""
        ranges = self.selectionModel().selection()
        parts = [ranges.at(number) for number in range(ranges.count())]
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    @property
    def current_run(self) -> str:
        """The run that the keyboard is at; empty for none."""
        index = self.currentIndex()
        return self._table.records[index.row()].id if index.isValid() else ""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._rows.color = QColor(theme.accent)
        self._table.set_looks(theme, self.font())

    @property
    def is_editing(self) -> bool:
        """Whether a name is being written, which a change of the table would end."""
        return self.state() is QAbstractItemView.State.EditingState

    def select_runs(self, runs: list[str], current: str = "") -> None:
        """Select runs, as far as they are shown."""
        wanted, selection = set(runs), QItemSelection()
        rows = [row for row, record in enumerate(self._table.records) if record.id in wanted]
        for _, neighbours in groupby(enumerate(rows), lambda numbered: numbered[1] - numbered[0]):
            block = [row for _, row in neighbours]
            selection.select(self._table.index(block[0], 0), self._table.index(block[-1], len(COLUMNS) - 1))
        index = self._table.index(self._table.row_of(current), max(NAME, self.currentIndex().column()))
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def go_to(self, run: str) -> None:
        """Select one run, and scroll to it."""
        self.select_runs([run], run)
        self.scrollTo(self.currentIndex())

    def rename_current(self) -> None:
        """Let the name of the current run be written."""
        index = self.currentIndex()
        if index.isValid():
            self.edit(self._table.index(index.row(), NAME))

    def copy(self) -> None:
        """Put the selected rows, as they are shown and with their titles, into the clipboard."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(len(COLUMNS))]
        shown = [column for column in order if column not in (CURVE, PIN) and not self.isColumnHidden(column)]
        rows = self._selected_rows()
        lines = [[COLUMNS[column].title for column in shown]]
        lines += [[COLUMNS[column].text(self._table.records[row]) for column in shown] for row in rows]
        if rows:
            copy_cells(lines)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Scroll to a cell; with a name, the dot and the star before it are seen, too."""
        super().scrollTo(index, hint)
        if index.column() <= NAME:
            self.horizontalScrollBar().setValue(0)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Never scroll sideways some time after a click: the dot and the star would leave."""
        place = self.horizontalScrollBar().value()
        super().timerEvent(event)
        self.horizontalScrollBar().setValue(place)

    def event(self, event: QEvent) -> bool:
        """Take the keys that belong to the table before a menu does."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_own = event.key() in OWN_KEYS or event.matches(QKeySequence.StandardKey.Copy)
            if is_own and not self.is_editing:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rename, delete, keep or copy; everything else moves or searches."""
        if event.key() not in MODIFIERS:
            self.used.emit()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(self.selected_runs)
        elif event.key() == Qt.Key.Key_F2:
            self.rename_current()
        elif event.key() == Qt.Key.Key_Space:
            self.keep_wanted.emit(self.selected_runs)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the selection as it is where only a dot or a star is clicked."""
        index = self.indexAt(event.position().toPoint())
        if index.column() not in (CURVE, PIN) or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        runs = [self._table.records[index.row()].id]
        (self.keep_wanted if index.column() == CURVE else self.pin_wanted).emit(runs)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a quick second click on a dot or a star as one more click."""
        if self.indexAt(event.position().toPoint()).column() in (CURVE, PIN):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def row_menu(self) -> QMenu:
        """Make the menu of what can be done with the selected runs."""
        menu = QMenu(self)
        for text, key, do in (
            ("&Rename", "F2", self.rename_current),
            ("&Pin / unpin", "", lambda: self.pin_wanted.emit(self.selected_runs)),
            ("Sho&w or hide curves", "Space", lambda: self.keep_wanted.emit(self.selected_runs)),
            ("&Copy", "Ctrl+C", self.copy),
            ("&Delete", "Delete", lambda: self.delete_wanted.emit(self.selected_runs)),
        ):
            entry = menu.addAction(text)
            entry.setShortcut(QKeySequence(key))  # only shown: the key is the table's own
            entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            entry.triggered.connect(lambda _checked=False, do=do: do())
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with the selected runs."""
        if self.selected_runs:
            menu = self.row_menu()
            self.menu_opened.emit(menu)
            menu.exec(event.globalPos())
            menu.deleteLater()

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setFixedHeight(ROW_HEIGHT)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width)
        for number in (CURVE, PIN):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
        header.setSortIndicator(BEGUN, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        header.sectionResized.connect(self._see_width)
        for signal in (header.sectionResized, header.sectionMoved, header.sortIndicatorChanged):
            signal.connect(lambda *_: self.layout_changed.emit())

    def _see_width(self, number: int, before: int, now: int) -> None:
        """Know which widths a person has chosen; a column that is hidden or shown goes to 0 or comes from it."""
        if before and now and not self._is_fitting:
            self.own_widths.add(number)

    def columns_menu(self) -> QMenu:
        """Make the menu in which columns are chosen."""
        menu = QMenu(self)
        for number, column in enumerate(COLUMNS):
            if column.title and number != NAME:
                entry = menu.addAction(column.title)
                entry.setCheckable(True)
                entry.setChecked(not self.isColumnHidden(number))
                entry.toggled.connect(lambda shown, number=number: self._show_column(number, shown))
        return menu

    def _choose_columns(self, place: QPoint) -> None:
        menu = self.columns_menu()
        menu.exec(self.horizontalHeader().mapToGlobal(place))
        menu.deleteLater()

    def _show_column(self, number: int, shown: bool) -> None:
        self.setColumnHidden(number, not shown)
        self.layout_changed.emit()

    def _remember_selection(self) -> None:
        bars = self.verticalScrollBar(), self.horizontalScrollBar()
        self._before = (self.selected_runs, self.current_run, bars[0].value(), bars[1].value())

    def _restore_selection(self) -> None:
        runs, current, down, right = self._before
        self.select_runs(runs, current)
        self.verticalScrollBar().setValue(down)
        self.horizontalScrollBar().setValue(right)
        self.selection_changed.emit()


class _RowDelegate(QStyledItemDelegate):
    """Marks the row that the keyboard is at."""

    def __init__(self, view: RunTableView) -> None:
        super().__init__(view)
        self._view = view
        self.color = QColor(LIGHT.accent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.column() == CURVE and index.row() == self._view.currentIndex().row():
            box = option.rect
            painter.fillRect(box.left(), box.top() + 3, 3, box.height() - 6, self.color)
