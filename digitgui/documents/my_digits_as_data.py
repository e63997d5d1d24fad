"""My digits as a data set: how they are corrected, and how they and the open data keep in step."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from digitgui.documents.data_document import DataDocument
from digitgui.documents.edit_store import EditStore
from digitgui.documents.hand_teaching import HandTeaching
from digitgui.documents.personal_set import PersonalSet
from digitgui.documents.undo_step import UndoStep
from digitgui.wording import a_class
from digitgui.work.teller import Teller
from model.data.edits import Edits
from model.network.arrays import ImageArray


class MyDigitsAsData(Teller):
    """Corrects the user's own set, and keeps it and the open data in step, if they are the same.

    Parameters
    ----------
    personal : PersonalSet
    hand : HandTeaching
        Hears of corrections, wherever they were made.
    data : DataDocument
    store : EditStore
        Writes the corrections while other data are open.
    undo_stack : QUndoStack
    """

    def __init__(
        self,
        personal: PersonalSet,
        hand: HandTeaching,
        data: DataDocument,
        store: EditStore,
        undo_stack: QUndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._personal, self._hand, self._data = personal, hand, data
        self._store, self._undo_stack = store, undo_stack
        data.changed.connect(self._see_corrections)
        hand.digits_changed.connect(self._show_anew)

    def open(self) -> None:
        """Open my digits as the data, without asking."""
        self._data.open(str(self._personal.path), ask=False)

    def relabel(self, index: int, digit: int) -> None:
        """Give one of my digits another label; can be undone."""
        digits = self._hand.digits
        if digits is None or digits.labels[index] == digit:
            return
        image, before = digits.images[index], int(digits.labels[index])
        text = f"relabelling one of my digits as {a_class(digit, digits.task)}"
        self._correct(text, image, partial(_labelled, digit), partial(_labelled, before))

    def delete(self, index: int) -> None:
        """Leave one of my digits out; can be undone."""
        digits = self._hand.digits
        if digits is None:
            return
        if len(digits.included) == 1:
            what = "digit" if self._personal.task.is_digits else "picture"
            self.failed.emit(f"This is your last {what}: write another before you delete it.")
            return
        text = f"deleting {a_class(digits.labels[index], digits.task)} of mine"
        self._correct(
            text,
            digits.images[index],
            lambda edits, place, _own: edits.with_excluded([place]),
            lambda edits, place, _own: edits.with_included([place]),
        )

    def _correct(self, text: str, image: ImageArray, do: "Change", take_back: "Change") -> None:
        path = self._personal.path
        do_it, undo_it = (partial(self._change, path, image, one) for one in (do, take_back))
        self._undo_stack.push(UndoStep(text, do_it, undo_it))

    def _change(self, path: Path, image: ImageArray, change: "Change") -> None:
        """Correct the digit with these pixels, wherever it is by now, as the data or beside other data."""
        is_open = self._data.dataset.source == str(path)
        dataset = self._data.dataset if is_open else self._hand.known(path)
        if dataset is None:
            return
        places = np.flatnonzero((dataset.images == image).all(axis=(1, 2)))
        if not len(places):
            return
        place = int(places[0])
        edits = change(dataset.edits, place, int((dataset.unedited or dataset).labels[place]))
        if is_open:
            self._data.take_edits(edits)
        else:
            corrected = dataset.edited(edits)
            self._store.save(corrected, frozenset({place}))
            self._hand.take_corrected(corrected, path)

    @property
    def _are_open(self) -> bool:
        return self._data.dataset.source == str(self._personal.path)

    def _see_corrections(self) -> None:
        if self._are_open:
            self._hand.read_digits()

    def _show_anew(self) -> None:
        """Show what has been added, unless other data is on its way in."""
        digits, data = self._hand.digits, self._data
        if (
            digits
            and self._are_open
            and not (data.is_reading or data.proposal)
            and len(digits) != len(data.dataset)
        ):
            self.open()


Change: TypeAlias = Callable[[Edits, int, int], Edits]
"""Of the corrections there are, where the digit is, and the label that it was added with."""


def _labelled(digit: int, edits: Edits, place: int, own: int) -> Edits:
    """Give the digit at a place this label, which is no correction if it is its own."""
    labels = {index: label for index, label in edits.labels.items() if index != place}
    return replace(edits, labels=labels if digit == own else labels | {place: digit})
