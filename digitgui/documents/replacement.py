"""A step of the undo stack that puts another network in the place of the open one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from digitgui.documents.model_document import ModelDocument
from digitgui.wording import sentence_of
from model.errors import ModelError
from model.judging.ensemble import AnyNetwork


class Replacement(QUndoCommand):
    """From the open network to another; the former is held until this is forgotten.

    Parameters
    ----------
    text : str
        Names in the menu what can be undone.
    model : ModelDocument
    network : Network or Ensemble
        What is open afterwards, in no file of the user's.
    name : str
        What it is called then.
    fail : callable
        Is given a sentence where the network cannot be replaced.
    """

    def __init__(
        self, text: str, model: ModelDocument, network: AnyNetwork, name: str, fail: Callable[[str], object]
    ) -> None:
        super().__init__(text)
        self._model, self._network, self._name, self._fail = model, network, name, fail
        self._before = (model.network, model.name, model.path, model.is_dirty)

    def redo(self) -> None:
        """Put the other network in."""
        if self._model.network is self._before[0]:
            self._replace(self._network, self._name, None, is_dirty=True)

    def undo(self) -> None:
        """Put the former one back, unless a third has been opened or trained since."""
        if self._model.network is self._network:
            network, name, path, is_dirty = self._before
            self._replace(network, name, path, is_dirty=is_dirty)

    def _replace(self, network: AnyNetwork, name: str, path: Path | None, *, is_dirty: bool) -> None:
        try:
            self._model.replace(network, name=name, path=path, is_dirty=is_dirty)
        except ModelError as error:  # must not leave a method that Qt calls
            self._fail(f"The network was not replaced: {sentence_of(error)}")
