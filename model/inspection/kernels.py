"""Kernels that are known from the processing of pictures, to put in the place of one that was learned."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError

__all__ = ["KERNELS", "known_kernel"]

Kernel = npt.NDArray[np.float64]


def known_kernel(name: str, rows: int, columns: int) -> Kernel:
    """Make a kernel of this size.

    Parameters
    ----------
    name : str
        A key of `KERNELS`.
    rows, columns : int

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        Of 3×3 the textbook's: Sobel's has the columns -1, 0, 1 and the rows 1, 2, 1; blurring has the sum 1.

    Raises
    ------
    ConfigError
        If there is no kernel of that name, or Sobel's would have a side of 1.

    References
    ----------
    R. Gonzalez, R. Woods: Digital Image Processing, fourth edition, 2018, sections 3.5 and 10.2. Larger ones
    are made like the one of 3×3, of the binomial coefficients.
    """
    if name not in KERNELS:
        raise ConfigError(f"there is no kernel {name!r}; there are {', '.join(KERNELS)}")
    return KERNELS[name](rows, columns)


def _binomial(length: int) -> Kernel:
    """Blur along one axis: 1, 2, 1 of three."""
    row = np.ones(1)
    for _ in range(length - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def _slope(length: int) -> Kernel:
    """Take the difference along one axis: -1, 0, 1 of three."""
    if length < 2:
        raise ConfigError("a kernel of one row or column has no slope: expected at least 2 × 2")
    return np.convolve(_binomial(length - 1), [-1.0, 1.0])


def _vertical_edges(rows: int, columns: int) -> Kernel:
    return np.outer(_binomial(rows), _slope(columns))


def _horizontal_edges(rows: int, columns: int) -> Kernel:
    return np.outer(_slope(rows), _binomial(columns))


def _blur(rows: int, columns: int) -> Kernel:
    kernel: Kernel = np.outer(_binomial(rows), _binomial(columns))
    return kernel / kernel.sum()


def _identity(rows: int, columns: int) -> Kernel:
    kernel = np.zeros((rows, columns))
    kernel[rows // 2, columns // 2] = 1
    return kernel


KERNELS: dict[str, Callable[[int, int], Kernel]] = {
    "vertical edges": _vertical_edges,
    "horizontal edges": _horizontal_edges,
    "blur": _blur,
    "identity": _identity,
}
"""Sobel's two, and two that change little."""
