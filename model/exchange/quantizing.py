"""A network in whole numbers: weights of 8 bits, and bytes between the layers.

A byte q between two layers stands for the number ``(q - zero) * scale``; both are chosen so that the 256 bytes
span the values measured there on pictures. An 8-bit weight stands for its number times the scale of its
output. Sums of products are whole and exact; one factor and one shift turn each into a byte of the next layer, as
in B. Jacob et al.: Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference, CVPR 2018.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import ModelFileError
from model.network.answering import INFERENCE_BATCH
from model.network.arrays import FloatArray, ImageArray
from model.network.layers import (
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
    layer_copies,
)
from model.network.losses import softmax
from model.network.network import Network

__all__ = ["Bytes", "QuantizedLayer", "QuantizedNetwork", "quantized"]

LARGEST_WEIGHT = 127
MOST_INPUTS = (2**31 - 1) // (255 * LARGEST_WEIGHT)
"""More products of a byte and a weight might overflow a sum of 32 bits."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """What the bytes at a place of a network stand for: ``(q - zero) * scale``."""

    scale: float
    zero: int

    @classmethod
    def spanning(cls, low: float, high: float) -> "Bytes":
        """Span a range, and zero, with 256 bytes."""
        low, high = min(low, 0.0), max(high, 0.0)
        scale = (high - low) / 255 or 1.0
        return cls(scale, round(-low / scale))


@dataclass(frozen=True, slots=True)
class QuantizedLayer:
    """A layer with the bytes that come in and go out.

    Attributes
    ----------
    name : str
    layer : Layer
        Of a network that computes with these whole numbers in float64, which is exact.
    incoming : Bytes
    outgoing : Bytes or None
        None for the last dense layer, which gives logits.
    weights : ndarray of int8, or None
        Kernels, or the weights of a dense layer.
    factors, shifts : ndarray of float32, or None
        For each output, or channel of `BatchNorm`, what brings a sum, or a byte, into ``outgoing``. The shifts
        contain half a step, so that truncation rounds.
    """

    name: str
    layer: Layer
    incoming: Bytes
    outgoing: Bytes | None
    weights: npt.NDArray[np.int8] | None = None
    factors: npt.NDArray[np.float32] | None = None
    shifts: npt.NDArray[np.float32] | None = None

    def forward(self, x: FloatArray) -> FloatArray:
        """Compute the bytes, or logits, of a batch of bytes; both as float64."""
        match self.layer:
            case Conv2D() | Dense():
                return self._rescaled(self.layer.forward(x - self.incoming.zero))
            case BatchNorm():
                return self._rescaled(x)
            case ReLU():
                return np.maximum(x, self.incoming.zero)
            case AveragePool2D():
                count = self.layer.window[0] * self.layer.window[1]
                return np.floor(np.rint(self.layer.forward(x) * count) / count + 0.5)
        return self.layer.forward(x)

    def _rescaled(self, sums: FloatArray) -> FloatArray:
        """Bring sums into the next bytes, in float32 as the exported C does."""
        assert self.factors is not None
        assert self.shifts is not None
        axes = (-1, *[1] * (sums.ndim - 1))
        values = sums.astype(np.float32) * self.factors.reshape(axes) + self.shifts.reshape(axes)
        return values.astype(np.float64) if self.outgoing is None else np.floor(np.clip(values, 0, 255))


class QuantizedNetwork:
    """Computes in whole numbers, number by number as the exported C does.

    Attributes
    ----------
    layers : list of QuantizedLayer
    """

    def __init__(self, layers: list[QuantizedLayer]) -> None:
        self.layers = layers

    def predict_proba(self, images: ImageArray) -> npt.NDArray[np.float32]:
        """Compute the probability of each class; as `Network.predict_proba`, of pictures with one channel."""
        logits = []
        for start in range(0, len(images), INFERENCE_BATCH):
            x: FloatArray = (
                images[start : start + INFERENCE_BATCH].transpose(1, 2, 0)[np.newaxis].astype(np.float64)
            )
            for layer in self.layers:
                x = layer.forward(x)
            logits.append(x)
        probabilities = softmax(np.concatenate(logits, axis=1)).T
        return np.ascontiguousarray(probabilities, np.float32)


def quantized(network: Network, images: ImageArray) -> QuantizedNetwork:
    """Turn a network into one of whole numbers.

    Parameters
    ----------
    network : Network
        For pictures with one channel, and at least two logits.
    images : ndarray of uint8, shape (n, height, width)
        Some hundred typical pictures to measure ranges on; none of them may be used for testing later.

    Raises
    ------
    ModelFileError
        If the network does not end in a dense layer, or a sum might overflow.
    """
    if network.input_shape[0] != 1 or network.is_binary or not isinstance(network.layers[-1], Dense):
        raise ModelFileError(
            "8-bit weights need a network for grey pictures that ends in a dense layer with at least two outputs"
        )
    twin = Network(layer_copies(network.layers), network.input_shape, dtype=np.float64, draw_weights=False)
    ranges = _measured_ranges(network, images)
    here = Bytes(1 / (255 * network.input_deviation), round(255 * network.input_mean))
    layers = []
    for index, (name, layer) in enumerate(zip(network.layer_names, network.layers, strict=True)):
        is_last = index == len(network.layers) - 1
        there = here
        if isinstance(layer, Conv2D | Dense | BatchNorm):
            there = Bytes.spanning(*ranges[_end_of_run(network.layers, index)])
        layers.append(_quantized_layer(name, layer, twin.layers[index], here, None if is_last else there))
        here = there
    return QuantizedNetwork(layers)


def _end_of_run(layers: Sequence[Layer], index: int) -> int:
    """Follow a layer to the last one that uses its bytes unchanged, or clips them at zero."""
    while index + 1 < len(layers) and isinstance(layers[index + 1], MaxPool2D | ReLU | Dropout | Flatten):
        index += 1
    return index


def _measured_ranges(network: Network, images: ImageArray) -> list[tuple[float, float]]:
    """Measure the smallest and the largest number that comes out of each layer."""
    lowest, highest = np.full(len(network.layers), np.inf), np.full(len(network.layers), -np.inf)
    for start in range(0, len(images), INFERENCE_BATCH):
        outputs = network.activations(network.to_input(images[start : start + INFERENCE_BATCH])).values()
        lowest = np.minimum(lowest, [float(output.min()) for output in outputs])
        highest = np.maximum(highest, [float(output.max()) for output in outputs])
    return list(zip(lowest.tolist(), highest.tolist(), strict=True))


def _quantized_layer(
    name: str, layer: Layer, twin: Layer, incoming: Bytes, outgoing: Bytes | None
) -> QuantizedLayer:
    """Round the weights of a layer, and put them into its twin, which computes with whole numbers."""
    step, zero = (1.0, -0.5) if outgoing is None else (outgoing.scale, outgoing.zero)
    parameters = [parameter.value.astype(np.float64) for parameter in layer.parameters().values()]
    if isinstance(layer, BatchNorm):
        scale, shift = parameters
        statistics = layer.statistics()
        scale = scale / np.sqrt(statistics["running_variance"] + layer.epsilon)
        factors = scale * incoming.scale / step
        shifts = (shift - statistics["running_mean"] * scale) / step - incoming.zero * factors + zero + 0.5
        return QuantizedLayer(
            name, twin, incoming, outgoing, None, factors.astype(np.float32), shifts.astype(np.float32)
        )
    if not isinstance(layer, Conv2D | Dense):
        return QuantizedLayer(name, twin, incoming, outgoing)
    kernels, biases = parameters
    rows = kernels.reshape(len(kernels), -1)
    if rows.shape[1] > MOST_INPUTS:
        raise ModelFileError(f"{name} has {rows.shape[1]:,} inputs: 8-bit weights allow up to {MOST_INPUTS:,}")
    scales = np.abs(rows).max(axis=1) / LARGEST_WEIGHT
    scales[scales == 0] = 1.0
    weights = np.rint(rows / scales[:, np.newaxis]).reshape(kernels.shape).astype(np.int8)
    next(iter(twin.parameters().values())).value[...] = weights
    factors, shifts = scales * incoming.scale / step, biases / step + zero + 0.5
    return QuantizedLayer(
        name, twin, incoming, outgoing, weights, factors.astype(np.float32), shifts.astype(np.float32)
    )
