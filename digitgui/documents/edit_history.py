"""The corrections of the open data on the undo stack of the window."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QUndoCommand, QUndoStack

from model.data.edits import Edits
from model.network.arrays import IndexArray

__all__ = ["EditHistory", "Step"]


class Step(NamedTuple):
    """One correction: all corrections before and after it, and its name in the menu."""

    before: Edits
    after: Edits
    text: str


class EditHistory(QObject):
    """Takes back and does again what was corrected, among all else that can be undone.

    Parameters
    ----------
    undo_stack : QUndoStack
        Of everything in the window.
    take : callable
        Is given the corrections that hold from now on.
    parent : QObject
    """

    def __init__(self, undo_stack: QUndoStack, take: Callable[[Edits], object], parent: QObject) -> None:
        super().__init__(parent)
        self._undo_stack, self._take = undo_stack, take
        self._is_quiet = False
        undo_stack.indexChanged.connect(self._prune, Qt.ConnectionType.QueuedConnection)

    def push(self, step: Step) -> None:
        """Do a step, which can be undone from now on."""
        self._undo_stack.push(_Edit(step, self._show))

    def follow(self, places: IndexArray, of_new: Edits) -> None:
        """Go on where the pictures have moved, and new ones have come with corrections of their own."""
        for command in self._commands():
            command.follow(places, of_new)
        self._prune()

    def forget(self) -> None:
        """Let no command of the undo stack change the data that takes this one's place."""
        for command in self._commands():
            command.setObsolete(True)
        self._prune()

    def steps(self) -> tuple[list[Step], list[Step]]:
        """Return what can be undone, and what can be done again, in the order in which it was done."""
        stack, index = self._undo_stack, self._undo_stack.index()
        done = {id(stack.command(number)) for number in range(index)}
        commands = self._commands()
        return [one.step for one in commands if id(one) in done], [
            one.step for one in commands if id(one) not in done
        ]

    def put_back(self, done: list[Step], undone: list[Step]) -> None:
        """Let these be undone, and done again, as before they were forgotten; the data are as they leave them."""
        self._is_quiet = True
        for step in (*done, *undone):
            self.push(step)
        for _ in undone:
            self._undo_stack.undo()
        self._is_quiet = False

    def _show(self, edits: Edits) -> None:
        if not self._is_quiet:
            self._take(edits)

    def _commands(self) -> "list[_Edit]":
        stack = self._undo_stack
        commands = [stack.command(index) for index in range(stack.count())]
        return [command for command in commands if isinstance(command, _Edit) and not command.isObsolete()]

    def _prune(self) -> None:
        """Drop commands that change nothing any more as soon as they would be the next to undo or redo."""
        stack = self._undo_stack
        while stack.canUndo() and stack.command(stack.index() - 1).isObsolete():
            stack.undo()  # an obsolete command is only removed
        while stack.canRedo() and stack.command(stack.index()).isObsolete():
            stack.redo()


class _Edit(QUndoCommand):
    """From one state of the corrections to another."""

    def __init__(self, step: Step, take: Callable[[Edits], object]) -> None:
        super().__init__(step.text)
        self.step, self._take = step, take

    def redo(self) -> None:
        self._take(self.step.after)

    def undo(self) -> None:
        self._take(self.step.before)

    def follow(self, places: IndexArray, of_new: Edits) -> None:
        before, after = (edits.moved(places).joined(of_new) for edits in (self.step.before, self.step.after))
        self.step = Step(before, after, self.step.text)
        self.setObsolete(self.isObsolete() or before == after)
