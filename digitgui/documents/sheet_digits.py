"""The digits of the cells that a person decided, as a data set for training."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_lesson import digits_of_sheets
from digitgui.documents.sheet_project import SheetProject
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from model.judging.ensemble import AnyNetwork
from model.readers.npz_files import save_npz
from model.sheets.sheet_record import SheetRecord

__all__ = ["SheetDigits"]


class SheetDigits(Computation[int]):
    """Writes one data set at a time.

    Signals
    -------
    saved(str)
        One sentence that the user should read.
    """

    saved = Signal(str)

    def __init__(self, model: ModelDocument, project: SheetProject, activity: Activity) -> None:
        super().__init__(
            "Saving cells as a data set",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The cells cannot be saved",
            tells=True,
            can_cancel=True,
        )
        self._model, self._project = model, project
        self.done.connect(lambda count: self.saved.emit(f"Saved {count:,} digits as {self.basis[0]}"))

    def save(self, path: Path) -> None:
        """Write the digits of all cells that were confirmed or corrected, with their labels, to an .npz."""
        if self.is_under_way:
            self.failed.emit("Cells are being saved: wait until that is done.")
            return
        network, sheets = self._model.network.copy(), tuple(self._project.read)
        self.ask_anew(_save, network, sheets, path, basis=(path,))


def _save(
    network: AnyNetwork, sheets: Sequence[SheetRecord], path: Path, on_progress: Callable[[float], object]
) -> int:
    digits = digits_of_sheets(network, sheets, path.parent, on_progress)
    save_npz(replace(digits, official_test_start=None), path)
    return len(digits)
