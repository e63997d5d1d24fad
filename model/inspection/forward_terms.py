"""What one number of the forward pass is computed from, in terms that add up to it.

All numbers are those of a `Trace`, hence of the layers themselves; only products and their sums are computed here.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from model.inspection.products import BoolArray, Products, source_of
from model.inspection.trace import Trace, TracedLayer, Unit
from model.network.arrays import FloatArray, Shape
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU

__all__ = [
    "Entered",
    "Forward",
    "Normalised",
    "Passed",
    "Pooled",
    "Rectified",
    "WeightedSum",
    "forward_terms",
    "maps_before",
]


@dataclass(frozen=True, slots=True)
class Entered:
    """A pixel as the first layer takes it: ``(pixel / 255 - mean) / deviation``.

    Attributes
    ----------
    pixel : int
        0 to 255.
    mean, deviation : float
        Of the network's settings: 0 and 1 leave the pixel from 0 to 1.
    value : float
    """

    pixel: int
    mean: float
    deviation: float
    value: float


@dataclass(frozen=True, eq=False, slots=True)
class WeightedSum:
    """A number of a convolution or of a dense layer: ``sum(products) + bias``.

    Attributes
    ----------
    products : Products
        Patch times kernel, map by map; or inputs times weights, in the maps that they came from if they were
        flattened.
    bias, value : float
    """

    products: Products
    bias: float
    value: float


@dataclass(frozen=True, slots=True)
class Rectified:
    """A number of a ReLU: ``max(0, x)``.

    Attributes
    ----------
    source : Unit
        What it takes.
    x, value : float
    """

    source: Unit
    x: float
    value: float


@dataclass(frozen=True, eq=False, slots=True)
class Pooled:
    """The largest number of a window, or the mean of all.

    Attributes
    ----------
    layer : str
        Whose numbers the window holds.
    corner : (int, int, int)
        Map, row and column of its first number.
    window : ndarray, shape (rows, columns)
    winners : tuple of (int, int)
        Row and column in the window of each number that equals the largest, in reading order: the first alone
        receives the gradient. None of an average.
    is_largest : bool
        Whether it is the largest; the mean otherwise.
    value : float
    """

    layer: str
    corner: tuple[int, int, int]
    window: FloatArray
    winners: tuple[tuple[int, int], ...]
    is_largest: bool
    value: float

    def unit(self, row: int, column: int) -> Unit:
        """Return the unit of a place in the window."""
        channel, first_row, first_column = self.corner
        return Unit(self.layer, (channel, first_row + row, first_column + column))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A number of a batch normalisation: ``(x - mean) / sqrt(variance + epsilon) * scale + shift``.

    Attributes
    ----------
    source : Unit
        What it takes.
    channel : int
        Whose statistics are used.
    x, mean, variance, epsilon, scale, shift : float
        Mean and variance are the running ones, with which a network answers.
    deviation, normalised : float
        ``sqrt(variance + epsilon)``, and ``(x - mean) / deviation``.
    value : float
    """

    source: Unit
    channel: int
    x: float
    mean: float
    variance: float
    epsilon: float
    scale: float
    shift: float
    deviation: float
    normalised: float
    value: float


@dataclass(frozen=True, slots=True)
class Passed:
    """A number that a layer hands on as it is: `Flatten` in another order, and `Dropout` when a network answers.

    Attributes
    ----------
    source : Unit
        Where it comes from.
    value : float
    """

    source: Unit
    value: float


Forward: TypeAlias = Entered | WeightedSum | Rectified | Pooled | Normalised | Passed


def forward_terms(trace: Trace, unit: Unit) -> Forward:
    """Say what a number is computed from.

    Parameters
    ----------
    trace : Trace
    unit : Unit
        One that the trace has.

    Returns
    -------
    Entered, WeightedSum, Rectified, Pooled, Normalised or Passed
        By the kind of its layer. Terms add up to the value as exactly as its dtype computes.
    """
    if unit.layer == "input":
        return _entered(trace, unit)
    layer, value = trace.layer(unit.layer), trace.value(unit)
    same = Unit(source_of(layer), unit.index)
    if layer.kind in (Conv2D, Dense):
        products = _patch_products if layer.kind is Conv2D else _input_products
        return WeightedSum(products(trace, layer, unit), float(trace[f"{unit.layer}.bias"][unit.index[0]]), value)
    if layer.kind is ReLU:
        return Rectified(same, trace.value(same), value)
    if layer.kind in (MaxPool2D, AveragePool2D):
        return _pooled(trace, layer, unit)
    if layer.kind is BatchNorm:
        return _normalised(trace, layer, unit, same)
    if layer.kind is Flatten:
        same = Unit(same.layer, tuple(int(place) for place in np.unravel_index(unit.index[0], layer.input_shape)))
    return Passed(same, value)


def maps_before(trace: Trace, layer: TracedLayer) -> Shape | None:
    """Return the shape of the maps whose numbers, flattened, a layer takes; None where they come from units."""
    for before in reversed(trace.layers[: trace.layers.index(layer)]):
        if before.kind is Flatten and len(before.input_shape) == 3:
            return before.input_shape
        if before.kind is Dense:
            return None
    return None


def _entered(trace: Trace, unit: Unit) -> Entered:
    channel, row, column = unit.index
    place = (row, column) if trace.image.ndim == 2 else (row, column, channel)
    return Entered(int(trace.image[place]), trace.input_mean, trace.input_deviation, trace.value(unit))


def _patch_products(trace: Trace, layer: TracedLayer, unit: Unit) -> Products:
    x, kernel = trace[layer.source], trace[f"{unit.layer}.kernel"][unit.index[0]]
    channels, *lengths = layer.input_shape
    axes = zip(unit.index[1:], layer.config["stride"], layer.config["padding"], kernel.shape[1:], strict=True)
    rows, columns = (place * stride - padding + np.arange(size) for place, stride, padding, size in axes)
    height, width = lengths
    inside: BoolArray = np.logical_and.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    patch = x[:, rows.clip(0, height - 1)[:, np.newaxis], columns.clip(0, width - 1)]
    places = np.stack(np.broadcast_arrays(*np.ix_(np.arange(channels), rows, columns)), axis=-1)
    return Products.of(source_of(layer), places, np.where(inside, patch, 0), kernel, inside=inside)


def _input_products(trace: Trace, layer: TracedLayer, unit: Unit) -> Products:
    x, weights = trace[layer.source], trace[f"{unit.layer}.weight"][unit.index[0]]
    shape = maps_before(trace, layer) or (len(x), 1, 1)
    places = np.arange(len(x)).reshape(*shape, 1)
    return Products.of(source_of(layer), places, x.reshape(shape), weights.reshape(shape))


def _pooled(trace: Trace, layer: TracedLayer, unit: Unit) -> Pooled:
    channel, *place = unit.index
    row, column = (at * stride for at, stride in zip(place, layer.config["stride"], strict=True))
    rows, columns = layer.config["window"]
    window, value = trace[layer.source][channel, row : row + rows, column : column + columns], trace.value(unit)
    is_largest = layer.kind is MaxPool2D
    winners = np.argwhere(window == value).tolist() if is_largest else []
    found = tuple((int(i), int(j)) for i, j in winners)
    return Pooled(source_of(layer), (channel, row, column), window, found, is_largest, value)


def _normalised(trace: Trace, layer: TracedLayer, unit: Unit, source: Unit) -> Normalised:
    channel, x, epsilon = unit.index[0], trace.value(source), float(layer.config["epsilon"])
    names = ("running_mean", "running_variance", "scale", "shift")
    mean, variance, scale, shift = (float(trace[f"{unit.layer}.{name}"][channel]) for name in names)
    deviation = math.sqrt(variance + epsilon)
    normalised = (x - mean) / deviation
    return Normalised(
        source, channel, x, mean, variance, epsilon, scale, shift, deviation, normalised, trace.value(unit)
    )
