"""Copies of a data set with its corrections, written in a thread of their own."""

from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from model.data.dataset import Dataset
from model.readers.npz_files import save_npz

__all__ = ["Copying"]


class Copying(Computation[None]):
    """Writes one copy at a time.

    Signals
    -------
    saved(str)
        One sentence that the user should read.
    """

    saved = Signal(str)

    def __init__(self, activity: Activity) -> None:
        place = InThread(BackgroundTasks(activity))
        super().__init__("", place, activity, failure="The copy cannot be saved")
        self.done.connect(lambda _none: self.saved.emit(f"Saved as {self.basis[0]}"))

    def save(self, dataset: Dataset, path: Path) -> None:
        """Write the pictures that are not left out, with their corrected labels, to an .npz."""
        if self.is_under_way:
            self.failed.emit("A copy is being saved: wait until it is done.")
            return
        self.title = f"Saving {path.name}"
        self.ask_anew(save_npz, dataset, path, basis=(path,))
