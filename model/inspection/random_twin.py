"""A network like another that has learned nothing: what a map shows of it too does not come from learning."""

import numpy as np
import numpy.typing as npt

from model.network.layers import layer_copies
from model.network.model_card import ModelCard
from model.network.network import Network

__all__ = ["likeness", "random_twin"]


def random_twin(network: Network) -> Network:
    """Build the same layers with fresh weights, drawn from another seed than those that the network began with.

    References
    ----------
    J. Adebayo et al.: Sanity Checks for Saliency Maps, NeurIPS 2018 (arXiv 1810.03292), section 3.
    """
    return Network(
        layer_copies(network.layers),
        network.input_shape,
        ModelCard(network.card.name, network.card.seed + 1),
        network.dtype,
        network.initializer,
        network.input_mean,
        network.input_deviation,
    )


def likeness(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float | None:
    """Compute how alike two maps order the pixels: the rank correlation of their values.

    Parameters
    ----------
    one, other : ndarray of float32, of the same shape

    Returns
    -------
    float or None
        Spearman's coefficient, from -1 to 1; equal values share the mean of their ranks. None if a map is the
        same everywhere, or has nan.
    """
    ranks = [_ranks(values.ravel()) for values in (one, other)]
    ranks = [of_one - of_one.mean() for of_one in ranks]
    scale = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    if not (np.isfinite(one).all() and np.isfinite(other).all() and scale > 0):
        return None
    return float((ranks[0] * ranks[1]).sum()) / scale


def _ranks(numbers: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the place of each number by size; the mean place where several are equal."""
    _, which, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: npt.NDArray[np.float64] = ends - (counts - 1) / 2
    return middles[which]
