"""Prints the report of what the page at hand is about."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from digitgui.asking import printers
from digitgui.frame.ways import Ways
from digitgui.session import Session
from model.judging.ensemble import Ensemble
from model.runs.provenance import is_of_source

__all__ = ["ReportPrinting"]


class ReportPrinting(QObject):
    """Has a report made, asks for a printer, and prints.

    Parameters
    ----------
    window : QWidget
        What the question stands over.
    session : Session
    ways : Ways
    """

    def __init__(self, window: QWidget, session: Session, ways: Ways) -> None:
        super().__init__(window)
        self._window, self._session, self._ways = window, session, ways
        session.printing.done.connect(self._ask_and_print)

    def start(self) -> None:
        """Print the report of the run or sweep that the Runs page shows, elsewhere of the open network."""
        session, pages = self._session, self._ways.pages
        folders = pages.page("runs").subject if pages.current.name == "runs" else []
        if folders:
            session.printing.ask_for_folders(folders)
            return
        session.trainings.describe()
        model, source = session.model, session.data.dataset.source
        if isinstance(model.network, Ensemble):
            session.failed.emit("An ensemble has no report. Open one of its networks instead.")
            return
        is_known = is_of_source(model.network.card.provenance.get("data"), source)
        session.printing.ask_for_network(model.name, model.network, source if is_known else "")

    def _ask_and_print(self) -> None:
        try:
            printer = printers.ask_printer(self._window)
        except ImportError as error:
            self._session.failed.emit(
                f"This system cannot print ({error}). Save the report on the Runs page and print that."
            )
            return
        if printer is None:
            return
        if printer.outputFileName() or printer.printerName():
            self._session.printing.print_on(printer, printer.outputFileName(), printer.printerName())
        else:
            self._session.failed.emit("There is no printer. Print to a file, and choose its name.")
