"""The fast way to answer: a list of calls whose arrays all exist.

At one picture, most of the time goes into getting ready: views, shapes, kernels in the order of the patches. Here
that is done once, for as long as the weights stay. Between the calls, feature maps have the shape (height, width,
channels, n), n pictures on the last axis: one picture's patches are copied in runs of all channels, and those of a
block of pictures become many products, each so small that BLAS takes both matrices as they lie.

``tests/model_unit/test_prepared_calls.py`` compares the answers with those of the plain layers.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, ImageArray, Shape, Workspace
from model.network.layers import (
    LAYER_KINDS,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
)
from model.network.patches import output_length

__all__ = ["PreparedCalls", "can_prepare"]

FEW_CHANNELS = 3
"""Up to so many channels, one picture's patches are copied as rows of pixels: longer runs than the channels."""
TILE = 32
"""Filters of one small product: OpenBLAS takes matrices as they lie up to a million multiplications."""


def can_prepare(layers: Sequence[Layer]) -> bool:
    """Return whether these are the program's own layers: others may compute anything."""
    return all(type(layer) in LAYER_KINDS.values() for layer in layers)


LARGE = 10_000
"""Weights of a kernel that take longer to copy than to add up."""


class PreparedCalls:
    """The forward pass of so many pictures.

    Parameters
    ----------
    layers : sequence of Layer
        For which `can_prepare` holds; initialised.
    input_shape : (int, int, int)
        Channels, height and width.
    dtype : dtype
        Of the layers.
    scale, offset : float
        The pixels enter as ``scale * pixel - offset``.
    count : int
        Number of pictures: 1, or some dozens.

    Notes
    -----
    Kernels and what `BatchNorm` does are kept rearranged, and made anew when `is_current` says so. The weights of
    `Dense`, by far the largest, are used where they are.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: Shape,
        dtype: npt.DTypeLike,
        scale: float,
        offset: float,
        count: int,
    ) -> None:
        self._dtype: np.dtype[Any] = np.dtype(dtype)
        arranged = [layer for layer in layers if isinstance(layer, Conv2D | BatchNorm)]
        self._parameters = [parameter for layer in arranged for parameter in layer.parameters().values()]
        self._statistics = [array for layer in arranged for array in layer.statistics().values()]
        longest = max((parameter.value[0].size for parameter in self._parameters), default=0)
        self._factors = np.random.default_rng(0).uniform(1, 2, longest).astype(self._dtype)
        self._made_for, self._settings = self._fingerprint(), (scale, offset)
        channels, height, width = input_shape
        self._pixels = np.zeros((height, width, channels, count), np.uint8)
        self._calls: list[Callable[[], object]] = []
        self._workspace = Workspace()  # what one convolution no longer needs, the next one overwrites
        self._x = self._empty(*self._pixels.shape)
        self._call(np.multiply, self._pixels, np.array(scale, self._dtype), self._x)
        if offset:
            self._call(np.subtract, self._x, np.array(offset, self._dtype), self._x)
        rest = _pooled_first(layers)
        while rest:
            rest = self._add(rest)

    def is_current(self, scale: float, offset: float) -> bool:
        """Return whether weights and scaling are still those that the calls were made for."""
        return self._fingerprint() == self._made_for and self._settings == (scale, offset)

    def logits(self, images: ImageArray) -> FloatArray:
        """Compute the logits, shape (n, classes), in memory that the next call overwrites.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width), or (n, height, width, channels) if several
            As many as it is prepared for, or fewer.
        """
        height, width, channels, _ = self._pixels.shape
        pictures = images.reshape(-1, height, width, channels).transpose(1, 2, 3, 0)
        np.copyto(self._pixels[..., : len(images)], pictures)
        for call in self._calls:
            call()
        return self._x.T[: len(images)]

    def _fingerprint(self) -> bytes:
        """Return bits that change with all that is rearranged.

        Of a large kernel they are the sum of its weights, each times a number of its own: that reads them once,
        where a copy would drive the maps out of the cache. A change that rounding hides in this sum, it also hides
        in the answer.
        """
        numbers = [np.empty(0, self._dtype), *self._statistics]
        for parameter in self._parameters:
            value = parameter.value
            if value.size > LARGE:
                value = value.reshape(len(value), -1)
                value = np.matmul(value, self._factors[: value.shape[1]])
            numbers.append(value)
        return np.concatenate(numbers, axis=None).tobytes()

    def _add(self, rest: list[Layer]) -> list[Layer]:
        """Prepare the calls of the first layer, or of the first few at once; return the others."""
        match rest:
            case [Conv2D() as convolution, BatchNorm() as norm, *after]:
                factor, shift = _factor_and_shift(norm)
            case [Conv2D() as convolution, *after]:
                factor, shift = np.ones((), self._dtype), np.zeros((), self._dtype)
            case _:
                self._add_alone(rest[0])
                return rest[1:]
        pools = [layer for layer in after[:1] if isinstance(layer, MaxPool2D)]
        kernel, bias = (parameter.value for parameter in convolution.parameters().values())
        bias = bias * factor + shift
        self._convolve(convolution, kernel.transpose(2, 3, 1, 0) * factor, bias, pools)
        for pool in pools:
            self._pool(pool)
        if self._pixels.shape[-1] > 1:  # what is largest stays the largest with the bias added
            self._call(np.add, self._x, self._along_a_row(bias), self._x)
        return after[len(pools) :]

    def _add_alone(self, layer: Layer) -> None:
        match layer:
            case MaxPool2D() | AveragePool2D():
                self._pool(layer)
            case ReLU():
                self._call(np.maximum, self._x, self._along_a_row(np.zeros((), self._dtype)), self._x)
            case BatchNorm():
                factor, shift = _factor_and_shift(layer)
                self._call(np.multiply, self._x, self._along_a_row(factor), self._x)
                self._call(np.add, self._x, self._along_a_row(shift), self._x)
            case Flatten() if self._x.ndim == 4:
                features = self._empty(*self._x.transpose(2, 0, 1, 3).shape)
                self._write_to(features.transpose(1, 2, 0, 3))
                self._x = features.reshape(-1, features.shape[-1])
            case Dense():
                self._connect(layer)
            case Flatten() | Dropout():
                pass  # flat already; nothing is dropped in an answer
            case _:
                raise TypeError(f"no calls are prepared for {type(layer).__name__}")

    def _convolve(self, layer: Conv2D, kernels: FloatArray, bias: FloatArray, pools: Sequence[MaxPool2D]) -> None:
        """Prepare a convolution, of the places that the pooling after it reads.

        Parameters
        ----------
        layer : Conv2D
        kernels : ndarray, shape (rows, columns, channels, filters)
        bias : ndarray, shape (filters,)
            Is added to one picture here; to several after the pooling, which leaves fewer numbers.
        pools : sequence of MaxPool2D
            One or none.
        """
        height, width, channels, count = self._x.shape
        rows, columns = layer.padding
        high, wide = layer.output_shape((channels, height, width))[1:]
        for pool in pools:
            high, wide = (_reach(*axis) for axis in zip((high, wide), pool.window, pool.stride, strict=True))
        if rows or columns:
            padded = np.zeros((height + 2 * rows, width + 2 * columns, channels, count), self._dtype)
            self._write_to(padded[rows : rows + height, columns : columns + width])
            self._x = padded
        products = self._workspace.array("products", (high, wide, layer.filters, count), self._dtype)
        if count == 1:
            self._multiply_rows(layer, kernels, bias, products[..., 0])
        else:
            self._multiply_blocks(layer, kernels, products)
        self._x = products

    def _multiply_rows(self, layer: Conv2D, kernels: FloatArray, bias: FloatArray, products: FloatArray) -> None:
        """Copy the patches of one picture into the rows of a matrix, each with a one, and multiply that."""
        places, channels = products.shape[:2], self._x.shape[2]
        down, right, step, _ = self._x.strides
        steps = (layer.stride[0] * down, layer.stride[1] * right, down, right, step)
        windows = np.lib.stride_tricks.as_strided(self._x, (*places, *layer.kernel_size, channels), steps)
        count, length = math.prod(places), math.prod(windows.shape[2:])
        if channels <= FEW_CHANNELS:
            patches = self._workspace.array("patches", (length + 1, count), self._dtype)
            windows, matrix = windows.transpose(2, 3, 4, 0, 1), patches.T
            target, ones = patches[:-1], patches[-1]
        else:
            matrix = self._workspace.array("patches", (count, length + 1), self._dtype)
            target, ones = matrix[:, :-1], matrix[:, -1]
        self._calls.append(partial(np.copyto, target.reshape(windows.shape), windows))
        self._calls.append(partial(ones.fill, 1))
        with_bias = np.vstack([kernels.reshape(length, -1), bias])
        self._calls.append(partial(np.matmul, matrix, with_bias, out=products.reshape(count, -1)))

    def _multiply_blocks(self, layer: Conv2D, kernels: FloatArray, products: FloatArray) -> None:
        """Lay the rows of each patch beside one another, so that it is one block of memory, and multiply that."""
        (high, wide), (down, right) = products.shape[:2], layer.stride
        _, width, channels, count = self._x.shape
        shape = high, width, layer.kernel_size[0], channels, count
        stacked = self._workspace.array("patches", shape, self._dtype)
        for row in range(layer.kernel_size[0]):
            source = self._x[row : row + down * (high - 1) + 1 : down]
            self._calls.append(partial(np.copyto, stacked[:, :, row], source))
        length, filters = math.prod(kernels.shape[:3]), layer.filters
        steps = (stacked.strides[0], right * stacked.strides[1], 0, *stacked.strides[3:])
        patches = np.lib.stride_tricks.as_strided(stacked, (high, wide, 1, length, count), steps)
        tile = TILE if filters % TILE == 0 else filters
        in_order = kernels.transpose(1, 0, 2, 3).reshape(length, -1, tile)
        tiles = np.ascontiguousarray(in_order.transpose(1, 0, 2)).transpose(0, 2, 1)
        out = products.reshape(high, wide, -1, tile, count)
        self._calls.append(partial(np.matmul, tiles[np.newaxis, np.newaxis], patches, out=out))

    def _pool(self, layer: MaxPool2D | AveragePool2D) -> None:
        """Pool over the rows of each window, then over its columns."""
        combine = np.maximum if isinstance(layer, MaxPool2D) else np.add
        for axis, window, stride in zip((0, 1), layer.window, layer.stride, strict=True):
            last = _reach(self._x.shape[axis], window, stride) - window + 1
            runs = [slice(i, i + last, stride) for i in range(window)]
            first, *others = [self._x[run] if axis == 0 else self._x[:, run] for run in runs]
            pooled = self._empty(*first.shape)
            if not others:
                self._call(np.positive, first, pooled)
            for number, other in enumerate(others):
                self._call(combine, pooled if number else first, other, pooled)
        if isinstance(layer, AveragePool2D):
            self._call(np.multiply, self._x, np.array(1 / math.prod(layer.window), self._dtype), self._x)

    def _connect(self, layer: Dense) -> None:
        """Multiply with the weights where they are, and add the bias."""
        x, out = self._x, self._empty(layer.outputs, self._x.shape[-1])

        weight, bias = layer.parameters().values()

        def connect() -> None:
            np.matmul(weight.value, x, out)
            np.add(out, bias.value[:, np.newaxis], out)

        self._calls.append(connect)
        self._x = out

    def _along_a_row(self, values: FloatArray) -> FloatArray:
        """Repeat a number of each channel for every pixel of a row, so that rows are computed in one run."""
        return np.broadcast_to(values[..., np.newaxis], self._x.shape[-3:]).copy()

    def _empty(self, *shape: int) -> npt.NDArray[Any]:
        return np.empty(shape, self._dtype)

    def _call(self, ufunc: Callable[..., object], *operands: Any) -> None:
        """Add a call whose last operand is the result."""
        self._calls.append(partial(ufunc, *operands[:-1], out=operands[-1]))
        self._x = operands[-1]

    def _write_to(self, target: FloatArray) -> None:
        """Let the last call write its result there, or copy it if it has another shape."""
        call = self._calls[-1]
        if isinstance(call, partial) and call.keywords.get("out") is self._x:
            self._calls.pop()
            self._call(call.func, *call.args, target)
        else:
            self._call(np.positive, self._x, target)


def _reach(length: int, window: int, stride: int) -> int:
    """Count the pixels of an axis from the begin of the first window to the end of the last."""
    return stride * (output_length(length, window, stride) - 1) + window


def _pooled_first(layers: Sequence[Layer]) -> list[Layer]:
    """Bring max-pooling before a `ReLU` that it follows: the result is the same, from a quarter of the numbers."""
    ordered = list(layers)
    for index, (layer, following) in enumerate(pairwise(layers)):
        if isinstance(layer, ReLU) and isinstance(following, MaxPool2D):
            ordered[index : index + 2] = following, layer
    return ordered


def _factor_and_shift(norm: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Return what `BatchNorm` multiplies each channel with as a network answers, and what it adds."""
    scale, shift = (parameter.value for parameter in norm.parameters().values())
    mean, variance = norm.statistics().values()
    factor = scale / np.sqrt(variance + norm.epsilon)
    return factor, shift - mean * factor
