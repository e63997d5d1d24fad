"""Compare the gradients that a backward pass computes with slopes that are measured, in float64.

The slope along one number is ``(loss(number + step) - loss(number - step)) / (2 step)``, so this knows nothing of
how a layer works. Inputs must keep away from the kinks of ReLU and of pooling (see `away_from_kinks`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from model.network.layers import Dropout, Layer
from model.network.losses import sigmoid_cross_entropy, softmax_cross_entropy
from model.network.network import Network
from model.training.learner import draw_dropout

__all__ = ["away_from_kinks", "check_layer", "check_network", "slopes"]

STEP = 1e-7
TOLERANCE = 2e-6
Array = npt.NDArray[np.floating[Any]]


def slopes(loss: Callable[[], float], numbers: Array) -> Array:
    """Measure the slope of a loss along every number of an array, which is changed in place and restored."""
    measured = np.zeros(numbers.shape)
    for index in np.ndindex(numbers.shape):
        original = numbers[index]
        numbers[index] = original + STEP
        above = loss()
        numbers[index] = original - STEP
        below = loss()
        numbers[index] = original
        measured[index] = (above - below) / (2 * STEP)
    return measured


def check_layer(layer: Layer, x: Array, seed: int = 0) -> None:
    """Check the gradients of every parameter and of the input of an initialised float64 layer.

    The loss is the sum of the output, each number with a weight of its own.
    """
    weights = np.random.default_rng(seed).standard_normal(layer.forward(x).shape)
    _forward(layer, x)
    grad_in = layer.backward(weights.copy())
    assert grad_in is not None
    computed = {name: parameter.grad.copy() for name, parameter in layer.parameters().items()}
    computed["input"] = grad_in.copy()

    def loss() -> float:
        return float((_forward(layer, x) * weights).sum())

    arrays = {name: parameter.value for name, parameter in layer.parameters().items()} | {"input": x}
    for name, array in arrays.items():
        _compare(f"{layer!r}, {name}", computed[name], slopes(loss, array))


def check_network(
    network: Network, x: Array, labels: npt.NDArray[np.uint8], *, label_smoothing: float = 0.0
) -> None:
    """Check the gradients of every parameter, and of the input, of a whole float64 network and its loss."""

    def forward() -> tuple[float, Array]:
        draw_dropout(network, 0, 0)
        loss_of = sigmoid_cross_entropy if network.is_binary else softmax_cross_entropy
        return loss_of(network.forward(x, remember=True, training=True), labels, label_smoothing=label_smoothing)

    _, grad_logits = forward()
    grad_in = network.backward(grad_logits, need_grad_in=True)
    assert grad_in is not None
    computed = {name: parameter.grad.copy() for name, parameter in network.named_parameters().items()}
    computed["input"] = grad_in.copy()

    def loss() -> float:
        return forward()[0]

    arrays = {name: parameter.value for name, parameter in network.named_parameters().items()} | {"input": x}
    for name, array in arrays.items():
        _compare(name, computed[name], slopes(loss, array))


def _forward(layer: Layer, x: Array) -> Array:
    """Compute as in training, with the same mask every time."""
    if isinstance(layer, Dropout):
        layer.rng = np.random.default_rng(0)
    return layer.forward(x, remember=True, training=True)


def away_from_kinks(shape: tuple[int, ...], seed: int) -> Array:
    """Make numbers of either sign in random order, no two of which, and none of which and zero, are near."""
    size = int(np.prod(shape))
    steps = np.random.default_rng(seed).permutation(size) - size // 2 + 0.5
    return (steps / max(size, 10) * 4).reshape(shape)


def _compare(what: str, computed: Array, measured: Array) -> None:
    assert computed.shape == measured.shape, f"{what}: gradient of shape {computed.shape}, not {measured.shape}"
    scale = max(1.0, float(np.abs(measured).max(initial=0)))
    worst = float(np.abs(computed - measured).max(initial=0))
    assert worst <= TOLERANCE * scale, f"{what}: the gradient is off by {worst:.3g} (measured up to {scale:.3g})"
