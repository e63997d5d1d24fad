"""Patches of pictures as matrix columns, and back: the two moves that turn a convolution into one product."""

import numpy as np

from model.network.arrays import FloatArray, Shape

__all__ = ["add_patches", "output_length", "tap", "windows"]


def output_length(length: int, window: int, stride: int, padding: int = 0) -> int:
    """Count the positions of a window along an axis; zero or less where it does not fit.

    Parameters
    ----------
    length, window : int
        Pixels of the axis and of the window.
    stride, padding : int
        Pixels from one position to the next; zeros added at each end.

    Returns
    -------
    int
        ``floor((length + 2 * padding - window) / stride) + 1``
    """
    return (length + 2 * padding - window) // stride + 1


def windows(x: FloatArray, window: tuple[int, int], stride: tuple[int, int]) -> FloatArray:
    """View every window of a batch without copying.

    Parameters
    ----------
    x : ndarray, shape (channels, height, width, n)
    window, stride : (int, int)
        Rows and columns of the window and of its steps.

    Returns
    -------
    ndarray, shape (window rows, window columns, channels, out height, out width, n)
        ``result[i, j, c, r, s, b]`` is ``x[c, r * stride[0] + i, s * stride[1] + j, b]``. Windows may share
        memory: copy before writing.
    """
    channels, height, width, n = x.shape
    rows, columns = window
    out_height = output_length(height, rows, stride[0])
    out_width = output_length(width, columns, stride[1])
    c_step, h_step, w_step, n_step = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (rows, columns, channels, out_height, out_width, n),
        (h_step, w_step, c_step, h_step * stride[0], w_step * stride[1], n_step),
    )


def add_patches(patches: FloatArray, stride: tuple[int, int], out: FloatArray) -> FloatArray:
    """Add every patch to the pixels it came from: the transpose of copying `windows`.

    Parameters
    ----------
    patches : ndarray, shape (window rows, window columns, channels, out height, out width, n)
    stride : (int, int)
    out : ndarray, shape (channels, height, width, n)
        Is added to, in place.
    """
    rows, columns, _, out_height, out_width, _ = patches.shape
    for i in range(rows):
        for j in range(columns):
            out[:, *tap(i, j, stride, (out_height, out_width))] += patches[i, j]
    return out


def tap(i: int, j: int, stride: tuple[int, int], out_shape: Shape) -> tuple[slice, slice]:
    """Slice the rows and columns that element (i, j) of every window lies on."""
    return (
        slice(i, i + stride[0] * (out_shape[0] - 1) + 1, stride[0]),
        slice(j, j + stride[1] * (out_shape[1] - 1) + 1, stride[1]),
    )
