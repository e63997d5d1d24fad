"""The fast way to answer: a list of calls whose arrays all exist.

At one picture, most of the time goes into getting ready: views, shapes, kernels in the order of the patches. Here
that is done once, for as long as the weights stay. Between the calls, feature maps have the shape (height, width,
channels, n), n pictures on the last axis: one picture's patches are copied in runs of all channels, and those of a
block of pictures become many products, each so small that BLAS takes both matrices as they lie.

Calls are few, since two threads wait for each other between them: a convolution is a copy of the patches, with a
one that the bias is multiplied with, and a product; pooling and the `ReLU` after it are one reduction.

``tests/model_unit/test_prepared_calls.py`` compares the answers with those of the plain layers.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
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
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
)
from model.network.patches import output_length, windows
from model.network.small_products import SMALL
from model.network.stages import Stage, length_written, places_read, stages_of

__all__ = ["PreparedCalls", "can_prepare"]

FEW_CHANNELS = 3
"""Up to so many channels, one picture's patches are copied as rows of pixels: longer runs than the channels."""
LARGEST_TILE = 32
LEAST_TILE = 8
"""Outputs of one small product, if possible."""
LARGE = 10_000
"""Weights of a kernel that take longer to copy than to add up."""
STRIP_BYTES = 1024 * 1024
"""Memory for patches and products of a strip of rows: it is still in the cache when it is read."""


def can_prepare(layers: Sequence[Layer]) -> bool:
    """Return whether these are the program's own layers: others may compute anything."""
    return all(type(layer) in LAYER_KINDS.values() for layer in layers)


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
    Weights are kept rearranged, and made anew when `is_current` says so. For one picture those of `Dense`, by far
    the largest, are used where they are.
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
        self._is_single, self._count = count == 1, count
        kinds = Conv2D | BatchNorm if self._is_single else Conv2D | BatchNorm | Dense
        arranged = [layer for layer in layers if isinstance(layer, kinds)]
        self._parameters = [parameter for layer in arranged for parameter in layer.parameters().values()]
        self._statistics = [array for layer in arranged for array in layer.statistics().values()]
        longest = max((parameter.value[0].size for parameter in self._parameters), default=0)
        self._factors = np.random.default_rng(0).uniform(1, 2, longest).astype(self._dtype)
        self._made_for, self._settings = self._fingerprint(), (scale, offset)
        self._scale, self._offset = np.array(scale, self._dtype), np.array(offset, self._dtype)
        self._calls: list[Callable[[], object]] = []
        self._workspace = Workspace()  # what one strip no longer needs, the next one overwrites
        self._rows: dict[tuple[bytes, Shape], FloatArray] = {}
        channels, height, width = input_shape
        stages = stages_of(layers)
        self._pixels, self._x = self._room_for((height, width, channels, count), stages)
        for number, stage in enumerate(stages, 1):
            if isinstance(stage[0], Flatten | Dense):
                self._add(stage)
            else:
                self._add_in_strips(stage, stages[number:])

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
        count = len(images)
        pixels = self._pixels[..., :count]
        np.multiply(images.reshape(count, *pixels.shape[:3]).transpose(1, 2, 3, 0), self._scale, out=pixels)
        if self._offset:
            np.subtract(pixels, self._offset, out=pixels)
        for call in self._calls:
            call()
        return self._x.T[:count]

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

    def _room_for(self, shape: Shape, following: Sequence[Stage]) -> tuple[FloatArray, FloatArray]:
        """Make an array for maps as the next stage reads them: with a margin of zeros, or in another order.

        Returns
        -------
        maps : ndarray, shape (height, width, channels, n)
            To write to.
        whole : ndarray
            The same memory, to read from.
        """
        height, width, channels, count = shape
        match following:
            case [[Conv2D() as convolution, *_], *_]:
                rows, columns = convolution.padding
                whole = np.zeros((height + 2 * rows, width + 2 * columns, channels, count), self._dtype)
                return whole[rows : rows + height, columns : columns + width], whole
            case [[Flatten()], [Dense(), *_], *_] if not self._is_single:  # whose weights follow the maps' order
                pass
            case [[Flatten(), *_], *_]:
                flat = self._empty(channels * height * width, count)
                return flat.reshape(channels, height, width, count).transpose(1, 2, 0, 3), flat
        maps = self._empty(*shape)
        return maps, maps

    def _add_in_strips(self, stage: Stage, following: Sequence[Stage]) -> None:
        """Prepare the calls of a stage for some rows after the others: what they compute stays in the cache."""
        x, first, rest = self._x, stage[0], stage
        height, width = (length_written(stage, x.shape[axis], axis) for axis in (0, 1))
        columns, length, convolve = places_read(stage, slice(0, width), 1), height, None
        if isinstance(first, Conv2D):
            matrix, rest = self._arranged(first, stage[1:])
            convolve = partial(self._multiply_rows if self._is_single else self._multiply_blocks, first, matrix)
            length = self._strip_length(first, rest)
        for start in range(0, height, length):
            rows = slice(start, min(start + length, height))
            self._x = x[places_read(stage, rows, 0), columns]
            if convolve:
                convolve()
            self._add(rest)
            if not start:
                maps, whole = self._room_for((height, *self._x.shape[1:]), following)
            self._write_to(maps[rows])
        self._x = whole

    def _arranged(self, layer: Conv2D, rest: Stage) -> tuple[FloatArray, Stage]:
        """Arrange kernels and bias, and what a `BatchNorm` does then, as a matrix that fits the patches.

        Returns
        -------
        matrix : ndarray
        rest : sequence of Layer
            Those that are left.
        """
        kernel, bias = (parameter.value for parameter in layer.parameters().values())
        kernels = kernel.transpose(2, 3, 1, 0)
        if rest and isinstance(rest[0], BatchNorm):
            factor, shift = _factor_and_shift(rest[0])
            kernels, bias, rest = kernels * factor, bias * factor + shift, rest[1:]
        rows, columns, channels, filters = kernels.shape
        if self._is_single:
            return np.vstack([kernels.reshape(-1, filters), bias]), rest
        matrix = np.zeros((columns, rows * channels + 1, filters), self._dtype)  # a row of ones for each column
        matrix[:, :-1] = kernels.transpose(1, 0, 2, 3).reshape(columns, -1, filters)
        matrix[0, -1] = bias
        tile = self._tile(filters, columns * (rows * channels + 1))
        tiles = matrix.reshape(-1, filters // tile, tile).transpose(1, 0, 2)
        return np.ascontiguousarray(tiles).transpose(0, 2, 1), rest

    def _tile(self, outputs: int, length: int) -> int:
        """Return how many outputs one product has, so that it is small."""
        sizes = [size for size in range(1, LARGEST_TILE + 1) if outputs % size == 0]
        small = [size for size in sizes if size * length * self._count <= SMALL]
        return max(small, default=1) if max(small, default=1) >= LEAST_TILE else outputs

    def _strip_length(self, layer: Conv2D, rest: Stage) -> int:
        """Return for how many rows of the output patches and products fit into the cache."""
        _, width, channels, count = self._x.shape
        numbers = width * count * (layer.filters + layer.kernel_size[0] * channels)
        row_bytes = numbers * self._dtype.itemsize * places_read(rest, slice(0, 1), 0).stop
        return max(1, STRIP_BYTES // row_bytes)

    def _multiply_rows(self, layer: Conv2D, matrix: FloatArray) -> None:
        """Copy the patches of one picture into the rows of a matrix, each with a one, and multiply that."""
        source = windows(self._x.transpose(2, 0, 1, 3), layer.kernel_size, layer.stride)[..., 0]
        *patch, high, wide = source.shape
        count, length = high * wide, math.prod(patch)
        if patch[-1] <= FEW_CHANNELS:
            patches = self._workspace.array("patches", (length + 1, count), self._dtype).T
            target = patches[:, :-1].T
        else:
            patches = self._workspace.array("patches", (count, length + 1), self._dtype)
            source, target = source.transpose(3, 4, 0, 1, 2), patches[:, :-1]
        products = self._workspace.array("products", (high, wide, layer.filters, 1), self._dtype)
        self._calls.append(partial(np.copyto, target.reshape(source.shape), source))
        self._calls.append(partial(patches[:, -1].fill, 1))
        self._calls.append(partial(np.matmul, patches, matrix, out=products.reshape(count, -1)))
        self._x = products

    def _multiply_blocks(self, layer: Conv2D, matrix: FloatArray) -> None:
        """Lay the rows of each patch beside one another, so that it is one block of memory, and multiply that."""
        (rows, columns), (down, right) = layer.kernel_size, layer.stride
        source = windows(self._x.transpose(2, 0, 1, 3), (rows, 1), (down, 1))[:, 0].transpose(2, 3, 0, 1, 4)
        high, width, _, channels, count = source.shape
        wide, length = output_length(width, columns, right), rows * channels + 1
        stacked = self._workspace.array(f"patches of {length}", (high, width, length, count), self._dtype)
        stacked[:, :, -1] = 1  # the other strips and stages leave it
        steps = (stacked.strides[0], right * stacked.strides[1], 0, *stacked.strides[2:])
        patches = np.lib.stride_tricks.as_strided(stacked, (high, wide, 1, columns * length, count), steps)
        products = self._workspace.array("products", (high, wide, layer.filters, count), self._dtype)
        out = products.reshape(high, wide, len(matrix), -1, count)
        self._calls.append(partial(np.copyto, stacked[:, :, :-1].reshape(source.shape), source))
        self._calls.append(partial(np.matmul, matrix, patches, out=out))
        self._x = products

    def _add(self, layers: Sequence[Layer]) -> None:
        """Prepare the calls of layers that read what the last call wrote."""
        match layers:
            case []:
                return
            case [MaxPool2D() as pool, ReLU(), *rest] if not self._is_single:
                self._pool(pool, np.maximum, initial=0)
            case [MaxPool2D() as pool, *rest]:
                self._pool(pool, np.maximum)
            case [AveragePool2D() as pool, *rest]:
                self._pool(pool, np.add)
                self._call(np.multiply, self._x, np.array(1 / math.prod(pool.window), self._dtype), self._x)
            case [ReLU(), *rest]:
                self._call(np.maximum, self._x, self._along_a_row(np.zeros((), self._dtype)), self._x)
            case [BatchNorm() as norm, *rest]:
                factor, shift = _factor_and_shift(norm)
                self._call(np.multiply, self._x, self._along_a_row(factor), self._x)
                self._call(np.add, self._x, self._along_a_row(shift), self._x)
            case [Dense() as dense, *rest]:
                self._connect(dense)
            case [Flatten(), *rest]:
                pass  # its input was written to where it is flat
            case [layer, *_]:
                raise TypeError(f"no calls are prepared for {type(layer).__name__}")
        self._add(rest)

    def _pool(self, layer: MaxPool2D | AveragePool2D, combine: np.ufunc, initial: float | None = None) -> None:
        """Combine the numbers of each window, and a first one: at once, or over its rows and then its columns.

        Of one picture, a pixel's channels are too short a run for the former.
        """
        if not self._is_single:
            cells = windows(self._x.transpose(2, 0, 1, 3), layer.window, layer.stride).transpose(0, 1, 3, 4, 2, 5)
            reduce = partial(combine.reduce, axis=(0, 1), initial=initial)
            self._call(reduce, cells, self._empty(*cells.shape[2:]))
            return
        for axis, window, stride in zip((0, 1), layer.window, layer.stride, strict=True):
            x = self._x.swapaxes(0, axis)
            last = stride * (output_length(len(x), window, stride) - 1) + 1
            first, *others = [x[i : i + last : stride].swapaxes(0, axis) for i in range(window)]
            pooled = self._empty(*first.shape)
            if not others:
                self._call(np.positive, first, pooled)
            for number, other in enumerate(others):
                self._call(combine, pooled if number else first, other, pooled)

    def _connect(self, layer: Dense) -> None:
        """Multiply with the weights, where they are or in the order of maps, and add the bias."""
        x, (weight, bias) = self._x, layer.parameters().values()
        self._x = out = self._empty(layer.outputs, x.shape[-1])
        if self._is_single:

            def connect() -> None:
                np.matmul(weight.value, x, out)
                np.add(out, bias.value[:, np.newaxis], out)

            self._calls.append(connect)
            return
        height, width, channels, count = x.shape if x.ndim == 4 else (1, 1, *x.shape)
        in_order = weight.value.reshape(-1, channels, height, width).transpose(2, 0, 3, 1)
        tile = self._tile(layer.outputs, width * channels)
        weights = in_order.reshape(height, -1, tile, width * channels).copy()
        terms = np.empty((height + 1, layer.outputs, count), self._dtype)
        terms[-1] = bias.value[:, np.newaxis]
        products = terms[:-1].reshape(height, -1, tile, count)
        self._calls.append(partial(np.matmul, weights, x.reshape(height, 1, -1, count), out=products))
        self._call(partial(np.add.reduce, axis=0), terms, out)

    def _along_a_row(self, values: FloatArray) -> FloatArray:
        """Repeat a number of each channel for every pixel of a row, so that rows are computed in one run."""
        shape = self._x.shape[-3:]
        key = values.tobytes(), shape
        if key not in self._rows:
            self._rows[key] = np.broadcast_to(values[..., np.newaxis], shape).copy()
        return self._rows[key]

    def _empty(self, *shape: int) -> npt.NDArray[Any]:
        return np.empty(shape, self._dtype)

    def _call(self, function: Callable[..., object], *operands: Any) -> None:
        """Add a call whose last operand is the result."""
        self._calls.append(partial(function, *operands[:-1], out=operands[-1]))
        self._x = operands[-1]

    def _write_to(self, target: FloatArray) -> None:
        """Let the last call write its result there, or copy it if it has another shape."""
        call = self._calls[-1] if self._calls else None
        if isinstance(call, partial) and call.keywords.get("out") is self._x:
            self._calls[-1] = partial(call, out=target)
            self._x = target
        else:
            self._call(np.positive, self._x, target)


def _factor_and_shift(norm: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """Return what `BatchNorm` multiplies each channel with as a network answers, and what it adds."""
    scale, shift = (parameter.value for parameter in norm.parameters().values())
    mean, variance = norm.statistics().values()
    factor = scale / np.sqrt(variance + norm.epsilon)
    return factor, shift - mean * factor
