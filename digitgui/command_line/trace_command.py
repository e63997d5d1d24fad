"""The sub-command ``trace``: write every output and every gradient of a network for one picture."""

import argparse
import io
from pathlib import Path
from typing import Any

import numpy as np

from digitgui.command_line.output import say
from digitgui.command_line.terminal import add_reading_options, asked_of, check_target
from digitgui.installation.shipped import open_model
from model.atomic_files import write_atomically
from model.errors import ConfigError, DataFormatError
from model.inspection.trace import Trace, trace
from model.readers.prepared_pictures import read_prepared

SUFFIX = ".npz"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument(
        "image",
        metavar="IMAGE",
        type=Path,
        help="a picture of one digit, of any size, dark or bright ink, prepared as predict does",
    )
    parser.add_argument(
        "--label",
        metavar="N",
        type=int,
        help="measure loss and gradients against this digit (default: the network's answer)",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help=f"write the arrays here (ends in {SUFFIX})"
    )
    add_reading_options(parser)
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the arrays cannot be written under this name."""
    if options.out.suffix.lower() != SUFFIX:
        raise ConfigError(f"--out: expected the name of a file that ends in {SUFFIX}, got {options.out.name}")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write the arrays, and return what the network answers and what is in the file."""
    check_target(options.out)
    network, asked = open_model(options.model), asked_of(options)
    try:
        picture = read_prepared(options.image, network.task, asked).digit
    except OSError as error:
        raise DataFormatError(f"{options.image}: {error.strerror or error}") from error
    found = trace(network, picture, options.label)
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **found)
    write_atomically(options.out, stream.getvalue())
    if not options.json:
        _print(found)
    say(f"written to {options.out}")
    return {
        "model": options.model,
        "image": str(options.image),
        "out": str(options.out),
        "label": found.label,
        "digit": found.answer,
        "class": network.class_names[found.answer],
        "probabilities": [float(p) for p in found["probabilities"]],
        "loss": found.loss,
        "arrays": {name: list(array.shape) for name, array in found.items()},
    }


def _print(found: Trace) -> None:
    """Print the answer, and the name, shape and range of every array."""
    probability = float(found["probabilities"][found.answer])
    print(f"answer {found.answer} ({probability:.1%}), loss {found.loss:.6f} if {found.label} is right")
    for name, array in found.items():
        shape = " × ".join(map(str, array.shape)) or "1"
        print(f"  {name:<28} {shape:<18} {array.min():+.6f} to {array.max():+.6f}")
