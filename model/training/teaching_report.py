"""What teaching a hand has changed: right answers before and after, on that hand and on what was known before."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from model.data.dataset import Dataset, balanced_indices
from model.errors import DataFormatError
from model.network.arrays import IndexArray
from model.network.network import Network
from model.training.teaching import REPLAYED, Samples, TeachingConfig, TeachingProgress, own_halves, teach

__all__ = [
    "FEW",
    "MEASURED",
    "MOST_FALL",
    "Score",
    "TeachingReport",
    "base_halves",
    "between",
    "count_right",
    "teach_and_report",
]

MOST_FALL = 0.003
"""Share of the base pictures by which the right answers may become fewer."""
GOOD_FALL, AMOUNTS = 0.0005, (1.0, 0.8, 0.6)
"""As long as more is lost than that share, the taught network goes a part of its way back: so much of it stays."""
MEASURED = 2000
"""Base pictures that measure that: so many that chance alone hardly moves their share of right answers so far."""
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

    def errors_of(self, digit: int) -> int:
        """Count the wrong answers to one digit."""
        return int(self.counts[digit] - self.right[digit])


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
        wrong = f"{before:,} of them read wrongly before, {after:,} afterwards."
        if not self.hand_is_held_out:
            taught = f"Measured on the {pictures} of yours that were taught, {wrong}"
            return f"{taught} How it reads others, only others can tell."
        doubt = " These are too few to be sure: write some more." if count < FEW else ""
        return f"Measured on {pictures} of yours that were not taught, {wrong}{doubt}"

    def refusal(self) -> str:
        """Say why it should not be kept; empty if it may."""
        if self.is_acceptable:
            return ""
        return (
            f"what the network knew has suffered: of {self.base_after.count:,} digits of other hands it read"
            f" {self.base_before.accuracy:.2%}, and now {self.base_after.accuracy:.2%}, which is more than"
            f" {MOST_FALL:.1%} less"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for JSON."""
        pairs = {"before": (self.base_before, self.hand_before), "after": (self.base_after, self.hand_after)}
        return {
            name: {
                "base_accuracy": base.accuracy,
                "base_errors": base.errors,
                "base_count": base.count,
                "hand_accuracy": hand.accuracy,
                "hand_errors": hand.errors,
                "hand_count": hand.count,
            }
            for name, (base, hand) in pairs.items()
        } | {"hand_is_held_out": self.hand_is_held_out}

    def changed_digits(self) -> list[int]:
        """List the digits, of either kind, that are read better or worse than before."""
        changed = (self.base_before.right != self.base_after.right) | (
            self.hand_before.right != self.hand_after.right
        )
        return np.flatnonzero(changed).tolist()


def base_halves(base: Dataset) -> tuple[Samples, Samples]:
    """Return what is replayed of base data, and what measures that nothing is forgotten.

    The first are at most `REPLAYED` pictures of the train part, always the same, as many of each digit. The others
    are at most `MEASURED`: held-out parts first, but never a source's own test part, then what
    is left to train on.

    Raises
    ------
    DataFormatError
        If nothing is left to measure by.
    """
    rng, train = np.random.default_rng(0), base.split.train
    replayed = train[balanced_indices(base.labels[train], REPLAYED, rng)]
    held_out = [base.split.validation] if base.has_own_test_part else [base.split.validation, base.split.test]
    rest = rng.permutation(np.setdiff1d(train, replayed, assume_unique=True))
    measured = np.concatenate([*held_out, rest])[:MEASURED]
    if len(measured) == 0:
        raise DataFormatError(f"{base.name} is too small to hold pictures out, which teaching measures by")
    return (base.images[replayed], base.labels[replayed]), (base.images[measured], base.labels[measured])


def between(network: Network, taught: Network, amount: float) -> Network:
    """Return a network whose weights lie between two, from 0 for the first to 1 for the second."""
    if amount == 1:
        return taught
    result = network.copy()
    for value, goal in zip(result.named_arrays().values(), taught.named_arrays().values(), strict=True):
        value += amount * (goal - value)
    return result


def teach_and_report(
    network: Network, hand: Dataset, base: Dataset, config: TeachingConfig | None = None
) -> Generator[TeachingProgress, None, tuple[Network, TeachingReport]]:
    """Do as `model.training.teaching.teach`, and count right answers before and after.

    Where base pictures are lost, the weights of the taught network go back a part of their way, in two steps: what
    is forgotten shrinks faster than what is learned.

    Parameters
    ----------
    network : Network
        Stays as it is.
    hand : Dataset
        The person's own digits: its own test part measures, the rest is taught; without such a part all is taught.
    base : Dataset
        As of `base_halves`.
    config : TeachingConfig, optional

    Yields
    ------
    TeachingProgress

    Returns
    -------
    Network
        The copy that has learned.
    TeachingReport

    References
    ----------
    M. Wortsman et al.: Robust fine-tuning of zero-shot models, CVPR 2022 (weights between two).
    """
    taught, test = own_halves(hand)
    is_held_out = len(test[0]) > 0
    measured, (replay, known) = test if is_held_out else taught, base_halves(base)
    with threadpool_limits(limits=1, user_api="blas"):
        base_before, hand_before = count_right(network, known), count_right(network, measured)
        learned = yield from teach(network, taught, replay, config)
        for amount in AMOUNTS:
            pupil = between(network, learned, amount)
            base_after = count_right(pupil, known)
            if base_after.errors - base_before.errors <= GOOD_FALL * base_before.count:
                break
        hand_after = count_right(pupil, measured)
    return pupil, TeachingReport(base_before, base_after, hand_before, hand_after, is_held_out)
