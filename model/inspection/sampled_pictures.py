"""What a network makes of many pictures: its features of each, and which of them excite a map most."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset, balanced_indices
from model.errors import ConfigError
from model.inspection.trace import Trace
from model.judging.embedding import Features
from model.network.answering import INFERENCE_BATCH
from model.network.arrays import FloatArray, ImageArray, IndexArray
from model.network.fusion import fuse
from model.network.layers import Dense
from model.network.network import Network

__all__ = [
    "Excitement",
    "excitement",
    "feature_layer",
    "features_in",
    "hidden_features",
    "training_sample",
]

MOST_PICTURES = 10_000
MOST_NUMBERS = 16_000_000
"""What is kept of all pictures together: 64 MB as float32."""


@dataclass(frozen=True, eq=False)
class Excitement:
    """How strongly every map of a layer reacts to some pictures, and where.

    Attributes
    ----------
    layer : str
    values : ndarray of float32, shape (n, maps)
        The largest number of each map; of a dense layer, the number of each unit.
    places : ndarray of int, shape (n, maps)
        Where it stands: row times width, plus column; the first of several. 0 in a dense layer.
    width : int
        Columns of a map; 1 in a dense layer.
    """

    layer: str
    values: npt.NDArray[np.float32]
    places: IndexArray
    width: int

    def strongest(self, number: int, count: int) -> IndexArray:
        """Return the pictures that excite a map most, the strongest first; of equal ones the earlier first."""
        return np.argsort(-self.values[:, number], kind="stable")[:count]

    def place(self, picture: int, number: int) -> tuple[int, int]:
        """Return row and column of the largest number of a map for a picture."""
        row, column = divmod(int(self.places[picture, number]), self.width)
        return row, column


def training_sample(dataset: Dataset, numbers: int) -> IndexArray:
    """Choose the pictures of the training part that are looked through.

    Parameters
    ----------
    dataset : Dataset
    numbers : int
        How many numbers are kept of each picture.

    Returns
    -------
    ndarray of int
        Rising indices: all, or `MOST_PICTURES`, fewer where they would take too much memory, as many of each digit
        as nearly as the data allow. The same at each call.
    """
    of_training = dataset.indices("train")
    most = max(1, min(MOST_PICTURES, MOST_NUMBERS // numbers))
    rng = np.random.default_rng(0)
    return of_training[balanced_indices(dataset.labels[of_training], most, rng)]


def feature_layer(network: Network) -> str:
    """Return the name of the last hidden layer: what comes out of it, the last dense layer takes.

    Raises
    ------
    ConfigError
        If nothing but a dense layer follows the input.
    """
    return network.layer_names[_features_end(network) - 1]


def _features_end(network: Network) -> int:
    dense = [index for index, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    if not dense or dense[-1] == 0:
        raise ConfigError("expected layers before the last dense layer, found none")
    return dense[-1]


def features_in(trace: Trace) -> npt.NDArray[np.float32]:
    """Return the features of the traced picture: what the last dense layer takes, shape (features,)."""
    last = next(layer for layer in reversed(trace.layers) if layer.kind is Dense)
    return trace[last.source].ravel().astype(np.float32)


def hidden_features(
    network: Network, images: ImageArray, on_progress: Callable[[float], object] | None = None
) -> Features:
    """Compute what the last dense layer takes, for many pictures.

    Parameters
    ----------
    network : Network
    images : ndarray of uint8, shape (n, 28, 28)
    on_progress : callable, optional
        Is given the share that is done; may raise.

    Returns
    -------
    ndarray of float32, shape (n, features)
    """
    end = _features_end(network)
    result = np.zeros((len(images), network.shapes[end][0]), np.float32)
    for start, output in _outputs(network, end, images, on_progress):
        result[start : start + output.shape[-1]] = output.T
    return result


def excitement(
    network: Network, images: ImageArray, layer: str, on_progress: Callable[[float], object] | None = None
) -> Excitement:
    """Measure how strongly every map of a layer, or every unit, reacts to each of many pictures.

    Parameters
    ----------
    network : Network
    images : ndarray of uint8, shape (n, 28, 28)
    layer : str
    on_progress : callable, optional
        Is given the share that is done; may raise.
    """
    end = network.layer_names.index(layer) + 1
    maps, *extent = network.shapes[end]
    values, places = np.zeros((len(images), maps), np.float32), np.zeros((len(images), maps), np.intp)
    for start, output in _outputs(network, end, images, on_progress):
        flat = output.reshape(maps, -1, output.shape[-1])
        some = slice(start, start + output.shape[-1])
        places[some] = flat.argmax(axis=1).T
        values[some] = flat.max(axis=1).T
    return Excitement(layer, values, places, extent[-1] if extent else 1)


def _outputs(
    network: Network, end: int, images: ImageArray, on_progress: Callable[[float], object] | None
) -> Iterator[tuple[int, npt.NDArray[np.floating[Any]]]]:
    """Yield for some pictures at a time the first one's number, and what comes out of the first layers."""
    steps = fuse(network.layers[:end])
    for start in range(0, len(images), INFERENCE_BATCH):
        if on_progress:
            on_progress(start / len(images))
        x: FloatArray = network.to_input(images[start : start + INFERENCE_BATCH])
        with np.errstate(over="ignore", invalid="ignore"):
            for step in steps:
                x = step.forward(x)
        yield start, x
