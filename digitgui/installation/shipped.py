"""What comes with the program: the model ``default``, and what has to be said about it."""

from pathlib import Path

import resources
from model.errors import ModelFileError
from model.network.network import Network
from model.readers.sources import BUNDLED
from model.runs.storage import load_network

__all__ = ["DEFAULT", "SHIPPED_NOTE", "has_learned_from", "open_model"]

DEFAULT = "default"
SHIPPED_NOTE = "The default network has learned from the bundled digits: of new ones it gets fewer right."


def has_learned_from(model: str, source: str) -> bool:
    """Tell whether a model is the shipped one, and the data are the bundled digits, which it knows."""
    return model == DEFAULT and source == BUNDLED


def open_model(name: str | Path) -> Network:
    """Open ``default``, or a model file."""
    network = load_network(resources.DEFAULT_MODEL if name == DEFAULT else name)
    if network.input_shape != (1, 28, 28) or network.classes != 10:
        raise ModelFileError(
            f"{Path(name).name}: expected a network for 28×28 pictures and ten digits, found one for"
            f" {network.input_shape[1]}×{network.input_shape[2]} and {network.classes}"
        )
    return network
