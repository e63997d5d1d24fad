"""Bugs that people write into pooling, each as a computation that has it."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from model.layer_check.functions import Array
from model.layer_check.known_bug import KnownBug

__all__ = ["POOLING_BUGS"]

Place: TypeAlias = tuple[slice, ...]
Rule: TypeAlias = Callable[[Array], Array]
"""Takes a window and returns which share of its gradient each number gets."""


def _windows(
    x: Array, rows: int, columns: int, size: int, step: int
) -> Iterator[tuple[int, int, int, int, Place]]:
    """Yield picture, channel, row and column of every output, and the place of a window ``step`` apart."""
    for n, c, i, j in np.ndindex(*x.shape[:2], rows, columns):
        yield n, c, i, j, (slice(i * step, i * step + size), slice(j * step, j * step + size))


def _pool(
    x: Array, size: int, stride: int, of: Callable[[Array], float], *, step: int = 0, ceil: bool = False
) -> Array:
    """Pool with any function of a window; with windows at another step, or also those that stand out."""
    lengths = x.shape[2] - size, x.shape[3] - size
    rows, columns = (-(-length // stride) + 1 if ceil else length // stride + 1 for length in lengths)
    out = np.zeros((*x.shape[:2], rows, columns))
    for n, c, i, j, place in _windows(x, rows, columns, size, step or stride):
        window = x[n, c][place]
        if not window.size:
            raise ValueError("there is no such window")
        out[n, c, i, j] = of(window)
    return out


def _unpool(
    dout: Array, x: Array, size: int, stride: int, rule: Rule, *, step: int = 0, overwrite: bool = False
) -> Array:
    """Hand the gradient of each window back by a rule."""
    grad = np.zeros(x.shape)
    for n, c, i, j, place in _windows(x, dout.shape[2], dout.shape[3], size, step or stride):
        share = dout[n, c, i, j] * rule(x[n, c][place])
        target = grad[n, c][place]
        target[...] = share if overwrite else target + share
    return grad


def _max(window: Array) -> float:
    return float(window.max())


def _mean(window: Array) -> float:
    return float(window.mean())


def _first(window: Array) -> Array:
    """Give all to the first of the largest."""
    share = np.zeros(window.shape)
    share.flat[window.argmax()] = 1
    return share


def _last(window: Array) -> Array:
    return np.flip(_first(np.flip(window)))


def _tied(window: Array) -> Array:
    return (window == window.max()).astype(np.float64)


def _shared(window: Array) -> Array:
    return _tied(window) / _tied(window).sum()


def _evenly(window: Array) -> Array:
    return np.full(window.shape, 1 / window.size)


def _everywhere(window: Array) -> Array:
    return np.ones(window.shape)


def _corner(window: Array) -> Array:
    """Give all to the upper left."""
    share = np.zeros(window.shape)
    share[0, 0] = 1
    return share


STRIDE_IS_SIZE = "The size of the window is taken for the stride: windows lie stride apart, and may overlap."
STRIDE_IGNORED = "The stride is ignored: window (i, j) begins at row i * stride and column j * stride."
PARTIAL = "Windows that stand out of the picture are pooled, too: leave out what no whole window reaches."
ONE_TOO_FEW = "The last row and column are missing: there are (height - size) // stride + 1 of them."
NOT_ADDED = (
    "Where windows overlap, the later overwrites the earlier (= where += is meant): add up what comes from every"
    " window."
)


def _strides(of: Callable[[Array], float]) -> tuple[KnownBug, ...]:
    """List what goes wrong with strides and the rim, forwards, for both kinds of pooling."""
    return (
        KnownBug(STRIDE_IS_SIZE, lambda x, size, stride: _pool(x, size, stride, of, step=size)),
        KnownBug(STRIDE_IS_SIZE, lambda x, size, stride: _pool(x, size, size, of)),
        KnownBug(STRIDE_IGNORED, lambda x, size, stride: _pool(x, size, stride, of, step=1)),
        KnownBug(STRIDE_IGNORED, lambda x, size, stride: _pool(x, size, 1, of)),
        KnownBug(PARTIAL, lambda x, size, stride: _pool(x, size, stride, of, ceil=True)),
        KnownBug(ONE_TOO_FEW, lambda x, size, stride: _pool(x, size, stride, of)[:, :, :-1, :-1]),
        KnownBug(
            "The window is always 2 × 2: use size.",
            lambda x, size, stride: _pool(x, 2, stride, of),
        ),
        KnownBug(
            "The channels are not kept apart: every channel is pooled by itself.",
            lambda x, size, stride: _pool(np.broadcast_to(x[:, :1], x.shape), size, stride, of),
        ),
    )


MAX_FORWARD: tuple[KnownBug, ...] = (
    KnownBug(
        "The search for the maximum begins at 0, so windows of negative numbers give 0: begin with the first"
        " number of the window, or with -inf.",
        lambda x, size, stride: np.maximum(_pool(x, size, stride, _max), 0),
    ),
    KnownBug(
        "It takes the maximum of the absolute values: take the largest number with its sign.",
        lambda x, size, stride: _pool(np.abs(x), size, stride, _max),
    ),
    KnownBug(
        "It takes the number that is largest by its absolute value: take the largest number with its sign.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: window.flat[np.abs(window).argmax()]),
    ),
    KnownBug("It takes the mean, not the maximum.", lambda x, size, stride: _pool(x, size, stride, _mean)),
    KnownBug("It takes the minimum, not the maximum.", lambda x, size, stride: -_pool(-x, size, stride, _max)),
    KnownBug(
        "It takes the maximum over all channels: every channel is pooled by itself.",
        lambda x, size, stride: np.broadcast_to(
            _pool(x, size, stride, _max).max(axis=1, keepdims=True), _pool(x, size, stride, _max).shape
        ),
    ),
    KnownBug(
        "It returns where the maximum is, not the maximum.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(window.argmax())),
    ),
    *_strides(_max),
)
AVERAGE_FORWARD: tuple[KnownBug, ...] = (
    KnownBug(
        "The sum is not divided: divide by size * size.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(window.sum())),
    ),
    KnownBug(
        "The sum is divided by size: divide by size * size.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(window.sum() / size)),
    ),
    KnownBug(
        "The sum is divided by stride * stride: divide by size * size.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(window.sum() / stride**2)),
    ),
    KnownBug(
        "The sum is always divided by 4: divide by size * size.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(window.sum() / 4)),
    ),
    KnownBug("It takes the maximum, not the mean.", lambda x, size, stride: _pool(x, size, stride, _max)),
    KnownBug(
        "The mean is rounded down: divide with /, not with //.",
        lambda x, size, stride: np.floor(_pool(x, size, stride, _mean)),
    ),
    KnownBug(
        "It takes the median, not the mean.",
        lambda x, size, stride: _pool(x, size, stride, lambda window: float(np.median(window))),
    ),
    *_strides(_mean),
)


def _back(rule: Rule) -> tuple[KnownBug, ...]:
    """List what goes wrong with strides and overlaps, backwards, for both kinds of pooling."""
    return (
        KnownBug(NOT_ADDED, lambda dout, x, size, stride: _unpool(dout, x, size, stride, rule, overwrite=True)),
        KnownBug(STRIDE_IS_SIZE, lambda dout, x, size, stride: _unpool(dout, x, size, size, rule)),
        KnownBug(STRIDE_IGNORED, lambda dout, x, size, stride: _unpool(dout, x, size, 1, rule)),
        KnownBug(
            "dout is missing: the gradient that comes in must be multiplied.",
            lambda dout, x, size, stride: _unpool(np.ones_like(dout), x, size, stride, rule),
        ),
        KnownBug(
            "The window is always 2 × 2: use size.",
            lambda dout, x, size, stride: _unpool(dout, x, 2, stride, rule),
        ),
        KnownBug(
            "The channels are not kept apart: every channel has gradients of its own.",
            lambda dout, x, size, stride: _unpool(np.broadcast_to(dout[:, :1], dout.shape), x, size, stride, rule),
        ),
    )


def _overwritten_by_winners(dout: Array, x: Array, size: int, stride: int) -> Array:
    """Give each window's gradient to its winner with = in place of +=: the others stay as they are."""
    grad = np.zeros(x.shape)
    for n, c, i, j, place in _windows(x, dout.shape[2], dout.shape[3], size, stride):
        row, column = divmod(int(x[n, c][place].argmax()), size)
        grad[n, c, place[0].start + row, place[1].start + column] = dout[n, c, i, j]
    return grad


def _without_offset(dout: Array, x: Array, size: int, stride: int) -> Array:
    """Take the place of the winner in its window for its place in the picture."""
    grad = np.zeros(x.shape)
    for n, c, i, j, place in _windows(x, dout.shape[2], dout.shape[3], size, stride):
        row, column = divmod(int(x[n, c][place].argmax()), size)
        grad[n, c, row, column] += dout[n, c, i, j]
    return grad


MAX_BACKWARD: tuple[KnownBug, ...] = (
    KnownBug(
        "Every tied cell gets the whole gradient: where several numbers are the largest, only the first in reading"
        " order gets it (as np.argmax finds it).",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _tied),
    ),
    KnownBug(
        "Tied cells share the gradient. That is a possible choice; here, as in PyTorch, the first of them in"
        " reading order gets all of it.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _shared),
    ),
    KnownBug(
        "Of tied cells the last gets the gradient. That is a possible choice; here, as in PyTorch, the first in"
        " reading order gets it: replace >= by >.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _last),
    ),
    KnownBug(NOT_ADDED, lambda dout, x, size, stride: _overwritten_by_winners(dout, x, size, stride)),
    KnownBug(
        "Every tied cell gets the whole gradient, and where windows overlap, the later overwrites the earlier.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _tied, overwrite=True),
    ),
    KnownBug(
        "Every cell of the window gets the gradient: only the largest gets it.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _everywhere),
    ),
    KnownBug(
        "The gradient is spread evenly, as in average pooling: only the largest of the window gets it.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _evenly),
    ),
    KnownBug(
        "The upper left cell of each window gets the gradient: the largest gets it.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _corner),
    ),
    KnownBug(
        "The cell that is largest by its absolute value gets the gradient: compare the numbers with their signs.",
        lambda dout, x, size, stride: _unpool(dout, np.abs(x), size, stride, _first),
    ),
    KnownBug(
        "The smallest number of the window gets the gradient: the largest gets it.",
        lambda dout, x, size, stride: _unpool(dout, -x, size, stride, _first),
    ),
    KnownBug(
        "The place of the maximum in its window is taken for its place in the picture: add i * stride and"
        " j * stride.",
        _without_offset,
    ),
    KnownBug(
        "The gradient is multiplied by the input: the derivative of the maximum with respect to the largest is 1.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _first) * x,
    ),
    KnownBug(
        "Where the maximum is not above 0 nothing comes back: pooling has no ReLU in it.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _first) * (x > 0),
    ),
    *_back(_first),
)
AVERAGE_BACKWARD: tuple[KnownBug, ...] = (
    KnownBug(
        "The gradient is not divided: each cell of a window gets dout / (size * size).",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _everywhere),
    ),
    KnownBug(
        "The gradient is divided by size: each cell of a window gets dout / (size * size).",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _everywhere) / size,
    ),
    KnownBug(
        "The gradient is divided by stride * stride: each cell of a window gets dout / (size * size).",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _everywhere) / stride**2,
    ),
    KnownBug(
        "The gradient is always divided by 4: each cell of a window gets dout / (size * size).",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _everywhere) / 4,
    ),
    KnownBug(
        "Only the largest number of a window gets the gradient, as in max pooling: each cell gets its share.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _first),
    ),
    KnownBug(
        "Only the upper left cell of a window gets a gradient: each cell gets its share.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _corner),
    ),
    KnownBug(
        "Only the upper left cell of a window gets its share: each cell does.",
        lambda dout, x, size, stride: _unpool(dout, x, size, stride, _corner) / size**2,
    ),
    *_back(_evenly),
)
POOLING_BUGS: dict[tuple[str, str], tuple[KnownBug, ...]] = {
    ("maxpool_forward", "out"): MAX_FORWARD,
    ("maxpool_backward", "dx"): MAX_BACKWARD,
    ("avgpool_forward", "out"): AVERAGE_FORWARD,
    ("avgpool_backward", "dx"): AVERAGE_BACKWARD,
}
