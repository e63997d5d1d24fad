"""Cells of a table in the clipboard, as spreadsheets take them."""

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QGuiApplication

from model.spreadsheet_cells import in_a_cell


def copy_cells(lines: Iterable[Sequence[str]]) -> None:
    """Put lines of cells into the clipboard, tabs between them; none holds a tab, a new line or a formula."""
    texts = ("\t".join(in_a_cell(" ".join(cell.split())) for cell in line) for line in lines)
    QGuiApplication.clipboard().setText("\n".join(texts) + "\n")
