"""Numbers times what joins them to another number, and their sum: what a weighted sum or a gradient is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.inspection.trace import TracedLayer, Unit
from model.network.arrays import FloatArray, IndexArray

__all__ = ["BoolArray", "Products", "reach", "source_of"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Products:
    """Terms of a sum in groups, a group for each map (or for each unit), the largest group first.

    Attributes
    ----------
    layer : str
        Whose numbers they are; or ``input``.
    groups : ndarray of int, shape (n,)
        The map, or the unit, of each group, from 0.
    places : ndarray of int, shape (n, rows, columns, axes)
        Index of each number in the layer's array: (map, row, column) or (unit,).
    inside : ndarray of bool, shape (rows, columns)
        False where a place lies outside the map, in the zeros of the padding.
    values, weights : ndarray, shape (n, rows, columns)
        The numbers, and what each is multiplied by; 0 is the value outside.
    products : ndarray of float64, shape (n, rows, columns)
        Product of the two, which float64 holds without rounding.
    totals : ndarray of float64, shape (n,)
        Sum of each group.
    """

    layer: str
    groups: IndexArray
    places: IndexArray
    inside: BoolArray
    values: FloatArray
    weights: FloatArray
    products: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        layer: str,
        places: IndexArray,
        values: FloatArray,
        weights: FloatArray,
        *,
        inside: BoolArray | None = None,
        groups: IndexArray | None = None,
    ) -> "Products":
        """Multiply, add up each group, and put the groups into the order of their size.

        All numbers lie ``inside`` if it is not given, and the groups are counted from 0.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # of a network that has diverged
            products = np.multiply(values, weights, dtype=np.float64)
            totals = products.sum(axis=(1, 2))
        order = np.argsort(-np.abs(totals), kind="stable")
        names = np.arange(len(values)) if groups is None else groups
        shown = np.ones(values.shape[1:], bool) if inside is None else inside
        terms = values[order], weights[order], products[order]
        return cls(layer, names[order], places[order], shown, *terms, totals[order])

    @property
    def total(self) -> float:
        """Sum of all groups."""
        return float(self.totals.sum())

    @property
    def count(self) -> int:
        """How many terms there are."""
        return len(self.groups) * int(self.inside.sum())

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self.groups)

    def unit(self, group: int, row: int, column: int) -> Unit | None:
        """Return the unit of a term; None outside the map."""
        if not self.inside[row, column]:
            return None
        return Unit(self.layer, tuple(int(place) for place in self.places[group, row, column]))


def source_of(layer: TracedLayer) -> str:
    """Name the layer whose numbers a layer takes; or ``input``."""
    return layer.source.removesuffix(".output")


def reach(place: int, positions: int, window: int, stride: int, padding: int = 0) -> tuple[IndexArray, IndexArray]:
    """Find the windows along an axis that hold a number, and where in each it lies.

    Parameters
    ----------
    place : int
        Of the number along the axis, from 0.
    positions : int
        How many windows there are.
    window, stride, padding : int
        Numbers in a window, and from one to the next; zeros before the first number.

    Returns
    -------
    positions, taps : ndarray of int
        Empty where no window holds the number: at a rim that no whole window covers, or between windows.
    """
    at: npt.NDArray[Any] = np.arange(positions)
    taps = place + padding - at * stride
    held = (taps >= 0) & (taps < window)
    return at[held], taps[held]
