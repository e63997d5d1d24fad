"""The open network, written for other programs in a process of its own."""

from pathlib import Path

from PySide6.QtCore import Signal

from digitgui.documents.model_document import ModelDocument
from digitgui.work.computation import Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from model.exchange.formats import export_network, format_of
from model.judging.ensemble import Ensemble


class Exporting(Computation[object]):
    """Exports the open network: the packages that do this take long to import.

    Signals
    -------
    exported(str)
        One sentence that the user should read.
    """

    exported = Signal(str)

    def __init__(self, model: ModelDocument, activity: Activity) -> None:
        place = SeparateProcess(activity)
        super().__init__("", place, activity, failure="The network cannot be exported", can_cancel=True)
        self._model = model
        self.done.connect(self._tell)

    def export(self, path: Path) -> None:
        """Write the network as it is now to a file; its ending tells in which of `FORMATS`."""
        if self.is_under_way:
            self.failed.emit("A network is being exported: wait until it is done.")
            return
        if isinstance(self._model.network, Ensemble):
            self.failed.emit("An ensemble cannot be exported. Open one of its networks instead.")
            return
        self.title = f"Exporting {path.name}"
        self.ask_anew(export_network, self._model.network.copy(), path, basis=(path, self._model.name))

    def _tell(self, sentence: object) -> None:
        path, name = self.basis
        assert isinstance(path, Path)
        told = f" ({sentence})" if sentence else ""
        self.exported.emit(f"Exported {name} as {format_of(path).title}: {path}{told}")
