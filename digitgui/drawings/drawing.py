"""The drawing: a document of strokes, independent of any widget's size."""

import time
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from digitgui.drawings.raster import (
    FARTHEST,
    RASTER_SIDE,
    Raster,
    bounds_of_ink,
    bounds_of_what_is_left,
    cut_to_ink,
    view_of_canvas,
    view_of_ink,
)
from digitgui.drawings.strokes import Stroke
from digitgui.looks.gray_images import gray_image
from model.handwriting.ink_on_paper import as_on_canvas, within_limits
from model.network.arrays import ImageArray

__all__ = ["RASTER_SIDE", "Drawing", "Sheet"]


@dataclass(slots=True, eq=False)
class Sheet:
    """What is drawn on: another list of strokes, or another picture, takes the place of the one before."""

    strokes: list[Stroke] = field(default_factory=list)
    picture: ImageArray | None = None
    picture_image: QImage | None = None


class Drawing(QObject):
    """Strokes over a picture, or over nothing, that can be undone.

    Parameters
    ----------
    undo_stack : QUndoStack, optional
        Where their commands go; one of its own if not given.

    Attributes
    ----------
    sheet : Sheet
        What is drawn on and seen: at first the user's own one, and another while digits are asked for.
    strokes : list of Stroke
        Those that have ended.
    live : Stroke or None
        The one at work.
    picture : ndarray of uint8, shape (height, width), or None
        What lies under the strokes: bright ink on dark, in the middle, its longer side that of the canvas.

    is_restoring : bool
        Whether it is being restored, while a window is made that should stand soon.

    Signals
    -------
    changed()
        There is something else to see.
    stroke_ended()
        The pen has left the canvas, or an undo, redo, clear or replay is complete.
    beginning()
        The pen is about to be put down.
    clearing()
        The user is done with the drawing: it is going to be cleared. Not where undo or redo empties the canvas.
    """

    changed = Signal()
    stroke_ended = Signal()
    beginning = Signal()
    clearing = Signal()

    def __init__(self, parent: QObject | None = None, undo_stack: QUndoStack | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self.live: Stroke | None = None
        self.is_restoring = False
        self.undo_stack = undo_stack or QUndoStack(self)
        self._part: tuple[list[Stroke], Stroke | None] | None = None
        self._as_drawn, self._inked_anew = Raster(), Raster()

    @property
    def strokes(self) -> list[Stroke]:
        """The strokes that have ended."""
        return self.sheet.strokes

    @property
    def picture(self) -> ImageArray | None:
        """What lies under the strokes."""
        return self.sheet.picture

    @property
    def picture_image(self) -> QImage | None:
        """The same, to be painted."""
        return self.sheet.picture_image

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.strokes and self.live is None and self.picture is None

    # the pen

    def begin_stroke(self, point: QPointF, *, width: float, erases: bool = False, pressure: float = 1.0) -> None:
        """Put the pen down."""
        self.show_all()
        self.end_stroke()  # another canvas may not have seen its pen lifted
        self.beginning.emit()
        self.live = Stroke(width, erases, began=_milliseconds())
        self.extend_stroke(point, pressure)

    def extend_stroke(self, point: QPointF, pressure: float = 1.0) -> None:
        """Move the pen, no farther than can be seen; nothing happens if it is not down, or has hardly moved."""
        live = self.live
        point = QPointF(*(min(FARTHEST, max(-FARTHEST, place)) for place in (point.x(), point.y())))
        if live is not None and live.add(point, pressure, _milliseconds() - live.began):
            self.changed.emit()

    def end_stroke(self) -> None:
        """Lift the pen."""
        if self.live is not None:
            stroke, self.live = self.live, None
            self.undo_stack.push(_Change(self, [*self.strokes, stroke], self.picture, "stroke"))

    # other changes, each of which can be undone

    def clear(self) -> None:
        """Remove every stroke and the picture."""
        self.end_stroke()
        if not self.is_empty:
            self.clearing.emit()
            self.undo_stack.push(_Change(self, [], None, "clear"))

    def set_picture(self, picture: ImageArray) -> None:
        """Take a picture in place of everything, to be drawn on; one of many pixels is scaled down.

        Parameters
        ----------
        picture : ndarray of uint8, shape (height, width)
            Bright ink on dark, as `model.handwriting.preprocessing.picture_to_gray` returns it.
        """
        if self.strokes or self.picture is not None:
            self.clearing.emit()
        self.undo_stack.push(_Change(self, [], within_limits(picture), "picture"))  # a stroke at work goes on

    def replace(self, strokes: list[Stroke]) -> None:
        """Take other strokes in place of everything."""
        self.end_stroke()
        _begin_by_this_clock(strokes)
        self.undo_stack.push(_Change(self, strokes, None, "opening a drawing"))

    @staticmethod
    def is_change(command: QUndoCommand, sheet: Sheet) -> bool:
        """Tell whether a command of the undo stack changes what is drawn on a sheet, and nothing else."""
        return isinstance(command, _Change) and command.sheet is sheet

    # changes that are not undone

    def restore(self, strokes: list[Stroke], picture: ImageArray | None) -> None:
        """Begin with what was drawn before the program was started."""
        _begin_by_this_clock(strokes)
        self.is_restoring = True
        self._take(self.sheet, strokes, picture)
        self.is_restoring = False

    def turn_to(self, sheet: Sheet) -> None:
        """Show another sheet and draw on it; undo and redo change the sheet that was drawn on."""
        if sheet is not self.sheet:
            self._part, self.sheet = None, sheet
            self.changed.emit()
            self.stroke_ended.emit()

    # what is to be seen: everything, or a part of it during a replay

    @property
    def shown(self) -> tuple[list[Stroke], Stroke | None]:
        """The strokes to be seen, and the one at work."""
        return self._part or (self.strokes, self.live)

    @property
    def is_replayed(self) -> bool:
        """Whether other strokes are shown than those of the drawing."""
        return self._part is not None

    def show_part(self, strokes: list[Stroke], live: Stroke | None) -> None:
        """Show these strokes until `show_all`, or until the drawing changes."""
        self._part = strokes, live
        self.changed.emit()

    def show_all(self) -> None:
        """Show the whole drawing again."""
        if self._part is not None:
            self._part = None
            self.changed.emit()
            self.stroke_ended.emit()

    def to_gray(self, *, pen: float | None = None) -> ImageArray:
        """Paint the strokes as bright ink on dark.

        Parameters
        ----------
        pen : float, optional
            Ink the strokes anew with a pen of this width, as a share of the longer side of the box around the
            points of all ink (within 1 %); points that have been erased do not count. A dot keeps its width, and
            so does the eraser. Pressure makes a stroke thinner by less than a third. Ignored if there is a
            picture.

        Returns
        -------
        ndarray of uint8, shape (height, width)
            280 pixels for the shorter side of the canvas, up to 560 if the picture has as many, and more where
            strokes reach beyond. With ``pen`` only the box around the ink, its longer side about 200 pixels,
            whatever the size of the digit.
        """
        strokes, live = self.shown
        every = [*strokes, live] if live else strokes
        if pen is not None and self.picture is None:
            anew = self._ink_anew(every, pen)
            if anew is not None:
                return anew
        side = RASTER_SIDE if self.picture is None else max(RASTER_SIDE, *self.picture.shape)
        return self._as_drawn.gray(view_of_canvas(every, side), strokes, live, self.picture_image)

    def to_read(self) -> ImageArray:
        """Paint as `to_gray` does, but leave a picture that nothing is drawn on as `read_picture` reads its file.

        So the window and the command line give the same answer to it.
        """
        strokes, live = self.shown
        return self.to_gray() if self.picture is None or strokes or live else as_on_canvas(self.picture)

    def to_image(self, side: int) -> QImage:
        """Paint everything as it is seen, with this many pixels for the shorter side of the canvas."""
        return Raster().image(view_of_canvas(self.strokes, side), self.strokes, self.live, self.picture_image)

    def _ink_anew(self, strokes: list[Stroke], pen: float) -> ImageArray | None:
        """Paint all ink with another pen; None if there is none."""
        if any(stroke.erases for stroke in strokes):
            bounds = bounds_of_what_is_left(strokes, self.to_gray())
        else:
            bounds = bounds_of_ink(strokes)
        if bounds is None:
            return None
        view = view_of_ink(bounds, pen, max(stroke.width for stroke in strokes if not stroke.erases))
        return cut_to_ink(self._inked_anew.gray(view, *self.shown, None), view, bounds)

    def _take(self, sheet: Sheet, strokes: list[Stroke], picture: ImageArray | None) -> None:
        sheet.strokes = strokes
        if picture is not sheet.picture:
            sheet.picture = picture
            sheet.picture_image = None if picture is None else gray_image(picture)
        if sheet is self.sheet:
            self._part = None
            self.changed.emit()
            self.stroke_ended.emit()


class _Change(QUndoCommand):
    """From some strokes and a picture to others."""

    def __init__(self, drawing: Drawing, strokes: list[Stroke], picture: ImageArray | None, text: str) -> None:
        super().__init__(text)
        self._drawing, self.sheet = drawing, drawing.sheet
        self._before, self._after = (drawing.strokes, drawing.picture), (strokes, picture)

    def redo(self) -> None:
        self._drawing._take(self.sheet, *self._after)

    def undo(self) -> None:
        self._drawing._take(self.sheet, *self._before)


def _begin_by_this_clock(strokes: list[Stroke]) -> None:
    """Let strokes end now, so that those still to come follow them."""
    now = _milliseconds()
    ended = max((stroke.began + stroke.times[-1] for stroke in strokes), default=now)
    for stroke in strokes:
        stroke.began += now - ended


def _milliseconds() -> float:
    return 1000 * time.monotonic()
