"""What a known bug is, and the bugs that any function may have."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.layer_check.functions import Array, Results

__all__ = ["GENERAL_BUGS", "GeneralBug", "KnownBug", "first_only", "last_only"]


@dataclass(frozen=True, slots=True)
class KnownBug:
    """A bug that people write, and the numbers that it gives.

    Attributes
    ----------
    likely : str
        What is wrong, and what to do, in a sentence.
    compute : callable
        Takes the arguments of the function, and returns the wrong result. It may raise where the bug would.
    """

    likely: str
    compute: Callable[..., Array]


@dataclass(frozen=True, slots=True)
class GeneralBug:
    """A bug that shows in the right results alone.

    Attributes
    ----------
    likely : str
    compute : callable
        Takes the right results of the call, the name of the one that is wrong, and the number of pictures.
    """

    likely: str
    compute: Callable[[Results, str, int], Array]


def first_only(array: Array) -> Array:
    """Keep the first picture, and put zeros in the place of the others."""
    kept = np.zeros_like(array)
    kept[:1] = array[:1]
    return kept


def last_only(array: Array) -> Array:
    """Keep the last picture, and put zeros in the place of the others."""
    kept = np.zeros_like(array)
    kept[-1:] = array[-1:]
    return kept


def _other_result(right: Results, name: str, choose: int) -> Array:
    """Return another of the results: that which stands in its place in another order."""
    others = [value for other, value in right.items() if other != name]
    return others[choose]


GENERAL_BUGS: tuple[GeneralBug, ...] = (
    GeneralBug("The sign is wrong: every number is negated.", lambda right, name, _n: -right[name]),
    GeneralBug(
        "Every number is 0: the result is made, but never filled.", lambda right, name, _n: 0 * right[name]
    ),
    GeneralBug(
        "It is divided by the number of pictures. The loss has divided already, so do not divide again: sum.",
        lambda right, name, n: right[name] / n,
    ),
    GeneralBug(
        "It is multiplied by the number of pictures: the division by n is missing, or a sum is repeated.",
        lambda right, name, n: right[name] * n,
    ),
    GeneralBug("Every number is twice as large as it should be.", lambda right, name, _n: 2 * right[name]),
    GeneralBug("Every number is half as large as it should be.", lambda right, name, _n: right[name] / 2),
    GeneralBug(
        "Rows and columns are swapped: the last two axes of the result are transposed.",
        lambda right, name, _n: right[name].swapaxes(-1, -2),
    ),
    GeneralBug(
        "Pictures and channels are swapped: the first two axes of the result are transposed.",
        lambda right, name, _n: right[name].swapaxes(0, 1),
    ),
    GeneralBug(
        "The axes are (n, height, width, channels): they must be (n, channels, height, width).",
        lambda right, name, _n: right[name].transpose(0, 2, 3, 1),
    ),
    GeneralBug(
        "Only the first picture is computed: go through all of the batch.",
        lambda right, name, _n: first_only(right[name]),
    ),
    GeneralBug(
        "Only the first picture is returned: return one result for each picture of the batch.",
        lambda right, name, _n: right[name][:1],
    ),
    GeneralBug(
        "Only the last picture is computed: go through all of the batch.",
        lambda right, name, _n: last_only(right[name]),
    ),
    GeneralBug(
        "The numbers are cut to whole numbers: make the array with the dtype of x, not with int.",
        lambda right, name, _n: np.trunc(right[name]),
    ),
    GeneralBug(
        "The results are in another order: expected the order that the template describes.",
        lambda right, name, _n: _other_result(right, name, 0),
    ),
    GeneralBug(
        "The results are in another order: expected the order that the template describes.",
        lambda right, name, _n: _other_result(right, name, 1),
    ),
)
