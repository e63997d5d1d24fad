"""Where the cells of a table lie on a picture of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.errors import DataFormatError
from model.sheets.flat_paper import Points

__all__ = ["Layout"]

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Layout:
    """The corners of all cells, and what is known of them.

    Attributes
    ----------
    nodes : ndarray of float64, shape (rows + 1, columns + 1, 2)
        Where the borders of rows and columns cross, x and y in pixels of the picture; with the header rows.
    size : (int, int)
        Width and height of the picture.
    header_rows : int
        Rows at the top that hold titles.
    left_out : frozenset of (int, int)
        Cells that hold nothing to read: row, without the header, and column.
    """

    nodes: Points
    size: tuple[int, int]
    header_rows: int = 0
    left_out: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def rows(self) -> int:
        """Rows without the header."""
        return len(self.nodes) - 1 - self.header_rows

    @property
    def columns(self) -> int:
        """Columns."""
        return self.nodes.shape[1] - 1

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
        return {
            "format": FORMAT,
            "size": list(self.size),
            "header_rows": self.header_rows,
            "left_out": sorted(list(cell) for cell in self.left_out),
            "nodes": np.round(self.nodes, 2).tolist(),
        }

    @classmethod
    def from_dict(cls, content: object, name: str) -> "Layout":
        """Make a layout again.

        Raises
        ------
        DataFormatError
            If this is none.
        """
        try:
            assert isinstance(content, dict)
            assert content["format"] == FORMAT
            nodes = np.array(content["nodes"], np.float64)
            assert nodes.ndim == 3
            assert min(nodes.shape[:2]) >= 2
            assert nodes.shape[2] == 2
            assert np.isfinite(nodes).all()
            width, height = (int(side) for side in content["size"])
            header = int(content["header_rows"])
            assert 0 <= header < len(nodes) - 1
            left_out = frozenset((int(row), int(column)) for row, column in content["left_out"])
        except (AssertionError, KeyError, TypeError, ValueError):
            raise DataFormatError(f"{name}: expected the layout of a sheet, as --save-layout writes it") from None
        return cls(nodes, (width, height), header, left_out)
