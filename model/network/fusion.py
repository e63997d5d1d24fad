"""What is computed in place of the layers: convolutions with what follows them, in the fastest way for each."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, Shape
from model.network.convolution import Conv2D
from model.network.fused_convolution import FusedConv, Strip
from model.network.layer import Layer
from model.network.layers import ReLU
from model.network.patches import windows
from model.network.pooling import MaxPool2D
from model.network.sliding_rows import FusedConvByRows
from model.network.small_products import row_products

__all__ = ["FusedConvOfOnePatch", "fuse"]

FEW_CHANNELS = 1
"""Up to so many channels, four positions share one larger patch; beyond, the zeros in its kernels cost more."""


def fuse(layers: Sequence[Layer]) -> list[Layer]:
    """Replace each convolution, and the 2×2 max-pooling and ReLU after it, by a `FusedConv`.

    The layers that come back share the parameters of those that went in.
    """
    rest, steps = list(layers), list[Layer]()
    while rest:
        match rest:
            case [Conv2D() as conv, ReLU(), MaxPool2D(), *after] if _can_fuse(rest[:3]):
                steps.append(_fused(conv, pool=True, relu=True))
            case [Conv2D() as conv, MaxPool2D(), ReLU(), *after] if _can_fuse(rest[:3]):
                steps.append(_fused(conv, pool=True, relu=True))
            case [Conv2D() as conv, MaxPool2D(), *after] if _can_fuse(rest[:2]):
                steps.append(_fused(conv, pool=True, relu=False))
            case [Conv2D() as conv, ReLU(), *after] if _can_fuse(rest[:2]):
                steps.append(_fused(conv, pool=False, relu=True))
            case [Conv2D() as conv, *after] if _can_fuse(rest[:1]):
                steps.append(_fused(conv, pool=False, relu=False))
            case [layer, *after]:
                steps.append(layer)
        rest = after
    return steps


def _can_fuse(layers: Sequence[Layer]) -> bool:
    are_plain = all(type(layer) in (Conv2D, ReLU, MaxPool2D) for layer in layers)
    pools = [layer for layer in layers if isinstance(layer, MaxPool2D)]
    return are_plain and all(pool.window == pool.stride == (2, 2) for pool in pools)


def _fused(convolution: Conv2D, *, pool: bool, relu: bool) -> "FusedConv":
    channels = convolution.parameters()["kernel"].value.shape[1]
    if convolution.stride != (1, 1):
        return FusedConv(convolution, pool=pool, relu=relu)
    if pool and channels <= FEW_CHANNELS:
        return FusedConvOfOnePatch(convolution, pool=pool, relu=relu)
    return FusedConvByRows(convolution, pool=pool, relu=relu)


class FusedConvOfOnePatch(FusedConv):
    """A `FusedConv` whose four positions of a pooling window are computed from one patch that covers them all.

    Each kernel stands four times in the kernel matrix, moved by a row, by a column, by both, with zeros around
    it. For 3×3 kernels that gathers 16 numbers a window instead of 36, and the four positions come out as four
    whole arrays, for more multiplications: a gain for the few channels of a first layer.
    """

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

    def kernel_products(self, strip: Strip) -> FloatArray:
        return row_products(strip.gradients, strip.patches, strip.source.shape[3])

    def store_kernel_gradient(self, matrix: FloatArray) -> None:
        kernel, bias = (parameter.grad for parameter in self.parameters().values())
        np.add.reduce(self._four_places(matrix).transpose(0, 1, 2, 5, 3, 4), axis=(1, 2), out=kernel)
        np.add.reduce(matrix.reshape(len(bias), 4, -1)[:, :, -1], axis=1, out=bias)

    def patch_stride(self) -> tuple[int, int]:
        return 2, 2

    def patch_views(self, padded: FloatArray, rows: slice) -> FloatArray:
        return windows(padded, self._patch_shape(), (2, 2))[:, :, :, rows]

    def numbers(self) -> int:
        return sum(self.kernel_matrix().shape)

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
