"""Batch normalisation: every channel with the mean 0 and the deviation 1, then moved to where it serves."""

from typing import Any

import numpy as np

from model.errors import ConfigError
from model.network.arrays import FloatArray, Shape, row_sums
from model.network.layer import Layer

__all__ = ["BatchNorm"]


class BatchNorm(Layer):
    """Normalise each channel over the batch: ``out = scale * (x - mean) / sqrt(variance + epsilon) + shift``.

    In training, mean and variance are those of the batch (and of every row and column of a feature map). The
    layer keeps running means of both, with which it answers otherwise; also in training, where a channel has
    one number only and normalising it would leave nothing. After `Flatten` every feature is a channel.

    Parameters are ``scale`` and ``shift``, shape (channels,); ``running_mean`` and ``running_variance`` are kept
    beside them, follow the data and no gradient.

    Parameters
    ----------
    momentum : float
        Share of the running means that each batch replaces, above 0 and up to 1.
    epsilon : float
        Keeps a channel without variance from being divided by zero.

    References
    ----------
    S. Ioffe, C. Szegedy: Batch Normalization, ICML 2015, algorithms 1 and 2.
    """

    BEGIN_AT_ONE = ("scale", "running_variance")

    def __init__(self, *, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        super().__init__()
        if not 0 < momentum <= 1:
            raise ConfigError(f"must be above 0 and at most 1, got {momentum!r}", "momentum")
        if not epsilon > 0:
            raise ConfigError(f"must be above 0, got {epsilon!r}", "epsilon")
        self.momentum, self.epsilon = float(momentum), float(epsilon)

    def config(self) -> dict[str, Any]:
        return {"momentum": self.momentum, "epsilon": self.epsilon}

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"scale": (input_shape[0],), "shift": (input_shape[0],)}

    def statistic_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"running_mean": (input_shape[0],), "running_variance": (input_shape[0],)}

    def forward(self, x: FloatArray, *, remember: bool = False, training: bool = False) -> FloatArray:
        flat = x.reshape(len(x), -1)
        out = self._workspace.array("out", x.shape, x.dtype)
        follows_batch = training and flat.shape[1] > 1
        if follows_batch:
            centred, deviation = self._normalize_by_batch(flat, out.reshape(flat.shape))
        else:
            deviation = self._normalize_by_running_means(flat, out.reshape(flat.shape))
            centred = self._centred(flat, self._statistics["running_mean"]) if remember else flat
        self._context = (centred, deviation, follows_batch) if remember else None
        return out

    def _normalize_by_batch(self, flat: FloatArray, out: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Fill ``out`` and let the running means follow; return the numbers less their mean, and the deviation."""
        count = flat.shape[1]
        mean = row_sums(flat) / count
        centred = self._centred(flat, mean)
        variance = np.vecdot(centred, centred) / count
        self._follow("running_mean", mean)
        self._follow("running_variance", variance * (count / (count - 1)))
        deviation = np.sqrt(variance + self.epsilon)
        np.multiply(centred, (self._parameters["scale"].value / deviation)[:, np.newaxis], out=out)
        out += self._parameters["shift"].value[:, np.newaxis]
        return centred, deviation

    def _normalize_by_running_means(self, flat: FloatArray, out: FloatArray) -> FloatArray:
        """Fill ``out`` and return the deviation."""
        deviation = np.sqrt(self._statistics["running_variance"] + self.epsilon)
        factor = self._parameters["scale"].value / deviation
        np.multiply(flat, factor[:, np.newaxis], out=out)
        out += (self._parameters["shift"].value - self._statistics["running_mean"] * factor)[:, np.newaxis]
        return deviation

    def _centred(self, flat: FloatArray, mean: FloatArray) -> FloatArray:
        centred = self._workspace.array("centred", flat.shape, flat.dtype)
        return np.subtract(flat, mean[:, np.newaxis], out=centred)

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        centred, deviation, follows_batch = self._take_context()
        scale, shift = self._parameters["scale"], self._parameters["shift"]
        flat_grad = grad_out.reshape(centred.shape)
        count = flat_grad.shape[1]
        np.copyto(shift.grad, row_sums(flat_grad))
        np.divide(np.vecdot(flat_grad, centred), deviation, out=scale.grad)
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", grad_out.shape, grad_out.dtype)
        flat_in = grad_in.reshape(centred.shape)
        factor = (scale.value / deviation)[:, np.newaxis]
        if not follows_batch:  # mean and variance do not depend on this batch
            np.multiply(flat_grad, factor, out=flat_in)
            return grad_in
        # without what moves mean and variance: a change of either is taken back by the normalisation
        np.multiply(centred, (scale.grad / (deviation * count))[:, np.newaxis], out=flat_in)
        np.subtract(flat_grad, flat_in, out=flat_in)
        flat_in -= (shift.grad / count)[:, np.newaxis]
        flat_in *= factor
        return grad_in

    def _follow(self, name: str, seen: FloatArray) -> None:
        running = self._statistics[name]
        running += self.momentum * (seen - running)
