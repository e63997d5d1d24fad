"""The sub-command ``import``: make a model from another program's network."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.command_line.terminal import check_target
from model.exchange.importing import import_network
from model.network.architectures import ARCHITECTURES
from model.runs.storage import SUFFIX, save_network


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help=f"an ONNX file of a sequential network, or weights from PyTorch or Keras ({SUFFIX})",
    )
    parser.add_argument(
        "--out", metavar="MODEL", type=Path, required=True, help=f"save the network here (ends in {SUFFIX})"
    )
    parser.add_argument(
        "--mapping",
        metavar="LAYERS",
        default="",
        help=f"the layers of the weights: {', '.join(ARCHITECTURES)}, or JSON, in a file or on the command line:"
        ' {"layers": [{"Conv2D": {"filters": 8, "kernel_size": 3}}, "ReLU", "MaxPool2D", "Flatten", {"Dense":'
        ' {"outputs": 10}}]}, if needed with "order": "keras" or "pytorch", and "arrays": {"conv1": "features.0"}'
        " (default: the first of those networks that fits)",
    )
    parser.add_argument(
        "--input",
        metavar="SCALE",
        default="",
        help="scale of the pixels that the network takes: 0-1, 0-255, or MEAN,DEVIATION of pixels from 0 to 1, as"
        " in 0.1307,0.3081 (default: 0-1, unless the file scales them itself)",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make the network, save it, and return what was mapped."""
    check_target(options.out)
    imported = import_network(options.file, options.mapping, options.input)
    save_network(imported.network, options.out)
    if not options.json:
        for note in imported.notes:
            print(note)
    say(f"written to {options.out}")
    return {"file": str(options.file), "out": str(options.out), "notes": imported.notes}
