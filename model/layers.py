"""The layers of a network: each has a forward and a full backward pass, and nothing about learning rates.

Arrays between layers have the pictures on the last axis: (channels, height, width, n) before `Flatten` and
(features, n) after it. So a convolution is one matrix product that lands in the layout of the next layer,
`Flatten` is free, and the innermost loop of every other operation runs along contiguous memory.

What `forward` and `backward` return lives in the layer's own memory until its next call.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from model.arrays import FloatArray, Shape
from model.convolution import add_patches, gather_patches, output_length, tap, windows
from model.errors import ConfigError, ShapeError
from model.initializers import he_normal
from model.layer import Layer, Parameter

__all__ = ["Conv2D", "Dense", "Flatten", "Layer", "MaxPool2D", "Parameter", "ReLU", "layer_from_config"]


class Conv2D(Layer):
    """Slide kernels over the input and sum: ``out[f] = bias[f] + sum_c kernel[f, c] * x[c]``.

    Like every deep-learning library it computes the cross-correlation, which is a convolution with the kernel
    turned by 180 degrees. Parameters are ``kernel``, shape (filters, channels, rows, columns), and ``bias``,
    shape (filters,).

    Parameters
    ----------
    filters : int
        Number of kernels, hence of feature maps that come out.
    kernel_size, stride, padding : int or (int, int)
        Rows and columns of a kernel, of its steps, and of the zeros added on each side.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int] = 3,
        *,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.filters = _at_least(1, "filters", filters)
        self.kernel_size = _pair("kernel_size", kernel_size, minimum=1)
        self.stride = _pair("stride", stride, minimum=1)
        self.padding = _pair("padding", padding, minimum=0)

    def config(self) -> dict[str, Any]:
        return {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "padding": self.padding,
        }

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.filters, *_slide(self, input_shape, self.kernel_size, self.stride, self.padding)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"kernel": (self.filters, input_shape[0], *self.kernel_size), "bias": (self.filters,)}

    def working_size(self, input_shape: Shape) -> int:
        filters, height, width = self.output_shape(input_shape)
        patches = input_shape[0] * math.prod(self.kernel_size) * height * width
        padded = (input_shape[1] + 2 * self.padding[0]) * (input_shape[2] + 2 * self.padding[1]) * input_shape[0]
        return max(filters * height * width, patches, padded)

    def initialize(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        super().initialize(input_shape, rng, dtype)
        shape = self.parameter_shapes(input_shape)["kernel"]
        fan_in = shape[1] * shape[2] * shape[3]
        self._parameters = {
            "kernel": Parameter.of(he_normal(shape, fan_in=fan_in, rng=rng, dtype=dtype)),
            "bias": Parameter.of(np.zeros(self.filters, dtype)),
        }

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        kernel, bias = self._parameters["kernel"].value, self._parameters["bias"].value
        padded = self._padded(x)
        out_shape = self.output_shape(x.shape[:3])
        n = x.shape[3]
        patches = self._workspace.array(
            "patches", (*self.kernel_size, x.shape[0], *out_shape[1:], n), kernel.dtype
        )
        gather_patches(padded, self.kernel_size, self.stride, patches)
        self._context = (padded.shape, patches) if training else None

        out = self._workspace.array("out", (*out_shape, n), kernel.dtype)
        flat_out = out.reshape(self.filters, -1)
        np.matmul(self._kernel_matrix(), patches.reshape(-1, flat_out.shape[1]), out=flat_out)
        flat_out += bias[:, np.newaxis]
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        padded_shape, patches = self._take_context()
        kernel, bias = self._parameters["kernel"], self._parameters["bias"]
        flat_grad = grad_out.reshape(self.filters, -1)
        flat_patches = patches.reshape(-1, flat_grad.shape[1])

        grad_matrix = (flat_patches @ flat_grad.T).reshape(*self.kernel_size, -1, self.filters)
        np.copyto(kernel.grad, grad_matrix.transpose(3, 2, 0, 1))
        np.matmul(flat_grad, np.ones(flat_grad.shape[1], flat_grad.dtype), out=bias.grad)
        if not need_grad_in:
            return None

        grad_patches = self._workspace.array("grad_patches", flat_patches.shape, grad_out.dtype)
        np.matmul(self._kernel_matrix().T, flat_grad, out=grad_patches)
        grad_padded = self._workspace.zeros("grad_in", padded_shape, grad_out.dtype)
        add_patches(grad_patches.reshape(patches.shape), self.stride, grad_padded)
        return _without_border(grad_padded, self.padding)

    def _kernel_matrix(self) -> FloatArray:
        """Arrange the kernels as rows in the order of the patches: rows, columns, channels."""
        return self._parameters["kernel"].value.transpose(0, 2, 3, 1).reshape(self.filters, -1)

    def _padded(self, x: FloatArray) -> FloatArray:
        if self.padding == (0, 0):
            return x
        channels, height, width, n = x.shape
        shape = (channels, height + 2 * self.padding[0], width + 2 * self.padding[1], n)
        padded = self._workspace.zeros("padded", shape, x.dtype)
        _without_border(padded, self.padding)[...] = x
        return padded


class MaxPool2D(Layer):
    """Keep the largest value of each window.

    Where several values of a window tie, the first in reading order alone receives the gradient. Rows and
    columns that no whole window covers are left out.

    Parameters
    ----------
    window : int or (int, int)
        Rows and columns of a window.
    stride : int or (int, int), optional
        Rows and columns from one window to the next; the window itself if not given.
    """

    def __init__(self, window: int | tuple[int, int] = 2, *, stride: int | tuple[int, int] | None = None) -> None:
        super().__init__()
        self.window = _pair("window", window, minimum=1)
        self.stride = self.window if stride is None else _pair("stride", stride, minimum=1)

    def config(self) -> dict[str, Any]:
        return {"window": self.window, "stride": self.stride}

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape[0], *_slide(self, input_shape, self.window, self.stride, (0, 0))

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        views = windows(x, self.window, self.stride)
        out = self._workspace.array("out", views.shape[2:], x.dtype)
        np.copyto(out, views[0, 0])
        for i, j in np.ndindex(self.window):
            np.maximum(out, views[i, j], out=out)
        self._context = (x, views, out) if training else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        x, views, out = self._take_context()
        if not need_grad_in:
            return None
        grad_in = self._workspace.zeros("grad_in", x.shape, grad_out.dtype)
        unclaimed = self._workspace.array("unclaimed", grad_out.shape, grad_out.dtype)
        share = self._workspace.array("share", grad_out.shape, grad_out.dtype)
        wins = self._workspace.array("wins", grad_out.shape, np.bool_)
        np.copyto(unclaimed, grad_out)
        for i, j in np.ndindex(self.window):
            np.equal(views[i, j], out, out=wins)
            np.multiply(unclaimed, wins, out=share)
            grad_in[:, *tap(i, j, self.stride, out.shape[1:])] += share
            unclaimed -= share
        return grad_in


class ReLU(Layer):
    """Let positive values through and stop the others: ``max(0, x)``."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        out = self._workspace.array("out", x.shape, x.dtype)
        # clip runs on whole vectors of numbers, np.maximum with a scalar does not
        np.clip(x, x.dtype.type(0), x.dtype.type(np.inf), out=out)
        self._context = out if training else None
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

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        self._context = x.shape if training else None
        return x.reshape(-1, x.shape[-1])

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:  # noqa: ARG002
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
        self.outputs = _at_least(1, "outputs", outputs)

    def config(self) -> dict[str, Any]:
        return {"outputs": self.outputs}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ShapeError(f"{self!r} takes a vector, but {_show(input_shape)} comes in: put Flatten before it")
        return (self.outputs,)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"weight": (self.outputs, input_shape[0]), "bias": (self.outputs,)}

    def initialize(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        super().initialize(input_shape, rng, dtype)
        shape = self.parameter_shapes(input_shape)["weight"]
        self._parameters = {
            "weight": Parameter.of(he_normal(shape, fan_in=shape[1], rng=rng, dtype=dtype)),
            "bias": Parameter.of(np.zeros(self.outputs, dtype)),
        }

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        weight, bias = self._parameters["weight"].value, self._parameters["bias"].value
        self._context = x if training else None
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
        np.sum(grad_out, axis=1, out=bias.grad)
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", x.shape, grad_out.dtype)
        return np.matmul(weight.value.T, grad_out, out=grad_in)


_LAYERS: tuple[type[Layer], ...] = (Conv2D, MaxPool2D, ReLU, Flatten, Dense)


def layer_from_config(kind: str, config: dict[str, Any]) -> Layer:
    """Make a layer again from the name of its class and its `Layer.config`.

    Raises
    ------
    ConfigError
        If there is no such layer, or it does not take these hyper-parameters.
    """
    for layer in _LAYERS:
        if layer.__name__ == kind:
            try:
                return layer(**config)
            except TypeError as error:
                raise ConfigError(f"{kind} cannot be made from {config}: {error}") from None
    raise ConfigError(f"there is no layer {kind!r}; there are {', '.join(c.__name__ for c in _LAYERS)}")


def _at_least(minimum: int, name: str, number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < minimum:
        raise ConfigError(f"{name} must be a whole number of at least {minimum}, got {number!r}")
    return int(number)


def _pair(name: str, size: int | tuple[int, int], *, minimum: int) -> tuple[int, int]:
    rows, columns = size if isinstance(size, tuple | list) and len(size) == 2 else (size, size)
    return _at_least(minimum, name, rows), _at_least(minimum, name, columns)


def _slide(
    layer: Layer,
    input_shape: Shape,
    window: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
) -> tuple[int, int]:
    if len(input_shape) != 3:
        raise ShapeError(f"{layer!r} takes (channels, height, width), but {_show(input_shape)} comes in")
    height = output_length(input_shape[1], window[0], stride[0], padding[0])
    width = output_length(input_shape[2], window[1], stride[1], padding[1])
    if height < 1 or width < 1:
        raise ShapeError(
            f"{layer!r}: a window of {window[0]}×{window[1]} does not fit into {_show(input_shape)}"
            f" with padding {padding[0]}×{padding[1]}"
        )
    return height, width


def _without_border(x: FloatArray, padding: tuple[int, int]) -> FloatArray:
    return x[:, padding[0] : x.shape[1] - padding[0], padding[1] : x.shape[2] - padding[1]]


def _show(shape: Shape) -> str:
    return "(" + ", ".join(map(str, shape)) + ")"
