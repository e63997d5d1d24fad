"""Initial weights: each initializer is a function of a shape, its fans and an explicit generator."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, Shape

__all__ = ["INITIALIZERS", "Initializer", "glorot_uniform", "he_normal", "zeros"]


class Initializer(Protocol):
    """Draws the first weights of a layer.

    Parameters
    ----------
    shape : tuple of int
        Shape of the weights.
    fan_in, fan_out : int
        Number of inputs that one output sums over, and of outputs that one input reaches.
    rng : numpy.random.Generator
        The stream of randomness, moved forward by ``prod(shape)`` draws.
    dtype : dtype
        Floating point type of the result.
    """

    def __call__(
        self, shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: npt.DTypeLike
    ) -> FloatArray:
        """Draw an array of this shape and dtype."""


def he_normal(
    shape: Shape,
    *,
    fan_in: int,
    fan_out: int,  # noqa: ARG001
    rng: np.random.Generator,
    dtype: npt.DTypeLike,
) -> FloatArray:
    """Draw from a normal distribution of standard deviation ``sqrt(2 / fan_in)``.

    The size of signals that pass through a ReLU stays the same. Parameters as in `Initializer`.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Delving Deep into Rectifiers, ICCV 2015, equation 10.
    """
    return (rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)).astype(dtype)


def glorot_uniform(
    shape: Shape, *, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: npt.DTypeLike
) -> FloatArray:
    """Draw evenly from within ``sqrt(6 / (fan_in + fan_out))`` of zero.

    A compromise between keeping the size of signals forwards and of gradients backwards, for layers without
    ReLU. Parameters as in `Initializer`.

    References
    ----------
    X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks, AISTATS
    2010, equation 16.
    """
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def zeros(
    shape: Shape,
    *,
    fan_in: int,  # noqa: ARG001
    fan_out: int,  # noqa: ARG001
    rng: np.random.Generator,  # noqa: ARG001
    dtype: npt.DTypeLike,
) -> FloatArray:
    """Draw nothing: for weights that are set right afterwards. Parameters as in `Initializer`."""
    return np.zeros(shape, dtype)


INITIALIZERS: dict[str, Initializer] = {"he": he_normal, "glorot": glorot_uniform}
