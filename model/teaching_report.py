"""What teaching a hand has changed: right answers before and after, on that hand and on what was known before."""

from dataclasses import dataclass

import numpy as np

from model.arrays import IndexArray
from model.network import Network
from model.teaching import Samples

__all__ = ["FEW", "MOST_FALL", "Score", "TeachingReport", "count_right"]

MOST_FALL = 0.003
"""Share of the base pictures by which the right answers may become fewer."""
FEW = 20
"""Below so many pictures a share of them says little."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Right answers, digit by digit.

    Attributes
    ----------
    right, counts : ndarray of int, shape (10,)
        Pictures of each digit that were answered rightly, and all of them.
    """

    right: IndexArray
    counts: IndexArray

    @property
    def count(self) -> int:
        """Number of pictures."""
        return int(self.counts.sum())

    @property
    def errors(self) -> int:
        """Number of wrong answers."""
        return self.count - int(self.right.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers, from 0 to 1; nan without pictures."""
        return float(self.right.sum() / self.counts.sum()) if self.count else float("nan")


def count_right(network: Network, samples: Samples) -> Score:
    """Count the right answers of a network to pictures of the digits 0 to 9."""
    images, labels = samples
    answers = network.logits(images).argmax(axis=1)
    return Score(np.bincount(labels[answers == labels], minlength=10), np.bincount(labels, minlength=10))


@dataclass(frozen=True, slots=True, eq=False)
class TeachingReport:
    """Before and after.

    Attributes
    ----------
    base_before, base_after : Score
        On digits of many hands that were neither taught nor replayed.
    hand_before, hand_after : Score
        On the person's own.
    hand_is_held_out : bool
        Whether those were kept from the teaching; if not, the figure after it flatters.
    """

    base_before: Score
    base_after: Score
    hand_before: Score
    hand_after: Score
    hand_is_held_out: bool

    @property
    def fall(self) -> float:
        """By how much the accuracy on the base pictures has fallen, from 0 to 1; below 0 if it has risen."""
        return self.base_before.accuracy - self.base_after.accuracy

    @property
    def is_acceptable(self) -> bool:
        """Whether what was known before has been kept: at most `MOST_FALL` of it is lost."""
        return self.base_after.errors - self.base_before.errors <= MOST_FALL * self.base_before.count

    def sentence(self) -> str:
        """Say what has come of it, and how far to trust that."""
        before, after, count = self.hand_before.errors, self.hand_after.errors, self.hand_after.count
        pictures = "1 digit" if count == 1 else f"{count:,} digits"
        if not self.hand_is_held_out:
            return (
                f"Of your {pictures}, {before:,} were read wrongly, and {after:,} are now. They are the ones that were"
                " taught: how it reads new ones, only new ones can tell."
            )
        text = f"Of {pictures} of yours that were not taught, {before:,} were read wrongly, and {after:,} are now."
        return text + (" That is too few to be sure: keep more." if count < FEW else "")

    def refusal(self) -> str:
        """Say why it should not be kept; empty if it may."""
        if self.is_acceptable:
            return ""
        return (
            f"what the network knew has suffered: it read {self.base_before.accuracy:.2%} of {self.base_after.count:,}"
            f" digits of other hands, and now {self.base_after.accuracy:.2%}, more than {MOST_FALL:.1%} less"
        )

    def changed_digits(self) -> list[int]:
        """List the digits, of either kind, that are read better or worse than before."""
        changed = (self.base_before.right != self.base_after.right) | (
            self.hand_before.right != self.hand_after.right
        )
        return np.flatnonzero(changed).tolist()
