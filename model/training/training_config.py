"""The settings of a training."""

from dataclasses import dataclass, fields
from typing import Any

from model.data.augmentation import Pipeline
from model.errors import ConfigError
from model.training.settings import SETTINGS

__all__ = ["USUAL", "TrainingConfig"]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train; the defaults are the journal's, with its second largest learning rate.

    Attributes
    ----------
    learning_rate : float
    batch_size, epochs, seed : int
    optimizer : str
        A key of `model.network.optimizers.OPTIMIZERS`.
    augmentation : str or Pipeline
        A key of `model.data.augmentation.AUGMENTATIONS`, or a custom pipeline; what `Pipeline.as_dict`
        returned becomes a pipeline again.
    schedule : str
        A key of `model.network.schedules.SCHEDULES`.
    label_smoothing : float
        As in `model.network.losses.softmax_cross_entropy`.
    l1, l2 : float
        As in `model.network.losses.add_weight_penalty`; the reported losses do not include it.
    weight_decay : float
        As in `model.network.optimizers.AdamW`; 0 with every other optimizer.
    clip_norm : float
        As in `model.network.optimizers.clip_gradients`; 0 for no clipping.
    patience : int
        Epochs without a lower validation loss after which the run ends; 0 for never. With a patience the network
        ends with the weights of its best epoch, also if the run is stopped by hand.
    standardize : bool
        Give the network the mean and deviation of the training pictures to standardise its input with.

    Raises
    ------
    ConfigError
        If a number is outside its limits, or a name is not known; see `model.training.settings.SETTINGS`.

    Examples
    --------
    >>> config = TrainingConfig(learning_rate=0.002, optimizer="adam", batch_size=32)
    >>> config.as_dict()["optimizer"]
    'adam'
    >>> TrainingConfig(learning_rate=0)
    Traceback (most recent call last):
    model.errors.ConfigError: learning_rate must be a number from 1e-06 to 1.0, got 0
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
        if isinstance(self.augmentation, dict):
            object.__setattr__(self, "augmentation", _pipeline(self.augmentation))
        for field_ in fields(self):
            value = getattr(self, field_.name)
            if field_.name != "augmentation" or not isinstance(value, Pipeline):
                SETTINGS[field_.name].check(field_.name, value)
        if self.weight_decay and self.optimizer != "adamw":
            raise ConfigError(
                f"is only for adamw, not for {self.optimizer}: use l2, or that optimizer", "weight_decay"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name in plain values, for JSON."""
        settings = {field_.name: getattr(self, field_.name) for field_ in fields(self)}
        if isinstance(self.augmentation, Pipeline):
            settings["augmentation"] = self.augmentation.as_dict()
        return settings


def _pipeline(entries: dict[str, Any]) -> Pipeline:
    try:
        return Pipeline.from_dict(entries)
    except ConfigError as error:
        raise ConfigError(f"cannot be used: {error}", "augmentation") from error


USUAL: dict[str, Any] = {"arch": "journal-24", "initializer": "he", "limit": None} | TrainingConfig().as_dict()
"""The defaults of all settings."""
