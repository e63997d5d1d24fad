"""What can be done with a row, a column and a line of a table: as a menu."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from digitgui.documents.sheet_layout import AXES, COLUMN, ROW, SheetLayout
from model.sheets.sheet_record import Cell, SheetRecord

if TYPE_CHECKING:
    from model.sheets.layout import Layout

__all__ = ["LayoutMenu"]

BESIDE = ("above", "below"), ("to the left", "to the right")


class LayoutMenu:
    """Fills menus with what can be done with a table.

    Parameters
    ----------
    layout : SheetLayout
        Does it.
    rename, check : callable
        Are given the number of a column whose name, or whose checks, a person wants to write.
    """

    def __init__(
        self, layout: SheetLayout, rename: Callable[[int], object], check: Callable[[int], object]
    ) -> None:
        self._layout, self._rename, self._check = layout, rename, check

    def fill_for_cell(
        self,
        menu: QMenu,
        record: SheetRecord,
        cell: Cell,
        *,
        shares: tuple[float, float] = (0.5, 0.5),
    ) -> None:
        """List what can be done with a cell, its row and its column.

        Parameters
        ----------
        menu : QMenu
        record : SheetRecord
        cell : (int, int)
        shares : (float, float)
            Where in it, from its upper and from its left border, from 0 to 1.
        """
        layout = self._layout
        row, column = cell
        _add(menu, f"Split &row {row + 1} here", lambda: layout.add_line(ROW, row, shares[0]))
        _add(menu, f"Split &column {column + 1} here", lambda: layout.add_line(COLUMN, column, shares[1]))
        is_out = record.is_left_out(cell)
        text = "&Take in this cell" if is_out else "&Leave out this cell"
        _add(menu, text, lambda: layout.leave_out([cell], left_out=not is_out))
        menu.addSeparator()
        self.fill_for_row(menu.addMenu(f"R&ow {row + 1}"), record, row)
        self.fill_for_column(menu.addMenu(f"Col&umn {column + 1}"), record, column)

    def fill_for_line(self, menu: QMenu, layout: "Layout", axis: int, line: int) -> None:
        """List what can be done with a line, counted with those of header rows."""
        is_outer = line in (0, len(layout.nodes.swapaxes(0, axis)) - 1)
        text = f"&Remove this line and the {AXES[axis]} beside it" if is_outer else "&Remove this line"
        _add(menu, text, lambda: self._layout.remove_line(axis, line))
        menu.addSeparator()

    def fill_for_row(self, menu: QMenu, record: SheetRecord, row: int) -> None:
        """List what can be done with a row."""
        self._fill(menu, record, ROW, row)
        menu.addSeparator()
        header, is_last = _titles(record, ROW), row == record.rows - 1
        text = "T&his row and those above are titles" if header + row else "T&his row holds titles"
        _add(
            menu,
            text,
            lambda: self._layout.set_header(header + row + 1),
            is_possible=not is_last,
        )

    def fill_for_column(self, menu: QMenu, record: SheetRecord, column: int) -> None:
        """List what can be done with a column."""
        _add(menu, "Re&name…", lambda: self._rename(column))
        _add(menu, "C&hecks…", lambda: self._check(column))
        menu.addSeparator()
        self._fill(menu, record, COLUMN, column)

    def _fill(self, menu: QMenu, record: SheetRecord, axis: int, index: int) -> None:
        """List what can be done with rows and columns alike."""
        layout, word, (before, after) = self._layout, AXES[axis], BESIDE[axis]
        last, line = (record.rows if axis == ROW else record.columns) - 1, index + _titles(record, axis)
        _add(menu, f"&Split this {word} in two", lambda: layout.add_line(axis, index))
        if index > 0:
            _add(menu, f"&Join with the {word} {before}", lambda: layout.remove_line(axis, line))
        if index < last:
            _add(menu, f"J&oin with the {word} {after}", lambda: layout.remove_line(axis, line + 1))
        if line == 0:
            _add(menu, f"&Add a {word} {before}", lambda: layout.add_outside(axis, at_end=False))
        if index == last:
            _add(menu, f"A&dd a {word} {after}", lambda: layout.add_outside(axis, at_end=True))
        if last > 0 and (line == 0 or index == last):
            outer = 0 if line == 0 else line + 1
            _add(menu, f"&Cut off this {word}", lambda: layout.remove_line(axis, outer))
        menu.addSeparator()
        cells = [cell for cell in record.places() if cell[axis] == index]
        are_out = all(record.is_left_out(cell) for cell in cells)
        text = f"&Take in this {word}" if are_out else f"&Leave out this {word}"
        _add(menu, text, lambda: layout.leave_out(cells, left_out=not are_out))


def _titles(record: SheetRecord, axis: int) -> int:
    """Return how many rows of titles come before the first row."""
    return record.layout.header_rows if axis == ROW and record.layout is not None else 0


def _add(menu: QMenu, text: str, do: Callable[[], object], *, is_possible: bool = True) -> None:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: do())
    action.setEnabled(is_possible)
