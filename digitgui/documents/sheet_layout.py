"""Where the cells of a sheet are and what is known of its columns: put right by hand, kept, used elsewhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.sheet_project import SheetProject
from digitgui.documents.sheet_review import SheetReview, place_in_words, places_now
from digitgui.documents.sheet_work import key_of
from digitgui.documents.undo_step import UndoStep
from digitgui.work.background import BackgroundTasks
from digitgui.work.teller import Teller
from model.sheets.column_forms import ColumnForm
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout
    from model.sheets.layout_edits import EditedLayout

__all__ = ["AXES", "COLUMN", "ROW", "SheetLayout", "lost_in_words"]

ROW, COLUMN = 0, 1
"""Axes: lines between rows run across the table, lines between columns run down."""
AXES = "row", "column"


class SheetLayout(Teller):
    """Changes the layout of the sheet that is looked at; all of it can be undone.

    Rows are counted from 0 without header rows, as cells are; lines are counted with those of header rows.

    Parameters
    ----------
    project, review : SheetProject, SheetReview
    undo_stack : QUndoStack
    tasks : BackgroundTasks
        Read and write files.

    Signals
    -------
    offered(str, callable, str)
        A sentence that the user should read, what can be done about it, and the words for that.
    """

    offered = Signal(str, object, str)

    def __init__(
        self,
        project: SheetProject,
        review: SheetReview,
        undo_stack: QUndoStack,
        tasks: BackgroundTasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._review, self._undo_stack, self._tasks = project, review, undo_stack, tasks

    @property
    def layout(self) -> "Layout | None":
        """Of the sheet that is looked at."""
        record = self._review.record
        return record.layout if record is not None else None

    @property
    def others(self) -> int:
        """How many sheets there are besides."""
        return max(0, len(self._project.sheets) - 1)

    # lines

    def take(self, text: str, edit: "EditedLayout") -> None:
        """Have the cells where a person has dragged a corner or a line."""
        self._edit(text, lambda _before: edit)

    def add_line(self, axis: int, index: int, share: float = 0.5) -> None:
        """Split a row or a column in two; ``share`` of it is the first part."""
        from model.sheets.layout_edits import with_line_added  # noqa: PLC0415

        self._edit(
            f"splitting {AXES[axis]} {index + 1}",
            lambda layout: with_line_added(layout, axis, index + self._before_first(axis), share),
        )

    def remove_line(self, axis: int, line: int) -> None:
        """Take a line away: 0 is the first of all; the outer ones take a row or column with them."""
        from model.sheets.layout_edits import without_line  # noqa: PLC0415

        if self.layout is not None:
            text = _without_line_in_words(self.layout, axis, line)
            self._edit(text, lambda layout: without_line(layout, axis, line))

    def add_outside(self, axis: int, *, at_end: bool) -> None:
        """Add a row or a column before the first or after the last one."""
        from model.sheets.layout_edits import with_row_or_column_added  # noqa: PLC0415

        self._edit(f"adding a {AXES[axis]}", lambda layout: with_row_or_column_added(layout, axis, at_end=at_end))

    def set_header(self, rows: int) -> None:
        """Say how many rows at the top hold titles, which are not read."""
        from model.sheets.layout_edits import with_header_rows  # noqa: PLC0415

        layout = self.layout
        if layout is not None and rows != layout.header_rows and 0 <= rows < len(layout.nodes) - 1:
            self._edit("the header rows", lambda layout: with_header_rows(layout, rows))

    def _before_first(self, axis: int) -> int:
        return self.layout.header_rows if axis == ROW and self.layout is not None else 0

    def _edit(self, text: str, make: "Callable[[Layout], EditedLayout | None]") -> None:
        from model.sheets.layout_edits import edited  # noqa: PLC0415

        self._review.keep_typed()
        before, cell = self._review.record, self._review.cell
        edit = make(before.layout) if before is not None and before.layout is not None else None
        if before is None or edit is None:
            return
        after = edited(before, edit)
        self._review.push(text, lambda _sheet: after, lambda _sheet: before)
        if cell is not None and cell[0] in edit.rows and cell[1] in edit.columns:
            self._review.choose((edit.rows.index(cell[0]), edit.columns.index(cell[1])))
        lost = lost_in_words(before, after, edit)
        if lost:
            self.noticed.emit(lost)

    # what is left out, names, forms

    def leave_out(self, cells: Sequence[Cell], *, left_out: bool) -> None:
        """Say that cells hold nothing to read, or do."""
        record = self._review.record
        if record is None or record.layout is None:
            return
        changed = [cell for cell in cells if record.is_left_out(cell) != left_out]
        if not changed:
            return
        what = place_in_words(record, changed[0]) if len(changed) == 1 else f"{len(changed):,} cells"
        self._review.push(
            f"{'leaving out' if left_out else 'taking in'} {what}",
            partial(_with_left_out, then=record.layout, cells=changed, left_out=left_out),
            partial(_with_left_out, then=record.layout, cells=changed, left_out=not left_out),
        )

    def rename(self, column: int, name: str) -> None:
        """Give a column another name, or none."""
        from model.sheets.layout import LONGEST_NAME  # noqa: PLC0415

        layout, name = self.layout, " ".join(name.split())[:LONGEST_NAME]
        if layout is None or name == layout.names.get(column, ""):
            return
        names = {number: one for number, one in layout.names.items() if number != column}
        self._change_known(f"naming column {column + 1}", names=names | ({column: name} if name else {}))

    def set_forms(self, columns: Iterable[int], form: ColumnForm) -> None:
        """Say what is known of columns; a form that says nothing takes their checks away."""
        layout = self.layout
        if layout is None:
            return
        chosen = sorted(columns)
        forms = {column: one for column, one in layout.forms.items() if column not in chosen}
        if form != ColumnForm():
            forms |= dict.fromkeys(chosen, form)
        if forms != layout.forms:
            numbers = ", ".join(str(column + 1) for column in chosen)
            self._change_known(f"the checks of column {numbers}", forms=forms)

    def _change_known(self, text: str, **known: Mapping[int, Any]) -> None:
        layout = self.layout
        assert layout is not None
        before = {name: getattr(layout, name) for name in known}
        change = partial(_with_known, columns=layout.columns)
        self._review.push(text, partial(change, known=known), partial(change, known=before))
        layout = self.layout
        others = self._others_for(layout) if layout is not None else []
        if others:
            words = f"Use on all {len(others) + 1:,} sheets"
            do = partial(self.use_known_columns, layout)
            self.offered.emit("Names and checks hold for this sheet only.", do, words)

    def use_known_columns(self, here: "Layout | None") -> None:
        """Use names and checks of a layout on all sheets with as many columns; nothing is read again.

        Columns that have none in it keep those that they have. It can be undone.
        """
        before = {key_of(sheet): sheet.layout for sheet in self._others_for(here)} if here is not None else {}
        if here is None or not before:
            self.noticed.emit("All sheets with as many columns have these names and checks.")
            return

        def put(*, is_back: bool = False) -> None:
            for key, old in before.items():
                index = self._project.index_of(key)
                if index is not None and old is not None:
                    then = old if is_back else old.with_known_columns(here.names, here.forms)
                    sheet = self._project.sheets[index]
                    after = _with_known(sheet, old.columns, {"names": then.names, "forms": then.forms})
                    self._project.put(index, after)

        step = UndoStep("using names and checks on all sheets", put, partial(put, is_back=True))
        self._undo_stack.push(step)
        count = len(before)
        self.noticed.emit(f"Names and checks are used on {count:,} other sheet{'s' * (count != 1)}.")

    def _others_for(self, here: "Layout") -> list[SheetRecord]:
        """Return the sheets on which names and checks of a layout can be used, and are not."""
        return [
            sheet
            for sheet in self._project.read
            if sheet.layout is not None
            and sheet.layout.columns == here.columns
            and sheet.layout.with_known_columns(here.names, here.forms) is not sheet.layout
        ]

    def likely_form(self, columns: Iterable[int]) -> ColumnForm | None:
        """Find the form that nearly all confident readings of columns have; None if they have none."""
        from model.sheets.form_words import likely_form  # noqa: PLC0415

        record = self._review.record
        if record is None:
            return None
        return likely_form(
            [[_sure_text(record, (row, column)) for row in range(record.rows)] for column in columns]
        )

    # files and other sheets

    def use_for_others(self) -> None:
        """Find this layout on all other sheets, and read them by it; can be undone."""
        here = self._review.index
        self._use(
            "using the layout for the other sheets", self.layout, [i for i in range(self.others + 1) if i != here]
        )

    def save(self, path: Path) -> None:
        """Write the layout to a file."""
        from model.sheets.layout import save_layout  # noqa: PLC0415

        layout = self.layout
        if layout is not None:
            self._tasks.start(
                lambda: save_layout(path, layout),
                lambda _done: self.noticed.emit(f"Saved {path.name}."),
                self.report,
            )

    def open(self, path: Path) -> None:
        """Read this sheet by the layout in a file; can be undone."""
        from model.sheets.layout import load_layout  # noqa: PLC0415

        record = self._review.record
        if record is None:
            return
        key = key_of(record)

        def use(layout: "Layout") -> None:
            index = self._project.index_of(key)
            if index is not None:
                self._use(f"using {path.name}", layout, [index])

        self._tasks.start(lambda: load_layout(path), use, self.report)

    def _use(self, text: str, layout: "Layout | None", indices: Sequence[int]) -> None:
        before = [self._project.sheets[index] for index in indices]
        if layout is None or not before:
            return
        keys = [key_of(sheet) for sheet in before]

        def do() -> None:
            there = [index for key in keys if (index := self._project.index_of(key)) is not None]
            self._project.read_by_layout(layout, there)

        self._undo_stack.push(UndoStep(text, do, lambda: self._project.put_back(before)))


def lost_in_words(before: SheetRecord, after: SheetRecord, edit: "EditedLayout") -> str:
    """Say what a change of the layout took away; empty if that is nothing."""
    from model.sheets.layout_edits import lost_checks  # noqa: PLC0415

    assert before.layout is not None
    cells, columns = len(before.decided) - len(after.decided), lost_checks(before.layout, edit)
    lost = []
    if cells:
        lost.append(
            f"{cells:,} cells that you had decided are gone or read anew"
            if cells > 1
            else "1 cell that you had decided is gone or read anew"
        )
    if columns:
        numbers = ", ".join(str(column + 1) for column in columns)
        lost.append(f"checks of column {numbers} that no longer fit are gone")
    told = "; ".join(lost)
    return f"{told[0].upper()}{told[1:]}: Undo brings them back." if lost else ""


def _without_line_in_words(layout: "Layout", axis: int, line: int) -> str:
    """Say what happens when a line is taken away."""
    word, header = AXES[axis], layout.header_rows if axis == ROW else 0
    last = len(layout.nodes.swapaxes(0, axis)) - 1
    if line in (0, last):
        return "cutting off a row of titles" if line < header else f"cutting off {word} {max(1, line - header)}"
    if line < header:
        return "joining rows of titles"
    if line == header:
        return "joining row 1 with the titles"
    return f"joining {word}s {line - header} and {line - header + 1}"


def _with_known(sheet: SheetRecord, columns: int, known: Mapping[str, Any]) -> SheetRecord:
    if sheet.layout is None or sheet.layout.columns != columns:
        return sheet
    return replace(sheet, layout=replace(sheet.layout, **known))


def _with_left_out(sheet: SheetRecord, then: "Layout", cells: Sequence[Cell], *, left_out: bool) -> SheetRecord:
    from model.sheets.layout_edits import with_unread  # noqa: PLC0415

    cells = places_now(sheet, then, cells)
    if not cells:
        return sheet
    after = sheet.with_left_out(*cells, left_out=left_out)
    return after if left_out else with_unread(after, cells)


def _sure_text(record: SheetRecord, cell: Cell) -> str:
    """Return what surely stands in a cell, before any form had a say; empty if that is not sure."""
    reading = record.cells[cell[0]][cell[1]]
    if record.is_left_out(cell):
        return ""
    return record.decided.get(cell, "" if reading.is_doubtful else reading.text)
