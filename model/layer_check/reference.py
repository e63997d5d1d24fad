"""What the functions must return: computed by the layers of `model.network`."""

import numpy as np

from model.layer_check.functions import Array, Inputs, Results
from model.network.layer import Layer
from model.network.layers import AveragePool2D, Conv2D, Dense, MaxPool2D, ReLU
from model.network.losses import softmax_cross_entropy

__all__ = ["expected_results"]

PICTURES_LAST = (1, 2, 3, 0)
"""From (n, channels, height, width) to the layout of our layers."""
PICTURES_FIRST = (3, 0, 1, 2)


def expected_results(function: str, inputs: Inputs) -> Results:
    """Compute the right results.

    Parameters
    ----------
    function : str
        A name in `model.layer_check.functions.FUNCTIONS`.
    inputs : dict
        Its arguments: pictures as (n, channels, height, width), the inputs of a dense layer as (n, features) and
        its weights as (features, outputs), logits as (n, classes).

    Returns
    -------
    dict of str to ndarray of float64
        By the names of the results.
    """
    if function == "softmax_loss":
        loss, gradient = softmax_cross_entropy(inputs["logits"].T, inputs["labels"])
        return {"loss": np.array(loss), "dlogits": gradient.T.copy()}
    kind = function.partition("_")[0]
    x = _pictures_last(inputs["x"])
    layer = _layer(kind, inputs)
    layer.initialize(x.shape[:-1], np.random.default_rng(0), np.float64)
    for name, value in _own_parameters(kind, inputs).items():
        np.copyto(layer.parameters()[name].value, value)
    out = layer.forward(x, remember=True)
    if "dout" not in inputs:
        return {"out": _pictures_first(out)}
    grad_in = layer.backward(_pictures_last(inputs["dout"]))
    assert grad_in is not None
    gradients = {name: parameter.grad.copy() for name, parameter in layer.parameters().items()}
    results = {"dx": _pictures_first(grad_in)}
    if kind == "conv":
        results |= {"dw": gradients["kernel"], "db": gradients["bias"]}
    if kind == "dense":
        results |= {"dw": gradients["weight"].T.copy(), "db": gradients["bias"]}
    return results


def _layer(kind: str, inputs: Inputs) -> Layer:
    """Make our layer with the same hyper-parameters."""
    match kind:
        case "conv":
            w = inputs["w"]
            return Conv2D(len(w), w.shape[2:], stride=inputs["stride"], padding=inputs["pad"])
        case "maxpool":
            return MaxPool2D(inputs["size"], stride=inputs["stride"])
        case "avgpool":
            return AveragePool2D(inputs["size"], stride=inputs["stride"])
        case "dense":
            return Dense(inputs["w"].shape[1])
    return ReLU()


def _own_parameters(kind: str, inputs: Inputs) -> Results:
    """Name the parameters as our layer does."""
    match kind:
        case "conv":
            return {"kernel": inputs["w"], "bias": inputs["b"]}
        case "dense":
            return {"weight": inputs["w"].T, "bias": inputs["b"]}
    return {}


def _pictures_last(array: Array) -> Array:
    return np.ascontiguousarray(array.transpose(PICTURES_LAST if array.ndim == 4 else (1, 0)))


def _pictures_first(array: Array) -> Array:
    """Return a copy: what a layer returns is its own memory."""
    return array.transpose(PICTURES_FIRST if array.ndim == 4 else (1, 0)).copy()
