"""Networks of other programs, opened in a process of its own."""

from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from digitgui.work.turns import Turns, Wish
from model.errors import ModelError
from model.exchange.imported import Imported
from model.exchange.importing import import_network, is_of_another_program

__all__ = ["Importing"]


class Importing(Computation[Imported]):
    """Makes the open network of another program's file: the packages that read it take long to import.

    Signals
    -------
    imported(str)
        One sentence that the user should read.
    """

    imported = Signal(str)

    def __init__(self, model: ModelDocument, turns: Turns, activity: Activity) -> None:
        place = SeparateProcess(activity)
        super().__init__("", place, activity, failure="The network cannot be imported", can_cancel=True)
        self._model, self._turns = model, turns
        self.done.connect(self._open)

    @staticmethod
    def takes(path: Path) -> bool:
        """Tell whether a file is another program's."""
        try:
            return is_of_another_program(path)
        except OSError:  # which is said where it is opened
            return False

    def start(self, path: Path) -> None:
        """Read the network in a file, and open it under the file's name, unsaved."""
        self.title = f"Importing {path.name}"
        self.ask_anew(import_network, path, basis=(path,))

    def _open(self, found: Imported) -> None:
        (path,) = self.basis
        assert isinstance(path, Path)
        if self._turns.refuses(Wish.OPEN):  # a training has begun meanwhile
            return
        try:
            self._model.replace(found.network, name=path.stem, is_dirty=True)
        except ModelError as error:
            self.failed.emit(str(error))
            return
        kinds = ", ".join(row.description.partition("(")[0] for row in found.network.table())
        assumed = " (assumed; “digitgui import --input SCALE” imports with another scale)" * found.assumes_scale
        self.imported.emit(f"Imported {path.name}: {kinds}; {found.notes[0]}{assumed}. Save it to keep it.")
