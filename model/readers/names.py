"""Common names for the parts of a data set, its pictures, its labels and its digits."""

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

from model.data.splitting import Part

__all__ = ["Kind", "digit_of", "in_natural_order", "is_left_by_a_system", "kind_of", "part_of", "shortened"]

Kind: TypeAlias = Literal["images", "labels"]

LONGEST_SHOWN = 120
"""Signs of a name that are shown in a sentence."""
PART_BEGINNINGS: dict[str, Part] = {
    "train": "train",
    "learn": "train",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "tst": "test",
    "t10k": "test",
    "heldout": "test",
}
IMAGE_NAMES = {
    "x",
    "xs",
    "image",
    "images",
    "img",
    "imgs",
    "data",
    "pixels",
    "features",
    "inputs",
    "pictures",
    "samples",
}
LABEL_NAMES = {
    "y",
    "ys",
    "label",
    "labels",
    "target",
    "targets",
    "class",
    "classes",
    "digit",
    "digits",
    "lbl",
    "lbls",
}
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BEFORE_A_DIGIT = {
    "digit",
    "digits",
    "class",
    "cls",
    "label",
    "number",
    "num",
    "numeral",
    "no",
    "nr",
    "n",
    "d",
    "c",
}
SYSTEM_NAMES = {"thumbs.db", "desktop.ini", "__macosx"}


def part_of(name: str) -> Part | None:
    """Return the part that a name like ``trainingSet``, ``X_val``, ``mnist-test.csv`` or ``t10k-images`` means."""
    for word in _words(name):
        for beginning, part in PART_BEGINNINGS.items():
            if word.startswith(beginning):
                return part
    return None


def kind_of(name: str) -> Kind | None:
    """Return whether a name like ``x_train``, ``test_images`` or ``trainY`` means pictures or labels."""
    for word in reversed(_words(name)):
        if word in IMAGE_NAMES:
            return "images"
        if word in LABEL_NAMES:
            return "labels"
    return None


def digit_of(name: str) -> int | None:
    """Return the number that ``3``, ``03``, ``3.0``, ``three``, ``digit_3``, ``Class 3`` or ``3 - three`` is."""
    words = re.findall(r"[a-z]+|\d+", re.sub(r"^(\d+)\.0+$", r"\1", name.strip().lower()))
    numbers = {int(word) for word in words if word.isdigit()} | {
        WORDS.index(word) for word in words if word in WORDS
    }
    others = {word for word in words if not word.isdigit() and word not in WORDS}
    return numbers.pop() if len(numbers) == 1 and others <= BEFORE_A_DIGIT else None


def in_natural_order(names: Iterable[str]) -> tuple[str, ...]:
    """Order names as people do: ``class 2`` before ``class 10``, ``a`` beside ``A``."""
    return tuple(sorted(names, key=_natural))


def _natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    words = re.findall(r"\d+|\D+", name.casefold())
    return [(False, int(word), "") if word.isdecimal() else (True, 0, word) for word in words], name


def is_left_by_a_system(name: str) -> bool:
    """Return whether a file is one that systems leave everywhere, not the user's."""
    return name.startswith(".") or name.lower() in SYSTEM_NAMES


def shortened(names: Iterable[str]) -> str:
    """Name the first three in one line, and count the others; what cannot be printed becomes a ``?``."""
    listed = list(names)
    more = len(listed) - 3
    shown = ", ".join(name[:LONGEST_SHOWN] for name in listed[:3])
    shown = "".join(sign if sign.isprintable() else "?" for sign in shown)
    return shown + (f" and {more:,} more" if more > 0 else "")


def _words(name: str) -> list[str]:
    """Split a name: ``trainImages_3`` has train and images, ``xtrain`` has x and train."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    name = re.sub(r"(?<![a-z])([xy])(?=train|val|test)|(train|valid|val|test)(?=[xy](?![a-z]))", r"\1\2_", name)
    return re.findall(r"t10k|[a-z]+", name)
