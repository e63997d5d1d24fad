"""The fast path: a convolution, the 2×2 pooling after it and their ReLU, computed together.

Pooling throws three of four numbers away. Done one layer after the other, bias, ReLU and memory are spent on
all four; here each piece of the convolution is pooled while the cache still holds it, and ReLU sees only the
winners. The results equal those of the plain layers, of which a network still consists:
``tests/model_unit/test_fusion.py`` compares the two.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, Shape, row_sums
from model.network.convolution import Conv2D, patch_products, strips
from model.network.layer import Layer, Parameter, rectify
from model.network.layers import ReLU
from model.network.patches import add_patches, windows
from model.network.pooling import MaxPool2D, Tournament
from model.network.sliding_rows import ConvByRows
from model.network.small_products import multiply, row_products

__all__ = ["ConvPool", "ConvPoolOfOnePatch", "fuse"]

FEW_CHANNELS = 1
"""Up to so many channels, four positions share one larger patch; beyond, the zeros in its kernels cost more."""


def fuse(layers: Sequence[Layer]) -> list[Layer]:
    """Replace each convolution followed by 2×2 max-pooling, with a ReLU before or after it, by a `ConvPool`.

    The layers that come back share the parameters of those that went in.
    """
    rest, steps = list(layers), list[Layer]()
    while rest:
        match rest:
            case [Conv2D(), ReLU(), MaxPool2D(), *after] if _can_fuse(rest[:3]):
                steps += _fused(rest[:3], pool=True, relu=True)
            case [Conv2D(), MaxPool2D(), ReLU(), *after] if _can_fuse(rest[:3]):
                steps += _fused(rest[:3], pool=True, relu=True)
            case [Conv2D(), MaxPool2D(), *after] if _can_fuse(rest[:2]):
                steps += _fused(rest[:2], pool=True, relu=False)
            case [Conv2D(), ReLU(), *after] if _can_fuse(rest[:2]):
                steps += _fused(rest[:2], pool=False, relu=True)
            case [Conv2D(), *after] if _can_fuse(rest[:1]):
                steps += _fused(rest[:1], pool=False, relu=False)
            case [layer, *after]:
                steps.append(layer)
        rest = after
    return steps


def _can_fuse(layers: Sequence[Layer]) -> bool:
    are_plain = all(type(layer) in (Conv2D, ReLU, MaxPool2D) for layer in layers)
    pools = [layer for layer in layers if isinstance(layer, MaxPool2D)]
    return are_plain and all(pool.window == pool.stride == (2, 2) for pool in pools)


def _fused(layers: list[Layer], *, pool: bool, relu: bool) -> list[Layer]:
    convolution = layers[0]
    assert isinstance(convolution, Conv2D)
    channels, is_dense = convolution.parameters()["kernel"].value.shape[1], convolution.stride == (1, 1)
    if pool and is_dense and channels <= FEW_CHANNELS:
        return [ConvPoolOfOnePatch(convolution, relu=relu)]
    steps: list[Layer] = [ConvPool(convolution, relu=relu)] if pool else layers
    return [ConvByRows(convolution, pool=pool, relu=relu, for_few=steps)] if is_dense else steps


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some rows of the pooled output, and all memory that their computation needs.

    Attributes
    ----------
    source : ndarray, shape (kernel rows, kernel columns, channels, height, width, n)
        Patches where they lie in the input, ``height`` and ``width`` counting them.
    patches : ndarray, shape (kernel rows * kernel columns * channels + 1, height * width * n)
        Where they are copied to, with a row of ones that the bias multiplies.
    products : ndarray, shape (rows of the kernel matrix, height * width * n)
        The convolution before pooling, then its gradient.
    tournament : Tournament
        Over the numbers in ``products``.
    rows : slice
        Rows of the pooled output.
    """

    source: FloatArray
    patches: FloatArray
    products: FloatArray
    tournament: Tournament
    rows: slice

    def gather(self) -> FloatArray:
        """Copy the patches into the columns of a matrix."""
        np.copyto(self.patches[:-1].reshape(self.source.shape), self.source)
        self.patches[-1] = 1
        return self.patches


class ConvPool(Layer):
    """A `Conv2D`, a `MaxPool2D` by 2×2 and, if asked for, a `ReLU`, as one step.

    Parameters
    ----------
    convolution : Conv2D
        Owns the parameters.
    relu : bool
    """

    PATCH_ROWS = 2
    """Rows, and columns, of patches that one window takes."""

    def __init__(self, convolution: Conv2D, *, relu: bool) -> None:
        super().__init__()
        self.convolution = convolution
        self.relu = relu
        self._arranged_for: FloatArray | None = None
        self._strips: list[_Strip] = []

    def config(self) -> dict[str, Any]:
        return self.convolution.config() | {"relu": self.relu}

    def parameters(self) -> dict[str, Parameter]:
        return self.convolution.parameters()

    def output_shape(self, input_shape: Shape) -> Shape:
        filters, height, width = self.convolution.output_shape(input_shape)
        return filters, height // 2, width // 2

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        padded = self.convolution.padded(x)
        if padded is not self._arranged_for:
            self._arrange(padded)
        kernels, out = self.kernel_matrix(), self._out
        for strip in self._strips:
            multiply(kernels, strip.gather(), strip.products)
            strip.tournament.play(keep_score=remember)
        if self.relu:
            rectify(out, out, self._workspace)
        self._context = (padded.shape, kernels) if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        padded_shape, kernels = self._take_context()
        if self.relu:
            grad_out = self._through_relu(grad_out)
        np.copyto(self.parameters()["bias"].grad, row_sums(grad_out.reshape(len(grad_out), -1)))
        grad_in = self._workspace.zeros("grad_in", padded_shape, grad_out.dtype) if need_grad_in else None
        grad_kernels: FloatArray | float = 0.0
        for strip in self._strips:
            patches = strip.patches if len(self._strips) == 1 else strip.gather()
            strip.tournament.hand_back(grad_out[:, strip.rows])
            grad_kernels = grad_kernels + self.kernel_products(strip, patches[:-1])
            if grad_in is not None:
                grad_patches = self._workspace.array("grad_patches", strip.source.shape, grad_in.dtype)
                np.matmul(kernels[:, :-1].T, strip.products, out=grad_patches.reshape(len(patches) - 1, -1))
                first_row = strip.rows.start * 2 * self.convolution.stride[0]
                add_patches(grad_patches, self.patch_stride(), grad_in[:, first_row:])
        self.store_kernel_gradient(np.ascontiguousarray(grad_kernels))
        return None if grad_in is None else self.convolution.without_padding(grad_in)

    def kernel_matrix(self) -> FloatArray:
        """Arrange kernels and biases as rows that fit the patches."""
        return self.convolution.kernel_matrix()

    def kernel_products(self, strip: _Strip, patches: FloatArray) -> FloatArray:
        """Multiply every row of gradients with every row of patches."""
        return patch_products(strip.products, patches)

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        """Keep the gradient of `kernel_matrix`, without its last column, as that of the kernels."""
        self.convolution.store_kernel_gradient(matrix)

    def patch_stride(self) -> tuple[int, int]:
        """Rows and columns from one patch to the next."""
        return self.convolution.stride

    def patch_views(self, padded: FloatArray) -> FloatArray:
        """View the patches of all positions that belong to a whole pooling window."""
        views = windows(padded, self.convolution.kernel_size, self.convolution.stride)
        return views[:, :, :, : views.shape[3] // 2 * 2, : views.shape[4] // 2 * 2]

    def cells(self, products: FloatArray, out_shape: Shape) -> FloatArray:
        """View products as `Tournament.cells`."""
        filters, height, width, n = out_shape
        return products.reshape(filters, height, 2, width, 2, n)

    def halves(self, name: str, out_shape: Shape, dtype: npt.DTypeLike) -> Any:
        """Take memory for `Tournament.halves`, in the order in which the cells lie."""
        filters, height, width, n = out_shape
        return self._workspace.array(name, (filters, height, 2, width, n), dtype)

    def _through_relu(self, grad_out: FloatArray) -> FloatArray:
        positive = self._workspace.array("positive", self._out.shape, np.bool_)
        np.greater(self._out, 0, out=positive)
        return np.multiply(grad_out, positive, out=self._workspace.array("passed", positive.shape, grad_out.dtype))

    def _arrange(self, padded: FloatArray) -> None:
        """Lay out the memory of every strip; once for inputs that lie in the same place."""
        views, n = self.patch_views(padded), padded.shape[3]
        height, width = views.shape[3] // self.PATCH_ROWS, views.shape[4] // self.PATCH_ROWS
        self._out = self._workspace.array("out", (self.convolution.filters, height, width, n), padded.dtype)
        kernels = len(self.kernel_matrix())
        row_bytes = (math.prod(views.shape[:3]) + kernels) * math.prod(views.shape[4:]) * views.itemsize
        self._strips = []
        for rows in strips(height, self.PATCH_ROWS * row_bytes):
            source = views[:, :, :, self.PATCH_ROWS * rows.start : self.PATCH_ROWS * rows.stop]
            self._strips.append(self._strip(f" {len(self._strips)}", source, rows))
        self._arranged_for = padded

    def _strip(self, index: str, source: FloatArray, rows: slice) -> _Strip:
        array, dtype, out = self._workspace.array, source.dtype, self._out[:, rows]
        columns = math.prod(source.shape[3:])
        products = array("products", (len(self.kernel_matrix()), columns), dtype)
        tournament = Tournament(
            self.cells(products, out.shape),
            self.halves("halves", out.shape, dtype),
            out,
            self.halves("left_wins" + index, out.shape, np.bool_),
            array("upper_wins" + index, out.shape, np.bool_),
        )
        patches = array("patches", (math.prod(source.shape[:3]) + 1, columns), dtype)
        return _Strip(source, patches, products, tournament, rows)


class ConvPoolOfOnePatch(ConvPool):
    """A `ConvPool` whose four positions of a window are computed from one patch that covers them all.

    Each kernel stands four times in the kernel matrix, moved by a row, by a column, by both, with zeros around
    it. For 3×3 kernels that gathers 16 numbers a window instead of 36, and the four positions come out as four
    whole arrays, for more multiplications: a gain for the few channels of a first layer.
    """

    PATCH_ROWS = 1
    _matrix: FloatArray | None = None

    def kernel_matrix(self) -> FloatArray:
        kernel, bias = (parameter.value for parameter in self.parameters().values())
        shape = (4 * len(kernel), math.prod(self._patch_shape()) * kernel.shape[1] + 1)
        matrix = self._workspace.array("kernel_matrix", shape, kernel.dtype)
        if matrix is not self._matrix:  # the zeros around the kernels stay from one batch to the next
            matrix.fill(0)
            self._matrix = matrix
        self._four_places(matrix)[...] = kernel.transpose(0, 2, 3, 1)[:, np.newaxis, np.newaxis]
        matrix.reshape(len(kernel), 4, -1)[:, :, -1] = bias[:, np.newaxis]
        return matrix

    def kernel_products(self, strip: _Strip, patches: FloatArray) -> FloatArray:
        return row_products(strip.products, patches, strip.source.shape[3])

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        grad = self.parameters()["kernel"].grad
        np.add.reduce(self._four_places(matrix).transpose(0, 1, 2, 5, 3, 4), axis=(1, 2), out=grad)

    def patch_stride(self) -> tuple[int, int]:
        return 2, 2

    def patch_views(self, padded: FloatArray) -> FloatArray:
        return windows(padded, self._patch_shape(), (2, 2))

    def cells(self, products: FloatArray, out_shape: Shape) -> FloatArray:
        filters, height, width, n = out_shape
        return products.reshape(filters, 2, 2, height, width, n).transpose(0, 3, 1, 4, 2, 5)

    def halves(self, name: str, out_shape: Shape, dtype: npt.DTypeLike) -> Any:
        filters, height, width, n = out_shape
        return self._workspace.array(name, (filters, 2, height, width, n), dtype).swapaxes(1, 2)

    def _patch_shape(self) -> tuple[int, int]:
        rows, columns = self.convolution.kernel_size
        return rows + 1, columns + 1

    def _four_places(self, matrix: FloatArray) -> FloatArray:
        """View where the four copies of each kernel stand: (filters, 2, 2, rows, columns, channels)."""
        rows, columns = self.convolution.kernel_size
        channels = matrix.shape[1] // ((rows + 1) * (columns + 1))
        step, item = matrix.strides
        down, right = (columns + 1) * channels * item, channels * item
        shape = (len(matrix) // 4, 2, 2, rows, columns, channels)
        strides = (4 * step, 2 * step + down, step + right, down, right, item)
        return np.ndarray(shape, matrix.dtype, matrix, 0, strides)  # as as_strided, in a tenth of its time
