"""The sheets that are open: their scans, what is read on them, and the file that keeps all of it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_store import SheetStore
from digitgui.documents.sheet_work import Key, Opened, ReadOne, Wanted, key_of, open_sheets, read_all
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Safekeeping
from digitgui.work.teller import Teller
from model.sheets.sheet_record import SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetProject", "gone_in_words", "is_same_form"]

SETTING = "sheets/project"
MOST_NAMED = 3
"""Sheets that a sentence names."""


class SheetProject(Teller):
    """Opens scans, has them read one after the other, and keeps what came of it in a file beside them.

    Attributes
    ----------
    path : path or None
        Of the file; None while nothing is open.
    sheets : list of SheetRecord
        In the order in which they were added.
    opening : Computation
        Lists the pages of scans.
    reading : Computation
        Reads what waits to be read.
    fitting : Computation
        Chooses among readings by the forms of columns.

    Signals
    -------
    listed()
        There are more sheets, or none any more.
    sheet_changed(int)
        More is known of the sheet with this index.
    """

    listed = Signal()
    sheet_changed = Signal(int)

    def __init__(
        self,
        settings: Settings,
        model: ModelDocument,
        safekeeping: Safekeeping,
        activity: Activity,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._model = settings, model
        self._store = SheetStore(settings.folder, safekeeping)
        self.path: Path | None = None
        self.sheets: list[SheetRecord] = []
        self._indices: dict[Key, int] = {}
        self._waiting: deque[Wanted] = deque()
        self._finished: deque[ReadOne] = deque()
        self._asked: dict[Key, Wanted] = {}
        self._differences: list[int] = []  # cells that are read otherwise, for each sheet that is read again
        self._placed, self._not_placed = 0, list[SheetRecord]()  # sheets by a layout of another
        self._gone = 0  # cells that a person decided, and that are not in that layout
        self._to_open: deque[list[Path]] = deque()
        self.opening = Computation[Opened](
            "Opening scans", InThread(BackgroundTasks(activity)), activity, failure="The scans cannot be opened"
        )
        self.opening.done.connect(self._take_opened)
        self.opening.failed.connect(self.failed)
        self.opening.changed.connect(self._open_next)
        self.reading = Computation[None](
            "Reading sheets",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The sheets cannot be read",
            tells=True,
            can_cancel=True,
        )
        self.reading.progressed.connect(self._take_finished)
        self.reading.done.connect(self._see_end)
        self.reading.failed.connect(self.failed)
        self.reading.changed.connect(self._see_reading)
        self.fitting = Computation[SheetRecord](
            "", InThread(BackgroundTasks(activity)), activity, failure="The checks cannot be made"
        )
        self.fitting.done.connect(self._take_fitted)
        self.fitting.failed.connect(self.failed)

    @property
    def unread(self) -> list[SheetRecord]:
        """The sheets of which nothing is known yet, or that have new cells."""
        return [
            sheet for sheet in self.sheets if sheet.has_unread_cells or (not sheet.is_read and not sheet.problem)
        ]

    @property
    def read(self) -> list[SheetRecord]:
        """The sheets that have a table."""
        return [sheet for sheet in self.sheets if sheet.is_read]

    def index_of(self, key: Key) -> int | None:
        """Return which sheet this is; None if it is not open."""
        return self._indices.get(key)

    def restore(self) -> None:
        """Open what was open last, if it is still there."""
        found = self._settings.text(SETTING)
        if found and self.path is None and Path(found).exists():
            self.add([Path(found)])

    def add(self, paths: Sequence[Path]) -> None:
        """Open scans, folders of scans, or the file of a project, and read what has not been read."""
        if paths:
            self._to_open.append(list(paths))
            self._open_next()

    def _open_next(self) -> None:
        if self._to_open and not self.opening.is_under_way:
            paths = self._to_open.popleft()
            self.opening.ask_anew(open_sheets, paths, self.path, frozenset(self._indices))

    def close(self) -> None:
        """Have nothing open: everything is in the file of the project."""
        self._to_open.clear()
        self.opening.cancel()  # what comes late would be taken for all that the project holds
        self._put_away()

    def _put_away(self) -> None:
        self.stop()
        self.path, self.sheets, self._indices = None, [], {}
        self._settings.forget(SETTING)
        self.listed.emit()

    def read_rest(self) -> None:
        """Read the sheets of which nothing is known yet, and cells that are new."""
        self._read([self._wanted(sheet) for sheet in self.unread])

    def read_again(self) -> None:
        """Read all sheets with the network that is open now; what a person decided stays."""
        self._read([Wanted(sheet, sheet.layout, is_told=True) for sheet in self.sheets])

    def read_by_layout(self, layout: "Layout", indices: Sequence[int]) -> None:
        """Read sheets by the layout of another one; where it is not found, what was found before stays."""
        name = self._model.name
        sheets = [self.sheets[index] for index in indices]
        self._read([Wanted(sheet, layout, keeps=sheet.read_by == name, is_foreign=True) for sheet in sheets])

    def _wanted(self, sheet: SheetRecord) -> Wanted:
        """Ask for what is not known of a sheet; cells that another network read are read with it."""
        return Wanted(sheet, sheet.layout, keeps=sheet.read_by == self._model.name)

    def stop(self) -> None:
        """Read no further; what has been read stays."""
        self.reading.cancel()
        self._take_finished()

    def put(self, index: int, record: SheetRecord) -> None:
        """Know something else of a sheet, and keep it; cells that are new are read."""
        before, self.sheets[index] = self.sheets[index], record
        self._save()
        self.sheet_changed.emit(index)
        if record.cells is not before.cells:
            self._drop(record)
            if record.has_unread_cells:
                self._read([self._wanted(record)])
        if record.needs_fit:
            self._fit_next()

    def put_back(self, records: Sequence[SheetRecord]) -> None:
        """Know again what was known of sheets, and read them no further."""
        for record in records:
            index = self.index_of(key_of(record))
            if index is not None:
                self._drop(record)
                self.put(index, record)
                if not record.is_read and not record.problem:  # its first reading was dropped for another one
                    self._read([self._wanted(record)])

    def _take_opened(self, opened: Opened) -> None:
        if opened.is_another:
            self._put_away()
        self.path = opened.path
        sheets = opened.kept + opened.new
        self._store.know(opened.path, sheets)
        self._settings.set(SETTING, str(opened.path))
        there = len(self.sheets)
        self.sheets += sheets
        self._indices = {key_of(sheet): index for index, sheet in enumerate(self.sheets)}
        if opened.note:
            self.failed.emit(opened.note)
        problems = [sheet.problem for sheet in sheets if sheet.problem and not sheet.read_by]
        if problems:
            more = f" {len(problems) - 1:,} more files cannot be read." * (len(problems) > 1)
            self.failed.emit(f"{problems[0]}.{more}")
        elif there and not sheets:
            self.noticed.emit("These scans are open already.")
        if opened.new:
            self._save()
        self.listed.emit()
        self.read_rest()

    def _read(self, wanted: list[Wanted]) -> None:
        for one in wanted:
            key = key_of(one.before)
            if key not in self._asked or not self._asked[key].is_like(one):
                self._drop(one.before)
                self._asked[key] = one
                self._waiting.append(one)
        if self._waiting and not self.reading.is_under_way:
            if wanted:
                self._differences, self._placed, self._not_placed, self._gone = [], 0, [], 0
            network, name = self._model.network.copy(), self._model.name
            self.reading.ask_anew(read_all, self._waiting, self._finished, network, name)

    def _drop(self, sheet: SheetRecord) -> None:
        """Read a sheet no further as it was to be read."""
        asked = self._asked.pop(key_of(sheet), None)
        if asked is not None:
            asked.is_dropped = True

    def _see_reading(self) -> None:
        if not self.reading.is_under_way:  # it may have been cancelled, and its thread still holds what waited
            self._waiting, self._asked = deque(), {}

    def _see_end(self) -> None:
        self._take_finished()
        if self._waiting:  # added while the thread was about to end
            self._read([])
            return
        if self._differences:
            count, sheets = sum(self._differences), len(self._differences)
            where = "the sheet" if sheets == 1 else f"{sheets:,} sheets"
            what = "no cell is" if not count else "1 cell is" if count == 1 else f"{count:,} cells are"
            self.noticed.emit(f"Read {where} again with {self._model.name}: {what} read differently.")
        what = "It" if self._not_placed else "The layout"
        used = f"{what} is used on {_sheets(self._placed)}." if self._placed else ""
        told = f"{used} {gone_in_words(self._gone)}".strip()
        if self._not_placed:
            self.failed.emit(f"{_not_found(self._not_placed)} {told}".strip())
        elif told:
            self.noticed.emit(told)

    def _take_finished(self) -> None:
        """Take in what has been read so far."""
        while self._finished:
            one = self._finished.popleft()
            key = key_of(one.wanted.before)
            index = self._indices.get(key)
            if self._asked.get(key) is one.wanted:
                del self._asked[key]
            if index is not None and not one.wanted.is_dropped:
                self._take(index, one)

    def _take(self, index: int, one: ReadOne) -> None:
        before, found, wanted = self.sheets[index], one.record, one.wanted
        asked = wanted.before.layout
        if asked and not is_same_form(before.layout, asked):
            return  # that has been taken back meanwhile
        if found.problem:
            self._take_problem(index, found, is_foreign=wanted.is_foreign)
            return
        layout, decided = before.layout, before.decided
        if wanted.is_foreign or layout is None:
            layout, self._placed = found.layout, self._placed + wanted.is_foreign
            decided = {cell: decided[old] for cell, old in one.same.items() if old in decided}
            self._gone += len(before.decided) - len(decided)
        elif wanted.is_told:
            self._differences.append(
                sum(before.reading(cell).text != found.reading(cell).text for cell in before.places())
            )
        self.put(
            index,
            replace(
                before,
                layout=layout,
                cells=found.cells,
                decided=decided,
                read_by=found.read_by,
                problem="",
                fit=found.fit,
            ),
        )

    def _take_problem(self, index: int, found: SheetRecord, *, is_foreign: bool) -> None:
        """Note why a sheet could not be read; what was found before stays."""
        before = self.sheets[index]
        if is_foreign:
            self._not_placed.append(replace(before, problem=found.problem))
            if not before.is_read and not before.problem:
                self._read([Wanted(before)])
        elif before.is_read:
            self.failed.emit(f"{before.name} cannot be read again: {found.problem}.")
        else:
            self.put(index, replace(before, problem=found.problem, read_by=found.read_by))

    def _fit_next(self) -> None:
        """Choose among the readings of a sheet by the forms of its columns, where that is to be done."""
        sheet = next((sheet for sheet in self.sheets if sheet.needs_fit), None)
        if sheet is not None and not self.fitting.is_under_way:
            self.fitting.ask_anew(_fitted, sheet)

    def _take_fitted(self, fitted: SheetRecord) -> None:
        index = self._indices.get(key_of(fitted))
        if index is not None:
            after = replace(self.sheets[index], fit=fitted.fit)
            if not after.needs_fit:  # it may have changed meanwhile
                self.sheets[index] = after
                self.sheet_changed.emit(index)
        self._fit_next()

    def _save(self) -> None:
        """Write everything soon."""
        if self.path is not None:
            self._store.save(self.path, self.sheets)


def is_same_form(layout: "Layout | None", other: "Layout | None") -> bool:
    """Return whether the cells of a sheet lie where they lay, so that what was read there is of the same cells."""
    if layout is None or other is None:
        return layout is other
    return layout.nodes is other.nodes and layout.header_rows == other.header_rows


def _fitted(sheet: SheetRecord) -> SheetRecord:
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment

    return fitted(sheet)


def _sheets(count: int) -> str:
    return f"{count:,} sheets" if count != 1 else "1 sheet"


def gone_in_words(count: int) -> str:
    """Say how many decisions another layout has left out; empty if none."""
    if count > 1:
        return f"{count:,} cells that you had decided are gone or read anew: Undo brings them back."
    return "1 cell that you had decided is gone or read anew: Undo brings it back." if count else ""


def _not_found(sheets: Sequence[SheetRecord]) -> str:
    """Say on which sheets a layout was not found."""
    names = ", ".join(sheet.name for sheet in sheets[:MOST_NAMED])
    more = f" and {len(sheets) - MOST_NAMED:,} more" if len(sheets) > MOST_NAMED else ""
    why = f": {sheets[0].problem}" if len(sheets) == 1 else ""
    return f"The layout is not found on {names}{more}{why}. What was found there before stays."
