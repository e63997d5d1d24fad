"""The user's own digits at a glance."""

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QFrame

from digitgui.asking import file_dialogs
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, row_of
from digitgui.widgets.pictures.image_grid import ImageGrid
from digitgui.widgets.tables.number_table import NumberTable

CELL_SIDE = 48
TEACHING, TESTING = 0, 1


class MyDigitsCard(QFrame):
    """How many there are of each digit in either half, all of them small, and what can be done with them.

    Parameters
    ----------
    session : Session
    browse : callable
        Shows them where they are corrected.
    """

    def __init__(self, session: Session, browse: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self.table = NumberTable(["", *map(str, range(10)), "all"], 2)
        self._note = label(name="muted", wrap=True)
        self.grid = ImageGrid()
        self.grid.setAccessibleName("My digits")
        self.grid.set_side(CELL_SIDE)
        self.grid.setMinimumHeight(2 * CELL_SIDE)
        self._browse = button("Browse and correct", "Open my digits on the Data page", browse)
        self._export = button("Export…", "Write my digits, as corrected, to an .npz", self._ask_and_export)
        row = row_of((label("My digits", "cardTitle"), 1), self._browse, self._export)
        column_of(row, self.table, self._note, (self.grid, 1), inside=self, margin=16, spacing=8)
        session.hand.digits_changed.connect(self._show_digits)
        self._show_digits()

    def _show_digits(self) -> None:
        digits = self._session.hand.digits
        images = np.zeros((0, 28, 28), np.uint8) if digits is None else digits.images
        included = np.zeros(0, np.intp) if digits is None else digits.included
        start = 0 if digits is None else digits.official_test_start or 0
        labels = np.zeros(0, np.uint8) if digits is None else digits.labels
        for row, name, part in (
            (TEACHING, "for teaching", included[included < start]),
            (TESTING, "for testing", included[included >= start]),
        ):
            counts = np.bincount(labels[part], minlength=10)
            self.table.show_row(row, [name, *(f"{count:,}" for count in counts), f"{counts.sum():,}"])
        in_order = included[np.argsort(labels[included], kind="stable")]
        self.grid.set_images(images, in_order, empty_text="What you write and what you correct is kept here")
        badges = {index: int(labels[index]) for index in in_order.tolist()}
        self.grid.set_marks(badges, faint=frozenset(), ticked=frozenset())
        self._note.setText(
            "Those for testing are held back from teaching, to test what was learned." if len(included) else ""
        )
        for chosen in (self._browse, self._export):
            chosen.setEnabled(digits is not None)

    def _ask_and_export(self) -> None:
        digits, session = self._session.hand.digits, self._session
        path = digits and file_dialogs.ask_data_target(self, session.settings, "My digits")
        if digits is not None and path:
            session.data.save_copy(path, digits)
