"""The sheets that are open: their scans, what is read on them, and the file that keeps all of it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_outcome import Outcome
from digitgui.documents.sheet_reader import SheetReader
from digitgui.documents.sheet_store import SheetStore
from digitgui.documents.sheet_work import Key, Opened, ReadOne, Wanted, Why, key_of, open_sheets
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Safekeeping
from digitgui.work.teller import Teller
from model.sheets.sheet_record import SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetProject", "is_same_form"]

SETTING = "sheets/project"


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
        There are more sheets, or fewer.
    outdated(str)
        What was said of files that are no scans, once these sheets are closed.
    sheet_changed(int)
        More is known of the sheet with this index.
    read_anew()
        All sheets have been read again.
    """

    listed = Signal()
    outdated = Signal(str)
    sheet_changed = Signal(int)
    read_anew = Signal()

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
        self._outcome = Outcome()
        self._no_scans: list[str] = []
        self._to_open: deque[list[Path]] = deque()
        self.opening = Computation[Opened](
            "Opening scans", InThread(BackgroundTasks(activity)), activity, failure="The scans cannot be opened"
        )
        self.opening.done.connect(self._take_opened)
        self.opening.failed.connect(self.failed)
        self.opening.changed.connect(self._open_next)
        self._reader = SheetReader(model, activity, self)
        self._reader.begun.connect(self._begin)
        self._reader.read.connect(self._take)
        self._reader.done.connect(self._tell_outcome)
        self.reading = self._reader.reading
        self.reading.failed.connect(self.failed)
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
            path = self.path if self.sheets else None
            self.opening.ask_anew(open_sheets, paths, path, frozenset(self._indices))

    def close(self) -> None:
        """Have nothing open: everything is in the file of the project."""
        self._to_open.clear()
        while self._no_scans:
            self.outdated.emit(self._no_scans.pop())
        self.opening.cancel()  # what comes late would be taken for all that the project holds
        self._put_away()

    def _put_away(self) -> None:
        self.stop()
        self.path, self.sheets, self._indices = None, [], {}
        self._settings.forget(SETTING)
        self.listed.emit()

    def take_out(self, key: Key) -> None:
        """Have a sheet in the project no longer; its scan stays where it is."""
        index = self.index_of(key)
        if index is None or self.path is None:
            return
        self._reader.drop(key)
        del self.sheets[index]
        self._store.take_out(self.path, key)
        self._list_anew()

    def put_in(self, path: Path, index: int, record: SheetRecord) -> None:
        """Have a sheet that was taken out of a project in its place again, if that project is open."""
        if path == self.path and self.index_of(key_of(record)) is None:
            self.sheets.insert(index, record)
            self._list_anew()
            self.read_rest()

    def _list_anew(self) -> None:
        self._indices = {key_of(sheet): index for index, sheet in enumerate(self.sheets)}
        if self.sheets:
            self._settings.set(SETTING, str(self.path))
        else:
            self._settings.forget(SETTING)
        self._save()
        self.listed.emit()

    def read_rest(self) -> None:
        """Read the sheets of which nothing is known yet, and cells that are new."""
        self._reader.ask([Wanted(sheet, sheet.layout, Why.NEW) for sheet in self.unread])

    def read_again(self) -> None:
        """Read all sheets with the network that is open now; what a person decided stays."""
        self._reader.ask([Wanted(sheet, sheet.layout, Why.AGAIN) for sheet in self.sheets])

    def read_by_layout(self, layout: "Layout", indices: Sequence[int]) -> None:
        """Read sheets by the layout of another one; where it is not found, what was found before stays."""
        self._reader.ask([Wanted(self.sheets[index], layout, Why.BY_LAYOUT) for index in indices])

    def stop(self) -> None:
        """Read no further; what has been read stays."""
        self._reader.stop()

    def put(self, index: int, record: SheetRecord) -> None:
        """Know something else of a sheet, and keep it; cells that are new are read."""
        before, self.sheets[index] = self.sheets[index], record
        self._save()
        self.sheet_changed.emit(index)
        if record.cells is not before.cells:
            self._reader.drop(key_of(record))
            if record.has_unread_cells:
                self._reader.ask([Wanted(record, record.layout, Why.NEW)])
        if record.needs_fit:
            self._fit_next()

    def put_back(self, records: Sequence[SheetRecord]) -> None:
        """Know again what was known of sheets, and read them no further."""
        for record in records:
            index = self.index_of(key_of(record))
            if index is not None:
                self._reader.drop(key_of(record))
                self.put(index, record)
                if not record.is_read and not record.problem:  # its first reading was dropped for another one
                    self._reader.ask([Wanted(record, None, Why.NEW)])

    def _take_opened(self, opened: Opened) -> None:
        if opened.no_scans:
            more = f" {len(opened.no_scans) - 1:,} more files are no scans." * (len(opened.no_scans) > 1)
            self._no_scans.append(f"{opened.no_scans[0]}.{more}")
            self.failed.emit(self._no_scans[-1])
        sheets = opened.kept + [sheet for sheet in opened.new if self.index_of(key_of(sheet)) is None]
        if opened.is_another and not sheets and not opened.note:
            if not opened.no_scans:
                self.noticed.emit(f"{opened.path.name} holds no sheets.")
            return
        if opened.is_another:
            self._put_away()
        self.path = opened.path
        self._store.know(opened.path, sheets)
        self._settings.set(SETTING, str(opened.path))
        there = len(self.sheets)
        self.sheets += sheets
        self._indices = {key_of(sheet): index for index, sheet in enumerate(self.sheets)}
        if opened.note:
            self.failed.emit(opened.note)
        if there and not sheets and not opened.no_scans:
            self.noticed.emit("These scans are open already.")
        if opened.new:
            self._save()
        self.listed.emit()
        self.read_rest()

    def _begin(self) -> None:
        self._outcome = Outcome()

    def _tell_outcome(self) -> None:
        if told := self._outcome.readings_in_words(self._model.name):
            self.noticed.emit(told)
            self.read_anew.emit()
        if told := self._outcome.layout_in_words():
            (self.failed if self._outcome.not_placed else self.noticed).emit(told)

    def _take(self, one: ReadOne) -> None:
        found, wanted, outcome = one.record, one.wanted, self._outcome
        index = self.index_of(key_of(wanted.before))
        if index is None:
            return
        before, asked = self.sheets[index], wanted.before.layout
        if asked and not is_same_form(before.layout, asked):
            return  # that has been taken back meanwhile
        is_foreign = wanted.why is Why.BY_LAYOUT
        if found.problem:
            self._take_problem(index, found, is_foreign=is_foreign)
            return
        layout, decided = before.layout, before.decided
        if is_foreign or layout is None:
            layout = _with_known_of(before, found.layout)
            decided = {cell: decided[old] for cell, old in one.same.items() if old in decided}
            outcome.placed += is_foreign
            outcome.gone += len(before.decided) - len(decided)
        elif wanted.why is Why.AGAIN:
            outcome.again += 1
            outcome.different += sum(
                before.reading(cell).text != found.reading(cell).text for cell in before.places()
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
            self._outcome.not_placed.append(replace(before, problem=found.problem))
            if not before.is_read and not before.problem:
                self._reader.ask([Wanted(before, None, Why.NEW)])
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


def _with_known_of(before: SheetRecord, layout: "Layout | None") -> "Layout | None":
    """Return a layout with the names and checks of before, for columns that have none in it."""
    old = before.layout
    if layout is None or old is None or layout.columns != old.columns:
        return layout
    return layout.with_known_columns({**old.names, **layout.names}, {**old.forms, **layout.forms})


def _fitted(sheet: SheetRecord) -> SheetRecord:
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment

    return fitted(sheet)
