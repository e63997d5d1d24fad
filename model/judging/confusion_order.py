"""An order of many classes in which those that are confused stand together."""

import numpy as np

from model.network.arrays import IndexArray

__all__ = ["confusion_order"]

FEW = 10
"""So many classes are looked through in their own order."""


def confusion_order(confusion: IndexArray) -> IndexArray:
    """Order classes so that neighbours are confused with each other, as far as one line allows.

    Classes that are confused most are joined first, then groups of them by how often their members are confused on
    average; among all orders that keep the groups together, that with the nearest neighbours is taken.

    Parameters
    ----------
    confusion : ndarray of int, shape (classes, classes)
        Pictures of each true class (row) by the class answered (column).

    Returns
    -------
    ndarray of int, shape (classes,)
        A permutation; that of ten classes or fewer, and of classes that are never confused, is their own order.

    References
    ----------
    Z. Bar-Joseph, D. Gifford, T. Jaakkola: Fast optimal leaf ordering for hierarchical clustering, 2001.
    """
    own = np.arange(len(confusion))
    wrong = confusion * (1 - np.eye(len(confusion), dtype=int))
    if len(confusion) <= FEW or not wrong.any():
        return own
    from scipy.cluster.hierarchy import leaves_list, linkage  # noqa: PLC0415  takes a while to import
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    shares = wrong / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    nearness = shares + shares.T
    apart = nearness.max() - nearness
    np.fill_diagonal(apart, 0)
    order: IndexArray = leaves_list(linkage(squareform(apart), "average", optimal_ordering=True)).astype(np.intp)
    return order
