"""Builds an exported C file from functions in separate files, arrays, and a list of calls."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import ModelFileError
from model.network.arrays import FloatArray, ImageArray, Shape
from model.network.layers import AveragePool2D, Dropout, Flatten, Layer, MaxPool2D
from model.network.network import Network
from model.network.task import numbered
from model.runs.storage import golden_images
from model.version import __version__

__all__ = ["CSource", "golden_arrays", "title"]

PIECES = Path(__file__).parent / "c"
C_TYPES = {"float32": "float", "int8": "int8_t", "uint8": "uint8_t"}
NUMBERS_ON_A_LINE = {"float32": 6, "int8": 24, "uint8": 24}


class CSource:
    """A C99 file being written.

    Parameters
    ----------
    network : Network
    kind : str
        ``float`` or ``int8``: the folder of functions to take.
    """

    def __init__(self, network: Network, kind: str) -> None:
        self._network, self._kind = network, kind
        self._pieces: dict[str, str] = {}
        self._arrays: list[str] = []
        self._calls: list[str] = []
        self._halves = ["first_half", "second_half"]
        self._sizes = {self.here: 1}
        self.weight_bytes = 0
        self.largest_map = 0
        """Size of the maps of a convolution that sums whole numbers."""

    @property
    def working_bytes(self) -> int:
        """Bytes of the memory that the file declares, besides weights."""
        return sum(self._sizes.values()) * (1 if self._kind == "int8" else 4) + 4 * self.largest_map

    def sentence(self) -> str:
        """Describe how much memory the file needs."""
        return f"{self.weight_bytes:,} bytes of weights (flash), {self.working_bytes:,} bytes of working memory"

    @property
    def here(self) -> str:
        """The piece of memory that holds the result of the last call."""
        return self._halves[0]

    def need(self, *names: str) -> None:
        """Add functions to the file, each once."""
        for name in names:
            self._pieces.setdefault(name, _piece(self._kind, name))

    def array(self, name: str, values: npt.NDArray[np.generic]) -> str:
        """Add a constant array of weights; return its name."""
        self._arrays.append(_listed(name, values))
        self.weight_bytes += values.nbytes
        return name

    def step(self, what: str, shape: Shape = (1,)) -> None:
        """Begin a layer, which writes this many numbers into the current piece of memory."""
        self._calls.append(f"\n    /* {what} */")
        self._sizes[self.here] = max(self._sizes[self.here], math.prod(shape))

    def cross(self) -> tuple[str, str]:
        """Switch to the other piece of memory; return the one to read and the one to write."""
        self._halves.reverse()
        self._sizes.setdefault(self.here, 1)
        return self._halves[1], self._halves[0]

    def call(self, function: str, *arguments: object) -> None:
        """Add a call of a function of the file."""
        self.need(function)
        self.statement(f"{function}({', '.join(map(str, arguments))});")

    def statement(self, text: str) -> None:
        """Add a line to ``digitgui_predict``."""
        self._calls.append(f"    {text}")

    def add_plain_layer(self, name: str, layer: Layer, shape: Shape, after: Shape) -> None:
        """Add a layer that has no weights, and is the same in float and in bytes.

        Raises
        ------
        ModelFileError
            If there is no such function.
        """
        match layer:
            case MaxPool2D() | AveragePool2D():
                self.step(title(name, shape, after), after)
                function = "pool_max" if isinstance(layer, MaxPool2D) else "pool_average"
                self.call(function, self.here, *shape, *layer.window, *layer.stride)
            case (
                Dropout() | Flatten()
            ):  # one is used in training only; for the other, the numbers are in this order already
                pass
            case _:
                raise ModelFileError(f"{layer!r} has no counterpart in C")

    def text(self, *, answer: str, tolerance: str, golden: str) -> str:
        """Write the whole file.

        Parameters
        ----------
        answer : str
            What ``digitgui_predict`` returns.
        tolerance : str
            Largest allowed error of the probabilities of the golden pictures.
        golden : str
            As returned by `golden_arrays`.
        """
        macros = {
            "DIGITGUI_CLASSES": self._network.classes,
            **{name.upper(): size for name, size in self._sizes.items()},
            **({"LARGEST_MAP": self.largest_map} if self.largest_map else {}),
        }
        is_int8 = self._kind == "int8"
        word = "uint8_t" if is_int8 else "float"
        return "\n".join(
            [
                _head(self._network, self.working_bytes, self.weight_bytes, is_int8=is_int8),
                "#include <math.h>",
                "#include <stdint.h>",
                *(["#include <string.h>"] if is_int8 else []),
                "",
                *(f"#define {name} {value}" for name, value in macros.items()),
                f"#define GOLDEN_TOLERANCE {tolerance}",
                "",
                "int digitgui_predict(const uint8_t *picture, float *probabilities);",
                "",
                *self._arrays,
                _piece(self._kind, "head"),
                *(f"static {word} {name}[{name.upper()}];" for name in self._sizes),
                "",
                *self._pieces.values(),
                "int digitgui_predict(const uint8_t *picture, float *probabilities)",
                "{",
                *self._calls,
                f"\n    return {answer};",
                "}",
                "",
                "#ifndef DIGITGUI_NO_MAIN",
                golden,
                _piece(self._kind, "main") + "#endif",
                "",
            ]
        )


def title(name: str, shape: Shape, after: Shape) -> str:
    """Describe the shapes of a layer: ``conv1: 1 x 28 x 28 -> 8 x 26 x 26``."""
    sizes = [" x ".join(map(str, one)) for one in (shape, after)]
    return f"{name}: {' -> '.join(dict.fromkeys(sizes))}"


def golden_arrays(input_shape: Shape, predict_proba: Callable[[ImageArray], FloatArray]) -> str:
    """Write the pictures that ``main`` answers, those of the model file, and the answers."""
    pictures = golden_images(input_shape)
    sizes = f"#define GOLDEN_PICTURES {len(pictures)}\n#define GOLDEN_PIXELS {pictures[0].size}\n"
    answers = _listed("golden_probabilities", predict_proba(pictures))
    return "\n".join([sizes, _listed("golden_pictures", pictures), answers])


def _listed(name: str, values: npt.NDArray[np.generic]) -> str:
    """Write a constant array, each float with nine digits, which restore the same float."""
    kind = values.dtype.name
    numbers = values.ravel().tolist()
    words = [f"{number:.8e}f" for number in numbers] if kind == "float32" else [str(number) for number in numbers]
    step = NUMBERS_ON_A_LINE[kind]
    lines = [", ".join(words[start : start + step]) for start in range(0, len(words), step)]
    return f"static const {C_TYPES[kind]} {name}[{len(words)}] = {{\n    " + ",\n    ".join(lines) + "\n};\n"


def _plain_ascii(text: str) -> str:
    """Write any text so that it may stand in a comment."""
    return text.encode("ascii", "replace").decode().replace("*", "x").replace("?", ".").replace("\n", " ")


def _piece(kind: str, name: str) -> str:
    """Read a function; one that both kinds share is beside their folders."""
    own = PIECES / kind / f"{name}.c"
    return (own if own.exists() else PIECES / f"{name}.c").read_text(encoding="utf-8")


def _about(network: Network, size: str) -> list[str]:
    """Say what the function takes, and what its probabilities are of."""
    if network.preparation == "ink":
        takes = [
            f" * takes {size}, bright ink on black, 0 to 255, in the form of MNIST's",
            f" * digits (20 pixels long, the centre of mass in the middle); gives {network.classes}",
        ]
    else:
        takes = [f" * takes {size}, 0 to 255; gives {network.classes}"]
    if network.class_names == numbered(network.classes):
        return takes
    names = [f" *     {number}: {_plain_ascii(name)}" for number, name in enumerate(network.class_names)]
    return [" * answers with the number of a class:", *names, " * It", *takes]


def _head(network: Network, working_bytes: int, weight_bytes: int, *, is_int8: bool) -> str:
    channels, height, width = network.input_shape
    size = f"{height} rows of {width} pixels" + (f" of {channels} bytes" if channels > 1 else "")
    kind = "of 8 bits, with bytes between the layers" if is_int8 else "and arithmetic in float"
    rows = [f" *   {row.name}: {_plain_ascii(row.description)}" for row in network.table()]
    return "\n".join(
        [
            f"/* The network {_plain_ascii(network.card.name)}, written by digitgui {__version__} as C99:",
            f" * weights {kind}.",
            " *",
            *rows,
            " *",
            f" * Flash: {weight_bytes} bytes of weights, and the code.",
            f" * Working memory: {working_bytes} bytes, static: nothing is allocated.",
            " * Only one call may run at a time. It needs expf from the mathematical library.",
            " *",
            " *     int digitgui_predict(const uint8_t *picture, float *probabilities);",
            " *",
            *_about(network, size),
            " * probabilities, and returns the most probable class. To try it on the pictures at the end:",
            " *",
            " *     gcc -std=c99 -O2 THIS.c -lm -o answer && ./answer",
            " *",
            " * In your own program, define DIGITGUI_NO_MAIN and declare the line above.",
            " */",
        ]
    )
