"""The options for what one training may have and another not, as `model.training.settings` tells of it."""

import argparse
from functools import partial
from pathlib import Path

from digitgui.command_line.terminal import decimal
from model.data.augmentation import Pipeline, augmentation_from
from model.errors import ConfigError
from model.training.settings import SETTINGS, Choice, Number, Switch, with_option
from model.training.training_config import USUAL, TrainingConfig


def add_setting_options(parser: argparse.ArgumentParser) -> None:
    """Add what one run may have and another not."""
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
            case Choice():
                add(choices=setting.names, help=f"{text} Default: %(default)s.")


def add_file_options(parser: argparse.ArgumentParser) -> None:
    """Add what a run may learn from besides the data, and begin with."""
    parser.add_argument(
        "--strokes",
        type=Path,
        metavar="FILE",
        help="learn from digits as pen strokes (.npz) too, each in several hands; writers 3, 8, 13 ... not",
    )
    parser.add_argument(
        "--refuse",
        type=Path,
        metavar="FILE",
        help="with --strokes: learn to doubt what is no digit, letters as pen strokes (.npz) and scribbles",
    )
    parser.add_argument(
        "--init",
        metavar="MODEL",
        help="begin with the weights of this model, not with random ones; --arch is its own",
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


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {text}")
    return number
