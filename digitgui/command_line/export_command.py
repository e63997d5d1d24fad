"""The sub-command ``export``: write a model for other programs."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digitgui.command_line.terminal import say
from digitgui.installation.shipped import open_model
from model.errors import ConfigError, ModelFileError
from model.exchange.bundle_export import save_bundle
from model.exchange.c_export import save_c
from model.exchange.c_int8_export import save_int8_c
from model.exchange.onnx_export import save_onnx
from model.exchange.python_export import save_python
from model.network.network import Network

TARGETS: dict[str, tuple[Callable[[Network, Path], str], str]] = {
    "onnx": (save_onnx, "an ONNX file, for any ONNX runtime; checked by onnxruntime if that is installed"),
    "c": (save_c, "one C99 file without malloc; its main checks recorded answers"),
    "python": (save_python, "one Python file that also prepares drawings; needs only NumPy"),
    "bundle": (
        save_bundle,
        "a ZIP file for a colleague: the model, a program for it, and instructions",
    ),
}
"""The functions that write each format, and descriptions, by the name of the option."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    for name, (_save, text) in TARGETS.items():
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=text)
    parser.add_argument(
        "--int8",
        action="store_true",
        help="with --c: 8-bit weights, which need a quarter of the memory; their scales are measured on"
        " bundled training pictures",
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the options do not fit together."""
    if all(getattr(options, name) is None for name in TARGETS):
        raise ConfigError(f"choose at least one format: {', '.join(f'--{name}' for name in TARGETS)}")
    if options.int8 and options.c is None:
        raise ConfigError("--int8 needs --c")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write the files, and return the facts about them."""
    targets = {name: getattr(options, name) for name in TARGETS if getattr(options, name) is not None}
    for target in targets.values():
        if target.resolve() == Path(options.model).resolve():
            raise ModelFileError(f"{target} is the model itself: give the exported file another name")
    if len({target.resolve() for target in targets.values()}) < len(targets):
        raise ModelFileError("two formats have the same file name: give each its own")
    network = open_model(options.model)
    result: dict[str, Any] = {"model": options.model}
    for name, target in targets.items():
        save = save_int8_c if name == "c" and options.int8 else TARGETS[name][0]
        sentence = save(network, target)
        say(f"written to {target}")
        result[name] = str(target)
        if sentence:
            result[f"{name}_note"] = sentence
            if not options.json:
                print(f"{target}: {sentence}")
    return result
