"""One sheet of a project: where its scan is, what was read on it, and what a person decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # OpenCV takes a moment to load, and a record does without it
    from model.sheets.cell_reading import CellReading
    from model.sheets.layout import Layout

__all__ = ["Cell", "SheetRecord"]

Cell: TypeAlias = tuple[int, int]
"""Row, without header rows, and column, both from 0."""


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
    """

    file: Path
    page: int = 1
    is_one_of_several: bool = False
    layout: "Layout | None" = None
    cells: "list[list[CellReading]]" = field(default_factory=list)
    decided: Mapping[Cell, str] = field(default_factory=dict)
    read_by: str = ""
    problem: str = ""

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

    def reading(self, cell: Cell) -> "CellReading":
        """What the network read."""
        return self.cells[cell[0]][cell[1]]

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
        decided = {place: kept for place, kept in self.decided.items() if place != cell}
        return replace(self, decided=decided if text is None else decided | {cell: text})

    def with_left_out(self, cell: Cell, *, left_out: bool) -> "SheetRecord":
        """Return the record with a cell that holds nothing to read, or does again."""
        assert self.layout is not None
        cells = self.layout.left_out | {cell} if left_out else self.layout.left_out - {cell}
        return replace(self, layout=replace(self.layout, left_out=cells))

    def as_dict(self) -> dict[str, object]:
        """Return the cells for JSON as the command ``sheet`` gives them, with who decided each."""
        assert self.layout is not None
        return {
            "file": str(self.file),
            "page": self.page,
            "rows": self.rows,
            "columns": self.columns,
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
