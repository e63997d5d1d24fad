"""Sixty thousand coloured points as one picture, in a few milliseconds.

`QPainter.drawPoints` takes a third of a second for as many, hence NumPy.
"""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from digitgui.widgets.plots.map_view import Points
from model.network.arrays import LabelArray

LEVELS = 8
"""Steps of grey along the rim of a point."""


class PointPicture:
    """A transparent picture that points are stamped onto.

    Parameters
    ----------
    width, height : int
        In pixels of the screen.
    radius : float
        Of a point, in pixels of the screen.
    """

    def __init__(self, width: int, height: int, radius: float) -> None:
        self._radius = radius
        self._margin = math.ceil(radius) + 1  # points that lie half outside need no care
        self._pixels = np.zeros((height + 2 * self._margin, width + 2 * self._margin), np.uint32)

    def stamp(self, positions: Points, labels: LabelArray, colors: tuple[str, ...], opacity: float) -> None:
        """Stamp points over those that are there.

        Parameters
        ----------
        positions : ndarray of float32, shape (n, 2)
            Centres, in pixels of the screen; those outside are left out.
        labels : ndarray of uint8, shape (n,)
            Which of the colours each has.
        colors : tuple of str
        opacity : float
            From 0 to 1.
        """
        margin, pixels = self._margin, self._pixels
        height, width = pixels.shape
        places = np.floor(positions).astype(np.int64) + margin
        inside = (places >= margin).all(axis=1) & (places < [width - margin, height - margin]).all(axis=1)
        flat, labels = places[inside] @ np.array([1, width]), labels[inside]
        all_pixels = pixels.reshape(-1)
        for coverage, offsets in _disc(self._radius):  # rims first: they must not cover the cores of others
            values = np.array([_premultiplied(color, coverage * opacity) for color in colors], np.uint32)[labels]
            for x, y in offsets:
                all_pixels[flat + (y * width + x)] = values

    def image(self) -> QImage:
        """Return the picture; it owns its memory."""
        margin, (height, width) = self._margin, self._pixels.shape
        with_margin = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )
        return with_margin.copy(margin, margin, width - 2 * margin, height - 2 * margin)


def _disc(radius: float) -> Iterator[tuple[float, npt.NDArray[np.int64]]]:
    """Yield the pixels (x, y) of a disc around 0, by how much of each is covered, the least first."""
    reach = np.arange(-math.ceil(radius), math.ceil(radius) + 1)
    x, y = np.meshgrid(reach, reach)
    coverage = np.rint(np.clip(radius + 0.5 - np.hypot(x, y), 0, 1) * LEVELS)
    for level in range(1, LEVELS + 1):
        found = coverage == level
        yield level / LEVELS, np.stack([x[found], y[found]], axis=1)


def _premultiplied(color: str, opacity: float) -> int:
    parts = QColor(color)
    red, green, blue = (round(part * opacity) for part in (parts.red(), parts.green(), parts.blue()))
    return round(255 * opacity) << 24 | red << 16 | green << 8 | blue
