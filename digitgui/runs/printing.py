"""Reports on paper: made in a process of their own, and printed in a thread."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QThread, Signal
from PySide6.QtGui import QPagedPaintDevice

from digitgui.installation.folders import edits_folder
from digitgui.wording import sentence_of
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from model import Network

__all__ = ["Printing"]

PREPARING = "Preparing the report"
LONGEST_SECONDS = 600
LOGGER = logging.getLogger("digitgui")


class Printing(Computation[str]):
    """Makes one report at a time, whose page is the answer, and prints it.

    Attributes
    ----------
    is_printing : bool
        Whether a report that is ready goes to paper, or to a file.

    Signals
    -------
    printed(str)
        One sentence that the user should read.
    """

    printed = Signal(str)

    def __init__(self, activity: Activity) -> None:
        place = SeparateProcess(activity)
        super().__init__(
            PREPARING, place, activity, failure="The report cannot be made", tells=True, can_cancel=True
        )
        self._printer: _Printer | None = None
        self.is_printing = False

    def ask_for_folders(self, folders: Sequence[Path]) -> None:
        """Make the report of the run or the sweep in a folder, or one that compares several runs."""
        self._ask(_of_folders, folders)

    def ask_for_network(self, name: str, network: Network, source: str) -> None:
        """Make the report of a network; ``source`` tells where the data of its training lie, if that is known."""
        self._ask(_of_network, name, network.copy(), source)

    def print_on(self, device: QPagedPaintDevice, file: str, printer: str) -> None:
        """Print the report that was asked for last, to a file if that has a name, or else on a printer."""

        def tell() -> None:
            self.title, self.is_printing = PREPARING, False
            if thread.problem:
                self.problem = f"The report cannot be printed: {thread.problem}"
            elif file and not Path(file).is_file():
                self.problem = f"The report cannot be printed to {file}: choose another folder or name"
            if self.problem:
                self.failed.emit(self.problem)
            else:
                self.printed.emit(f"Report printed to {file or printer}")

        self.wait()
        self.title, self.is_printing = "Printing the report", True
        thread = self._printer = _Printer(self.answer or "", device)
        thread.finished.connect(tell)
        thread.start()

    def wait(self, deadline: float = math.inf) -> bool:
        """Return when nothing is being printed any more, or at the deadline; tell whether that is so."""
        if self._printer is None:
            return True
        left = max(0.0, min(deadline - time.monotonic(), LONGEST_SECONDS))
        return self._printer.wait(round(1000 * left))

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Wait for its process and its thread, as `BackgroundTasks.shut_down` does."""
        return super().shut_down(deadline) and self.wait(deadline)

    def _ask(self, make: Callable[..., str], *of_what: object) -> None:
        if self.is_under_way:
            self.failed.emit("A report is being made: wait until it is done.")
        else:
            self.ask_anew(make, *of_what)


class _Printer(QThread):
    """A thread of Qt's: what it keeps of fonts would complain of the end of one of Python's."""

    def __init__(self, page: str, device: QPagedPaintDevice) -> None:
        from digitgui.runs.paper import print_report  # noqa: PLC0415  a started window has no need of it

        super().__init__()
        self._print, self._page, self._device, self.problem = print_report, page, device, ""

    def run(self) -> None:
        """Print."""
        try:
            self._print(self._page, self._device)
        except Exception as error:  # must not leave a method that Qt calls
            LOGGER.exception("a report could not be printed")
            self.problem = sentence_of(error)


def _of_folders(folders: Sequence[Path], on_progress: Callable[[float], object]) -> str:
    from model.reports.report_making import report_on_folders  # noqa: PLC0415  in the other process

    return report_on_folders(folders, edits_folder(), on_progress=on_progress)[0]


def _of_network(name: str, network: Network, source: str, on_progress: Callable[[float], object]) -> str:
    from model.reports.report_making import report_on_model  # noqa: PLC0415  in the other process

    return report_on_model(name, network, edits_folder(), source, on_progress=on_progress)[0]
