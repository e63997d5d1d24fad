"""Teaching a network the hand of sheets from the cells that a person decided, and reading the sheets again."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digitgui.documents.lesson import Lesson, give_lesson
from digitgui.documents.sheet_work import Key, ReadOne, Wanted, Why, key_of, read_all
from model import Dataset, Network
from model.errors import DataFormatError
from model.judging.ensemble import AnyNetwork
from model.sheets.sheet_record import SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["Changes", "SheetLesson", "changes_between", "digits_of_sheets", "teach_and_read"]

CUTTING, TEACHING = 0.1, 0.5
"""Share of the work that is done once the cells are cut, and once the network is taught: for a few sheets."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What reading sheets again has changed in cells that no person has decided.

    Attributes
    ----------
    changed, settled, doubted : int
        Cells that are read otherwise, that are no longer doubtful, and that are doubtful now.
    """

    changed: int = 0
    settled: int = 0
    doubted: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.changed + other.changed, self.settled + other.settled, self.doubted + other.doubted)

    def __str__(self) -> str:
        cells = {0: "no cell", 1: "1 cell"}.get(self.changed, f"{self.changed:,} cells")
        told = [f"{cells} changed"]
        told += [f"{self.settled:,} no longer doubtful"] * (self.settled > 0)
        told += [f"{self.doubted:,} newly doubtful"] * (self.doubted > 0)
        return ", ".join(told)


@dataclass(frozen=True, slots=True, eq=False)
class SheetLesson:
    """What came of teaching, and the sheets as the taught network reads them.

    Attributes
    ----------
    lesson : Lesson
    read : dict of (path, int) to SheetRecord
        With the readings of before in cells that a person had decided.
    changes : Changes
        In all others.
    left : int
        Sheets that could not be read again.
    """

    lesson: Lesson
    read: dict[Key, SheetRecord]
    changes: Changes
    left: int = 0


def changes_between(before: SheetRecord, after: SheetRecord) -> Changes:
    """Count what has changed in cells that no person has decided."""
    cells = [cell for cell in before.places() if cell not in before.decided and not before.is_left_out(cell)]
    doubted = [(before.is_doubtful(cell), after.is_doubtful(cell)) for cell in cells]
    return Changes(
        sum(before.text(cell) != after.text(cell) for cell in cells),
        doubted.count((True, False)),
        doubted.count((False, True)),
    )


def digits_of_sheets(
    network: AnyNetwork, sheets: Sequence[SheetRecord], folder: Path, on_progress: Callable[[float], object]
) -> Dataset:
    """Cut all cells that a person decided into pictures of their digits.

    Parameters
    ----------
    network : Network or Ensemble
    sheets : sequence of SheetRecord
    folder : path
        Names the data set.
    on_progress : callable
        Is given the share that is done; may raise.

    Raises
    ------
    DataFormatError
        If there are none, or the scans cannot be read.
    """
    from model.sheets.cell_digits import as_dataset, digits_of_sheet  # noqa: PLC0415  OpenCV takes a moment
    from model.sheets.scan_files import read_page  # noqa: PLC0415

    cells, problem = [], ""
    for number, sheet in enumerate(sheets):
        on_progress(number / len(sheets))
        if sheet.layout is None or not sheet.decided:
            continue
        try:
            gray = read_page(sheet.file, sheet.page)
            cells += digits_of_sheet(network, gray, sheet.layout, sheet.decided)
        except DataFormatError as error:
            problem = str(error)
    if not cells:
        raise DataFormatError(problem or "no cell that you confirmed or corrected shows the digits of its text")
    return as_dataset(cells, f"cells of {folder.name}", str(folder))


def teach_and_read(
    network: Network,
    name: str,
    sheets: Sequence[SheetRecord],
    folder: Path,
    on_progress: Callable[[float], object],
) -> SheetLesson:
    """Teach a network the hand of sheets, and read them again with it.

    Parameters
    ----------
    network : Network
        Stays as it is.
    name : str
        Its name for the user.
    sheets : sequence of SheetRecord
        Those that have been read.
    folder : path
        Of their project.
    on_progress : callable
        Is given the share that is done; may raise.

    Raises
    ------
    DataFormatError
        If no cell can be cut into digits.
    """
    digits = digits_of_sheets(network, sheets, folder, lambda share: on_progress(CUTTING * share))

    def tell(begin: float, end: float) -> Callable[[float], object]:
        return lambda share: on_progress(begin + (end - begin) * share)

    lesson = give_lesson(network, name, f"taught by {folder.name}", digits, tell(CUTTING, TEACHING))
    wanted = {key_of(sheet): Wanted(sheet, _whole(sheet), Why.AGAIN) for sheet in sheets}
    finished = deque[ReadOne]()
    read_all(wanted, finished, lesson.network, lesson.taught_name, tell(TEACHING, 1.0))
    pairs = [(one.wanted.before, after) for one in finished if (after := _after(one)) is not None]
    changes = sum((changes_between(*pair) for pair in pairs), Changes())
    read = {key_of(after): after for _, after in pairs}
    return SheetLesson(lesson, read, changes, len(sheets) - len(read))


def _whole(sheet: SheetRecord) -> "Layout | None":
    """Have all cells read: some that are left out now may be taken in by the time that all is done."""
    return replace(sheet.layout, left_out=frozenset()) if sheet.layout is not None else None


def _after(one: ReadOne) -> SheetRecord | None:
    """Return a sheet with what was read anew; None if that is not the same table."""
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment

    before, found = one.wanted.before, one.record
    if (found.rows, found.columns) != (before.rows, before.columns):
        return None
    after = fitted(before.with_new_readings(found.cells, found.read_by))
    _ = after.doubtful, after.corrected, after.has_unread_cells  # here, and not in the window's thread
    return after
