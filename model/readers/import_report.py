"""What the user should know about a data set before it replaces another."""

from dataclasses import dataclass

import numpy as np

from model.data.dataset import Dataset
from model.data.duplicates import find_duplicates
from model.data.edits import Edits
from model.data.reading import OnProgress, no_progress
from model.large_arrays import in_pieces
from model.network.arrays import IndexArray

__all__ = ["ImportReport", "inspect_import", "repeated_pictures"]


@dataclass(frozen=True, eq=False)
class ImportReport:
    """What was found.

    Attributes
    ----------
    dataset : Dataset
    duplicates : list of ndarray of int
        Groups of duplicates, as indices.
    across_parts : int
        Groups with pictures both inside and outside the training part: they make accuracy look too good.
    contradicting : int
        Groups whose pictures do not all have the same label.
    blank : ndarray of int
        Indices of pictures without any ink.
    """

    dataset: Dataset
    duplicates: list[IndexArray]
    across_parts: int
    contradicting: int
    blank: IndexArray

    @property
    def repeated(self) -> int:
        """How many pictures could be excluded without losing any."""
        return sum(len(group) - 1 for group in self.duplicates)

    def sentence_of_duplicates(self) -> str:
        """Count the duplicates."""
        if not self.duplicates:
            return "none"
        count = self.repeated
        words = [f"{count:,} {'picture repeats another' if count == 1 else 'pictures repeat others'} exactly"]
        if self.across_parts:
            words.append(f"{_groups(self.across_parts)} both inside and outside the training part")
        if self.contradicting:
            words.append(f"{_groups(self.contradicting)} with different labels")
        return ", ".join(words)

    def sentence_of_blanks(self) -> str:
        """Count the pictures without ink; empty if there are none."""
        count = len(self.blank)
        if not count:
            return ""
        return "1 picture is blank." if count == 1 else f"{count:,} pictures are blank."

    def tidied(self) -> Edits:
        """Return the corrections of the data set, which also exclude blank pictures and duplicates."""
        repeated = repeated_pictures(self.dataset, self.duplicates).tolist()
        return self.dataset.edits.with_excluded([*repeated, *self.blank.tolist()])


def _groups(count: int) -> str:
    return "1 picture occurs" if count == 1 else f"{count:,} pictures occur"


def inspect_import(dataset: Dataset, *, on_progress: OnProgress = no_progress) -> ImportReport:
    """Look for duplicates and for blank pictures.

    Parameters
    ----------
    dataset : Dataset
    on_progress : callable
        As `model.data.reading.OnProgress`; called once, at the beginning.
    """
    on_progress(len(dataset), len(dataset))
    duplicates = find_duplicates(dataset.images)
    in_train = np.zeros(len(dataset), bool)
    in_train[dataset.split.train] = True
    across = sum(bool(in_train[group].any() and not in_train[group].all()) for group in duplicates)
    contradicting = sum(len(np.unique(dataset.labels[group])) > 1 for group in duplicates)
    axes = tuple(range(1, dataset.images.ndim))
    blank = np.flatnonzero(~np.concatenate([piece.any(axis=axes) for piece in in_pieces(dataset.images)]))
    return ImportReport(dataset, duplicates, across, contradicting, blank)


def repeated_pictures(dataset: Dataset, duplicates: list[IndexArray]) -> IndexArray:
    """Choose all but one of each group, among pictures that are not excluded; the source's own test part stays."""
    start = dataset.own_train_end if dataset.own_parts and dataset.own_train_end is not None else len(dataset)
    excluded = dataset.edits.excluded
    repeated = []
    for group in duplicates:
        there = [index for index in group.tolist() if index not in excluded]
        official = [index for index in there if index >= start]
        stays = official[-1:] or there[:1]
        repeated += [index for index in there if index not in stays]
    return np.array(repeated, np.intp)
