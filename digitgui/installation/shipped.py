"""What comes with the program: the model ``default``, and what has to be said about it."""

from pathlib import Path

import resources
from model.judging.ensemble import AnyNetwork
from model.network.network import Network
from model.readers.sources import BUNDLED
from model.runs.ensemble_files import load_digit_reader, load_reader
from model.runs.storage import load_network

DEFAULT = "default"
SHIPPED_NOTE = "The default network learned from the bundled digits, so it does less well on new ones."


def has_learned_from(model: str, source: str) -> bool:
    """Tell whether a model is the shipped one, and the data are the bundled digits, which it knows."""
    return model == DEFAULT and source == BUNDLED


def open_reader(name: str | Path) -> AnyNetwork:
    """Open ``default``, or the file of a model or of an ensemble, to be asked."""
    return load_reader(resources.DEFAULT_MODEL if name == DEFAULT else name)


def open_digit_reader(name: str | Path) -> AnyNetwork:
    """Open the same, to read digits; raise `ModelFileError` if it is for other pictures or classes."""
    return load_digit_reader(resources.DEFAULT_MODEL if name == DEFAULT else name)


def open_model(name: str | Path) -> Network:
    """Open ``default``, or a model file."""
    return load_network(resources.DEFAULT_MODEL if name == DEFAULT else name)
