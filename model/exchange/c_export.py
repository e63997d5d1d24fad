"""Networks as one C99 file: for microcontrollers, and anything else with a C compiler."""

import math
from pathlib import Path

import numpy as np

from model.atomic_files import write_atomically
from model.exchange.c_source import CSource, golden_arrays, title
from model.exchange.checks import check_answers
from model.network.arrays import Shape
from model.network.layers import BatchNorm, Conv2D, Dense, Layer, ReLU
from model.network.network import Network

__all__ = ["encode_c", "save_c"]


def save_c(network: Network, path: str | Path) -> str:
    """Write a network as one C99 file that computes in float; return a sentence on its memory.

    Parameters
    ----------
    network : Network
    path : path
        Is replaced if it exists.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or the network holds numbers that C cannot express.
    """
    text, sentence = encode_c(network)
    write_atomically(path, text.encode("ascii"))
    return sentence


def encode_c(network: Network) -> tuple[str, str]:
    """Write the text of a C99 file that computes in float; and a sentence on its memory."""
    check_answers(network)
    source = CSource(network, "float")
    channels, height, width = network.input_shape
    scale, offset = 255 * network.input_deviation, network.input_mean / network.input_deviation
    source.step("pixels from 0 to 255 become what the network learned from", network.input_shape)
    source.call("enter", "picture", channels, height * width, _float(1 / scale), _float(offset), source.here)
    for name, layer, shape, after in zip(
        network.layer_names, network.layers, network.shapes, network.shapes[1:], strict=False
    ):
        _add_float_layer(source, name, layer, shape, after)
    if network.is_binary:
        source.need("sigmoid")
        answer = f"sigmoid({source.here}[0], probabilities)"
    else:
        source.need("softmax")
        answer = f"softmax({source.here}, DIGITGUI_CLASSES, probabilities)"
    golden = golden_arrays(network.input_shape, network.predict_proba)
    return source.text(answer=answer, tolerance="1e-4f", golden=golden), source.sentence()


def _add_float_layer(source: CSource, name: str, layer: Layer, shape: Shape, after: Shape) -> None:
    parameters = [parameter.value.astype(np.float32) for parameter in layer.parameters().values()]
    match layer:
        case Conv2D() | Dense():
            here, there = source.cross()
            source.step(title(name, shape, after), after)
            word = "kernels" if isinstance(layer, Conv2D) else "weights"
            weights, biases = (
                source.array(f"{name}_{word}", parameters[0]),
                source.array(f"{name}_biases", parameters[1]),
            )
            if isinstance(layer, Dense):
                source.call("connect", here, shape[0], weights, biases, *after, there)
            else:
                sizes = [*layer.kernel_size, *layer.stride, *layer.padding]
                source.call("convolve", here, *shape, weights, biases, after[0], *sizes, there)
        case BatchNorm():
            scale, shift = parameters
            statistics = layer.statistics()
            factors = (scale / np.sqrt(statistics["running_variance"] + layer.epsilon)).astype(np.float32)
            shifts = (shift - statistics["running_mean"] * factors).astype(np.float32)
            source.step(title(name, shape, after), after)
            arrays = source.array(f"{name}_factors", factors), source.array(f"{name}_shifts", shifts)
            source.call("scale_and_shift", source.here, shape[0], math.prod(shape[1:]), *arrays)
        case ReLU():
            source.step(title(name, shape, after), after)
            source.call("rectify", source.here, math.prod(shape))
        case _:
            source.add_plain_layer(name, layer, shape, after)


def _float(number: float) -> str:
    return f"{float(np.float32(number)):.8e}f"
