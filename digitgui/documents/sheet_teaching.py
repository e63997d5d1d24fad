"""Teaching the open network the hand of the sheets that are open, from what a person decided on them."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.lesson import NO_ENSEMBLE, Lesson
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_lesson import Changes, SheetLesson, teach_and_read
from digitgui.documents.sheet_project import SheetProject, is_same_form
from digitgui.documents.sheet_work import Key, key_of
from digitgui.documents.undo_step import UndoStep
from digitgui.wording import sentence_of
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.turns import Task, Turns, Wish
from model.errors import ModelError
from model.judging.ensemble import Ensemble
from model.sheets.cell import LEFT_OUT, Cell, CellReading
from model.sheets.sheet_record import SheetRecord
from model.training.teaching_report import TeachingReport

__all__ = ["LEAST_CELLS", "SheetTeaching"]

LEAST_CELLS = 30
"""Decided cells that are enough: about 80 digits; docs/sheets.md has what they bring."""

Records: TypeAlias = dict[Key, SheetRecord]


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """Sheets are read by a taught network, which a person may use from now on, or else go back.

    Attributes
    ----------
    lesson : Lesson
    changes : Changes
    left : int
        Sheets that could not be read again.
    before : dict of (path, int) to SheetRecord
        The sheets as they were read before.
    project : path
        Of the sheets.
    """

    lesson: Lesson
    changes: Changes
    left: int
    before: Records
    project: Path

    def __str__(self) -> str:
        sheets = "1 sheet" if self.left == 1 else f"{self.left:,} sheets"
        left = f"; {sheets} could not be read again" if self.left else ""
        return f"Read again with this hand: {self.changes}{left}. {_tested(self.lesson.report)}"


class SheetTeaching(Computation[SheetLesson]):
    """Teaches a copy of the open network what a person decided, and reads the other cells again with it.

    What the network reads anew takes the place of the readings before, in one step that can be undone; the open
    network becomes the taught one only if a person says so.

    Signals
    -------
    offered()
        There is an offer, or no longer.
    kept(str)
        One sentence that the user should read; what it tells of can be undone.
    """

    offered = Signal()
    kept = Signal(str)

    def __init__(
        self,
        model: ModelDocument,
        project: SheetProject,
        undo_stack: QUndoStack,
        turns: Turns,
        activity: Activity,
    ) -> None:
        super().__init__(
            "Teaching this hand",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The network cannot be taught",
            tells=True,
            can_cancel=True,
        )
        self._model, self._project, self._undo_stack, self._turns = model, project, undo_stack, turns
        self._offer: Offer | None = None
        turns.watch(Task.TEACHING_SHEETS, lambda: self.is_under_way)
        self.done.connect(self._take_lesson)
        project.listed.connect(self._see_list)

    @property
    def count(self) -> int:
        """How many cells with digits a person has confirmed or corrected, on all sheets."""
        return sum(
            any(sign.isdigit() for sign in text) and not sheet.is_left_out(cell)
            for sheet in self._project.read
            for cell, text in sheet.decided.items()
        )

    @property
    def lack(self) -> str:
        """What is missing for a teaching, in a sentence; empty if nothing is."""
        if isinstance(self._model.network, Ensemble):
            return NO_ENSEMBLE
        if self.count < LEAST_CELLS:
            return (
                f"Confirm or correct at least {LEAST_CELLS} cells before teaching; so far there are {self.count}."
            )
        return ""

    @property
    def offer(self) -> Offer | None:
        """What came of the last teaching, until it is kept or taken back."""
        return self._offer

    def changed_in(self, sheet: SheetRecord) -> dict[Cell, str]:
        """Return what undecided cells that are read differently since the last teaching held before."""
        before = self._offer.before.get(key_of(sheet)) if self._offer is not None else None
        if before is None or not is_same_form(before.layout, sheet.layout):
            return {}
        return {
            cell: before.text(cell)
            for cell in sheet.places()
            if not (cell in sheet.decided or sheet.is_left_out(cell)) and before.text(cell) != sheet.text(cell)
        }

    def teach(self) -> None:
        """Teach a copy of the open network in the background, if enough has been decided."""
        path = self._project.path
        if path is None or self.is_under_way or self._turns.refuses(Wish.TEACH):
            return
        if self.lack:
            self.failed.emit(self.lack)
            return
        network = self._model.network
        assert not isinstance(network, Ensemble)  # it would lack something
        sheets = tuple(self._project.read)
        self.ask_anew(teach_and_read, network.copy(), self._model.name, sheets, path.parent, basis=(path,))

    def keep(self) -> None:
        """Let the taught network be the open one, which reads what is read from now on; can be undone."""
        offer = self.offer
        if offer is None or self._turns.refuses(Wish.OPEN_TAUGHT):
            return
        also = UndoStep("", partial(self._make_offer, None), partial(self._make_offer, offer))
        if offer.lesson.use(self._model, self._undo_stack, self.failed.emit, also):
            self.kept.emit("Now using the taught network, also for sheets that you add.")

    def go_back(self) -> None:
        """Have the readings of before again, and keep the decisions made since; can be undone."""
        offer = self.offer
        if offer is not None:
            after = self._now(offer.before)
            self._undo_stack.push(
                UndoStep(
                    "going back to the readings before",
                    partial(self._put, offer.before, None),
                    partial(self._put, after, offer),
                )
            )

    def keep_aside(self) -> None:
        """Keep a taught network that is neither kept nor taken back among the unsaved ones; raise as a lesson."""
        offer = self.offer
        if offer is not None:
            offer.lesson.keep_aside(self._model)
            self._make_offer(None)

    def save_into(self, folder: Path) -> None:
        """Write a taught network that is neither kept nor taken back into a folder; raise as a lesson."""
        if self.offer is not None:
            self.offer.lesson.save_into(folder)

    def _take_lesson(self, found: SheetLesson) -> None:
        """Put the new readings in the place of those of cells that no person has decided."""
        project, lesson = self._project.path, found.lesson
        self.forget()
        before = {key_of(sheet): sheet for sheet in self._project.read if _is_same(sheet, found)}
        after = {key: _with(sheet, found.read[key]) for key, sheet in before.items()}
        if project is None or not before:
            self.failed.emit("The sheets could not be read again: they are no longer as they were.")
            return
        offer = Offer(lesson, found.changes, found.left + len(found.read) - len(before), before, project)
        if self._undo_stack.canRedo():  # another step would take away what a person has just undone
            self._put(after, offer)
            return
        self._undo_stack.push(
            UndoStep(
                "reading again with this hand",
                partial(self._put, after, offer),
                partial(self._put, before, None),
            )
        )

    def _now(self, records: Records) -> Records:
        """Return these sheets as they are now."""
        return {key_of(sheet): sheet for sheet in self._project.read if key_of(sheet) in records}

    def _put(self, records: Records, offer: Offer | None) -> None:
        """Have readings in the place of others, where a sheet still has the same form; decisions stay."""
        for key, record in records.items():
            index = self._project.index_of(key)
            if index is None or record.layout is None:
                continue
            now = self._project.sheets[index]
            if is_same_form(now.layout, record.layout) and now.cells is not record.cells:
                readings = replace(now, cells=_cells_for(now, record), read_by=record.read_by, fit=record.fit)
                self._project.put(index, readings)
        self._make_offer(offer)

    def _make_offer(self, offer: Offer | None) -> None:
        self._offer = offer
        self.offered.emit()

    def _see_list(self) -> None:
        """Drop what belongs to a project that is no longer open; its network is kept, as those are."""
        if self.is_under_way and self.asked != (self._project.path,):
            self.cancel()
        offer = self._offer
        if offer is None or offer.project == self._project.path:
            return
        try:
            self.keep_aside()
        except ModelError as error:
            self.failed.emit(sentence_of(error))
        self._make_offer(None)


def _is_same(sheet: SheetRecord, found: SheetLesson) -> bool:
    """Return whether the cells that were read anew are those of a sheet as it is now."""
    read = found.read.get(key_of(sheet))
    return read is not None and read.layout is not None and is_same_form(sheet.layout, read.layout)


def _with(sheet: SheetRecord, read: SheetRecord) -> SheetRecord:
    """Return a sheet as it was read anew, or as it is if more has been decided meanwhile."""
    return read if read.decided is sheet.decided else sheet.with_new_readings(read.cells, read.read_by)


def _cells_for(now: SheetRecord, record: SheetRecord) -> list[list[CellReading]]:
    """Return readings for a sheet as it is now; cells that were left out in `record` keep what they have."""
    missing = [cell for cell in now.places() if not now.is_left_out(cell) and _is_empty(record, cell)]
    if not missing:
        return record.cells
    cells = [list(line) for line in record.cells]
    for row, column in missing:
        cells[row][column] = now.cells[row][column]
    return cells


def _is_empty(record: SheetRecord, cell: Cell) -> bool:
    return record.cells[cell[0]][cell[1]] == LEFT_OUT


def _tested(report: TeachingReport) -> str:
    if refusal := report.refusal():
        return f"Better go back: {refusal}."
    if not report.hand_is_held_out:
        return "There were too few digits to hold some back for a test."
    before, after = (int(score.right.sum()) for score in (report.hand_before, report.hand_after))
    return (
        f"Of {report.hand_after.count:,} digits held back for a test, {before:,} were right before, {after:,} now."
    )
