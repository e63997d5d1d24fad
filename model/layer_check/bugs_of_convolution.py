"""Bugs that people write into a convolution, each as a computation that has it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from model.layer_check.functions import Array
from model.layer_check.known_bug import KnownBug

__all__ = ["CONVOLUTION_BUGS"]


def _padded(x: Array, pad: int, mode: Any = "constant") -> Array:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode)


def _slide(x: Array, w: Array, step: int) -> Array:
    """Slide kernels over pictures that are padded already: (n, filters, rows, columns), without the bias."""
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::step, ::step]
    return np.einsum("nchwij,fcij->nfhw", windows, w)


def _forward(x: Array, w: Array, b: Array, stride: int, pad: int) -> Array:
    return _slide(_padded(x, pad), w, stride) + b[:, np.newaxis, np.newaxis]


def _positions(x: Array, w: Array, stride: int, pad: int) -> tuple[int, int]:
    """Count the rows and columns of the right output."""
    height, width = x.shape[2] + 2 * pad, x.shape[3] + 2 * pad
    return (height - w.shape[2]) // stride + 1, (width - w.shape[3]) // stride + 1


def _at_step(step: int, x: Array, w: Array, b: Array, stride: int, pad: int) -> Array:
    """Fill an output of the right size from windows that lie ``step`` apart."""
    rows, columns = _positions(x, w, stride, pad)
    return _forward(x, w, b, step, pad)[:, :, :rows, :columns]


def _one_pad_only(x: Array, w: Array, b: Array, stride: int, before: int, after: int) -> Array:
    sides = (before, after)
    return _forward(np.pad(x, ((0, 0), (0, 0), sides, sides)), w, b, stride, 0)


def _not_in_the_middle(x: Array, pad: int) -> Array:
    """Pad to the right size, but with the pictures in the upper left."""
    return np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))


def _spread(array: Array, like: Array) -> Array:
    """Put the same into every place along the first axis."""
    return np.broadcast_to(array, like.shape).copy()


NO_BIAS = "The bias is missing: add b[f] once to every number of map f."
FLIPPED = (
    "The kernel is flipped: this is a convolution as in mathematics. Networks use the cross-correlation: multiply"
    " window and kernel as they are."
)
STRIDE_IGNORED = "The stride is ignored: window (i, j) begins at row i * stride and column j * stride."
STRIDE_IS_KERNEL = "The size of the kernel is taken for the stride: windows lie stride apart, and may overlap."
PAD_IGNORED = "The padding is ignored: put pad rows and columns of zeros on all four sides first."
TURNED = "Rows and columns of the kernel are swapped: w is (filters, channels, rows, columns)."

FORWARD: tuple[KnownBug, ...] = (
    KnownBug(FLIPPED, lambda x, w, b, stride, pad: _forward(x, w[..., ::-1, ::-1], b, stride, pad)),
    KnownBug(STRIDE_IGNORED, lambda x, w, b, stride, pad: _at_step(1, x, w, b, stride, pad)),
    KnownBug(STRIDE_IGNORED, lambda x, w, b, stride, pad: _forward(x, w, b, 1, pad)),
    KnownBug(STRIDE_IS_KERNEL, lambda x, w, b, stride, pad: _at_step(w.shape[2], x, w, b, stride, pad)),
    KnownBug(STRIDE_IS_KERNEL, lambda x, w, b, stride, pad: _forward(x, w, b, w.shape[2], pad)),
    KnownBug(PAD_IGNORED, lambda x, w, b, stride, pad: _forward(x, w, b, stride, 0)),
    KnownBug(
        "The padding is on one side only: put it above, below, left and right.",
        lambda x, w, b, stride, pad: _one_pad_only(x, w, b, stride, pad, 0),
    ),
    KnownBug(
        "The padding is on one side only: put it above, below, left and right.",
        lambda x, w, b, stride, pad: _one_pad_only(x, w, b, stride, 0, pad),
    ),
    KnownBug(
        "The picture is not in the middle of the padded array: it begins at row pad and column pad.",
        lambda x, w, b, stride, pad: _forward(_not_in_the_middle(x, pad), w, b, stride, 0),
    ),
    KnownBug(
        "The border repeats the edge of the picture: padding is zeros.",
        lambda x, w, b, stride, pad: _slide(_padded(x, pad, "edge"), w, stride) + b[:, np.newaxis, np.newaxis],
    ),
    KnownBug(
        "The border mirrors the picture: padding is zeros.",
        lambda x, w, b, stride, pad: _slide(_padded(x, pad, "reflect"), w, stride) + b[:, np.newaxis, np.newaxis],
    ),
    KnownBug(NO_BIAS, lambda x, w, b, stride, pad: _forward(x, w, 0 * b, stride, pad)),
    KnownBug(
        "The bias is subtracted: add it.",
        lambda x, w, b, stride, pad: _forward(x, w, -b, stride, pad),
    ),
    KnownBug(
        "The bias is added once for every channel: add it once, after the sum over the channels.",
        lambda x, w, b, stride, pad: _forward(x, w, b * w.shape[1], stride, pad),
    ),
    KnownBug(
        "The bias is added once for every number of the window: add it once, after the sum.",
        lambda x, w, b, stride, pad: _forward(x, w, b * w[0].size, stride, pad),
    ),
    KnownBug(
        "The bias is added twice: add it once, after the sum.",
        lambda x, w, b, stride, pad: _forward(x, w, 2 * b, stride, pad),
    ),
    KnownBug(
        "The bias is added with every channel and again at the end: add it once, after the sum.",
        lambda x, w, b, stride, pad: _forward(x, w, b * (w.shape[1] + 1), stride, pad),
    ),
    KnownBug(
        "The bias is added with every number of the window and again at the end: add it once, after the sum.",
        lambda x, w, b, stride, pad: _forward(x, w, b * (w[0].size + 1), stride, pad),
    ),
    KnownBug(
        "The bias is added once for every number of the kernel's matrix: add it once, after the sum.",
        lambda x, w, b, stride, pad: _forward(x, w, b * w[0, 0].size, stride, pad),
    ),
    KnownBug(
        "Every map gets the first bias: map f gets b[f].",
        lambda x, w, b, stride, pad: _forward(x, w, _spread(b[:1], b), stride, pad),
    ),
    KnownBug(
        "Every map gets the sum of all biases: map f gets b[f].",
        lambda x, w, b, stride, pad: _forward(x, w, _spread(b.sum(), b), stride, pad),
    ),
    KnownBug(
        "The channels are not summed: only the first one counts. Sum the products of all channels into one map.",
        lambda x, w, b, stride, pad: _forward(x[:, :1], w[:, :1], b, stride, pad),
    ),
    KnownBug(
        "The channels are not summed: each overwrites the one before (= where += is meant), so the last remains.",
        lambda x, w, b, stride, pad: _forward(x[:, -1:], w[:, -1:], b, stride, pad),
    ),
    KnownBug(
        "The channels are averaged: sum them.",
        lambda x, w, b, stride, pad: _forward(x, w / w.shape[1], b, stride, pad),
    ),
    KnownBug(
        "All channels use the kernel of the first: channel c uses w[f, c].",
        lambda x, w, b, stride, pad: _forward(x, _spread(w[:, :1], w), b, stride, pad),
    ),
    KnownBug(
        "The sum is divided by the size of the window: do not average.",
        lambda x, w, b, stride, pad: _forward(x, w / w[0, 0].size, b, stride, pad),
    ),
    KnownBug(
        "The first kernel is used for every map: map f uses w[f].",
        lambda x, w, b, stride, pad: _forward(x, _spread(w[:1], w), b, stride, pad),
    ),
    KnownBug(
        "The first two axes of w are swapped: w is (filters, channels, rows, columns).",
        lambda x, w, b, stride, pad: _forward(x, w.swapaxes(0, 1), b, stride, pad),
    ),
    KnownBug(TURNED, lambda x, w, b, stride, pad: _forward(x, w.swapaxes(2, 3), b, stride, pad)),
    KnownBug(
        "Every picture gives the result of the first: use x[n] for picture n.",
        lambda x, w, b, stride, pad: _forward(_spread(x[:1], x), w, b, stride, pad),
    ),
    KnownBug(
        "The last row and column are missing: there are (height + 2 * pad - rows) // stride + 1 of them.",
        lambda x, w, b, stride, pad: _forward(x, w, b, stride, pad)[:, :, :-1, :-1],
    ),
    KnownBug(
        "A ReLU is inside: return the sums, also where they are negative.",
        lambda x, w, b, stride, pad: np.maximum(_forward(x, w, b, stride, pad), 0),
    ),
    KnownBug(
        "The stride counts for rows only: columns lie stride apart, too.",
        lambda x, w, b, stride, pad: _forward(x, w, b, 1, pad)[:, :, ::stride],
    ),
    KnownBug(
        "The stride counts for columns only: rows lie stride apart, too.",
        lambda x, w, b, stride, pad: _forward(x, w, b, 1, pad)[:, :, :, ::stride],
    ),
)


def _scatter(
    dout: Array, w: Array, shape: tuple[int, ...], step: int, pad: int, *, overwrite: bool = False
) -> Array:
    """Spread the gradients back over the padded pictures, from windows that lie ``step`` apart."""
    n, channels, height, width = shape
    grad = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    rows, columns = w.shape[2:]
    for i, j in np.ndindex(dout.shape[2:]):
        part = np.einsum("nf,fcij->ncij", dout[:, :, i, j], w)
        target = grad[:, :, i * step : i * step + rows, j * step : j * step + columns]
        target[...] = part if overwrite else target + part
    return grad


def _inside(padded: Array, pad: int) -> Array:
    """Cut the border off."""
    return padded[:, :, pad : padded.shape[2] - pad, pad : padded.shape[3] - pad]


def _dx(dout: Array, x: Array, w: Array, stride: int, pad: int) -> Array:
    return _inside(_scatter(dout, w, x.shape, stride, pad), pad)


def _as_full_convolution(dout: Array, x: Array, w: Array, pad: int) -> Array:
    """Spread back as if the stride were 1: the result is as large as that would make it."""
    height, width = (size + length - 1 - 2 * pad for size, length in zip(dout.shape[2:], w.shape[2:], strict=True))
    return _dx(dout, np.zeros((*x.shape[:2], height, width)), w, 1, pad)


NOT_ADDED = (
    "Where windows overlap, the later overwrites the earlier (= where += is meant): add up what comes from every"
    " window."
)
STRIDE_IGNORED_BACK = (
    "The stride is ignored: dout[:, :, i, j] belongs to the window that begins at row i * stride and column"
    " j * stride."
)
DX: tuple[KnownBug, ...] = (
    KnownBug(
        "The kernel is flipped the wrong way: dout[i, j] times w as it is belongs to the window at (i, j). As a"
        " full convolution of dout, that means the kernel turned by 180 degrees.",
        lambda dout, x, w, b, stride, pad: _dx(dout, x, w[..., ::-1, ::-1], stride, pad),
    ),
    KnownBug(
        NOT_ADDED,
        lambda dout, x, w, b, stride, pad: _inside(_scatter(dout, w, x.shape, stride, pad, overwrite=True), pad),
    ),
    KnownBug(STRIDE_IGNORED_BACK, lambda dout, x, w, b, stride, pad: _dx(dout, x, w, 1, pad)),
    KnownBug(STRIDE_IGNORED_BACK, lambda dout, x, w, b, stride, pad: _as_full_convolution(dout, x, w, pad)),
    KnownBug(STRIDE_IS_KERNEL, lambda dout, x, w, b, stride, pad: _dx(dout, x, w, w.shape[2], pad)),
    KnownBug(
        "The border of the padding is still there: return dx[:, :, pad:-pad, pad:-pad] where pad is above 0.",
        lambda dout, x, w, b, stride, pad: _scatter(dout, w, x.shape, stride, pad),
    ),
    KnownBug(
        "The padding is ignored: dx begins pad rows and pad columns inside the padded gradient.",
        lambda dout, x, w, b, stride, pad: _scatter(dout, w, x.shape, stride, pad)[
            :, :, : x.shape[2], : x.shape[3]
        ],
    ),
    KnownBug(
        "Only the first map counts: add up what comes from the maps of all kernels.",
        lambda dout, x, w, b, stride, pad: _dx(dout[:, :1], x, w[:1], stride, pad),
    ),
    KnownBug(
        "Only the last map counts (= where += is meant): add up what comes from the maps of all kernels.",
        lambda dout, x, w, b, stride, pad: _dx(dout[:, -1:], x, w[-1:], stride, pad),
    ),
    KnownBug(
        "All channels get the gradient of the first: channel c uses w[f, c].",
        lambda dout, x, w, b, stride, pad: _dx(dout, x, _spread(w[:, :1], w), stride, pad),
    ),
    KnownBug(TURNED, lambda dout, x, w, b, stride, pad: _dx(dout, x, w.swapaxes(2, 3), stride, pad)),
    KnownBug(
        "The first two axes of w are swapped: w is (filters, channels, rows, columns).",
        lambda dout, x, w, b, stride, pad: _dx(dout, x, w.swapaxes(0, 1), stride, pad),
    ),
    KnownBug(
        "The kernel is missing: dout is spread over the window without w.",
        lambda dout, x, w, b, stride, pad: _dx(dout, x, np.ones_like(w), stride, pad),
    ),
)


def _dw(dout: Array, x: Array, w: Array, stride: int, pad: int) -> Array:
    """Sum over pictures and positions of the gradient times the window."""
    windows = np.lib.stride_tricks.sliding_window_view(_padded(x, pad), w.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride][:, :, : dout.shape[2], : dout.shape[3]]
    return np.einsum("nfhw,nchwij->fcij", dout, windows)


def _kept(dout: Array, *place: slice | int) -> Array:
    """Keep a part of dout, and put zeros in the place of the rest."""
    kept = np.zeros_like(dout)
    kept[place] = dout[place]
    return kept


EVERY = slice(None)


def _not_summed(gradient: Callable[..., Array]) -> tuple[KnownBug, ...]:
    """List the sums over pictures and positions that are left out, for dw and db alike."""

    def of(place: tuple[slice, ...]) -> Callable[..., Array]:
        return lambda dout, x, w, b, stride, pad: gradient(_kept(dout, *place), x, w, stride, pad)

    batch = "It is not summed over the batch: only the {} picture counts. Sum over all pictures."
    positions = "It is not summed over the positions: only the {} counts. Sum over all rows and columns of dout."
    first, last = slice(0, 1), slice(-1, None)
    return (
        KnownBug(batch.format("first"), of((first,))),
        KnownBug(batch.format("last") + " (= where += is meant?)", of((last,))),
        KnownBug(positions.format("first position"), of((EVERY, EVERY, first, first))),
        KnownBug(positions.format("last position") + " (= where += is meant?)", of((EVERY, EVERY, last, last))),
        KnownBug(positions.format("first row"), of((EVERY, EVERY, first))),
        KnownBug(positions.format("last row"), of((EVERY, EVERY, last))),
        KnownBug(
            "Only the last position of the last picture counts (= where += is meant): sum over pictures and"
            " positions.",
            of((last, EVERY, last, last)),
        ),
        KnownBug(
            "It is averaged over the positions: sum over all rows and columns of dout.",
            lambda dout, x, w, b, stride, pad: gradient(dout, x, w, stride, pad) / dout[0, 0].size,
        ),
        KnownBug(
            "It is averaged over pictures and positions: sum over both.",
            lambda dout, x, w, b, stride, pad: gradient(dout, x, w, stride, pad) / dout[:, 0].size,
        ),
    )


DW: tuple[KnownBug, ...] = (
    *_not_summed(_dw),
    KnownBug(
        "The kernel's gradient is flipped: add dout[i, j] times the window as it is.",
        lambda dout, x, w, b, stride, pad: _dw(dout, x, w, stride, pad)[..., ::-1, ::-1],
    ),
    KnownBug(STRIDE_IGNORED_BACK, lambda dout, x, w, b, stride, pad: _dw(dout, x, w, 1, pad)),
    KnownBug(STRIDE_IS_KERNEL, lambda dout, x, w, b, stride, pad: _dw(dout, x, w, w.shape[2], pad)),
    KnownBug(
        "The padding is ignored: the windows are those of the padded pictures.",
        lambda dout, x, w, b, stride, pad: _dw(dout, _not_in_the_middle(x, pad), w, stride, 0),
    ),
    KnownBug(
        "The channels are not kept apart: every channel gets the gradient of the first.",
        lambda dout, x, w, b, stride, pad: _dw(dout, _spread(x[:, :1], x), w, stride, pad),
    ),
    KnownBug(
        "The channels are not kept apart: every channel gets the sum over all of them.",
        lambda dout, x, w, b, stride, pad: _dw(dout, _spread(x.sum(axis=1, keepdims=True), x), w, stride, pad),
    ),
    KnownBug(
        "The kernels are not kept apart: every kernel gets the gradient of the first.",
        lambda dout, x, w, b, stride, pad: _dw(_spread(dout[:, :1], dout), x, w, stride, pad),
    ),
    KnownBug(
        "The first two axes are swapped: dw has the shape of w, (filters, channels, rows, columns).",
        lambda dout, x, w, b, stride, pad: _dw(dout, x, w, stride, pad).swapaxes(0, 1),
    ),
    KnownBug(
        "dout is missing: the windows are summed without it.",
        lambda dout, x, w, b, stride, pad: _dw(np.ones_like(dout), x, w, stride, pad),
    ),
)


def _db(dout: Array, _x: Array, _w: Array, _stride: int, _pad: int) -> Array:
    return dout.sum(axis=(0, 2, 3))


DB: tuple[KnownBug, ...] = (
    *_not_summed(_db),
    KnownBug(
        "It is not summed over the batch: db has one number for each kernel, shape (filters,).",
        lambda dout, x, w, b, stride, pad: dout.sum(axis=(2, 3)),
    ),
    KnownBug(
        "It is not summed over the positions: db has one number for each kernel, shape (filters,).",
        lambda dout, x, w, b, stride, pad: dout.sum(axis=0),
    ),
    KnownBug(
        "The sums are right, but axes of length 1 are left: db has shape (filters,), like b.",
        lambda dout, x, w, b, stride, pad: dout.sum(axis=(0, 2, 3), keepdims=True),
    ),
    KnownBug(
        "The sums are right, but the shape is not: db has shape (filters,), like b.",
        lambda dout, x, w, b, stride, pad: dout.sum(axis=(0, 2, 3))[:, np.newaxis],
    ),
    KnownBug(
        "The kernels are not kept apart: every bias gets the sum over all maps.",
        lambda dout, x, w, b, stride, pad: _spread(dout.sum(), b),
    ),
    KnownBug(
        "The kernels are not kept apart: db is one number, but b has one for each kernel.",
        lambda dout, x, w, b, stride, pad: dout.sum(),
    ),
    KnownBug(
        "It is multiplied by the bias: the derivative of a sum with respect to b is 1.",
        lambda dout, x, w, b, stride, pad: dout.sum(axis=(0, 2, 3)) * b,
    ),
    KnownBug(
        "It is constant: db is the sum of dout over pictures and positions.",
        lambda dout, x, w, b, stride, pad: np.ones_like(b),
    ),
)
CONVOLUTION_BUGS: dict[tuple[str, str], tuple[KnownBug, ...]] = {
    ("conv_forward", "out"): FORWARD,
    ("conv_backward", "dx"): DX,
    ("conv_backward", "dw"): DW,
    ("conv_backward", "db"): DB,
}
