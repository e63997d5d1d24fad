"""Strokes: what a pen leaves behind, and the smooth curves that are painted through their points.

A fast mouse gives few points, so a curve runs through them: a centripetal Catmull-Rom spline, which has neither
loops nor cusps between its points (C. Yuksel, S. Schaefer, J. Keyser: Parameterization and applications of
Catmull-Rom curves, Computer-Aided Design 43, 2011). Where the pen turns sharply the curve has a corner.

A stroke is painted piece by piece, and its pieces are always the same: what is painted while the pen moves has the
very pixels of what is painted all at once.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

CLOSEST = 1 / 500
"""Points of a stroke are at least this far apart, as a share of the side: those between cannot be seen."""
PIECE = 64
"""Points of a stroke that are painted at once."""
STEP = 1 / 100
"""Longest straight part of a curve, as a share of the side."""
MOST_STEPS = 64
"""Straight parts between two points, however far apart."""
SHARPEST = math.cos(math.radians(75))
"""Cosine of the greatest turn at a point that is still a curve and not a corner."""
LEAST_INKED_PRESSURE = 0.7
"""The width of a stroke in another pen, as a share of this pen's, where it was drawn without any pressure."""

Points = npt.NDArray[np.float64]


@dataclass(slots=True, eq=False)
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
    times : list of float
        When the pen was there, in milliseconds since the stroke began.
    began : float
        When it began, in milliseconds of a clock that is the same for all strokes of a drawing.
    """

    width: float
    erases: bool
    points: list[QPointF] = field(default_factory=list)
    pressures: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    began: float = 0.0
    _pieces: list["_Piece"] = field(default_factory=list, repr=False)
    _last: tuple[int, "_Piece"] | None = field(default=None, repr=False)
    _bounds: tuple[float, float, float, float] = field(
        default=(math.inf, math.inf, -math.inf, -math.inf), repr=False
    )
    _bounded: int = field(default=0, repr=False)

    def add(self, point: QPointF, pressure: float, time: float) -> bool:
        """Put a point at the end, unless it is as good as the last one; tell whether it was put there."""
        if self.points and (point - self.points[-1]).manhattanLength() < CLOSEST:
            return False
        self.points.append(QPointF(point))
        self.pressures.append(pressure)
        self.times.append(time)
        return True

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The smallest x and y of its points, and the greatest."""
        left, top, right, bottom = self._bounds
        for point in self.points[self._bounded :]:
            x, y = point.x(), point.y()
            left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
        self._bounds, self._bounded = (left, top, right, bottom), len(self.points)
        return self._bounds

    @property
    def settled_pieces(self) -> int:
        """How many pieces of its curve stay as they are, whatever points are still to come."""
        return max(0, (len(self.points) - 2) // PIECE)

    def pieces(self, first: int, end: int | None = None) -> list["_Piece"]:
        """Compute the pieces of its curve from ``first`` on, up to ``end`` if that is given."""
        while len(self._pieces) < self.settled_pieces:
            self._pieces.append(self._piece(len(self._pieces)))
        if end is not None:
            return self._pieces[first:end]
        if not self.points:
            return []
        if self._last is None or self._last[0] != len(self.points):
            self._last = len(self.points), self._piece(self.settled_pieces)
        return [*self._pieces[first:], self._last[1]]

    def _piece(self, number: int) -> "_Piece":
        start, end = number * PIECE, min((number + 1) * PIECE, len(self.points) - 1)
        before, after = max(0, start - 1), min(end + 1, len(self.points) - 1)
        points = np.array([(point.x(), point.y()) for point in self.points[before : after + 1]])
        pressures = np.array(self.pressures[start : end + 1])
        return _Piece.of(points, pressures, start - before, after - end)


@dataclass(slots=True)
class _Piece:
    """Part of the curve of a stroke, as straight parts that are too short to be seen.

    Attributes
    ----------
    places : ndarray of float64, shape (n, 2)
    pressures : ndarray of float64, shape (n,)
    corners : list of int
        Which places are corners.
    line : QPolygonF
        The places.
    """

    places: Points
    pressures: Points
    corners: list[int]
    line: QPolygonF

    @classmethod
    def of(cls, points: Points, pressures: Points, before: int, after: int) -> "_Piece":
        """Lay a curve through points, of which those ``before`` and ``after`` it only give its direction."""
        if len(points) == 1:
            return cls(points, pressures, [], _polygon(points))
        steps = np.diff(points, axis=0)
        lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-9)
        spans = np.sqrt(lengths)[:, np.newaxis]
        tangents = _tangents(steps, lengths, spans)
        inner = slice(before, len(points) - after)
        of_steps = slice(before, len(steps) - after)
        points, tangents, spans = points[inner], tangents[inner], spans[of_steps]
        counts = np.clip(np.ceil(lengths[of_steps] / STEP), 1, MOST_STEPS).astype(int)
        starts = np.cumsum(counts) - counts
        at = np.repeat(np.arange(len(counts)), counts)
        share = (np.arange(len(at)) - starts[at]) / counts[at]
        places = np.vstack([_hermite(points, tangents, spans, at, share[:, np.newaxis]), points[-1:]])
        among = np.append(at + share, len(counts))
        corners = [int(starts[i]) for i in range(1, len(counts)) if not tangents[i].any()]
        return cls(places, np.interp(among, np.arange(len(pressures)), pressures), corners, _polygon(places))


def _tangents(steps: Points, lengths: Points, spans: Points) -> Points:
    """Compute the derivative of the spline at each point, zero at corners."""
    tangents = np.empty((len(steps) + 1, 2))
    speeds = steps / spans
    tangents[1:-1] = speeds[:-1] + speeds[1:] - (steps[:-1] + steps[1:]) / (spans[:-1] + spans[1:])
    cosines = (steps[:-1] * steps[1:]).sum(axis=1) / (lengths[:-1] * lengths[1:])
    tangents[1:-1][cosines < SHARPEST] = 0
    tangents[0], tangents[-1] = speeds[0], speeds[-1]
    if len(steps) > 1:  # its ends are parabolas, or straight beside a corner
        for end, beside in ((0, 1), (-1, -2)):
            if tangents[beside].any():
                tangents[end] = 2 * speeds[end] - tangents[beside]
    return tangents


def _hermite(points: Points, tangents: Points, spans: Points, at: npt.NDArray[np.int_], share: Points) -> Points:
    """Compute places between the points ``at`` and those after them."""
    left = (1 + 2 * share) * (1 - share) ** 2 * points[at] + share * (1 - share) ** 2 * spans[at] * tangents[at]
    right = share**2 * (3 - 2 * share) * points[at + 1] + share**2 * (share - 1) * spans[at] * tangents[at + 1]
    return np.asarray(left + right)


def paint_stroke(
    painter: QPainter,
    stroke: Stroke,
    first_piece: int = 0,
    end_piece: int | None = None,
    *,
    pen: float | None = None,
) -> None:
    """Paint a stroke in the coordinates of `Stroke.points`: white, or black if it erases.

    Parameters
    ----------
    painter : QPainter
    stroke : Stroke
    first_piece, end_piece : int, optional
        Paint only these pieces of it.
    pen : float, optional
        The width of another pen, with which ink is painted in place of its own; it hardly yields to pressure.
    """
    color = QColor(Qt.GlobalColor.black if stroke.erases else Qt.GlobalColor.white)
    inked_anew = pen is not None and not stroke.erases
    width = pen if pen is not None and inked_anew else stroke.width
    for piece in stroke.pieces(first_piece, end_piece):
        pressures = piece.pressures
        if inked_anew:
            pressures = LEAST_INKED_PRESSURE + (1 - LEAST_INKED_PRESSURE) * pressures
        if pressures.min() == pressures.max():
            _paint_line(painter, piece.line, width * float(pressures[0]), color)
        else:
            painter.fillPath(_outline(piece, width / 2 * pressures), color)


def _paint_line(painter: QPainter, line: QPolygonF, width: float, color: QColor) -> None:
    if line.size() == 1:  # Qt would paint a point as a short line
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(line.at(0), width / 2, width / 2)
        return
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, cap, join))
    painter.drawPolyline(line)


def _outline(piece: _Piece, radii: Points) -> QPainterPath:
    """Draw the outline of a line whose width changes: from corner to corner, with round ends."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    ends = [0, *piece.corners, len(radii) - 1]
    for start, end in pairwise(ends):
        places, part = piece.places[start : end + 1], radii[start : end + 1, np.newaxis]
        along = np.gradient(places, axis=0)
        along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-12)[:, np.newaxis]
        aside = part * along[:, ::-1] * (1, -1)
        path.addPolygon(_polygon(np.vstack([places + aside, (places - aside)[::-1]])))
        path.closeSubpath()
    for place in ends:
        radius = float(radii[place])
        path.addEllipse(QPointF(*piece.places[place]), radius, radius)
    return path


def _polygon(places: Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places.tolist()])
