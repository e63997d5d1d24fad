"""The smallest change of ink that makes a picture another digit for a network."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.network.arrays import FloatArray, ImageArray, IndexArray
from model.network.network import Network

__all__ = ["InkChange", "ink_change"]

MOST_PIXELS = 60
"""A change of more pixels is not searched for: it would be another drawing."""
MARGIN = 1e-3
"""By so much the new logit is above the old one, so that rounding does not decide."""
HALVINGS = 8
"""Of the amount of ink at one pixel: down to one of 256 greys."""


@dataclass(frozen=True, eq=False)
class InkChange:
    """A picture before and after a change of its ink, and what the network makes of both.

    Attributes
    ----------
    before, after : ndarray of uint8, shape (28, 28)
    old, new : int
        The answer to either.
    probabilities : ndarray of float32, shape (2, classes)
        Of either picture.
    """

    before: ImageArray
    after: ImageArray
    old: int
    new: int
    probabilities: npt.NDArray[np.float32]

    @property
    def difference(self) -> npt.NDArray[np.float32]:
        """Ink that was added, and below 0 that was removed, on the scale from 0 to 1; shape (28, 28)."""
        return (self.after.astype(np.float32) - self.before.astype(np.float32)) / np.float32(255)

    @property
    def pixels(self) -> int:
        """How many pixels have changed."""
        return int(np.count_nonzero(self.after != self.before))

    @property
    def added(self) -> float:
        """Ink added, in pixels that went from black to white."""
        return float(np.maximum(self.difference, 0).sum())

    @property
    def removed(self) -> float:
        """Ink removed, in pixels that went from white to black."""
        return float(np.maximum(-self.difference, 0).sum())


def ink_change(network: Network, image: ImageArray) -> InkChange | None:
    """Search for the least ink to add or remove so that the network answers another digit.

    Towards each other digit, the pixel whose ink changes the difference of the two logits most goes to black or to
    white, and so on until the answer is another; of all digits, the one that took least ink is kept. Then every
    pixel that is not needed gets its ink back, and of the others as much as can be. The search is greedy: an even
    smaller change may exist.

    Parameters
    ----------
    network : Network
        Answers as before; its gradients are overwritten.
    image : ndarray of uint8, shape (28, 28)

    Returns
    -------
    InkChange or None
        None if `MOST_PIXELS` pixels do not suffice, or the network answers with nan.

    Raises
    ------
    ShapeError
        If the picture has another shape or dtype.

    References
    ----------
    One pixel at a time by the gradient: N. Papernot et al.: The Limitations of Deep Learning in Adversarial
    Settings, EuroS&P 2016, algorithm 2. As little ink as possible, not as few pixels: where the logits are linear,
    taking the steepest pixel first needs least ink.
    """
    if image.dtype != np.uint8 or image.shape != network.input_shape[1:]:
        raise ShapeError(f"expected a picture as uint8 of shape {network.input_shape[1:]}, got {image.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        logits = network.logits(image[np.newaxis])[0]
        if not np.isfinite(logits).all():
            return None
        old = int(logits.argmax())
        found = _another_digit(network, image, old)
        if found is None:
            return None
        after = _with_least_ink(network, image, found, old)
        both = network.predict_proba(np.stack([image, after]))
    new = int(both[1].argmax())
    return None if new == old else InkChange(image.copy(), after, old, new, both)


def _another_digit(network: Network, image: ImageArray, old: int) -> ImageArray | None:
    """Change pixel after pixel towards every other digit; return the picture that took least ink."""
    towards: IndexArray = np.delete(np.arange(network.classes), old)
    pictures = np.repeat(image[np.newaxis], len(towards), axis=0)
    best, least = None, np.inf
    for _ in range(MOST_PIXELS):
        _change_one_pixel(pictures, _slopes(network, pictures, towards, old))
        ink = np.abs(pictures.astype(np.int16) - image).sum(axis=(1, 2))
        there = np.where(_is_other(network, pictures, old), ink, np.inf)
        if there.min() < least:
            best, least = pictures[there.argmin()].copy(), there.min()
        hopeful = ink < least
        pictures, towards = pictures[hopeful], towards[hopeful]
        if not len(towards):
            break
    return best


def _slopes(network: Network, pictures: ImageArray, towards: IndexArray, old: int) -> FloatArray:
    """Compute by how much each pixel's ink moves the new logit above the old one, shape (n, 28, 28)."""
    logits = network.forward(network.to_input(pictures), remember=True)
    own = np.arange(network.classes)[-len(logits) :, np.newaxis]  # of two, only the second has a logit
    wanted = (own == towards).astype(logits.dtype) - (own == old)
    slopes = network.backward(wanted.astype(logits.dtype), need_grad_in=True)
    assert slopes is not None
    return slopes[0].transpose(2, 0, 1).copy()


def _change_one_pixel(pictures: ImageArray, slopes: FloatArray) -> None:
    """Blacken or whiten in each picture the pixel with the steepest slope that still can change that way."""
    can = np.where(slopes > 0, pictures < 255, pictures > 0)
    steepness = np.where(can, np.abs(slopes), -1).reshape(len(pictures), -1)
    pixel = steepness.argmax(axis=1)
    rows = np.arange(len(pictures))
    pictures.reshape(len(pictures), -1)[rows, pixel] = np.where(
        slopes.reshape(len(pictures), -1)[rows, pixel] > 0, 255, 0
    )


def _is_other(network: Network, pictures: ImageArray, old: int) -> npt.NDArray[np.bool_]:
    """Tell of each picture whether the network answers another digit than the old one."""
    logits = network.logits(pictures)
    others: npt.NDArray[np.bool_] = np.delete(logits, old, axis=1).max(axis=1) > logits[:, old] + MARGIN
    return others


def _with_least_ink(network: Network, before: ImageArray, after: ImageArray, old: int) -> ImageArray:
    """Take back all that is not needed for another answer: whole pixels first, the strongest first."""
    after = after.copy()
    while True:
        changed = np.argwhere(after != before)
        tried = np.repeat(after[np.newaxis], len(changed), axis=0)
        places = (np.arange(len(changed)), *changed.T)
        tried[places] = before[tuple(changed.T)]
        saved = np.abs(after.astype(np.int16) - before)[tuple(changed.T)]
        saved[~_is_other(network, tried, old)] = 0
        if not saved.any():
            break
        after = tried[saved.argmax()]
    for row, column in changed:
        after[row, column] = _least_change(network, before, after, (int(row), int(column)), old)
    return after


def _least_change(
    network: Network, before: ImageArray, after: ImageArray, place: tuple[int, int], old: int
) -> int:
    """Find by halving the grey of one pixel that is nearest to the one before, and still gives another answer."""
    too_little, enough = int(before[place]), int(after[place])
    tried = after.copy()
    for _ in range(HALVINGS):
        middle = (too_little + enough) // 2
        if middle in (too_little, enough):
            break
        tried[place] = middle
        if _is_other(network, tried[np.newaxis], old)[0]:
            enough = middle
        else:
            too_little = middle
    return enough
