"""Grad-CAM: which places of the last convolution's maps speak for a digit, laid over the picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError
from model.inspection.attribution import check_digit, logit_of
from model.network.arrays import FloatArray, ImageArray, Shape
from model.network.layers import BatchNorm, Conv2D, ReLU
from model.network.network import Network

__all__ = ["LEAST_PLACES", "GradCam", "cam_layer", "grad_cam"]

LEAST_PLACES = 5
"""A map with fewer rows or columns says too little about where."""


@dataclass(frozen=True, eq=False)
class GradCam:
    """A map, and where it comes from.

    Attributes
    ----------
    layer : str
        The layer whose maps are weighted: see `cam_layer`.
    weights : ndarray, shape (maps,)
        The mean gradient of each map.
    sums : ndarray, shape (height, width)
        The weighted sum of the maps at each place.
    values : ndarray of float32, shape (28, 28)
        What of it is above 0, spread over the picture.
    """

    layer: str
    weights: FloatArray
    sums: FloatArray
    values: npt.NDArray[np.float32]

    @property
    def is_empty(self) -> bool:
        """Whether there is no place that speaks for the digit."""
        return not (self.sums > 0).any()


def cam_layer(network: Network) -> str | None:
    """Choose the layer for `grad_cam`.

    Returns
    -------
    str or None
        What comes of the last convolution whose maps have at least `LEAST_PLACES` rows and columns: its own
        output, or that of the last of the ReLU and batch normalisation behind it. None if there is none such.
    """
    for index in reversed(range(len(network.layers))):
        shape = network.shapes[index + 1]
        if isinstance(network.layers[index], Conv2D) and min(shape[1:]) >= LEAST_PLACES:
            while isinstance(network.layers[index + 1], ReLU | BatchNorm):
                index += 1
            return network.layer_names[index]
    return None


def grad_cam(network: Network, image: ImageArray, digit: int) -> GradCam:
    """Weight the maps of the last convolution by how much each of them speaks for a digit.

    ``values = max(0, sum_k w_k A_k)``, where ``w_k`` is the mean over all places of the gradient of the digit's
    logit with respect to map ``A_k``; then enlarged to the size of the picture.

    Parameters
    ----------
    network : Network
        Answers as before; its gradients are overwritten.
    image : ndarray of uint8, shape (28, 28)
    digit : int
        From 0 to 9.

    Returns
    -------
    GradCam
        ``values`` are in units of the logit.

    Raises
    ------
    ConfigError
        If `cam_layer` finds no layer.
    ShapeError
        If the picture has another shape or dtype, or the network does not know the digit.

    References
    ----------
    R. Selvaraju et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, ICCV
    2017, equations 1 and 2.
    """
    check_digit(network, digit)
    layer = cam_layer(network)
    if layer is None:
        raise ConfigError(
            f"Grad-CAM needs a convolution whose maps have at least {LEAST_PLACES} × {LEAST_PLACES} places,"
            " and this network has none"
        )
    with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged has maps of nan
        outputs = network.activations(network.to_input(image[np.newaxis]), remember=True)
        maps = outputs[layer][..., 0]
        slopes = network.activation_gradients(logit_of(network, digit, maps.dtype))[layer][..., 0]
        weights = slopes.mean(axis=(1, 2))
        sums = np.einsum("k,khw->hw", weights, maps)
        values = enlarged(np.maximum(sums, 0), image.shape[:2])
    return GradCam(layer, weights, sums, values)


def enlarged(values: FloatArray, shape: Shape) -> npt.NDArray[np.float32]:
    """Spread a map over more rows and columns, linearly between the middles of its places.

    Parameters
    ----------
    values : ndarray, shape (height, width)
    shape : (int, int)
        Rows and columns of the result.
    """
    down, across = (_spread(old, new) for old, new in zip(values.shape, shape, strict=True))
    return (down @ values @ across.T).astype(np.float32)


def _spread(old: int, new: int) -> npt.NDArray[np.float64]:
    """Return how much each of the old places (column) gives to each of the new ones (row)."""
    middles = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)[:, np.newaxis]
    shares: npt.NDArray[np.float64] = np.maximum(0, 1 - np.abs(middles - np.arange(old)))
    return shares
