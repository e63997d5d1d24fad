"""Measures a training from inside: the strength of gradients, how far weights move, which units are dead."""

import math
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from model.data.dataset import Dataset
from model.network.arrays import FloatArray, ImageArray, LabelArray
from model.network.layer import Layer, Parameter
from model.network.layers import ReLU
from model.network.losses import softmax
from model.network.network import Network
from model.training.training_events import LayerMeasured, LayersMeasured

__all__ = ["MOST_SHARE", "Gauge", "sample_of"]

BoolArray = npt.NDArray[np.bool_]
MOST_SHARE = 0.01
"""Of the time of a training, what its measurement takes."""
SAMPLE_PICTURES = 100
FEWEST_PICTURES, MOST_MULTIPLICATIONS = 25, 500_000_000
"""Of the sample, a slow network answers only so many pictures, so that it too is measured every few seconds."""


def sample_of(dataset: Dataset) -> tuple[ImageArray, LabelArray]:
    """Take up to 100 pictures of the validation part, evenly spread; of the training part if that is empty."""
    indices = dataset.split.validation if len(dataset.split.validation) else dataset.split.train
    chosen = indices[:: -(-len(indices) // SAMPLE_PICTURES)]
    return dataset.images[chosen], dataset.labels[chosen]


class Gauge:
    """Measures a step now and then; draws no random number, and changes nothing that training computes with.

    Parameters
    ----------
    sample : (ndarray of uint8, ndarray of int)
        Pictures that show which units are dead, and their labels.
    share : float
        Of the time, what measuring may take; infinite to measure every step.
    clock : callable
        Tells the time in seconds; by default that of this thread, which other programs do not change.
    """

    def __init__(
        self,
        sample: tuple[ImageArray, LabelArray],
        share: float = MOST_SHARE,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._images, self._labels = sample
        self._share, self._clock = share, clock
        self._due = -math.inf
        self._measured: LayersMeasured | None = None

    def watch(self, network: Network, step: Callable[[], object], number: int) -> None:
        """Let an optimizer make its step; measure it if it is time.

        Parameters
        ----------
        network : Network
            With the gradients that the step follows.
        step : callable
            Changes its weights.
        number : int
            Of the step, counted from 1.
        """
        started = self._clock()
        if started < self._due:
            step()
            return
        before = network.weights()
        noted = self._clock()
        step()
        stepped = self._clock()
        self._measured = self._measure(network, before, number)
        now = self._clock()
        self._due = now + (now - stepped + noted - started) / self._share

    def take(self) -> LayersMeasured | None:
        """Return what was measured in the last step, once."""
        measured, self._measured = self._measured, None
        return measured

    def _measure(self, network: Network, before: dict[str, FloatArray], number: int) -> LayersMeasured:
        count = max(FEWEST_PICTURES, MOST_MULTIPLICATIONS // max(1, network.multiplications))
        every = slice(None, None, -(-len(self._images) // count))
        labels = self._labels[every]
        with np.errstate(over="ignore", invalid="ignore"):  # a training that diverges says so by its loss
            silent, logits = _answer(network, self._images[every])
            probabilities = softmax(logits) if len(logits) > 1 else _two(logits)
        wrong = probabilities.argmax(axis=0) != labels
        sure = probabilities.max(axis=0) > LayersMeasured.SURE
        layers = tuple(
            _layer_measured(name, layer.parameters(), before, silent.get(name))
            for name, layer in zip(network.layer_names, network.layers, strict=True)
            if _has_weights(layer)
        )
        counts = int(np.count_nonzero(wrong)), int(np.count_nonzero(wrong & sure))
        return LayersMeasured(number, layers, len(labels), *counts)


def _answer(network: Network, images: ImageArray) -> tuple[dict[str, BoolArray], FloatArray]:
    """Answer pictures; return which units are silent, by the layer with weights before, and the logits.

    Between two steps the layers have nothing to remember that this could overwrite.
    """
    silent, weighty, x = dict[str, BoolArray](), "", network.to_input(images)
    for name, layer in zip(network.layer_names, network.layers, strict=True):
        x = layer.forward(x)
        weighty = name if _has_weights(layer) else weighty
        if isinstance(layer, ReLU) and weighty:
            silent[weighty] = x.reshape(len(x), -1).max(axis=1) <= 0
    return silent, x


def _has_weights(layer: Layer) -> bool:
    """Whether it connects inputs with outputs; `BatchNorm` only scales them."""
    return any(parameter.value.ndim > 1 for parameter in layer.parameters().values())


def _two(logit: FloatArray) -> FloatArray:
    """Turn the one logit of a binary network into the probabilities of both classes."""
    return softmax(np.concatenate([np.zeros_like(logit), logit]))


def _layer_measured(
    name: str, parameters: dict[str, Parameter], before: dict[str, FloatArray], silent: BoolArray | None
) -> LayerMeasured:
    old = {key: before[f"{name}.{key}"] for key in parameters}
    with np.errstate(over="ignore", invalid="ignore"):
        return LayerMeasured(
            name,
            _norm([parameter.grad for parameter in parameters.values()]),
            _norm([parameter.value - old[key] for key, parameter in parameters.items()]),
            _norm(list(old.values())),
            0 if silent is None else len(silent),
            0 if silent is None else int(np.count_nonzero(silent)),
        )


def _norm(arrays: list[FloatArray]) -> float:
    """Compute the Euclidean norm of all numbers together."""
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))
