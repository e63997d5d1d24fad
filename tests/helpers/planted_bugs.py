"""Bugs to plant in `own_layers`, one at a time: what is replaced where, and what the check must say."""

import inspect
from typing import NamedTuple

from helpers import own_layers

__all__ = ["PLANTED", "Planted", "with_bug"]


class Planted(NamedTuple):
    """One bug.

    Attributes
    ----------
    name, function : str
    old, new : str
        What is replaced in the function, wherever it occurs there.
    result : str
        The result that becomes wrong; empty if it is about the whole call.
    said : str
        A part of the sentence that names the bug.
    """

    name: str
    function: str
    old: str
    new: str
    result: str
    said: str


def with_bug(bug: Planted) -> str:
    """Return the source of one function of `own_layers`, with one bug."""
    body = inspect.getsource(getattr(own_layers, bug.function))
    assert bug.old in body, bug.name
    return f"import numpy as np\n\n\n{body.replace(bug.old, bug.new)}"


WINDOW = "padded[m, c, i * stride + r, j * stride + s]"
PADDED = "padded[:, :, pad : pad + height, pad : pad + width] = x"
CHANNELS = "for c in range(channels):"
CONV, BACK = "conv_forward", "conv_backward"
MAX, MAX_BACK, AVG, AVG_BACK = "maxpool_forward", "maxpool_backward", "avgpool_forward", "avgpool_backward"
WINNER = "if x[m, c, r, s] > x[m, c, row, column]:"
HANDED = "dx[m, c, row, column] += dout[m, c, i, j]"
WINDOW_OF_X = "x[m, c, top : top + size, left : left + size]"
TIED = f"d{WINDOW_OF_X} += dout[m, c, i, j] * ({WINDOW_OF_X} == x[m, c, row, column])"
CORNER = "best = x[m, c, i * stride, j * stride]"
LARGER = (
    "stride = 1\n    out_height = height + 2 * pad - rows + 1\n"
    "    out_width = width + 2 * pad - columns + 1\n    out = np.zeros"
)
UNSHIFTED = "shifted = logits[m] - max(logits[m])"

PLANTED = [
    Planted(
        "kernel flipped",
        CONV,
        "w[f, c, r, s]",
        "w[f, c, rows - 1 - r, columns - 1 - s]",
        "out",
        "kernel is flipped",
    ),
    Planted("stride ignored", CONV, WINDOW, "padded[m, c, i + r, j + s]", "out", "stride is ignored"),
    Planted(
        "stride ignored, larger output",
        CONV,
        "out = np.zeros",
        LARGER,
        "out",
        "stride is ignored",
    ),
    Planted(
        "pad ignored",
        CONV,
        "n, channels, height, width = x.shape",
        "pad = 0\n    n, channels, height, width = x.shape",
        "out",
        "padding is ignored",
    ),
    Planted("pad at the end only", CONV, PADDED, "padded[:, :, :height, :width] = x", "out", "not in the middle"),
    Planted(
        "edges repeated",
        CONV,
        PADDED,
        "padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'edge')",
        "out",
        "repeats the edge",
    ),
    Planted("no bias", CONV, "total + b[f]", "total", "out", "bias is missing"),
    Planted(
        "bias for every channel",
        CONV,
        CHANNELS,
        f"{CHANNELS}\n                        total += b[f]",
        "out",
        "with every channel and again",
    ),
    Planted(
        "bias for every number",
        CONV,
        "* w[f, c, r, s]",
        "* w[f, c, r, s] + b[f]",
        "out",
        "with every number of the window and again",
    ),
    Planted("first channel only", CONV, CHANNELS, "for c in range(1):", "out", "channels are not summed"),
    Planted(
        "channels overwritten",
        CONV,
        CHANNELS,
        f"{CHANNELS}\n                        total = 0.0",
        "out",
        "each overwrites the one before",
    ),
    Planted(
        "first kernel always", CONV, "w[f, c, r, s]", "w[0, c, r, s]", "out", "first kernel is used for every map"
    ),
    Planted("first picture always", CONV, "padded[m, c,", "padded[0, c,", "out", "result of the first"),
    Planted(
        "last row missing",
        CONV,
        "    out = np.zeros",
        "    out_height -= 1\n    out_width -= 1\n    out = np.zeros",
        "out",
        "last row and column are missing",
    ),
    Planted(
        "kernel transposed",
        CONV,
        "w[f, c, r, s]",
        "w[f, c, s, r]",
        "out",
        "Rows and columns of the kernel are swapped",
    ),
    Planted("float32", CONV, "out_height, out_width))", "out_height, out_width), np.float32)", "out", "float32"),
    Planted(
        "whole numbers",
        CONV,
        "out_height, out_width))",
        "out_height, out_width), int)",
        "out",
        "cut to whole numbers",
    ),
    Planted("x padded in place", CONV, "    return out", "    x[...] = 0\n    return out", "", "changes x"),
    Planted(
        "dx flipped",
        BACK,
        "gradient * w[f, c, r, s]",
        "gradient * w[f, c, rows - 1 - r, columns - 1 - s]",
        "dx",
        "flipped the wrong way",
    ),
    Planted(
        "dx without stride",
        BACK,
        "dpadded[m, c, i * stride + r, j * stride + s]",
        "dpadded[m, c, i + r, j + s]",
        "dx",
        "stride is ignored",
    ),
    Planted(
        "dx with border",
        BACK,
        "dx = dpadded[:, :, pad : pad + height, pad : pad + width]",
        "dx = dpadded",
        "dx",
        "border of the padding is still there",
    ),
    Planted(
        "dx cut at the wrong place",
        BACK,
        "dx = dpadded[:, :, pad : pad + height, pad : pad + width]",
        "dx = dpadded[:, :, :height, :width]",
        "dx",
        "padding is ignored",
    ),
    Planted(
        "dx of one map",
        BACK,
        "dpadded[m, c, i * stride + r, j * stride + s] +=",
        "if f == 0: dpadded[m, c, i * stride + r, j * stride + s] +=",
        "dx",
        "Only the first map counts",
    ),
    Planted(
        "dw of one picture",
        BACK,
        "    for f in range(filters):",
        "    dw[...] = 0\n        for f in range(filters):",
        "dw",
        "not summed over the batch: only the last",
    ),
    Planted(
        "dw averaged",
        BACK,
        "return dx, dw, db",
        "return dx, dw / n, db",
        "dw",
        "divided by the number of pictures",
    ),
    Planted(
        "dw without stride",
        BACK,
        f"gradient * {WINDOW}",
        "gradient * padded[m, c, i + r, j + s]",
        "dw",
        "stride is ignored",
    ),
    Planted(
        "dw overwritten",
        BACK,
        "dw[f, c, r, s] +=",
        "dw[f, c, r, s] =",
        "dw",
        "Only the last position of the last picture",
    ),
    Planted(
        "dw flipped",
        BACK,
        "dw[f, c, r, s] +=",
        "dw[f, c, rows - 1 - r, columns - 1 - s] +=",
        "dw",
        "gradient is flipped",
    ),
    Planted("dw without padding", BACK, PADDED, "padded[:, :, :height, :width] = x", "dw", "padding is ignored"),
    Planted(
        "db of one position",
        BACK,
        "db[f] += gradient",
        "db[f] += gradient * (i == 0 and j == 0)",
        "db",
        "not summed over the positions",
    ),
    Planted("db overwritten", BACK, "db[f] += gradient", "db[f] = gradient", "db", "Only the last position"),
    Planted(
        "db not summed over the batch",
        BACK,
        "return dx, dw, db",
        "return dx, dw, dout.sum(axis=(2, 3))",
        "db",
        "not summed over the batch",
    ),
    Planted(
        "db as a column", BACK, "return dx, dw, db", "return dx, dw, db[:, np.newaxis]", "db", "the shape is not"
    ),
    Planted("results in another order", BACK, "return dx, dw, db", "return dw, dx, db", "dx", "another order"),
    Planted("only dx", BACK, "return dx, dw, db", "return dx", "", "Return dx, dw, db"),
    Planted(
        "stride = size",
        MAX,
        "i * stride + r, j * stride + s]",
        "i * size + r, j * size + s]",
        "out",
        "size of the window is taken for the stride",
    ),
    Planted("begins at 0", MAX, CORNER, "best = 0", "out", "begins at 0"),
    Planted(
        "largest by size",
        MAX,
        "if value > best:",
        "if abs(value) > abs(best):",
        "out",
        "largest by its absolute value",
    ),
    Planted(
        "absolute values",
        MAX,
        "    n, channels",
        "    x = np.abs(x)\n    n, channels",
        "out",
        "maximum of the absolute values",
    ),
    Planted("every tie", MAX_BACK, HANDED, TIED, "dx", "Every tied cell"),
    Planted("last tie", MAX_BACK, WINNER, WINNER.replace(">", ">="), "dx", "Of tied cells the last"),
    Planted(
        "overlap overwritten",
        MAX_BACK,
        HANDED,
        HANDED.replace("+=", "="),
        "dx",
        "the later overwrites the earlier",
    ),
    Planted(
        "place in the window",
        MAX_BACK,
        HANDED,
        "dx[m, c, row - top, column - left] += dout[m, c, i, j]",
        "dx",
        "place of the maximum in its window",
    ),
    Planted(
        "stride = size, backwards",
        MAX_BACK,
        "top, left = i * stride, j * stride",
        "top, left = i * size, j * size",
        "dx",
        "size of the window is taken for the stride",
    ),
    Planted("sum", AVG, "total / (size * size)", "total", "out", "not divided"),
    Planted("divided by size", AVG, "total / (size * size)", "total / size", "out", "divided by size"),
    Planted("not divided back", AVG_BACK, " / (size * size)", "", "dx", "gradient is not divided"),
    Planted("overlap overwritten, average", AVG_BACK, "+=", "=", "dx", "the later overwrites the earlier"),
    Planted(
        "absolute",
        "relu_forward",
        "out[index] = x[index]",
        "out[index] = x[index]\n        else:\n            out[index] = -x[index]",
        "out",
        "absolute value",
    ),
    Planted("in place", "relu_forward", "out = np.zeros(x.shape)", "out = x\n    x[x < 0] = 0", "", "changes x"),
    Planted(">= 0", "relu_backward", "x[index] > 0", "x[index] >= 0", "dx", "At x = 0"),
    Planted("mask of dout", "relu_backward", "x[index] > 0", "dout[index] > 0", "dx", "mask is made from dout"),
    Planted("no mask", "relu_backward", "if x[index] > 0:", "if True:", "dx", "mask is missing"),
    Planted("mask alone", "relu_backward", "dx[index] = dout[index]", "dx[index] = 1", "dx", "mask alone"),
    Planted("no bias, dense", "dense_forward", "total = b[o]", "total = 0.0", "out", "bias is missing"),
    Planted("dw transposed", "dense_backward", "return dx, dw, db", "return dx, dw.T, db", "dw", "transposed"),
    Planted(
        "dw averaged, dense",
        "dense_backward",
        "return dx, dw, db",
        "return dx, dw / len(x), db",
        "dw",
        "averaged over the batch|divided by the number of pictures",
    ),
    Planted(
        "db not summed, dense",
        "dense_backward",
        "return dx, dw, db",
        "return dx, dw, dout",
        "db",
        "not summed over the batch",
    ),
    Planted(
        "db overwritten, dense",
        "dense_backward",
        "db[o] += dout[m, o]",
        "db[o] = dout[m, o]",
        "db",
        "only the last picture",
    ),
    Planted("dx overwritten, dense", "dense_backward", "dx[m, i] +=", "dx[m, i] =", "dx", "Only the last output"),
    Planted("not shifted", "softmax_loss", UNSHIFTED, "shifted = logits[m]", "loss", "overflows"),
    Planted(
        "shifted by one maximum", "softmax_loss", UNSHIFTED, "shifted = logits[m] - logits.max()", "loss", "own"
    ),
    Planted(
        "summed", "softmax_loss", "shifted[labels[m]]) / n", "shifted[labels[m]])", "loss", "summed over the batch"
    ),
    Planted(
        "log of 0",
        "softmax_loss",
        "(np.log(total) - shifted[labels[m]])",
        "-np.log(np.exp(shifted[labels[m]]) / total)",
        "loss",
        "probability that has become 0",
    ),
    Planted(
        "small number",
        "softmax_loss",
        "(np.log(total) - shifted[labels[m]])",
        "-np.log(np.exp(shifted[labels[m]]) / total + 1e-12)",
        "loss",
        "small number",
    ),
    Planted(
        "gradient not divided",
        "softmax_loss",
        "(k == labels[m])) / n",
        "(k == labels[m]))",
        "dlogits",
        "not divided by n",
    ),
    Planted(
        "gradient without label", "softmax_loss", " - (k == labels[m])", "", "dlogits", "label is not subtracted"
    ),
    Planted("sign", "softmax_loss", "dlogits[m, k] = ", "dlogits[m, k] = -", "dlogits", "sign is wrong"),
]
