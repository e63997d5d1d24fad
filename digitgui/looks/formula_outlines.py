"""Formulas as outlines, set by matplotlib's mathtext; importing it takes long, so this runs in another process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Outline", "outlines_of"]

SIZE = 100.0
"""Of a letter, in the units that matplotlib computes with; the outline is divided by it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A formula as curves, in units of the size of its letters, y downwards, the baseline at 0.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 2)
    codes : ndarray of uint8, shape (n,)
        As in `matplotlib.path.Path`: 1 move, 2 line, 3 and 4 points of a curve with one or two control points, 79
        close.
    """

    points: npt.NDArray[np.float64]
    codes: npt.NDArray[np.uint8]


def outlines_of(formulas: Sequence[str]) -> dict[str, Outline]:
    """Set formulas, written in TeX's mathematics without dollar signs.

    Raises
    ------
    ValueError
        If one of them cannot be understood.
    """
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.textpath import TextPath  # noqa: PLC0415

    looks: Any = FontProperties(family="DejaVu Sans", math_fontfamily="dejavusans")
    found = {}
    for formula in formulas:
        path = TextPath((0, 0), f"${formula}$", size=SIZE, prop=looks)
        points = np.asarray(path.vertices, np.float64) / SIZE * (1, -1)
        found[formula] = Outline(points, np.asarray(path.codes, np.uint8))
    return found
