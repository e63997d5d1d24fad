"""The experiment of the journal that this program grew from: five networks, compared on 231 pictures.

It learned picture by picture, with plain gradient descent, 20 times from 85 % of 3,078 digits of MNIST, balanced,
each flipped, turned, moved or grained by chance. Its accuracies are those on the part that it reports at the end,
which is the test part here; the journal calls it validation, and the part that it watches test.
"""

from dataclasses import dataclass
from typing import Any

__all__ = ["JOURNAL_PICTURES", "JOURNAL_ROWS", "JOURNAL_SETTINGS", "JournalRow"]

JOURNAL_PICTURES = 231
"""How many pictures it reported on at the end."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One of its networks.

    Attributes
    ----------
    arch : str
        A key of `model.network.architectures.ARCHITECTURES`.
    learning_rate : float
    right : int
        How many of the `JOURNAL_PICTURES` it answered rightly.
    """

    arch: str
    learning_rate: float
    right: int

    @property
    def accuracy(self) -> float:
        """What the journal got, from 0 to 1, to a tenth of a percent as it tells it."""
        return round(self.right / JOURNAL_PICTURES, 3)


JOURNAL_ROWS = (
    JournalRow("journal-8", 0.001, 200),
    JournalRow("journal-16", 0.001, 201),
    JournalRow("journal-24", 0.001, 204),
    JournalRow("journal-24", 0.005, 204),
    JournalRow("journal-24", 0.01, 205),
)

JOURNAL_SETTINGS: dict[str, Any] = {
    "epochs": 20,
    "batch_size": 1,
    "optimizer": "sgd",
    "augmentation": "journal",
    "limit": 3078,
}
"""What they have in common: the first three as in `TrainingConfig()`; of fewer pictures, all are taken."""
