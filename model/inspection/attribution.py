"""Which pixels of a picture an answer depends on, told in three ways; the network itself is not changed."""

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.judging.ensemble import AnyNetwork
from model.network.arrays import FloatArray, ImageArray
from model.network.layer import at_least
from model.network.network import Network

__all__ = ["channel_saliency", "gradient_times_input", "occlusion", "saliency"]


def saliency(network: Network, image: ImageArray, digit: int) -> npt.NDArray[np.float32]:
    """Compute the gradient of the logit of a digit with respect to each pixel.

    Parameters
    ----------
    network : Network
        Answers as before; its gradients are overwritten.
    image : ndarray of uint8, shape (height, width), or (height, width, 3) in colour
    digit : int
        A class, from 0.

    Returns
    -------
    ndarray of float32, shape (height, width)
        Above 0 where more ink speaks for the digit, below where it speaks against it. In units of the logit for
        a pixel that goes from black to white, from 0 to 1: in all channels at once.

    Raises
    ------
    ShapeError
        If the picture has another shape or dtype, or the network does not know the digit.

    References
    ----------
    K. Simonyan, A. Vedaldi, A. Zisserman: Deep Inside Convolutional Networks, 2014, section 3.
    """
    return _slopes(network, image, digit).sum(axis=2)


def channel_saliency(network: Network, image: ImageArray, digit: int) -> npt.NDArray[np.float32]:
    """Compute what `saliency` adds up: the gradient with respect to each channel of each pixel.

    Parameters and errors are those of `saliency`.

    Returns
    -------
    ndarray of float32, shape (height, width, channels)
    """
    return _slopes(network, image, digit).copy()


def _slopes(network: Network, image: ImageArray, digit: int) -> npt.NDArray[np.float32]:
    """Compute the gradient of the logit with respect to each channel of each pixel, (height, width, channels)."""
    check_digit(network, digit)
    with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged has slopes of nan
        logits = network.forward(network.to_input(image[np.newaxis]), remember=True)
        slopes = network.backward(logit_of(network, digit, logits.dtype), need_grad_in=True)
        assert slopes is not None
        return (np.moveaxis(slopes[..., 0], 0, 2) / network.input_deviation).astype(np.float32)


def gradient_times_input(network: Network, image: ImageArray, digit: int) -> npt.NDArray[np.float32]:
    """Compute what the ink of each pixel adds to the logit of a digit, by its slope: `saliency` times picture.

    Parameters and errors are those of `saliency`.

    Returns
    -------
    ndarray of float32, shape (height, width)
        Above 0 where the ink speaks for the digit, below where it speaks against it, 0 where there is no ink. In
        units of the logit; whatever scale pixels have, it is the same.

    References
    ----------
    M. Ancona et al.: Towards better understanding of gradient-based attribution methods, ICLR 2018, section 2.
    """
    shares = image.reshape(*image.shape[:2], -1).astype(np.float32) / np.float32(255)
    return np.sum(_slopes(network, image, digit) * shares, axis=2)


def occlusion(network: AnyNetwork, image: ImageArray, digit: int, size: int = 5) -> npt.NDArray[np.float32]:
    """Compute how much the probability of a digit falls where a patch is blacked out.

    Parameters
    ----------
    network : Network or Ensemble
    image : ndarray of uint8, shape (height, width), or (height, width, 3) in colour
    digit : int
        A class, from 0.
    size : int
        Rows and columns of the patch, whose middle lies on each pixel in turn, at the rim partly outside.

    Returns
    -------
    ndarray of float32, shape (height, width)
        From -1 to 1: below 0 where the digit becomes more probable, 0 where there is no ink below the patch.

    Raises
    ------
    ShapeError
        If the picture has another shape or dtype, or the network does not know the digit.
    ConfigError
        If the size is not a whole number of at least 1.

    References
    ----------
    M. Zeiler, R. Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014, section 4.2.
    """
    check_digit(network, digit)
    size = at_least(1, "size", size)
    before = network.predict_proba(image[np.newaxis])[0, digit]
    down, across = (_covered(length, size) for length in image.shape[:2])
    hidden = down[:, np.newaxis, :, np.newaxis] & across[np.newaxis, :, np.newaxis, :]
    is_lit = image.reshape(*image.shape[:2], -1).any(axis=2)
    changes = (hidden & is_lit).any(axis=(2, 3))
    falls = np.zeros(changes.shape, np.float32)
    if changes.any():
        patches = hidden[changes]
        pictures = np.where(patches if image.ndim == 2 else patches[..., np.newaxis], np.uint8(0), image)
        falls[changes] = before - network.predict_proba(pictures)[:, digit]
    return falls


def _covered(length: int, size: int) -> npt.NDArray[np.bool_]:
    """Return for each place of the patch (row) which pixels along one axis it covers (column)."""
    first, pixels = np.arange(length)[:, np.newaxis] - size // 2, np.arange(length)
    return (first <= pixels) & (pixels < first + size)


def check_digit(network: AnyNetwork, digit: int) -> None:
    """Raise `ShapeError` where a network does not know a digit."""
    if not 0 <= digit < network.classes:
        raise ShapeError(f"expected a digit from 0 to {network.classes - 1}, got {digit}")


def logit_of(network: Network, digit: int, dtype: npt.DTypeLike) -> FloatArray:
    """Return the derivative of the logit of a digit with respect to all logits, shape (logits, 1).

    Of two classes with one logit, only the second has it.
    """
    is_its = np.arange(network.classes)[-network.shapes[-1][0] :] == digit
    return is_its[:, np.newaxis].astype(dtype)
