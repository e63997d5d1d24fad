"""The fast path for many pictures: a convolution whose patches overlap in memory, with pooling and ReLU after it.

Each row of the input is copied once for every column of a kernel, moved by a pixel each time. Where the kernel has
three rows, the patches of an output row are three such rows of copies, one below the other, just as they lie in
memory; those of the next output row begin one row further on. So a number is copied three times for a 3×3 kernel
instead of nine. The gradient goes back in the same way: through windows of as many rows of gradients, which
overlap, to the copies of a row, and by three additions to the row itself.

``tests/model_unit/test_fusion.py`` compares the results with those of the plain layers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.network.arrays import FloatArray, Shape
from model.network.convolution import Conv2D, strips
from model.network.layer import Layer, Parameter, rectify
from model.network.pooling import Tournament
from model.network.small_products import multiply

__all__ = ["ConvByRows"]

FEW_PICTURES = 4
"""Up to so many, the products of single rows are so small that the other steps are faster."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some rows of the convolution, and all memory that their computation needs.

    Attributes
    ----------
    source : ndarray, shape (rows + kernel rows - 1, kernel columns, channels, width, n)
        What is copied, where it lies in the input.
    copies : ndarray, shape (rows + kernel rows - 1, kernel columns * channels + 1, width * n)
        Where it is copied to, each row with ones at its end, which the bias multiplies.
    patches : ndarray, shape (rows, kernel rows * (kernel columns * channels + 1), width * n)
        The patches of each output row as the columns of a matrix: views of ``copies`` that overlap.
    products, gradients : ndarray, shape (rows, filters, width * n)
        The convolution before pooling, and its gradient, in the same memory if it is pooled.
    tournament : Tournament or None
        Over the numbers in ``products``.
    rows : slice
        Rows of the output, pooled or not.
    """

    source: FloatArray
    copies: FloatArray
    patches: FloatArray
    products: FloatArray
    gradients: FloatArray
    tournament: Tournament | None
    rows: slice

    def gather(self) -> FloatArray:
        """Copy the rows of the input, and return the patches."""
        np.copyto(self.copies[:, :-1].reshape(self.source.shape), self.source)
        self.copies[:, -1] = 1
        return self.patches


class ConvByRows(Layer):
    """A `Conv2D` of stride 1, 2×2 max-pooling if asked for, and a `ReLU` if asked for, as one step.

    Parameters
    ----------
    convolution : Conv2D
        Owns the parameters.
    pool, relu : bool
    for_few : sequence of Layer
        Steps that compute the same, for `FEW_PICTURES`.
    """

    def __init__(self, convolution: Conv2D, *, pool: bool, relu: bool, for_few: Sequence[Layer]) -> None:
        super().__init__()
        self.convolution, self.pool, self.relu, self.for_few = convolution, pool, relu, for_few
        self._arranged_for: FloatArray | None = None
        self._strips: list[_Strip] = []

    def config(self) -> dict[str, Any]:
        return self.convolution.config() | {"pool": self.pool, "relu": self.relu}

    def parameters(self) -> dict[str, Parameter]:
        return self.convolution.parameters()

    def output_shape(self, input_shape: Shape) -> Shape:
        filters, height, width = self.convolution.output_shape(input_shape)
        return (filters, height // 2, width // 2) if self.pool else (filters, height, width)

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        self._are_few = x.shape[-1] <= FEW_PICTURES
        if self._are_few:
            for step in self.for_few:
                x = step.forward(x, remember=remember, training=training)
            return x
        padded = self.convolution.padded(x)
        if padded is not self._arranged_for:
            self._arrange(padded)
        kernels, out = self._kernel_matrix(), self._out
        for strip in self._strips:
            multiply(kernels, strip.gather(), strip.products)
            if strip.tournament:
                strip.tournament.play(keep_score=remember)
            if self.relu:
                part = out[:, strip.rows]
                rectify(part, part, self._workspace)
        self._context = (padded.shape,) if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        if self._are_few:
            grad: FloatArray | None = grad_out
            for index, step in reversed(list(enumerate(self.for_few))):
                assert grad is not None
                grad = step.backward(grad, need_grad_in=need_grad_in or index > 0)
            return grad
        (padded_shape,) = self._take_context()
        grad_kernels: FloatArray | float = 0.0
        for strip in self._strips:
            patches = strip.patches if len(self._strips) == 1 else strip.gather()
            self._spread(grad_out, strip)
            products = self._workspace.array(
                "grad_kernels", (len(patches), patches.shape[1], self.convolution.filters), patches.dtype
            )
            np.matmul(patches, strip.gradients.transpose(0, 2, 1), out=products)
            grad_kernels = grad_kernels + np.add.reduce(products)
        self._store_kernel_gradient(np.asarray(grad_kernels))
        return self._input_gradient(padded_shape) if need_grad_in else None

    def _spread(self, grad_out: FloatArray, strip: _Strip) -> None:
        """Fill the gradients of a strip from those that come back: through ReLU, and to the winners of pooling."""
        part = grad_out[:, strip.rows]
        inner = strip.gradients.reshape(len(strip.gradients), len(part), -1, part.shape[-1]).swapaxes(0, 1)
        target = self._workspace.array("passed", part.shape, part.dtype) if strip.tournament else inner
        if self.relu:
            positive = self._workspace.array("positive", part.shape, np.bool_)
            np.greater(self._out[:, strip.rows], 0, out=positive)
            part = np.multiply(part, positive, out=target)
        elif not strip.tournament:
            np.copyto(target, part)
        if strip.tournament:
            strip.tournament.hand_back(part)

    def _input_gradient(self, padded_shape: Shape) -> FloatArray:
        """Multiply windows of rows of gradients with the turned kernels; add up what belongs to the same pixel."""
        kernel = self.parameters()["kernel"].value
        rows, columns = self.convolution.kernel_size
        channels, n = kernel.shape[1], padded_shape[3]
        turned = np.ascontiguousarray(kernel.transpose(3, 1, 2, 0)[:, :, ::-1]).reshape(columns * channels, -1)
        grad_in = self._workspace.zeros("grad_in", padded_shape, kernel.dtype)
        height, length = len(self._gradients) - rows + 1, self._gradients.shape[2]
        windows = _overlapping(self._gradients, rows)
        width = length // n
        border = self.convolution.padding[0]
        first, last = border, min(padded_shape[1] - border, height)
        for part in strips(max(0, last - first), columns * channels * length * kernel.itemsize):
            reached = slice(first + part.start, first + part.stop)
            copies = self._workspace.array(
                "grad_copies", (part.stop - part.start, columns * channels, length), kernel.dtype
            )
            multiply(turned, windows[reached], copies)
            of_columns = copies.reshape(-1, columns, channels, width, n).transpose(1, 2, 0, 3, 4)
            for column in range(columns):
                grad_in[:, reached, column : column + width] += of_columns[column]
        return self.convolution.without_padding(grad_in)

    def _kernel_matrix(self) -> FloatArray:
        """Arrange kernels and biases as rows that fit the patches, the bias last in the first row of copies."""
        kernel, bias = (parameter.value for parameter in self.parameters().values())
        filters, rows = len(kernel), kernel.shape[2]
        matrix = np.zeros((filters, rows, kernel[0, :, 0].size + 1), kernel.dtype)
        matrix[:, :, :-1] = kernel.transpose(0, 2, 3, 1).reshape(filters, rows, -1)
        matrix[:, 0, -1] = bias
        return matrix.reshape(filters, -1)

    def _store_kernel_gradient(self, matrix: FloatArray) -> None:
        """Keep the gradient of `_kernel_matrix`, which comes with the filters last."""
        kernel, bias = (parameter.grad for parameter in self.parameters().values())
        filters, channels, rows, columns = kernel.shape
        of_rows = matrix.reshape(rows, -1, filters)
        np.copyto(bias, of_rows[0, -1])
        np.copyto(kernel, of_rows[:, :-1].reshape(rows, columns, channels, filters).transpose(3, 2, 0, 1))

    def _arrange(self, padded: FloatArray) -> None:
        """Lay out the memory of every strip; once for inputs that lie in the same place."""
        rows, columns = self.convolution.kernel_size
        channels, high, wide, n = padded.shape
        unit = 2 if self.pool else 1
        height, width = (high - rows + 1) // unit * unit, (wide - columns + 1) // unit * unit
        filters, length, dtype = self.convolution.filters, columns * channels + 1, padded.dtype
        array = self._workspace.array
        self._out = array("out", (filters, height // unit, width // unit, n), dtype)
        shape = (height + 2 * (rows - 1), filters, width * n)
        self._gradients = self._workspace.zeros("gradients", shape, dtype)  # with rows of zeros above and below
        inner = self._gradients[rows - 1 : rows - 1 + height]
        products = inner if self.pool else self._out.reshape(filters, height, -1).swapaxes(0, 1)
        channel, row, pixel, picture = padded.strides
        source = np.lib.stride_tricks.as_strided(
            padded, (height + rows - 1, columns, channels, width, n), (row, pixel, channel, pixel, picture)
        )
        parts = strips(height // unit, unit * length * width * n * padded.itemsize)
        most = unit * max((part.stop - part.start for part in parts), default=0) + rows - 1
        copies = array("copies", (most, length, width * n), dtype)
        self._strips = []
        for index, part in enumerate(parts):
            start, stop = unit * part.start, unit * part.stop
            own = copies[: stop - start + rows - 1]
            tournament = self._tournament(index, products[start:stop], part) if self.pool else None
            self._strips.append(
                _Strip(
                    source[start : stop + rows - 1],
                    own,
                    _overlapping(own, rows),
                    products[start:stop],
                    inner[start:stop],
                    tournament,
                    part,
                )
            )
        self._arranged_for = padded

    def _tournament(self, index: int, products: FloatArray, rows: slice) -> Tournament:
        array, out = self._workspace.array, self._out[:, rows]
        filters, height, width, n = out.shape
        cells = products.reshape(height, 2, filters, width, 2, n).transpose(2, 0, 1, 3, 4, 5)
        halves = (filters, height, 2, width, n)
        return Tournament(
            cells,
            array("halves", halves, out.dtype),
            out,
            array(f"left_wins {index}", halves, np.bool_),
            array(f"upper_wins {index}", out.shape, np.bool_),
        )


def _overlapping(rows: FloatArray, count: int) -> FloatArray:
    """View each ``count`` matrices that follow one another as one with as many rows."""
    return np.lib.stride_tricks.as_strided(
        rows, (len(rows) - count + 1, count * rows.shape[1], rows.shape[2]), rows.strides
    )
