"""Networks as one C99 file with weights of 8 bits: a quarter of the memory."""

import math
from pathlib import Path

import numpy as np

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.exchange.c_source import CSource, golden_arrays, title
from model.exchange.checks import check_answers
from model.exchange.quantizing import QuantizedLayer, QuantizedNetwork, quantized
from model.judging.ensemble import reads_digits
from model.network.arrays import Shape
from model.network.layers import BatchNorm, Conv2D, ReLU
from model.network.network import Network
from model.readers.sources import BUNDLED, open_data

__all__ = ["encode_int8_c", "save_int8_c"]

RANGE_PICTURES = 500
"""Number of bundled training pictures that determine the bytes between the layers."""


def save_int8_c(network: Network, path: str | Path) -> str:
    """Write a network as one C99 file with weights of 8 bits; as `save_c`.

    Returns
    -------
    str
        Its memory, and its accuracy on the bundled test pictures beside that of the network.

    Raises
    ------
    ModelFileError
        As by `save_c`; also if the network takes other pictures than the bundled ones.
    """
    check_answers(network)
    if not reads_digits(network):
        raise ModelFileError(
            "the scales of 8-bit weights are measured on the bundled pictures: expected a network for ink on 28×28"
            " and ten digits"
        )
    data = open_data(BUNDLED)
    training, _ = data.part("train")
    small = quantized(network, training[:: max(1, len(training) // RANGE_PICTURES)])
    text, sentence = encode_int8_c(network, small)
    images, labels = data.part("test")
    before, after = (answering.predict_proba(images).argmax(axis=1) for answering in (network, small))
    write_atomically(path, text.encode("ascii"))
    return (
        f"{sentence}; of {len(images)} bundled test pictures {np.mean(after == labels):.1%} right, in float"
        f" {np.mean(before == labels):.1%}"
    )


def encode_int8_c(network: Network, small: QuantizedNetwork) -> tuple[str, str]:
    """Write the text of a C99 file that computes in whole numbers; and a sentence on its memory."""
    source = CSource(network, "int8")
    source.step("pixels are bytes already", network.input_shape)
    source.statement(f"memcpy({source.here}, picture, {math.prod(network.input_shape)});")
    for layer, shape, after in zip(small.layers, network.shapes, network.shapes[1:], strict=False):
        _add_layer(source, layer, shape, after)
    source.need("softmax")
    golden = golden_arrays(network.input_shape, small.predict_proba)
    answer = "softmax(probabilities, DIGITGUI_CLASSES, probabilities)"
    return source.text(answer=answer, tolerance="1e-3f", golden=golden), source.sentence()


def _add_layer(source: CSource, one: QuantizedLayer, shape: Shape, after: Shape) -> None:
    if one.weights is not None:
        _add_weighted_layer(source, one, shape, after)
    elif isinstance(one.layer, BatchNorm):
        source.need("to_byte")
        source.step(title(one.name, shape, after), after)
        source.call(
            "scale_and_shift", source.here, shape[0], math.prod(shape[1:]), *_factors_and_shifts(source, one)
        )
    elif isinstance(one.layer, ReLU):
        source.step(title(one.name, shape, after), after)
        source.call("rectify", source.here, math.prod(shape), one.incoming.zero)
    else:
        source.add_plain_layer(one.name, one.layer, shape, after)


def _add_weighted_layer(source: CSource, one: QuantizedLayer, shape: Shape, after: Shape) -> None:
    """Add a convolution or a dense layer, the last of which gives logits."""
    assert one.weights is not None
    weights = source.array(f"{one.name}_weights", one.weights)
    arrays = _factors_and_shifts(source, one)
    before, zero, layer = source.here, one.incoming.zero, one.layer
    if one.outgoing is not None:
        source.need("to_byte")
        source.cross()
        source.step(title(one.name, shape, after), after)
    else:
        source.step(title(one.name, shape, after))
    if isinstance(layer, Conv2D):
        source.largest_map = max(source.largest_map, after[1] * after[2])
        sizes = [*layer.kernel_size, *layer.stride, *layer.padding]
        source.call("convolve", before, zero, *shape, weights, after[0], *sizes, *arrays, source.here)
        return
    source.need("sum_products")
    if one.outgoing is None:
        source.call("connect_last", before, zero, *shape, weights, *after, *arrays, "probabilities")
    else:
        source.call("connect", before, zero, *shape, weights, *after, *arrays, source.here)


def _factors_and_shifts(source: CSource, one: QuantizedLayer) -> list[str]:
    assert one.factors is not None
    assert one.shifts is not None
    return [source.array(f"{one.name}_factors", one.factors), source.array(f"{one.name}_shifts", one.shifts)]
