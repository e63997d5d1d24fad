"""What is known about a network besides its layers and weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.errors import ConfigError
from model.network.task import PREPARATIONS, Preparation, check_names

__all__ = ["CHANGES", "ModelCard", "without_measured"]

MEASURED = ("report", "calibration")
"""What the provenance says about the weights as they were when it was measured."""
MEASURED_BY_TEACHING = ("before", "after")
"""The same in each entry of ``taught``."""
CHANGES = {"taught": "taught", "stepped": "stepped", "surgery": "changed"}
"""Lists of what has changed the weights since the training, each with the key of the moment in its entries."""


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
    class_names : tuple of str
        The name of each class; none if they have numbers only.
    preparation : str, optional
        How a picture from outside is brought to the network: a key of `model.network.task.PREPARATIONS`. If not
        given, ink for one channel, photo for several.

    Raises
    ------
    ConfigError
        If a number is outside its limits.
    """

    name: str = "custom"
    seed: int = 0
    provenance: dict[str, Any] = field(default_factory=dict)
    refuse_below: float = 0.5
    class_names: tuple[str, ...] = ()
    preparation: Preparation | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.refuse_below <= 1:
            raise ConfigError(f"must be from 0 to 1, got {self.refuse_below}", "refuse_below")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) or self.seed < 0:
            raise ConfigError(f"must be a whole number of at least 0, got {self.seed!r}", "seed")
        check_names(self.class_names)
        if self.preparation is not None and self.preparation not in PREPARATIONS:
            raise ConfigError(f"must be one of {', '.join(PREPARATIONS)}, got {self.preparation!r}", "preparation")

    def forget_measured(self) -> None:
        """Leave out of the provenance what was measured before the weights changed: accuracy and calibration."""
        self.provenance = without_measured(self.provenance)


def without_measured(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provenance without what was measured on weights that are about to change, in teachings too."""
    known = {key: entry for key, entry in provenance.items() if key not in MEASURED}
    if isinstance(known.get("taught"), list):  # of another program it may be anything
        known["taught"] = [
            {key: told for key, told in entry.items() if key not in MEASURED_BY_TEACHING}
            if isinstance(entry, dict)
            else entry
            for entry in known["taught"]
        ]
    return known
