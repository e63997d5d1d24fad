"""Initial weights: each initializer is a function of a shape, its fan-in and an explicit generator."""

import numpy as np
import numpy.typing as npt

from model.arrays import FloatArray

__all__ = ["he_normal"]


def he_normal(
    shape: tuple[int, ...], *, fan_in: int, rng: np.random.Generator, dtype: npt.DTypeLike
) -> FloatArray:
    """Draw weights whose variance keeps the size of signals that pass through a ReLU.

    Parameters
    ----------
    shape : tuple of int
        Shape of the weights.
    fan_in : int
        Number of inputs that one output sums over.
    rng : numpy.random.Generator
        The stream of randomness, moved forward by ``prod(shape)`` normal draws.
    dtype : dtype
        Floating point type of the result.

    Returns
    -------
    ndarray, shape ``shape``
        Normal draws of mean 0 and standard deviation ``sqrt(2 / fan_in)``.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Delving Deep into Rectifiers, ICCV 2015, equation 10.
    """
    return (rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)).astype(dtype)
