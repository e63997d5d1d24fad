"""Products of small matrices, where BLAS multiplies them as they lie instead of copying them first.

OpenBLAS has such kernels for some processors (`small_products_are_fast`). A large product is then faster in parts
that are small enough; elsewhere it stays in one piece.
"""

import numpy as np

from model.network.arrays import FloatArray
from model.network.one_blas_thread import small_products_are_fast

__all__ = ["multiply", "row_products"]

SMALL = 1_000_000
"""Up to so many multiplications, OpenBLAS takes matrices as they lie."""
FEW_RESULTS = 1_200
"""Of products of rows, only up to so many results."""
TILE = 32
"""Columns of a part."""


def multiply(kernels: FloatArray, columns: FloatArray, out: FloatArray) -> None:
    """Compute ``kernels @ columns``.

    Parameters
    ----------
    kernels : ndarray, shape (filters, length)
    columns : ndarray, shape (..., length, m)
    out : ndarray, shape (..., filters, m)
        Where the result is written to.
    """
    if columns.shape[-1] % TILE == 0 and kernels.size * TILE <= SMALL and small_products_are_fast():
        kernels, columns, out = np.asfortranarray(kernels), _in_tiles(columns), _in_tiles(out)
    np.matmul(kernels, columns, out=out)


def row_products(left: FloatArray, right: FloatArray, parts: int) -> FloatArray:
    """Multiply every row of one matrix with every row of another.

    Parameters
    ----------
    left : ndarray, shape (a, m)
    right : ndarray, shape (b, m), b less than a
    parts : int
        The rows may be divided into so many.

    Returns
    -------
    ndarray, shape (a, b)
        ``left @ right.T``
    """
    groups = -(-len(left) * len(right) // FEW_RESULTS)
    is_small = len(left) // groups * right.size // parts <= SMALL and left.shape[1] // parts >= TILE
    if len(left) % groups or not is_small or not small_products_are_fast():
        return left @ right.T
    of_left = left.reshape(groups, len(left) // groups, parts, -1).transpose(0, 2, 3, 1)
    of_right = right.reshape(len(right), parts, -1).swapaxes(0, 1)
    products = np.add.reduce(np.matmul(of_right, of_left), axis=1)
    return products.swapaxes(1, 2).reshape(len(left), len(right))


def _in_tiles(matrices: FloatArray) -> FloatArray:
    """View matrices as such of `TILE` columns each."""
    return matrices.reshape(*matrices.shape[:-1], -1, TILE).swapaxes(-3, -2)
