"""Reports of runs and sweeps, written in a process of their own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.installation.folders import edits_folder
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess


class Reports(Computation[object]):
    """Writes one report at a time.

    Attributes
    ----------
    last_failure : str
        The last sentence of `failed`.

    Signals
    -------
    written(Path)
    """

    written = Signal(object)

    def __init__(self, activity: Activity) -> None:
        place = SeparateProcess(activity)
        super().__init__("", place, activity, failure="The report cannot be saved", tells=True, can_cancel=True)
        self.last_failure = ""
        self.failed.connect(self._remember)
        self.done.connect(lambda _told: self.written.emit(self.basis[0]))

    def write(self, folders: Sequence[Path], target: Path) -> None:
        """Write to a file what the folder of a run or a sweep holds, or a comparison of several; takes seconds."""
        if self.is_under_way:
            self.failed.emit("A report is being saved: wait until it is done.")
            return
        self.title = f"Writing {target.name}"
        self.ask_anew(_write, folders, target, basis=(target,))

    def _remember(self, failure: str) -> None:
        self.last_failure = failure


def _write(folders: Sequence[Path], target: Path, on_progress: Callable[[float], object]) -> None:
    """Write the report, where no window waits for it."""
    from model.reports.report_making import report_on_folders, write_report  # noqa: PLC0415  in the other process

    write_report(report_on_folders(folders, edits_folder(), on_progress=on_progress), target)
