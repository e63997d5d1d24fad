"""A network small enough to train in no time."""

import numpy as np
import pytest

from model import Network
from model.network.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard

__all__ = ["count_pieces_as", "same_weights", "small_network"]


def small_network(seed: int = 0) -> Network:
    """Build a network of 782 numbers."""
    return Network([Conv2D(2, 5, stride=2), ReLU(), MaxPool2D(2), Flatten(), Dense(10)], card=ModelCard(seed=seed))


def same_weights(first: Network, second: Network) -> bool:
    """Tell whether two networks have the same bits."""
    return all(np.array_equal(value, second.weights()[name]) for name, value in first.weights().items())


def count_pieces_as(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let batches, except the smallest, be computed in so many pieces."""
    monkeypatch.setattr("model.training.learner.count_pieces", lambda n, _: count if n >= 8 * count else 1)
