"""Where the gradient of one number comes from, in terms that add up to it, and what it goes to.

All numbers are those of a `Trace`, hence of the layers themselves; only products and their sums are computed here.
"""

import math
from dataclasses import dataclass

import numpy as np

from model.inspection.forward_terms import Entered, Normalised, Pooled, Rectified, WeightedSum, forward_terms
from model.inspection.products import Products, reach
from model.inspection.trace import Trace, TracedLayer, Unit
from model.network.arrays import FloatArray, IndexArray
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU

__all__ = ["Share", "backward_terms", "layer_after", "shares"]


@dataclass(frozen=True, eq=False, slots=True)
class Share:
    """What the gradient of one number adds to the gradient of others.

    Attributes
    ----------
    name : str
        As in ``conv1.kernel``; or the layer before, as in ``relu1``, for what the number is computed from.
    index : tuple of int
        Which of them: (filter,) for a kernel. Empty for the numbers of the layer before.
    own : ndarray of float64
        What this number adds.
    whole : ndarray, shape of ``own``
        The whole gradient, as the trace has it.
    adders : int
        Over how many numbers of the layer the whole gradient of a parameter is the sum; 0 for the layer before.
    """

    name: str
    index: tuple[int, ...]
    own: FloatArray
    whole: FloatArray
    adders: int


def layer_after(trace: Trace, name: str) -> TracedLayer | None:
    """Return the layer that takes the numbers of another, or of ``input``; None after the last."""
    names = ["input", *(layer.name for layer in trace.layers)]
    index = names.index(name)
    return trace.layers[index] if index < len(trace.layers) else None


def backward_terms(trace: Trace, unit: Unit) -> Products | None:
    """Say from which later numbers the gradient of a number comes.

    Parameters
    ----------
    trace : Trace
    unit : Unit
        One that the trace has.

    Returns
    -------
    Products or None
        ``values`` are gradients of later numbers, ``weights`` the slopes that join them to this one: weights of a
        convolution or a dense layer; 1 where a ReLU, a pooling window or `Flatten` hands the number on, else 0;
        the share of a mean; ``scale / sqrt(variance + epsilon)``. Rows and columns are those of the later numbers;
        there are none where no window covers the number. None for a logit, whose gradient
        `model.inspection.answer_terms` explains.
    """
    layer = layer_after(trace, unit.layer)
    if layer is None:
        return None
    if layer.kind is Conv2D:
        return _from_convolution(trace, layer, unit)
    if layer.kind in (MaxPool2D, AveragePool2D):
        return _from_pooling(trace, layer, unit)
    if layer.kind is Dense:
        weights = trace[f"{layer.name}.weight"][:, unit.index[0]].reshape(-1, 1, 1)
        places = np.arange(len(weights)).reshape(-1, 1, 1, 1)
        return Products.of(layer.name, places, trace[f"{layer.name}.gradient"].reshape(weights.shape), weights)
    return _from_one(trace, layer, unit)


@np.errstate(over="ignore", invalid="ignore")  # of a network that has diverged
def shares(trace: Trace, unit: Unit) -> tuple[Share, ...]:
    """Say to which weights, biases and numbers of the layer before the gradient of a number goes.

    Parameters
    ----------
    trace : Trace
    unit : Unit
        One that the trace has.

    Returns
    -------
    tuple of Share
        Those of the parameters first: what a number adds to a kernel is its gradient times the patch that it saw;
        the kernel's whole gradient is the sum of that over all rows and columns of its map. Nothing for a pixel.
    """
    if unit.layer == "input":
        return ()
    terms, gradient = forward_terms(trace, unit), trace.gradient(unit)
    layer = trace.layer(unit.layer)
    adders = math.prod(layer.output_shape[1:])
    if isinstance(terms, WeightedSum):
        products = terms.products
        weight = "kernel" if layer.kind is Conv2D else "weight"
        own = _in_order(products, gradient * products.values.astype(np.float64))
        before = _in_order(products, gradient * products.weights.astype(np.float64) * products.inside)
        return (
            _share(trace, f"{unit.layer}.{weight}", unit.index[:1], own, adders),
            _share(trace, f"{unit.layer}.bias", unit.index[:1], np.array(gradient), adders),
            Share(products.layer, (), before, _gradients_before(trace, products), 0),
        )
    if isinstance(terms, Normalised):
        own = np.array(gradient * terms.normalised)
        return (
            _share(trace, f"{unit.layer}.scale", unit.index[:1], own, adders),
            _share(trace, f"{unit.layer}.shift", unit.index[:1], np.array(gradient), adders),
            _to_one(trace, terms.source, gradient * terms.scale / terms.deviation),
        )
    if isinstance(terms, Pooled):
        return (_to_window(trace, terms, gradient),)
    assert not isinstance(terms, Entered)
    passes = terms.value > 0 if isinstance(terms, Rectified) else True
    return (_to_one(trace, terms.source, gradient * passes),)


def _from_convolution(trace: Trace, layer: TracedLayer, unit: Unit) -> Products:
    (rows, taps_down), (columns, taps_across) = _reaches(layer, unit, layer.config["kernel_size"])
    kernel = trace[f"{layer.name}.kernel"][:, unit.index[0]]
    values = trace[f"{layer.name}.gradient"][:, rows[:, np.newaxis], columns]
    weights = kernel[:, taps_down[:, np.newaxis], taps_across]
    return Products.of(layer.name, _map_places(np.arange(len(kernel)), rows, columns), values, weights)


def _from_pooling(trace: Trace, layer: TracedLayer, unit: Unit) -> Products:
    (rows, taps_down), (columns, taps_across) = _reaches(layer, unit, layer.config["window"])
    channel = unit.index[:1]
    values = trace[f"{layer.name}.gradient"][channel[0], rows[:, np.newaxis], columns][np.newaxis]
    if layer.kind is AveragePool2D:
        weights = np.full_like(values, 1 / math.prod(layer.config["window"]))
    else:
        weights = np.zeros_like(values)
        for i, j in np.ndindex(len(rows), len(columns)):
            later = forward_terms(trace, Unit(layer.name, (*channel, int(rows[i]), int(columns[j]))))
            assert isinstance(later, Pooled)
            weights[0, i, j] = later.winners[:1] == ((int(taps_down[i]), int(taps_across[j])),)
    places = _map_places(np.array(channel), rows, columns)
    return Products.of(layer.name, places, values, weights, groups=np.array(channel))


def _from_one(trace: Trace, layer: TracedLayer, unit: Unit) -> Products:
    """Say what comes from the one number that a layer makes of each."""
    place, slope = unit.index, 1.0
    if layer.kind is Flatten:
        place = (int(np.ravel_multi_index(unit.index, layer.input_shape)),)
    later = Unit(layer.name, place)
    if layer.kind is ReLU:
        slope = float(trace.value(later) > 0)
    elif layer.kind is BatchNorm:
        terms = forward_terms(trace, later)
        assert isinstance(terms, Normalised)
        slope = terms.scale / terms.deviation
    gradient = trace[f"{layer.name}.gradient"][place].reshape(1, 1, 1)
    places = np.array(place).reshape(1, 1, 1, -1)
    return Products.of(layer.name, places, gradient, np.full((1, 1, 1), slope), groups=np.array(place[:1]))


def _reaches(
    layer: TracedLayer, unit: Unit, window: tuple[int, int]
) -> tuple[tuple[IndexArray, IndexArray], tuple[IndexArray, IndexArray]]:
    """Find the rows and the columns of a later map whose windows hold a number, and where in them it lies."""
    padding = layer.config.get("padding", (0, 0))
    down, across = (
        reach(
            unit.index[axis + 1],
            layer.output_shape[axis + 1],
            window[axis],
            layer.config["stride"][axis],
            padding[axis],
        )
        for axis in range(2)
    )
    return down, across


def _map_places(maps: IndexArray, rows: IndexArray, columns: IndexArray) -> IndexArray:
    return np.stack(np.broadcast_arrays(*np.ix_(maps, rows, columns)), axis=-1)


def _in_order(products: Products, array: FloatArray) -> FloatArray:
    """Put groups that are sorted by size into the order of the layer again."""
    ordered = np.empty_like(array)
    ordered[products.groups] = array
    return ordered


def _gradients_before(trace: Trace, products: Products) -> FloatArray:
    """Return the gradients of the numbers that a number is computed from, and 0 outside."""
    places = _in_order(products, np.where(products.inside[..., np.newaxis], products.places, 0))
    return trace[f"{products.layer}.gradient"][tuple(np.moveaxis(places, -1, 0))] * products.inside


def _share(trace: Trace, name: str, index: tuple[int, ...], own: FloatArray, adders: int) -> Share:
    whole = trace[f"{name}.gradient"][index]
    return Share(name, index, own.reshape(np.shape(whole)), np.asarray(whole), adders)


def _to_one(trace: Trace, source: Unit, own: float) -> Share:
    return Share(source.layer, (), np.array(own), np.asarray(trace[f"{source.layer}.gradient"][source.index]), 0)


def _to_window(trace: Trace, terms: Pooled, gradient: float) -> Share:
    own = np.zeros(terms.window.shape)
    if not terms.is_largest:
        own[:] = gradient / terms.window.size
    elif terms.winners:
        own[terms.winners[0]] = gradient
    channel, row, column = terms.corner
    rows, columns = terms.window.shape[0], terms.window.shape[1]
    whole = trace[f"{terms.layer}.gradient"][channel, row : row + rows, column : column + columns]
    return Share(terms.layer, (), own, whole, 0)
