"""A project of sheets as a file beside the scans: layouts, readings and corrections, as JSON."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from model.atomic_files import write_atomically
from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import DataFormatError, VersionError
from model.plain_values import read_known
from model.sheets.cell_reading import CellReading
from model.sheets.layout import Layout
from model.sheets.sheet_record import SheetRecord

__all__ = ["PROJECT_NAME", "load_project", "read_project", "save_project"]

PROJECT_NAME = "digitgui-sheets.json"
"""Of the file in the folder of the scans."""
FORMAT = 1
MOST_BYTES = 500_000_000
BEGIN = re.compile(r'\s*\{\s*"format"\s*:\s*(\d+)\s*,\s*"sheets"\s*:\s*\[')
GAP, END = re.compile(r"[\s,]*"), re.compile(r"\]\s*\}\s*")
_encoded: "WeakKeyDictionary[SheetRecord, str]" = WeakKeyDictionary()
"""A correction changes one sheet of hundreds: the others are written as before."""


def save_project(path: Path, sheets: Sequence[SheetRecord]) -> None:
    """Write a project, whole or not at all.

    Parameters
    ----------
    path : path
    sheets : sequence of SheetRecord
        Scans in the folder of the project, or below, are noted from there: the folder may move.

    Raises
    ------
    ModelFileError
        If it cannot be written.
    """
    for sheet in sheets:
        if sheet not in _encoded:
            _encoded[sheet] = json.dumps(_as_dict(sheet), separators=(",", ":"))
    files = [json.dumps(_noted(sheet.file, path.parent)) for sheet in sheets]
    lines = ",\n".join(
        f'{{"file":{file},"sheet":{_encoded[sheet]}}}' for file, sheet in zip(files, sheets, strict=True)
    )
    write_atomically(path, f'{{"format":{FORMAT},"sheets":[\n{lines}\n]}}\n'.encode())


def load_project(path: Path) -> list[SheetRecord]:
    """Read a project, as `read_project`."""
    return read_project(path)[0]


def read_project(path: Path) -> tuple[list[SheetRecord], int]:
    """Read a project.

    Returns
    -------
    list of SheetRecord, int
        The sheets, and how many decisions were of cells that their tables do not have: these are left out.

    Raises
    ------
    VersionError
        If a later version of this program wrote it.
    DataFormatError
        If it is damaged, or something else.
    OSError
        If it cannot be read.
    """
    expected = f"{path.name}: expected a project of sheets, found a damaged file or another kind of file"
    with told_as(DataFormatError, expected):
        text = read_text(path, MOST_BYTES)
        begin = BEGIN.match(text)
        content = {"format": int(begin[1])} if begin else json.loads(text)
        assert isinstance(content, dict)
        version = content["format"]
        assert isinstance(version, int)
    if version > FORMAT:
        raise VersionError(
            f"{path} was written by a later version of digitgui: update digitgui, or move the file to another"
            " folder to read the scans anew"
        )
    with told_as(DataFormatError, expected):
        entries = _entries(text, begin.end()) if begin else content["sheets"]
        found = [_from_dict(entry["file"], entry["sheet"], path) for entry in entries]
    return [sheet for sheet, _ in found], sum(left_out for _, left_out in found)


def _entries(text: str, place: int) -> Iterator[Any]:
    """Decode one sheet after the other: all of them together would hold up every other thread."""
    decoder = json.JSONDecoder()
    while (place := GAP.match(text, place).end()) < len(text) and text[place] != "]":  # type: ignore[union-attr]
        entry, place = decoder.raw_decode(text, place)
        yield entry
    assert END.fullmatch(text, place)


def _noted(file: Path, folder: Path) -> str:
    """Write a scan's place from the project's folder if it lies in it, or else in full."""
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)


def _as_dict(sheet: SheetRecord) -> dict[str, Any]:
    return {
        "page": sheet.page,
        "is_one_of_several": sheet.is_one_of_several,
        "layout": sheet.layout.as_dict() if sheet.layout else None,
        "cells": [[_cell_as_dict(cell) for cell in row] for row in sheet.cells],
        "decided": [[*cell, text] for cell, text in sorted(sheet.decided.items())],
        "read_by": sheet.read_by,
        "problem": sheet.problem,
    }


def _from_dict(file: object, saved: Mapping[str, Any], path: Path) -> tuple[SheetRecord, int]:
    assert isinstance(file, str)
    layout = None if saved["layout"] is None else Layout.from_dict(saved["layout"], path.name)
    cells = [[_cell(entry) for entry in row] for row in saved["cells"]]
    assert all(len(row) == len(cells[0]) for row in cells)
    assert bool(cells) == (layout is not None)
    if layout is not None:
        assert (layout.rows, layout.columns) == (len(cells), len(cells[0]))
    said = {(int(row), int(column)): str(text) for row, column, text in saved["decided"]}
    places = {(row, column) for row, line in enumerate(cells) for column in range(len(line))}
    decided = {cell: text for cell, text in said.items() if cell in places}
    sheet = SheetRecord(
        Path(os.path.normpath(path.parent / file)),
        int(saved["page"]),
        bool(saved["is_one_of_several"]),
        layout,
        cells,
        decided,
        str(saved["read_by"]),
        str(saved["problem"]),
    )
    return sheet, len(said) - len(decided)


def _cell_as_dict(cell: CellReading) -> dict[str, Any]:
    """Do as `asdict`, which copies everything first and takes sixty times as long."""
    return {"text": cell.text, "confidence": cell.confidence, "why": cell.why, "others": cell.others}


def _cell(saved: dict[str, Any]) -> CellReading:
    others = tuple((str(text), float(share)) for text, share in saved["others"])
    cell = read_known(CellReading, {**saved, "others": others})
    assert isinstance(cell.text, str)
    assert isinstance(cell.why, str)
    assert 0 <= float(cell.confidence) <= 1
    return cell
