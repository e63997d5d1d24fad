"""Where the cells of a table lie on a picture of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.atomic_files import write_atomically
from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import DataFormatError
from model.sheets.column_forms import ColumnForm, forms_from_dict
from model.sheets.perspective import Points

__all__ = ["Layout", "load_layout", "save_layout"]

FORMAT = 1
MOST_BYTES = 20_000_000
MOST_CELLS = 100_000
LONGEST_NAME = 80
"""Characters of the name of a column."""
FARTHEST = 1e6
"""Pixels from the corner of a picture."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The corners of all cells, and what is known of them.

    Attributes
    ----------
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
        Where the borders of rows and columns cross, x and y in pixels of the picture; with the header rows. On a
        sheet that lies on its side they are in the order of someone who has turned it upright.
    size : (int, int)
        Width and height of the picture.
    header_rows : int
        Rows at the top that hold titles.
    left_out : frozenset of (int, int)
        Cells that hold nothing to read: row, without the header, and column.
    found : ndarray of float64, shape (m, n, 2), or None
        The crossings as they were found, before anything was put right by hand; by them the form is found again on
        another sheet. None if `nodes` is that.
    names : mapping of int to str
        What columns are called, by their number from 0; others have no name.
    forms : mapping of int to ColumnForm
        What is known of the numbers in columns.
    """

    nodes: Points
    size: tuple[int, int]
    header_rows: int = 0
    left_out: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    found: Points | None = None
    names: Mapping[int, str] = field(default_factory=dict)
    forms: Mapping[int, ColumnForm] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows without the header."""
        return len(self.nodes) - 1 - self.header_rows

    @property
    def columns(self) -> int:
        """Columns."""
        return self.nodes.shape[1] - 1

    @property
    def column_names(self) -> list[str]:
        """What the columns are called; empty where one has no name."""
        return [self.names.get(column, "") for column in range(self.columns)]

    def with_known_columns(self, names: Mapping[int, str], forms: Mapping[int, ColumnForm]) -> "Layout":
        """Return the layout with these names and forms; columns for which they say nothing keep their own."""
        names, forms = {**self.names, **names}, {**self.forms, **forms}
        if names == self.names and forms == self.forms:
            return self
        return replace(self, names=names, forms=forms)

    @property
    def marks(self) -> Points:
        """By which crossings the form is found again."""
        return self.nodes if self.found is None else self.found

    def corners(self, row: int, column: int) -> Points:
        """Return the corners of a cell, shape (4, 2): from the upper left one, clockwise."""
        row += self.header_rows
        block = self.nodes[row : row + 2, column : column + 2]
        return block.reshape(4, 2)[[0, 1, 3, 2]]

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell in whole pixels."""
        corners = self.corners(row, column)
        (left, top), (right, bottom) = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        return int(left), int(top), int(right), int(bottom)

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes, for JSON."""
        content = {
            "format": FORMAT,
            "size": list(self.size),
            "header_rows": self.header_rows,
            "left_out": sorted(list(cell) for cell in self.left_out),
            "nodes": np.round(self.nodes, 2).tolist(),
        }
        if self.found is not None:
            content["found"] = np.round(self.found, 2).tolist()
        if self.names:
            content["names"] = {str(column): name for column, name in sorted(self.names.items())}
        if self.forms:
            content["forms"] = {str(column): form.as_dict() for column, form in sorted(self.forms.items())}
        return content

    @classmethod
    def from_dict(cls, content: object, name: str) -> "Layout":
        """Make a layout again.

        Raises
        ------
        DataFormatError
            If this is none.
        """
        with told_as(DataFormatError, f"{name}: expected the layout of a sheet, as --save-layout writes it"):
            assert isinstance(content, dict)
            assert content["format"] == FORMAT
            nodes = _crossings(content["nodes"])
            width, height = (int(side) for side in content["size"])
            assert 0 < width <= FARTHEST
            assert 0 < height <= FARTHEST
            header = int(content["header_rows"])
            assert 0 <= header < len(nodes) - 1
            left_out = frozenset((int(row), int(column)) for row, column in content["left_out"])
            found = _crossings(content["found"]) if content.get("found") is not None else None
            names = _names(content.get("names", {}))
            forms = forms_from_dict(content.get("forms", {}), name)
            parts = [part for form in forms.values() for part in (*form.sum_of, *form.mean_of)]
            assert all(column < nodes.shape[1] - 1 for column in (*names, *forms, *parts))
        return cls(nodes, (width, height), header, left_out, found, names, forms)


def load_layout(file: Path) -> Layout:
    """Read a layout from a file.

    Raises
    ------
    DataFormatError
        If it holds none.
    """
    try:
        told = f"{file.name}: expected the layout of a sheet, as --save-layout or Layout… saves it, found no JSON"
        with told_as(DataFormatError, told):
            content = json.loads(read_text(file, MOST_BYTES))
    except OSError as error:
        raise DataFormatError(f"{file}: {error.strerror or error}") from error
    return Layout.from_dict(content, file.name)


def save_layout(file: Path, layout: Layout) -> None:
    """Write a layout to a file, as `load_layout` reads it.

    Raises
    ------
    ModelFileError
        If it cannot be written.
    """
    write_atomically(file, json.dumps(layout.as_dict()).encode())


def _names(content: object) -> dict[int, str]:
    assert isinstance(content, dict)
    assert all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in content.values())
    return {int(column): name for column, name in content.items()}


def _crossings(content: object) -> Points:
    nodes = np.array(content, np.float64)
    assert nodes.ndim == 3
    assert nodes.shape[2] == 2
    assert min(nodes.shape[:2]) >= 2
    assert nodes.size <= 2 * MOST_CELLS
    assert np.isfinite(nodes).all()
    assert np.abs(nodes).max() <= FARTHEST
    return nodes
