"""A convolution of many pictures by rows whose patches overlap in memory.

Each row of the input is copied once for every column of a kernel, moved by a pixel each time. Where the kernel has
three rows, the patches of an output row are three such rows of copies, one below the other, just as they lie in
memory; those of the next output row begin one row further on. So a number is copied three times for a 3×3 kernel
instead of nine. The gradient goes back in the same way: through windows of as many rows of gradients, which
overlap, to the copies of a row, and by three additions to the row itself.
"""

import numpy as np

from model.network.arrays import FloatArray, Shape
from model.network.convolution import Conv2D
from model.network.fused_convolution import FusedConv, Strip
from model.network.small_products import multiply

__all__ = ["FusedConvByRows"]

FEW_PICTURES = 4
"""Up to so many, the product of a single row is so small that one of all rows is faster."""


class FusedConvByRows(FusedConv):
    """A `FusedConv` of stride 1; few pictures it computes as that does."""

    def __init__(self, convolution: Conv2D, *, pool: bool, relu: bool) -> None:
        super().__init__(convolution, pool=pool, relu=relu)
        self._for_few = FusedConv(convolution, pool=pool, relu=relu)

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        self._are_few = x.shape[-1] <= FEW_PICTURES
        if self._are_few:
            return self._for_few.forward(x, remember=remember)
        return super().forward(x, remember=remember)

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        if self._are_few:
            return self._for_few.backward(grad_out, need_grad_in=need_grad_in)
        return super().backward(grad_out, need_grad_in=need_grad_in)

    def kernel_matrix(self) -> FloatArray:
        kernel, bias = (parameter.value for parameter in self.parameters().values())
        filters, rows = len(kernel), kernel.shape[2]
        matrix = np.zeros((filters, rows, kernel[0, :, 0].size + 1), kernel.dtype)
        matrix[:, :, :-1] = kernel.transpose(0, 2, 3, 1).reshape(filters, rows, -1)
        matrix[:, 0, -1] = bias  # every row of copies ends with ones, those of the first are for the bias
        return matrix.reshape(filters, -1)

    def turned_kernels(self) -> FloatArray:
        kernel = self.parameters()["kernel"].value
        turned = np.ascontiguousarray(kernel.transpose(3, 1, 2, 0)[:, :, ::-1])
        return turned.reshape(-1, kernel.shape[2] * len(kernel))

    def kernel_products(self, strip: Strip) -> FloatArray:
        shape = len(strip.patches), strip.patches.shape[1], self.convolution.filters
        of_rows = self._workspace.array("grad_kernels", shape, strip.patches.dtype)
        return np.add.reduce(np.matmul(strip.patches, strip.gradients.swapaxes(1, 2), out=of_rows)).T

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        kernel, bias = (parameter.grad for parameter in self.parameters().values())
        filters, channels, rows, columns = kernel.shape
        of_rows = matrix.reshape(filters, rows, -1)
        np.copyto(bias, of_rows[:, 0, -1])
        np.copyto(kernel, of_rows[:, :, :-1].reshape(filters, rows, columns, channels).transpose(0, 3, 1, 2))

    def add_input_gradient(self, turned: FloatArray, strip: Strip, grad_in: FloatArray) -> None:
        """Compute the rows of the input that no later strip has a part in."""
        (rows, columns), border = self.convolution.kernel_size, self.convolution.padding[0]
        first, last = self.side * strip.rows.start, self.side * strip.rows.stop
        if strip is self._strips[-1]:
            last += rows - 1
        reached = slice(max(first, border), max(first, border, min(last, grad_in.shape[1] - border)))
        gradients = _overlapping(self._gradients, rows)[reached]
        copies = self._workspace.array(
            "grad_copies", (len(gradients), len(turned), gradients.shape[2]), turned.dtype
        )
        multiply(turned, gradients, copies)
        channels, _, _, n = grad_in.shape
        of_columns = copies.reshape(len(copies), columns, channels, -1, n).transpose(1, 2, 0, 3, 4)
        for column in range(columns):
            grad_in[:, reached, column : column + of_columns.shape[3]] += of_columns[column]

    def numbers(self) -> int:
        return self.side**2 * self.kernel_matrix().shape[1] // self.convolution.kernel_size[0]

    def maps(self, products: FloatArray, shape: Shape) -> FloatArray:
        filters, height, width, n = shape
        return products.reshape(height, filters, width, n).swapaxes(0, 1)

    def strip(self, padded: FloatArray, rows: slice) -> Strip:
        (high, wide), (channels, _, _, n) = self.convolution.kernel_size, padded.shape
        first, last, width = self.side * rows.start, self.side * rows.stop, self.side * self._out.shape[2]
        channel, row, pixel, picture = padded.strides
        shape, steps = (last - first + high - 1, wide, channels, width, n), (row, pixel, channel, pixel, picture)
        source = np.lib.stride_tricks.as_strided(padded[:, first:], shape, steps)
        copies = self._workspace.array("copies", (len(source), wide * channels + 1, width * n), padded.dtype)
        gradients = self._gradients[high - 1 + first : high - 1 + last]
        out = self._out[:, rows]
        products = gradients if self.pool else out.reshape(*out.shape[:2], -1).swapaxes(0, 1)
        tournament = self.tournament(products, rows)
        return Strip(source, copies, _overlapping(copies, high), products, gradients, tournament, rows, out)

    def _arrange(self, padded: FloatArray) -> None:
        rows, columns = self.convolution.kernel_size
        height = (padded.shape[1] - rows + 1) // self.side * self.side
        width = (padded.shape[2] - columns + 1) // self.side * self.side
        shape = (height + 2 * (rows - 1), self.convolution.filters, width * padded.shape[3])
        self._gradients = self._workspace.zeros("gradients", shape, padded.dtype)  # rows of zeros above and below
        super()._arrange(padded)


def _overlapping(rows: FloatArray, count: int) -> FloatArray:
    """View each ``count`` matrices that follow one another as one with as many rows."""
    shape = len(rows) - count + 1, count * rows.shape[1], rows.shape[2]
    return np.lib.stride_tricks.as_strided(rows, shape, rows.strides)
