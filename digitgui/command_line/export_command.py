"""The sub-command ``export``: write a model for other programs."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.terminal import say
from digitgui.installation.shipped import open_model
from model.errors import ModelFileError
from model.runs.exchange import save_onnx


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument("--onnx", metavar="FILE", type=Path, required=True, help="an ONNX file, written here")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write the file, and return what there is to know."""
    if options.onnx.resolve() == Path(options.model).resolve():
        raise ModelFileError(f"{options.onnx} is the model itself: give the ONNX file another name")
    save_onnx(open_model(options.model), options.onnx)
    say(f"written to {options.onnx}")
    return {"model": options.model, "onnx": str(options.onnx)}
