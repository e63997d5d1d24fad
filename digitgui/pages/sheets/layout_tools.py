"""The Layout button and the menus of scan and table: how a person puts right what was found."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSpinBox, QWidget

from digitgui.asking import file_dialogs
from digitgui.documents.sheet_layout import SheetLayout
from digitgui.documents.sheet_review import SheetReview
from digitgui.pages.figure_menu import add_figure_actions
from digitgui.pages.sheets.checks_card import ChecksCard
from digitgui.pages.sheets.layout_menu import LayoutMenu
from digitgui.pages.sheets.review_card import ReviewCard
from digitgui.pages.sheets.sheet_view import SheetView
from digitgui.pages.sheets.table_card import TableCard
from digitgui.session import Session
from digitgui.widgets.building import button
from digitgui.widgets.number_fields import WholeField

__all__ = ["TAKE_OUT", "LayoutTools"]

MOST_HEADER_ROWS = 20
READ_AGAIN = "Read a&gain"
TAKE_OUT = "Remove this s&heet from the list"


class LayoutTools(QObject):
    """Connects scan and table with what changes the layout.

    Attributes
    ----------
    button : QPushButton
        Keeps layouts in files, and uses them elsewhere.
    read_again : QAction
        Reads all sheets again; seen where that may change something.
    header : QSpinBox
        How many rows hold titles.
    checks : ChecksCard
        Takes the place of review and table while it is open.
    """

    def __init__(self, session: Session, view: SheetView, table: TableCard, review: ReviewCard) -> None:
        super().__init__(view)
        self._session, self._view, self._table, self._review_card = session, view, table, review
        self._review: SheetReview = session.sheet_review
        self._layout: SheetLayout = session.sheet_layout
        self._menu = LayoutMenu(self._layout, table.view.header.write_name, self.open_checks)
        self.read_again = QAction(READ_AGAIN, self)
        self.read_again.triggered.connect(self._review.read_again)
        self.button = self._make_button()
        self.header = self._make_header()
        self.checks = ChecksCard(self._layout)
        self.checks.hide()
        self.checks.closed.connect(self.close_checks)
        self._review.sheet_chosen.connect(self.close_checks)
        view.dragged.connect(self._layout.take)
        view.menu_wanted.connect(self._ask_on_scan)
        table.checks.edit.clicked.connect(lambda _checked=False: self.open_checks(self._column))
        table.view.header.pressed.connect(self._choose_column)
        table.view.header.renamed.connect(self._layout.rename)
        for part, ask in (
            (table.view, self._ask_on_table),
            (table.view.horizontalHeader(), self._ask_on_columns),
            (table.view.verticalHeader(), self._ask_on_rows),
        ):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            part.customContextMenuRequested.connect(ask)

    def show_state(self) -> None:
        """Show what can be done."""
        layout = self._layout.layout
        self.button.setEnabled(self._review.record is not None)
        self._save.setEnabled(layout is not None)
        for action in (self._for_others, self._known_for_all):
            action.setEnabled(layout is not None and self._layout.others > 0)
        self._view.allow_drags(allowed=layout is not None)
        blocked = self.header.blockSignals(True)
        self.header.setEnabled(layout is not None)
        if layout is not None:
            self.header.setMaximum(min(MOST_HEADER_ROWS, len(layout.nodes) - 2))
            self.header.setValue(layout.header_rows)
        self.header.blockSignals(blocked)

    def open_checks(self, column: int) -> None:
        """Let a person write the checks of a column, where review and table are otherwise."""
        if self._layout.layout is not None:
            self.checks.open_for(column)
            self._review_card.hide()
            self._table.hide()
            self.checks.show()
            self.checks.decimals.setFocus()

    def close_checks(self) -> None:
        """Review again."""
        if not self.checks.isHidden():
            self.checks.hide()
            self._review_card.show()
            self._table.show()
            self._table.view.setFocus()

    def _make_button(self) -> QPushButton:
        opener = button(
            "Layout…",
            "Put rows and columns right, keep where they lie, and use that for other sheets",
            lambda: None,
            name="layout",
        )
        menu = QMenu(opener)
        self._row, self._col = menu.addMenu(""), menu.addMenu("")
        menu.addSeparator()
        menu.aboutToShow.connect(self._list_row_and_column)
        self._for_others = menu.addAction("&Use for the other sheets of this project", self._layout.use_for_others)
        self._known_for_all = menu.addAction(
            "Use &names and checks on all sheets", lambda: self._layout.use_known_columns(self._layout.layout)
        )
        menu.addSeparator()
        self._save = menu.addAction("&Save layout…", self._ask_and_save)
        menu.addAction("&Open layout…", self._ask_and_open)
        menu.addSeparator()
        menu.addAction(self.read_again)
        opener.setProperty("menu", True)
        opener.setMenu(menu)
        return opener

    def _make_header(self) -> QSpinBox:
        field = _HeaderField(0, MOST_HEADER_ROWS, "How many rows at the top hold titles, which are not read")
        field.setAccessibleName("Header rows")
        field.setObjectName("headerRows")
        field.setKeyboardTracking(False)
        field.valueChanged.connect(self._set_header)
        return field

    def _set_header(self, rows: int) -> None:
        """Mark titles; what is typed next is for a cell again."""
        self._layout.set_header(rows)
        self._table.view.setFocus()

    def _list_row_and_column(self) -> None:
        """Offer for the chosen cell what a right click offers."""
        record, cell = self._review.record, self._review.cell
        for menu in (self._row, self._col):
            menu.clear()
            menu.menuAction().setVisible(cell is not None)
        if record is not None and cell is not None:
            self._row.setTitle(f"&Row {cell[0] + 1}")
            self._menu.fill_for_row(self._row, record, cell[0])
            self._col.setTitle(f"&Column {cell[1] + 1}")
            self._menu.fill_for_column(self._col, record, cell[1])

    # files

    def _ask_and_save(self) -> None:
        record = self._review.record
        if record is not None:
            name = f"{record.file.stem} layout.json"
            path = file_dialogs.ask_layout_target(self._window, self._session.settings, name)
            if path:
                self._layout.save(path)

    def _ask_and_open(self) -> None:
        path: Path | None = file_dialogs.ask_layout(self._window, self._session.settings)
        if path:
            self._layout.open(path)

    @property
    def _window(self) -> QWidget:
        return self._view.window()

    # menus

    @property
    def _column(self) -> int:
        return self._review.cell[1] if self._review.cell is not None else 0

    def _choose_column(self, column: int) -> None:
        row = self._review.cell[0] if self._review.cell is not None else 0
        self._review.choose((row, column))

    def _ask_on_scan(self, screen: QPoint, place: QPointF) -> None:
        record = self._review.record
        if record is None:
            return
        menu = self._new_menu()
        line, cell = self._view.line_near(place), self._view.cell_on_scan(place)
        if line is not None and record.layout is not None:
            self._menu.fill_for_line(menu, record.layout, *line)
        if cell is not None and record.layout is not None:
            shares = _shares(record.layout.corners(*cell).tolist(), place)
            self._menu.fill_for_cell(menu, record, cell, shares=shares)
        menu.addSeparator()
        menu.addAction(self.read_again)
        menu.addAction(TAKE_OUT, self._review.take_out)
        menu.popup(screen)

    def _ask_on_table(self, place: QPoint) -> None:
        record, cell = self._review.record, self._review.cell
        index = self._table.view.indexAt(place)
        if index.isValid():
            cell = index.row(), index.column()
        if record is not None and record.is_read and cell is not None:
            self._review.choose(cell)
            menu = self._new_menu()
            self._menu.fill_for_cell(menu, record, cell)
            menu.addSeparator()
            add_figure_actions(menu, self._table.view, self._session)
            menu.popup(self._table.view.viewport().mapToGlobal(place))

    def _ask_on_columns(self, place: QPoint) -> None:
        head, record = self._table.view.horizontalHeader(), self._review.record
        column = head.logicalIndexAt(place)
        if record is not None and column >= 0:
            self._choose_column(column)
            menu = self._new_menu()
            self._menu.fill_for_column(menu, record, column)
            menu.popup(head.viewport().mapToGlobal(place))

    def _ask_on_rows(self, place: QPoint) -> None:
        head, record = self._table.view.verticalHeader(), self._review.record
        row = head.logicalIndexAt(place)
        if record is not None and row >= 0:
            self._review.choose((row, self._column))
            menu = self._new_menu()
            self._menu.fill_for_row(menu, record, row)
            menu.popup(head.viewport().mapToGlobal(place))

    def _new_menu(self) -> QMenu:
        menu = QMenu(self._view)
        menu.setObjectName("layoutMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu


class _HeaderField(WholeField):
    """Leaves no key to the page: Enter would keep a cell."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key."""
        super().keyPressEvent(event)
        event.accept()


def _shares(corners: list[list[float]], place: QPointF) -> tuple[float, float]:
    """Return where in a cell a place is: from its upper and from its left border, from 0 to 1."""
    (left, top), (right, _), _, (_, bottom) = corners
    down = (place.y() - top) / (bottom - top) if bottom != top else 0.5
    across = (place.x() - left) / (right - left) if right != left else 0.5
    return down, across
