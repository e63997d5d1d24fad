"""Several networks that answer as one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.network.arrays import FloatArray, ImageArray
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.task import DIGITS, Task

__all__ = ["AnyNetwork", "Ensemble", "answer_alike", "members_of", "reads_digits"]


class Ensemble:
    """Networks whose probabilities are averaged: where they err apart, the mean is right more often than each.

    Parameters
    ----------
    networks : sequence of Network
        At least one; all for the same pictures, prepared in the same way, and the same classes.
    card : ModelCard, optional
        Its name and line of doubt; the line is the mean of the networks' if it is not given.

    Raises
    ------
    ShapeError
        If there is none, or if they differ in what they take or give.
    """

    def __init__(self, networks: Sequence[Network], card: ModelCard | None = None) -> None:
        self.networks = list(networks)
        kinds = {(network.input_shape, network.class_names, network.preparation) for network in self.networks}
        if len(kinds) != 1:
            raise ShapeError(
                f"an ensemble takes networks for the same pictures and classes, got {sorted(kinds) or 'none'}"
            )
        ((self.input_shape, self.class_names, self.preparation),) = kinds
        self.classes = len(self.class_names)
        line = float(np.mean([network.card.refuse_below for network in self.networks]))
        self.card = card or ModelCard("ensemble", refuse_below=line)

    @property
    def task(self) -> Task:
        """What it is about: as `Network.task`."""
        return self.networks[0].task

    def copy(self) -> "Ensemble":
        """Return an independent one with the same weights, for another thread: as `Network.copy`."""
        return Ensemble([network.copy() for network in self.networks], replace(self.card))

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Compute the mean of the networks' probabilities: as `Network.predict_proba`."""
        total = np.zeros((len(images), self.classes))
        for network in self.networks:
            total += network.predict_proba(images)
        return (total / len(self.networks)).astype(np.float32)

    def logits(self, images: ImageArray) -> FloatArray:
        """Compute the logarithms of `predict_proba`, whose softmax they are the logits of."""
        smallest = np.finfo(np.float32).tiny
        return np.log(np.maximum(self.predict_proba(images), smallest))


AnyNetwork: TypeAlias = Network | Ensemble
"""What answers."""


def members_of(network: AnyNetwork) -> list[Network]:
    """Return the networks of an ensemble; of a network, itself alone."""
    return network.networks if isinstance(network, Ensemble) else [network]


def answer_alike(one: AnyNetwork, other: AnyNetwork) -> bool:
    """Return whether two networks are the same but for their cards: same layers, weights, input and classes."""
    pairs = list(zip(members_of(one), members_of(other), strict=False))
    return len(members_of(one)) == len(members_of(other)) and all(_are_twins(*pair) for pair in pairs)


def _are_twins(one: Network, other: Network) -> bool:
    if one is other:
        return True
    if _make_of(one) != _make_of(other):
        return False
    arrays = one.named_arrays(), other.named_arrays()
    return all(np.array_equal(array, arrays[1][name]) for name, array in arrays[0].items())


def _make_of(network: Network) -> tuple[object, ...]:
    """Return all that answers depend on besides the arrays."""
    layers = [(type(layer), layer.config()) for layer in network.layers]
    scaling = network.input_mean, network.input_deviation, np.dtype(network.dtype)
    return layers, network.steps_of, network.input_shape, network.class_names, network.preparation, scaling


def reads_digits(network: AnyNetwork) -> bool:
    """Return whether a network is about the ten digits as ink, on 28×28; also of one that has no task."""
    kind = network.class_names, network.input_shape, network.preparation
    return kind == (DIGITS.class_names, DIGITS.input_shape, DIGITS.preparation)
