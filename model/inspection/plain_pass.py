"""A network in float64, layer by layer, with the places where its slopes change."""

import copy

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, LabelArray
from model.network.layers import Layer, MaxPool2D, ReLU, copy_arrays, layer_copies
from model.network.losses import sigmoid_cross_entropy, softmax_cross_entropy
from model.network.network import Network
from model.network.patches import windows

__all__ = ["in_float64", "loss_of", "losses_of", "switches", "winners"]

Choices = npt.NDArray[np.intp] | npt.NDArray[np.bool_]


def in_float64(network: Network) -> Network:
    """Return a copy of a network that computes in float64, with the same weights."""
    twin = Network(
        layer_copies(network.layers),
        network.input_shape,
        copy.deepcopy(network.card),
        np.float64,
        network.initializer,
        network.input_mean,
        network.input_deviation,
        draw_weights=False,
    )
    copy_arrays(network.layers, twin.layers)
    return twin


def loss_of(network: Network, logits: FloatArray, labels: LabelArray) -> tuple[float, FloatArray]:
    """Compute the mean loss and its derivative with respect to the logits, shape (classes, n)."""
    return (sigmoid_cross_entropy if network.is_binary else softmax_cross_entropy)(logits, labels)


def losses_of(network: Network, logits: FloatArray, label: int) -> FloatArray:
    """Compute the loss of each column of logits, shape (classes, n), against the same label."""
    rows = np.vstack([np.zeros_like(logits), logits]) if network.is_binary else logits
    shifted = rows - rows.max(axis=0)
    losses: FloatArray = np.log(np.exp(shifted).sum(axis=0)) - shifted[label]
    return losses


def winners(layer: MaxPool2D, x: FloatArray) -> tuple[Choices, npt.NDArray[np.bool_]]:
    """Say which number wins each window, as an index into it in reading order, and whether others equal it.

    Parameters
    ----------
    layer : MaxPool2D
    x : ndarray, shape (channels, height, width, n)

    Returns
    -------
    winner, tied : ndarray, shape (channels, out height, out width, n)
    """
    views = windows(x, layer.window, layer.stride)
    flat = views.reshape(-1, *views.shape[2:])
    return flat.argmax(axis=0), (flat == flat.max(axis=0)).sum(axis=0) > 1


def switches(layer: Layer, x: FloatArray) -> Choices | None:
    """Return what decides the slope of a layer: of a ReLU what it lets through, of a max pool who wins.

    None for a layer whose slope does not jump.
    """
    if isinstance(layer, ReLU):
        return x > 0
    return winners(layer, x)[0] if isinstance(layer, MaxPool2D) else None
