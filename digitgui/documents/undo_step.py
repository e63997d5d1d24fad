"""A step of the undo stack that is nothing but two calls."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand


class UndoStep(QUndoCommand):
    """Calls one function when it is done, and the other when it is undone.

    Parameters
    ----------
    text : str
        Names in the menu what can be undone.
    do, take_back : callable
    """

    def __init__(self, text: str, do: Callable[[], object], take_back: Callable[[], object]) -> None:
        super().__init__(text)
        self._do, self._take_back = do, take_back

    def redo(self) -> None:
        """Do it, for the first time or again."""
        self._do()

    def undo(self) -> None:
        """Take it back."""
        self._take_back()
