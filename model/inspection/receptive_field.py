"""What a number is computed from: the part of the input, or of an earlier layer, that can change it."""

from collections.abc import Sequence
from math import prod
from typing import TypeAlias

import numpy as np

from model.inspection.trace import TracedLayer, Unit
from model.network.arrays import Shape
from model.network.layers import AveragePool2D, Conv2D, Dense, Flatten, MaxPool2D

__all__ = ["Region", "receptive_field"]

Region: TypeAlias = tuple[range, ...]
"""A box of numbers, one range an axis: (maps, rows, columns), or (units,)."""


def receptive_field(layers: Sequence[TracedLayer], unit: Unit, of: str = "input") -> Region:
    """Return the smallest box that holds all that a number can depend on.

    Each window is followed backwards: rows ``a`` to ``b`` of an output come from rows ``a * stride - padding`` to
    ``(b - 1) * stride - padding + window`` of the input. What lies in the padding is left out, since it never
    changes.

    Parameters
    ----------
    layers : sequence of TracedLayer
        In their order, as in `Trace.layers`.
    unit : Unit
        The number.
    of : str
        Where to look: ``input``, or the name of a layer no later than that of the unit.

    Returns
    -------
    tuple of range
        One range for each axis there. Empty where the number is that of padding alone.

    References
    ----------
    V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning, arXiv 1603.07285.
    """
    names = ["input", *(layer.name for layer in layers)]
    region: Region = tuple(range(place, place + 1) for place in unit.index)
    for layer in reversed(layers[names.index(of) : names.index(unit.layer)]):
        region = _before(layer, region)
    return region if all(region) else tuple(range(0) for _ in region)


def _before(layer: TracedLayer, region: Region) -> Region:
    """Return what a box of a layer's output is computed from, in its input."""
    shape = layer.input_shape
    if not all(region):
        return tuple(range(0) for _ in shape)
    if layer.kind is Dense:
        return _all_of(shape)
    if layer.kind is Flatten:
        return _before_flattening(region[0], shape)
    if layer.kind is Conv2D:
        size, stride, padding = (layer.config[name] for name in ("kernel_size", "stride", "padding"))
        return range(shape[0]), *_under(region, size, stride, padding, shape)
    if layer.kind in (MaxPool2D, AveragePool2D):
        return region[0], *_under(region, layer.config["window"], layer.config["stride"], (0, 0), shape)
    return region


def _under(
    region: Region, window: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int], shape: Shape
) -> tuple[range, range]:
    """Return the rows and columns under windows at these rows and columns."""
    axes = zip(region[1:], window, stride, padding, shape[1:], strict=True)
    rows, columns = (_line_under(*axis) for axis in axes)
    return rows, columns


def _line_under(places: range, extent: int, step: int, border: int, length: int) -> range:
    """Follow windows back along one axis; those that lie in the padding alone see nothing of it."""
    first = max(places.start, (border - extent) // step + 1)
    last = min(places.stop - 1, (length - 1 + border) // step)
    if first > last:
        return range(0)
    return range(max(0, first * step - border), min(length, last * step - border + extent))


def _before_flattening(units: range, shape: Shape) -> Region:
    """Return the smallest box around these units where they still had maps, rows and columns."""
    if len(units) == prod(shape):
        return _all_of(shape)
    places = np.unravel_index(np.arange(units.start, units.stop), shape)
    return tuple(range(int(axis.min()), int(axis.max()) + 1) for axis in places)


def _all_of(shape: Shape) -> Region:
    return tuple(range(length) for length in shape)
