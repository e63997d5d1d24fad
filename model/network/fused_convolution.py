"""The fast path: a convolution, the 2×2 pooling after it and their ReLU, computed together.

Pooling throws three of four numbers away. Done one layer after the other, bias, ReLU and memory are spent on
all four; here each piece of the convolution is pooled while the cache still holds it, and ReLU sees only the
winners. The results equal those of the plain layers, of which a network still consists:
``tests/model_unit/test_fusion.py`` compares the two.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, Shape
from model.network.convolution import Conv2D, patch_products, strips
from model.network.layer import Layer, Parameter, rectify
from model.network.patches import add_patches, output_length, windows
from model.network.pooling import Tournament
from model.network.small_products import multiply

__all__ = ["FusedConv", "Strip"]


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows of the output, and all memory that their computation needs.

    Attributes
    ----------
    source : ndarray, shape (..., columns of patches)
        What is copied, where it lies in the input.
    copies : ndarray, shape (..., length + 1, columns)
        Where it is copied to, with a row of ones that the bias multiplies.
    patches : ndarray, shape (..., length of a patch with its ones, columns)
        A view of ``copies``: one patch a column.
    products, gradients : ndarray, shape (..., rows of the kernel matrix, columns)
        The convolution before pooling, and its gradient; if it is pooled, in the same memory.
    tournament : Tournament or None
        Over the numbers in ``products``.
    rows : slice
    out : ndarray, shape (filters, rows, width, n)
        Those rows of the output.
    """

    source: FloatArray
    copies: FloatArray
    patches: FloatArray
    products: FloatArray
    gradients: FloatArray
    tournament: Tournament | None
    rows: slice
    out: FloatArray

    def gather(self) -> FloatArray:
        """Copy what the patches consist of."""
        np.copyto(self.copies[..., :-1, :].reshape(self.source.shape), self.source)
        self.copies[..., -1, :] = 1
        return self.patches


class FusedConv(Layer):
    """A `Conv2D` and, if asked for, a `MaxPool2D` by 2×2 and a `ReLU`, as one step.

    Parameters
    ----------
    convolution : Conv2D
        Owns the parameters.
    pool, relu : bool
    """

    def __init__(self, convolution: Conv2D, *, pool: bool, relu: bool) -> None:
        super().__init__()
        self.convolution, self.pool, self.relu = convolution, pool, relu
        self.side = 2 if pool else 1
        """Rows, and columns, of the convolution that one number of the output is made of."""
        self._arranged_for: FloatArray | None = None
        self._strips: list[Strip] = []

    def config(self) -> dict[str, Any]:
        return self.convolution.config() | {"pool": self.pool, "relu": self.relu}

    def parameters(self) -> dict[str, Parameter]:
        return self.convolution.parameters()

    def output_shape(self, input_shape: Shape) -> Shape:
        filters, height, width = self.convolution.output_shape(input_shape)
        return filters, height // self.side, width // self.side

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        padded = self.convolution.padded(x)
        if padded is not self._arranged_for:
            self._arrange(padded)
        kernels = self.kernel_matrix()
        for strip in self._strips:
            multiply(kernels, strip.gather(), strip.products)
            if strip.tournament:
                strip.tournament.play(keep_score=remember)
            if self.relu:
                rectify(strip.out, strip.out, self._workspace)
        self._context = padded.shape if remember else None
        return self._out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        padded_shape = self._take_context()
        grad_in = self._workspace.zeros("grad_in", padded_shape, grad_out.dtype) if need_grad_in else None
        turned = self.turned_kernels() if need_grad_in else None
        products = []
        for strip in self._strips:
            if len(self._strips) > 1:
                strip.gather()
            self._hand_back(grad_out[:, strip.rows], strip)
            products.append(self.kernel_products(strip))
            if grad_in is not None and turned is not None:
                self.add_input_gradient(turned, strip, grad_in)
        self.store_kernel_gradient(np.ascontiguousarray(sum(products[1:], products[0])))
        return None if grad_in is None else self.convolution.without_padding(grad_in)

    def kernel_matrix(self) -> FloatArray:
        """Arrange kernels and biases as rows that fit the patches."""
        return self.convolution.kernel_matrix()

    def turned_kernels(self) -> FloatArray:
        """Arrange kernels as columns that fit the gradients."""
        return self.kernel_matrix()[:, :-1].T

    def kernel_products(self, strip: Strip) -> FloatArray:
        """Compute the gradient of `kernel_matrix` from a strip."""
        return patch_products(strip.gradients, strip.patches)

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        """Keep the gradient of `kernel_matrix`."""
        self.convolution.store_kernel_gradient(matrix[:, :-1])
        np.copyto(self.parameters()["bias"].grad, matrix[:, -1])

    def add_input_gradient(self, turned: FloatArray, strip: Strip, grad_in: FloatArray) -> None:
        """Add what a strip contributes to the gradient of the padded input, by `turned_kernels`."""
        grad_patches = self._workspace.array("grad_patches", strip.source.shape, grad_in.dtype)
        np.matmul(turned, strip.gradients, out=grad_patches.reshape(len(turned), -1))
        first_row = strip.rows.start * self.side * self.convolution.stride[0]
        add_patches(grad_patches, self.patch_stride(), grad_in[:, first_row:])

    def patch_stride(self) -> tuple[int, int]:
        """Rows and columns from one patch to the next."""
        return self.convolution.stride

    def patch_views(self, padded: FloatArray, rows: slice) -> FloatArray:
        """View the patches of some rows of the output, those in whole pooling windows only."""
        views, (_, _, width, _) = (
            windows(padded, self.convolution.kernel_size, self.patch_stride()),
            self._out.shape,
        )
        return views[:, :, :, self.side * rows.start : self.side * rows.stop, : self.side * width]

    def numbers(self) -> int:
        """Count what a strip needs for one pixel of the output."""
        return self.side**2 * sum(self.kernel_matrix().shape)

    def maps(self, products: FloatArray, shape: Shape) -> FloatArray:
        """View products as feature maps: (filters, height, width, n)."""
        return products.reshape(shape)

    def cells(self, products: FloatArray, out_shape: Shape) -> FloatArray:
        """View products as `Tournament.cells`."""
        filters, height, width, n = out_shape
        maps = self.maps(products, (filters, 2 * height, 2 * width, n))
        return maps.reshape(filters, height, 2, width, 2, n)

    def halves(self, name: str, out_shape: Shape, dtype: npt.DTypeLike) -> Any:
        """Take memory for `Tournament.halves`, in the order in which the cells lie."""
        filters, height, width, n = out_shape
        return self._workspace.array(name, (filters, height, 2, width, n), dtype)

    def strip(self, padded: FloatArray, rows: slice) -> Strip:
        """Lay out the memory for some rows of the output."""
        source, array, dtype = self.patch_views(padded, rows), self._workspace.array, padded.dtype
        columns, out = math.prod(source.shape[3:]), self._out[:, rows]
        copies = array("patches", (math.prod(source.shape[:3]) + 1, columns), dtype)
        gradients = array("products", (len(self.kernel_matrix()), columns), dtype)
        products = gradients if self.pool else out.reshape(len(out), -1)
        tournament = self.tournament(products, rows)
        return Strip(source, copies, copies, products, gradients, tournament, rows, out)

    def tournament(self, products: FloatArray, rows: slice) -> Tournament | None:
        """Make the tournament over some rows of the output, if there is pooling."""
        if not self.pool:
            return None
        out, first = self._out[:, rows], rows.start
        return Tournament(
            self.cells(products, out.shape),
            self.halves("halves", out.shape, out.dtype),
            out,
            self.halves(f"left_wins {first}", out.shape, np.bool_),
            self._workspace.array(f"upper_wins {first}", out.shape, np.bool_),
        )

    def _hand_back(self, grad: FloatArray, strip: Strip) -> None:
        """Fill the gradients of a strip: through ReLU, and to the winners of pooling."""
        if strip.tournament:
            target = self._workspace.array("passed", grad.shape, grad.dtype)
        else:
            target = self.maps(strip.gradients, grad.shape)
        if self.relu:
            positive = self._workspace.array("positive", grad.shape, np.bool_)
            np.greater(strip.out, 0, out=positive)
            grad = np.multiply(grad, positive, out=target)
        elif not strip.tournament:
            np.copyto(target, grad)
        if strip.tournament:
            strip.tournament.hand_back(grad)

    def _arrange(self, padded: FloatArray) -> None:
        """Lay out the memory of every strip; once for inputs that lie in the same place."""
        window, stride, n = self.convolution.kernel_size, self.convolution.stride, padded.shape[3]
        height, width = (output_length(padded.shape[1 + i], window[i], stride[i]) // self.side for i in (0, 1))
        self._out = self._workspace.array("out", (self.convolution.filters, height, width, n), padded.dtype)
        row_bytes = self.numbers() * width * n * padded.itemsize
        self._strips = [self.strip(padded, rows) for rows in strips(height, row_bytes)]
        self._arranged_for = padded
