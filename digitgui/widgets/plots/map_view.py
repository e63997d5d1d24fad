"""Where the points of a map lie in its window: what fits, zoom and pan."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

Points = npt.NDArray[np.float32]

LARGEST_ZOOM = 200.0


class MapView:
    """Turns coordinates into places of a window, both axes on one scale.

    Attributes
    ----------
    area : QRectF
        Where the whole map lies when nothing is zoomed, in pixels of the window.
    zoom : float
        1 shows everything.
    """

    def __init__(self) -> None:
        self.area = QRectF(0, 0, 1, 1)
        self._middle = np.zeros(2)
        self._span = np.ones(2)
        self.reset()

    def fit(self, coordinates: Points) -> None:
        """Show everything of other coordinates, shape (n, 2)."""
        if len(coordinates) == 0:
            return
        lowest, highest = coordinates.min(axis=0), coordinates.max(axis=0)
        self._middle = (lowest.astype(np.float64) + highest) / 2
        self._span = highest.astype(np.float64) - lowest
        self.reset()

    def reset(self) -> None:
        """Show everything."""
        self.zoom = 1.0
        self._centre = self._middle.copy()

    def positions(self, coordinates: Points) -> Points:
        """Compute the places of points in pixels, shape (n, 2): x to the right, y upwards."""
        scale = self._scale() * np.array([1, -1])
        centre = self.area.center()
        shift = np.array([centre.x(), centre.y()]) - self._centre * scale
        return coordinates * scale.astype(np.float32) + shift.astype(np.float32)

    def zoom_at(self, place: QPointF, factor: float) -> None:
        """Zoom so that what is at a place stays there."""
        away = place - self.area.center()
        before = self._scale()
        self.zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        self._centre += np.array([away.x(), -away.y()]) * (1 / before - 1 / self._scale())
        self._keep_inside()

    def pan(self, by: QPointF) -> None:
        """Move everything by some pixels."""
        self._centre += np.array([-by.x(), by.y()]) / self._scale()
        self._keep_inside()

    def _scale(self) -> float:
        """Pixels of one unit."""
        sides = (self.area.width(), self._span[0]), (self.area.height(), self._span[1])
        return min((max(1.0, side) / span for side, span in sides if span > 0), default=1.0) * self.zoom

    def _keep_inside(self) -> None:
        """Keep the map from getting lost: zoomed as far as it is, its rim stays at the rim of the window."""
        reach = self._span / 2 * (1 - 1 / self.zoom)
        self._centre = np.clip(self._centre, self._middle - reach, self._middle + reach)
