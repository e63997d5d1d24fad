"""The layers of a network: each has a forward and a full backward pass, and nothing about learning rates.

Arrays between layers have the pictures on the last axis: (channels, height, width, n) before `Flatten` and
(features, n) after it. So a convolution is one matrix product that lands in the layout of the next layer,
`Flatten` is free, and the innermost loop of every other operation runs along contiguous memory.

What `forward` and `backward` return lives in the layer's own memory until its next call.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.errors import ConfigError, ShapeError
from model.network.arrays import FloatArray, Shape
from model.network.convolution import Conv2D
from model.network.layer import Layer, Parameter, at_least, rectify
from model.network.normalization import BatchNorm
from model.network.pooling import AveragePool2D, MaxPool2D

__all__ = [
    "LAYER_KINDS",
    "AveragePool2D",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "MaxPool2D",
    "Parameter",
    "ReLU",
    "copy_arrays",
    "layer_copies",
    "layer_from_config",
    "lend_arrays",
    "number_layers",
]


class ReLU(Layer):
    """Let positive values through and stop the others: ``max(0, x)``."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        out = self._workspace.array("out", x.shape, x.dtype)
        rectify(x, out, self._workspace)
        self._context = out if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        out = self._take_context()
        if not need_grad_in:
            return None
        passed = self._workspace.array("passed", out.shape, np.bool_)
        np.greater(out, 0, out=passed)
        grad_in = self._workspace.array("grad_in", out.shape, grad_out.dtype)
        return np.multiply(grad_out, passed, out=grad_in)


class Flatten(Layer):
    """Lay the feature maps of each picture out as one vector: channels, then rows, then columns."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return (int(np.prod(input_shape)),)

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        self._context = x.shape if remember else None
        return x.reshape(-1, x.shape[-1])

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        return grad_out.reshape(self._take_context())


class Dense(Layer):
    """Connect every input with every output: ``out = weight @ x + bias``.

    Parameters are ``weight``, shape (outputs, inputs), and ``bias``, shape (outputs,).

    Parameters
    ----------
    outputs : int
        Number of values that come out.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.outputs = at_least(1, "outputs", outputs)

    def config(self) -> dict[str, Any]:
        return {"outputs": self.outputs}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            size = "×".join(map(str, input_shape))
            raise ShapeError(f"{self!r} takes a row of numbers, but maps of {size} come in: put Flatten before it")
        return (self.outputs,)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"weight": (self.outputs, input_shape[0]), "bias": (self.outputs,)}

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        weight, bias = self._parameters["weight"].value, self._parameters["bias"].value
        self._context = x if remember else None
        out = self._workspace.array("out", (self.outputs, x.shape[1]), weight.dtype)
        np.matmul(weight, x, out=out)
        out += bias[:, np.newaxis]
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        x = self._take_context()
        weight, bias = self._parameters["weight"], self._parameters["bias"]
        if x.shape[1] == 1:
            np.multiply(grad_out, x.T, out=weight.grad)  # BLAS is slow at products of inner length 1
        else:
            np.matmul(grad_out, x.T, out=weight.grad)
        np.add.reduce(grad_out, axis=1, out=bias.grad)
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", x.shape, grad_out.dtype)
        return np.matmul(weight.value.T, grad_out, out=grad_in)


class Dropout(Layer):
    """In training, set a random part of the numbers to zero, and enlarge the others so that their sum stays.

    Parameters
    ----------
    rate : float
        Share of the numbers that are dropped, from 0 to below 1.

    Attributes
    ----------
    rng : numpy.random.Generator
        What the next mask is drawn from. A `Learner` puts a new one here for every batch.

    References
    ----------
    N. Srivastava et al.: Dropout, JMLR 15, 2014.
    """

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < 1:
            raise ConfigError(f"must be a number from 0 to below 1, got {rate!r}", "rate")
        self.rate = float(rate)
        self.rng = np.random.default_rng(0)

    def config(self) -> dict[str, Any]:
        return {"rate": self.rate}

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        if not training:
            self._context = (None,) if remember else None
            return x
        factors = self._workspace.array("factors", x.shape, x.dtype)
        kept = self.rng.random(x.shape, np.float32) >= self.rate
        np.multiply(kept, factors.dtype.type(1 / (1 - self.rate)), out=factors)
        self._context = (factors,) if remember else None
        return np.multiply(x, factors, out=self._workspace.array("out", x.shape, x.dtype))

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        (factors,) = self._take_context()
        if factors is None or not need_grad_in:
            return grad_out if need_grad_in else None
        return np.multiply(grad_out, factors, out=self._workspace.array("grad_in", factors.shape, grad_out.dtype))


LAYER_KINDS: dict[str, type[Layer]] = {
    kind.__name__: kind for kind in (Conv2D, MaxPool2D, AveragePool2D, ReLU, BatchNorm, Dropout, Flatten, Dense)
}
"""All layers, by the names that model files have for them."""


def layer_from_config(kind: str, config: dict[str, Any]) -> Layer:
    """Make a layer again from the name of its class and its `Layer.config`.

    Raises
    ------
    ConfigError
        If there is no such layer, or it does not take these hyper-parameters.
    """
    if kind not in LAYER_KINDS:
        raise ConfigError(f"there is no layer {kind!r}; there are {', '.join(LAYER_KINDS)}")
    try:
        return LAYER_KINDS[kind](**config)
    except TypeError as error:
        raise ConfigError(f"{kind} cannot be made from {config}: {error}") from None


def number_layers(layers: Sequence[Layer]) -> list[str]:
    """Name each layer by its kind and its number among its kind: conv1, relu1, pool1, conv2."""
    short = {"Conv2D": "conv", "MaxPool2D": "pool", "AveragePool2D": "pool"}
    counts: dict[str, int] = {}
    names = []
    for layer in layers:
        kind = short.get(type(layer).__name__, type(layer).__name__.lower())
        counts[kind] = counts.get(kind, 0) + 1
        names.append(f"{kind}{counts[kind]}")
    return names


def layer_copies(layers: Sequence[Layer]) -> list[Layer]:
    """Make the same layers again, without their weights."""
    return [type(layer)(**layer.config()) for layer in layers]


def copy_arrays(sources: Sequence[Layer], targets: Sequence[Layer]) -> None:
    """Copy the parameters and statistics of layers into others like them."""
    for source, target in zip(sources, targets, strict=True):
        for name, parameter in source.parameters().items():
            np.copyto(target.parameters()[name].value, parameter.value)
        for name, statistic in source.statistics().items():
            np.copyto(target.statistics()[name], statistic)


def lend_arrays(sources: Sequence[Layer], targets: Sequence[Layer]) -> None:
    """Let layers like these compute with their parameters, in the same memory, and their statistics of now."""
    for source, target in zip(sources, targets, strict=True):
        for name, parameter in source.parameters().items():
            target.parameters()[name].value = parameter.value
        for name, statistic in source.statistics().items():
            np.copyto(target.statistics()[name], statistic)
