"""Networks of every kind of layer, size and input, whose weights are none of them zero or one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

import resources
from model import build, load_network
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.network import Network

__all__ = ["KINDS", "TRAINED", "random_pictures", "stirred"]

GOLDEN = Path(__file__).parents[1] / "golden"

KINDS: dict[str, Callable[[], Network]] = {
    "strided, padded, rectangular": lambda: Network(
        [
            *(Conv2D(5, (3, 2), stride=(2, 1), padding=(1, 2)), ReLU(), MaxPool2D((3, 2), stride=(1, 2))),
            *(Conv2D(4, 3), AveragePool2D((2, 3)), BatchNorm(), ReLU()),
            *(Flatten(), Dropout(0.5), Dense(12), BatchNorm(), ReLU(), Dense(10)),
        ]
    ),
    "padded by more than its kernel": lambda: Network(
        [Conv2D(3, (1, 2), stride=(3, 5), padding=(2, 4)), BatchNorm(), ReLU(), Flatten(), Dense(10)],
        input_mean=0.13,
    ),
    "pooled as a whole": lambda: Network(
        [Conv2D(8, 5, stride=2), ReLU(), AveragePool2D(12), Flatten(), Dense(10)],
        input_mean=0.1307,
        input_deviation=0.3081,
    ),
    "dense alone": lambda: Network([Flatten(), Dense(20), ReLU(), Dense(10)]),
    "colours": lambda: Network(
        [Conv2D(6, 5, padding=2), MaxPool2D(2), ReLU(), Flatten(), Dense(7)], (3, 20, 15), input_mean=0.3
    ),
    "one logit": lambda: Network(
        [Conv2D(3), ReLU(), Flatten(), Dense(1)], (1, 9, 9), input_mean=0.13, input_deviation=0.31
    ),
} | {name: (lambda name=name: build(name)) for name in ("journal-8", "lenet", "deep")}

TRAINED: dict[str, Callable[[], Network]] = {
    "journal-8": lambda: load_network(GOLDEN / "journal_8_format_1.safetensors"),
    "lenet": lambda: load_network(GOLDEN / "lenet_format_2.safetensors"),
    "standardised": lambda: load_network(GOLDEN / "normalized_format_2.safetensors"),
    "deep": lambda: load_network(resources.DEFAULT_MODEL),
}


def stirred(network: Network, rng: np.random.Generator) -> Network:
    """Move biases, scales, shifts and statistics away from zero and one."""
    for key, array in network.named_arrays().items():
        if "variance" in key:
            array[...] = rng.uniform(0.5, 2, array.shape)
        elif array.ndim == 1:
            array += rng.normal(0, 0.2, array.shape).astype(array.dtype)
    return network


def random_pictures(network: Network, n: int, rng: np.random.Generator) -> np.ndarray:
    """Make pictures that a network takes."""
    channels, height, width = network.input_shape
    shape = (n, height, width) if channels == 1 else (n, height, width, channels)
    return rng.integers(0, 256, shape).astype(np.uint8)
