"""The receptive field of a number is what can change it, and nothing else."""

import numpy as np
import pytest
from helpers.networks import KINDS

from model import build
from model.inspection.receptive_field import receptive_field
from model.inspection.trace import Unit, trace
from model.network.network import Network

SMALL = [
    "strided, padded, rectangular",
    "padded by more than its kernel",
    "pooled as a whole",
    "colours",
    "one logit",
]


def layers_of(network: Network):
    channels, height, width = network.input_shape
    picture = np.zeros((height, width) if channels == 1 else (height, width, channels), np.uint8)
    return trace(network, picture).layers


def dependence(network: Network, start: int) -> dict[str, np.ndarray]:
    """Tell by nan, which nothing swallows, what depends on which number of the input of the layer ``start``.

    Returns, for each layer from there on, an array of its shape and one more axis: the numbers that come in.
    """
    shape = network.shapes[start]
    count = int(np.prod(shape))
    x = np.ones((count, count), np.float32)
    np.fill_diagonal(x, np.nan)
    x, found = x.reshape(*shape, count), {}
    with np.errstate(invalid="ignore"):
        for name, layer in list(zip(network.layer_names, network.layers, strict=True))[start:]:
            x = layer.forward(x).copy()
            found[name] = np.isnan(x)
    return found


def box_of(mask: np.ndarray) -> tuple[range, ...]:
    """Return the smallest box around what is true."""
    if not mask.any():
        return tuple(range(0) for _ in mask.shape)
    return tuple(range(int(places.min()), int(places.max()) + 1) for places in np.nonzero(mask))


@pytest.mark.parametrize("kind", SMALL)
def test_it_is_the_box_around_all_that_changes_the_number(kind: str) -> None:
    network = KINDS[kind]()
    layers, rng = layers_of(network), np.random.default_rng(0)
    sources = ["input", *network.layer_names]
    for start, of in enumerate(sources[:-1]):
        if np.prod(network.shapes[start]) > 4000:
            continue
        for name, depends in dependence(network, start).items():
            shape = depends.shape[:-1]
            corners = [tuple(0 for _ in shape), tuple(size - 1 for size in shape)]
            for index in [*corners, *(tuple(int(rng.integers(size)) for size in shape) for _ in range(12))]:
                expected = box_of(depends[index].reshape(network.shapes[start]))
                assert receptive_field(layers, Unit(name, index), of) == expected, (of, name, index)


def test_that_of_a_number_in_its_own_layer_is_the_number() -> None:
    layers = layers_of(build("lenet"))
    assert receptive_field(layers, Unit("conv1", (3, 4, 5)), "conv1") == (range(3, 4), range(4, 5), range(5, 6))
    assert receptive_field(layers, Unit("input", (0, 4, 5))) == (range(1), range(4, 5), range(5, 6))


def test_in_lenet_it_grows_from_layer_to_layer() -> None:
    layers = layers_of(build("lenet"))
    sizes = {
        name: [len(axis) for axis in receptive_field(layers, Unit(name, (0, 1, 1)))]
        for name in ("conv1", "relu1", "pool1", "conv2", "pool2")
    }
    assert sizes == {
        "conv1": [1, 3, 3],
        "relu1": [1, 3, 3],
        "pool1": [1, 4, 4],
        "conv2": [1, 8, 8],
        "pool2": [1, 10, 10],
    }
    assert receptive_field(layers, Unit("dense2", (4,))) == (
        range(1),
        range(26),
        range(26),
    )  # pools leave a rim out
