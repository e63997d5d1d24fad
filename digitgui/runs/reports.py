"""Reports of runs and sweeps, written in a process of their own."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitgui.installation.folders import edits_folder
from digitgui.wording import sentence_of
from digitgui.work.separate_process import SeparateProcess
from model.reports.report_making import report_on_folder, write_report

__all__ = ["Reports"]


class Reports(QObject):
    """Writes one report at a time.

    Attributes
    ----------
    problem : str
        Why the last one that failed did.

    Signals
    -------
    busy(str)
        What is being written; empty when it is over.
    written(Path)
    failed(str)
        One sentence that the user should read.
    """

    busy = Signal(str)
    written = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = SeparateProcess(self)
        self.problem = ""

    @property
    def is_writing(self) -> bool:
        """Whether a report is being written."""
        return self._process.is_running

    def write(self, folder: Path, target: Path) -> None:
        """Write the report of the run or the sweep in a folder to a file; takes some seconds."""
        if self.is_writing:
            self.failed.emit("A report is being written: wait until it is done.")
            return
        self.busy.emit(f"Writing {target.name} …")

        def done(_told: object) -> None:
            self.busy.emit("")
            self.written.emit(target)

        def failed(error: Exception) -> None:
            self.busy.emit("")
            self.problem = f"The report cannot be written: {sentence_of(error)}"
            self.failed.emit(self.problem)

        self._process.start(_write, folder, target, on_done=done, on_failed=failed)

    def shut_down(self) -> None:
        """Return when the process is gone."""
        self._process.shut_down()


def _write(folder: Path, target: Path) -> None:
    """Write the report, where no window waits for it."""
    write_report(report_on_folder(folder, edits_folder()), target)
