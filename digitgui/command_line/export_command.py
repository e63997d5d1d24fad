"""The sub-command ``export``: write a model for other programs."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.installation.shipped import open_model
from model.errors import ConfigError, ModelFileError
from model.exchange.formats import FORMATS

TARGETS = {form.option: form for form in FORMATS.values() if form.option}
"""The formats by the name of their option."""
SMALL_C = FORMATS[".int8.c"]
"""What ``--int8`` makes of ``--c``."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    for name, form in TARGETS.items():
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=form.description)
    parser.add_argument(
        "--int8",
        action="store_true",
        help=f"with --c: {SMALL_C.description}",
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
            raise ModelFileError(f"{target} is the network's own file: give the exported file another name")
    if len({target.resolve() for target in targets.values()}) < len(targets):
        raise ModelFileError("two formats have the same file name: give each its own")
    network = open_model(options.model)
    result: dict[str, Any] = {"model": options.model}
    for name, target in targets.items():
        form = SMALL_C if name == "c" and options.int8 else TARGETS[name]
        sentence = form.save(network, target)
        say(f"written to {target}")
        result[name] = str(target)
        if sentence:
            result[f"{name}_note"] = sentence
            if not options.json:
                print(f"{target}: {sentence}")
    return result
