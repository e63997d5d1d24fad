"""A user's corrections of a data set, kept apart from it: other labels, and excluded pictures."""

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
        Indices of pictures whose label was checked and found correct.
    """

    labels: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Convert NumPy's numbers to Python's: JSON does not take them."""
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
        """Exclude pictures."""
        return replace(self, excluded=self.excluded.union(indices))

    def with_included(self, indices: Collection[int]) -> "Edits":
        """Include excluded pictures again."""
        return replace(self, excluded=self.excluded.difference(indices))

    def with_kept(self, indices: Collection[int]) -> "Edits":
        """Note that the labels of pictures were checked and found correct."""
        return replace(self, kept=self.kept.union(indices))

    def joined(self, others: "Edits") -> "Edits":
        """Correct other pictures too."""
        return Edits({**self.labels, **others.labels}, self.excluded | others.excluded, self.kept | others.kept)

    def with_others(self, others: "Edits", indices: Collection[int]) -> "Edits":
        """Take over the corrections of some pictures from others; where those have none, none remain."""
        chosen = frozenset(indices)
        labels = {index: label for index, label in self.labels.items() if index not in chosen}
        labels |= {index: label for index, label in others.labels.items() if index in chosen}
        excluded, kept = (
            (own - chosen) | (theirs & chosen)
            for own, theirs in ((self.excluded, others.excluded), (self.kept, others.kept))
        )
        return Edits(labels, excluded, kept)

    def differences(self, others: "Edits") -> frozenset[int]:
        """Return the indices of the pictures whose corrections differ from those of others."""
        labels = {index for index, _ in self.labels.items() ^ others.labels.items()}
        return frozenset(labels | (self.excluded ^ others.excluded) | (self.kept ^ others.kept))

    def moved(self, places: IndexArray) -> "Edits":
        """Move the corrections to the new indices of their pictures; -1 marks a picture that is gone."""
        to = {index: int(places[index]) for index in self.touched.tolist() if places[index] >= 0}
        labels = {to[index]: label for index, label in self.labels.items() if index in to}
        excluded = frozenset(to[index] for index in self.excluded & to.keys())
        return Edits(labels, excluded, frozenset(to[index] for index in self.kept & to.keys()))

    def sentence(self) -> str:
        """Count them: ``3 labels changed, 1 picture excluded, 2 labels confirmed``; empty for none."""
        changed, excluded = len(self.labels), len(self.excluded)
        parts = []
        if changed:
            parts.append("1 label changed" if changed == 1 else f"{changed:,} labels changed")
        if excluded:
            parts.append("1 picture excluded" if excluded == 1 else f"{excluded:,} pictures excluded")
        if self.kept:
            parts.append("1 label confirmed" if len(self.kept) == 1 else f"{len(self.kept):,} labels confirmed")
        return ", ".join(parts)
