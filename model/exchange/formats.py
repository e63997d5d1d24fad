"""The formats for other programs, by the ending of a file name."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from model.errors import ModelFileError
from model.exchange.bundle_export import save_bundle
from model.exchange.c_export import save_c
from model.exchange.c_int8_export import save_int8_c
from model.exchange.onnx_export import save_onnx
from model.exchange.python_export import save_python
from model.network.network import Network

__all__ = ["FORMATS", "Format", "export_network", "format_of"]


class Format(NamedTuple):
    """A format for other programs.

    Attributes
    ----------
    title : str
        Its name.
    save : callable
        Writes a network in it; returns a sentence on what was written, or nothing.
    option : str
        Its name on the command line; empty for a variant of another format, such as that of ``--int8``.
    description : str
        What is written, in a few words.
    """

    title: str
    save: Callable[[Network, str | Path], str]
    option: str
    description: str


FORMATS = {
    ".onnx": Format(
        "ONNX",
        save_onnx,
        "onnx",
        "an ONNX file, for any ONNX runtime; checked by onnxruntime if that is installed",
    ),
    ".c": Format("C, one file", save_c, "c", "one C99 file without malloc; its main checks recorded answers"),
    ".int8.c": Format(
        "C with weights of 8 bits, one file",
        save_int8_c,
        "",
        "8-bit weights, which need a quarter of the memory; their scales are measured on bundled training"
        " pictures",
    ),
    ".py": Format(
        "Python with NumPy alone, one file",
        save_python,
        "python",
        "one Python file that also prepares drawings; needs only NumPy",
    ),
    ".zip": Format(
        "Bundle for a colleague",
        save_bundle,
        "bundle",
        "a ZIP file for a colleague: the network, a program for it, and instructions",
    ),
}
"""By the ending of a file name."""


def format_of(path: str | Path) -> Format:
    """Find the format that the ending of a file name stands for.

    Raises
    ------
    ModelFileError
        If it stands for none.
    """
    name = Path(path).name.lower()
    endings = sorted((ending for ending in FORMATS if name.endswith(ending)), key=len)
    if not endings:
        *first, last = FORMATS
        raise ModelFileError(f"{Path(path).name}: expected a name that ends in {', '.join(first)} or {last}")
    return FORMATS[endings[-1]]


def export_network(network: Network, path: str | Path) -> str:
    """Write a network in the format that the ending of a file name stands for.

    Parameters
    ----------
    network : Network
    path : path
        Ends in a key of `FORMATS`; is replaced if it exists.

    Returns
    -------
    str
        A sentence on the file, such as the memory that it needs; may be empty.

    Raises
    ------
    ModelFileError
        If the ending is another one, the file cannot be written, or the package for the format is missing.
    """
    return format_of(path).save(network, path)
