"""What the layers must compute, spelt out in plain loops: slow, and easy to check by eye.

Arrays have the pictures on the last axis, as in ``model``.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["average_pool", "convolution", "dense", "max_pool", "max_pool_backward"]

Array = npt.NDArray[np.float64]
Pair = tuple[int, int]


def convolution(x: Array, kernel: Array, bias: Array, *, stride: Pair = (1, 1), padding: Pair = (0, 0)) -> Array:
    """Slide kernels (filters, channels, rows, columns) over x (channels, height, width, n)."""
    filters, channels, rows, columns = kernel.shape
    _, height, width, n = x.shape
    out_height = (height + 2 * padding[0] - rows) // stride[0] + 1
    out_width = (width + 2 * padding[1] - columns) // stride[1] + 1
    out = np.zeros((filters, out_height, out_width, n))
    for f, r, s, b in np.ndindex(out.shape):
        total = bias[f]
        for c, i, j in np.ndindex(channels, rows, columns):
            row = r * stride[0] + i - padding[0]
            column = s * stride[1] + j - padding[1]
            if 0 <= row < height and 0 <= column < width:
                total += kernel[f, c, i, j] * x[c, row, column, b]
        out[f, r, s, b] = total
    return out


def max_pool(x: Array, *, window: Pair, stride: Pair) -> Array:
    """Keep the largest value of each whole window of x (channels, height, width, n)."""
    out = np.zeros(_pooled_shape(x, window, stride))
    for index in np.ndindex(out.shape):
        row, column = _winner(x, index, window, stride)
        out[index] = x[index[0], row, column, index[3]]
    return out


def max_pool_backward(x: Array, grad_out: Array, *, window: Pair, stride: Pair) -> Array:
    """Hand each gradient to the largest value of its window; among equals, to the first in reading order."""
    grad_in = np.zeros(x.shape)
    for index in np.ndindex(grad_out.shape):
        row, column = _winner(x, index, window, stride)
        grad_in[index[0], row, column, index[3]] += grad_out[index]
    return grad_in


def average_pool(x: Array, *, window: Pair, stride: Pair) -> Array:
    """Take the mean of each whole window of x (channels, height, width, n)."""
    out = np.zeros(_pooled_shape(x, window, stride))
    for c, r, s, b in np.ndindex(out.shape):
        total = sum(x[c, r * stride[0] + i, s * stride[1] + j, b] for i, j in np.ndindex(window))
        out[c, r, s, b] = total / (window[0] * window[1])
    return out


def dense(x: Array, weight: Array, bias: Array) -> Array:
    """Connect every row of x (inputs, n) with every output."""
    outputs, inputs = weight.shape
    out = np.zeros((outputs, x.shape[1]))
    for o, b in np.ndindex(out.shape):
        out[o, b] = bias[o] + sum(weight[o, i] * x[i, b] for i in range(inputs))
    return out


def _pooled_shape(x: Array, window: Pair, stride: Pair) -> tuple[int, ...]:
    channels, height, width, n = x.shape
    return channels, (height - window[0]) // stride[0] + 1, (width - window[1]) // stride[1] + 1, n


def _winner(x: Array, index: tuple[int, ...], window: Pair, stride: Pair) -> Pair:
    """Find row and column of the first largest value of one window."""
    channel, r, s, picture = index
    best = (r * stride[0], s * stride[1])
    for i in range(window[0]):
        for j in range(window[1]):
            place = (r * stride[0] + i, s * stride[1] + j)
            if x[channel, *place, picture] > x[channel, *best, picture]:
                best = place
    return best
