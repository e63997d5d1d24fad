"""What is done with sheets in the background: open their files, and read their cells."""

import logging
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from digitgui.wording import sentence_of
from model.atomic_files import set_aside
from model.errors import CancelledError, DataFormatError, ModelError
from model.judging.ensemble import AnyNetwork
from model.runs.storage import check_reads_digits
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["NEAR", "Key", "Opened", "ReadOne", "Wanted", "Why", "key_of", "open_sheets", "read_all"]

LOGGER = logging.getLogger("digitgui")
Key: TypeAlias = tuple[Path, int]
"""File and page."""
NEAR = 0.35
"""Of the smaller side of a cell: so near, a cell of another layout is taken for the one that a person decided."""


def key_of(sheet: SheetRecord) -> Key:
    """Return what a sheet is known by."""
    return sheet.file, sheet.page


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Sheets that have been opened.

    Attributes
    ----------
    path : path
        The file of their project.
    kept, new : list of SheetRecord
        What was in that file already, and what is not in it yet.
    no_scans : list of str
        Of each file that is no scan, why it is not opened, in a sentence without a point.
    note : str
        What the user should know of it, in a sentence.
    is_another : bool
        Whether it takes the place of the project that is open.
    """

    path: Path
    kept: list[SheetRecord]
    new: list[SheetRecord]
    no_scans: list[str]
    note: str
    is_another: bool


class Why(Enum):
    """Why a sheet is to be read."""

    NEW = "it has cells of which nothing is known"
    AGAIN = "another network may read it otherwise"
    BY_LAYOUT = "the layout of another sheet may be right for it"


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A sheet that is to be read.

    Attributes
    ----------
    before : SheetRecord
        What is known of it.
    layout : Layout or None
        By which it is read; found anew if that is None.
    why : Why
    """

    before: SheetRecord
    layout: "Layout | None"
    why: Why

    def is_like(self, other: "Wanted") -> bool:
        """Whether the same is asked, of the same cells."""
        is_same = self.layout is other.layout and self.before.cells is other.before.cells
        return is_same and self.why is other.why


@dataclass(frozen=True, slots=True, eq=False)
class ReadOne:
    """A sheet that has been read.

    Attributes
    ----------
    wanted : Wanted
    record : SheetRecord
        Holds the layout and the cells, or why there are none.
    same : mapping of (int, int) to (int, int)
        By a layout of another sheet: cells that were here before, and where in the table.
    """

    wanted: Wanted
    record: SheetRecord
    same: Mapping[Cell, Cell] = field(default_factory=dict)


def open_sheets(paths: Sequence[Path], project: Path | None, known: frozenset[Key]) -> Opened:
    """List the pages of scans, with what a project beside them knows already.

    Parameters
    ----------
    paths : sequence of path
        Scans, folders of scans, or a project's file.
    project : path, optional
        Of the project that is open; without it, it is the one beside the first scan.
    known : frozenset of (path, int)
        Sheets that are open.

    Raises
    ------
    ModelError
        If a folder holds no scan, or the project is of a later version.
    OSError
        If the project cannot be read.
    """
    from model.sheets.project_files import PROJECT_NAME  # noqa: PLC0415  OpenCV takes a moment
    from model.sheets.scan_files import find_scans  # noqa: PLC0415

    paths = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100  a/../b.png is b.png, opened twice
    projects = [path for path in paths if path.suffix.lower() == ".json" and not path.is_dir()]
    scans = [path for path in paths if path not in projects]
    kept, note = list[SheetRecord](), ""
    is_another = bool(projects) or project is None
    if projects or project is None:
        beside = paths[0] if paths[0].is_dir() else paths[0].parent
        project = projects[0] if projects else beside / PROJECT_NAME
        kept, note = _kept(project, must_exist=bool(projects))
        kept = _fitted(kept)
        for sheet in kept:
            _ = sheet.doubtful, sheet.corrected, sheet.has_unread_cells  # here, and not in the window's thread
        known = frozenset(map(key_of, kept))
    if len(projects) > 1:
        note = f"{note} Only {project.name} is opened, since one project is open at a time.".strip()
    pages: dict[Key, SheetRecord] = {}  # once each
    no_scans = []
    for file in find_scans(scans):
        try:
            pages |= {key_of(sheet): sheet for sheet in _pages(file)}
        except DataFormatError as error:
            if (file, 1) not in known:
                no_scans.append(sentence_of(error))
    new = [sheet for key, sheet in pages.items() if key not in known]
    return Opened(project, kept, new, no_scans, note, is_another)


def _kept(project: Path, *, must_exist: bool) -> tuple[list[SheetRecord], str]:
    """Read a project; a damaged one is put aside, so that nothing is lost and another one can begin."""
    from model.sheets.project_files import read_project  # noqa: PLC0415

    try:
        sheets, gone = read_project(project)
    except FileNotFoundError:
        if must_exist:
            raise
        return [], ""
    except DataFormatError as error:
        if must_exist:
            raise
        return (
            [],
            f"{sentence_of(error)}. It is now called {set_aside(project).name}, and the scans are read anew.",
        )
    cells = "cells that their sheets do" if gone > 1 else "a cell that its sheet does"
    return sheets, f"{project.name} has decisions about {cells} not have: they are left out." if gone else ""


def _fitted(sheets: list[SheetRecord]) -> list[SheetRecord]:
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment

    return [fitted(sheet) if sheet.needs_fit else sheet for sheet in sheets]


def _pages(file: Path) -> list[SheetRecord]:
    from model.sheets.scan_files import page_count  # noqa: PLC0415

    count = page_count(file)
    return [SheetRecord(file, number, count > 1) for number in range(1, count + 1)]


def read_all(
    wanted: Mapping[Key, Wanted],
    finished: deque[ReadOne],
    network: AnyNetwork,
    name: str,
    on_progress: Callable[[float], object],
) -> None:
    """Read one sheet after the other until no other is wanted.

    Parameters
    ----------
    wanted : mapping of (path, int) to Wanted
        Others may be added or taken out meanwhile; what has been read may stay.
    finished : deque of ReadOne
        Is given each as soon as it has been read.
    network : Network or Ensemble
        Nothing else uses it meanwhile.
    name : str
        What it is called.
    on_progress : callable
        Is given the share of all that is done; may raise.

    Raises
    ------
    ModelFileError
        If the network reads no digits.
    """
    check_reads_digits(network, name)
    done: set[Wanted] = set()
    while waiting := [one for one in list(wanted.values()) if one not in done]:
        one = waiting[0]

        def tell(share: float, one: Wanted = one, count: int = len(waiting)) -> None:
            if wanted.get(key_of(one.before)) is not one:
                raise CancelledError
            on_progress((len(done) + share) / (len(done) + count))

        try:
            tell(0.0)
            finished.append(_read(one, network, name, tell))
        except CancelledError:
            if wanted.get(key_of(one.before)) is one:
                raise
        done.add(one)


def _read(wanted: Wanted, network: AnyNetwork, name: str, tell: Callable[[float], object]) -> ReadOne:
    from model.sheets.form_choice import fitted  # noqa: PLC0415  OpenCV takes a moment
    from model.sheets.same_cells import same_cells  # noqa: PLC0415
    from model.sheets.scan_files import read_page  # noqa: PLC0415
    from model.sheets.sheet_reading import ReadSheet, read_sheet  # noqa: PLC0415

    before = wanted.before
    record = SheetRecord(before.file, before.page, read_by=name)
    keeps = before.read_by == name and wanted.why is not Why.AGAIN
    known = ReadSheet(before.layout, before.cells) if keeps and before.layout is not None else None
    try:
        read = read_sheet(network, read_page(before.file, before.page), wanted.layout, known, tell)
        is_foreign = wanted.why is Why.BY_LAYOUT
        there = before.layout if is_foreign else None
        same = same_cells(read.layout, there, NEAR) if there is not None else {}
        decided = {} if is_foreign else before.decided
        found = fitted(replace(record, layout=read.layout, cells=read.cells, decided=decided))
    except CancelledError:
        raise
    except Exception as error:  # whatever it is, hundreds of other sheets are waiting
        if not isinstance(error, ModelError):
            LOGGER.exception("%s cannot be read", before.name)
        return ReadOne(wanted, replace(record, problem=sentence_of(error)))
    return ReadOne(wanted, found, same)
