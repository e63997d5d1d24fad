"""Where the parts of a table of terms lie: grids go on in the next row where there is little room."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetrics

from digitgui.widgets.tables.term_lines import Grid, Line, power, total_text

__all__ = ["GAP", "Layout", "PlacedGrid", "PlacedLine", "caption_of", "lay_out"]

GAP = 8
"""Pixels between parts."""
BETWEEN = 6
"""Pixels between lines."""
LARGEST_BARE, SMALLEST_BARE = 14, 2
"""Sides in pixels of a cell without its number, which is as large as there is room for."""


@dataclass(frozen=True, slots=True)
class PlacedGrid:
    """A grid and its place.

    Attributes
    ----------
    grid : Grid
    left, top : float
        Of its first cell, in pixels.
    width, height : float
        Of each cell.
    has_numbers : bool
        Whether there is room for them; colours alone are shown otherwise.
    """

    grid: Grid
    left: float
    top: float
    width: float
    height: float
    has_numbers: bool

    def cell(self, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        return QRectF(self.left + column * self.width, self.top + row * self.height, self.width, self.height)

    @property
    def rect(self) -> QRectF:
        """Where all cells lie."""
        rows, columns = self.grid.shape
        return QRectF(self.left, self.top, columns * self.width, rows * self.height)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and the places of its parts, in pixels.

    Attributes
    ----------
    line : Line
    top, height : float
    grids : tuple of PlacedGrid
    signs : tuple of (str, QRectF)
    captions : tuple of (str, QRectF)
        Only where they are not those of the line before.
    """

    line: Line
    top: float
    height: float
    grids: tuple[PlacedGrid, ...]
    signs: tuple[tuple[str, QRectF], ...]
    captions: tuple[tuple[str, QRectF], ...]

    @property
    def right(self) -> float:
        """Where its parts end."""
        ends = [grid.rect.right() for grid in self.grids] + [rect.right() for _, rect in self.signs]
        return max(ends, default=0.0)

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """All lines in their places.

    Attributes
    ----------
    lines : tuple of PlacedLine
    right : float
        Where the column of totals ends.
    largest : float
        Distance from zero of the largest total.
    height : int
    """

    lines: tuple[PlacedLine, ...]
    right: float
    largest: float
    height: int


def lay_out(lines: Sequence[Line], width: int, text: QFontMetrics, small: QFontMetrics) -> Layout:
    """Find a place for everything in a table that is so many pixels wide.

    Parameters
    ----------
    lines : sequence of Line
    width : int
    text, small : QFontMetrics
        Of names and totals, and of numbers and captions.
    """
    largest = max((abs(line.total) for line in lines if line.total is not None), default=0.0)
    totals = max(
        (text.horizontalAdvance(total_text(line.total, largest)) for line in lines if line.total is not None),
        default=0,
    )
    names = max((text.horizontalAdvance(line.name) for line in lines if line.parts), default=0)
    names, totals = names + GAP if names else 0, totals + 2
    room = _Room(names, max(60.0, width - names - totals - GAP), text, small)
    placed, top = [], 0.0
    captions_before: tuple[str, ...] = ()
    for line in lines:
        captions = tuple(grid.caption for grid in line.grids)
        one = room.place(line, top, with_captions=bool(captions) and captions != captions_before)
        captions_before = captions or captions_before
        placed.append(one)
        top = one.bottom + BETWEEN
    parts = max((placed_line.right for placed_line in placed), default=0.0)
    notes = max((text.horizontalAdvance(line.label) for line in lines), default=0)
    right = min(float(width), max(parts, notes) + 2 * GAP + totals)
    return Layout(tuple(placed), right, largest, round(max(0.0, top - BETWEEN)))


def caption_of(grid: Grid) -> str:
    """Write what a grid holds, with the power of ten of its numbers."""
    return " ".join(part for part in (grid.caption, power(grid.exponent)) if part)


class _Room:
    """The column of the parts, in which they stand beside and below one another."""

    def __init__(self, left: float, width: float, text: QFontMetrics, small: QFontMetrics) -> None:
        self._left, self._width, self._small = left, width, small
        self._cell, self._single = (small.horizontalAdvance(text) + 6 for text in ("−0.00", "−1.234e-05"))
        self._row = small.height() + 4
        self._line = text.height() + 2
        self._widths: dict[str, int] = {}  # of signs and captions, which recur in every line

    def place(self, line: Line, top: float, *, with_captions: bool) -> PlacedLine:
        grids: list[PlacedGrid] = []
        signs: list[tuple[str, QRectF]] = []
        captions: list[tuple[str, QRectF]] = []
        x, y, height = self._left, top, float(self._line)
        head = self._small.height() + 1 if with_captions else 0
        sign = ""
        for part in line.parts:
            if isinstance(part, str):
                sign = part
                continue
            cell_width, cell_height, has_numbers = self._cell_of(part)
            rows, columns = part.shape
            caption = caption_of(part)
            wide = max(columns * cell_width, self._width_of(caption))
            before = self._width_of(sign) + 2 * GAP if sign else (GAP if grids else 0)
            if x > self._left and x + before + wide > self._left + self._width:
                x, y, height = self._left, y + height + 2, float(self._line)
            if sign:
                signs.append((sign, QRectF(x, y + head, before, rows * cell_height)))
                sign = ""
            x += before
            if head and caption:
                captions.append((caption, QRectF(x, y, wide, head)))
            grids.append(PlacedGrid(part, x, y + head, cell_width, cell_height, has_numbers))
            height = max(height, head + rows * cell_height)
            x += wide
        if sign:
            signs.append((sign, QRectF(x, y + head, self._width_of(sign) + 2 * GAP, self._row)))
        return PlacedLine(line, top, y + height - top, tuple(grids), tuple(signs), tuple(captions))

    def _width_of(self, words: str) -> int:
        if words not in self._widths:
            self._widths[words] = self._small.horizontalAdvance(words) + 2 if words else 0
        return self._widths[words]

    def _cell_of(self, grid: Grid) -> tuple[float, float, bool]:
        """Size of a cell, and whether its number is written."""
        if grid.is_single:
            return self._single, self._row, True
        columns = max(1, grid.shape[1])
        if columns * self._cell <= self._width:
            return self._cell, self._row, True
        side = min(LARGEST_BARE, max(SMALLEST_BARE, int(self._width / columns)))
        return side, side, False
