"""The open network as a document: its file, its unsaved changes, and what is kept of them."""

import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from digitgui.background import BackgroundTasks
from digitgui.settings import Settings
from digitgui.shipped import DEFAULT, open_model
from model import Network, load_network, save_network
from model.arrays import FloatArray
from model.errors import ModelError
from model.storage import SUFFIX

__all__ = ["ModelDocument"]

UNSAVED_KEPT = 10
"""Networks that were replaced or left unsaved stay in a folder of the program's, the last ten of them."""
REOPEN_KEY = "model/reopen_unsaved"


class ModelDocument(QObject):
    """The network that answers, and the file it belongs to.

    A network with unsaved changes is never asked about and never lost: before another takes its place, and when
    the program ends, it is written to a folder of the program's own, and opened again at the next start.

    Attributes
    ----------
    network : Network
        Belongs to the window's thread.
    name : str
        What the user calls it.
    path : Path or None
        Its file, if it has one.
    is_dirty : bool
        Whether it has changes that are in no file of the user's.

    Signals
    -------
    changed()
        Name, file or dirtiness are other than before.
    weights_changed()
        It may give other answers.
    noticed(str), failed(str)
        One sentence that the user should read.
    """

    changed = Signal()
    weights_changed = Signal()
    noticed = Signal(str)
    failed = Signal(str)

    def __init__(self, settings: Settings, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._tasks = settings, tasks
        self._unsaved_folder = settings.folder / "unsaved"
        self.path: Path | None = None
        self.is_dirty = False
        self.name = DEFAULT
        self._kept: Path | None = None  # where the unsaved changes of now already lie
        self._opening = ""
        self.network = self._first_network()

    def open(self, source: str) -> None:
        """Open ``default`` or a file in the background; what is open stays if that fails."""
        self._opening = source
        self._tasks.start(lambda: open_model(source), lambda network: self._opened(network, source), self._report)

    def save(self, path: Path) -> bool:
        """Write the network to a file; tell whether that succeeded."""
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        try:
            save_network(self.network, path)
        except ModelError as error:
            self._report(error)
            return False
        self.path, self.name, self.is_dirty, self._kept = path, path.stem, False, None
        self._settings.forget(REOPEN_KEY)
        self._settings.add_recent("models", str(path))
        self.changed.emit()
        self.noticed.emit(f"Saved as {path}")
        return True

    def replace(self, network: Network, *, name: str) -> None:
        """Put a fresh network in the place of this one."""
        kept = self.keep_unsaved()
        self.network, self.name, self.path, self.is_dirty = network, name, None, False
        self._kept, self._opening = None, ""
        self._settings.forget(REOPEN_KEY)
        self.changed.emit()
        self.weights_changed.emit()
        if kept:
            self.noticed.emit("The network before was not saved; it is kept under Model ▸ Unsaved networks.")

    def take_weights(self, weights: dict[str, FloatArray]) -> None:
        """Go on with the weights that training has reached."""
        self.network.set_weights(weights)
        self._kept = None
        if not self.is_dirty:
            self.is_dirty = True
            self.changed.emit()
        self.weights_changed.emit()

    def describe(self, provenance: dict[str, Any]) -> None:
        """Note where the weights come from."""
        self.network.provenance = provenance

    def keep_unsaved(self) -> Path | None:
        """Write unsaved changes to the program's own folder; return where, or None if there are none."""
        if not self.is_dirty:
            return None
        if self._kept is not None and self._kept.exists():
            return self._kept
        stamp = datetime.datetime.now().strftime("%Y-%m-%d %H.%M.%S")
        path = self._unsaved_folder / f"{stamp} {self.name}{SUFFIX}"
        try:
            save_network(self.network, path)
        except ModelError as error:
            self._report(error)
            return None
        self._kept = path
        self._settings.set(REOPEN_KEY, str(path))
        for old in self.unsaved()[UNSAVED_KEPT:]:
            old.unlink(missing_ok=True)
        return path

    def unsaved(self) -> list[Path]:
        """List the networks that were kept without being saved, the newest first."""
        return sorted(self._unsaved_folder.glob(f"*{SUFFIX}"), reverse=True)

    def _first_network(self) -> Network:
        kept = self._settings.text(REOPEN_KEY)
        if kept:
            try:
                network = load_network(kept)
            except ModelError:
                self._settings.forget(REOPEN_KEY)
            else:
                self.name, self.is_dirty, self._kept = network.name, True, Path(kept)
                return network
        return open_model(DEFAULT)

    def _opened(self, network: Network, source: str) -> None:
        if self._opening != source:  # something else has taken the place meanwhile
            return
        self.replace(network, name=DEFAULT if source == DEFAULT else Path(source).stem)
        if self._unsaved_folder in Path(source).parents:
            self.name, self.is_dirty, self._kept = network.name, True, Path(source)
            self._settings.set(REOPEN_KEY, source)
        elif source != DEFAULT:
            self.path = Path(source)
            self._settings.add_recent("models", source)
        self.changed.emit()

    def _report(self, error: Exception) -> None:
        self.failed.emit(str(error) or type(error).__name__)
