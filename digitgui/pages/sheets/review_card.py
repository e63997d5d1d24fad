"""The cell in review: what it looks like, how it is read, and what else it could be."""

from PySide6.QtWidgets import QFrame, QPushButton

from digitgui.documents.sheet_layout import SheetLayout
from digitgui.documents.sheet_review import SheetReview, place_in_words
from digitgui.documents.sheet_scan import SheetScan
from digitgui.pages.sheets.cell_view import CellView
from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    button,
    column_of,
    label,
    row_of,
    set_look,
)
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.wording import percent
from model.sheets.sheet_record import Cell, SheetRecord

__all__ = ["ReviewCard"]

MOST_OTHERS = 4
NOTHING = "blank"


class ReviewCard(QFrame):
    """Shows one cell, large, and lets a person decide what stands in it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._review: SheetReview = session.sheet_review
        self._layout: SheetLayout = session.sheet_layout
        self._scan: SheetScan = session.sheet_scan
        self._title = label(name="strong")
        self._place = label(name="muted")
        self.view = CellView()
        self.reading = label(name="cellReading")
        self.reading.setAccessibleName("Reading of the cell")
        self.why = label(name="muted", wrap=True)
        self._others = [self._other_button() for _ in range(MOST_OTHERS)]
        others = FlowLayout(spacing=6)
        for one in self._others:
            others.addWidget(one)
        review = self._review
        tip = "Keep this reading and look at the next doubtful cell"
        self.keep = button("Keep", tip, review.keep, shortcut="Return", look="small", name="keepCell")
        tip = "Let this cell stay doubtful and look at the next doubtful one"
        self.leave = button("Leave open", tip, review.leave_open, shortcut="Esc", look="small")
        self.out = button("Leave out", "Say that this cell holds nothing to read", self._leave_out, look="small")
        words = column_of(self.reading, self.why, others, STRETCH, spacing=4)
        head = row_of(self._title, self._place, STRETCH, spacing=8)
        column_of(
            head,
            row_of((self.view, 2), (words, 3), spacing=12),
            row_of(self.keep, self.leave, self.out, STRETCH, spacing=8),
            inside=self,
            margin=16,
            spacing=8,
        )
        review.cell_chosen.connect(self._show)
        self._scan.changed.connect(self._show_picture)
        self._show()

    def _other_button(self) -> QPushButton:
        one = button("", "", lambda: None, look="chip")
        one.clicked.connect(lambda _checked=False: self._take(one))
        return one

    def take_other(self, number: int) -> None:
        """Decide for one of the other readings, from 0, if there are so many."""
        if number < len(self._others) and self._others[number].isVisible():
            self._take(self._others[number])

    def _take(self, one: QPushButton) -> None:
        """Decide for another reading, and go on; Enter keeps what is read in the next cell."""
        if one.hasFocus():
            self.keep.setFocus()
        self._review.decide(str(one.property("reading")))
        self._review.show_next_doubtful()

    def _leave_out(self) -> None:
        record, cell = self._review.record, self._review.cell
        if record is not None and cell is not None:
            self._layout.leave_out([cell], left_out=not record.is_left_out(cell))

    def _show(self) -> None:
        review = self._review
        record, cell = review.record, review.cell
        if record is None or cell is None:
            self._title.setText("Cell")
            self._place.setText("")
            self.reading.setText("")
            self.why.setText("The cell that you choose is shown here")
            for part in (*self._others, self.keep, self.leave, self.out):
                part.setEnabled(False)
            self._show_others(None, None)
        else:
            doubtful = record.doubtful
            which = f"Doubtful: {doubtful.index(cell) + 1} of {len(doubtful)}" if cell in doubtful else "Cell"
            self._title.setText(which)
            self._place.setText(place_in_words(record, cell))
            text = review.text
            self.reading.setText(f"{text}|" if review.typed is not None else text or NOTHING)
            set_look(self.reading, "blank", not text and review.typed is None)
            self.why.setText(_why(record, cell, typed=review.typed is not None))
            for part in (*self._others, self.keep, self.leave, self.out):
                part.setEnabled(True)
            self.out.setText("Take in" if record.is_left_out(cell) else "Leave out")
            self._show_others(record, cell)
        self._show_picture()

    def _show_others(self, record: SheetRecord | None, cell: Cell | None) -> None:
        """Offer what else the cell could be, the likeliest first."""
        readings: list[tuple[str, float]] = []
        if record is not None and cell is not None and not record.is_left_out(cell):
            reading = record.reading(cell)
            all_readings = [(reading.text, reading.confidence), *reading.others]
            readings = [one for one in all_readings if one[0] != record.text(cell)][:MOST_OTHERS]
        for number, one in enumerate(self._others):
            one.setVisible(number < len(readings))
            if number < len(readings):
                text, share = readings[number]
                one.setText(text or NOTHING)
                one.setProperty("reading", text)
                what = text or "a blank cell"
                tip = f"Decide for {what} (Alt+{number + 1}); the network gives it {percent(share)}"
                one.setToolTip(tip)
                one.setAccessibleDescription(tip)

    def _show_picture(self) -> None:
        record, cell = self._review.record, self._review.cell
        corners: list[tuple[float, float]] = []
        if record is not None and cell is not None and record.layout is not None:
            corners = [(x, y) for x, y in record.layout.corners(*cell).tolist()]
        self.view.show_cell(self._scan.scan, corners)
        told = (self._title.text(), self._place.text(), self.reading.text(), self.why.text())
        self.view.setAccessibleDescription(", ".join(filter(None, told)))
        self.reading.setAccessibleDescription(self.view.accessibleDescription())


def _why(record: SheetRecord, cell: Cell, *, typed: bool) -> str:
    """Say where the text comes from, and what speaks against it."""
    reading = record.reading(cell)
    read = reading.text or NOTHING
    if typed:
        return f"The network reads {read}"
    if record.is_left_out(cell):
        return "Left out: nothing is read here"
    if record.is_corrected(cell):
        return f"You corrected it. The network reads {read}"
    if cell in record.decided:
        return "You confirmed it"
    if reading.is_doubtful:
        return reading.why[:1].upper() + reading.why[1:]
    return f"{percent(reading.confidence)} sure"
