"""What teaching has changed: right answers before and after, for the person's digits and for what was known."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.data.dataset import Dataset, balanced_indices
from model.errors import DataFormatError
from model.judging.belonging import check_belongs
from model.network.arrays import IndexArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread
from model.network.task import DIGITS, Task
from model.training.teaching import REPLAYED, Samples, TeachingConfig, TeachingProgress, own_halves, teach

__all__ = [
    "FEW",
    "MEASURED",
    "MOST_FALL",
    "Score",
    "TeachingReport",
    "base_parts",
    "between",
    "count_right",
    "teach_and_report",
]

MOST_FALL = 0.003
"""Share of the base pictures by which the right answers may become fewer."""
GOOD_FALL, AMOUNTS = 0.0005, (1.0, 0.8, 0.6)
"""While more than that share is lost, less of the change to the weights is kept: this much of it."""
MEASURED = 2000
"""Base pictures for that: one half chooses how much of the change is kept, the other half is reported."""
FEW = 20
"""With fewer pictures, a share of them says little."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Right answers, class by class.

    Attributes
    ----------
    right, counts : ndarray of int, shape (classes,)
        Pictures of each class that were answered correctly, and all of them.
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
    """Count the right answers of a network to pictures of its classes."""
    images, labels = samples
    answers, classes = network.logits(images).argmax(axis=1), network.classes
    return Score(np.bincount(labels[answers == labels], minlength=classes), np.bincount(labels, minlength=classes))


@dataclass(frozen=True, slots=True, eq=False)
class TeachingReport:
    """Figures before and after teaching.

    Attributes
    ----------
    base_before, base_after : Score
        On digits from other people that were not taught or replayed, and by which nothing was chosen.
    hand_before, hand_after : Score
        On the person's own.
    hand_is_held_out : bool
        Whether those were held back for testing; if not, they were taught, and the figure afterwards is too good.
    task : Task
        What the network is about.
    learned_before, learned_after : Score, optional
        On the person's own that were taught, where others were held back.
    """

    base_before: Score
    base_after: Score
    hand_before: Score
    hand_after: Score
    hand_is_held_out: bool
    task: Task = DIGITS
    learned_before: Score | None = None
    learned_after: Score | None = None

    @property
    def what(self) -> str:
        """The word for the pictures."""
        return "digits" if self.task.speaks_of_digits else "pictures"

    @property
    def fall(self) -> float:
        """By how much the accuracy on the base pictures has fallen, from 0 to 1; below 0 if it has risen."""
        return self.base_before.accuracy - self.base_after.accuracy

    @property
    def is_acceptable(self) -> bool:
        """Whether at most `MOST_FALL` of what was known before is lost."""
        return self.base_after.errors - self.base_before.errors <= MOST_FALL * self.base_before.count

    @property
    def has_gained(self) -> bool:
        """Whether fewer of some pictures are misread, and not more of the others than that is worth."""
        fewer = (
            self.hand_after.errors < self.hand_before.errors or self.base_after.errors < self.base_before.errors
        )
        return fewer and not self.has_lost

    @property
    def has_lost(self) -> bool:
        """Whether more of the person's are misread, or more of others' for nothing, or too many more."""
        mine = self.hand_after.errors - self.hand_before.errors
        others = self.base_after.errors - self.base_before.errors
        return mine > 0 or (others > 0 and mine == 0) or not self.is_acceptable

    def sentence(self) -> str:
        """Describe the result, and how far to trust it."""
        before, after, count = self.hand_before.errors, self.hand_after.errors, self.hand_after.count
        misread = f"{before:,} misread before, {after:,} after"
        if not self.hand_is_held_out:
            why = (
                f"Too few of your {self.what} to test"
                if count < FEW
                else f"None of your {self.what} were held back for testing"
            )
            used = f"these {count:,} were used for teaching ({misread})"
            return f"{why}: {used}. New {self.what} may be read less well."
        pictures = f"{count:,} of your {self.what}"
        doubt = " These are too few to be sure: write some more." if count < FEW else ""
        return f"Tested on {pictures} not used for teaching: {misread}.{doubt}{self.of_learned()}"

    def of_learned(self) -> str:
        """Say, after a space, how many it still misreads of those that it learned from; empty if not known."""
        learned = self.learned_after
        if learned is None:
            return ""
        wrong, count = learned.errors, learned.count
        if not wrong:
            all_of_them = "the only one is" if count == 1 else f"all {count:,} are"
            return f" Of those it learned from, {all_of_them} read right."
        return f" Of those it learned from, {wrong:,} of {count:,} {'is' if wrong == 1 else 'are'} still misread."

    def changes(self) -> list[str]:
        """Say which digits are misread more often or less often than before, in at most two sentences."""
        kinds = (
            ("of yours", self.hand_before, self.hand_after),
            ("from other people", self.base_before, self.base_after),
        )
        sentences = []
        for whose, before, after in kinds:
            pairs = [
                (f"{name}s" if len(name) == 1 else name, before.errors_of(label), after.errors_of(label))
                for label, name in enumerate(self.task.class_names)
            ]
            changed = [
                f"{name} {'rose' if now > then else 'fell'} from {then:,} to {now:,}"
                for name, then, now in pairs
                if now != then
            ]
            if changed:
                sentences.append(f"Misread {self.what} {whose}: {', '.join(changed)}.")
        return sentences

    def refusal(self) -> str:
        """Say why it should not be kept; empty if it may."""
        if self.is_acceptable:
            return ""
        return (
            f"the network has forgotten too much: of {self.base_after.count:,} {self.what} from other people, it"
            f" read {self.base_before.accuracy:.2%} before and now reads {self.base_after.accuracy:.2%}; at most"
            f" {MOST_FALL:.1%} may be lost"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for JSON."""
        pairs = {"before": (self.base_before, self.hand_before), "after": (self.base_after, self.hand_after)}
        learned = {"before": self.learned_before, "after": self.learned_after}
        return {
            name: {
                "base_accuracy": base.accuracy,
                "base_errors": base.errors,
                "base_count": base.count,
                "hand_accuracy": hand.accuracy,
                "hand_errors": hand.errors,
                "hand_count": hand.count,
                **(
                    {"learned_errors": score.errors, "learned_count": score.count}
                    if (score := learned[name])
                    else {}
                ),
            }
            for name, (base, hand) in pairs.items()
        } | {"hand_is_held_out": self.hand_is_held_out}


def base_parts(base: Dataset) -> tuple[Samples, Samples, Samples]:
    """Return three samples of base data: to replay, to choose by, and to report on.

    The first has at most `REPLAYED` pictures of the training part, always the same, as many of each class. The
    others share at most `MEASURED`, taken alternately: from the validation and test parts first, but never from a
    source's own test part, then from the rest of the training part. No picture is in two of the three.

    Raises
    ------
    DataFormatError
        If too little is left to choose by and to report on.
    """
    rng, train = np.random.default_rng(0), base.split.train
    replayed = train[balanced_indices(base.labels[train], REPLAYED, rng)]
    untrained = [base.split.validation] if base.has_own_test_part else [base.split.validation, base.split.test]
    rest = rng.permutation(np.setdiff1d(train, replayed, assume_unique=True))
    measured = np.concatenate([*untrained, rest])[:MEASURED]
    if len(measured) < 2:
        raise DataFormatError(
            f"{base.name} is too small to keep pictures back, which teaching needs to measure what was forgotten"
        )
    parts = replayed, measured[::2], measured[1::2]
    first, second, third = ((base.images[part], base.labels[part]) for part in parts)
    return first, second, third


def between(network: Network, taught: Network, amount: float) -> Network:
    """Return a network with weights between those of two, from 0 for the first to 1 for the second."""
    if amount == 1:
        return taught
    result = network.copy()
    for value, goal in zip(result.named_arrays().values(), taught.named_arrays().values(), strict=True):
        value += amount * (goal - value)
    return result


def teach_and_report(
    network: Network, hand: Dataset, base: Dataset, config: TeachingConfig | None = None
) -> Generator[TeachingProgress, None, tuple[Network, TeachingReport]]:
    """Teach as `model.training.teaching.teach` does, and count right answers before and after.

    If too many base pictures are lost, the weights go back part of the way, in up to two steps: that reduces what
    is forgotten more than what is learned. How far is chosen by other base pictures than those of the report, and
    by none of the person's.

    Parameters
    ----------
    network : Network
        Stays as it is.
    hand : Dataset
        The person's own digits: its own test part is for testing, the rest is taught; without one, all is taught.
    base : Dataset
        See `base_parts`.
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
    check_belongs(network, hand)
    check_belongs(network, base)
    taught, test = own_halves(hand)
    is_held_out = len(test[0]) > 0
    own, (replay, choosing, others) = test if is_held_out else taught, base_parts(base)
    with one_blas_thread():
        learned = yield from teach(network, taught, replay, config)
        known = count_right(network, choosing)
        for amount in AMOUNTS:
            pupil = between(network, learned, amount)
            if count_right(pupil, choosing).errors - known.errors <= GOOD_FALL * known.count:
                break
        base_before, base_after = count_right(network, others), count_right(pupil, others)
        hand_before, hand_after = count_right(network, own), count_right(pupil, own)
        of_taught = (count_right(network, taught), count_right(pupil, taught)) if is_held_out else (None, None)
    return pupil, TeachingReport(
        base_before, base_after, hand_before, hand_after, is_held_out, network.task, *of_taught
    )
