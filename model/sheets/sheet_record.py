"""One sheet of a project: where its scan is, what was read on it, and what a person decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from model.sheets.cell import NOT_READ, Cell, CellReading
from model.sheets.table_files import headed

if TYPE_CHECKING:  # OpenCV takes a moment to load, and a record does without it
    from model.sheets.layout import Layout

__all__ = ["Cell", "FormFit", "SheetRecord"]


@dataclass(frozen=True, eq=False)
class FormFit:
    """What the forms of columns make of the readings.

    Attributes
    ----------
    chosen : mapping of (int, int) to CellReading
        Cells in which another reading is chosen, or doubted.
    broken : mapping of (int, int) to str
        Cells that break a form, and how.
    basis : tuple
        What it was computed from.
    """

    chosen: Mapping[Cell, CellReading]
    broken: Mapping[Cell, str]
    basis: tuple[object, ...] = ()


@dataclass(frozen=True, eq=False)
class SheetRecord:
    """A page of a scan, and all that is known of it.

    Attributes
    ----------
    file : path
    page : int
        From 1.
    is_one_of_several : bool
        Whether the file has more pages.
    layout : Layout or None
        Where the cells lie; None before the sheet has been read.
    cells : list of list of CellReading
        What the network read, row by row.
    decided : mapping of (int, int) to str
        What a person says stands in a cell: the same as the network, or something else.
    read_by : str
        What the network was called.
    problem : str
        Why the sheet could not be read, in a sentence.
    fit : FormFit or None
        What the forms of columns make of the readings; None if there are none, or it is not known yet.
    """

    file: Path
    page: int = 1
    is_one_of_several: bool = False
    layout: "Layout | None" = None
    cells: list[list[CellReading]] = field(default_factory=list)
    decided: Mapping[Cell, str] = field(default_factory=dict)
    read_by: str = ""
    problem: str = ""
    fit: FormFit | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.file.name}, page {self.page}" if self.is_one_of_several else self.file.name

    @property
    def is_read(self) -> bool:
        """Whether there is a table."""
        return self.layout is not None

    @property
    def rows(self) -> int:
        """Rows without the header."""
        return len(self.cells)

    @property
    def columns(self) -> int:
        """Columns."""
        return len(self.cells[0]) if self.cells else 0

    @property
    def texts(self) -> list[list[str]]:
        """The table, with what a person decided."""
        return [[self.text((row, column)) for column in range(self.columns)] for row in range(self.rows)]

    @cached_property
    def doubtful(self) -> list[Cell]:
        """The cells that a person should look at, row by row."""
        return [cell for cell in self.places() if self.is_doubtful(cell)]

    @cached_property
    def corrected(self) -> list[Cell]:
        """The cells where a person decided otherwise than the network."""
        return [cell for cell in self.places() if self.is_corrected(cell)]

    def places(self) -> Iterator[Cell]:
        """Go through all cells, row by row."""
        return ((row, column) for row in range(self.rows) for column in range(self.columns))

    @cached_property
    def has_unread_cells(self) -> bool:
        """Whether some cells are new, and have not been read."""
        return any(self.cells[row][column] == NOT_READ for row, column in self.places())

    @property
    def basis_of_fit(self) -> tuple[object, ...]:
        """What the forms of columns have to do with."""
        assert self.layout is not None
        return self.cells, self.decided, self.layout.forms, self.layout.left_out

    @property
    def needs_fit(self) -> bool:
        """Whether the forms of columns have not been asked about the cells as they are."""
        if self.layout is None or not self.layout.forms:
            return self.fit is not None
        basis = self.fit.basis if self.fit is not None else ()
        return len(basis) != 4 or any(one is not two for one, two in zip(basis, self.basis_of_fit, strict=True))

    @property
    def broken(self) -> Mapping[Cell, str]:
        """The cells that break the form of their column, and how."""
        return self.fit.broken if self.fit is not None else {}

    @property
    def table(self) -> list[list[str]]:
        """The texts; names of columns before them, if there are any."""
        return [*headed(self.layout.column_names if self.layout is not None else []), *self.texts]

    def reading(self, cell: Cell) -> CellReading:
        """What the network read, as the form of the column chooses among its readings."""
        found = self.fit.chosen.get(cell) if self.fit is not None else None
        return found or self.cells[cell[0]][cell[1]]

    def text(self, cell: Cell) -> str:
        """What stands in a cell: as a person decided, or else as the network read it."""
        if self.is_left_out(cell):
            return ""
        return self.decided.get(cell, self.reading(cell).text)

    def is_left_out(self, cell: Cell) -> bool:
        """Whether a cell holds nothing to read."""
        return self.layout is not None and cell in self.layout.left_out

    def is_doubtful(self, cell: Cell) -> bool:
        """Whether a person should look at a cell, and has not decided yet."""
        return cell not in self.decided and not self.is_left_out(cell) and self.reading(cell).is_doubtful

    def is_corrected(self, cell: Cell) -> bool:
        """Whether a person decided otherwise than the network."""
        return (
            cell in self.decided and not self.is_left_out(cell) and self.decided[cell] != self.reading(cell).text
        )

    def with_decision(self, cell: Cell, text: str | None) -> "SheetRecord":
        """Return the record with what a person says of a cell; None if they say nothing."""
        if not (0 <= cell[0] < self.rows and 0 <= cell[1] < self.columns):
            return self
        decided = {place: kept for place, kept in self.decided.items() if place != cell}
        return replace(self, decided=decided if text is None else decided | {cell: text})

    def with_new_readings(self, cells: list[list[CellReading]], read_by: str) -> "SheetRecord":
        """Return the record with what another network reads in the same cells; those a person decided stay."""
        read = [list(line) for line in cells]
        for row, column in self.decided:
            if self.cells[row][column] != NOT_READ:
                read[row][column] = self.cells[row][column]
        return replace(self, cells=read, read_by=read_by, fit=None)

    def with_left_out(self, *cells: Cell, left_out: bool) -> "SheetRecord":
        """Return the record with cells that hold nothing to read, or do again."""
        assert self.layout is not None
        before = self.layout.left_out
        after = before.union(cells) if left_out else before.difference(cells)
        return replace(self, layout=replace(self.layout, left_out=after))

    def as_dict(self) -> dict[str, object]:
        """Return the cells for JSON as the command ``sheet`` gives them, with who decided each."""
        assert self.layout is not None
        return {
            "file": str(self.file),
            "page": self.page,
            "rows": self.rows,
            "columns": self.columns,
            "column_names": self.layout.column_names,
            "cells": [
                {
                    "row": cell[0],
                    "column": cell[1],
                    "text": self.text(cell),
                    "confidence": round(self.reading(cell).confidence, 4),
                    "doubtful": self.is_doubtful(cell),
                    "why": self.reading(cell).why if self.is_doubtful(cell) else "",
                    "box": list(self.layout.box(*cell)),
                    "decided_by": "person" if cell in self.decided else "network",
                }
                for cell in self.places()
            ],
        }
