"""Batch normalisation: every channel with the mean 0 and the deviation 1, then moved to where it serves."""

from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError
from model.network.arrays import FloatArray, Shape, row_sums
from model.network.initializers import Initializer, he_normal
from model.network.layer import Layer, Parameter

__all__ = ["BatchNorm", "FixedBatchNorm"]


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

    def __init__(self, *, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        super().__init__()
        if not 0 < momentum <= 1:
            raise ConfigError(f"momentum must be above 0 and at most 1, got {momentum!r}")
        if not epsilon > 0:
            raise ConfigError(f"epsilon must be above 0, got {epsilon!r}")
        self.momentum, self.epsilon = float(momentum), float(epsilon)

    def config(self) -> dict[str, Any]:
        return {"momentum": self.momentum, "epsilon": self.epsilon}

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def parameter_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"scale": (input_shape[0],), "shift": (input_shape[0],)}

    def statistic_shapes(self, input_shape: Shape) -> dict[str, Shape]:
        return {"running_mean": (input_shape[0],), "running_variance": (input_shape[0],)}

    def initialize(
        self,
        input_shape: Shape,
        rng: np.random.Generator,
        dtype: npt.DTypeLike,
        initializer: Initializer = he_normal,
    ) -> None:
        super().initialize(input_shape, rng, dtype, initializer)
        channels = input_shape[0]
        self._parameters = {
            "scale": Parameter.of(np.ones(channels, dtype)),
            "shift": Parameter.of(np.zeros(channels, dtype)),
        }
        self._statistics = {
            "running_mean": np.zeros(channels, dtype),
            "running_variance": np.ones(channels, dtype),
        }

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        scale, shift = self._parameters["scale"].value, self._parameters["shift"].value
        flat = x.reshape(len(x), -1)
        out = self._workspace.array("out", x.shape, x.dtype)
        flat_out = out.reshape(flat.shape)
        if not training:
            self._context = None
            mean, variance = self._statistics["running_mean"], self._statistics["running_variance"]
            factor = scale / np.sqrt(variance + self.epsilon)
            np.multiply(flat, factor[:, np.newaxis], out=flat_out)
            flat_out += (shift - mean * factor)[:, np.newaxis]
            return out
        count = flat.shape[1]
        learns = count > 1
        mean = row_sums(flat) / count if learns else self._statistics["running_mean"]
        centred = self._workspace.array("centred", flat.shape, x.dtype)
        np.subtract(flat, mean[:, np.newaxis], out=centred)
        if learns:
            variance = np.einsum("cm,cm->c", centred, centred) / count
            self._follow("running_mean", mean)
            self._follow("running_variance", variance * (count / (count - 1)))
        else:
            variance = self._statistics["running_variance"]
        deviation = np.sqrt(variance + self.epsilon)
        np.multiply(centred, (scale / deviation)[:, np.newaxis], out=flat_out)
        flat_out += shift[:, np.newaxis]
        self._context = (centred, deviation)
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        centred, deviation = self._take_context()
        scale, shift = self._parameters["scale"], self._parameters["shift"]
        flat_grad = grad_out.reshape(centred.shape)
        count = flat_grad.shape[1]
        np.copyto(shift.grad, row_sums(flat_grad))
        np.divide(np.einsum("cm,cm->c", flat_grad, centred), deviation, out=scale.grad)
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", grad_out.shape, grad_out.dtype)
        flat_in = grad_in.reshape(centred.shape)
        if count == 1:  # mean and variance were those of earlier batches
            return np.multiply(flat_grad, (scale.value / deviation)[:, np.newaxis], out=flat_in).reshape(
                grad_in.shape
            )
        # without what moves mean and variance: a change of either is taken back by the normalisation
        np.multiply(centred, (scale.grad / (deviation * count))[:, np.newaxis], out=flat_in)
        np.subtract(flat_grad, flat_in, out=flat_in)
        flat_in -= (shift.grad / count)[:, np.newaxis]
        flat_in *= (scale.value / deviation)[:, np.newaxis]
        return grad_in

    def _follow(self, name: str, seen: FloatArray) -> None:
        running = self._statistics[name]
        running += self.momentum * (seen - running)


class FixedBatchNorm(BatchNorm):
    """Normalise by the running means in training too, and leave them as they are; scale and shift still learn.

    For teaching a trained network a little more: batches of other data would move its statistics.
    """

    def forward(self, x: FloatArray, *, training: bool) -> FloatArray:
        out = super().forward(x, training=False)
        if training:
            statistics = self.statistics()
            flat = x.reshape(len(x), -1)
            centred = self._workspace.array("centred", flat.shape, x.dtype)
            np.subtract(flat, statistics["running_mean"][:, np.newaxis], out=centred)
            self._context = (centred, np.sqrt(statistics["running_variance"] + self.epsilon))
        return out

    def backward(self, grad_out: FloatArray, *, need_grad_in: bool = True) -> FloatArray | None:
        centred, deviation = self._take_context()
        scale, shift = self._parameters["scale"], self._parameters["shift"]
        flat_grad = grad_out.reshape(centred.shape)
        np.copyto(shift.grad, row_sums(flat_grad))
        np.divide(np.einsum("cm,cm->c", flat_grad, centred), deviation, out=scale.grad)
        if not need_grad_in:
            return None
        grad_in = self._workspace.array("grad_in", grad_out.shape, grad_out.dtype)
        np.multiply(flat_grad, (scale.value / deviation)[:, np.newaxis], out=grad_in.reshape(flat_grad.shape))
        return grad_in
