"""What is known about a network besides its layers and weights."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.errors import ConfigError

__all__ = ["ModelCard"]


@dataclass
class ModelCard:
    """Name, origin and line of doubt of a network: shown and saved with it; no layer reads it.

    Attributes
    ----------
    name : str
        Name of the architecture, such as ``journal-8``.
    seed : int
        Seed of the initial weights, and of dropout unless another is given.
    provenance : dict
        Where the weights come from: data, settings, history.
    refuse_below : float
        Answers whose probability is below this are doubtful: see `model.judging.doubt`. From 0 to 1.

    Raises
    ------
    ConfigError
        If a number is outside its limits.
    """

    name: str = "custom"
    seed: int = 0
    provenance: dict[str, Any] = field(default_factory=dict)
    refuse_below: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.refuse_below <= 1:
            raise ConfigError(f"must be from 0 to 1, got {self.refuse_below}", "refuse_below")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) or self.seed < 0:
            raise ConfigError(f"must be a whole number of at least 0, got {self.seed!r}", "seed")
