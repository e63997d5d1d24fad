"""Reports of runs and sweeps, written in a process of their own."""

from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.command_line.report_command import write_report
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess

__all__ = ["NO_REPORT", "Reports"]

NO_REPORT = "The report cannot be written"


class Reports(Computation[object]):
    """Writes one report at a time.

    Signals
    -------
    written(Path)
    """

    written = Signal(object)

    def __init__(self, activity: Activity) -> None:
        super().__init__("", SeparateProcess(activity), activity, failure=NO_REPORT, can_cancel=True)
        self.done.connect(lambda _told: self.written.emit(self.basis[0]))

    @property
    def is_writing(self) -> bool:
        """Whether a report is being written."""
        return self.is_under_way

    def write(self, folder: Path, target: Path) -> None:
        """Write the report of the run or the sweep in a folder to a file; takes some seconds."""
        if self.is_writing:
            self.failed.emit("A report is being written: wait until it is done.")
            return
        self.title = f"Writing {target.name}"
        self.ask_anew(write_report, str(folder), target, basis=(target,))
