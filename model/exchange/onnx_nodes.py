"""Translates each node of an ONNX graph into a layer of ours, another layout, or a scaling of the input."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ModelFileError
from model.exchange.imported import FoundLayers
from model.exchange.onnx_graph import Graph, attributes
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, MaxPool2D, ReLU

__all__ = ["Walk"]

FIRST, LAST = "channels first", "channels last"
ROWS, VECTOR = "rows and columns", "a vector"


class Walk:
    """Follows a graph from its input to its end.

    Attributes
    ----------
    found : FoundLayers
    factor, offset : float
        How the graph scales its input before the first layer: ``factor * input + offset``.
    notes : list of str
    """

    def __init__(self, graph: Graph) -> None:
        self.found = FoundLayers()
        self.factor, self.offset = 1.0, 0.0
        self.notes: list[str] = []
        self._graph = graph
        self._layout = self._layout_of(graph.shape)
        self._ended = False
        self._followed: list[Any] = []
        self._logits = graph.input

    def go(self) -> None:
        """Go to the end.

        Raises
        ------
        ModelFileError
            At the first node that has no counterpart.
        """
        value = self._graph.input
        while (node := self._graph.after(value)) is not None:
            if self._ended:
                raise self._error(f"{node.op_type} follows the softmax: expected it at the end")
            count = len(self.found.layers)
            self._take(node, value)
            self._followed.append(node)
            if len(self.found.layers) > count:
                self.notes.append(f"{node.name or node.op_type}: {self.found.layers[-1]!r}")
            value = node.output[0]
            if not self._ended:
                self._logits = value

    def plain_model(self) -> Any:
        """Make an ONNX model of the followed nodes only, for one picture at a time.

        Its outputs are the logits and the end of the graph, which may be probabilities.
        """
        return self._graph.model_of(self._followed, [self._logits, self._followed[-1].output[0]])

    def _take(self, node: Any, value: str) -> None:
        how = HANDLERS.get(node.op_type)
        if how is None:
            raise self._error(
                f"{node.op_type} is not a layer of this program, which has {', '.join(sorted(LAYER_NODES))}"
            )
        how(self, node, value)

    def _error(self, text: str) -> ModelFileError:
        return ModelFileError(f"{self._graph.name}: {text}")

    # layout

    def _layout_of(self, shape: tuple[int, ...]) -> str:
        if len(shape) < 3:
            return ROWS if len(shape) == 2 else VECTOR
        return FIRST if shape[0] == 1 else LAST

    def _pass(self, node: Any, value: str) -> None:
        """Do nothing: the node has no effect on answers."""

    def _end(self, node: Any, value: str) -> None:
        self._ended = True

    def _transpose(self, node: Any, value: str) -> None:
        order = tuple(attributes(node).get("perm", ()))
        known = {(FIRST, (0, 2, 3, 1)): LAST, (LAST, (0, 3, 1, 2)): FIRST}
        if (self._layout, order) not in known:
            raise self._error(f"it moves axes by {order}, but their layout is {self._layout}")
        self._layout = known[self._layout, order]

    def _reshape(self, node: Any, value: str) -> None:
        """Reshape: at the beginning into maps, later into a vector."""
        names = list(node.input)[1:]
        if self.found.layers:
            if node.op_type == "Reshape" and self._graph.is_constant(names[0]):
                wanted = self._graph.constant(names[0], "a shape")
                if len(wanted) != 2:
                    raise self._error(f"it reshapes maps to {wanted.tolist()}: expected a vector")
            self.found.add_flatten(channels_last=self._layout == LAST)
            self._layout = VECTOR
            return
        told = attributes(node).get("axes") or attributes(node).get("shape")
        wanted = told or self._graph.constant(names[0], "a shape").tolist()
        if node.op_type == "Unsqueeze":
            self._layout = FIRST if wanted[0] in (1, -3) else LAST
        elif node.op_type == "Squeeze" or len(wanted) == 3:
            self._layout = ROWS
        elif len(wanted) == 4:
            self._layout = FIRST if wanted[1] == 1 else LAST
        else:
            self.found.add_flatten(channels_last=False)
            self._layout = VECTOR

    def _flatten(self, node: Any, value: str) -> None:
        if attributes(node).get("axis", 1) != 1:
            raise self._error("it flattens pictures together: expected Flatten with axis 1")
        self.found.add_flatten(channels_last=self._layout == LAST)
        self._layout = VECTOR

    def _need_channels_first(self, node: Any) -> None:
        if self._layout == ROWS:
            raise self._error(f"{node.op_type} is given pictures without channels")
        if self._layout == LAST:
            raise self._error(f"{node.op_type} is given channels last: expected them first")

    # sums and products with numbers of the file

    def _scale(self, node: Any, value: str) -> None:
        """Scale the input; later, scale and shift channels, as biases and normalisation are often written."""
        side = [name for name in node.input if name != value]
        number = self._graph.constant(side[0], f"what {node.op_type} takes") if side else np.zeros(0)
        backwards = node.op_type in ("Sub", "Div") and node.input[0] != value
        if backwards or number.size not in (1, self.found.shape[0]):
            raise self._error(f"{node.op_type} is expected with one number for all, or one for each channel")
        number = number.reshape(-1).astype(np.float64)
        is_factor = node.op_type in ("Mul", "Div")
        if node.op_type in ("Sub", "Div"):
            number = 1 / number if is_factor else -number
        if number.size == 1 and not any(self.found.arrays):
            self.factor *= number[0] if is_factor else 1
            self.offset = self.offset * number[0] if is_factor else self.offset + number[0]
            return
        number = self.found.in_our_order(np.broadcast_to(number, self.found.shape[:1]))
        self._change_last(number, is_factor=is_factor)

    def _change_last(self, number: npt.NDArray[np.float64], *, is_factor: bool) -> None:
        """Multiply the output of the last layer, or add to it, for each channel."""
        if not isinstance(self.found.layers[-1] if self.found.layers else None, Conv2D | Dense | BatchNorm):
            ones = np.ones(len(number))
            layer = BatchNorm()
            self.found.add(layer, ones, 0 * ones, 0 * ones, ones - layer.epsilon)
        weight, bias, *rest = self.found.arrays[-1]
        if is_factor:
            weight, bias = weight * number.reshape(-1, *[1] * (weight.ndim - 1)), bias * number
        else:
            bias = bias + number
        self.found.arrays[-1] = [weight, bias, *rest]

    # layers

    def _convolve(self, node: Any, value: str) -> None:
        self._need_channels_first(node)
        told = attributes(node)
        kernel = self._graph.constant(node.input[1], "kernels")
        if kernel.ndim != 4 or kernel.shape[1] != self.found.shape[0] or told.get("group", 1) != 1:
            raise self._error("this program has no grouped convolution, and none for other than pictures")
        self._no_dilation(node)
        stride = tuple(told.get("strides", (1, 1)))
        padding = self._padding(node, kernel.shape[2:], stride)
        bias = self._graph.constant(node.input[2], "a bias") if len(node.input) > 2 else np.zeros(len(kernel))
        self.found.add(Conv2D(len(kernel), kernel.shape[2:], stride=stride, padding=padding), kernel, bias)

    def _padding(self, node: Any, window: tuple[int, ...], stride: tuple[int, ...]) -> tuple[int, int]:
        """Read the padding with zeros; it must be the same on opposite sides."""
        told = attributes(node)
        automatic = told.get("auto_pad", b"NOTSET").decode()
        pads = told.get("pads", [0, 0, 0, 0])
        if automatic == "VALID":
            pads = [0, 0, 0, 0]
        elif automatic.startswith("SAME"):
            sides = zip(self.found.shape[1:], window, stride, strict=True)
            whole = [max(0, (math.ceil(length / step) - 1) * step + size - length) for length, size, step in sides]
            pads = [whole[0] // 2, whole[1] // 2, -(-whole[0] // 2), -(-whole[1] // 2)]
        if pads[:2] != pads[2:]:
            raise self._error(
                f"{node.op_type} pads opposite sides unequally, {pads}: this program pads both alike"
            )
        return pads[0], pads[1]

    def _no_dilation(self, node: Any) -> None:
        if any(step != 1 for step in attributes(node).get("dilations", [])):
            raise self._error(f"this program has no {node.op_type} with dilation")

    def _pool(self, node: Any, value: str) -> None:
        self._need_channels_first(node)
        self._no_dilation(node)
        told = attributes(node)
        window = tuple(told["kernel_shape"])
        stride = tuple(told.get("strides", (1, 1)))
        if self._padding(node, window, stride) != (0, 0):
            raise self._error(f"this program has no {node.op_type} with padding")
        rests = [
            (length - size) % step for length, size, step in zip(self.found.shape[1:], window, stride, strict=True)
        ]
        if told.get("ceil_mode", 0) and any(rests):
            raise self._error(f"{node.op_type} pools over the edge: this program drops incomplete windows")
        kind = MaxPool2D if node.op_type == "MaxPool" else AveragePool2D
        self.found.add(kind(window, stride=stride))

    def _pool_all(self, node: Any, value: str) -> None:
        """Take the mean of each whole map; the layout no longer matters."""
        if node.op_type == "ReduceMean":
            told = attributes(node)
            axes = told.get("axes") or self._graph.constant(node.input[1], "axes").tolist()
            expected = {FIRST: {2, 3}, LAST: {1, 2}}.get(self._layout)
            if {axis % 4 for axis in axes} != expected:
                raise self._error("this program has ReduceMean only over rows and columns")
        else:
            self._need_channels_first(node)
        self.found.add(AveragePool2D((self.found.shape[1], self.found.shape[2])))
        if not attributes(node).get("keepdims", 1):
            self.found.add_flatten(channels_last=False)
            self._layout = VECTOR

    def _normalize(self, node: Any, value: str) -> None:
        if self._layout != VECTOR:
            self._need_channels_first(node)
        arrays = [self._graph.constant(name, "the arrays of BatchNormalization") for name in node.input[1:5]]
        if self._layout == VECTOR:
            arrays = [self.found.in_our_order(array) for array in arrays]
        self.found.add(BatchNorm(epsilon=float(attributes(node).get("epsilon", 1e-5))), *arrays)

    def _rectify(self, node: Any, value: str) -> None:
        self.found.add(ReLU())

    def _connect(self, node: Any, value: str) -> None:
        told = attributes(node)
        if (
            told.get("alpha", 1.0) != 1
            or told.get("beta", 1.0) != 1
            or told.get("transA", 0)
            or node.input[0] != value
        ):
            raise self._error("Gemm does more than a dense layer of this program")
        self.found.add_flatten(channels_last=self._layout == LAST)
        self._layout = VECTOR
        weight = self._graph.constant(node.input[1], "weights")
        weight = self.found.in_our_order(weight if told.get("transB", 0) else weight.T)
        self.found.maps_last = None
        bias = self._graph.constant(node.input[2], "a bias") if len(node.input) > 2 else np.zeros(len(weight))
        self.found.add(Dense(len(weight)), weight, np.broadcast_to(bias.reshape(-1), (len(weight),)))


Handler = Callable[[Walk, Any, str], None]
LAYER_NODES: dict[str, Handler] = {
    "Conv": Walk._convolve,
    "BatchNormalization": Walk._normalize,
    "Relu": Walk._rectify,
    "MaxPool": Walk._pool,
    "AveragePool": Walk._pool,
    "GlobalAveragePool": Walk._pool_all,
    "Flatten": Walk._flatten,
    "Gemm": Walk._connect,
    "MatMul": Walk._connect,
    "Softmax": Walk._end,
}
HANDLERS: dict[str, Handler] = LAYER_NODES | {
    "ReduceMean": Walk._pool_all,
    "LogSoftmax": Walk._end,
    **dict.fromkeys(("Cast", "Identity", "Dropout"), Walk._pass),
    **dict.fromkeys(("Reshape", "Squeeze", "Unsqueeze"), Walk._reshape),
    "Transpose": Walk._transpose,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), Walk._scale),
}
"""What to do with a node of each kind."""
