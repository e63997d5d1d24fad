"""Networks as ONNX files, for any ONNX runtime."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.exchange.checks import check_answers
from model.network.arrays import FloatArray
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.network import Network
from model.runs.storage import golden_images

__all__ = ["OPSET", "encode_onnx", "save_onnx"]

OPSET = 17
"""Version of the ONNX operators used: from 2022, so that older runtimes open the file too."""
IR_VERSION = 8
LARGEST_DIFFERENCE = 1e-4
"""Largest allowed difference between the probabilities of this program and another."""


def save_onnx(network: Network, path: str | Path) -> str:
    """Write a network as an ONNX file; return a sentence on how it was checked.

    Parameters
    ----------
    network : Network
    path : path
        Is replaced if it exists.

    Raises
    ------
    ModelFileError
        If the file cannot be written, the package ``onnx`` is not installed, or ``onnxruntime`` is installed and
        gives other answers.

    Notes
    -----
    The graph takes ``images``, uint8 of shape (n, height, width), or (n, height, width, channels) if several,
    white ink on black; it gives ``logits`` and ``probabilities``, float32 of shape (n, classes). Scaling is
    inside. Its metadata have ``classes``, the names of the classes as JSON, and ``preparation``.
    """
    content = encode_onnx(network)
    sentence = _checked_by_runtime(network, content)
    write_atomically(path, content)
    return sentence


def _checked_by_runtime(network: Network, content: bytes) -> str:
    """Let onnxruntime, if it is installed, answer the pictures with recorded answers."""
    try:
        import onnxruntime  # noqa: PLC0415  it takes a while
    except ImportError:
        return ""
    images = golden_images(network.input_shape)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"images": images})
    difference = float(np.abs(found - network.predict_proba(images)).max())
    if not difference <= LARGEST_DIFFERENCE:
        raise ModelFileError(
            f"onnxruntime {onnxruntime.__version__} gives probabilities that differ by {difference:.2g}:"
            " nothing was written; try another version of it"
        )
    return f"onnxruntime {onnxruntime.__version__} gives the same answers"


def encode_onnx(network: Network) -> bytes:
    """Turn a network into the bytes of an ONNX file: see `save_onnx`."""
    check_answers(network)
    try:  # imported only for an export
        from onnx import TensorProto, checker, helper  # noqa: PLC0415
    except ImportError as error:
        raise ModelFileError(
            "this format needs the package onnx: install it with “pip install onnx”, then export again"
        ) from error
    channels, height, width = network.input_shape
    graph = _Graph()
    name = graph.add("Cast", "images", to=TensorProto.FLOAT)
    if channels == 1:
        name = graph.add("Unsqueeze", name, graph.constant(np.array([1], np.int64)))
        image_shape: list[str | int | None] = ["n", height, width]
    else:
        name = graph.add("Transpose", name, perm=[0, 3, 1, 2])
        image_shape = ["n", height, width, channels]
    scale, offset = 255 * network.input_deviation, network.input_mean / network.input_deviation
    name = graph.add("Mul", name, graph.constant(np.float32(1 / scale)))
    name = graph.add("Sub", name, graph.constant(np.float32(offset)))
    for layer in network.layers:
        name = _add_layer(graph, layer, name)
    if network.is_binary:
        name = graph.add("Concat", graph.add("Sub", name, name), name, axis=1)
    graph.add("Identity", name, output="logits")
    graph.add("Softmax", name, output="probabilities", axis=1)
    outputs = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", network.classes])
        for output in ("logits", "probabilities")
    ]
    images = helper.make_tensor_value_info("images", TensorProto.UINT8, image_shape)
    model = helper.make_model(
        helper.make_graph(graph.nodes, network.card.name, [images], outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="digitgui",
        ir_version=IR_VERSION,
    )
    about = {"classes": json.dumps(network.class_names), "preparation": network.preparation}
    helper.set_model_props(model, about)
    checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and constants, in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        from onnx import helper  # noqa: PLC0415

        output = output or f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, array: Any) -> str:
        """Add an array; return its name."""
        from onnx import numpy_helper  # noqa: PLC0415

        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def float_constants(self, *arrays: FloatArray) -> list[str]:
        return [self.constant(np.ascontiguousarray(array, np.float32)) for array in arrays]


def _add_layer(graph: _Graph, layer: Layer, name: str) -> str:  # noqa: PLR0911
    """Add a layer after the node ``name``; return the name of its output."""
    parameters = [parameter.value for parameter in layer.parameters().values()]
    match layer:
        case Conv2D():
            kernel, bias = graph.float_constants(*parameters)
            strides, pads = list(layer.stride), [*layer.padding, *layer.padding]
            size = list(layer.kernel_size)
            return graph.add("Conv", name, kernel, bias, kernel_shape=size, strides=strides, pads=pads)
        case MaxPool2D() | AveragePool2D():
            operator = "MaxPool" if isinstance(layer, MaxPool2D) else "AveragePool"
            return graph.add(operator, name, kernel_shape=list(layer.window), strides=list(layer.stride))
        case BatchNorm():
            statistics = layer.statistics()
            arrays = [*parameters, statistics["running_mean"], statistics["running_variance"]]
            return graph.add("BatchNormalization", name, *graph.float_constants(*arrays), epsilon=layer.epsilon)
        case ReLU():
            return graph.add("Relu", name)
        case Flatten():
            return graph.add("Flatten", name, axis=1)
        case Dense():
            return graph.add("Gemm", name, *graph.float_constants(*parameters), transB=1)
        case Dropout():  # used in training only
            return name
    raise ModelFileError(f"{layer!r} has no counterpart in ONNX")
