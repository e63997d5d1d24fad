"""The settings of a training: names, limits and purpose.

The checks of `TrainingConfig`, the options of the command line, the controls of the window and the reports all
come from here.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.data.augmentation import AUGMENTATIONS
from model.errors import ConfigError
from model.network.architectures import ARCHITECTURES
from model.network.initializers import INITIALIZERS
from model.network.optimizers import OPTIMIZERS
from model.network.schedules import SCHEDULES

__all__ = ["SETTINGS", "SETTING_NAMES", "SETTING_OF", "Choice", "Number", "Setting", "Switch", "with_option"]


@dataclass(frozen=True, slots=True)
class Setting(ABC):
    """One setting.

    Attributes
    ----------
    title : str
        Its name in the window and in reports.
    option : str
        Its name on the command line and in the grid of a sweep.
    help : str
        One sentence for the person who sets it.
    """

    title: str
    option: str
    help: str

    @abstractmethod
    def check(self, name: str, value: Any) -> None:
        """Raise `ConfigError` for the setting of this name unless it may have this value."""


@dataclass(frozen=True, slots=True)
class Number(Setting):
    """A number; if its limits are whole, so is it.

    Attributes
    ----------
    minimum, maximum : float
        Both are allowed.
    """

    minimum: float
    maximum: float

    @property
    def is_whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return isinstance(self.maximum, int)

    def check(self, name: str, value: Any) -> None:
        """Raise `ConfigError` unless the number lies inside, and is whole if the limits are."""
        kinds = (int, np.integer) if self.is_whole else (int, float, np.integer, np.floating)
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.minimum <= value <= self.maximum:
            what = "a whole number" if self.is_whole else "a number"
            raise ConfigError(f"must be {what} from {self.minimum} to {self.maximum}, got {value!r}", name)


@dataclass(frozen=True, slots=True)
class Choice(Setting):
    """One of some names.

    Attributes
    ----------
    names : mapping
        Each name with its description, if there is one.
    """

    names: Mapping[str, object]

    def check(self, name: str, value: Any) -> None:
        """Raise `ConfigError` unless it is one of the names."""
        if not isinstance(value, str) or value not in self.names:
            raise ConfigError(f"must be one of {', '.join(self.names)}, got {value!r}", name)


@dataclass(frozen=True, slots=True)
class Switch(Setting):
    """Yes or no."""

    def check(self, name: str, value: Any) -> None:
        """Raise `ConfigError` unless it is true or false."""
        if not isinstance(value, bool):
            raise ConfigError(f"must be true or false, got {value!r}", name)


SETTINGS: Mapping[str, Setting] = {
    "arch": Choice(
        "Network", "arch", "Which network to train: more filters see more, and take longer.", ARCHITECTURES
    ),
    "learning_rate": Number(
        "Learning rate",
        "lr",
        "How far one step goes. Too large and the loss jumps or becomes infinite; too small and it crawls.",
        1e-6,
        1.0,
    ),
    "batch_size": Number(
        "Batch size",
        "batch-size",
        "Pictures per weight update. The journal used 1; 32 is about ten times as fast.",
        1,
        4096,
    ),
    "epochs": Number("Epochs", "epochs", "How many times training goes through all training pictures.", 1, 1000),
    "optimizer": Choice(
        "Optimiser",
        "optimizer",
        "How gradients change the weights. The journal used sgd; the others learn faster.",
        OPTIMIZERS,
    ),
    "augmentation": Choice(
        "Augmentation",
        "augment",
        "Random changes to the training pictures, so that the network learns to ignore them.",
        AUGMENTATIONS,
    ),
    "seed": Number(
        "Seed",
        "seed",
        "Determines the random numbers: the same seed and settings give exactly the same network.",
        0,
        2**31 - 1,
    ),
    "schedule": Choice(
        "Schedule",
        "schedule",
        "How the learning rate changes over the run: constant, in steps, falling, or once up and down.",
        SCHEDULES,
    ),
    "patience": Number(
        "Patience",
        "patience",
        "Stops after this many epochs without a lower validation loss, and returns to the best epoch. 0: never.",
        0,
        1000,
    ),
    "label_smoothing": Number(
        "Smoothing",
        "label-smoothing",
        "Share of each label spread over all classes, which keeps the network from being too sure. The training"
        " loss includes it, the validation loss does not.",
        0.0,
        0.5,
    ),
    "l1": Number("L1", "l1", "Penalty on the sum of the absolute weights: drives useless ones to zero.", 0.0, 1.0),
    "l2": Number("L2", "l2", "Penalty on half the sum of the squared weights: keeps them small.", 0.0, 1.0),
    "weight_decay": Number(
        "Weight decay",
        "weight-decay",
        "With adamw: how fast weights shrink by themselves, as a share of the learning rate; with 0 it is adam.",
        0.0,
        1.0,
    ),
    "clip_norm": Number(
        "Clip gradients",
        "clip-norm",
        "Largest norm of all gradients together; longer ones are shortened. 0: no limit.",
        0.0,
        1000.0,
    ),
    "standardize": Switch(
        "Standardise",
        "standardize",
        "Scale the input of the network to mean 0 and standard deviation 1.",
    ),
    "initializer": Choice(
        "Initial weights",
        "initializer",
        "How the initial weights are drawn: he suits layers with ReLU, glorot those without.",
        INITIALIZERS,
    ),
    "limit": Number(
        "Pictures at most",
        "limit",
        "Use only this many pictures: a balanced subset, drawn by the seed.",
        1,
        2**31 - 1,
    ),
}
"""All settings by name, in the order of the Train page: those of `TrainingConfig`, the network, and the limit."""

SETTING_NAMES: Mapping[str, str] = {name: setting.title for name, setting in SETTINGS.items()} | {
    "fold": "Fold",
    "begun_from": "Begun from",
    "data": "Data",
}
"""Titles of the settings, and of what else may differ between runs."""

SETTING_OF: Mapping[str, str] = {setting.option: name for name, setting in SETTINGS.items()}
"""Names of the settings by their options."""


def with_option(error: ConfigError) -> str:
    """Say what is wrong with a setting, by the name of its option."""
    setting = SETTINGS.get(error.setting)
    return error.called(f"--{setting.option}") if setting else str(error)
