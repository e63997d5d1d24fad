"""Splitting a data set into the parts for training, validation and test."""

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from model.network.arrays import IndexArray, LabelArray

__all__ = ["PARTS", "SPLIT_SEED", "Part", "Split", "SplitRule", "split_into_parts"]

Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

SPLIT_SEED = 42
HELD_OUT = 0.15
"""Share of a data set without parts of its own that training does not use: half validation, half test."""
FEWEST_PICTURES = 8
"""Fewer pictures than these are not split."""


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How to split.

    Attributes
    ----------
    seed : int
        Chooses which pictures go into the validation and test parts.
    stratified : bool
        Keep the proportions of the classes the same in all parts.
    own_parts : bool
        Keep the source's own validation and test part, where it has them. Otherwise their pictures are mixed with
        the others.
    """

    seed: int = SPLIT_SEED
    stratified: bool = False
    own_parts: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Which pictures belong to which part.

    Attributes
    ----------
    train : ndarray of int
        Indices of the pictures that training learns from; each picture is in one part, or excluded from all.
    validation : ndarray of int
        Those measured after every epoch, by which epochs and settings are chosen.
    test : ndarray of int
        Those measured for the report at the end; nothing is chosen by them.

    Examples
    --------
    >>> split = Split(np.array([0, 1, 4]), np.array([2]), np.array([3]))
    >>> split.part("validation")
    array([2])
    >>> split.without(np.array([1])).train
    array([0, 4])
    """

    train: IndexArray
    validation: IndexArray
    test: IndexArray

    def part(self, name: Part) -> IndexArray:
        """Return the indices of one part."""
        indices: IndexArray = getattr(self, name)
        return indices

    def without(self, excluded: IndexArray) -> "Split":
        """Remove pictures, and leave every other in its part."""
        return Split(
            *(indices[~np.isin(indices, excluded)] for indices in (self.train, self.validation, self.test))
        )


def split_into_parts(
    labels: LabelArray, official_test_start: int | None, rule: SplitRule, own_validation_start: int | None = None
) -> Split:
    """Split a data set into parts, the same in every run.

    A source without parts is split at random into 85 % training, 7.5 % validation and 7.5 % test. A source with a
    test part of its own keeps that whole, and gives 7.5 % of the rest to validation; one with a validation part of
    its own keeps that, and gives 7.5 % of the rest to test unless it has a test part too. (The journal splits in
    the same way, but calls the part that it watches test, and the one that it reports at the end validation.)

    Parameters
    ----------
    labels : ndarray of uint8, shape (n,)
    official_test_start : int or None
        Index of the first picture of the source's own test part, which reaches to the end.
    rule : SplitRule
    own_validation_start : int or None
        Index of the first picture of the source's own validation part, which reaches to the test part.
    """
    everything = np.arange(len(labels))
    if own_validation_start is not None and rule.own_parts:
        end = len(labels) if official_test_start is None else official_test_start
        train, validation, test = np.split(everything, [own_validation_start, end])
        if official_test_start is None and len(train) >= FEWEST_PICTURES:
            train, test = _halves(train, labels, HELD_OUT / 2, replace(rule, stratified=True))
        return Split(train, validation, test)
    if official_test_start is not None and rule.own_parts:
        rest, test = np.split(everything, [official_test_start])
        if len(rest) < 2:
            return Split(rest, rest[:0], test)
        train, validation = _halves(rest, labels, HELD_OUT / 2, rule)
        return Split(train, validation, test)
    if len(labels) < FEWEST_PICTURES:
        return Split(everything, everything[:0], everything[:0])
    train, rest = _halves(everything, labels, HELD_OUT, rule)
    validation, test = _halves(rest, labels, 0.5, rule)
    return Split(train, validation, test)


def _halves(
    indices: IndexArray, labels: LabelArray, share: float, rule: SplitRule
) -> tuple[IndexArray, IndexArray]:
    """Move a share of the pictures from the first part into the second.

    Draws as scikit-learn's ``train_test_split`` does, bit for bit, without importing it, which would hold up the
    window for a second. If stratified, the classes take turns in proportion to their counts (A. Sainte-Laguë's
    method).
    """
    order = np.random.RandomState(rule.seed).permutation(len(indices))
    count = math.ceil(len(indices) * share)
    if rule.stratified:
        turn = np.empty(len(order))
        ordered = labels[indices[order]]
        for label in np.flatnonzero(np.bincount(ordered)):
            members = np.flatnonzero(ordered == label)
            turn[members] = (np.arange(len(members)) + 0.5) / max(1, len(members))
        order = order[np.argsort(turn, kind="stable")]
    return indices[order[count:]], indices[order[:count]]
