"""The points of a map, and which of them are meant by a place, a rectangle or a direction."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from digitgui.widgets.plots.map_view import MapView, Points
from model.network.arrays import IndexArray, LabelArray

REACH = 12
"""A point is meant by a place up to so many pixels away."""


class MapPoints:
    """Points in random order, or the class that comes last in a data set would cover the others.

    Parameters
    ----------
    coordinates : ndarray of float32, shape (n, 2)
    indices : ndarray of int, shape (n,)
        Of each picture in the data set.
    labels : ndarray of uint8, shape (n,)

    Attributes
    ----------
    coordinates, indices, labels
        In the order of drawing. The number of a point is its place in that order.
    visible : ndarray of bool, shape (n,)
        Which can be chosen.
    positions : ndarray of float32, shape (n, 2)
        In pixels of the window.
    """

    def __init__(self, coordinates: Points, indices: IndexArray, labels: LabelArray) -> None:
        order = np.random.default_rng(0).permutation(len(indices))
        self.coordinates = np.ascontiguousarray(coordinates[order], np.float32)
        self.indices, self.labels = indices[order], labels[order]
        self.visible = np.ones(len(order), np.bool_)
        self.positions = self.coordinates

    def __len__(self) -> int:
        return len(self.indices)

    def lay_out(self, view: MapView) -> None:
        """Compute where the points lie in the window now."""
        self.positions = view.positions(self.coordinates)

    def show(self, mask: npt.NDArray[np.bool_] | None) -> None:
        """Make those visible whose pictures are in a mask over the data set; None for all."""
        self.visible = np.ones(len(self), np.bool_) if mask is None else mask[self.indices]

    def number_of(self, index: int) -> int:
        """The number of a picture of the data set; -1 if it is not on the map."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else -1

    def place(self, number: int) -> QPointF:
        """Where a point lies in the window."""
        return QPointF(*self.positions[number].tolist())

    def at(self, place: QPointF) -> int:
        """The number of the visible point that is meant by a place, or -1."""
        away = self.positions - np.array([place.x(), place.y()], np.float32)
        squares = np.where(self.visible, np.einsum("ij,ij->i", away, away), np.inf)
        return int(squares.argmin()) if squares.min(initial=np.inf) <= REACH**2 else -1

    def within(self, rectangle: QRectF) -> IndexArray:
        """The rising indices, in the data set, of the visible points in a rectangle."""
        x, y = self.positions.T
        inside = (x >= rectangle.left()) & (x <= rectangle.right())
        inside &= (y >= rectangle.top()) & (y <= rectangle.bottom())
        return np.sort(self.indices[inside & self.visible])

    def nearest_to(self, place: QPointF, direction: tuple[int, int] | None = None) -> int:
        """The number of the nearest visible point, in a direction give or take 45 degrees; -1 if there is none."""
        away = self.positions - np.array([place.x(), place.y()], np.float32)
        wanted = self.visible
        if direction is not None:
            along, across = away @ np.array(direction, np.float32), away @ np.array(direction[::-1], np.float32)
            wanted = wanted & (along > 0) & (np.abs(across) <= along)
        if not wanted.any():
            return -1
        return int(np.where(wanted, np.einsum("ij,ij->i", away, away), np.inf).argmin())
