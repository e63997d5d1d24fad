"""The smallest change of ink that makes a picture another digit for a network."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import ShapeError
from model.network.arrays import FloatArray, ImageArray, IndexArray
from model.network.network import Network

__all__ = ["InkChange", "ink_change"]

OnProgress = Callable[[float], object]

MOST_PIXELS = 60
"""A change of more pixels is not searched for: it would be another drawing."""
MARGIN = 1e-3
"""By so much the new logit is above the old one, so that rounding does not decide."""


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


def ink_change(
    network: Network, image: ImageArray, on_progress: OnProgress = lambda _share: None
) -> InkChange | None:
    """Search for the least ink to add or remove so that the network answers another digit.

    Towards each other digit, the pixel whose ink changes the difference of the two logits most goes to black or to
    white, and so on until the answer is another; of all digits, the one that took least ink is kept. Then every
    pixel gets back as much as can be, those first whose ink matters least. The search is greedy: an even smaller
    change may exist.

    Parameters
    ----------
    network : Network
        Answers as before; its gradients are overwritten.
    image : ndarray of uint8, shape (28, 28)
    on_progress : callable, optional
        Is given the share of the pixels that have been tried, after each, and 1 from then on; may raise.

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
        found = _another_digit(network, image, old, on_progress)
        if found is None:
            return None
        after = _with_least_ink(network, image, found, old, on_progress)
        both = network.predict_proba(np.stack([image, after]))
    new = int(both[1].argmax())
    return None if new == old else InkChange(image.copy(), after, old, new, both)


def _another_digit(network: Network, image: ImageArray, old: int, on_progress: OnProgress) -> ImageArray | None:
    """Change pixel after pixel towards every other digit; return the picture that took least ink."""
    towards: IndexArray = np.delete(np.arange(network.classes), old)
    pictures = np.repeat(image[np.newaxis], len(towards), axis=0)
    best, least = None, np.inf
    for count in range(MOST_PIXELS):
        on_progress(count / MOST_PIXELS)
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


def _with_least_ink(
    network: Network, before: ImageArray, after: ImageArray, old: int, on_progress: OnProgress
) -> ImageArray:
    """Give back the ink that is not needed for another answer, in two orders; keep what takes less then."""
    in_part = _given_back(network, before, after, old, on_progress)
    fewest = _with_fewest_pixels(network, before, after, old, on_progress)
    in_whole = _given_back(network, before, fewest, old, on_progress)
    return min((in_part, in_whole), key=lambda picture: _ink_between(before, picture))


def _with_fewest_pixels(
    network: Network, before: ImageArray, after: ImageArray, old: int, on_progress: OnProgress
) -> ImageArray:
    """Give back whole pixels as long as any can be spared, the one with most ink first."""
    while True:
        on_progress(1.0)
        places = np.nonzero(after != before)
        tried = np.repeat(after[np.newaxis], len(places[0]), axis=0)
        tried[np.arange(len(tried)), *places] = before[places]
        saved = np.abs(after.astype(np.int16) - before)[places]
        saved[~_is_other(network, tried, old)] = 0
        if not saved.any():
            return after
        after = tried[saved.argmax()]


def _given_back(
    network: Network, before: ImageArray, after: ImageArray, old: int, on_progress: OnProgress
) -> ImageArray:
    """Give back of each pixel as much as can be, of the one with the least slope first."""
    after = after.copy()
    new = network.logits(after[np.newaxis])[0].argmax()
    slopes = np.abs(_slopes(network, after[np.newaxis], np.array([new]), old)[0])
    flattest_first = sorted(zip(*np.nonzero(after != before), strict=True), key=lambda place: slopes[place])
    while True:
        last = after.copy()
        for place in flattest_first:
            on_progress(1.0)
            after[place] = _least_change(network, before, after, place, old)
        if np.array_equal(after, last):
            return after


def _ink_between(one: ImageArray, other: ImageArray) -> int:
    """Add up the differences, in greys."""
    return int(np.abs(one.astype(np.int16) - other).sum())


def _least_change(
    network: Network, before: ImageArray, after: ImageArray, place: tuple[int, ...], old: int
) -> int:
    """Find by halving the grey of one pixel that is nearest to the one before, and still gives another answer."""
    too_little, enough = int(before[place]), int(after[place])
    tried = after.copy()
    tried[place] = too_little
    if _is_other(network, tried[np.newaxis], old)[0]:
        return too_little
    while abs(enough - too_little) > 1:
        tried[place] = middle = (too_little + enough) // 2
        if _is_other(network, tried[np.newaxis], old)[0]:
            enough = middle
        else:
            too_little = middle
    return enough
