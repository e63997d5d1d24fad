"""The user's own digits at a glance."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from digitgui.asking import file_dialogs
from digitgui.drawings.prediction import takes_drawings
from digitgui.pages.hand.sample_view import SampleView
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, row_of
from digitgui.widgets.pictures.image_grid import ImageGrid
from digitgui.widgets.tables.number_table import NumberTable
from digitgui.widgets.typed_class import typed_label
from model.network.arrays import ImageArray, IndexArray
from model.network.task import Task

CELL_SIDE = 48
TEACHING, TESTING = 0, 1
EMPTY = "Digits that you write or correct appear here: press Start, or draw one and say what it was"
EMPTY_OF_OTHERS = "What you draw and name appears here: draw one, and say what it was"


class MyDigitsCard(QFrame):
    """How many there are of each digit in either half, all of them small, and what can be done with them.

    Parameters
    ----------
    session : Session
    browse : callable
        Shows them where they are corrected.
    show_draw_page : callable
        Goes to where a digit is seen large, with the answer.
    """

    def __init__(
        self, session: Session, browse: Callable[[], object], show_draw_page: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session, self._show_draw_page = session, show_draw_page
        self._open: ImageArray | None = None
        self.table = NumberTable(["", *map(str, range(10)), "All"], 2)
        self._note = label(name="muted", wrap=True)
        self.grid = ImageGrid()
        self.grid.setAccessibleName("My digits")
        self.grid.set_side(CELL_SIDE)
        self.grid.keep_rows(2)
        self.sample = SampleView()
        self._browse = button("Browse and correct", "Open my digits on the Data page", browse)
        self._export = button("Export…", "Save my digits, with corrections, as .npz", self._ask_and_export)
        self._title = label("My digits", "cardTitle")
        row = row_of((self._title, 1), self._browse, self._export)
        self._counted = label(wrap=True)
        counts = (self.table, self._counted, self._note)
        column_of(row, *counts, self.sample, (self.grid, 1), inside=self, margin=16, spacing=8)
        self.grid.selected.connect(self._open_sample)
        self.sample.relabelled.connect(lambda digit: self._correct(session.my_digits.relabel, digit))
        self.sample.deleted.connect(lambda: self._correct(session.my_digits.delete))
        self.sample.draw_wanted.connect(self._put_on_canvas)
        self.sample.closed.connect(self._close_sample)
        session.hand.digits_changed.connect(self._show_digits)
        session.personal.turned.connect(self._see_task)
        self._see_task()

    def _see_task(self) -> None:
        """Show the pictures of another task."""
        personal = self._session.personal
        self._open = None
        self._title.setText(personal.title)
        self.grid.setAccessibleName(personal.title)
        self.grid.set_task(personal.task)
        self.sample.set_task(personal.task)
        self._show_digits()

    def _show_digits(self) -> None:
        digits, task = self._session.hand.digits, self._session.personal.task
        images = np.zeros((0, *task.array_shape), np.uint8) if digits is None else digits.images
        included = np.zeros(0, np.intp) if digits is None else digits.included
        start = 0 if digits is None else digits.official_test_start or 0
        labels = np.zeros(0, np.uint8) if digits is None else digits.labels
        told = []
        for row, name, part in (
            (TEACHING, "For teaching", included[included < start]),
            (TESTING, "For testing", included[included >= start]),
        ):
            counts = np.bincount(labels[part], minlength=task.count)
            if task.is_digits:
                self.table.show_row(row, [name, *(f"{count:,}" for count in counts), f"{counts.sum():,}"])
            told.append(f"{name}: {_counted(counts, task)}")
        self._counted.setText("\n".join(told) if len(included) else "")
        in_order = included[np.argsort(labels[included], kind="stable")]
        self.grid.set_images(images, in_order, empty_text=EMPTY if task.is_digits else EMPTY_OF_OTHERS)
        badges = {index: int(labels[index]) for index in in_order.tolist()}
        self.grid.set_marks(badges, faint=frozenset(), ticked=frozenset())
        what = "Digits" if task.is_digits else "Those"
        self._note.setText(f"{what} for testing are held back to test what was learned." if len(included) else "")
        for chosen in (self._browse, self._export):
            chosen.setEnabled(digits is not None)
        self._show_sample()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digit keys for the sample that is open, where the grid has the focus; Escape closes it."""
        digit = typed_label(event, self._session.personal.task)
        if self._open is None or not self.grid.hasFocus() or (digit is None and event.key() != Qt.Key.Key_Escape):
            super().keyPressEvent(event)
        elif digit is None:
            self._close_sample()
        else:
            self._correct(self._session.my_digits.relabel, digit)

    def _open_sample(self, index: int) -> None:
        digits = self._session.hand.digits
        self._open = None if digits is None else digits.images[index]
        self._show_sample()

    def _close_sample(self) -> None:
        self._open = None
        self._show_sample()

    @property
    def _index(self) -> int | None:
        """Where the open sample is among my digits by now; None if it is there no longer."""
        digits = self._session.hand.digits
        if digits is None or self._open is None:
            return None
        included = digits.included
        places = np.flatnonzero(
            (digits.images[included] == self._open).all(axis=tuple(range(1, digits.images.ndim)))
        )
        return int(included[places[0]]) if len(places) else None

    def _show_sample(self) -> None:
        """Show the open sample in the place of the counts, or these if there is none."""
        digits, index = self._session.hand.digits, self._index
        task = self._session.personal.task
        if digits is not None and index is not None:
            is_taught = index < (digits.official_test_start or 0)
            self.sample.show_sample(digits.images[index], int(digits.labels[index]), is_taught=is_taught)
        else:
            self._open = None
        self.sample.setVisible(index is not None)
        self.table.setVisible(index is None and task.is_digits)
        self._counted.setVisible(index is None and not task.is_digits)
        self._note.setVisible(index is None)

    def _correct(self, change: Callable[..., object], *arguments: int) -> None:
        index = self._index
        if index is not None:
            change(index, *arguments)

    def _put_on_canvas(self) -> None:
        if self._open is not None and takes_drawings(self._session.model.task):
            self._session.drawing.set_picture(self._open)
            self._show_draw_page()

    def _ask_and_export(self) -> None:
        digits, session = self._session.hand.digits, self._session
        path = digits and file_dialogs.ask_data_target(self, session.settings, session.personal.title)
        if digits is not None and path:
            session.data.save_copy(path, digits)


def _counted(counts: IndexArray, task: Task) -> str:
    """Name the classes that there are pictures of, and how many."""
    there = [f"{task.class_names[number]} {counts[number]:,}" for number in np.flatnonzero(counts)]
    return f"{counts.sum():,} ({', '.join(there)})" if there else "none"
