"""Reports of runs and sweeps, written in a process of their own."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitgui.command_line.report_command import write_report
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess

__all__ = ["NO_REPORT", "Reports"]

NO_REPORT = "The report cannot be written"


class Reports(QObject):
    """Writes one report at a time.

    Signals
    -------
    written(Path)
    failed(str)
        One sentence that the user should read.
    """

    written = Signal(object)
    failed = Signal(str)

    def __init__(self, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writing = Computation[object](
            "", SeparateProcess(activity), activity, failure=NO_REPORT, can_cancel=True
        )
        self._writing.done.connect(lambda _told: self.written.emit(self._writing.basis[0]))
        self._writing.failed.connect(self.failed)

    @property
    def is_writing(self) -> bool:
        """Whether a report is being written."""
        return self._writing.is_under_way

    def write(self, folder: Path, target: Path) -> None:
        """Write the report of the run or the sweep in a folder to a file; takes some seconds."""
        if self.is_writing:
            self.failed.emit("A report is being written: wait until it is done.")
            return
        self._writing.title = f"Writing {target.name}"
        self._writing.ask_anew(write_report, str(folder), target, basis=(target,))
