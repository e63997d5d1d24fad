"""Networks as one Python file that needs only NumPy: the layers, the preprocessing of drawings, the weights."""

import base64
import zlib
from pathlib import Path

import numpy as np

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.exchange.checks import check_answers
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.network import Network
from model.network.task import DIGITS
from model.version import __version__

__all__ = ["encode_python", "save_python"]

PIECES = Path(__file__).parent / "standalone"
DASHES = "# " + "-" * 110 + "\n"
"""Everything above this line in a piece stays out of the exported file, which has its own header."""
LETTERS_ON_A_LINE = 110
COMPRESSION = 6
"""Weights hardly compress; a higher level only takes longer."""


def save_python(network: Network, path: str | Path) -> str:
    """Write a network as one Python file; return an empty sentence.

    Parameters
    ----------
    network : Network
    path : path
        Is replaced if it exists.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or the network has diverged.
    """
    write_atomically(path, encode_python(network))
    return ""


def encode_python(network: Network) -> bytes:
    """Turn a network into the bytes of a Python file: see `save_python`."""
    check_answers(network)
    reads_files = network.input_shape == DIGITS.input_shape and network.preparation == "ink"
    pieces = [_head(network, reads_files=reads_files), _settings(network), _network(network), _piece("computing")]
    pieces += [_piece("fitting"), _piece("picture_files")] if reads_files else []
    asking = _piece("asking")
    pieces.append(asking if reads_files else asking.partition("def main")[0])
    pieces.append(_weights(network))
    pieces += ['if __name__ == "__main__":\n    main()'] if reads_files else []
    return ("\n\n\n".join(piece.strip() for piece in pieces) + "\n").encode()


def _piece(name: str) -> str:
    text = (PIECES / f"{name}.py").read_text(encoding="utf-8")
    return DASHES + text.partition(DASHES)[2]


def _head(network: Network, *, reads_files: bool) -> str:
    """Write the docstring, and what is imported."""
    channels, height, width = network.input_shape
    shape = f"(n, {height}, {width}" + (f", {channels})" if channels > 1 else ")")
    name = network.card.name.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")
    drawings = """
    python THIS.py PICTURE...             reads picture files; needs Pillow too

and in Python, where gray is a drawing, uint8 of any size, bright ink on dark:

    digit = drawing_to_digit(gray)        28 x 28, in the form of MNIST's digits
    predict_proba(digit[np.newaxis])      its probabilities, shape (1, classes)

A picture file shows one digit on even paper. Photos with uneven light or ruled lines, framed digits, and numbers
of several digits need digitgui itself.
"""
    return f'''"""The network {name}, written by digitgui {__version__}: it needs only NumPy.
{drawings if reads_files else ""}
``predict_proba`` takes uint8 pictures of shape {shape}, and gives probabilities of shape
(n, {network.classes}). digitgui gives the same numbers. From the top: settings, the network, its layers,
{"the preparation of drawings, picture files, " if reads_files else ""}and the weights at the end.
"""

from __future__ import annotations

import base64
{"import sys" + chr(10) if reads_files else ""}import zlib
from typing import Any

import numpy as np

Array = Any  # of NumPy'''


def _settings(network: Network) -> str:
    channels, height, width = network.input_shape
    name = np.dtype(network.dtype).name
    factor, offset = 1 / (255 * network.input_deviation), network.input_mean / network.input_deviation
    return f"""HEIGHT, WIDTH, CHANNELS = {height}, {width}, {channels}
CLASSES = {network.class_names!a}  # the names, in the order of the probabilities
REFUSE_BELOW = {network.card.refuse_below!r}  # answers less probable than this are doubtful
INPUT_FACTOR, INPUT_OFFSET = np.{name}({factor!r}), np.{name}({offset!r})"""


def _network(network: Network) -> str:
    """Write the network as a function with a line for each layer."""
    lines = []
    for name, layer, shape in zip(network.layer_names, network.layers, network.shapes[1:], strict=True):
        call = _call(name, layer)
        if call:
            lines.append(f"    x = {call}  # {' x '.join(map(str, shape))}")
    if network.is_binary:
        lines.append(
            "    x = np.concatenate([np.zeros_like(x), x])  # the softmax of both is the sigmoid of the one"
        )
    return "\n".join(
        [
            "def logits(x: Array) -> Array:",
            '    """The network, layer by layer; the shapes are those of one picture."""',
            "    w = weights()",
            *lines,
            "    return x",
        ]
    )


def _call(name: str, layer: Layer) -> str:  # noqa: PLR0911
    """Write the call that computes a layer; empty if it has no effect on answers."""
    arrays = f'*w["{name}"]'
    match layer:
        case Conv2D():
            return f"convolve(x, {arrays}, stride={layer.stride}, padding={layer.padding})"
        case MaxPool2D():
            return f"pool_max(x, window={layer.window}, stride={layer.stride})"
        case AveragePool2D():
            return f"pool_average(x, window={layer.window}, stride={layer.stride})"
        case BatchNorm():
            return f"normalize(x, {arrays}, epsilon={layer.epsilon!r})"
        case ReLU():
            return "rectify(x)"
        case Flatten():
            return "flatten(x)"
        case Dense():
            return f"connect(x, {arrays})"
        case Dropout():  # used in training only
            return ""
    raise ModelFileError(f"{layer!r} has no counterpart in the exported Python file")


def _weights(network: Network) -> str:
    """Write all arrays, one after the other, compressed, as base64."""
    dtype = np.dtype(network.dtype).newbyteorder("<")
    arrays, shapes = [], {}
    for name, layer in zip(network.layer_names, network.layers, strict=True):
        own = [parameter.value for parameter in layer.parameters().values()] + list(layer.statistics().values())
        if own:
            shapes[name] = [array.shape for array in own]
            arrays += own
    content = b"".join(np.ascontiguousarray(array, dtype).tobytes() for array in arrays)
    letters = base64.b64encode(zlib.compress(content, COMPRESSION)).decode()
    lines = "\n".join(
        letters[start : start + LETTERS_ON_A_LINE] for start in range(0, len(letters), LETTERS_ON_A_LINE)
    )
    table = "\n".join(f'    "{name}": {own},' for name, own in shapes.items())
    return f'''{DASHES}# The weights: all arrays one after the other, compressed, as base64.

SHAPES = {{
{table}
}}
KEPT: dict[str, list[Array]] = {{}}


def weights() -> dict[str, list[Array]]:
    """Unpack the arrays of each layer, once."""
    if not KEPT:
        content, start = np.frombuffer(zlib.decompress(base64.b64decode(LETTERS)), "{dtype.str}"), 0
        for name, shapes in SHAPES.items():
            KEPT[name] = []
            for shape in shapes:
                size = int(np.prod(shape))
                KEPT[name].append(content[start : start + size].reshape(shape))
                start += size
    return KEPT


LETTERS = """
{lines}
"""'''
