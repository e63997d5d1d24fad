"""One line above a sheet that could not be read: why, and what may help."""

from PySide6.QtWidgets import QWidget

from digitgui.documents.sheet_review import SheetReview
from digitgui.installation.shipped import DEFAULT
from digitgui.session import Session
from digitgui.widgets.building import button, label, row_of, set_look, show_text
from model.sheets.cell import NO_NUMBERS

__all__ = ["TroubleLine"]

HINT = "Perhaps the open network reads too few of these digits: open the default network and read again."


class TroubleLine(QWidget):
    """Says why the sheet that is looked at has no table, and offers to read it again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._review: SheetReview = session.sheet_review
        self._waits = False  # for the default network, to read with it
        self.words = label(name="sheetTrouble", wrap=True)
        set_look(self.words, "tone", "warning")
        tip = "Read all sheets again with the open network; what you decided stays"
        self.again = button("Read again", tip, self._review.read_again, name="readFailedAgain")
        tip = "Open the network that comes with the program, and read all sheets again with it"
        self.default = button("Open default and read again", tip, self._open_default, name="readByDefault")
        row_of((self.words, 1), self.again, self.default, spacing=8, inside=self)
        session.model.changed.connect(self._see_model)
        session.model.failed.connect(self._wait_no_longer)
        self.hide()

    def show_state(self) -> None:
        """Show what is known of the sheet."""
        record, model = self._review.record, self._session.model
        has_failed = record is not None and not record.is_read and bool(record.problem)
        self.setVisible(has_failed)
        if record is None or not has_failed:
            return
        is_to_blame = record.problem == NO_NUMBERS and record.read_by == model.name and not model.is_shipped
        by = f" with {record.read_by}" if record.read_by else ""  # files of before may not name it
        told = f"Could not be read{by}: {record.problem}."
        show_text(self.words, f"{told} {HINT}" if is_to_blame else told)
        self.default.setVisible(is_to_blame)
        is_idle = not self._session.sheets.reading.is_under_way and self._session.sheet_teaching.offer is None
        for one in (self.again, self.default):
            one.setEnabled(is_idle)

    def _open_default(self) -> None:
        self._waits = True
        self._session.open_model(DEFAULT)

    def _wait_no_longer(self, _why: str) -> None:
        self._waits = False

    def _see_model(self) -> None:
        """Read with the default network once it is open; not if it was another that has been opened."""
        waits, self._waits = self._waits, False
        if waits and self._session.model.is_shipped:
            self._review.read_again()
