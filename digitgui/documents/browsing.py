"""Which pictures of a data set a user wants to see, and in which order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from digitgui.documents.answers import UNSURE, Answers
from digitgui.documents.data_looks import DataLooks
from model import Dataset
from model.data.dataset import Part
from model.network.arrays import IndexArray


class Show(StrEnum):
    """Which pictures to see, besides those of a digit and of a part."""

    EVERYTHING = "everything"
    WRONG = "wrong"
    UNSURE = "unsure"
    EDITED = "corrected"
    EXCLUDED = "excluded"
    REPEATED = "duplicates"


class Order(StrEnum):
    """In which order."""

    INDEX = "by index"
    LOSS = "highest loss"
    CONFIDENCE = "least sure"
    SUSPICION = "likely wrong labels"
    OUTLIERS = "most unusual"


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for.

    Attributes
    ----------
    digit : int or None
        A label; None for all.
    part : str
    show : Show
    order : Order
    region : ndarray of int, or None
        Only these indices, as chosen on the map.
    """

    digit: int | None = None
    part: Part | Literal["all"] = "all"
    show: Show = Show.EVERYTHING
    order: Order = Order.INDEX
    region: IndexArray | None = None

    @property
    def needs_answers(self) -> bool:
        """Whether the answers of the network decide."""
        return self.show in (Show.WRONG, Show.UNSURE) or self.order in (Order.LOSS, Order.CONFIDENCE)

    @property
    def needs_suspects(self) -> bool:
        """Whether the search for suspects decides."""
        return self.order in (Order.SUSPICION, Order.OUTLIERS)

    @property
    def needs_repeats(self) -> bool:
        """Whether it decides which pictures are equal."""
        return self.show is Show.REPEATED


def matching(view: View, dataset: Dataset, answers: Answers, looks: DataLooks) -> IndexArray:
    """Return the indices of the pictures that are asked for, in order; none where something is not known yet."""
    needed = (
        (view.needs_answers, answers.probabilities),
        (view.needs_suspects, looks.suspects),
        (view.needs_repeats, looks.repeats),
    )
    if any(is_needed and found is None for is_needed, found in needed):
        return np.zeros(0, np.intp)
    chosen = np.zeros(len(dataset), bool)
    match view.show:
        case Show.EXCLUDED:
            chosen[list(dataset.edits.excluded)] = True
        case Show.EDITED:
            chosen[dataset.edits.touched] = True
        case _:
            chosen[dataset.indices(view.part)] = True
    if view.show is Show.WRONG:
        chosen &= answers.answers() != dataset.labels
    elif view.show is Show.UNSURE:
        chosen &= answers.confidence() < UNSURE
    elif view.show is Show.REPEATED:
        assert looks.repeats is not None
        counts = np.bincount(looks.repeats[chosen], minlength=looks.repeats.max() + 1)
        chosen &= (looks.repeats > 0) & (counts[looks.repeats] > 1)
    if view.digit is not None:
        chosen &= dataset.labels == view.digit
    indices = np.flatnonzero(chosen)
    if view.region is not None:
        indices = np.intersect1d(indices, view.region)
    return _ordered(indices, view, answers, looks, dataset)


def _ordered(indices: IndexArray, view: View, answers: Answers, looks: DataLooks, dataset: Dataset) -> IndexArray:
    """Sort; what has been looked at already is no longer suspect, and comes last."""
    suspects = looks.suspects
    first: npt.NDArray[Any]
    if view.order is Order.LOSS:
        first = -answers.losses()
    elif view.order is Order.CONFIDENCE:
        first = answers.confidence()
    elif view.order is Order.SUSPICION and suspects:
        first = np.where(dataset.labels == suspects.labels, -suspects.suspicion, 1)
        first[list(dataset.edits.kept)] = 1
    elif view.order is Order.OUTLIERS and suspects:
        first = -suspects.outliers
    elif view.show is Show.REPEATED and looks.repeats is not None:
        first = looks.repeats  # equal pictures stand side by side
    else:
        return indices
    result: IndexArray = indices[np.argsort(first[indices], kind="stable")]
    return result
