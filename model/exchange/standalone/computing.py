"""The layers of an exported Python file: as in `model.network`, with NumPy alone, and without learning.

All that follows the line of dashes is written into the exported file.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

# --------------------------------------------------------------------------------------------------------------
# The layers. Between them the pictures are on the last axis: (channels, height, width, n), or (features, n).


def windows(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    """View every window of the maps: shape (window rows, window columns, channels, out rows, out columns, n)."""
    view = np.lib.stride_tricks.sliding_window_view(x, window, axis=(1, 2))
    return view[:, :: stride[0], :: stride[1]].transpose(4, 5, 0, 1, 2, 3)


def convolve(x: Array, kernel: Array, bias: Array, stride: tuple[int, int], padding: tuple[int, int]) -> Array:
    """Slide kernels over the maps and sum, as one product of two matrices."""
    (top, left), filters = padding, len(kernel)
    views = windows(np.pad(x, ((0, 0), (top, top), (left, left), (0, 0))), kernel.shape[2:], stride)
    patches = views.reshape(-1, views[0, 0, 0].size)
    patches = np.concatenate([patches, np.ones_like(patches[:1])])
    kernels = np.concatenate([kernel.transpose(0, 2, 3, 1).reshape(filters, -1), bias[:, np.newaxis]], axis=1)
    return (kernels @ patches).reshape(filters, *views.shape[3:])


def rectify(x: Array) -> Array:
    """ReLU: negative numbers become zero."""
    return np.maximum(x, 0)


def pool_max(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    """Keep the largest value of each window."""
    return windows(x, window, stride).max(axis=(0, 1))


def pool_average(x: Array, window: tuple[int, int], stride: tuple[int, int]) -> Array:
    """Take the mean of each window."""
    return windows(x, window, stride).mean(axis=(0, 1))


def normalize(x: Array, scale: Array, shift: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    """Batch normalisation with its running means."""
    factor = scale / np.sqrt(variance + np.float32(epsilon))
    axes = (-1, *[1] * (x.ndim - 1))
    return x * factor.reshape(axes) + (shift - mean * factor).reshape(axes)


def flatten(x: Array) -> Array:
    """Lay the maps of each picture out as one vector: channels, then rows, then columns."""
    return x.reshape(-1, x.shape[-1])


def connect(x: Array, weight: Array, bias: Array) -> Array:
    """A dense layer."""
    return weight @ x + bias[:, np.newaxis]


def softmax(logits: Array) -> Array:
    """Turn logits, shape (classes, n), into probabilities."""
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)
