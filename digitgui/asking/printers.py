"""The question for a printer, or for a PDF to print to."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

__all__ = ["ask_printer"]


def ask_printer(parent: QWidget) -> "QPrinter | None":
    """Ask for a printer.

    Raises
    ------
    ImportError
        If the system lacks what printing needs.
    """
    # late: most never print, and bare systems lack the library of CUPS
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print report")
    accepted = dialog.exec()
    dialog.deleteLater()
    return printer if accepted else None
