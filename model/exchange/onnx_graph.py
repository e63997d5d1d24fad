"""The graph of an ONNX file: its constants, its input, and which node follows which."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ModelFileError
from model.exchange.imported import Scaling
from model.network.arrays import ImageArray, Shape

__all__ = ["Graph", "attributes"]


class Graph:
    """An ONNX graph of one input.

    Attributes
    ----------
    name : str
        The file's, for errors.
    input : str
    shape : tuple of int
        Of the input, without the batch: the pixels of 28×28 in any layout.
    takes_bytes : bool
        Whether the input is uint8.
    """

    def __init__(self, model: Any, name: str) -> None:
        from onnx import TensorProto, numpy_helper  # noqa: PLC0415  takes a while

        graph = model.graph
        self.name = name
        self._graph, self._opsets = graph, model.opset_import
        self._constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self._nodes = []
        for node in graph.node:
            if node.op_type == "Constant":
                self._constants[node.output[0]] = _constant(node)
            elif node.op_type in FOLDED and node.input and node.input[0] in self._constants:
                self._constants[node.output[0]] = _folded(node, self._constants[node.input[0]])
            else:
                self._nodes.append(node)
        inputs = [one for one in graph.input if one.name not in self._constants]
        if len(inputs) != 1:
            raise ModelFileError(f"{name}: expected a graph of one input, found {len(inputs)}")
        self.input = inputs[0].name
        kind = inputs[0].type.tensor_type
        self._batch, *rest = [one.dim_value for one in kind.shape.dim] or [0]
        self.shape: Shape = tuple(rest)
        self._kind = kind.elem_type
        self.takes_bytes = kind.elem_type == TensorProto.UINT8
        self.outputs = {one.name for one in graph.output}
        if kind.elem_type not in (TensorProto.UINT8, TensorProto.FLOAT):
            raise ModelFileError(f"{name}: expected an input of float or uint8")
        if math.prod(self.shape) != 28 * 28 or len(self.shape) > 3:
            raise ModelFileError(
                f"{name}: expected an input of one picture of 28×28, found {' × '.join(map(str, self.shape))}"
            )

    def constant(self, name: str, what: str) -> npt.NDArray[Any]:
        """Return a constant that a node takes.

        Raises
        ------
        ModelFileError
            If it is computed.
        """
        if name not in self._constants:
            raise ModelFileError(f"{self.name}: expected {what} as numbers in the file, found them computed")
        return self._constants[name]

    def is_constant(self, name: str) -> bool:
        """Return whether a value is in the file."""
        return name in self._constants

    def after(self, name: str) -> Any:
        """Return the node that a value goes into; None at the end of the network.

        Nodes that only read the shape of a value, or name it as an output, are skipped.
        """
        following = [node for node in self._nodes if name in node.input and node.op_type != "Shape"]
        if name in self.outputs or len(following) > 1:
            following = [node for node in following if node.op_type not in ENDS]
        if len(following) > 1:
            kinds = " and ".join(node.op_type for node in following[:2])
            raise ModelFileError(f"{self.name} branches into {kinds}: expected layers that follow one another")
        return following[0] if following else None

    def as_input(self, image: ImageArray, scaling: Scaling) -> npt.NDArray[Any]:
        """Bring one picture into the form of the input."""
        one = image if self.takes_bytes else ((image / 255 - scaling.mean) / scaling.deviation).astype(np.float32)
        return one.reshape(1, *self.shape)

    def model_of(self, nodes: list[Any], outputs: list[str]) -> Any:
        """Make a model of some of the nodes, which follow one another, for one picture at a time.

        The rest of the graph is left out, such as the computation of a shape. A shape that is not in the file
        becomes that of a vector. A batch that the file fixes becomes one picture: a header must not decide how
        much memory is taken.
        """
        from onnx import helper, numpy_helper  # noqa: PLC0415  as above

        vector, value = "the shape of a vector", self.input
        constants = {vector: np.array([1, -1])}
        copies = []
        for node in nodes:
            others = [name if name in ("", value) or self.is_constant(name) else vector for name in node.input]
            constants |= {name: self._constants[name] for name in others if self.is_constant(name)}
            if node.op_type == "Reshape" and self.is_constant(others[-1]):
                others[-1], shape = f"{others[-1]} for one picture", self._constants[others[-1]]
                constants[others[-1]] = np.where((np.arange(shape.size) == 0) & (shape == self._batch), 1, shape)
            copy = helper.make_node(node.op_type, others, [node.output[0]], domain=node.domain)
            copy.attribute.extend(node.attribute)
            copies.append(copy)
            value = node.output[0]
        inputs = [helper.make_tensor_value_info(self.input, self._kind, (1, *self.shape))]
        told = [helper.make_empty_tensor_value_info(name) for name in outputs]
        kept = [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in constants.items()]
        graph = helper.make_graph(copies, "followed", inputs, told, kept)
        return helper.make_model(graph, opset_imports=self._opsets)


FOLDED = ("Identity", "Cast", "Transpose")
"""Whatever is computed from constants alone is a constant too."""
ENDS = ("Identity", "Softmax", "LogSoftmax")
"""What follows the logits where they are an output of the graph themselves."""


def attributes(node: Any) -> dict[str, Any]:
    """Return an attribute of a node."""
    from onnx import helper  # noqa: PLC0415  as above

    return {one.name: helper.get_attribute_value(one) for one in node.attribute}


def _constant(node: Any) -> npt.NDArray[Any]:
    from onnx import numpy_helper  # noqa: PLC0415  as above

    value = next(iter(attributes(node).values()))
    return numpy_helper.to_array(value) if hasattr(value, "data_type") else np.asarray(value)


def _folded(node: Any, value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return value.transpose(attributes(node).get("perm")) if node.op_type == "Transpose" else value
