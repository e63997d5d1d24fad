"""Keeps the drawing in my digits, as what it was meant to be."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.documents.personal_set import PersonalSet
from digitgui.drawings.answering import Answering
from digitgui.drawings.drawing import Drawing, Sheet
from digitgui.drawings.prediction import takes_drawings, usual_picture
from digitgui.wording import a_class
from digitgui.work.teller import Teller


class DrawingKeeper(Teller):
    """Moves what the network sees of the drawing into the user's own set, in one step that can be undone.

    Parameters
    ----------
    drawing : Drawing
    personal : PersonalSet
    answering : Answering
        Knows what the network makes of the drawing, and whether it holds several digits.
    undo_stack : QUndoStack

    Signals
    -------
    kept(str)
        A notice of something that the user may want to undo at once.
    """

    kept = Signal(str)

    def __init__(
        self,
        drawing: Drawing,
        personal: PersonalSet,
        answering: Answering,
        undo_stack: QUndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._personal = drawing, personal
        self._answering, self._undo_stack = answering, undo_stack
        self._waiting: tuple[int, Sheet] | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)  # until a stroke that ends is on the undo stack
        self._soon.timeout.connect(self._keep_waiting)
        drawing.stroke_ended.connect(self._soon.start)
        answering.reading_ended.connect(self._soon.start)
        drawing.beginning.connect(self._keep_at_once)

    @property
    def is_one_digit(self) -> bool:
        """Whether something is drawn that may be kept: a number of several digits is none of them."""
        is_drawn = takes_drawings(self._personal.task) and not self._drawing.is_empty
        return is_drawn and self._answering.number is None

    @property
    def reading(self) -> int | None:
        """The class that the network reads; None where nothing is drawn, or several digits."""
        prediction = self._answering.prediction
        return prediction.digit if prediction and self.is_one_digit else None

    def keep(self, digit: int, step: QUndoCommand | None = None) -> None:
        """Keep the drawing in my digits as what it was meant to be, and empty the canvas; or say why not.

        Without a step this waits for the end of the stroke, and then until it is known if the drawing is a number.

        Parameters
        ----------
        digit : int
            The digit, or the number of another class of the open network.
        step : QUndoCommand, optional
            Goes with it into the one command that undoes all of it, and tells of it in place of a notice.
        """
        self._drawing.show_all()  # during a replay the network has seen only a part
        if step is None and (self._drawing.live is not None or self._answering.is_reading):
            self._waiting = digit, self._drawing.sheet
        else:
            self._drawing.end_stroke()
            self._keep_now(digit, step)

    def _keep_now(self, digit: int, step: QUndoCommand | None = None) -> None:
        self._waiting = None
        task, number = self._personal.task, self._answering.number
        if not takes_drawings(task) or digit >= task.count:  # another network has been opened meanwhile
            return
        named = a_class(digit, task)
        if self._answering.prediction is None:
            what = "a digit" if task.is_digits else "something"
            self.noticed.emit(f"Draw {what} first, then say that it was {named}.")
            return
        if number is not None:
            text = f"The drawing is read as the number {number.text}. Clear it, and draw a single {digit}."
            self.noticed.emit(text)
            return
        if not self._personal.is_usable():
            return
        picture = usual_picture(self._drawing, task)
        added_as = self._personal.label_of(picture)
        if added_as is not None:
            self.noticed.emit(
                f"{self._personal.title} already has this picture, as {a_class(added_as, task)}."
                f" Clear it, and draw another {task.class_names[digit]}."
            )
            return
        self._undo_stack.beginMacro(step.text() if step else f"adding {named}")
        self._personal.add(picture[np.newaxis], np.array([digit], np.uint8))
        self._drawing.clear()
        if step:
            self._undo_stack.push(step)
        self._undo_stack.endMacro()
        if not step:
            self.kept.emit(f"Added to {self._personal.title} as {named}.")

    def _keep_waiting(self) -> None:
        """Keep what was to be kept in the middle of a stroke."""
        digit = self._waiting_digit()
        if digit is not None:
            self.keep(digit)

    def _keep_at_once(self) -> None:
        """Keep what waits before another digit is begun: its strokes would go to the one before."""
        digit = self._waiting_digit()
        if digit is not None:
            self._keep_now(digit)

    def _waiting_digit(self) -> int | None:
        """Return what the drawing is to be kept as; None if nothing waits, or it is another drawing by now."""
        if self._waiting is None:
            return None
        digit, sheet = self._waiting
        if self._drawing.is_empty or sheet is not self._drawing.sheet:
            self._waiting = None
            return None
        return digit
