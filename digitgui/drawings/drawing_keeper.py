"""Keeps the drawing in my digits, as what it was meant to be."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.documents.personal_set import PersonalSet
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.prediction import Prediction, usual_picture

__all__ = ["DrawingKeeper"]


class DrawingKeeper(QObject):
    """Moves what the network sees of the drawing into the user's own set, in one step that can be undone.

    Parameters
    ----------
    drawing : Drawing
    personal : PersonalSet
    prediction : callable
        Returns what the network makes of the drawing now.
    undo_stack : QUndoStack

    Signals
    -------
    kept(str)
        A notice of something that the user may want to undo at once.
    noticed(str)
        One sentence that the user should read.
    """

    kept = Signal(str)
    noticed = Signal(str)

    def __init__(
        self,
        drawing: Drawing,
        personal: PersonalSet,
        prediction: Callable[[], Prediction | None],
        undo_stack: QUndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._personal, self._prediction = drawing, personal, prediction
        self._undo_stack = undo_stack

    def keep(self, digit: int, step: QUndoCommand | None = None) -> bool:
        """Keep the drawing in my digits as what it was meant to be, and empty the canvas.

        Parameters
        ----------
        digit : int
            0 to 9.
        step : QUndoCommand, optional
            Goes with it into the one command that undoes all of it. A notice then comes only where the network
            reads another digit: the hand may have slipped, or be what the network has to learn.

        Returns
        -------
        bool
            False if there is nothing to keep, or it cannot be kept.
        """
        self._drawing.show_all()  # during a replay the network has seen only a part
        self._drawing.end_stroke()
        prediction = self._prediction()
        if prediction is None:
            self.noticed.emit(f"Nothing is drawn: draw a digit, then say that it was a {digit}.")
            return False
        if not self._personal.is_usable():
            return False
        self._undo_stack.beginMacro(step.text() if step else f"keeping a {digit}")
        added = self._personal.add(usual_picture(self._drawing)[np.newaxis], np.array([digit], np.uint8))
        self._drawing.clear()
        if step:
            self._undo_stack.push(step)
        self._undo_stack.endMacro()
        if step and prediction.digit != digit:
            self.kept.emit(
                f"Kept as {digit}; the network reads {prediction.digit}. Undo it if your pen has slipped."
            )
        if not step:
            self.kept.emit(f"Kept as a {digit} in My digits." if added else "My digits hold this picture already.")
        return True
