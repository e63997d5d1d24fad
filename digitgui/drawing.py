"""The drawing: a document of strokes, independent of any widget's size."""

import time

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.raster import (
    RASTER_SIDE,
    Raster,
    bounds_of_ink,
    bounds_of_what_is_left,
    cut_to_ink,
    view_of_canvas,
    view_of_ink,
)
from digitgui.strokes import Stroke
from model.arrays import ImageArray

__all__ = ["RASTER_SIDE", "Drawing"]


class Drawing(QObject):
    """Strokes that can be undone.

    Parameters
    ----------
    undo_stack : QUndoStack, optional
        Where their commands go; one of its own if not given.

    Attributes
    ----------
    strokes : list of Stroke
        Those that have ended.
    live : Stroke or None
        The one at work.

    Signals
    -------
    changed()
        The strokes are not what they were.
    stroke_ended()
        The pen has left the canvas, or an undo, redo or clear is complete.
    """

    changed = Signal()
    stroke_ended = Signal()

    def __init__(self, parent: QObject | None = None, undo_stack: QUndoStack | None = None) -> None:
        super().__init__(parent)
        self.strokes: list[Stroke] = []
        self.live: Stroke | None = None
        self.undo_stack = undo_stack or QUndoStack(self)
        self._as_drawn, self._inked_anew = Raster(), Raster()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.strokes and self.live is None

    def begin_stroke(self, point: QPointF, *, width: float, erases: bool = False, pressure: float = 1.0) -> None:
        """Put the pen down."""
        self.end_stroke()  # another canvas may not have seen its pen lifted
        self.live = Stroke(width, erases, began=_milliseconds())
        self.extend_stroke(point, pressure)

    def extend_stroke(self, point: QPointF, pressure: float = 1.0) -> None:
        """Move the pen; nothing happens if it is not down, or has hardly moved."""
        live = self.live
        if live is not None and live.add(point, pressure, _milliseconds() - live.began):
            self.changed.emit()

    def end_stroke(self) -> None:
        """Lift the pen."""
        if self.live is not None:
            stroke, self.live = self.live, None
            self.undo_stack.push(_Change(self, [*self.strokes, stroke], "stroke"))

    def clear(self) -> None:
        """Remove every stroke; can be undone."""
        self.end_stroke()
        if self.strokes:
            self.undo_stack.push(_Change(self, [], "clear"))

    def to_gray(self, *, pen: float | None = None) -> ImageArray:
        """Paint the strokes as bright ink on dark.

        Parameters
        ----------
        pen : float, optional
            Ink the strokes anew with a pen of this width, as a share of the longer side of the box around the
            points of all ink; what the eraser has left without any ink does not count. A dot keeps its width, and
            so does the eraser. Of the pressure is left what makes a stroke thinner by less than a third.

        Returns
        -------
        ndarray of uint8, shape (height, width)
            280 pixels for the shorter side of the canvas, and more where strokes reach beyond. With ``pen`` only
            the box around the ink, its longer side about 200 pixels, whatever the size of the digit.
        """
        strokes = [*self.strokes, *([self.live] if self.live else [])]
        if pen is not None:
            anew = self._ink_anew(strokes, pen)
            if anew is not None:
                return anew
        return self._as_drawn.gray(view_of_canvas(strokes), self.strokes, self.live, None)

    def _ink_anew(self, strokes: list[Stroke], pen: float) -> ImageArray | None:
        """Paint all ink with another pen; None if there is none."""
        if any(stroke.erases for stroke in strokes):
            bounds = bounds_of_what_is_left(strokes, self.to_gray())
        else:
            bounds = bounds_of_ink(strokes)
        if bounds is None:
            return None
        view = view_of_ink(bounds, pen, max(stroke.width for stroke in strokes if not stroke.erases))
        return cut_to_ink(self._inked_anew.gray(view, self.strokes, self.live, None), view, bounds)

    def _take(self, strokes: list[Stroke]) -> None:
        self.strokes = strokes
        self.changed.emit()
        self.stroke_ended.emit()


class _Change(QUndoCommand):
    """From one list of strokes to another."""

    def __init__(self, drawing: Drawing, after: list[Stroke], text: str) -> None:
        super().__init__(text)
        self._drawing, self._before, self._after = drawing, drawing.strokes, after

    def redo(self) -> None:
        self._drawing._take(self._after)

    def undo(self) -> None:
        self._drawing._take(self._before)


def _milliseconds() -> float:
    return 1000 * time.monotonic()
