"""Where the sheets that are open are kept, and how they get there."""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import filelock

from digitgui.work.safekeeping import Change, Safekeeping
from model.atomic_files import set_aside, unused_path
from model.errors import DataFormatError, ModelFileError
from model.sheets.sheet_record import SheetRecord

__all__ = ["SheetStore"]

LOCK_SECONDS = 10
LARGE = 2_000_000
"""Bytes of a file that is written once in a while, and not for each decision."""
REST_MILLISECONDS = 1_000
Stamp: TypeAlias = tuple[int, int, int]
Page: TypeAlias = tuple[Path, int]


@dataclass(slots=True)
class _File:
    """What is known of a project's file.

    Attributes
    ----------
    known : dict of (path, int) to SheetRecord
        The sheets as this window read or wrote them last.
    written : list of SheetRecord
        What it held after that, with what other windows had written.
    taken_out : set of (path, int)
        What this window has taken out since, and the file may still hold.
    stamp : tuple of int
        By which it is known whether another window has written since.
    """

    known: dict[Page, SheetRecord] = field(default_factory=dict)
    written: list[SheetRecord] = field(default_factory=list)
    taken_out: set[Page] = field(default_factory=set)
    stamp: Stamp | None = None


class SheetStore:
    """Writes a project in the background: whole, and as often as it must be tried.

    Other windows may work on the same project: of each cell, the file has what was said last.

    Parameters
    ----------
    folder : path
        The program's own.
    safekeeping : Safekeeping
    """

    def __init__(self, folder: Path, safekeeping: Safekeeping) -> None:
        self._folder, self._safekeeping = folder / "sheets", safekeeping
        self._files: dict[Path, _File] = {}

    def know(self, path: Path, sheets: Sequence[SheetRecord]) -> None:
        """Note what has been read from a project, or is new in it."""
        file = self._files.setdefault(path, _File())
        file.known = file.known | {(sheet.file, sheet.page): sheet for sheet in sheets}

    def take_out(self, path: Path, page: Page) -> None:
        """Note that a sheet is not to be kept from another window either, unless it is saved again."""
        self._files.setdefault(path, _File()).taken_out.add(page)

    def save(self, path: Path, sheets: Sequence[SheetRecord]) -> None:
        """Write a project soon; of several states only the last."""
        kept = tuple(sheets)
        if path in self._files:
            self._files[path].taken_out.difference_update((sheet.file, sheet.page) for sheet in kept)
        change = Change(
            f"the sheets of {path.parent.name}",
            lambda: self._write(path, kept),
            lambda folder: _write_into(folder / path.name, kept),
        )
        stamp = self._files[path].stamp if path in self._files else None
        is_large = stamp is not None and stamp[2] > LARGE
        self._safekeeping.keep(path, change, REST_MILLISECONDS if is_large else 0)

    def _write(self, path: Path, sheets: Sequence[SheetRecord]) -> None:
        from model.sheets.project_files import save_project  # noqa: PLC0415  OpenCV takes a moment
        from model.sheets.project_merge import merged_sheets  # noqa: PLC0415

        file = self._files.setdefault(path, _File())
        with contextlib.ExitStack() as locked:
            with contextlib.suppress(OSError):  # a folder that cannot be written is no reason to lose corrections
                self._folder.mkdir(parents=True, exist_ok=True)
                try:
                    locked.enter_context(self._lock(path))
                except filelock.Timeout:
                    raise ModelFileError("another window is still writing them") from None
            theirs = file.written if file.stamp is not None and _stamp(path) == file.stamp else _on_disk(path)
            taken_out = file.taken_out.difference((sheet.file, sheet.page) for sheet in sheets)
            theirs = [sheet for sheet in theirs if (sheet.file, sheet.page) not in taken_out]
            together = merged_sheets(sheets, file.known, theirs)
            save_project(path, together)
            file.taken_out -= taken_out
            file.written, file.stamp = together, _stamp(path)
        file.known = {(sheet.file, sheet.page): sheet for sheet in sheets}

    def _lock(self, path: Path) -> filelock.BaseFileLock:
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]  # beside the scans it would be in the way
        return filelock.FileLock(self._folder / f"{name}.lock", timeout=LOCK_SECONDS)


def _stamp(path: Path) -> Stamp | None:
    """Return what changes whenever the file is written."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def _on_disk(path: Path) -> list[SheetRecord]:
    """Read what another window has written; what is damaged is put aside, so that nothing is lost."""
    from model.sheets.project_files import load_project  # noqa: PLC0415

    try:
        return load_project(path)
    except FileNotFoundError:
        return []
    except DataFormatError:
        set_aside(path)
        return []


def _write_into(path: Path, sheets: Sequence[SheetRecord]) -> None:
    from model.sheets.project_files import save_project  # noqa: PLC0415

    save_project(unused_path(path), sheets)
