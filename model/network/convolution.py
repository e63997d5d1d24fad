"""The convolution: patches of the pictures as the columns of a matrix, and one product with the kernels."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.arrays import FloatArray, Shape, row_sums
from model.network.layer import Layer, at_least, pair, slide
from model.network.patches import add_patches, windows

__all__ = ["Conv2D", "patch_products", "strips"]

STRIP_BYTES = 3 << 20
"""Patches gathered at once: those of a few output rows, so that the product still finds them in the cache."""


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
        self.filters = at_least(1, "filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size, minimum=1)
        self.stride = pair("stride", stride, minimum=1)
        self.padding = pair("padding", padding, minimum=0)
        self._padded: FloatArray | None = None

    def config(self) -> dict[str, Any]:
        return {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "padding": self.padding,
        }

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.filters, *slide(self, input_shape, self.kernel_size, self.stride, self.padding)

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"kernel": (self.filters, input_shape[0], *self.kernel_size), "bias": (self.filters,)}

    def working_size(self, input_shape: Shape) -> int:
        filters, height, width = self.output_shape(input_shape)
        patches = (input_shape[0] * math.prod(self.kernel_size) + 1) * width  # of one row at least
        padded = (input_shape[1] + 2 * self.padding[0]) * (input_shape[2] + 2 * self.padding[1]) * input_shape[0]
        return max(filters * height * width, patches, padded)

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        padded = self.padded(x)
        views = windows(padded, self.kernel_size, self.stride)
        out = self._workspace.array("out", (self.filters, *views.shape[3:]), x.dtype)
        flat_out, kernels = out.reshape(self.filters, -1), self.kernel_matrix()
        for rows, columns in self._strips(views):
            np.matmul(kernels, self._patches(views[:, :, :, rows]), out=flat_out[:, columns])
        self._context = (padded.shape, views) if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        padded_shape, views = self._take_context()
        flat_grad, kernels = grad_out.reshape(self.filters, -1), self.kernel_matrix()
        grad_padded = self._workspace.zeros("grad_in", padded_shape, grad_out.dtype) if need_grad_in else None
        grad_kernels = np.zeros_like(kernels[:, :-1])
        for rows, columns in self._strips(views):
            strip, grad = views[:, :, :, rows], flat_grad[:, columns]
            grad_kernels += patch_products(grad, self._patches(strip)[:-1])
            if grad_padded is not None:
                grad_patches = self._workspace.array("grad_patches", strip.shape, grad_out.dtype)
                np.matmul(kernels[:, :-1].T, grad, out=grad_patches.reshape(-1, grad.shape[1]))
                add_patches(grad_patches, self.stride, grad_padded[:, rows.start * self.stride[0] :])
        self.store_kernel_gradient(grad_kernels)
        np.copyto(self._parameters["bias"].grad, row_sums(flat_grad))
        return None if grad_padded is None else self.without_padding(grad_padded)

    def padded(self, x: FloatArray) -> FloatArray:
        """Surround the pictures with zeros."""
        if self.padding == (0, 0):
            return x
        channels, height, width, n = x.shape
        shape = (channels, height + 2 * self.padding[0], width + 2 * self.padding[1], n)
        padded = self._workspace.array("padded", shape, x.dtype)
        if padded is not self._padded:  # the border stays as it is from one batch to the next
            padded.fill(0)
            self._padded = padded
        self.without_padding(padded)[...] = x
        return padded

    def without_padding(self, x: FloatArray) -> FloatArray:
        """View what lies inside the border that `padded` adds."""
        rows, columns = self.padding
        return x[:, rows : x.shape[1] - rows, columns : x.shape[2] - columns]

    def _strips(self, views: FloatArray) -> Iterator[tuple[slice, slice]]:
        """Give the output rows that are computed together, and the columns of the product that they are."""
        width = math.prod(views.shape[4:])
        for rows in strips(views.shape[3], math.prod(views.shape[:3]) * width * views.itemsize):
            yield rows, slice(rows.start * width, rows.stop * width)

    def _patches(self, views: FloatArray) -> FloatArray:
        """Copy patches into the columns of a matrix, each with a one at its end that the bias multiplies.

        With the pictures on the last axis each copied run is a whole output row of the batch, which is what
        makes this cheap: it is done again in the backward pass rather than kept.
        """
        columns = math.prod(views.shape[3:])
        patches = self._workspace.array("patches", (math.prod(views.shape[:3]) + 1, columns), views.dtype)
        np.copyto(patches[:-1].reshape(views.shape), views)
        patches[-1] = 1
        return patches

    def kernel_matrix(self) -> FloatArray:
        """Arrange kernels and biases as rows, in the order of the patches: rows, columns, channels, one."""
        kernel, bias = self._parameters["kernel"].value, self._parameters["bias"].value
        rows = kernel.transpose(0, 2, 3, 1).reshape(self.filters, -1)
        return np.concatenate([rows, bias[:, np.newaxis]], axis=1)

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        """Keep the gradient of `kernel_matrix`, without its last column, as that of the kernels."""
        rows = matrix.reshape(self.filters, *self.kernel_size, -1)
        np.copyto(self._parameters["kernel"].grad, rows.transpose(0, 3, 1, 2))


def strips(height: int, row_bytes: int) -> list[slice]:
    """Divide the rows of an output into runs of similar length whose patches fit into the cache."""
    count = min(height, -(-height * row_bytes // STRIP_BYTES))
    step = -(-height // max(1, count))
    return [slice(start, min(start + step, height)) for start in range(0, height, step)]


def patch_products(grad: FloatArray, patches: FloatArray) -> FloatArray:
    """Multiply every row of ``grad`` with every row of ``patches``, the side with more rows first.

    BLAS is up to twice as fast that way round.
    """
    return grad @ patches.T if len(grad) > len(patches) else (patches @ grad.T).T
