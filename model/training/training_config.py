"""The settings of a training: what can be set, from where to where, and what for."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from model.data.augmentation import AUGMENTATIONS, Pipeline
from model.errors import ConfigError
from model.network.optimizers import OPTIMIZERS
from model.network.schedules import SCHEDULES

__all__ = ["LIMITS", "Limits", "TrainingConfig"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a number in `TrainingConfig`, for its check and for the control that sets it.

    Attributes
    ----------
    minimum, maximum : float
        Both are allowed.
    help : str
        One sentence for the person who sets it.
    """

    minimum: float
    maximum: float
    help: str

    def check(self, name: str, number: float) -> None:
        """Raise `ConfigError` unless ``number`` lies inside, and is whole if the limits are."""
        whole = isinstance(self.maximum, int)
        kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
        if isinstance(number, bool) or not isinstance(number, kinds) or not self.minimum <= number <= self.maximum:
            what = "a whole number" if whole else "a number"
            raise ConfigError(f"{name} must be {what} from {self.minimum} to {self.maximum}, got {number!r}")


LIMITS = {
    "learning_rate": Limits(
        1e-6,
        1.0,
        "How far one step goes. Too large and the loss jumps or becomes infinite; too small and it crawls.",
    ),
    "batch_size": Limits(
        1,
        4096,
        "Pictures a step learns from together. 1 is the journal's way; 32 is about ten times as fast.",
    ),
    "epochs": Limits(1, 1000, "How many times training goes through all pictures of the train part."),
    "label_smoothing": Limits(
        0.0,
        0.5,
        "Share of each label that is spread over all digits, so that certainty gains nothing. The train loss is"
        " shown with it, the other without.",
    ),
    "l1": Limits(0.0, 1.0, "Penalty on the sum of all weights without their signs: drives useless ones to zero."),
    "l2": Limits(0.0, 1.0, "Penalty on half the sum of the squares of all weights: keeps them small."),
    "weight_decay": Limits(
        0.0,
        1.0,
        "With adamw: how fast weights shrink by themselves, as a share of the learning rate; with 0 it is adam.",
    ),
    "clip_norm": Limits(
        0.0, 1000.0, "Longest that all gradients together may be; longer ones are shortened. 0 leaves them."
    ),
    "patience": Limits(
        0,
        1000,
        "Ends the run after so many epochs without a lower loss on the part that is watched, and goes back to the"
        " best one. 0: never.",
    ),
    "seed": Limits(
        0, 2**31 - 1, "Chooses the random numbers: the same seed and settings give exactly the same network."
    ),
}


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train; the defaults are the journal's way, with its second largest learning rate.

    Attributes
    ----------
    learning_rate : float
    batch_size, epochs, seed : int
    optimizer : str
        A key of `model.network.optimizers.OPTIMIZERS`.
    augmentation : str or Pipeline
        A key of `model.data.augmentation.AUGMENTATIONS`, or a pipeline of one's own; what `Pipeline.as_dict`
        returned becomes a pipeline again.
    schedule : str
        A key of `model.network.schedules.SCHEDULES`.
    label_smoothing : float
        As in `model.network.losses.softmax_cross_entropy`.
    l1, l2 : float
        As in `model.network.losses.add_weight_penalty`; the losses that are shown are without it.
    weight_decay : float
        As in `model.network.optimizers.AdamW`; 0 with every other optimizer.
    clip_norm : float
        As in `model.network.optimizers.clip_gradients`; 0 for no clipping.
    patience : int
        Epochs without a lower held-out loss after which the run ends; 0 for never. With a patience the network
        ends with the weights of its best epoch, also where somebody ends the run.
    standardize : bool
        Give the network the mean and deviation of the training pictures to standardise its input with.

    Raises
    ------
    ConfigError
        If a number is outside its `LIMITS`, or a name is not known.
    """

    learning_rate: float = 0.005
    batch_size: int = 1
    epochs: int = 20
    seed: int = 0
    optimizer: str = "sgd"
    augmentation: str | Pipeline = "none"
    schedule: str = "constant"
    label_smoothing: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    patience: int = 0
    standardize: bool = False

    def __post_init__(self) -> None:
        for name, limits in LIMITS.items():
            limits.check(name, getattr(self, name))
        if isinstance(self.augmentation, dict):
            object.__setattr__(self, "augmentation", Pipeline.from_dict(self.augmentation))
        names: dict[str, Collection[str]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
        if not isinstance(self.augmentation, Pipeline):
            names["augmentation"] = AUGMENTATIONS
        for name, known in names.items():
            if getattr(self, name) not in known:
                raise ConfigError(f"{name} must be one of {', '.join(known)}, got {getattr(self, name)!r}")
        if not isinstance(self.standardize, bool):
            raise ConfigError(f"standardize must be true or false, got {self.standardize!r}")
        if self.weight_decay and self.optimizer != "adamw":
            raise ConfigError(f"weight_decay belongs to adamw, not to {self.optimizer}: use l2, or that optimizer")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name in plain values, for JSON."""
        settings = {field_.name: getattr(self, field_.name) for field_ in fields(self)}
        if isinstance(self.augmentation, Pipeline):
            settings["augmentation"] = self.augmentation.as_dict()
        return settings
