"""The tables of the sheets that are open, as files for other programs."""

import json
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

from PySide6.QtCore import QObject

from digitgui.documents.sheet_project import SheetProject
from digitgui.work.background import BackgroundTasks
from digitgui.work.teller import Teller
from model.atomic_files import write_atomically
from model.sheets.sheet_record import SheetRecord
from model.sheets.table_files import headed, named_source, write_table

__all__ = ["SheetTables"]


class SheetTables(Teller):
    """Writes tables in the background, and says what is still doubtful in them.

    Parameters
    ----------
    project : SheetProject
    tasks : BackgroundTasks
        Do the writing.
    """

    def __init__(self, project: SheetProject, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self._tasks = project, tasks

    def save(self, path: Path) -> None:
        """Write all sheets that have been read, in the form that the ending of the name says.

        Several sheets become one table, whose first column says where a row comes from.
        """
        sheets = tuple(self._project.read)
        unread = len(self._project.sheets) - len(sheets)

        def tell(doubtful: int) -> None:
            told = [f"Saved {path.name}"]
            if doubtful:
                told.append(
                    f"{doubtful:,} cells are still doubtful" if doubtful > 1 else "1 cell is still doubtful"
                )
            if unread:
                told.append(f"{unread:,} sheets are not in it" if unread > 1 else "1 sheet is not in it")
            self.noticed.emit(f"{'; '.join(told)}.")

        self._tasks.start(lambda: _write(path, sheets), tell, self.report)

    def give(self, sheet: SheetRecord, receive: Callable[[list[list[str]]], object]) -> None:
        """Hand over the table of a sheet: a moment later, if its checks are still to be made."""
        if sheet.needs_fit:
            self._tasks.start(lambda: _fitted(sheet).table, receive, self.report)
        else:
            receive(sheet.table)


def _write(path: Path, sheets: Sequence[SheetRecord]) -> int:
    """Write a file; return how many of its cells are doubtful."""
    sheets = [_fitted(sheet) for sheet in sheets]
    if path.suffix.lower() == ".json":
        content = {"sheets": [sheet.as_dict() for sheet in sheets]}
        write_atomically(path, f"{json.dumps(content, indent=1)}\n".encode())
    elif len(sheets) == 1:
        write_table(path, sheets[0].table)
    else:
        files = [sheet.file for sheet in sheets]
        named = [(_source(sheet, files), sheet.texts) for sheet in sheets]
        rows = [[source, *row] for source, texts in named for row in texts]
        write_table(path, [*(["source", *names] for names in headed(_names(sheets))), *rows])
    return sum(len(sheet.doubtful) for sheet in sheets)


def _fitted(sheet: SheetRecord) -> SheetRecord:
    """Return a sheet with its checks made: they may be under way still."""
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment

    return fitted(sheet)


def _names(sheets: Sequence[SheetRecord]) -> list[str]:
    """Return what columns are called: by the first sheet that names them."""
    each = [sheet.layout.column_names for sheet in sheets if sheet.layout is not None]
    return [next(filter(None, names), "") for names in zip_longest(*each, fillvalue="")]


def _source(sheet: SheetRecord, files: Sequence[Path]) -> str:
    return named_source(sheet.file, sheet.page if sheet.is_one_of_several else None, files)
