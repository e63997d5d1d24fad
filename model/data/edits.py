"""A user's corrections of a data set, kept apart from it: other labels, and pictures left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from model.network.arrays import IndexArray

__all__ = ["Edits"]


@dataclass(frozen=True, slots=True)
class Edits:
    """Corrections; never changed, only replaced by others.

    Attributes
    ----------
    labels : mapping of int to int
        Index of a picture, and the label that it has instead of its own.
    excluded : frozenset of int
        Indices of pictures that belong to no part.
    kept : frozenset of int
        Indices of pictures whose label somebody has doubted, looked at, and found right.
    """

    labels: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Take NumPy's numbers for what they are worth: they do not go into JSON."""
        object.__setattr__(self, "labels", {int(index): int(label) for index, label in self.labels.items()})
        object.__setattr__(self, "excluded", frozenset(map(int, self.excluded)))
        object.__setattr__(self, "kept", frozenset(map(int, self.kept)))

    def __bool__(self) -> bool:
        return bool(self.labels or self.excluded or self.kept)

    @property
    def touched(self) -> IndexArray:
        """Indices of all pictures that have been edited, in order."""
        return np.array(sorted({*self.labels, *self.excluded, *self.kept}), np.intp)

    def with_excluded(self, indices: Collection[int]) -> "Edits":
        """Leave pictures out."""
        return replace(self, excluded=self.excluded.union(indices))

    def with_included(self, indices: Collection[int]) -> "Edits":
        """Take pictures in again that were left out."""
        return replace(self, excluded=self.excluded.difference(indices))

    def with_kept(self, indices: Collection[int]) -> "Edits":
        """Note that somebody has looked at pictures and found their labels right."""
        return replace(self, kept=self.kept.union(indices))

    def joined(self, others: "Edits") -> "Edits":
        """Correct other pictures too."""
        return Edits({**self.labels, **others.labels}, self.excluded | others.excluded, self.kept | others.kept)

    def with_others(self, others: "Edits", indices: Collection[int]) -> "Edits":
        """Take from others what they say of some pictures, which may be that nothing is corrected there."""
        chosen = frozenset(indices)
        labels = {index: label for index, label in self.labels.items() if index not in chosen}
        labels |= {index: label for index, label in others.labels.items() if index in chosen}
        excluded, kept = (
            (own - chosen) | (theirs & chosen)
            for own, theirs in ((self.excluded, others.excluded), (self.kept, others.kept))
        )
        return Edits(labels, excluded, kept)

    def differences(self, others: "Edits") -> frozenset[int]:
        """Return the indices of the pictures of which others say something else."""
        labels = {index for index, _ in self.labels.items() ^ others.labels.items()}
        return frozenset(labels | (self.excluded ^ others.excluded) | (self.kept ^ others.kept))

    def moved(self, places: IndexArray) -> "Edits":
        """Follow the pictures to the places where they are now; -1 is the place of one that is gone."""
        to = {index: int(places[index]) for index in self.touched.tolist() if places[index] >= 0}
        labels = {to[index]: label for index, label in self.labels.items() if index in to}
        excluded = frozenset(to[index] for index in self.excluded & to.keys())
        return Edits(labels, excluded, frozenset(to[index] for index in self.kept & to.keys()))

    def sentence(self) -> str:
        """Tell how many there are: ``3 labels changed, 1 picture left out, 2 labels kept``; empty for none."""
        changed, excluded = len(self.labels), len(self.excluded)
        parts = []
        if changed:
            parts.append("1 label changed" if changed == 1 else f"{changed:,} labels changed")
        if excluded:
            parts.append("1 picture left out" if excluded == 1 else f"{excluded:,} pictures left out")
        if self.kept:
            parts.append("1 label kept" if len(self.kept) == 1 else f"{len(self.kept):,} labels kept")
        return ", ".join(parts)
