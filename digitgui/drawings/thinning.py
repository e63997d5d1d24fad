"""Drawings with fewer points, as like the whole ones as that number of points allows.

The points are ranked as by the algorithm of Ramer, Douglas and Peucker (D. H. Douglas, T. K. Peucker: Algorithms
for the reduction of the number of points required to represent a digitized line or its caricature, Cartographica
10, 1973): a point matters as much as the line would be off without it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digitgui.drawings.strokes import Stroke

Points = npt.NDArray[np.float64]


def thinned(strokes: Sequence[Stroke], most: int) -> list[Stroke]:
    """Keep the points that matter most; every stroke keeps its first.

    Parameters
    ----------
    strokes : sequence of Stroke
    most : int
        Points of all strokes together; not below the number of strokes.

    Returns
    -------
    list of Stroke
        The very same strokes if they have no more points than that.
    """
    if sum(len(stroke.points) for stroke in strokes) <= most:
        return list(strokes)
    worths = [_worths(stroke) for stroke in strokes]
    order = np.argsort(-np.concatenate(worths), kind="stable")
    chosen = np.zeros(len(order), bool)
    chosen[order[:most]] = True
    ends = np.cumsum([len(worth) for worth in worths])
    return [_part(stroke, mask) for stroke, mask in zip(strokes, np.split(chosen, ends[:-1]), strict=True)]


def _worths(stroke: Stroke) -> Points:
    """Compute how far the line would be off without each point, and without those between that matter less."""
    places = np.array([(point.x(), point.y()) for point in stroke.points])
    radii = stroke.width / 2 * np.array(stroke.pressures)  # half the width is off as well as the middle
    points = np.column_stack([places, radii])
    worths = np.zeros(len(points))
    worths[-1] = np.linalg.norm(np.ptp(points, axis=0))
    worths[0] = np.inf
    parts = [(0, len(points) - 1, float(worths[-1]))]
    while parts:
        first, last, limit = parts.pop()
        if last - first < 2:
            continue
        offs = _distances(points[first + 1 : last], points[first], points[last])
        farthest = int(offs.argmax())
        worth = min(limit, float(offs[farthest]))
        if worth > 0:
            middle = first + 1 + farthest
            worths[middle] = worth
            parts += [(first, middle, worth), (middle, last, worth)]
    return worths


def _distances(points: Points, start: Points, end: Points) -> Points:
    """Compute how far points are from the straight line between two others."""
    along = end - start
    square = along @ along
    share = np.clip((points - start) @ along / square, 0, 1) if square else np.zeros(len(points))
    return np.asarray(np.linalg.norm(points - start - share[:, np.newaxis] * along, axis=1))


def _part(stroke: Stroke, mask: npt.NDArray[np.bool_]) -> Stroke:
    chosen = np.flatnonzero(mask)
    return Stroke(
        stroke.width,
        stroke.erases,
        [stroke.points[index] for index in chosen],
        [stroke.pressures[index] for index in chosen],
        [stroke.times[index] for index in chosen],
        stroke.began,
    )
