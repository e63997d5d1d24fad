"""The names of the classes of well-known data sets whose files only number them."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KNOWN", "KnownSet", "is_in_columns", "known_set", "told_by"]

DIGITS = tuple("0123456789")
CAPITALS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A data set whose classes have names.

    Attributes
    ----------
    title : str
    pattern : str
        What its files, or their folder, are called: a regular expression.
    picture_shape : (int, int, int)
        Height, width and channels of its pictures.
    is_ink : bool
    class_names : tuple of str
    first : int
        The number of the first class.
    """

    title: str
    pattern: str
    picture_shape: tuple[int, int, int]
    is_ink: bool
    class_names: tuple[str, ...]
    first: int = 0


def _emnist(part: str, names: tuple[str, ...], first: int = 0) -> KnownSet:
    return KnownSet(f"EMNIST {part}", rf"emnist.*{part}", (28, 28, 1), True, names, first)


KNOWN = (
    KnownSet(
        "Fashion-MNIST",
        r"fashion[ _-]*mnist",
        (28, 28, 1),
        False,
        (
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
    ),
    KnownSet(
        "CIFAR-10",
        r"cifar[ _-]*10(?!\d)",
        (32, 32, 3),
        False,
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
    KnownSet(
        "Kuzushiji-MNIST",
        r"(?<![a-z])kmnist|kuzushiji[ _-]*mnist",
        (28, 28, 1),
        True,
        tuple("おきすつなはまやれを"),
    ),
    _emnist("letters", CAPITALS, 1),
    _emnist("balanced", (*DIGITS, *CAPITALS, *"abdefghnqrt")),
    _emnist("bymerge", (*DIGITS, *CAPITALS, *"abdefghnqrt")),
    _emnist("byclass", (*DIGITS, *CAPITALS, *"abcdefghijklmnopqrstuvwxyz")),
)
"""By their publishers: https://github.com/zalandoresearch/fashion-mnist, https://www.cs.toronto.edu/~kriz/cifar.html,
https://github.com/rois-codh/kmnist, and https://www.nist.gov/itl/products-and-services/emnist-dataset."""


def told_by(source: str, *others: str) -> str:
    """Join the names by which a source is recognised: its own, that of its folder for a file, and others."""
    path = Path(source)
    return " ".join(("" if path.is_dir() else path.parent.name, path.name, *others)).lower()


def is_in_columns(told: str) -> bool:
    """Return whether a source is stored column by column: all of EMNIST is (G. Cohen and others, 2017)."""
    return "emnist" in told


def known_set(told: str, picture_shape: tuple[int, int, int], low: int, high: int) -> KnownSet | None:
    """Find the data set that a source is by its names; None if it is none of these.

    Parameters
    ----------
    told : str
        As `told_by` returns it.
    picture_shape : (int, int, int)
    low, high : int
        The smallest and the largest number of a class.
    """
    for known in KNOWN:
        fits = known.first <= low and high < known.first + len(known.class_names)
        if fits and known.picture_shape == picture_shape and re.search(known.pattern, told):
            return known
    return None
