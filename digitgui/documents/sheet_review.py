"""Looking through the sheets that are open: which cell is looked at, what is typed for it, what is decided."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.sheet_project import SheetProject, is_same_form
from digitgui.documents.sheet_work import NEAR, Key, key_of
from digitgui.documents.undo_step import UndoStep
from digitgui.settings import Settings
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetReview", "place_in_words", "places_now"]

BEGINS_A_NUMBER = re.compile(r'-?\d*\.?\d*|"')
SETTING = "sheets/chosen"
LONGEST = 20
"""Characters in a cell."""


class SheetReview(QObject):
    """One sheet and one cell are looked at, wherever they are shown.

    Attributes
    ----------
    index : int
        Of the sheet.
    cell : (int, int) or None
        None where nothing is read.
    typed : str or None
        What has been typed for the cell, and not been kept yet.

    Signals
    -------
    sheet_chosen()
        Another sheet is looked at.
    cell_chosen()
        Another cell is looked at, or something else has been typed for it.
    changed()
        More is known of the sheet that is looked at.
    """

    sheet_chosen = Signal()
    cell_chosen = Signal()
    changed = Signal()

    def __init__(
        self, project: SheetProject, undo_stack: QUndoStack, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._undo_stack, self._settings = project, undo_stack, settings
        self.index = 0
        self.cell: Cell | None = None
        self.typed: str | None = None
        self._shown: Key | None = None
        self._layout: Layout | None = None  # that `cell` is of
        project.listed.connect(self._see_list)
        project.sheet_changed.connect(self._see_change)
        self._read_from: tuple[Key | None, Cell | None] | None = None  # where all was asked to be read again
        project.read_anew.connect(self._see_read_anew)
        project.reading.changed.connect(self._see_end_of_reading)

    @property
    def record(self) -> SheetRecord | None:
        """The sheet that is looked at; None while nothing is open."""
        sheets = self._project.sheets
        return sheets[self.index] if self.index < len(sheets) else None

    @property
    def text(self) -> str:
        """What is typed for the cell, or else stands in it."""
        record = self.record
        if self.typed is not None:
            return self.typed
        return record.text(self.cell) if record is not None and self.cell is not None else ""

    @property
    def doubtful_left(self) -> int:
        """How many cells of all sheets are doubtful."""
        return sum(len(sheet.doubtful) for sheet in self._project.sheets)

    # which cell

    def choose_sheet(self, index: int) -> None:
        """Look at another sheet, and there at its first doubtful cell."""
        if not 0 <= index < len(self._project.sheets):
            return
        self.keep_typed()
        self._turn_to(index)

    def _turn_to(self, index: int) -> None:
        self.index, self.cell, self.typed = index, None, None
        self._shown = key_of(self._project.sheets[index])
        self._settings.set(SETTING, f"{self._shown[1]} {self._shown[0]}")
        self._begin()
        self.sheet_chosen.emit()
        self.cell_chosen.emit()

    def choose(self, cell: Cell) -> None:
        """Look at a cell of this sheet; what is typed for the one before is kept."""
        record = self.record
        is_there = record is not None and 0 <= cell[0] < record.rows and 0 <= cell[1] < record.columns
        if is_there and cell != self.cell:
            self.keep_typed()
            self.cell = cell
            self.cell_chosen.emit()

    def move(self, columns: int, rows: int) -> None:
        """Look at the cell beside, above or below."""
        if self.cell is not None:
            self.choose((self.cell[0] + rows, self.cell[1] + columns))

    def show_next_doubtful(self) -> None:
        """Look at the next doubtful cell: of this sheet, or else of the sheets after it, and from the first on."""
        record, sheets = self.record, self._project.sheets
        if record is None:
            return
        here = record.doubtful
        after = [cell for cell in here if self.cell is not None and cell > self.cell]
        if after:
            self.choose(after[0])
            return
        others = [*range(self.index + 1, len(sheets)), *range(self.index)]
        following = next((index for index in others if sheets[index].doubtful), None)
        if following is not None:
            self.choose_sheet(following)
        elif here:
            self.choose(here[0])
        elif self.typed is not None:
            self.drop_typed()

    def read_again(self) -> None:
        """Have all sheets read again; then begin with the first doubtful cell, unless a person is at another."""
        self._read_from = self._shown, self.cell
        self._project.read_again()
        self._see_end_of_reading()  # a network that reads no digits has not begun

    def _see_end_of_reading(self) -> None:
        """Forget where it was asked, however it ended: the next reading may be for another reason."""
        if not self._project.reading.is_under_way:
            self._read_from = None

    def _see_read_anew(self) -> None:
        is_there = self._read_from == (self._shown, self.cell) and self.typed is None
        self._read_from = None
        first = next((index for index, sheet in enumerate(self._project.sheets) if sheet.doubtful), None)
        if is_there and first is not None:
            self.choose_sheet(first)

    # what is typed

    def type_sign(self, sign: str) -> None:
        """Type a digit, a point, a minus or ditto marks; the first one takes the place of what is there."""
        if self.cell is None:
            return
        text = (self.typed or "") + sign.replace(",", ".")
        if BEGINS_A_NUMBER.fullmatch(text) and len(text) <= LONGEST:
            self.typed = text
            self.cell_chosen.emit()

    def erase(self) -> None:
        """Take away the last sign."""
        if self.cell is not None:
            self.typed = self.text[:-1]
            self.cell_chosen.emit()

    def empty(self) -> None:
        """Say that the cell is blank, once that is kept."""
        if self.cell is not None:
            self.typed = ""
            self.cell_chosen.emit()

    def drop_typed(self) -> None:
        """Forget what has been typed."""
        if self.typed is not None:
            self.typed = None
            self.cell_chosen.emit()

    # what is decided

    def keep_typed(self) -> None:
        """Decide for what is typed, if anything is; can be undone."""
        if self.typed is not None:
            self.decide(self.typed)

    def keep(self) -> None:
        """Keep what is typed, or else what is read, and look at the next doubtful cell."""
        record, cell = self.record, self.cell
        if record is None or cell is None:
            return
        if self.typed is not None or not record.is_left_out(cell):
            self.decide(self.text)
        self.show_next_doubtful()

    def leave_open(self) -> None:
        """Forget what is typed, or look at the next doubtful cell and let this one stay doubtful."""
        if self.typed is not None:
            self.drop_typed()
        elif self.cell is not None:
            self.show_next_doubtful()

    def decide(self, text: str) -> None:
        """Say what stands in the cell; can be undone."""
        record, cell = self.record, self.cell
        if record is None or cell is None:
            return
        self.typed = None
        before = record.decided.get(cell)
        if text == before:
            self.cell_chosen.emit()
            return
        confirms = text == record.reading(cell).text
        self.push(
            f"{'confirming' if confirms else 'correcting'} {place_in_words(record, cell)}",
            partial(_with_decision, then=record.layout, cell=cell, text=text),
            partial(_with_decision, then=record.layout, cell=cell, text=before),
        )

    def push(
        self,
        text: str,
        do: Callable[[SheetRecord], SheetRecord],
        take_back: Callable[[SheetRecord], SheetRecord],
    ) -> None:
        """Change the sheet that is looked at; can be undone.

        Parameters
        ----------
        text : str
            Names in the menu what can be undone.
        do, take_back : callable
            Return the sheet as it is then, or the same if the layout that it has by now leaves nothing to change.
        """
        self.keep_typed()
        record, cell = self.record, self.cell
        assert record is not None
        put = partial(self._put, key_of(record), record.layout, cell)
        self._undo_stack.push(UndoStep(text, lambda: put(do), lambda: put(take_back)))

    def take_out(self) -> None:
        """Take the sheet that is looked at out of the project; its scan stays, and it can be undone."""
        self.keep_typed()
        record, project, path, index = self.record, self._project, self._project.path, self.index
        if record is None or path is None:
            return
        taken = [record]

        def do() -> None:
            now = project.index_of(key_of(record))
            if path == project.path and now is not None:
                taken[:] = [project.sheets[now]]
                project.take_out(key_of(record))

        def take_back() -> None:
            project.put_in(path, index, *taken)
            there = project.index_of(key_of(record))
            if there is not None:
                self.choose_sheet(there)

        self._undo_stack.push(UndoStep(f"removing {record.name}", do, take_back))

    def _put(
        self,
        key: Key,
        then: "Layout | None",
        cell: Cell | None,
        change: Callable[[SheetRecord], SheetRecord],
    ) -> None:
        """Change a sheet, and look at where it has changed; nothing if it is no longer open."""
        index = self._project.index_of(key)
        if index is None:
            return
        if index != self.index:
            self._keep_typed_while_undoing()
            self._turn_to(index)
        before = self._project.sheets[index]
        after = change(before)
        if after is before:
            self._project.noticed.emit(f"Nothing has changed: {before.name} has another layout by now.")
            return
        self._project.put(index, after)  # what is typed goes with its cell
        places = places_now(after, then, [cell] if cell is not None else [])
        if self.cell not in places:
            self._keep_typed_while_undoing()
        for place in places:
            self.choose(place)

    def _keep_typed_while_undoing(self) -> None:
        """Decide for what is typed without a step of its own: none can be added while one is taken back."""
        record, cell, typed = self.record, self.cell, self.typed
        self.typed = None
        if record is not None and cell is not None and typed is not None:
            self._project.put(self.index, record.with_decision(cell, typed))

    # what happens to the sheets

    def _begin(self) -> None:
        """Begin with the first doubtful cell, or else with the first of all."""
        record = self.record
        if record is not None and self.cell is None:
            self.cell = next(iter(record.doubtful), next(record.places(), None))
        self._layout = record.layout if record is not None else None

    def _see_list(self) -> None:
        sheets = self._project.sheets
        self._shown = self._shown or self._chosen_last()
        shown = self._project.index_of(self._shown) if self._shown else None
        if shown is None:  # as where it was taken out: the one after it is there now
            self.index = max(0, min(self.index, len(sheets) - 1))
            self.cell, self.typed = None, None
            self._shown = key_of(sheets[self.index]) if sheets else None
        else:
            self.index = shown
        self._begin()
        self.sheet_chosen.emit()
        self.cell_chosen.emit()

    def _chosen_last(self) -> Key | None:
        """Return the sheet that was chosen last, also before the program was started."""
        page, _, file = self._settings.text(SETTING).partition(" ")
        return (Path(file), int(page)) if page.isdecimal() else None

    def _see_change(self, index: int) -> None:
        if index != self.index:
            return
        self._follow()
        self._begin()
        self.changed.emit()
        self.cell_chosen.emit()

    def _follow(self) -> None:
        """Look at the same cell where the table is another by now; what is typed goes with it."""
        record, cell = self.record, self.cell
        if record is None or cell is None or is_same_form(self._layout, record.layout):
            return
        there = places_now(record, self._layout, [cell])
        if not there and self.typed is not None:
            self._project.noticed.emit(f"The cell for which you typed {self.typed} is gone from {record.name}.")
            self.typed = None
        is_within = cell[0] < record.rows and cell[1] < record.columns
        self.cell = there[0] if there else cell if is_within else None


def places_now(sheet: SheetRecord, then: "Layout | None", cells: Sequence[Cell]) -> list[Cell]:
    """Return where cells of an earlier layout of a sheet are, without those that it has no longer."""
    if then is None or is_same_form(sheet.layout, then):
        return list(cells)
    if sheet.layout is None:
        return []
    from model.sheets.same_cells import same_cells  # noqa: PLC0415  SciPy takes a moment

    now = {old: cell for cell, old in same_cells(sheet.layout, then, NEAR).items()}
    return [now[cell] for cell in cells if cell in now]


def _with_decision(sheet: SheetRecord, then: "Layout | None", cell: Cell, text: str | None) -> SheetRecord:
    for place in places_now(sheet, then, [cell]):
        sheet = sheet.with_decision(place, text)
    return sheet


def place_in_words(record: SheetRecord, cell: Cell) -> str:
    """Say where a cell is: by the name of its column, if that has one."""
    name = record.layout.names.get(cell[1], "") if record.layout is not None else ""
    return f"row {cell[0] + 1}, {name or f'column {cell[1] + 1}'}"
