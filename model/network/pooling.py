"""Pooling: each window of a feature map becomes one number."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, Shape
from model.network.layer import Layer, pair, slide
from model.network.patches import tap, windows

__all__ = ["AveragePool2D", "MaxPool2D", "Tournament"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tournament:
    """Max-pooling by 2×2: left plays against right, then the winner above against the winner below.

    Whole arrays are compared at once, and who won is written down on the way, so that the gradient finds its
    way back by two multiplications. A tie goes to the left and to the upper one: to the first in reading order.

    Attributes
    ----------
    cells : ndarray, shape (channels, height, 2, width, 2, n)
        The numbers of each window on the third and fifth axis; receives their gradients.
    halves : ndarray, shape (channels, height, 2, width, n)
        Winners of the first round.
    out : ndarray, shape (channels, height, width, n)
    left_wins, upper_wins : ndarray of bool, shapes of ``halves`` and ``out``
    """

    cells: FloatArray
    halves: FloatArray
    out: FloatArray
    left_wins: BoolArray
    upper_wins: BoolArray
    _rounds: tuple[FloatArray, FloatArray, FloatArray, FloatArray] = field(init=False)

    def __post_init__(self) -> None:
        first = self.cells[..., 0, :], self.cells[..., 1, :]
        object.__setattr__(self, "_rounds", (*first, self.halves[:, :, 0], self.halves[:, :, 1]))

    def play(self, *, keep_score: bool) -> None:
        """Fill ``out`` with the largest of each window; keep the score if a gradient is to follow."""
        left, right, upper, lower = self._rounds
        np.maximum(left, right, out=self.halves)
        np.maximum(upper, lower, out=self.out)
        if keep_score:
            np.greater_equal(left, right, out=self.left_wins)
            np.greater_equal(upper, lower, out=self.upper_wins)

    def hand_back(self, grad_out: FloatArray) -> None:
        """Overwrite ``cells`` with the gradients of their numbers: that of the window for its winner."""
        left, right, upper, lower = self._rounds
        np.multiply(grad_out, self.upper_wins, out=upper)
        np.subtract(grad_out, upper, out=lower)
        np.multiply(self.halves, self.left_wins, out=left)
        np.subtract(self.halves, left, out=right)


class _Pool2D(Layer):
    """A window that moves over every feature map by itself."""

    def __init__(self, window: int | tuple[int, int] = 2, *, stride: int | tuple[int, int] | None = None) -> None:
        super().__init__()
        self.window = pair("window", window, minimum=1)
        self.stride = self.window if stride is None else pair("stride", stride, minimum=1)

    def config(self) -> dict[str, Any]:
        return {"window": self.window, "stride": self.stride}

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape[0], *slide(self, input_shape, self.window, self.stride, (0, 0))


class MaxPool2D(_Pool2D):
    """Keep the largest value of each window.

    Where several values of a window tie, the first in reading order alone receives the gradient. Rows and
    columns that no whole window covers are left out.

    Parameters
    ----------
    window : int or (int, int)
        Rows and columns of a window.
    stride : int or (int, int), optional
        Rows and columns from one window to the next; the window itself if not given.
    """

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        if self.window == self.stride == (2, 2):
            return self._forward_in_pairs(x, remember=remember)
        views = windows(x, self.window, self.stride)
        out = self._workspace.array("out", views.shape[2:], x.dtype)
        np.copyto(out, views[0, 0])
        for i, j in np.ndindex(self.window):
            np.maximum(out, views[i, j], out=out)
        self._context = (x, views, out) if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        if self.window == self.stride == (2, 2):
            return self._backward_in_pairs(grad_out, need_grad_in=need_grad_in)
        x, views, out = self._take_context()
        if not need_grad_in:
            return None
        grad_in = self._workspace.zeros("grad_in", x.shape, grad_out.dtype)
        unclaimed = self._workspace.array("unclaimed", grad_out.shape, grad_out.dtype)
        share = self._workspace.array("share", grad_out.shape, grad_out.dtype)
        wins = self._workspace.array("wins", grad_out.shape, np.bool_)
        np.copyto(unclaimed, grad_out)
        for i, j in np.ndindex(self.window):
            np.equal(views[i, j], out, out=wins)
            np.multiply(unclaimed, wins, out=share)
            grad_in[:, *tap(i, j, self.stride, out.shape[1:])] += share
            unclaimed -= share
        return grad_in

    def _forward_in_pairs(self, x: FloatArray, *, remember: bool) -> FloatArray:
        channels, height, width = self.output_shape(x.shape[:3])
        n = x.shape[3]
        halves, out = (channels, height, 2, width, n), (channels, height, width, n)
        tournament = Tournament(
            _in_cells(x),
            self._workspace.array("halves", halves, x.dtype),
            self._workspace.array("out", out, x.dtype),
            self._workspace.array("left_wins", halves, np.bool_),
            self._workspace.array("upper_wins", out, np.bool_),
        )
        tournament.play(keep_score=remember)
        self._context = (x.shape, tournament) if remember else None
        return tournament.out

    def _backward_in_pairs(self, grad_out: FloatArray, *, need_grad_in: bool) -> FloatArray | None:
        shape, tournament = self._take_context()
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", shape, grad_out.dtype)
        grad_in[:, 2 * grad_out.shape[1] :] = 0
        grad_in[:, :, 2 * grad_out.shape[2] :] = 0
        replace(tournament, cells=_in_cells(grad_in)).hand_back(grad_out)
        return grad_in


class AveragePool2D(_Pool2D):
    """Take the mean of each window.

    Rows and columns that no whole window covers are left out.

    Parameters
    ----------
    window : int or (int, int)
        Rows and columns of a window.
    stride : int or (int, int), optional
        Rows and columns from one window to the next; the window itself if not given.
    """

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        views = windows(x, self.window, self.stride)
        out = self._workspace.zeros("out", views.shape[2:], x.dtype)
        for i, j in np.ndindex(self.window):
            out += views[i, j]
        out *= out.dtype.type(1 / math.prod(self.window))
        self._context = x.shape if remember else None
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        shape = self._take_context()
        if not need_grad_in:
            return None
        grad_in = self._workspace.zeros("grad_in", shape, grad_out.dtype)
        share = self._workspace.array("share", grad_out.shape, grad_out.dtype)
        np.multiply(grad_out, grad_out.dtype.type(1 / math.prod(self.window)), out=share)
        for i, j in np.ndindex(self.window):
            grad_in[:, *tap(i, j, self.stride, grad_out.shape[1:])] += share
        return grad_in


def _in_cells(x: FloatArray) -> FloatArray:
    """View a batch as `Tournament.cells`, without the odd last row and column."""
    channels, height, width, n = x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]
    c_step, h_step, w_step, n_step = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (channels, height, 2, width, 2, n),
        (c_step, 2 * h_step, h_step, 2 * w_step, w_step, n_step),
    )
