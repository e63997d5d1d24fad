"""What was read on a sheet, as a table."""

from PySide6.QtWidgets import QFrame

from digitgui.documents.sheet_review import SheetReview
from digitgui.pages.sheets.cell_table import ALL, CHANGED, CellTable, CellTableView
from digitgui.pages.sheets.checks_line import ChecksLine
from digitgui.pages.sheets.teach_line import TeachLine
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, chips, column_of, label, row_of
from digitgui.widgets.tables.cell_copy import copy_cells

__all__ = ["TableCard"]

KEYS = "Enter keeps it, digits overwrite it, Esc leaves it open"
KINDS = (
    ("All", "Show all rows"),
    ("Doubtful", "Show the rows with doubtful cells"),
    ("Corrected", "Show the rows with corrected cells"),
    ("Changed", "Show the rows with cells that are read differently since this hand was taught"),
)


class TableCard(QFrame):
    """Shows the table of the sheet that is looked at, and which of its cells to look at."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._review: SheetReview = session.sheet_review
        self.table = CellTable()
        self.view = CellTableView(self.table)
        self.kinds = chips(self, KINDS, self.view.show_kind)
        self.copy = button(
            "Copy", "Copy the table of this sheet, as spreadsheets paste it", self._copy, look="small"
        )
        self.view.copied.connect(self._copy)
        self._note = label(name="muted", wrap=True)
        head = row_of(label("Table", "cardTitle"), 4, *self.kinds.buttons(), STRETCH, self.copy, spacing=6)
        self.checks, self.teach_line = ChecksLine(self._review), TeachLine(session)
        parts = head, self.checks, (self.view, 1), self._note, self.teach_line
        column_of(*parts, inside=self, margin=16, spacing=8)
        self.view.chosen.connect(lambda row, column: self._review.choose((row, column)))
        self._review.sheet_chosen.connect(self._show)
        self._review.changed.connect(self._show)
        self._review.cell_chosen.connect(self._show_cell)
        session.sheet_teaching.offered.connect(self._show)
        self._show()

    def _show(self) -> None:
        record = self._review.record
        teaching = self._session.sheet_teaching
        self._show_changed_chip(is_offered=teaching.offer is not None)
        self.table.show_record(record, teaching.changed_in(record) if record is not None else {})
        self.view.show_kind(self.kinds.checkedId())
        self.copy.setEnabled(record is not None and record.is_read)
        self._note.setText(self._words())
        self._show_cell()

    def _show_changed_chip(self, *, is_offered: bool) -> None:
        """Offer to see what teaching has changed, until one has decided about that."""
        self.kinds.button(CHANGED).setVisible(is_offered)
        if not is_offered and self.kinds.checkedId() == CHANGED:
            self.kinds.button(ALL).setChecked(True)

    def _show_cell(self) -> None:
        self.view.show_cell(self._review.cell)

    def _words(self) -> str:
        """Say what is left to do."""
        record = self._review.record
        if record is None or not record.is_read:
            return ""
        here, everywhere = len(record.doubtful), self._review.doubtful_left
        if here:
            return f"{KEYS}."
        if everywhere:
            return f"No doubtful cells left here; {everywhere:,} on other sheets: Enter goes to them."
        return "No doubtful cells left."

    def _copy(self) -> None:
        self._review.keep_typed()
        record = self._review.record
        if record is not None:
            told = f"Copied {record.rows:,} × {record.columns:,} cells."

            def copy(table: list[list[str]]) -> None:
                copy_cells(table)
                self._session.noticed.emit(told)

            self._session.sheet_tables.give(record, copy)
