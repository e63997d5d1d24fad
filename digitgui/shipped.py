"""The names ``bundled`` and ``default``: data and a model that come with the program."""

from pathlib import Path

import resources
from model import Dataset, Network, load_network, sources

__all__ = ["BUNDLED", "DEFAULT", "open_data", "open_model"]

BUNDLED = "bundled"
DEFAULT = "default"


def open_data(source: str | Path) -> Dataset:
    """Open ``bundled``, or whatever `model.sources.load` reads."""
    if source == BUNDLED:
        return sources.load_npz(resources.BUNDLED_DIGITS, name="MNIST 5,000", source=BUNDLED)
    return sources.load(source)


def open_model(name: str | Path) -> Network:
    """Open ``default``, or a model file."""
    return load_network(resources.DEFAULT_MODEL if name == DEFAULT else name)
