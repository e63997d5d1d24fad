"""Cutting a data set into the parts that training and evaluation see."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from model.arrays import IndexArray, LabelArray

__all__ = ["PARTS", "SPLIT_SEED", "Part", "Split", "SplitRule", "cut"]

Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

SPLIT_SEED = 42
HELD_OUT = 0.15
"""Share of a data set without a test part of its own that is kept from training: half test, half validation."""
FEWEST_PICTURES = 8
"""Fewer than these are not cut."""
FEWEST_OF_A_DIGIT = 2
"""A digit that has fewer pictures cannot be on both sides of a cut."""


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How to cut.

    Attributes
    ----------
    seed : int
        Chooses which pictures are held out.
    stratified : bool
        Give every part the same shares of the digits.
    own_parts : bool
        Keep the source's own test part, where it has one, for the last word only. Otherwise its pictures are
        mixed with the others.
    """

    seed: int = SPLIT_SEED
    stratified: bool = False
    own_parts: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Which pictures belong to which part.

    Attributes
    ----------
    train, validation, test : ndarray of int
        Indices; a picture is in one of them, or excluded from all.
    """

    train: IndexArray
    validation: IndexArray
    test: IndexArray

    def part(self, name: Part) -> IndexArray:
        """Return the indices of one part."""
        indices: IndexArray = getattr(self, name)
        return indices

    def without(self, excluded: IndexArray) -> "Split":
        """Take pictures out, and leave every other where it is."""
        return Split(
            *(indices[~np.isin(indices, excluded)] for indices in (self.train, self.validation, self.test))
        )


def cut(labels: LabelArray, official_test_start: int | None, rule: SplitRule) -> Split:
    """Cut a data set into parts, the same in every run.

    A source without parts is cut at random into 85 % to train on, 7.5 % test and 7.5 % validation. A source with a
    test part of its own keeps that whole, and gives 7.5 % of the rest to validation.

    Parameters
    ----------
    labels : ndarray of uint8, shape (n,)
    official_test_start : int or None
        Index of the first picture of the source's own test part, which reaches to the end.
    rule : SplitRule
    """
    everything = np.arange(len(labels))
    if official_test_start is not None and rule.own_parts:
        rest, test = np.split(everything, [official_test_start])
        if len(rest) < 2:
            return Split(rest, rest[:0], test)
        train, validation = _halves(rest, labels, HELD_OUT / 2, rule)
        return Split(train, validation, test)
    if len(labels) < FEWEST_PICTURES:
        return Split(everything, everything[:0], everything[:0])
    train, held_out = _halves(everything, labels, HELD_OUT, rule)
    test, validation = _halves(held_out, labels, 0.5, rule)
    return Split(train, validation, test)


def _halves(
    indices: IndexArray, labels: LabelArray, share: float, rule: SplitRule
) -> tuple[IndexArray, IndexArray]:
    """Move a share of the pictures from the first part into the second."""
    # scikit-learn takes a second to import, which whoever only draws a digit should not wait for
    from sklearn.model_selection import train_test_split  # noqa: PLC0415

    strata = _strata(labels[indices], share) if rule.stratified else None
    first, second = train_test_split(indices, test_size=share, random_state=rule.seed, stratify=strata)
    return first, second


def _strata(labels: LabelArray, share: float) -> LabelArray | None:
    """Give each digit a group, and the rare ones one together; None where that is still too small to be cut."""
    counts = np.bincount(labels, minlength=10)
    rare = (counts > 0) & (counts < FEWEST_OF_A_DIGIT)
    groups = np.where(rare[labels], 10, labels).astype(np.uint8)
    sizes = np.bincount(groups)
    sizes = sizes[sizes > 0]
    held_out = np.ceil(len(labels) * share)
    return groups if sizes.min() >= 2 and min(held_out, len(labels) - held_out) >= len(sizes) else None
