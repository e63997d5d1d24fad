"""How the answers of a network became what they are: the networks of several epochs, compared.

A pair of digits counts as told apart from an epoch on if, after it and all later ones, less than `CONFUSED` of
their pictures are taken for the other digit of the pair, and more than `KNOWN` of the pictures of each are read
right. The second condition is needed since a network that answers 3 to everything confuses no 4 with a 9.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from model.judging.confusion_scores import confusion_of
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.network import Network

__all__ = [
    "CONFUSED",
    "KNOWN",
    "MOST_PICTURES",
    "Pair",
    "answers_over",
    "confusion",
    "hardest_pair",
    "pair",
    "some_of",
]

MOST_PICTURES = 1000
"""More pictures would change no sentence, and take longer for every epoch."""
CONFUSED = 0.05
"""Of the pictures of both digits, the share taken for the other one, below which a pair is told apart."""
KNOWN = 0.5
"""Of the pictures of each digit, the share read right, above which it is known at all."""
FEW = 20
"""Of so few pictures of a pair, a single mistake is more than `CONFUSED`."""


def some_of(images: ImageArray, labels: LabelArray, most: int = MOST_PICTURES) -> tuple[ImageArray, LabelArray]:
    """Choose at most so many, evenly from the first to the last: the same ones each time, of every digit."""
    if len(images) <= most:
        return images, labels
    chosen = np.linspace(0, len(images) - 1, most).round().astype(np.intp)
    return images[chosen], labels[chosen]


def answers_over(networks: Iterable[Network], picture: ImageArray) -> npt.NDArray[np.float32]:
    """Compute what each network answers to one picture.

    Parameters
    ----------
    networks : iterable of Network
        Of the same number of classes.
    picture : ndarray of uint8, shape (28, 28)

    Returns
    -------
    ndarray of float32, shape (networks, classes)
        Probabilities.
    """
    return np.stack([network.predict_proba(picture[np.newaxis])[0] for network in networks])


def confusion(network: Network, images: ImageArray, labels: LabelArray) -> IndexArray:
    """Count the pictures of each class (row) by the class answered (column), shape (classes, classes)."""
    return confusion_of(labels, network.logits(images).argmax(axis=1), network.classes)


@dataclass(frozen=True, slots=True)
class Pair:
    """Since when two digits are told apart.

    Attributes
    ----------
    first, second : int
    since : int or None
        The epoch; None if they are not told apart after the last one.
    before : int or None
        The epoch measured before that one; None if there is none.
    last : int
        The last epoch measured.
    confused : float
        Share of the pictures of both that the last epoch takes for the other one.
    unknown : int or None
        The digit of the two of which the last epoch reads no more than `KNOWN` right, if there is one.
    pictures : int
        How many pictures of both were measured.
    """

    first: int
    second: int
    since: int | None
    before: int | None
    last: int
    confused: float
    unknown: int | None
    pictures: int

    @property
    def sentence(self) -> str:
        """Say when it was learned, for the user, of classes that are called by their numbers."""
        return self.told(tuple(map(str, range(1 + max(self.first, self.second)))))

    def told(self, class_names: Sequence[str]) -> str:
        """Say when it was learned, for the user."""
        first, second = class_names[self.first], class_names[self.second]
        names = f"{first} from {second}"
        last = f"At epoch {self.last}" if self.last else "Before training"
        if self.pictures < FEW:
            return (
                f"Only {self.pictures} of the pictures show {first} or {second}: too few to say when it"
                f" learned to tell {names}."
            )
        if self.since is None and self.unknown is not None:
            return f"{last}, it reads at most half of the {_several(class_names[self.unknown])} right."
        if self.since is None:
            share, both = f"{100 * self.confused:.1f} %", f"{_several(first)} and {_several(second)}"
            return f"{last}, it takes {share} of the {both} for the other."
        if self.before is None:
            return f"It told {names} from {f'epoch {self.since}' if self.since else 'the beginning'} on."
        if self.before == self.since - 1:
            return f"It learned to tell {names} in epoch {self.since}."
        return f"It learned to tell {names} between epochs {self.before} and {self.since}."


def _several(name: str) -> str:
    """Name pictures of a class: ``4s``, or ``pictures of cat``."""
    return f"{name}s" if len(name) == 1 else f"pictures of {name}"


def pair(epochs: Sequence[int], confusions: IndexArray, first: int, second: int) -> Pair:
    """Find since when two digits are told apart.

    Parameters
    ----------
    epochs : sequence of int
        In order.
    confusions : ndarray of int, shape (epochs, classes, classes)
        As returned by `confusion`, of the same pictures for each epoch.
    first, second : int
    """
    both = [first, second]
    of_each = confusions[0].sum(axis=1)[both]
    confused = (confusions[:, first, second] + confusions[:, second, first]) / max(1, of_each.sum())
    known = confusions[:, both, both] > KNOWN * of_each
    apart = (confused < CONFUSED) & known.all(axis=1)
    wrong = np.flatnonzero(~apart)
    place = int(wrong[-1]) + 1 if len(wrong) else 0
    is_apart = place < len(epochs)
    unknown = [digit for digit, is_known in zip(both, known[-1], strict=True) if not is_known]
    return Pair(
        first,
        second,
        epochs[place] if is_apart else None,
        epochs[place - 1] if is_apart and place else None,
        epochs[-1],
        float(confused[-1]),
        unknown[0] if unknown else None,
        int(of_each.sum()),
    )


def hardest_pair(epochs: Sequence[int], confusions: IndexArray) -> Pair:
    """Find the pair that is confused most after the last epoch, or else was told apart last; as `pair`.

    Pairs of too few pictures to say are passed over, unless there are no others.
    """
    pairs = [pair(epochs, confusions, *two) for two in combinations(range(confusions.shape[1]), 2)]
    telling = [one for one in pairs if one.pictures >= FEW]
    return max(telling or pairs, key=lambda one: (one.since is None, one.since or 0, one.confused))
