"""The sheets that are open: their scans, what is read on them, and the file that keeps all of it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_work import Key, Opened, ReadOne, Wanted, key_of, open_sheets, read_all
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from model.atomic_files import unused_path
from model.sheets.sheet_record import SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["SheetProject"]

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
        self._settings, self._model, self._safekeeping = settings, model, safekeeping
        self.path: Path | None = None
        self.sheets: list[SheetRecord] = []
        self._indices: dict[Key, int] = {}
        self._waiting: deque[Wanted] = deque()
        self._finished: deque[ReadOne] = deque()
        self._differences: list[int] = []  # cells that are read otherwise, for each sheet that is read again
        self.opening = Computation[Opened](
            "Opening scans", InThread(BackgroundTasks(activity)), activity, failure="The scans cannot be opened"
        )
        self.opening.done.connect(self._take_opened)
        self.opening.failed.connect(self.failed)
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

    @property
    def unread(self) -> list[SheetRecord]:
        """The sheets of which nothing is known yet."""
        return [sheet for sheet in self.sheets if not sheet.is_read and not sheet.problem]

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
        if not paths:
            return
        if self.opening.is_under_way:
            self.opening.afterwards(lambda: self.add(paths))
            return
        if any(path.suffix.lower() == ".json" for path in paths):
            self.close()
        self.opening.ask_anew(open_sheets, list(paths), self.path, frozenset(self._indices))

    def close(self) -> None:
        """Have nothing open: everything is in the file of the project."""
        self.stop()
        self.path, self.sheets, self._indices = None, [], {}
        self._settings.forget(SETTING)
        self.listed.emit()

    def read_rest(self) -> None:
        """Read the sheets of which nothing is known yet."""
        self._read([Wanted(sheet.file, sheet.page) for sheet in self.unread])

    def read_again(self) -> None:
        """Read all sheets with the network that is open now; what a person decided stays."""
        self._read([Wanted(sheet.file, sheet.page, sheet.layout) for sheet in self.sheets])

    def read_by_layout(self, index: int, layout: "Layout") -> None:
        """Read a sheet by a layout that a person has put right."""
        self._read([Wanted(*key_of(self.sheets[index]), layout)])

    def stop(self) -> None:
        """Read no further; what has been read stays."""
        self.reading.cancel()
        self._take_finished()

    def put(self, index: int, record: SheetRecord) -> None:
        """Know something else of a sheet, and keep it."""
        self.sheets[index] = record
        self._save()
        self.sheet_changed.emit(index)

    def _take_opened(self, opened: Opened) -> None:
        self.path = opened.path
        self._settings.set(SETTING, str(opened.path))
        there = len(self.sheets)
        self.sheets += opened.sheets
        self._indices = {key_of(sheet): index for index, sheet in enumerate(self.sheets)}
        if opened.note:
            self.failed.emit(opened.note)
        problems = [sheet.problem for sheet in opened.sheets if sheet.problem and not sheet.read_by]
        if problems:
            more = f" {len(problems) - 1:,} more files cannot be read." * (len(problems) > 1)
            self.failed.emit(f"{problems[0]}.{more}")
        elif there and not opened.sheets:
            self.noticed.emit("These scans are open already.")
        self._save()
        self.listed.emit()
        self.read_rest()

    def _read(self, wanted: list[Wanted]) -> None:
        there = {(one.file, one.page) for one in self._waiting}
        self._waiting.extend(one for one in wanted if (one.file, one.page) not in there)
        if self._waiting and not self.reading.is_under_way:
            self._differences = []
            network, name = self._model.network.copy(), self._model.name
            self.reading.ask_anew(read_all, self._waiting, self._finished, network, name)

    def _see_reading(self) -> None:
        if not self.reading.is_under_way:  # it may have been cancelled, and its thread still holds what waited
            self._waiting = deque()

    def _see_end(self) -> None:
        self._take_finished()
        if self._waiting:  # added while the thread was about to end
            self._read([])
        elif self._differences:
            count, sheets = sum(self._differences), len(self._differences)
            where = "the sheet" if sheets == 1 else f"{sheets:,} sheets"
            what = "no cell is" if not count else "1 cell is" if count == 1 else f"{count:,} cells are"
            self.noticed.emit(f"Read {where} again with {self._model.name}: {what} read differently.")

    def _take_finished(self) -> None:
        """Take in what has been read so far."""
        while self._finished:
            one = self._finished.popleft()
            index = self._indices.get((one.wanted.file, one.wanted.page))
            if index is not None:
                self._take(index, one)

    def _take(self, index: int, one: ReadOne) -> None:
        before, found, asked = self.sheets[index], one.record, one.wanted.layout
        if asked and not _is_same_form(before.layout, asked):
            return  # that has been taken back meanwhile
        if found.problem:
            if before.is_read:  # which stays
                self.failed.emit(f"{before.name} cannot be read again: {found.problem}.")
                return
            self.put(index, replace(before, problem=found.problem, read_by=found.read_by))
            return
        if before.is_read and (before.rows, before.columns) == (found.rows, found.columns):
            self._differences.append(
                sum(before.reading(cell).text != found.reading(cell).text for cell in before.places())
            )
        layout, inside = found.layout, set(found.places())
        if layout is not None and before.layout is not None:  # cells may have been left out meanwhile
            layout = replace(layout, left_out=before.layout.left_out)
        decided = {cell: text for cell, text in before.decided.items() if cell in inside}
        self.put(
            index,
            replace(before, layout=layout, cells=found.cells, decided=decided, read_by=found.read_by, problem=""),
        )

    def _save(self) -> None:
        """Write everything soon."""
        path, sheets = self.path, tuple(self.sheets)
        if path is not None:
            change = Change(
                f"the sheets of {path.parent.name}",
                lambda: _save(path, sheets),
                lambda folder: _save(unused_path(folder / path.name), sheets),
            )
            self._safekeeping.keep(path, change)


def _is_same_form(layout: "Layout | None", other: "Layout") -> bool:
    return layout is not None and layout.nodes is other.nodes and layout.header_rows == other.header_rows


def _save(path: Path, sheets: Sequence[SheetRecord]) -> None:
    from model.sheets.project_files import save_project  # noqa: PLC0415  OpenCV takes a moment

    save_project(path, sheets)
