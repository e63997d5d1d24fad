"""A line above a table: what is known of its columns, and whether all numbers are so."""

from PySide6.QtWidgets import QWidget

from digitgui.documents.sheet_review import SheetReview
from digitgui.widgets.building import button, label, row_of
from model.sheets.form_words import in_words
from model.sheets.sheet_record import SheetRecord

__all__ = ["ChecksLine"]


class ChecksLine(QWidget):
    """Shows the checks of the column that is looked at, and how many cells break any."""

    def __init__(self, review: SheetReview) -> None:
        super().__init__()
        self._review = review
        tip = "Say what the numbers of this column look like: readings that do are preferred, others are doubtful"
        self.edit = button("Checks…", tip, lambda: None, look="small", name="editChecks")
        self.words = label(name="muted", wrap=True)
        self.breaks = button("", "Go to the first of these cells", self._go, look="small", name="brokenChecks")
        row_of(self.edit, (self.words, 1), self.breaks, spacing=8, inside=self)
        for signal in (review.sheet_chosen, review.changed, review.cell_chosen):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        record, cell = self._review.record, self._review.cell
        self.edit.setEnabled(record is not None and record.is_read and cell is not None)
        count = len(record.broken) if record is not None else 0
        self.words.setText(_words(record, cell[1] if cell is not None else 0) if record is not None else "")
        self.breaks.setText(f"{count:,} cells break them" if count > 1 else "1 cell breaks them")
        self.breaks.setVisible(count > 0)

    def _go(self) -> None:
        record = self._review.record
        if record is not None and record.broken:
            self._review.choose(min(record.broken))


def _words(record: SheetRecord, column: int) -> str:
    """Say what is known of a column, and of how many others."""
    layout = record.layout
    if layout is None:
        return ""
    if not layout.forms:
        return "No checks yet, such as 5 to 35"
    named = [name or f"column {number}" for number, name in enumerate(layout.column_names, 1)]
    form = layout.forms.get(column)
    others = sum(other != form for other in layout.forms.values())
    told = in_words(form, lambda part: named[part]) if form is not None else f"none for {named[column]}"
    more = f" · checks on {others} other column{'s' * (others != 1)}" if others else ""
    holds = "" if record.broken or record.needs_fit else " · all hold"
    return f"{told}{more}{holds}"
