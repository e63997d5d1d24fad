"""The names ``bundled`` and ``default``: data and a model that come with the program."""

from collections.abc import Callable
from pathlib import Path

import resources
from model import Dataset, Network, load_network, sources
from model.errors import ModelFileError

__all__ = ["BUNDLED", "DEFAULT", "open_data", "open_model"]

BUNDLED = "bundled"
DEFAULT = "default"


def open_data(source: str | Path, *, is_cancelled: Callable[[], bool] = lambda: False) -> Dataset:
    """Open ``bundled``, or whatever `model.sources.load` reads."""
    if source == BUNDLED:
        return sources.load_npz(resources.BUNDLED_DIGITS, name="MNIST 5,000", source=BUNDLED)
    return sources.load(source, is_cancelled=is_cancelled)


def open_model(name: str | Path) -> Network:
    """Open ``default``, or a model file."""
    network = load_network(resources.DEFAULT_MODEL if name == DEFAULT else name)
    if network.input_shape != (1, 28, 28) or network.classes != 10:
        raise ModelFileError(
            f"{Path(name).name}: expected a network for 28×28 pictures and ten digits, found one for"
            f" {network.input_shape[1]}×{network.input_shape[2]} and {network.classes}"
        )
    return network
