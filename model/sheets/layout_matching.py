"""Finds the form of a layout on another sheet: shifted, tilted, of another size, some of its rules not found."""

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from model.errors import DataFormatError
from model.sheets.layout import Layout
from model.sheets.outline import corners_of, is_outline, outline_of
from model.sheets.perspective import Points, moved

__all__ = ["matched"]

NEAR = 0.15
"""Of the distance to the next border, within which borders are the same."""
ALIKE = 0.3
"""Of its size, by which a row or column of the same form may be larger or smaller: paper is bent."""
ENOUGH = 0.6
"""Of the borders of the layout and of the sheet, that must be the same."""
CONTRADICTING = 0.2
"""Of the borders: so many, or one, may be missing on the sheet while others are new there."""
HIDDEN = 6
"""Borders at an end that one of them may lack."""
MOST_STRETCHED = 1.12
"""One direction of a sheet is larger than the other by this factor at most, beside the layout."""

Places = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Which borders of a layout are which of a sheet.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Border of the layout, and border of the sheet.
    scale, shift : float
        Takes places of the layout to the sheet.
    """

    pairs: tuple[tuple[int, int], ...]
    scale: float
    shift: float


def matched(layout: Layout, nodes: Points, shape: tuple[int, ...]) -> Points:
    """Find where the crossings of a layout are on another sheet.

    Parameters
    ----------
    layout : Layout
    nodes : ndarray of float64, shape (m, n, 2)
        The crossings that were found on the flat paper of the sheet.
    shape : (int, int)
        Height and width of that.

    Returns
    -------
    ndarray of float64, shape (rows + 1, columns + 1, 2)
        On that flat paper.

    Raises
    ------
    DataFormatError
        If the sheet looks like another form.
    """
    marks = layout.marks
    if not (is_outline(outline_of(layout)) and is_outline(corners_of(marks))):
        raise DataFormatError("expected the layout of a table, found one whose corners lie on a line or cross")
    if marks.shape == nodes.shape and _is_alike(layout, nodes):
        rows, columns = (_Fit(tuple((one, one) for one in range(count)), 1, 0) for count in nodes.shape[:2])
    else:
        rows, columns = _fits(layout, nodes, shape)
    pairs = [(row, column) for row in rows.pairs for column in columns.pairs]
    here = np.array([marks[row[0], column[0]] for row, column in pairs])
    there = np.array([nodes[row[1], column[1]] for row, column in pairs])
    matrix = np.asarray(cv2.findHomography(here, there, 0)[0], np.float64)
    if matrix.shape != (3, 3):
        raise _another_form(layout, nodes)
    away = there - moved(here, matrix)  # paper is never quite flat: neighbours are moved alike
    nearest = np.linalg.norm(layout.nodes[:, :, np.newaxis] - here, axis=3).argmin(axis=2)
    return moved(layout.nodes, matrix) + away[nearest]


def _is_alike(layout: Layout, nodes: Points) -> bool:
    """Tell whether all rows and columns have the sizes that they have in the layout, beside their scale."""
    even, _ = _evened(layout)
    for across in (0, 1):
        here, there = (np.diff(places[:, :, 1 - across].mean(axis=1 - across)) for places in (even, nodes))
        if (np.abs(there / there.sum() - here / here.sum()) > ALIKE * here / here.sum()).any():
            return False
    return True


def _fits(layout: Layout, nodes: Points, shape: tuple[int, ...]) -> tuple[_Fit, _Fit]:
    """Match rows with rows and columns with columns, by their distances."""
    even, middle = _evened(layout)
    choices = [
        (rows, columns)
        for rows in _ways(even[:, :, 1].mean(axis=1), nodes[:, :, 1].mean(axis=1))
        for columns in _ways(even[:, :, 0].mean(axis=0), nodes[:, :, 0].mean(axis=0))
        if 1 / MOST_STRETCHED < rows.scale / columns.scale < MOST_STRETCHED
    ]
    if not choices:
        raise _another_form(layout, nodes)

    def liking(choice: tuple[_Fit, _Fit]) -> tuple[int, float]:
        """Prefer what has more borders in common, and then what lies at the same place of the paper."""
        rows, columns = choice
        ends = middle * (columns.scale, rows.scale) + (columns.shift, rows.shift)
        return len(rows.pairs) * len(columns.pairs), -float(np.abs(ends / shape[1::-1] - 0.5).sum())

    return max(choices, key=liking)


def _another_form(layout: Layout, nodes: Points) -> DataFormatError:
    rows, columns = (side - 1 for side in layout.marks.shape[:2])
    return DataFormatError(
        f"expected a sheet that the layout fits, of {rows:,} × {columns:,} cells, found"
        f" {len(nodes) - 1:,} × {nodes.shape[1] - 1:,} that lie elsewhere: leave it out or save another"
    )


def _evened(layout: Layout) -> tuple[Points, Points]:
    """Take a layout out of perspective: the corners of the table become a rectangle; and the picture's middle."""
    marks = layout.marks
    corners = corners_of(marks)
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    ends = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), ends), np.float64)
    return moved(marks, matrix), moved(np.array(layout.size) / 2, matrix)


def _ways(here: Places, there: Places) -> list[_Fit]:
    """Find the scales and shifts under which most borders are the same, the best first."""
    fits: dict[tuple[tuple[int, int], ...], _Fit] = {}
    reach = NEAR * _gaps(there)
    counts = len(here), len(there)
    fewest = max(2, ENOUGH * max(counts), min(counts) - max(1, CONTRADICTING * max(counts)))
    for (first, last), (begin, end) in product(_spans(len(here)), _spans(len(there))):
        if here[last] == here[first]:
            continue
        scale = (there[end] - there[begin]) / (here[last] - here[first])
        shift = there[begin] - here[first] * scale
        away = np.abs(here[:, np.newaxis] * scale + shift - there)
        nearest = away.argmin(axis=1)
        same = np.flatnonzero(away[np.arange(len(here)), nearest] < reach[nearest])
        pairs = tuple((int(one), int(nearest[one])) for one in same)
        is_single = len({border for _, border in pairs}) == len(pairs)
        if is_single and len(pairs) >= fewest:
            fits[pairs] = _Fit(pairs, float(scale), float(shift))
    return sorted(fits.values(), key=lambda fit: -len(fit.pairs))[:40]


def _spans(count: int) -> list[tuple[int, int]]:
    """Return pairs of borders that are far from each other."""
    firsts, lasts = range(min(count, HIDDEN + 1)), range(max(0, count - HIDDEN - 1), count)
    return [(first, last) for first in firsts for last in lasts if last - first >= max(1, count // 3)]


def _gaps(places: Places) -> Places:
    """Return the smaller distance of each border to its neighbours."""
    gaps = np.diff(places)
    return np.asarray(np.minimum(np.append(gaps, np.inf), np.insert(gaps, 0, np.inf)), np.float64)
