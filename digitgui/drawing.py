"""The drawing: a document of strokes, independent of any widget's size."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QUndoCommand, QUndoStack

from model.arrays import ImageArray

__all__ = ["Drawing", "Stroke", "paint_stroke"]

CLOSEST = 1 / 500
"""Points of a stroke are at least this far apart, as a share of the side: nobody can see the ones between."""
RASTER_SIDE = 280
"""Pixels that the shorter side of a canvas becomes when the drawing is turned into a picture."""


@dataclass(slots=True)
class Stroke:
    """One movement of the pen.

    Attributes
    ----------
    width : float
        Of the line at full pressure, as a share of the shorter side of the canvas.
    erases : bool
        True if it takes ink away.
    points : list of QPointF
        From the centre of the canvas, in units of its shorter side: a square canvas reaches from -0.5 to 0.5.
    pressures : list of float
        Of the pen at each point, 0 to 1; 1 for a mouse or a finger.
    """

    width: float
    erases: bool
    points: list[QPointF] = field(default_factory=list)
    pressures: list[float] = field(default_factory=list)


class Drawing(QObject):
    """Strokes that can be undone.

    Parameters
    ----------
    undo_stack : QUndoStack, optional
        Where their commands go; one of its own if not given.

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
        self._raster: QImage | None = None  # what `to_gray` has painted so far
        self._raster_points = 0  # how many points of the live stroke are on it

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.strokes and self.live is None

    def begin_stroke(self, point: QPointF, *, width: float, erases: bool = False, pressure: float = 1.0) -> None:
        """Put the pen down."""
        self.end_stroke()  # another canvas may not have seen its pen lifted
        self.live = Stroke(width, erases)
        self.extend_stroke(point, pressure)

    def extend_stroke(self, point: QPointF, pressure: float = 1.0) -> None:
        """Move the pen; nothing happens if it is not down, or has hardly moved."""
        live = self.live
        if live is None or (live.points and (point - live.points[-1]).manhattanLength() < CLOSEST):
            return
        live.points.append(QPointF(point))
        live.pressures.append(pressure)
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

    def to_gray(self) -> ImageArray:
        """Paint the strokes as bright ink on dark.

        Returns
        -------
        ndarray of uint8, shape (height, width)
            280 pixels for the shorter side of the canvas, and more where strokes reach beyond.
        """
        half_width, half_height = self._half_extent()
        width, height = round(2 * half_width * RASTER_SIDE), round(2 * half_height * RASTER_SIDE)
        if self._raster is None or (self._raster.width(), self._raster.height()) != (width, height):
            self._raster = QImage(width, height, QImage.Format.Format_Grayscale8)
            self._raster.fill(0)
            self._raster_points = 0
            self._paint_raster(self.strokes)
        if self.live is not None:
            self._paint_raster([self.live], self._raster_points)
            self._raster_points = len(self.live.points)
        pixels = np.frombuffer(self._raster.constBits(), np.uint8).reshape(height, self._raster.bytesPerLine())
        return pixels[:, :width].copy()

    def _paint_raster(self, strokes: list[Stroke], first_point: int = 0) -> None:
        assert self._raster
        with QPainter(self._raster) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(self._raster.width() / 2, self._raster.height() / 2)
            painter.scale(RASTER_SIDE, RASTER_SIDE)
            for stroke in strokes:
                paint_stroke(painter, stroke, first_point)

    def _half_extent(self) -> tuple[float, float]:
        """Half the width and height that hold every point, at least 0.5 and at most 2."""
        half_width = half_height = 0.5
        for stroke in (*self.strokes, *([self.live] if self.live else [])):
            for point in stroke.points:
                half_width = max(half_width, abs(point.x()) + stroke.width / 2)
                half_height = max(half_height, abs(point.y()) + stroke.width / 2)
        return min(half_width, 2.0), min(half_height, 2.0)

    def _take(self, strokes: list[Stroke]) -> None:
        self.strokes = strokes
        self._raster = None
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


def paint_stroke(painter: QPainter, stroke: Stroke, first_point: int = 0) -> None:
    """Paint a stroke in the coordinates of `Stroke.points`: white, or black if it erases.

    With ``first_point``, only what has been added since the stroke had that many points.
    """
    color = QColor(Qt.GlobalColor.black if stroke.erases else Qt.GlobalColor.white)
    pen = QPen(color, stroke.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    start = max(0, first_point - 1)
    points, pressures = stroke.points[start:], stroke.pressures[start:]
    if len(stroke.points) == 1:
        pen.setWidthF(stroke.width * pressures[0])
        painter.setPen(pen)
        painter.drawPoint(points[0])
    elif min(pressures) == 1:
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
    else:
        for begin, end, pressure in zip(points, points[1:], pressures[1:], strict=False):
            pen.setWidthF(stroke.width * pressure)
            painter.setPen(pen)
            painter.drawLine(begin, end)
