"""Damage to the graph of an ONNX file, which its parser would notice only if it came from outside."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, numpy_helper

from helpers.damage import Change

__all__ = ["within_onnx"]

ODD_NUMBERS = (-1, 0, 1, 2, 3, 7, 28, 10**6, 2**31 - 1, 2**62, -(2**62))
ODD_WEIGHTS = (np.nan, np.inf, -1e30, 1e30, 0.0)
OPERATORS = (
    *("Conv", "Gemm", "MatMul", "Relu", "MaxPool", "AveragePool", "GlobalAveragePool", "BatchNormalization"),
    *("Flatten", "Reshape", "Transpose", "Softmax", "Mul", "Div", "Identity", "Cast", "Squeeze", "Unsqueeze"),
    *("ReduceMean", "Dropout", "Constant", "ConstantOfShape", "Tile", "Loop", ""),
)


def within_onnx(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage nodes and constants; what is not damaged can still be read."""
    model = onnx.load_model_from_string(whole)
    for change in changes:
        _damage(model.graph, change)
    return bytes(model.SerializeToString())


def _damage(graph: Any, change: Change) -> None:
    if change.kind in ("insert", "put"):
        _damage_numbers(graph, change)
        return
    node = _chosen(graph.node, change.where)
    if node is None:
        return
    match change.kind:
        case "flip":
            _damage_attribute(node, change)
        case "byte":
            node.op_type = _chosen(OPERATORS, change.other)
        case "cut":
            graph.node.remove(node)
        case "drop":
            del node.input[int(change.other * len(node.input)) :]
        case "double":
            graph.node.append(node)
        case _:  # move
            names = [
                *(one.name for one in graph.initializer),
                *(name for one in graph.node for name in one.output),
            ]
            if node.input and names:
                node.input[int(change.where * 97) % len(node.input)] = _chosen(names, change.other)


def _damage_attribute(node: Any, change: Change) -> None:
    one = _chosen(node.attribute, change.other)
    number = _odd_number(change)
    if one is None:
        node.attribute.append(onnx.helper.make_attribute("axis", number))
    elif one.type == AttributeProto.INTS:
        one.ints[:] = [number, *one.ints[1:]] if change.other < 0.5 else [number] * (len(change.content) % 6)
    elif one.type == AttributeProto.INT:
        one.i = number
    elif one.type == AttributeProto.FLOAT:
        one.f = ODD_WEIGHTS[len(change.content) % len(ODD_WEIGHTS)]
    else:
        one.s = change.content


def _damage_numbers(graph: Any, change: Change) -> None:
    """Give a constant another shape or other numbers, or the input another shape."""
    one = _chosen([*graph.initializer, *graph.input], change.where)
    if one is None:
        return
    if isinstance(one, onnx.ValueInfoProto):
        dimension = _chosen(one.type.tensor_type.shape.dim, change.other)
        if dimension is not None:
            dimension.dim_value = _odd_number(change)
    elif change.kind == "insert":
        one.dims[:] = [_odd_number(change), *one.dims[1:]] if change.other < 0.5 else [_odd_number(change)]
    else:
        try:
            array = numpy_helper.to_array(one).copy()
        except (ValueError, TypeError):  # it has been damaged already
            return
        if array.size and array.dtype.kind == "f":
            array.flat[int(change.other * (array.size - 1))] = ODD_WEIGHTS[len(change.content) % len(ODD_WEIGHTS)]
        elif array.size:
            array.flat[0] = _odd_number(change)
        one.CopyFrom(numpy_helper.from_array(array, one.name))


def _odd_number(change: Change) -> int:
    return ODD_NUMBERS[sum(change.content) % len(ODD_NUMBERS)]


def _chosen(among: Any, share: float) -> Any:
    return among[int(share * len(among)) % len(among)] if among else None
