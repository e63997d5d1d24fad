"""Numbers, put together from digits of one hand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.pen_strokes import Strokes, stroke_ink

__all__ = ["Number", "write_number"]


@dataclass(frozen=True)
class Number:
    """A number as one draws it.

    Attributes
    ----------
    gray : ndarray of uint8, shape (height, width)
    strokes : list of ndarray
        The ink of each stroke alone.
    labels : list of int
    gaps : list of float
        Free columns between neighbours, as a share of the height; negative where they overlap.
    touching : bool
        Whether there are fewer parts of connected ink than with the digits apart.
    """

    gray: npt.NDArray[np.uint8]
    strokes: list[npt.NDArray[np.uint8]]
    labels: list[int]
    gaps: list[float]
    touching: bool


def write_number(
    digits: list[tuple[Strokes, int]],
    rng: np.random.Generator,
    *,
    gaps: tuple[float, float] = (-0.05, 0.4),
    height: int = 120,
    pen: float | None = None,
) -> Number:
    """Write digits beside each other; the gaps are between their ink, as shares of the height."""
    pen = rng.uniform(0.06, 0.12) * height if pen is None else pen
    placed: list[Strokes] = []
    right, used = 0.0, []
    slope = rng.uniform(-0.08, 0.08)
    for strokes, _ in digits:
        size = height * rng.uniform(0.8, 1.2)
        moved = [stroke * size for stroke in strokes]
        gap = rng.uniform(*gaps)
        left = right + gap * height + pen if placed else 0.0
        rise = rng.normal(0, 0.04) * height + slope * left + (height - size) / 2
        moved = [stroke + np.array([left, rise]) for stroke in moved]
        right = max(float(stroke[:, 0].max()) for stroke in moved)
        used.append(gap)
        placed.append(moved)
    points = np.concatenate([stroke for strokes in placed for stroke in strokes])
    low, high = points.min(axis=0) - pen - 4, points.max(axis=0) + pen + 4
    shape = (int(high[1] - low[1]) + 1, int(high[0] - low[0]) + 1)
    inks = [[stroke_ink([stroke - low], pen, shape) for stroke in strokes] for strokes in placed]
    wholes = [np.max(parts, axis=0) for parts in inks]
    covered = sum((whole >= 32).astype(int) for whole in wholes)
    grown = sum((_grown(whole >= 32)).astype(int) for whole in wholes)
    touching = bool((np.asarray(covered) > 1).any() or (np.asarray(grown) > 1).any())
    return Number(
        np.max(wholes, axis=0),
        [one for parts in inks for one in parts],
        [label for _, label in digits],
        used[1:],
        touching,
    )


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Grow by half of the distance at which ink hangs together."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:, 1:] |= mask[:, :-1]
    grown[1:, 1:] |= mask[:-1, :-1]
    return grown
