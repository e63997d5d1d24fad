"""The options for the settings of a training in `model.training.settings`."""

import argparse
from functools import partial
from pathlib import Path

from digitgui.command_line.terminal import decimal
from model.data.augmentation import Pipeline, augmentation_from
from model.errors import ConfigError
from model.network.architectures import Arch, architecture_from
from model.training.settings import SETTINGS, Choice, Number, Switch, with_option
from model.training.training_config import USUAL, TrainingConfig


def add_setting_options(parser: argparse.ArgumentParser) -> None:
    """Add the settings of a run."""
    for name, setting in SETTINGS.items():
        add = partial(parser.add_argument, f"--{setting.option}", dest=name, default=USUAL[name])
        text = setting.help.replace("%", "%%")
        match setting:
            case Switch():
                add(action="store_true", help=text)
            case Number() if name == "limit":
                add(type=_positive, metavar="N", help=text)
            case Number():
                kind, letter = (int, "N") if setting.is_whole else (decimal, "X")
                add(type=kind, metavar=letter, help=f"{text} Default: %(default)s.")
            case Choice() if name == "augmentation":
                known = f"{', '.join(setting.names)}, a .json file with a pipeline, or its JSON"
                add(type=_augmentation, metavar="PIPELINE", help=f"{text} {known}. Default: %(default)s.")
            case Choice() if name == "arch":
                known = f"{', '.join(setting.names)}, or one's own: a .json file with its layers, or the JSON"
                add(type=_architecture, metavar="NAME", help=f"{text} {known}. Default: %(default)s.")
            case Choice():
                add(choices=setting.names, help=f"{text} Default: %(default)s.")


def add_file_options(parser: argparse.ArgumentParser) -> None:
    """Add extra data to learn from, and the model to begin with."""
    parser.add_argument(
        "--strokes",
        type=Path,
        metavar="FILE",
        help="also learn from variants of digits as pen strokes (.npz), except those of writers 3, 8, 13 ...",
    )
    parser.add_argument(
        "--refuse",
        type=Path,
        metavar="FILE",
        help="with --strokes: learn to doubt letters as pen strokes (.npz) and scribbles",
    )
    parser.add_argument(
        "--init",
        metavar="MODEL",
        help="begin with the network and weights of this file instead of --arch and random weights; for data with"
        " other classes, its last layer is made anew",
    )


def config_of(options: argparse.Namespace) -> TrainingConfig:
    """Take the settings out of the options.

    Raises
    ------
    ConfigError
        If one is outside its limits; the message names the option.
    """
    try:
        return TrainingConfig(**{name: getattr(options, name) for name in TrainingConfig.__slots__})
    except ConfigError as error:
        raise ConfigError(with_option(error)) from error


def _augmentation(text: str) -> str | Pipeline:
    try:
        return augmentation_from(text)
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _architecture(text: str) -> Arch:
    try:
        return architecture_from(text)
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {text}")
    return number
