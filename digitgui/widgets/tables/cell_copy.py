"""Cells of a table in the clipboard, as spreadsheets take them."""

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QGuiApplication


def copy_cells(lines: Iterable[Sequence[str]]) -> None:
    """Put lines of cells into the clipboard, with tabs between the cells, and no tab or new line within one."""
    texts = ("\t".join(" ".join(cell.split()) for cell in line) for line in lines)
    QGuiApplication.clipboard().setText("\n".join(texts) + "\n")
